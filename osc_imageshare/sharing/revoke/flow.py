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

"""The flow that revokes a share.

The flow checks a member's use of the image before it removes the membership.
The membership stays if the member uses the image, or if that could not be
checked, unless the request says otherwise. Afterwards the flow checks once
more that the member is gone and that no server has appeared.
"""

from __future__ import annotations

import dataclasses

from osc_imageshare import errors
from osc_imageshare.identity import projects
from osc_imageshare.image import images
from osc_imageshare.sharing import flows
from osc_imageshare.sharing import outcomes
from osc_imageshare.sharing.revoke import make_private
from osc_imageshare.sharing.revoke import naming
from osc_imageshare.sharing.revoke import native
from osc_imageshare.sharing.revoke import recheck
from osc_imageshare.sharing.revoke import removal
from osc_imageshare.sharing.revoke import selection
from osc_imageshare.sharing.revoke import usages
from osc_imageshare.sharing.revoke import verdict
from osc_imageshare.sharing import steps
from osc_imageshare.sharing import target
from osc_imageshare.sharing import together


@dataclasses.dataclass(frozen=True)
class RevokeRequest:
    """Which shares to revoke, and in spite of what.

    :ivar projects: member strings or project names.
    :ivar everyone: revoke every share of the image instead.
    :ivar force: revoke although the image is in use.
    :ivar allow_unseen: revoke although the use could not be checked.
    :ivar private: make the image private when no member is left.
    """

    image: str
    projects: tuple[str, ...] = ()
    everyone: bool = False
    project_domain: str | None = None
    member_clouds: tuple[str, ...] = ()
    force: bool = False
    allow_unseen: bool = False
    private: bool = False
    dry_run: bool = False


class Revoke(flows.Flow[RevokeRequest, outcomes.RevokeOutcome]):
    """One run of the flow."""

    _kind = outcomes.RevokeOutcome

    def run(self) -> outcomes.RevokeOutcome:
        """Revoke the shares.

        :raises errors.ImageShareError: when nothing could be done; the outcome
            has the failures of single members.
        :raises BaseException: a KeyboardInterrupt, a SystemExit or the like,
            when interrupted; the outcome tells what was done.
        """
        request = self._request
        if request.everyone == bool(request.projects):
            raise errors.UsageError(
                'Specify the projects whose shares to revoke, or --all. '
                '(--member-cloud only says how to check them.)'
            )
        with errors.before_any_change():
            self._look()
        undecided = [r for r in self.outcome.projects if r.result is None]
        for revoked, usage in self._usages.with_names(undecided):
            revoked.usage = usage
            verdict.judge(
                self.outcome,
                revoked,
                usage,
                force=request.force,
                allow_unseen=request.allow_unseen,
            )
        self.outcome.may_have_changed = not request.dry_run
        with self.outcome.interruptible(
            lambda: self.outcome.interrupt(*self._removal.read_back_all()),
            self._removal.report_unknown,
        ):
            self._change()
        return self.outcome

    def _change(self) -> None:
        """Remove the memberships, and check the result."""
        for revoked in self.outcome.projects:
            if revoked.result is None:
                self._removal.remove(revoked)
        if not self._request.dry_run:
            recheck.look_again(
                self.outcome,
                self._images,
                self._image,
                self._usages,
                self._commands,
            )
        if self._request.private:
            make_private.make_private(
                self.outcome,
                self._images,
                self._image,
                self._performer,
                self._commands,
            )
        self._removal.say_undo()

    def _look(self) -> None:
        request = self._request
        self._scopes = self._caller(request.member_clouds)
        self._performer = steps.Performer(
            request.dry_run, self.outcome.planned
        )
        own = self._scopes.own
        self._images = images.Images(own)
        self._look_up = projects.Projects(self._scopes, request.project_domain)
        self._image, _ = together.both(
            lambda: target.the_image(own, request.image, as_owner=True),
            self._look_up_names,
        )
        self.outcome.image = self._image
        target.check_owner(self._scopes, self._images, self._image)
        members, _ = together.both(
            lambda: selection.read_members(
                self.outcome,
                self._images,
                self._image,
                everyone=request.everyone,
            ),
            self._prepare,
        )
        self._commands = native.Commands(self._scopes, self._image, members)
        self._removal = removal.Removal(
            self.outcome,
            self._images,
            self._image,
            self._commands,
            self._performer,
        )
        self._usages = usages.Usages(self._scopes, self._image, self._look_up)
        namer = naming.Naming(self._look_up, self._image, members)
        if request.everyone:
            chosen = [projects.Project(member) for member in members]
        else:
            chosen = [namer.match(words) for words in request.projects]
        selection.choose(
            self.outcome,
            self._image,
            members,
            chosen,
            self._commands.status(),
        )
        selection.check_clouds(
            self.outcome,
            self._image,
            members,
            self._scopes.clouds,
            everyone=request.everyone,
        )

    def _look_up_names(self) -> None:
        """Open the member clouds, and look up the names."""
        if self._scopes.clouds or self._request.projects:
            naming.look_up(self._look_up, self._request.projects)

    def _prepare(self) -> None:
        """Read early what the checks as the members will need."""
        request = self._request
        if self._image.visibility == images.SHARED:
            self._scopes.prepare(
                None
                if request.everyone
                else list(filter(projects.looks_like_id, request.projects))
            )
