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

"""One look at the images of a file, their members, and who uses them.

Everything is asked for once: the members of all images at the same time, the
use of a project for all images together. Nothing is changed here.
"""

from __future__ import annotations

import dataclasses
import functools
import typing

from osc_imageshare.api import parallel
from osc_imageshare import errors
from osc_imageshare.identity import projects
from osc_imageshare.identity import views
from osc_imageshare.image import fitness
from osc_imageshare.image import images
from osc_imageshare.sharing.apply import document
from osc_imageshare.sharing.apply import finding
from osc_imageshare.sharing.apply import plan
from osc_imageshare.sharing.apply import resolution
from osc_imageshare.sharing.apply import states
from osc_imageshare.sharing import target
from osc_imageshare.sharing import together
from osc_imageshare.usage import scan
from osc_imageshare.usage import survey

if typing.TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from osc_imageshare.identity import caller

#: Tells the use that a member makes of an image.
Use = typing.Callable[[states.State, str], survey.Usage]


class Look:
    """What a file wants and what is true, for every image and region.

    :param scopes: the caller, with the member clouds of the file.
    :param progress: called with the number of images read and of all.
    :ivar states: one for each image and region, in the order of the file.
    :ivar callers: region to the caller who works there.
    """

    def __init__(
        self,
        scopes: caller.Caller,
        wanted: document.Document,
        progress: parallel.Progress | None = None,
    ) -> None:
        self._scopes = scopes
        self._document = wanted
        self._progress = progress
        self.callers: dict[str, caller.Caller] = {}
        self.states: list[states.State] = []
        self._finder = finding.Finder(wanted.owner)

    def read(self) -> None:
        """Read images and members, and look up what the file names.

        :raises errors.ImageShareError: for credentials of another project,
            and when nothing can be said of any image.
        """
        self._check_owner()
        regions = {r for i in self._document.images for r in self._regions(i)}
        for region, found in parallel.ask(sorted(regions), self._in_region):
            if isinstance(found, errors.ImageShareError):
                self._finder.no_region(region, found)
            else:
                self.callers[region] = found
                self._finder.add(region, found.own)
        meant, seen = together.both(
            lambda: resolution.Resolution(self._scopes, self._document),
            self._images,
        )
        self.states = _distinct(self._states(seen, meant))
        self._check_evidence()

    def _check_owner(self) -> None:
        """Refuse a file for the images of somebody else.

        :raises errors.Refused: for anybody who is no administrator, and has
            no role that may be an administrator's.
        """
        own, owner = self._scopes.own, self._document.owner
        if owner == own.project_id or self._scopes.unusual:
            return
        raise self._not_owner()

    def _not_owner(self) -> errors.Refused:
        own = self._scopes.own
        return errors.Refused(
            f'This file is for the images of project {self._document.owner}, '
            f'and these credentials are for project {own.project_id}.',
            advice=(
                "Use the credentials of that project, or an administrator's.",
            ),
        )

    def _check_evidence(self) -> None:
        """Refuse whoever turns out to be no administrator.

        :raises errors.Refused: when the image service shows nothing of the
            owner's that only administrators see.
        """
        scopes = self._scopes
        if self._document.owner == scopes.own.project_id or (
            scopes.administrator
        ):
            return
        for state in self.states:
            image = state.image
            if image is not None and target.is_administrator(
                scopes, images.Images(self.callers[state.region].own), image
            ):
                return
        raise self._not_owner()

    def _regions(self, image: document.Image) -> tuple[str, ...]:
        return image.regions or (self._scopes.own.region,)

    def _in_region(
        self, region: str
    ) -> caller.Caller | errors.ImageShareError:
        try:
            return views.in_region(self._scopes, region)
        except errors.ImageShareError as exc:
            return exc

    def _images(self) -> list[finding.Seen]:
        wanted = [
            (image, region)
            for image in self._document.images
            for region in self._regions(image)
        ]
        return [
            seen
            for _, seen in parallel.ask(
                wanted, lambda one: self._finder.see(*one), self._progress
            )
        ]

    def _states(
        self, seen: Sequence[finding.Seen], meant: resolution.Resolution
    ) -> list[states.State]:
        wanted = [meant.of(one.entry, one.members or ()) for one in seen]
        # Who is a member already shows that there is such a project, or that
        # it makes no difference.
        joining = {
            one.project.id
            for there, (named, _) in zip(seen, wanted, strict=True)
            for one in named
            if there.problem is None
            and not one.project.verified
            and one.project.id not in (there.members or {})
        }
        known = meant.verify(sorted(joining))
        return [
            self._state(there, *_verified(named, unresolved, known))
            for there, (named, unresolved) in zip(seen, wanted, strict=True)
        ]

    def _state(
        self,
        seen: finding.Seen,
        named: Sequence[states.Wanted],
        unresolved: Sequence[states.Unresolved],
    ) -> states.State:
        image = seen.image
        unfit = fitness.refusals(image, force=False) if image else []
        return states.State(
            words=seen.entry.words,
            region=seen.region,
            image=image,
            wanted=tuple(self._able(seen, one) for one in named),
            unresolved=tuple(unresolved),
            members=seen.members,
            exact=seen.entry.exact,
            problem=seen.problem,
            unfit=' '.join(unfit[0]) if unfit else None,
        )

    def _able(
        self, seen: finding.Seen, wanted: states.Wanted
    ) -> states.Wanted:
        """Say why nobody here can accept, where that matters.

        :raises errors.ServiceError: when Keystone does not tell.
        """
        member = (seen.members or {}).get(wanted.project.id)
        if (
            seen.problem is not None
            or wanted.accept == document.NEVER
            or (member is not None and member.status == images.ACCEPTED)
        ):
            return wanted
        if wanted.accept == document.REQUIRED and self._scopes.unusual:
            # Who may be an administrator may accept for others.
            return wanted
        scopes = self.callers[seen.region]
        cannot = scopes.cannot_speak_for(wanted.project.id)
        if cannot is None:
            return wanted
        if cannot.failed:
            _ = scopes.own_projects
        return dataclasses.replace(wanted, cannot=cannot.reason)

    def rows(self, *, usage: bool) -> list[plan.Row]:
        """Return what is to be done.

        :param usage: whether the use is looked at that decides on prunes.
        """
        asked = [
            (state, member)
            for state in self.states
            for member in plan.candidates(state)
            if usage
        ]
        scan_ = self.scan(asked)
        look_ups = projects.Projects(self._scopes)
        ids = {m for s in self.states for m in s.members or ()} | {
            w.project.id for s in self.states for w in s.wanted
        }
        names, usages = together.first_and(
            functools.partial(look_ups.names_of, sorted(ids)),
            [functools.partial(scan_, *one) for one in asked],
        )
        found: dict[int, dict[str, survey.Usage]] = {}
        for (state, member), one in zip(asked, usages, strict=True):
            found.setdefault(id(state), {})[member] = one
        rows = [
            row
            for state in self.states
            for row in plan.rows(state, found.get(id(state), {}))
        ]
        for row in rows:
            if row.project is not None and not row.project.name:
                row.project = dataclasses.replace(
                    row.project, name=names.get(row.project.id)
                )
        return rows

    def scan(self, asked: Collection[tuple[states.State, str]]) -> Use:
        """Return what tells the use that members make of images, of now."""
        wanted: dict[str, dict[str, images.Image]] = {}
        for state, _ in asked:
            there = wanted.setdefault(state.region, {})
            there[state.known.id] = state.known
        scans = {
            region: scan.Scan(self.callers[region], list(there.values()))
            for region, there in wanted.items()
        }

        def usage(state: states.State, member: str) -> survey.Usage:
            nobody = plan.no_id(member)
            if nobody is not None:
                return nobody
            return scans[state.region].of_member(state.known.id, member)

        return usage


def _verified(
    named: Sequence[states.Wanted],
    unresolved: Sequence[states.Unresolved],
    known: Mapping[str, projects.Project | states.Unresolved],
) -> tuple[list[states.Wanted], list[states.Unresolved]]:
    """Return what is named, with what was found out of the IDs."""
    left, without = [], list(unresolved)
    for one in named:
        found = known.get(one.project.id)
        if isinstance(found, states.Unresolved):
            without.append(found)
        elif found is None:
            left.append(one)
        else:
            left.append(dataclasses.replace(one, project=found))
    return left, without


def _distinct(every: list[states.State]) -> list[states.State]:
    """Refuse an image that two names mean in one region."""
    seen: dict[tuple[str, str], states.State] = {}
    found = []
    for state in every:
        if state.image is not None:
            first = seen.setdefault((state.image.id, state.region), state)
            if first is not state:
                problem = (
                    f'image {state.image} is in this file before, as '
                    f'{first.words!r}',
                    errors.FAILED,
                )
                state = dataclasses.replace(state, problem=problem)
        found.append(state)
    return found
