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

"""The flow that lets other projects use an image.

All look-ups come first, then all refusals, then the first change. The flow
makes these changes in this order, each only if it is needed: the image's
visibility, the membership, the member's acceptance. Then it reads the image
as the member.
"""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare.api import parallel
from osc_imageshare import errors
from osc_imageshare.identity import projects
from osc_imageshare.identity import scopes
from osc_imageshare.image import images
from osc_imageshare.sharing import flows
from osc_imageshare.sharing import outcomes
from osc_imageshare.sharing.share import changes
from osc_imageshare.sharing.share import members_of
from osc_imageshare.sharing.share import old_members
from osc_imageshare.sharing.share import refusals
from osc_imageshare.sharing.share import verification
from osc_imageshare.sharing.share import wait
from osc_imageshare.sharing.share import warnings
from osc_imageshare.sharing import steps
from osc_imageshare.sharing import target
from osc_imageshare.sharing import together

if typing.TYPE_CHECKING:
    from collections.abc import Sequence


@dataclasses.dataclass(frozen=True)
class ShareRequest:
    """What to share, with whom, and how.

    :ivar projects: IDs or names; none means the projects of *member_clouds*.
    :ivar accept: True, the member must have accepted in the end; False, leave
        it to the member; None, accept if the caller may speak for it.
    :ivar wait: seconds to wait for the members' answers; None not to wait.
    :ivar old_members: what to do with previous members that are not named
        here and regain access: ``refuse``, ``keep`` or ``drop``.
    :ivar members_of: IDs or names of older images, whose members get this one
        as well: accepted where they have accepted and the caller may.
    :ivar force: share a snapshot of a volume-backed server anyway.
    """

    image: str
    projects: tuple[str, ...] = ()
    project_domain: str | None = None
    member_clouds: tuple[str, ...] = ()
    accept: bool | None = None
    wait: float | None = None
    old_members: str = old_members.REFUSE
    force: bool = False
    dry_run: bool = False
    members_of: tuple[str, ...] = ()


class Share(flows.Flow[ShareRequest, outcomes.ShareOutcome]):
    """One run of the flow; the progress counts the projects."""

    _kind = outcomes.ShareOutcome

    def run(self) -> outcomes.ShareOutcome:
        """Share the image.

        :raises errors.ImageShareError: when nothing could be done; the outcome
            has the failures of single projects.
        :raises BaseException: a KeyboardInterrupt, a SystemExit or the like,
            when interrupted; the outcome tells what was done, and the image
            is private again if no named project is a member.
        """
        with errors.before_any_change():
            self._look()
            self._refuse()
        if not self.outcome.projects:
            # Nobody has the older images.
            return self.outcome
        made = changes.Changes(
            self.outcome,
            self._images,
            self._image,
            {shared.project.id for shared in self.outcome.projects},
            self._member_scopes,
            self._performer,
        )
        self.outcome.may_have_changed = not self._request.dry_run
        with self.outcome.interruptible(
            lambda: self._report_interruption(made), made.report_unknown
        ):
            self._change_or_put_back(made)
        return self.outcome

    def _change_or_put_back(self, made: changes.Changes) -> None:
        """Make the changes; after an error, no unnamed project keeps access.

        :raises BaseException: also while an error is handled; an interruption
            during that ends the run.
        """
        try:
            self._change(made)
        except Exception as exc:
            try:
                made.put_back_after_error()
            except BaseException as another:
                if isinstance(exc, errors.ImageShareError):
                    self.outcome.fail(exc.exit_code, *exc.lines)
                if isinstance(another, Exception):
                    self.outcome.warn(*made.report_unknown())
                raise
            raise

    def _change(self, made: changes.Changes) -> None:
        """Make the changes, and check the result."""
        made.open(self._request.old_members)
        joined = self._join(made, self.outcome.projects)
        if self._request.dry_run:
            return
        if self._request.members_of:
            joined += self._join_newcomers(made)
        check = verification.Verification(
            self.outcome, self._images, self._image
        )
        check.read_as_members(made.members, joined)
        if not made.put_back_if_useless():
            check.still_shared()
            self._wait()

    def _join(
        self, made: changes.Changes, joining: Sequence[outcomes.Shared]
    ) -> list[outcomes.Shared]:
        """Make projects members; return those with which all went well."""
        joined = []
        for shared, report in parallel.ask(
            joining,
            made.members.ensure,
            self._context.progress,
            steps.in_flight(self._request.dry_run),
        ):
            self.outcome.add(report)
            if not report.codes:
                joined.append(shared)
        return joined

    def _join_newcomers(self, made: changes.Changes) -> list[outcomes.Shared]:
        """Make members whom the older images have got meanwhile."""
        known = {shared.project.id for shared in self.outcome.projects}
        try:
            since = self._old.since(known)
        except errors.ServiceError as exc:
            self.outcome.fail(
                errors.FAILED,
                *exc.lines,
                'Whether the older images have got more members meanwhile '
                'could not be seen. Run the same command again.',
            )
            return []
        self._speak_for(since)
        self.outcome.projects += since
        return self._join(made, since)

    def _look(self) -> None:
        request = self._request
        self._scopes = self._caller(request.member_clouds)
        self._performer = steps.Performer(
            request.dry_run, self.outcome.planned
        )
        own = self._scopes.own
        self._images = images.Images(own)
        self._image, (found, self._old) = together.both(
            lambda: target.the_image(own, request.image, as_owner=True),
            lambda: together.both(
                self._named,
                lambda: members_of.MembersOf(
                    own, request.members_of, request.accept
                ),
            ),
        )
        self.outcome.image = self._image
        named = [
            outcomes.Shared(project, accept=request.accept)
            for project in found
        ]
        distinct: dict[str, outcomes.Shared] = {}
        for shared in (*named, *self._old.wanted()):
            distinct.setdefault(shared.project.id, shared)
        self.outcome.projects = list(distinct.values())
        self._member_scopes: dict[str, scopes.Scope | scopes.NoScope] = {}
        self._speak_for(self.outcome.projects)

    def _speak_for(self, joining: Sequence[outcomes.Shared]) -> None:
        """Obtain the scopes of projects, where one is needed."""
        ids = [
            shared.project.id
            for shared in joining
            if shared.accept is not False
            or shared.project.id in self._scopes.clouds
        ]
        self._member_scopes.update(
            parallel.ask(ids, self._scopes.speaking_for)
        )
        if not self._request.members_of:
            return
        without = [s for s in joining if not s.project.name]
        names = projects.Projects(self._scopes).names_of(
            [shared.project.id for shared in without]
        )
        for shared in without:
            shared.project = dataclasses.replace(
                shared.project, name=names[shared.project.id]
            )

    def _named(self) -> list[projects.Project]:
        """Find the projects, and rescope to the caller's own meanwhile."""
        request, scopes_ = self._request, self._scopes
        if not request.projects:
            return [
                projects.Project(scope.project_id, scope.project_name)
                for scope in scopes_.clouds.values()
            ]
        look_up = projects.Projects(scopes_, request.project_domain)
        if request.accept is False:
            return look_up.all_named(request.projects)
        return look_up.all_named(request.projects, scopes_.speaking_for)

    def _refuse(self) -> None:
        request, image = self._request, self._image
        target.check_owner(self._scopes, self._images, image)
        self._old.check(image)
        self._old.warn(self.outcome, image)
        if request.members_of and not self.outcome.projects:
            return
        refusals.check(
            self._scopes,
            image,
            {shared.project.id for shared in self.outcome.projects},
            self._member_scopes,
            accept=request.accept,
            force=request.force,
        )
        verified = [
            project_id
            for project_id, scope in self._member_scopes.items()
            if isinstance(scope, scopes.Scope)
        ]
        warnings.warn(self.outcome, image, self._images, verified)

    def _report_interruption(self, made: changes.Changes) -> None:
        """Revert a useless change, and say what is true then."""
        self.outcome.interrupt(
            *made.report_interruption(),
            outcomes.CONTINUE,
        )

    def _wait(self) -> None:
        if self._request.wait is not None:
            wait.wait(
                self.outcome,
                self._images,
                self._image,
                self._request.wait,
            )
