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

from osc_imageshare.commands import arguments
from osc_imageshare.commands import share_diff


class ShareApply(share_diff.ShareDiff):
    """Make the shares of a project what a file says.

    The command shares the images of the file with the projects that the file
    names, as "image share-to" does, for all images at once. With --prune it
    then revokes the shares that the file leaves out of "exact" images, as
    "image share revoke" does: it keeps a share of an image that is in use
    (exit code 3) or whose use it cannot determine (exit code 4). Each step
    runs only if it is needed, so you can repeat the command.
    """

    FLOW = 'Apply'

    EXAMPLES = (
        (
            'Share what a file says, and revoke nothing',
            'openstack image share apply --file shares.yaml',
        ),
        (
            'Also revoke the shares that the file leaves out, if nobody uses'
            ' them',
            'openstack image share apply --file shares.yaml --prune',
        ),
        (
            'Do exactly what a saved plan says',
            'openstack image share apply --plan plan.json',
        ),
    )

    HEADERS = (*share_diff.ShareDiff.HEADERS, 'Result')
    OPTIONAL = frozenset({'Reason', 'Result'})
    COUNTED = 'steps'

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument(
            '--file',
            metavar='<file>',
            help='File to make true ("-" for standard input)',
        )
        what.add_argument(
            '--plan',
            metavar='<plan>',
            help=(
                'Plan that "image share diff --out" has saved: do exactly '
                'that, or nothing if it means something else by now'
            ),
        )
        arguments.add_member_cloud(parser)
        parser.add_argument(
            '--prune',
            action='store_true',
            help=(
                'End the shares that images which are "exact" leave out, if '
                'nobody uses them'
            ),
        )
        parser.add_argument(
            '--max-prune',
            metavar='<n>',
            type=arguments.count,
            help=(
                'How many shares of one image may end at the most; of an '
                'image with more, none does (default: half of its members, '
                'at least one)'
            ),
        )
        parser.add_argument(
            '--force',
            action='store_true',
            help='Prune although an image is in use',
        )
        parser.add_argument(
            '--allow-unseen',
            action='store_true',
            help=(
                'Prune although nobody could look whether an image is in use'
            ),
        )
        arguments.add_dry_run(parser)
