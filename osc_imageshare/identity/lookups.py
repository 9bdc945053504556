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

"""What the identity service tells about projects, if the caller may ask.

This module knows which requests to send, and whether one by one or by a list.
It does not know what a person means by a word.

Sources: Keystone's v3 API: ``GET /v3/projects`` and ``/v3/projects/{id}``.
"""

from __future__ import annotations

import dataclasses
import functools
import re
import typing

from osc_imageshare.api import parallel
from osc_imageshare import errors
from osc_imageshare.identity import caller

if typing.TYPE_CHECKING:
    from collections.abc import Iterable

_DOMAIN_ID = re.compile('[a-zA-Z0-9-]+')

#: Up to this many IDs are looked up one by one: all at once.
_SINGLY = parallel.IN_FLIGHT


@dataclasses.dataclass(frozen=True)
class Record:
    """A project as the identity service has it."""

    id: str
    name: str


class LookUps:
    """Looks up projects, each project once.

    :param domain: name or ID of the domain in which names are looked up;
        None for every domain.
    """

    def __init__(self, scopes: caller.Caller, domain: str | None) -> None:
        self._scopes = scopes
        self._domain = domain
        self._answers: dict[str, tuple[Record, ...] | None] = {}

    def asked(self, words: str) -> bool:
        """Tell whether an ID or a name has been looked up."""
        return words in self._answers

    def found(self, words: str) -> tuple[Record, ...] | None:
        """Return the projects found; None if the caller may not look."""
        return self._answers.get(words)

    def ids(self, ids: Iterable[str]) -> None:
        """Look up projects by ID.

        For many, an administrator reads the list of all projects. What it
        leaves out is asked for one by one: Keystone may have refused the list
        or cut it short (``list_limit``).

        :raises errors.ServiceError: when the identity service fails.
        """
        left = [one for one in ids if one not in self._answers]
        if len(left) > _SINGLY:
            listed = {
                project_id.lower(): Record(project_id, name)
                for project_id, name in (self.directory or {}).items()
            }
            found = [one for one in left if one.lower() in listed]
            self._answers.update((o, (listed[o.lower()],)) for o in found)
            left = [one for one in left if one not in self._answers]
        self._answers.update(parallel.ask(left, self._by_id))

    def names(self, names: Iterable[str]) -> None:
        """Look up projects by name.

        :raises errors.ServiceError: when the identity service fails.
        """
        left = [one for one in names if one not in self._answers]
        self._answers.update(parallel.ask(left, self._by_name))

    def refuse(self, names: Iterable[str]) -> None:
        """Mark names as refused, without a request."""
        self._answers.update(dict.fromkeys(names))

    def _by_name(self, name: str) -> tuple[Record, ...] | None:
        params = [('name', name)]
        if self.domain_id is not None:
            params.append(('domain_id', self.domain_id))
        try:
            return tuple(
                _record(record)
                for record in self._scopes.own.identity().pages(
                    'projects', key='projects', params=params
                )
                # MySQL compares names without case.
                if record.get('name') == name
            )
        except errors.ServiceError as exc:
            if exc.status in caller.REFUSALS:
                return None
            if exc.status != 400:
                raise
            # No project can have this name: it may be too long.
            return ()

    def _by_id(self, words: str) -> tuple[Record, ...] | None:
        """Look a project up by its ID, which may be in capitals.

        Keystone makes IDs in lower case. On MySQL it finds them in capitals
        as well, on SQLite and PostgreSQL it does not.
        """
        identity = self._scopes.own.identity()
        for project_id in dict.fromkeys((words.lower(), words)):
            try:
                answer = identity.request('GET', 'projects', project_id)
            except errors.ServiceError as exc:
                if exc.status == 404:
                    continue
                if exc.status in caller.REFUSALS:
                    return None
                raise
            record = (
                answer.get('project') if isinstance(answer, dict) else None
            )
            if not isinstance(record, dict):
                raise identity.unusable(f'{project_id} is no project record')
            return (_record(record),)
        return ()

    @functools.cached_property
    def directory(self) -> dict[str, str] | None:
        """Every project that exists, ID to name; None if not known."""
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

    @functools.cached_property
    def domain_id(self) -> str | None:
        """The ID of the named domain; None if no domain was named.

        Every caller knows the domains of its tokens; only administrators can
        look up others. A word that nobody can look up counts as an ID, so
        that at worst no project is found in that domain.
        """
        domain = self._domain
        if domain is None:
            return None
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
            if exc.status not in caller.REFUSALS:
                raise
            answer = []
        if answer:
            return str(answer[0]['id'])
        if not _DOMAIN_ID.fullmatch(domain):
            raise errors.Refused(
                f'No domain found for {domain!r}, or you may not look it up.',
                advice=('Use the ID of the domain, or that of the project.',),
            )
        return domain


def _record(record: dict[str, typing.Any]) -> Record:
    return Record(str(record['id']), str(record['name']))
