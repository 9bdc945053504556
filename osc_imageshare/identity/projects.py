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

"""From a typed word to a project, and whether that project is verified.

Glance stores any string as a member, and Keystone answers 403 to ordinary
users who look for a project by name. So a name that nobody can look up must
never pass for an ID. This module knows where to find a project, and refuses
to guess.

Sources: the tokens at hand, Keystone's ``GET /v3/auth/projects`` (for
everyone) and what the identity service tells, see the module lookups.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import re
import typing

from osc_imageshare.api import parallel
from osc_imageshare import errors
from osc_imageshare.identity import lookups

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from osc_imageshare.identity import caller
    from osc_imageshare.identity import scopes as scopes_

_ID_SHAPE = re.compile(
    r'[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', re.I
)


class CannotLookUp(errors.Refused):
    """A name that nobody here may look up: it may mean any project."""


@dataclasses.dataclass(frozen=True)
class Project:
    """A project as it was named.

    :ivar name: None when it is not known.
    :ivar verified: True if a token, the caller's own list or the identity
        service has shown that the project exists.
    """

    id: str
    name: str | None = None
    verified: bool = True

    def __str__(self) -> str:
        return f'{self.name} ({self.id})' if self.name else self.id


def looks_like_id(words: str) -> bool:
    """Tell whether *words* have the shape of the IDs Keystone makes."""
    return _ID_SHAPE.fullmatch(words) is not None


def same_id(words: str, ids: Iterable[str]) -> str | None:
    """Return the one of *ids* that equals *words*, or None.

    An ID that differs in case only counts if no ID is equal.
    """
    known = tuple(ids)
    if words in known:
        return words
    lower = words.lower()
    folded = [one for one in known if one.lower() == lower]
    return lower if lower in folded else next(iter(folded), None)


class Projects:
    """Finds projects; a call for several looks them up at the same time.

    :param domain: name or ID of the domain in which names are looked up;
        None for every domain.
    """

    def __init__(
        self, scopes: caller.Caller, domain: str | None = None
    ) -> None:
        self._scopes = scopes
        self._look_ups = lookups.LookUps(scopes, domain)

    def named(self, words: str) -> Project:
        """Return the one project that *words* mean, see :meth:`all_named`."""
        return self.all_named([words])[0]

    def all_named(
        self,
        words: Sequence[str],
        meanwhile: Callable[[str], object] = lambda project_id: None,
    ) -> list[Project]:
        """Return the one project that each of the *words* means.

        A word with the shape of an ID is compared with IDs only; the project
        is not verified when nobody can tell whether it exists. Any other word
        is a name: of a member cloud's project; else of the only project that
        the identity service knows by it; else, if the caller may not ask, of
        one of the caller's own projects.

        :param meanwhile: called with each ID of one of the caller's own
            projects, while other projects are looked up.
        :raises errors.Refused: for a name that nobody can look up, that no
            project has, or that several have; for an ID that no project has.
        """
        if not all(words):
            raise errors.UsageError('The project name is empty.')
        _ = self._scopes.clouds
        left = [w for w in dict.fromkeys(words) if not self._at_hand(w)]
        if left:
            self._look_up(left, meanwhile)
        return [self._at_hand(w) or self._meant(w) for w in words]

    def _at_hand(self, words: str) -> Project | None:
        """Return the project that the tokens at hand identify, or None.

        The name of the caller's own project does not count: the caller may
        mean another project of the same name.
        """
        own, clouds = self._scopes.own, self._scopes.clouds
        if looks_like_id(words):
            return _with_id(words, map(_project, (*clouds.values(), own)))
        return _one(
            words,
            [_project(s) for s in clouds.values() if self._called(words, s)],
        )

    def _called(self, words: str, scope: scopes_.Scope) -> bool:
        """Tell whether the project of a scope has this name."""
        return scope.project_name == words and self._in_domain(
            scope.access.project_domain_id
        )

    def _in_domain(self, domain_id: str | None) -> bool:
        return self._look_ups.domain_id in (None, domain_id)

    def _own(self, words: str) -> list[Project]:
        """Return the caller's own projects that *words* may mean."""
        own, mine = self._scopes.own, self._scopes.own_projects or ()
        if looks_like_id(words):
            found = _with_id(words, (Project(p.id, p.name) for p in mine))
            return [found] if found else []
        return [
            *([_project(own)] if self._called(words, own) else ()),
            *(
                Project(p.id, p.name)
                for p in mine
                if p.name == words and self._in_domain(p.domain_id)
            ),
        ]

    def _look_up(
        self, words: Sequence[str], meanwhile: Callable[[str], object]
    ) -> None:
        """Read everything that decides what *words* mean.

        A caller without an administrator's role most likely may not look up
        projects: one refused name shows that for all names, and IDs of the
        caller's own projects need no look-up.
        """
        ids = [w for w in words if looks_like_id(w)]
        names = [w for w in words if not looks_like_id(w)]
        likely = self._scopes.own.administrator
        look_ups = self._look_ups
        if names:
            # Read it here, once, and not in each of the threads below.
            _ = look_ups.domain_id
        _at_once(
            lambda: self._scopes.own_projects,
            *([lambda: look_ups.ids(ids)] if ids and likely else ()),
            *(
                [lambda: look_ups.names(names if likely else names[:1])]
                if names
                else ()
            ),
        )
        if names and look_ups.found(names[0]) is None:
            look_ups.refuse(names)
        mine = {one: self._own(one) for one in ids}
        unknown = [one for one in ids if not mine[one]]
        _at_once(
            *(
                functools.partial(meanwhile, project.id)
                for found in mine.values()
                for project in found
            ),
            lambda: look_ups.ids(unknown),
            lambda: look_ups.names(names),
        )

    def _meant(self, words: str) -> Project:
        """Decide what *words* mean, from the answers."""
        answered = self._look_ups.found(words)
        found = _one(
            words,
            [
                *self._own(words),
                *(Project(r.id, r.name) for r in answered or ()),
            ],
        )
        if found is not None:
            return found
        if looks_like_id(words) and (
            answered is None
            # A proxy that refuses a request which is open to everybody says
            # nothing about a project by its 404.
            or self._scopes.own_projects is None
        ):
            # Keystone's IDs are in lower case.
            return Project(words.lower(), verified=False)
        if answered is not None:
            raise errors.Refused(
                f'No project found for {words!r}.',
            )
        raise CannotLookUp(
            f'Cannot look up the project name {words!r}: you may not search '
            'for projects, and none of your own projects has this name.',
            advice=(
                'Use the ID of the project (its users see it with "openstack '
                'token issue") or, where the command has it, --member-cloud '
                'with an entry of clouds.yaml.',
            ),
        )

    def names_of(self, ids: Collection[str]) -> dict[str, str | None]:
        """Return the names of projects for display; None if not known.

        This never fails: a name is an ornament, and most users may not look
        up the names of other projects.
        """
        names: dict[str, str | None] = {
            scope.project_id: scope.project_name
            for scope in (*self._scopes.clouds.values(), self._scopes.own)
        }
        left = [one for one in dict.fromkeys(ids) if one not in names]
        if self._scopes.own.administrator:
            shaped = [one for one in left if looks_like_id(one)]
            with contextlib.suppress(errors.ServiceError):
                self._look_ups.ids(shaped)
            for one in shaped:
                for record in self._look_ups.found(one) or ():
                    names[record.id] = record.name
        if any(one not in names for one in left):
            try:
                mine = self._scopes.own_projects or ()
            except errors.ServiceError:
                mine = ()
            names.update((p.id, p.name) for p in mine)
        return {one: names.get(one) for one in ids}

    @property
    def directory(self) -> dict[str, str] | None:
        """Every project that exists, ID to name; None if not known."""
        return self._look_ups.directory


def _at_once(*look_ups: Callable[[], object]) -> None:
    for _ in parallel.ask(look_ups, lambda look_up: look_up()):
        pass


def _project(scope: scopes_.Scope) -> Project:
    return Project(scope.project_id, scope.project_name)


def _with_id(words: str, found: Iterable[Project]) -> Project | None:
    """Return the project whose ID is *words*."""
    known = list(found)
    wanted = same_id(words, [project.id for project in known])
    return next((p for p in known if p.id == wanted), None)


def _one(words: str, found: Sequence[Project]) -> Project | None:
    """Return the only project found, or None.

    :raises errors.Refused: for several projects.
    """
    distinct = {project.id: project for project in found}
    if len(distinct) > 1:
        raise errors.Refused(
            f'More than one project is called {words!r}: '
            f'{", ".join(sorted(distinct))}.',
            advice=('Use the ID of the project, or --project-domain.',),
        )
    return next(iter(distinct.values()), None)
