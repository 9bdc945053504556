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

"""``openstack image share list``"""

from __future__ import annotations

import argparse
import typing

from osc_imageshare.commands import arguments
from osc_imageshare.commands import base

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

    from osc_imageshare.sharing import outcomes


class ShareList(base.Lister):
    """List the shares of your project, in both directions.

    Outgoing shares are shares of your images with other projects. Incoming
    shares are shares of other projects' images with yours, whatever their
    status is.
    """

    FLOW = 'List'

    EXAMPLES = (
        (
            'List the images that wait for an answer of your project',
            'openstack image share list --incoming --status pending',
        ),
        (
            'List the projects that can use an image',
            'openstack image share list --outgoing --image ubuntu',
        ),
    )

    HEADERS = (
        'Direction',
        'Image ID',
        'Image Name',
        'Project ID',
        'Project Name',
        'Status',
        'Updated At',
    )
    LONG_HEADERS = (
        *HEADERS,
        'Owner ID',
        'Image Status',
        'Created At',
        'Project Exists',
    )

    COUNTED = 'images'

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        direction = parser.add_mutually_exclusive_group()
        direction.add_argument(
            '--incoming',
            dest='direction',
            action='store_const',
            const='incoming',
            help='List only images that other projects share with yours',
        )
        direction.add_argument(
            '--outgoing',
            dest='direction',
            action='store_const',
            const='outgoing',
            help='List only images that your project shares with others',
        )
        parser.add_argument(
            '--status',
            choices=('pending', 'accepted', 'rejected'),
            help='List only shares with this status',
        )
        parser.add_argument(
            '--project',
            metavar='<project>',
            help='List only shares with or from this project (name or ID)',
        )
        arguments.add_project_domain(parser)
        parser.add_argument(
            '--image',
            metavar='<image>',
            help='List only shares of this image (name or ID)',
        )
        parser.add_argument(
            '--all-projects',
            action='store_true',
            help=(
                'List the outgoing shares of all projects (administrators '
                'only)'
            ),
        )
        parser.add_argument(
            '--long',
            action='store_true',
            help='List additional fields in output',
        )
        return parser

    def headers(self, parsed_args: argparse.Namespace) -> tuple[str, ...]:
        return self.LONG_HEADERS if parsed_args.long else self.HEADERS

    def rows(
        self, outcome: outcomes.ListOutcome
    ) -> Iterator[tuple[object, ...]]:
        for listed in outcome.shares:
            yield (
                listed.direction,
                listed.image.id,
                listed.image.name,
                listed.project.id,
                listed.project.name,
                listed.member.status,
                listed.member.updated_at,
                listed.image.owner,
                listed.image.status,
                listed.member.created_at,
                listed.exists,
            )
