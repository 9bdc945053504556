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

"""``openstack image share copy``"""

from __future__ import annotations

import argparse
import dataclasses
import typing

from osc_imageshare.commands import arguments
from osc_imageshare.commands import base

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

    from osc_imageshare.sharing import context
    from osc_imageshare.sharing import outcomes


class ShareCopy(base.Lister):
    """Make an independent copy of an image that you can read.

    The copy is private. It stays when a share is revoked or the image is
    deleted. The command compares it with the image bit for bit before it
    ends, and finds a copy again that an earlier run has made. Without
    options, the copy is made in your own project and region. You can copy
    images that are shared with you, whether you have accepted them or not.
    """

    FLOW = 'Copy'

    EXAMPLES = (
        (
            'Make a copy of an image that another project shares with yours',
            'openstack image share copy ubuntu',
        ),
        (
            'Copy an image into another region, with another name',
            'openstack image share copy ubuntu --to-region RegionTwo'
            ' --name ubuntu-two',
        ),
        (
            'See how an image would reach the project of another entry of'
            ' clouds.yaml',
            'openstack image share copy ubuntu --to-cloud team-b --dry-run',
        ),
    )

    HEADERS = (
        'Image ID',
        'Copy ID',
        'Project ID',
        'Region',
        'Method',
        'Size',
        'Hash',
        'Verified',
        'Changes',
    )
    OPTIONAL = frozenset({'Copy ID', 'Method', 'Hash'})

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument(
            'image',
            metavar='<image>',
            help='Image to copy (name or ID)',
        )
        parser.add_argument(
            '--name',
            metavar='<name>',
            help='Name of the copy (default: that of the image)',
        )
        parser.add_argument(
            '--to-project',
            dest='project',
            metavar='<project>',
            help=(
                'Project to copy the image into (name or ID); you need a '
                'role in it. With --to-cloud: the project that each of '
                'these entries must be for'
            ),
        )
        arguments.add_project_domain(parser)
        parser.add_argument(
            '--to-cloud',
            dest='clouds',
            metavar='<cloud>',
            action='append',
            default=[],
            help=(
                'Entry of clouds.yaml, of this or of any other cloud, to '
                'copy the image into (repeat for several)'
            ),
        )
        parser.add_argument(
            '--to-region',
            dest='regions',
            metavar='<region>',
            action='append',
            default=[],
            help=(
                'Region to copy the image into, of the current cloud or of '
                'each --to-cloud (repeat for several)'
            ),
        )
        parser.add_argument(
            '--method',
            choices=('auto', 'server', 'stream'),
            default='auto',
            help=(
                'server: the image service fetches the data itself; stream: '
                'they pass through this client; auto (default): server '
                'where possible, else stream'
            ),
        )
        arguments.add_dry_run(parser)
        return parser

    @property
    def context(self) -> context.Context:
        """Where the flow runs; bytes are counted."""
        return dataclasses.replace(
            super().context, progress=self.byte_progress()
        )

    def rows(
        self, outcome: outcomes.CopyOutcome
    ) -> Iterator[tuple[object, ...]]:
        image_id = outcome.image.id if outcome.image else None
        for copied in outcome.copies:
            yield (
                image_id,
                copied.copy_id,
                copied.project.id,
                copied.region,
                copied.method,
                copied.size,
                copied.hash,
                copied.verified,
                copied.changes,
            )
