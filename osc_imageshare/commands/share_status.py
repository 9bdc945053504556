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

"""``openstack image share status``"""

from __future__ import annotations

import argparse
import typing

from osc_imageshare.commands import arguments
from osc_imageshare.commands import base

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

    from osc_imageshare.sharing import outcomes


class ShareStatus(base.Lister):
    """Show the members of an image and their use of it.

    Every member can use the image by its ID, whatever its status is.
    Accepting a share only adds the image to the member's lists, and rejecting
    it removes it from them. A number is null ("unknown") if it cannot be
    determined.
    """

    FLOW = 'Status'

    EXAMPLES = (
        (
            'Show the members, and the servers and volumes of one of them',
            'openstack image share status ubuntu --member-cloud team-b',
        ),
        (
            'Show only the members',
            'openstack image share status --no-usage ubuntu',
        ),
    )

    HEADERS = (
        'Project ID',
        'Project Name',
        'Status',
        'Servers',
        'Volumes',
        'Checked As',
        'Updated At',
    )
    OPTIONAL = frozenset({'Checked As'})

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        arguments.add_image(parser, 'Image to show')
        arguments.add_member_cloud(parser)
        parser.add_argument(
            '--no-usage',
            dest='usage',
            action='store_false',
            help='Do not count servers and volumes',
        )
        return parser

    def rows(
        self, outcome: outcomes.StatusOutcome
    ) -> Iterator[tuple[object, ...]]:
        for one in outcome.members:
            usage = one.usage
            yield (
                one.project.id,
                one.project.name,
                one.member.status,
                None if usage is None else usage.servers,
                None if usage is None else usage.volumes,
                None if usage is None else usage.checked_as,
                one.member.updated_at,
            )
