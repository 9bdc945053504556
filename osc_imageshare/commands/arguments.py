#    Licensed under the Apache License, Version 2.0 (the "License"); you may
#    not use this file except in compliance with the License. You may obtain
#    a copy of the License at
#
#         http://www.apache.org/licenses/LICENSE-2.0
#
#    Unless required by applicable law or agreed to in writing, software
#    distributed under the License is distributed on an "AS IS" BASIS, WITHOUT
#    WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the
#    License for the specific language governing permissions and limitations
#    under the License.

"""What the commands' parsers have in common: parsing, options and help."""

from __future__ import annotations

import argparse
import inspect
import sys
import typing

from osc_imageshare import errors
from osc_imageshare import text

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Sequence


_Request = typing.TypeVar('_Request')


def request(
    kind: Callable[..., _Request],
    parsed_args: argparse.Namespace,
    **given: object,
) -> _Request:
    """Return a request whose fields are the options of the same name.

    A repeatable option is a list in argparse and a tuple in a request, which
    is immutable.

    :param kind: the dataclass of the request.
    :param given: the fields that no single option has.
    """
    fields = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in vars(parsed_args).items()
        if name in inspect.signature(kind).parameters
    }
    return kind(**{**fields, **given})


def harmless_errors(parser: argparse.ArgumentParser) -> None:
    """Let argparse repeat the words of the command line escaped."""
    error = parser.error

    def escaped(message: str) -> typing.NoReturn:
        if sys.stderr is None:
            # With a closed stderr, argparse prints the usage on stdout.
            raise SystemExit(errors.USAGE)
        error(text.escaped(message))

    parser.error = escaped  # type: ignore[method-assign]


def parsed(
    parser: argparse.ArgumentParser,
    args: list[str],
    namespace: argparse.Namespace | None,
) -> argparse.Namespace:
    """Parse options and arguments in any order, up to a ``--``.

    Plain argparse takes all arguments of a list from one place and does not
    recognize those behind the next option. Its intermixed form loses the
    ``--`` and parses options behind it. So this function marks the words
    behind it with a character that no command line can contain.
    """
    if '--' in args:
        end = args.index('--')
        args = [*args[:end], *(f'\0{word}' for word in args[end + 1 :])]
    found, unknown = parser.parse_known_intermixed_args(args, namespace)
    if unknown:
        words = ' '.join(word.removeprefix('\0') for word in unknown)
        parser.error(f'unrecognized arguments: {words}')
    for name, value in vars(found).items():
        if isinstance(value, str):
            setattr(found, name, value.removeprefix('\0'))
        elif isinstance(value, list):
            setattr(found, name, [str(v).removeprefix('\0') for v in value])
    return found


class _Paragraphs(argparse.HelpFormatter):
    """Folds each paragraph of a text alone, and keeps indented ones."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        parts = []
        for part in text.split('\n\n'):
            if not part.startswith(' '):
                # In the manual, two colons make the next paragraph literal.
                words = part[:-1] if part.endswith('::') else part
                part = super()._fill_text(words, width, indent)
            parts.append(part)
        return '\n\n'.join(parts)


def keep_paragraphs(parser: argparse.ArgumentParser) -> None:
    """Let the help of a parser have paragraphs, and examples as typed."""
    folding: typing.Any = parser.formatter_class
    made: typing.Any = type('HelpFormatter', (_Paragraphs, folding), {})
    parser.formatter_class = made


def epilog(examples: Sequence[tuple[str, str]], end: str) -> str:
    """Return what ends the help of a command, as reStructuredText.

    :param examples: what each one does, and the command as typed.
    :param end: the last paragraph.
    """
    parts = [f'{what}::\n\n  {command}' for what, command in examples]
    return '\n\n'.join((*(('Examples:', *parts) if parts else ()), end))


def add_image(parser: argparse.ArgumentParser, what: str = 'Image') -> None:
    parser.add_argument(
        'image', metavar='<image>', help=f'{what} (name or ID)'
    )


def add_member_cloud(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        '--member-cloud',
        dest='member_clouds',
        metavar='<cloud>',
        action='append',
        default=[],
        help=(
            'Entry of clouds.yaml for a member project, to act and look as '
            'that project (repeat option for several projects)'
        ),
    )


def add_project_domain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        '--project-domain',
        metavar='<project-domain>',
        help=(
            'Domain of the projects (name or ID); needed only if several '
            'projects have the same name'
        ),
    )


def add_dry_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        '--dry-run',
        action='store_true',
        help=(
            'Check everything, change nothing, and print the native commands '
            'that would make the changes'
        ),
    )


def count(value: str) -> int:
    """Return a number that is not negative, for argparse."""
    found = int(value)
    if found < 0:
        raise ValueError(value)
    return found


def seconds(value: str) -> float:
    """Return a positive number of seconds, for argparse."""
    found = float(value)
    if not 0 < found < float('inf'):
        raise ValueError(value)
    return found
