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

"""The projects that one run can ask the cloud as.

This module knows which projects the caller can speak for, and in which scope.
It opens each scope once, and only when somebody needs it.

Source: Keystone's v3 API, ``GET /v3/auth/projects``, which is open to every
user, but not to every credential of a user.
"""

from __future__ import annotations

import contextlib
import dataclasses
import threading
import typing

from osc_imageshare.api import parallel
from osc_imageshare import errors
from osc_imageshare.identity import authentication
from osc_imageshare.identity import member_cloud
from osc_imageshare.identity import scopes

if typing.TYPE_CHECKING:
    from collections.abc import Collection

    from openstack import connection as sdk_connection

#: A service, or a proxy in front of it, gives these answers to a credential
#: that may not ask: application credentials with access rules get 401.
REFUSALS = frozenset({401, 403, 404})

#: The roles that Keystone makes for ordinary users, and their old names.
_ORDINARY = frozenset({'member', '_member_', 'reader', 'manager'})


@dataclasses.dataclass(frozen=True)
class OwnProject:
    """A project the caller can get a token for (``GET /v3/auth/projects``)."""

    id: str
    name: str
    domain_id: str


class Caller:
    """The scopes of one run. Each is opened once, and only when needed.

    :param connection: an openstacksdk connection of the caller.
    :param member_clouds: names of clouds.yaml entries, see :attr:`clouds`.
    :param program: how the native client is started as the caller.
    :param option: what names an entry of clouds.yaml, for sentences.
    :ivar evident: whether the image service has shown to the caller what it
        shows to administrators only.
    :raises errors.ImageShareError: when the caller has no project-scoped
        token.
    """

    def __init__(
        self,
        connection: sdk_connection.Connection,
        member_clouds: tuple[str, ...] = (),
        program: tuple[str, ...] = scopes.PROGRAM,
        option: str = '--member-cloud',
    ) -> None:
        self._option = option
        self.own = authentication.own(connection, program)
        self.evident = False
        self.member_clouds = member_clouds
        # Threads look at several projects at the same time.
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._clouds: dict[str, scopes.Scope] | None = None
        self._entries: dict[str, scopes.Scope] = {}
        self._own_projects: tuple[OwnProject, ...] | None = None
        self._refused = False
        self._rescoped: dict[str, scopes.Scope | scopes.NoScope] = {}

    @property
    def clouds(self) -> dict[str, scopes.Scope]:
        """The member clouds by project, as their tokens say.

        The first access opens them, all at once.

        :raises errors.ImageShareError: when one of them cannot be used.
        """
        with self._opening:
            if self._clouds is None:
                found: dict[str, scopes.Scope] = {}
                for name, scope in parallel.ask(
                    self.member_clouds,
                    lambda name: member_cloud.open_(self.own, name),
                ):
                    first = found.setdefault(scope.project_id, scope)
                    self._entries[name] = first
                self._clouds = found
            return self._clouds

    def cloud(self, name: str) -> scopes.Scope:
        """Return the scope of a member cloud.

        Of two entries for one project, the first is taken for both.

        :raises errors.ImageShareError: when one of them cannot be used.
        """
        _ = self.clouds
        return self._entries[name]

    @property
    def administrator(self) -> bool:
        """Whether the caller is an administrator, by its role or by evidence.

        False proves nothing: see :attr:`unusual`.
        """
        return self.own.administrator or self.evident

    @property
    def unusual(self) -> bool:
        """Whether a role of the caller may be an administrator's.

        The policies of a cloud may give any name to that role
        (``context_is_admin: role:cloud_image_admin``). If nothing else tells,
        the services decide what such a caller may do. A caller with no roles
        but those of ordinary users costs no such request.
        """
        roles = {role.casefold() for role in self.own.access.role_names or ()}
        return self.administrator or not roles <= _ORDINARY

    @property
    def own_projects(self) -> tuple[OwnProject, ...] | None:
        """Every project the caller can get a token for, read once.

        None if the caller may not ask.

        :raises errors.ServiceError: when Keystone does not answer.
        """
        with self._lock:
            if self._own_projects is None and not self._refused:
                try:
                    self._own_projects = self._ask_own_projects()
                except errors.ServiceError as exc:
                    if exc.status not in REFUSALS:
                        raise
                    self._refused = True
            return self._own_projects

    def prepare(self, project_ids: Collection[str] | None = None) -> None:
        """Read early what :meth:`speaking_for` will probably need.

        A flow calls this while it looks other things up, so that nothing has
        to wait for it later. It never raises: :meth:`speaking_for` asks again.

        :param project_ids: which projects; None when that is not known yet.
        """
        if self.own.administrator or authentication.not_rescopable(
            self.own.access
        ):
            return
        if project_ids is None and self.member_clouds:
            return
        if project_ids is not None and {
            self.own.project_id,
            *self.clouds,
        }.issuperset(project_ids):
            return
        with contextlib.suppress(errors.ServiceError):
            _ = self.own_projects

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

    def speaking_for(self, project_id: str) -> scopes.Scope | scopes.NoScope:
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

    def cannot_speak_for(self, project_id: str) -> scopes.NoScope | None:
        """Return why there is no scope for a project; None if there may be.

        Asks for no token: that there is one is known when it is obtained.
        """
        if project_id == self.own.project_id or project_id in self.clouds:
            return None
        why_not = authentication.not_rescopable(self.own.access, self._option)
        if why_not:
            return scopes.NoScope(why_not)
        try:
            mine = self.own_projects
        except errors.ServiceError as exc:
            return scopes.NoScope(' '.join(exc.lines), failed=True)
        if mine is None:
            return scopes.NoScope(
                'the identity service does not let you list the projects you '
                'have a role in; use '
                f'{self._option} with an entry of clouds.yaml for the other '
                'project'
            )
        if project_id not in {project.id for project in mine}:
            return scopes.NoScope(f'you have no role in project {project_id}')
        return None

    def _rescope(self, project_id: str) -> scopes.Scope | scopes.NoScope:
        why_not = self.cannot_speak_for(project_id)
        if why_not is not None:
            return why_not
        try:
            return authentication.rescoped(self.own, project_id)
        except errors.ImageShareError as exc:
            return scopes.NoScope(' '.join(exc.lines), failed=True)
