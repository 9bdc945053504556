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

"""``openstack image share usage``"""

from __future__ import annotations

import argparse
import typing

from osc_imageshare.commands import arguments
from osc_imageshare.commands import base
from osc_imageshare.usage import risk

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

    from osc_imageshare.sharing import outcomes


class ShareUsage(base.Lister):
    """List the resources that use an image, and what would break without it.

    An image is withdrawn when its share is revoked, or when it is made
    private, deleted or deactivated. These break different operations, so --if
    chooses one. The column Breaks has the operations that certainly stop
    working. May Break has the operations that stop working under a condition,
    for example when a compute host no longer has a file of the image; --long
    adds the conditions, and says what can be done.

    With --fail-in-use, the command is a gate before a native "image delete",
    "image set --private" or "image set --deactivate". It exits with 0 only if
    it could check every project and found no use, with 3 if the image is in
    use, and with 4 if a check failed (a row of type "unknown").

    Former members are checked if you are an administrator, or name them with
    --project. Those of a private image are hidden from its owner, and the
    command warns that it has not checked them.
    """

    FLOW = 'Usage'

    EXAMPLES = (
        (
            'List the resources of your own and of another project',
            'openstack image share usage ubuntu --member-cloud team-b',
        ),
        (
            'Show what a deletion would break, with conditions and remedies',
            'openstack image share usage --if deleted --long ubuntu',
        ),
        (
            'Delete an image only if it is not in use',
            'openstack image share usage --fail-in-use --if deleted ubuntu '
            '&& openstack image delete ubuntu',
        ),
    )

    HEADERS = (
        'Project ID',
        'Type',
        'ID',
        'Name',
        'Status',
        'Booted From',
        'Breaks',
        'May Break',
        'Region',
        'Checked As',
    )
    LONG_HEADERS = (*HEADERS, 'Conditions')
    OPTIONAL = frozenset({'Booted From', 'Checked As', 'Region'})

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        arguments.add_image(parser, 'Image to check')
        parser.add_argument(
            '--project',
            dest='projects',
            metavar='<project>',
            action='append',
            default=[],
            help=(
                'Check only this project (name or ID; repeat option for '
                'several projects); default: every project that is known to '
                'have access to the image'
            ),
        )
        arguments.add_project_domain(parser)
        arguments.add_member_cloud(parser)
        parser.add_argument(
            '--fail-in-use',
            action='store_true',
            help='Exit with code 3 if any use of the image is found',
        )
        parser.add_argument(
            '--if',
            dest='withdrawal',
            choices=(risk.REVOKED, risk.DELETED, risk.DEACTIVATED),
            default=risk.REVOKED,
            help=(
                'Show what breaks if the share is revoked or the image is '
                'made private (revoked, the default), if the image is '
                'deleted, or if it is deactivated'
            ),
        )
        parser.add_argument(
            '--long',
            dest='remedies',
            action='store_true',
            help=(
                'List additional fields in output, and say what can be done; '
                'in a condition, "base" is the file of the image that a '
                'compute host keeps for its servers'
            ),
        )
        return parser

    def headers(self, parsed_args: argparse.Namespace) -> tuple[str, ...]:
        return self.LONG_HEADERS if parsed_args.remedies else self.HEADERS

    def rows(
        self, outcome: outcomes.UsageOutcome
    ) -> Iterator[tuple[object, ...]]:
        for consumer in outcome.consumers:
            yield (
                consumer.project_id,
                consumer.kind,
                consumer.id,
                consumer.name,
                consumer.status,
                consumer.booted_from,
                list(consumer.breaks),
                list(dict.fromkeys(o for o, _ in consumer.may_break)),
                consumer.region,
                consumer.checked_as,
                [
                    {'operation': o, 'condition': risk.clause(condition)}
                    for o, condition in consumer.may_break
                ],
            )
        # One row for each project and region; the sentences name services.
        for project_id, region, checked_as in dict.fromkeys(
            (gap.project_id, gap.region, gap.checked_as)
            for gap in outcome.gaps
        ):
            yield (
                project_id,
                risk.UNKNOWN,
                None,
                None,
                None,
                None,
                None,
                None,
                region,
                checked_as,
                None,
            )
