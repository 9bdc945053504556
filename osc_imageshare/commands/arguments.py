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

"""What the commands' parsers have in common, and how they parse."""

from __future__ import annotations

import argparse
import inspect
import sys
import typing

from osc_imageshare import errors
from osc_imageshare import text

if typing.TYPE_CHECKING:
    from collections.abc import Callable


_Request = typing.TypeVar('_Request')


def request(
    kind: Callable[..., _Request],
    parsed_args: argparse.Namespace,
    **given: object,
) -> _Request:
    """Return a request whose fields are the options of the same name.

    Options that may be repeated are lists to argparse and tuples to a
    request, which nobody changes.

    :param kind: the dataclass of the request.
    :param given: fields that no option says by itself.
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
            # Where that is closed, argparse prints the usage on stdout.
            raise SystemExit(errors.USAGE)
        error(text.escaped(message))

    parser.error = escaped  # type: ignore[method-assign]


def parsed(
    parser: argparse.ArgumentParser,
    args: list[str],
    namespace: argparse.Namespace | None,
) -> argparse.Namespace:
    """Parse options and arguments in any order, up to a ``--``.

    Plain argparse takes all arguments of a list from one place and calls
    those behind the next option unrecognized; its intermixed form loses the
    ``--`` and takes options behind it for such. So the words behind it are
    marked with a character that no command line can contain.
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


def add_image(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        'image', metavar='<image>', help='Image to work on (name or ID)'
    )


def add_member_cloud(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        '--member-cloud',
        dest='member_clouds',
        metavar='<cloud>',
        action='append',
        default=[],
        help=(
            "Entry of clouds.yaml for a member's project, to act and look as "
            'that project (repeat for several)'
        ),
    )


def add_project_domain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        '--project-domain',
        metavar='<project-domain>',
        help=(
            'Domain the projects belong to (name or ID); only needed when '
            'several projects have the same name'
        ),
    )


def add_dry_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        '--dry-run',
        action='store_true',
        help=(
            'Look at everything, change nothing, and print the native '
            'commands that would be needed'
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
