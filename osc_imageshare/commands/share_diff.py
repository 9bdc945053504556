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

from osc_imageshare.commands import arguments
from osc_imageshare.commands import base

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

    from osc_imageshare.sharing import outcomes


class ShareDiff(base.Lister):
    """Show what a file of shares would change.

    The command compares the members of the images with those of the file, and
    shows a row for each image, region and project. It changes nothing. It
    ends with 0 when nothing differs, with 5 when something does, with 4 when
    something could not be checked, and with 1 for errors.
    """

    FLOW = 'Diff'

    EXAMPLES: typing.ClassVar[tuple[tuple[str, str], ...]] = (
        (
            'Show what a file would change',
            'openstack image share diff --file shares.yaml',
        ),
        (
            'Save the plan, to apply exactly that later',
            'openstack image share diff --file shares.yaml --out plan.json',
        ),
    )

    HEADERS: typing.ClassVar[tuple[str, ...]] = (
        'Image ID',
        'Image Name',
        'Region',
        'Project ID',
        'Project Name',
        'Action',
        'Reason',
    )
    OPTIONAL = frozenset({'Reason'})
    COUNTED = 'images'

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        self.add_arguments(parser)
        return parser

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add what says which file it is, and what may be done."""
        parser.add_argument(
            '--file',
            metavar='<file>',
            required=True,
            help='File to compare with ("-" for standard input)',
        )
        arguments.add_member_cloud(parser)
        parser.add_argument(
            '--out',
            metavar='<plan>',
            help=(
                'Save the plan to this file, for "image share apply --plan"'
            ),
        )

    def rows(
        self, outcome: outcomes.DiffOutcome
    ) -> Iterator[tuple[object, ...]]:
        for row in outcome.rows:
            image, project = row.state.image, row.project
            yield (
                image.id if image else None,
                image.name if image else row.state.words,
                row.state.region,
                (project.id if project else None) or None,
                project.name if project else None,
                row.action,
                row.reason,
                row.result,
            )
