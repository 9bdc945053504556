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

"""``openstack image share revoke``"""

from __future__ import annotations

import argparse
import typing

from osc_imageshare.commands import arguments
from osc_imageshare.commands import base

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

    from openstack import connection as sdk_connection

    from osc_imageshare.sharing import outcomes
    from osc_imageshare.usage import survey


class ShareRevoke(base.Lister):
    """Take the share of an image back, unless it is in use

    Servers that a project has made of the image cannot be rebuilt, rescued
    or made again once the share is gone. So the project's servers and volumes
    are looked at first; the share stays if the image is in use (exit code 3)
    or if nobody could look (exit code 4).
    """

    HEADERS = (
        'Project ID',
        'Project Name',
        'Result',
        'In Use By',
        'Checked As',
    )
    OPTIONAL = frozenset({'Result', 'Checked As'})

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        arguments.add_image(parser)
        parser.add_argument(
            'projects',
            metavar='<project>',
            nargs='*',
            help=(
                'Project to revoke the share of (name, ID, or the member '
                'exactly as the image service lists it)'
            ),
        )
        parser.add_argument(
            '--all',
            dest='everyone',
            action='store_true',
            help='Revoke every share of the image',
        )
        arguments.add_project_domain(parser)
        arguments.add_member_cloud(parser)
        parser.add_argument(
            '--force',
            action='store_true',
            help='Revoke the share although the image is in use',
        )
        parser.add_argument(
            '--allow-unseen',
            action='store_true',
            help=(
                'Revoke the share although nobody could look whether the '
                'image is in use'
            ),
        )
        parser.add_argument(
            '--private',
            action='store_true',
            help='Make the image private when its last member has gone',
        )
        arguments.add_dry_run(parser)
        return parser

    def flow(
        self,
        connection: sdk_connection.Connection,
        parsed_args: argparse.Namespace,
    ) -> base.Flow:
        from osc_imageshare import sharing

        return sharing.Revoke(
            connection,
            arguments.request(sharing.RevokeRequest, parsed_args),
            self.context,
        )

    def rows(
        self, outcome: outcomes.RevokeOutcome
    ) -> Iterator[tuple[object, ...]]:
        for revoked in outcome.projects:
            usage = revoked.usage
            yield (
                revoked.project.id,
                revoked.project.name,
                revoked.result,
                _in_use_by(usage),
                None if usage is None else usage.checked_as,
            )


def _in_use_by(usage: survey.Usage | None) -> list[dict[str, str]] | None:
    """Return what was seen; None, not nothing, when that may not be all."""
    if usage is None or (usage.gaps and not usage.consumers):
        return None
    return [
        {
            'type': consumer.kind,
            'id': consumer.id,
            'name': consumer.name,
            'status': consumer.status,
        }
        for consumer in usage.consumers
    ]
