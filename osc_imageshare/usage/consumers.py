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

"""A query about the use of an image, and its possible answers.

Each of the modules servers, volumes, snapshots, cluster_templates and
companions asks its service, in one region, in one scope, and yields the
records that refer to the image. It yields a :class:`Gap` for what it cannot
find out, never an empty answer. The modules endpoints and survey decide which
regions and scopes to ask, and combine the answers.
"""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare.usage import risk

if typing.TYPE_CHECKING:
    from osc_imageshare.api import rest
    from osc_imageshare.identity import scopes
    from osc_imageshare.image import images


#: What to type when the caller has no scope to check a project in.
HOW_TO_SEE = (
    'To check it, use --member-cloud with an entry of clouds.yaml for that '
    'project, or run the command as a user with a role in it, or as an '
    'administrator.'
)


@dataclasses.dataclass(frozen=True)
class Consumer:
    """A record of a project that was made of the image.

    :ivar kind: one of the types in the risk module.
    :ivar booted_from: how it was made of the image, one of FROM_IMAGE and the
        like in the risk module.
    :ivar breaks: the operations that fail once the image is withdrawn.
    :ivar may_break: the operations that fail then under a condition.
    """

    project_id: str
    kind: str
    id: str
    name: str
    status: str
    booted_from: str | None
    breaks: tuple[str, ...]
    region: str
    checked_as: str
    may_break: tuple[risk.Possible, ...] = ()


@dataclasses.dataclass(frozen=True)
class Gap:
    """Something that could not be checked, and why.

    :ivar project_id: the project whose records are unknown; None for every
        project of the query.
    :ivar service: the service type; None when no service could be asked, or
        when the services are not known.
    """

    project_id: str | None
    service: str | None
    region: str | None
    reason: str
    checked_as: str | None = None


Found = Consumer | Gap


@dataclasses.dataclass(frozen=True)
class Query:
    """The question who refers to *image*, as seen in *scope*.

    :ivar everyone: ask for the records of all projects, as an administrator.
    :ivar withdrawal: the withdrawal of the image that would break something.
    """

    scope: scopes.Scope
    image: images.Image
    everyone: bool
    label: str
    withdrawal: str = risk.REVOKED

    def consumer(
        self,
        kind: str,
        record: dict[str, typing.Any],
        region: str,
        project_id: object,
        booted_from: str | None = None,
    ) -> Consumer:
        return Consumer(
            project_id=str(project_id),
            kind=kind,
            id=str(record.get('id') or record.get('uuid')),
            name=str(record.get('name') or ''),
            status=str(record.get('status') or ''),
            booted_from=booted_from,
            breaks=risk.breaks(kind, booted_from, self.withdrawal),
            region=region,
            checked_as=self.label,
            may_break=risk.may_break(kind, booted_from, self.withdrawal),
        )

    def gap(
        self,
        reason: str,
        service: str | None,
        region: str | None,
        project_id: str | None = None,
    ) -> Gap:
        if project_id is None and not self.everyone:
            project_id = self.scope.project_id
        return Gap(project_id, service, region, reason, self.label)

    def owner_of(
        self, api: rest.Api, record: dict[str, typing.Any], field: str
    ) -> str:
        """Return the project of a record, after a check that it may be that.

        A service that drops unknown filters answers with the records of the
        asking project: they prove nothing about other projects.

        :raises errors.ServiceError: when the record is of another project
            than the queried one, or names none.
        """
        found = record.get(field)
        if self.everyone:
            if not found:
                raise api.unusable(f'a record without {field}')
            return str(found)
        if found not in (None, '', self.scope.project_id):
            raise api.unusable(
                f'a record of project {found} among those of project '
                f'{self.scope.project_id}'
            )
        return self.scope.project_id

    @property
    def tenants(self) -> list[tuple[str, str]]:
        return [('all_tenants', '1')] if self.everyone else []
