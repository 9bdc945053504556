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

    from osc_imageshare.sharing import outcomes
    from osc_imageshare.usage import survey


class ShareRevoke(base.Lister):
    """Revoke shares of an image that is not in use.

    Servers that a project has created from the image cannot be rebuilt,
    rescued or created again after that. So the command first checks the
    project's servers and volumes. It does not revoke the share if the project
    uses the image (exit code 3), or if it cannot determine that (exit code
    4).
    """

    FLOW = 'Revoke'

    EXAMPLES = (
        (
            'Revoke the share with a project, checked with its own entry of '
            'clouds.yaml',
            'openstack image share revoke ubuntu team-b --member-cloud team-b',
        ),
        (
            'Show what would be revoked, without any change',
            'openstack image share revoke ubuntu --all --dry-run',
        ),
        (
            'Revoke all shares and make the image private',
            'openstack image share revoke ubuntu --all --private',
        ),
    )

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
        arguments.add_image(parser, 'Image whose shares to revoke')
        parser.add_argument(
            'projects',
            metavar='<project>',
            nargs='*',
            help=(
                'Project whose share to revoke (name, ID, or the member '
                'string as the image service lists it)'
            ),
        )
        parser.add_argument(
            '--all',
            dest='everyone',
            action='store_true',
            help='Revoke all shares of the image',
        )
        arguments.add_project_domain(parser)
        arguments.add_member_cloud(parser)
        parser.add_argument(
            '--force',
            action='store_true',
            help='Revoke a share even if the project uses the image',
        )
        parser.add_argument(
            '--allow-unseen',
            action='store_true',
            help=(
                'Revoke a share even if the use of the image cannot be checked'
            ),
        )
        parser.add_argument(
            '--private',
            action='store_true',
            help='Make the image private if it has no members left',
        )
        arguments.add_dry_run(parser)
        return parser

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
    """Return the consumers; None if none was found, but a check failed."""
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
