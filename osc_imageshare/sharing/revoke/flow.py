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

"""The flow that takes a share back.

Before a membership is removed, the member's use of the image is looked at;
where it is in use, or where nobody could look, the membership stays, unless
the request says otherwise. Afterwards everything is looked at once more: the
member is gone, and no server has come up in between.
"""

from __future__ import annotations

import dataclasses
import functools
import typing

from osc_imageshare.api import parallel
from osc_imageshare import errors
from osc_imageshare.identity import projects
from osc_imageshare.image import images
from osc_imageshare.sharing import flows
from osc_imageshare.sharing import outcomes
from osc_imageshare.sharing import readback
from osc_imageshare.sharing.revoke import make_private
from osc_imageshare.sharing.revoke import naming as naming_
from osc_imageshare.sharing.revoke import native
from osc_imageshare.sharing.revoke import selection
from osc_imageshare.sharing.revoke import verdict
from osc_imageshare.sharing import steps
from osc_imageshare.sharing import target
from osc_imageshare.sharing import together
from osc_imageshare.usage import survey as survey_

if typing.TYPE_CHECKING:
    from collections.abc import Iterator


@dataclasses.dataclass(frozen=True)
class RevokeRequest:
    """Which shares are to be taken back, and in spite of what.

    :ivar projects: member strings or project names.
    :ivar everyone: revoke every share of the image instead.
    :ivar force: although the image is in use.
    :ivar allow_unseen: although nobody could look whether it is in use.
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

        :raises errors.ImageShareError: when nothing could be done; what goes
            wrong with single members is in the outcome instead.
        :raises BaseException: a KeyboardInterrupt, a SystemExit or the like,
            when interrupted; the outcome tells what was done.
        """
        request = self._request
        if request.everyone == bool(request.projects):
            raise errors.UsageError(
                'Name the projects whose share is to be revoked, or --all '
                '(--member-cloud only says how to look at them).'
            )
        with errors.before_any_change():
            self._look()
        undecided = [r for r in self.outcome.projects if r.result is None]
        for revoked, usage in self._named_usages(undecided):
            revoked.usage = usage
            verdict.judge(
                self.outcome,
                revoked,
                usage,
                force=request.force,
                allow_unseen=request.allow_unseen,
            )
        self.outcome.begun = not request.dry_run
        with self.outcome.interruptible(self._tell, self._untold):
            self._change()
        return self.outcome

    def _change(self) -> None:
        """Remove the memberships, and look whether that holds."""
        for revoked in self.outcome.projects:
            if revoked.result is None:
                self._remove(revoked)
        if not self._request.dry_run:
            self._look_again()
        if self._request.private:
            make_private.hide(
                self.outcome,
                self._images,
                self._image,
                self._performer,
                self._commands,
            )
        self._say_undo()

    def _usages(
        self, asked: list[outcomes.Revoked]
    ) -> Iterator[tuple[outcomes.Revoked, survey_.Usage]]:
        """Yield each with the use that its project makes of the image."""
        survey = survey_.Survey(self._scopes, self._image)
        return parallel.ask(
            asked, lambda revoked: self._usage(survey, revoked.project.id)
        )

    def _usage(self, survey: survey_.Survey, project_id: str) -> survey_.Usage:
        if project_id == self._image.owner:
            # Glance lets an owner add itself, to no effect: nothing that it
            # has made of the image ends with that membership.
            return survey_.Usage(project_id, (), (), None)
        return survey.of(project_id)

    def _named_usages(
        self, asked: list[outcomes.Revoked]
    ) -> Iterator[tuple[outcomes.Revoked, survey_.Usage]]:
        """Yield the same, and ask at once for the names as well."""
        survey = survey_.Survey(self._scopes, self._image)
        ids = [revoked.project.id for revoked in asked]
        names, usages = together.first_and(
            functools.partial(self._look_up.names_of, ids),
            [functools.partial(self._usage, survey, one) for one in ids],
        )
        for revoked, usage in zip(asked, usages, strict=True):
            project = revoked.project
            revoked.project = dataclasses.replace(
                project, name=project.name or names[project.id]
            )
            yield revoked, usage

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
        naming = naming_.Naming(self._look_up, self._image, members)
        if request.everyone:
            chosen = [projects.Project(member) for member in members]
        else:
            chosen = [naming.match(words) for words in request.projects]
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
        """Open the member clouds, and look up what names there are."""
        if self._scopes.clouds or self._request.projects:
            naming_.look_up(self._look_up, self._request.projects)

    def _prepare(self) -> None:
        """Ask for what looking as the members will need."""
        request = self._request
        if self._image.visibility == images.SHARED:
            self._scopes.prepare(
                None
                if request.everyone
                else list(filter(projects.looks_like_id, request.projects))
            )

    def _remove(self, revoked: outcomes.Revoked) -> None:
        image_id, member = self._image.id, revoked.project.id
        try:
            self._performer.perform(
                steps.Step(
                    native=self._commands.remove(member),
                    act=functools.partial(
                        self._images.remove_member, image_id, member
                    ),
                    done=lambda: member not in self._ids(),
                )
            )
        except errors.ServiceError as exc:
            # 404: somebody else was faster, and it is gone all the same.
            true = self._now()
            if (
                exc.status != 404
                or true is None
                or true.gone
                or true.closed is not None
                or true.status(member)
            ):
                revoked.result = outcomes.FAILED
                self.outcome.fail(
                    errors.FAILED, *exc.lines, self._true_now(revoked, true)
                )
                return
        if self._request.dry_run:
            revoked.result = outcomes.TO_BE_REVOKED
            return
        revoked.result = outcomes.REVOKED

    def _say_undo(self) -> None:
        for revoked in self.outcome.projects:
            if revoked.result == outcomes.REVOKED:
                # Not a note: it has to be said to whoever asks for quiet.
                self.outcome.warn(
                    f'Project {revoked.project} is no member of image '
                    f'{self._image} any more. To undo this: '
                    f'{self._commands.undo(revoked.project.id)}'
                )

    def _ids(self) -> set[str]:
        return {m.id for m in self._images.members(self._image.id)}

    def _now(self) -> readback.Readback | None:
        """Return who is a member now; None if that cannot be read."""
        return readback.read_if_possible(self._images, self._image.id)

    def _true_now(
        self, revoked: outcomes.Revoked, true: readback.Readback | None
    ) -> str:
        """Say what is true of one member, after something went wrong.

        :param true: what was read back; None if that failed.
        """
        image, project = self._image, revoked.project
        if true is None:
            return (
                f'Whether image {image} is still shared with project '
                f'{project} could not be read back. Run the same command '
                'again.'
            )
        if true.gone:
            return f'Image {image} does not exist any more.'
        if true.status(project.id):
            if revoked.result == outcomes.REVOKED:
                revoked.result = None
            return (
                f'Image {image} is still shared with project {project}. Run '
                'the same command again.'
            )
        if true.closed is not None and revoked.result != outcomes.REVOKED:
            return (
                f'Image {image} is {true.closed} and not shared with project '
                f'{project}. Whether it is a member still, and can use the '
                'image when that is shared again, cannot be seen until then.'
            )
        self._commands.hidden = true.closed is not None
        revoked.result = outcomes.REVOKED
        is_now = f'{true.closed} and not' if true.closed else 'not'
        return (
            f'Image {image} is {is_now} shared with project {project} any '
            f'more. To undo this: {self._commands.undo(project.id)}'
        )

    def _tell(self) -> None:
        """Say what is true after an interruption."""
        true = self._now()
        self.outcome.interrupt(
            *(
                self._true_now(revoked, true)
                for revoked in self.outcome.projects
                if revoked.result in (None, outcomes.REVOKED)
            ),
        )

    def _untold(self) -> tuple[str, ...]:
        """Return what is said when nobody could look what is true."""
        for revoked in self.outcome.projects:
            if revoked.result is None:
                revoked.result = outcomes.UNREAD
        return (
            'What is true now was not read back. The members are listed by: '
            + self._commands.status(),
        )

    def _removed(self) -> list[outcomes.Revoked]:
        return [
            revoked
            for revoked in self.outcome.projects
            if revoked.result == outcomes.REVOKED
        ]

    def _look_again(self) -> None:
        """Look whether the members are gone, and what came up meanwhile."""
        if not self._removed():
            return
        try:
            self.outcome.came_back(self._ids())
        except errors.ServiceError as exc:
            self.outcome.fail(
                errors.FAILED,
                *exc.lines,
                'The shares were revoked, but the members that are left '
                'could not be read back.',
            )
        for revoked, after in self._usages(self._removed()):
            project = revoked.project
            before, revoked.usage = revoked.usage, after
            new = after.since(before)
            if new:
                self.outcome.fail(
                    errors.IN_USE,
                    f'Project {project} has begun to use image '
                    f'{self._image} while the share was being revoked:',
                    *verdict.named(new),
                    'The share is revoked. To share the image again: '
                    + self._commands.undo(project.id),
                )
            elif after.gaps and not (before and before.gaps):
                self.outcome.fail(
                    errors.UNSEEN,
                    f'The share with project {project} is revoked; whether '
                    'anything has come up since could not be seen:',
                    *verdict.unseen(after),
                )
