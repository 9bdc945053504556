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

"""As which project the cloud can be asked, in one run.

Knows which projects the caller can speak for, and in which scope; each scope
is opened once, and only when it is needed.

Source: Keystone's v3 API, ``GET /v3/auth/projects``, which is open to every
user.
"""

from __future__ import annotations

import dataclasses
import threading
import typing

from osc_imageshare import errors
from osc_imageshare import member_cloud
from osc_imageshare import opening
from osc_imageshare import scope as scope_

if typing.TYPE_CHECKING:
    from openstack import connection as sdk_connection


@dataclasses.dataclass(frozen=True)
class OwnProject:
    """A project the caller can get a token for (``GET /v3/auth/projects``)."""

    id: str
    name: str
    domain_id: str


class Scopes:
    """The scopes of one run, each obtained once and only when needed.

    :param connection: an openstacksdk connection of the caller.
    :param member_clouds: names of clouds.yaml entries; their tokens are
        obtained at once, because a token tells which project it is for.
    :param program: how the native client is started as the caller.
    :raises errors.ImageShareError: when the caller has no project-scoped
        token, or a member cloud cannot be used.
    """

    def __init__(
        self,
        connection: sdk_connection.Connection,
        member_clouds: tuple[str, ...] = (),
        program: tuple[str, ...] = scope_.PROGRAM,
    ) -> None:
        self.own = opening.own(connection, program)
        self.clouds: dict[str, scope_.Scope] = {}
        for name in member_clouds:
            scope = member_cloud.open_(self.own, name)
            self.clouds.setdefault(scope.project_id, scope)
        # Several projects are looked at at once.
        self._lock = threading.Lock()
        self._own_projects: tuple[OwnProject, ...] | None = None
        self._rescoped: dict[str, scope_.Scope | scope_.NoScope] = {}

    @property
    def own_projects(self) -> tuple[OwnProject, ...]:
        """Every project the caller can get a token for, asked for once.

        :raises errors.ServiceError: when Keystone does not answer.
        """
        with self._lock:
            if self._own_projects is None:
                self._own_projects = self._ask_own_projects()
            return self._own_projects

    def _ask_own_projects(self) -> tuple[OwnProject, ...]:
        records = self.own.identity().pages('auth', 'projects', key='projects')
        return tuple(
            OwnProject(
                str(r['id']),
                str(r.get('name', '')),
                str(r.get('domain_id', '')),
            )
            for r in records
        )

    def speaking_for(self, project_id: str) -> scope_.Scope | scope_.NoScope:
        """Return the scope in which the caller *is* that project.

        The caller's own scope, a member cloud, or the same user rescoped, in
        this order; never an administrator's.
        """
        if project_id == self.own.project_id:
            return self.own
        if project_id in self.clouds:
            return self.clouds[project_id]
        if project_id not in self._rescoped:
            self._rescoped[project_id] = self._rescope(project_id)
        return self._rescoped[project_id]

    def _rescope(self, project_id: str) -> scope_.Scope | scope_.NoScope:
        why_not = opening.not_rescopable(self.own.access)
        if why_not:
            return scope_.NoScope(why_not)
        try:
            known = {project.id for project in self.own_projects}
        except errors.ServiceError as exc:
            return scope_.NoScope(' '.join(exc.lines), failed=True)
        if project_id not in known:
            return scope_.NoScope('this user has no role in that project')
        try:
            return opening.rescoped(self.own, project_id)
        except errors.ImageShareError as exc:
            return scope_.NoScope(' '.join(exc.lines), failed=True)
