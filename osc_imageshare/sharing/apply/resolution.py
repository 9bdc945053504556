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

"""What the words of a file mean in this cloud: projects and their ways.

Everything that is named is looked up once, however many images name it. What
cannot be found out is said of the words in question, and of nothing else.
"""

from __future__ import annotations

import contextlib
import dataclasses
import typing

from osc_imageshare.api import parallel
from osc_imageshare import errors
from osc_imageshare.identity import domains
from osc_imageshare.identity import projects
from osc_imageshare.sharing.apply import document
from osc_imageshare.sharing.apply import states

if typing.TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from osc_imageshare.identity import caller

#: What a line of the file means.
_Meant = list[projects.Project] | states.Unresolved


class Resolution:
    """The projects that a file names.

    :raises errors.ImageShareError: when a service fails, or an entry of
        clouds.yaml cannot be used.
    """

    def __init__(
        self, scopes: caller.Caller, wanted: document.Document
    ) -> None:
        self._scopes = scopes
        self._owner = wanted.owner
        self._meant: dict[document.Member, _Meant] = {}
        # How it is accepted makes no other project of it.
        distinct = {
            _bare(member)
            for image in wanted.images
            for member in image.members
        }
        by_domain: dict[tuple[bool, str | None], list[document.Member]] = {}
        for member in sorted(distinct, key=str):
            if member.cloud is not None:
                scope = scopes.cloud(member.cloud)
                self._meant[member] = [
                    projects.Project(scope.project_id, scope.project_name)
                ]
            elif member.project and projects.looks_like_id(member.project):
                self._meant[member] = [
                    projects.Project(member.project, verified=False)
                ]
            else:
                key = member.project is None, member.domain
                by_domain.setdefault(key, []).append(member)
        for _, found in parallel.ask(list(by_domain.values()), self._look_up):
            self._meant.update(found)

    def _look_up(
        self, members: Sequence[document.Member]
    ) -> dict[document.Member, _Meant]:
        """Look up names of one domain, or the projects of one."""
        first = members[0]
        if first.project is None:
            return {first: self._all_of(first)}
        look_ups = projects.Projects(self._scopes, first.domain)
        names = [str(member.project) for member in members]
        with contextlib.suppress(errors.Refused):
            # All at once; what each means is decided below.
            look_ups.all_named(names)
        return {member: _named(look_ups, member) for member in members}

    def _all_of(self, member: document.Member) -> _Meant:
        try:
            found = domains.enabled(self._scopes, str(member.domain))
        except (errors.Refused, errors.ServiceError) as exc:
            return states.Unresolved(str(member), _reason(exc))
        # Whoever owns an image needs no share of it.
        return [one for one in found if one.id != self._owner]

    def of(
        self, image: document.Image, members: Iterable[str]
    ) -> tuple[list[states.Wanted], list[states.Unresolved]]:
        """Return the projects that the file names for an image.

        Each project is there once, in the order of the file; what is named
        by itself counts more than what a domain contains.

        :param members: those that the image has: an ID in capitals may be
            one of them.
        """
        known = tuple(members)
        wanted: dict[str, states.Wanted] = {}
        unresolved: dict[str, states.Unresolved] = {}
        alone: set[str] = set()
        for member in image.members:
            meant = self._meant[_bare(member)]
            if isinstance(meant, states.Unresolved):
                unresolved[meant.words] = meant
                continue
            whole = member.project is None and member.cloud is None
            for project in meant:
                one = _as_listed(project, known)
                before = wanted.get(one.id)
                if before is None or (not whole and one.id not in alone):
                    wanted[one.id] = states.Wanted(one, member.accept)
                elif not whole and before.accept != member.accept:
                    words = str(member)
                    unresolved[words] = states.Unresolved(
                        words,
                        f'named twice, with accept: {before.accept} and '
                        f'accept: {member.accept}',
                        errors.FAILED,
                    )
                if not whole:
                    alone.add(one.id)
        return list(wanted.values()), list(unresolved.values())

    def verify(
        self, ids: Sequence[str]
    ) -> dict[str, projects.Project | states.Unresolved]:
        """Look up the projects of some IDs, as far as the caller may.

        :raises errors.ServiceError: when the identity service fails.
        """
        look_ups = projects.Projects(self._scopes)
        with contextlib.suppress(errors.Refused):
            look_ups.all_named(ids)
        found: dict[str, projects.Project | states.Unresolved] = {}
        for one in ids:
            member = document.Member(project=one)
            meant = _named(look_ups, member)
            found[one] = (
                meant if isinstance(meant, states.Unresolved) else meant[0]
            )
        return found


def _bare(member: document.Member) -> document.Member:
    return dataclasses.replace(member, accept=document.AUTO, place='')


def _as_listed(
    project: projects.Project, members: Sequence[str]
) -> projects.Project:
    """Return a project with the ID as Glance lists it, or as Keystone does."""
    if project.verified:
        return project
    listed = projects.same_id(project.id, members)
    return dataclasses.replace(
        project, id=project.id.lower() if listed is None else listed
    )


def _named(look_ups: projects.Projects, member: document.Member) -> _Meant:
    try:
        return [look_ups.named(str(member.project))]
    except projects.CannotLookUp as exc:
        return states.Unresolved(str(member), _reason(exc))
    except errors.Refused as exc:
        return states.Unresolved(str(member), _reason(exc), errors.FAILED)


def _reason(exc: errors.ImageShareError) -> str:
    """Return the first sentence of an error, as a clause."""
    return exc.lines[0].rstrip('.')
