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

    from openstack import connection as sdk_connection

    from osc_imageshare.sharing import outcomes


class ShareUsage(base.Lister):
    """List what was made of an image, and what would break without it

    An image is withdrawn when its share is revoked, when it is made private,
    deleted or deactivated, and not all of these break the same operations:
    --if says which withdrawal is meant. What certainly stops working is in
    the column Breaks; what stops working under a condition (where a compute
    host has no file of the image any more, for example) is in May Break, and
    --long names the conditions and what can be done.

    With --fail-in-use this is the gate to put before a native "image delete",
    "image set --private" or "image set --deactivate": it ends with 0 only
    when every project that was asked about could be looked at and nothing was
    found, with 3 when the image is in use, and with 4 when something could
    not be seen (a row of type "unknown").

    Projects that were members once are looked at by an administrator, or when
    they are named with --project. Those of a private image are hidden from
    its owner, who is warned that they were not looked at.
    """

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
        arguments.add_image(parser)
        parser.add_argument(
            '--project',
            dest='projects',
            metavar='<project>',
            action='append',
            default=[],
            help=(
                'Look at this project only (name or ID; repeat for several); '
                'without it, at every project that is known to be able to '
                'use the image'
            ),
        )
        arguments.add_project_domain(parser)
        arguments.add_member_cloud(parser)
        parser.add_argument(
            '--fail-in-use',
            action='store_true',
            help='End with exit code 3 if anything was found',
        )
        parser.add_argument(
            '--if',
            dest='withdrawal',
            choices=(risk.REVOKED, risk.DELETED, risk.DEACTIVATED),
            default=risk.REVOKED,
            help=(
                'Say what breaks if the share is revoked or the image made '
                'private (revoked, the default), if the image is deleted, or '
                'if it is deactivated'
            ),
        )
        parser.add_argument(
            '--long',
            dest='remedies',
            action='store_true',
            help=(
                'List additional fields in output, and say what can be done; '
                'in a condition, "base" is the file of the image that a '
                'compute host keeps for the servers on it'
            ),
        )
        return parser

    def headers(self, parsed_args: argparse.Namespace) -> tuple[str, ...]:
        return self.LONG_HEADERS if parsed_args.remedies else self.HEADERS

    def flow(
        self,
        connection: sdk_connection.Connection,
        parsed_args: argparse.Namespace,
    ) -> base.Flow:
        from osc_imageshare import sharing

        return sharing.Usage(
            connection,
            arguments.request(sharing.UsageRequest, parsed_args),
            self.context,
        )

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
        # A row for each project and region; the sentences name the services.
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
