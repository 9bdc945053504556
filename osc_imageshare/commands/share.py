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

"""The bare ``openstack image share``: an answer to mistyped commands.

cliff takes every unique abbreviation for the command it abbreviates. Without
an exact ``image share``, the typo ``image share statsu X`` would run
``image share-to`` and share the image ``statsu`` with the project ``X``.
"""

import argparse
import difflib
import typing

from osc_lib.command import command

from osc_imageshare.commands import messages
from osc_imageshare import errors

_VERBS = {
    'share-to': 'share an image with other projects',
    'share status': 'show the members of an image and their use of it',
    'share usage': 'list the resources that use an image',
    'share revoke': 'revoke shares of an image that is not in use',
    'share accept': 'accept images that other projects share with yours',
    'share reject': 'reject images that other projects share with yours',
    'share list': 'list the shares of your project, in both directions',
    'share export': 'write who may use which image, as a file',
    'share diff': 'show what a file of shares would change',
    'share apply': 'make true what a file of shares says',
}


class Share(command.Command):
    """Show the commands that share images between projects."""

    auth_required = False

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = super().get_parser(prog_name)
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.epilog = '\n'.join(('commands:', *_verbs()))
        parser.add_argument(
            'words', metavar='...', nargs='*', help=argparse.SUPPRESS
        )

        def parse_all(
            args: typing.Any = None, namespace: typing.Any = None
        ) -> argparse.Namespace:
            # Options of the intended command are no error of their own: any
            # words get the same answer.
            found: argparse.Namespace
            found, options = parser.parse_known_args(args, namespace)
            found.words = [*found.words, *options]
            return found

        parser.parse_args = parse_all  # type: ignore
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> None:
        lines = ['"openstack image share" is not a command by itself.']
        word = parsed_args.words[0] if parsed_args.words else ''
        verbs = {
            verb.removeprefix('share').strip(' -'): verb for verb in _VERBS
        }
        nearest = difflib.get_close_matches(word, verbs, n=1)
        if nearest:
            lines = [
                f'"openstack image share {word}" is not a command.',
                f'Did you mean: openstack image {verbs[nearest[0]]}',
            ]
        lines += ['The commands are:', *_verbs()]
        messages.Messages(__name__, self.app).say(lines)

    def run(self, parsed_args: argparse.Namespace) -> int:
        super().run(parsed_args)
        return errors.USAGE


def _verbs() -> list[str]:
    width = max(map(len, _VERBS))
    return [
        f'  openstack image {verb:{width}}  {what}'
        for verb, what in _VERBS.items()
    ]
