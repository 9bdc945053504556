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

"""From what a person typed to a project, with how sure we are.

Glance stores any string as a member, and Keystone answers 403 to ordinary
users who look for a project by name, so a name that cannot be looked up must
never travel on as if it were an ID. This module knows where a project can be
found, and refuses to guess.

Sources: Keystone's v3 API: ``GET /v3/auth/projects`` (everyone),
``GET /v3/projects`` and ``/v3/projects/{id}`` (where the policy allows).
"""

from __future__ import annotations

import dataclasses
import functools
import re
import typing

from osc_imageshare import errors
from osc_imageshare import rest

if typing.TYPE_CHECKING:
    from osc_imageshare import scopes as scopes_

_ID_SHAPE = re.compile(
    r'[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', re.I
)

_DOMAIN_ID = re.compile('[a-zA-Z0-9-]+')


@dataclasses.dataclass(frozen=True)
class Project:
    """A project as it was named.

    :ivar name: None when it is not known.
    :ivar verified: whether a token, the caller's own list or the identity
        service has shown that this project exists.
    """

    id: str
    name: str | None = None
    verified: bool = True

    def __str__(self) -> str:
        return f'{self.name} ({self.id})' if self.name else self.id


def looks_like_id(words: str) -> bool:
    """Tell whether *words* have the shape of the IDs Keystone makes."""
    return _ID_SHAPE.fullmatch(words) is not None


class Projects:
    """Looks projects up, each source asked at most once.

    :param domain: name or ID of the domain in which names are looked up;
        None for every domain.
    """

    def __init__(
        self, scopes: scopes_.Scopes, domain: str | None = None
    ) -> None:
        self._scopes = scopes
        self._domain = domain

    def named(self, words: str) -> Project:
        """Return the one project that *words* (an ID or a name) mean.

        Member clouds are asked first, then the caller's own projects, then
        the identity service. What has the shape of an ID is taken for one
        when nobody can tell, and is marked as not verified.

        :raises errors.Refused: for a name nobody can look up, that no project
            has, or that several have.
        """
        if not words:
            raise errors.UsageError('The name of a project is empty.')
        known = [
            Project(scope.project_id, scope.project_name)
            for scope in (*self._scopes.clouds.values(), self._scopes.own)
            if scope.project_id == words
            or (
                scope.project_name == words
                and self._in_domain(scope.access.project_domain_id)
            )
        ]
        return (
            _one(words, known)
            or self._own(words)
            or self._looked_up(words)
            or self._shaped(words)
        )

    def _own(self, words: str) -> Project | None:
        mine = self._scopes.own_projects
        by_id = [p for p in mine if p.id == words]
        by_name = [
            p for p in mine if p.name == words and self._in_domain(p.domain_id)
        ]
        return _one(words, [Project(p.id, p.name) for p in by_id or by_name])

    def _looked_up(self, words: str) -> Project | None:
        """Ask the identity service; None when it may not answer this user."""
        identity = self._scopes.own.identity()
        try:
            if looks_like_id(words):
                found = self._by_id(identity, words)
                if found is not None:
                    return found
            params = [('name', words)]
            if self._domain is not None:
                params.append(('domain_id', self._domain_id))
            records = list(
                identity.pages('projects', key='projects', params=params)
            )
        except errors.ServiceError as exc:
            if exc.status == 403:
                return None
            if exc.status != 400:
                raise
            # No project can have such a name: it is too long, for example.
            records = []
        found = _one(
            words,
            [
                Project(str(r['id']), str(r['name']))
                for r in records
                if r.get('name') == words
            ],
        )
        if found is None:
            raise errors.Refused(
                f'There is no project {words!r}.',
                'Nothing has been changed.',
            )
        return found

    @staticmethod
    def _by_id(identity: rest.Api, project_id: str) -> Project | None:
        try:
            answer = identity.request('GET', 'projects', project_id)
        except errors.ServiceError as exc:
            if exc.status == 404:
                return None
            raise
        record = answer.get('project') if isinstance(answer, dict) else None
        if not isinstance(record, dict):
            raise identity.unusable(f'project {project_id} is none')
        return Project(str(record['id']), str(record['name']))

    @staticmethod
    def _shaped(words: str) -> Project:
        if looks_like_id(words):
            return Project(words, verified=False)
        raise errors.Refused(
            f'The project name {words!r} cannot be looked up: the identity '
            'service does not let this user search for projects, and it is '
            'no name of a project of this user.',
            'Nothing has been changed. Name the project by its ID (its '
            'members see it with "openstack token issue"), or, for commands '
            'that take it, by an entry of clouds.yaml with --member-cloud.',
        )

    def name_of(self, project_id: str) -> str | None:
        """Return a project's name for display, or None.

        Never fails: a name is an ornament, and most users may not look up
        the names of other projects.
        """
        for scope in (self._scopes.own, *self._scopes.clouds.values()):
            if scope.project_id == project_id:
                return scope.project_name
        try:
            for mine in self._scopes.own_projects:
                if mine.id == project_id:
                    return mine.name
            if self._scopes.own.administrator and looks_like_id(project_id):
                found = self._by_id(self._scopes.own.identity(), project_id)
                return found.name if found else None
        except errors.ServiceError:
            pass
        return None

    @functools.cached_property
    def directory(self) -> dict[str, str] | None:
        """Every project there is, ID to name; None for who may not know."""
        if not self._scopes.own.administrator:
            return None
        identity = self._scopes.own.identity()
        try:
            return {
                str(record['id']): str(record['name'])
                for record in identity.pages('projects', key='projects')
            }
        except errors.ServiceError:
            return None

    def _in_domain(self, domain_id: str | None) -> bool:
        return self._domain is None or domain_id == self._domain_id

    @functools.cached_property
    def _domain_id(self) -> str:
        """The ID of the domain that was named.

        The domains of the tokens at hand are known to everyone; others only
        to administrators. What nobody knows is taken for an ID, so that at
        worst no project is found in it.
        """
        domain = self._domain or ''
        for scope in (self._scopes.own, *self._scopes.clouds.values()):
            access = scope.access
            for known_id, name in (
                (access.project_domain_id, access.project_domain_name),
                (access.user_domain_id, access.user_domain_name),
            ):
                if known_id and domain in (known_id, name):
                    return str(known_id)
        identity = self._scopes.own.identity()
        try:
            answer = list(
                identity.pages(
                    'domains',
                    key='domains',
                    params=[('name', domain)],
                )
            )
        except errors.ServiceError as exc:
            if exc.status != 403:
                raise
            answer = []
        if answer:
            return str(answer[0]['id'])
        if not _DOMAIN_ID.fullmatch(domain):
            raise errors.Refused(
                f'The domain {domain!r} is not known, or this user may not '
                'look it up.',
                'Nothing has been changed. Name the domain, or better the '
                'project, by its ID.',
            )
        return domain


def _one(words: str, found: list[Project]) -> Project | None:
    """Return the only project found, or None.

    :raises errors.Refused: when there are several.
    """
    distinct = {project.id: project for project in found}
    if len(distinct) > 1:
        raise errors.Refused(
            f'Several projects are called {words!r}: '
            f'{", ".join(sorted(distinct))}.',
            'Nothing has been changed. Name one by its ID, or its domain '
            'with --project-domain.',
        )
    return next(iter(distinct.values()), None)
