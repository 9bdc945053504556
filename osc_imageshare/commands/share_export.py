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

from __future__ import annotations

import argparse
import typing

from osc_imageshare.commands import base

if typing.TYPE_CHECKING:
    from osc_imageshare.sharing import outcomes


class ShareExport(base.Command):
    """Write who may use which image, as a file.

    The command prints YAML for "image share diff" and "image share apply".
    Right after it was written, "diff" finds no differences. Use it to begin
    with sharing as a file, or to review what is shared today.
    """

    FLOW = 'Export'

    EXAMPLES = (
        (
            'Write all shares of the project to a file',
            'openstack image share export > shares.yaml',
        ),
        (
            'Write the shares of one image',
            'openstack image share export --image ubuntu',
        ),
    )

    COUNTED = 'images'

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument(
            '--image',
            dest='images',
            metavar='<image>',
            action='append',
            default=[],
            help=(
                'Image to write (name or ID; repeat for several; default: '
                'every image of the project that has members)'
            ),
        )
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> None:
        outcome = typing.cast('outcomes.ExportOutcome', self._run(parsed_args))
        if outcome.text is not None:
            self.write(outcome.text)
