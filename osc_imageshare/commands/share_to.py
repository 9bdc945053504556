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

"""``openstack image share-to``"""

from __future__ import annotations

import argparse
import typing

from osc_imageshare.commands import arguments
from osc_imageshare.commands import base

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

    from osc_imageshare.sharing import outcomes


class ShareTo(base.Lister):
    """Share an image with other projects.

    The command sets the visibility of the image to shared, adds the projects
    as members, accepts the share for each project that you may act for, and
    reads the image as that project. It makes only the missing changes, so it
    can be repeated.
    """

    FLOW = 'Share'

    EXAMPLES = (
        (
            'Share an image and accept it, with an entry of clouds.yaml for '
            'the other project',
            'openstack image share-to ubuntu --member-cloud team-b',
        ),
        (
            'Share an image with two projects in which you have a role',
            'openstack image share-to ubuntu team-b team-c',
        ),
        (
            'Show the native commands that would share an image',
            'openstack image share-to --dry-run ubuntu team-b',
        ),
    )

    HEADERS = (
        'Image ID',
        'Project ID',
        'Project Name',
        'Status',
        'Changes',
        'Verified',
    )
    OPTIONAL = frozenset({'Status'})
    COUNTED = 'projects'

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        arguments.add_image(parser, 'Image to share')
        parser.add_argument(
            'projects',
            metavar='<project>',
            nargs='*',
            help=(
                'Project to share the image with (name or ID); optional with '
                '--member-cloud'
            ),
        )
        parser.add_argument(
            '--members-of',
            metavar='<image>',
            action='append',
            default=[],
            help=(
                'Older image (name or ID) whose members get this one as '
                'well, accepted where they have accepted that and you may '
                'accept for them (repeat for several)'
            ),
        )
        arguments.add_project_domain(parser)
        arguments.add_member_cloud(parser)
        accepting = parser.add_mutually_exclusive_group()
        accepting.add_argument(
            '--accept',
            action='store_true',
            default=None,
            help=(
                'Require acceptance: fail before any change if you cannot '
                'accept for a project (an administrator can for every project)'
            ),
        )
        accepting.add_argument(
            '--no-accept',
            dest='accept',
            action='store_false',
            help=(
                'Do not accept for the members (pending members can use the '
                'image by its ID)'
            ),
        )
        parser.add_argument(
            '--wait',
            action='store_true',
            help='Wait until every specified project has answered',
        )
        parser.add_argument(
            '--wait-timeout',
            metavar='<seconds>',
            type=arguments.seconds,
            default=600.0,
            help='Maximum number of seconds to wait (default: 600)',
        )
        waking = parser.add_mutually_exclusive_group()
        waking.add_argument(
            '--keep-members',
            dest='old_members',
            action='store_const',
            const='keep',
            default='refuse',
            help='Keep previous members, whose access is restored',
        )
        waking.add_argument(
            '--drop-members',
            dest='old_members',
            action='store_const',
            const='drop',
            help='Remove previous members that are not specified',
        )
        parser.add_argument(
            '--force',
            action='store_true',
            help=(
                'Share the snapshot of a server booted from a volume, even '
                'though no other project can use it'
            ),
        )
        arguments.add_dry_run(parser)
        return parser

    def given(self, parsed_args: argparse.Namespace) -> dict[str, object]:
        return {'wait': parsed_args.wait_timeout if parsed_args.wait else None}

    def rows(
        self, outcome: outcomes.ShareOutcome
    ) -> Iterator[tuple[object, ...]]:
        image_id = outcome.image.id if outcome.image else None
        for shared in outcome.projects:
            yield (
                image_id,
                shared.project.id,
                shared.project.name,
                shared.status,
                shared.changes,
                shared.verified,
            )
