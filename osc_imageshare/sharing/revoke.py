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

from osc_imageshare import errors
from osc_imageshare import images
from osc_imageshare import parallel
from osc_imageshare import projects
from osc_imageshare import scopes
from osc_imageshare.sharing import choosing
from osc_imageshare.sharing import naming as naming_
from osc_imageshare.sharing import outcome as outcomes
from osc_imageshare.sharing import steps
from osc_imageshare.sharing import target
from osc_imageshare.sharing import verdict
from osc_imageshare import text
from osc_imageshare import usage as usage_

if typing.TYPE_CHECKING:
    from openstack import connection as sdk_connection


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


class Revoke:
    """One run of the flow.

    :ivar outcome: what has been done so far, also after an interruption.
    """

    def __init__(
        self, connection: sdk_connection.Connection, request: RevokeRequest
    ) -> None:
        self._connection = connection
        self._request = request
        self.outcome = outcomes.RevokeOutcome()
        self._hidden = False
        self._performer = steps.Performer(
            request.dry_run, self.outcome.planned
        )

    def run(self) -> outcomes.RevokeOutcome:
        """Revoke the shares.

        :raises errors.ImageShareError: when nothing could be done; what goes
            wrong with single members is in the outcome instead.
        :raises KeyboardInterrupt: when interrupted; the outcome tells what
            was done.
        """
        request = self._request
        if request.everyone == bool(request.projects):
            raise errors.UsageError(
                'Name the projects whose share is to be revoked, or --all '
                '(--member-cloud only says how to look at them).'
            )
        with errors.before_any_change():
            self._look()
        survey = usage_.Survey(self._scopes, self._image)
        undecided = [r for r in self.outcome.projects if r.result is None]
        for revoked, usage in parallel.ask(
            undecided, lambda r: survey.of(r.project.id)
        ):
            revoked.usage = usage
            verdict.judge(
                self.outcome,
                revoked,
                usage,
                force=request.force,
                allow_unseen=request.allow_unseen,
            )
        try:
            for revoked in self.outcome.projects:
                if revoked.result is None:
                    self._remove(revoked)
            if not request.dry_run:
                self._look_again()
            if request.private:
                self._make_private()
            self._say_undo()
        except KeyboardInterrupt:
            with self.outcome.telling(
                'What is true now was not read back. The members are listed '
                'by: '
                + text.openstack(
                    'image', 'share', 'status', operands=(self._image.id,)
                )
            ):
                self._tell()
            raise
        return self.outcome

    def _look(self) -> None:
        request = self._request
        self._scopes = scopes.Scopes(self._connection, request.member_clouds)
        own = self._scopes.own
        self._images = images.Images(own)
        self._image = target.the_image(own, request.image, as_owner=True)
        self.outcome.image = self._image
        target.check_owner(own, self._image)
        members = self._read_members()
        look_up = projects.Projects(self._scopes, request.project_domain)
        naming = naming_.Naming(look_up, self._image, members)
        if request.everyone:
            chosen = [naming.known(member) for member in members]
        else:
            chosen = [naming.match(words) for words in request.projects]
        choosing.choose(self.outcome, self._image, members, chosen)
        choosing.check_clouds(
            self.outcome,
            self._image,
            members,
            self._scopes.clouds,
            everyone=request.everyone,
        )

    def _read_members(self) -> dict[str, images.Member]:
        image = self._image
        members = self._images.members_if_shared(image)
        if members is not None:
            if not members and self._request.everyone:
                self.outcome.note(
                    f'Image {image} is shared with no project: there is '
                    'nothing to revoke.'
                )
            return {member.id: member for member in members}
        if self._request.everyone and image.visibility == images.PRIVATE:
            self.outcome.note(
                f'Image {image} is private: no other project can use it.'
            )
            return {}
        if image.visibility == images.PRIVATE:
            raise errors.Refused(
                f'Image {image} is private: no member can use it, and Glance '
                'neither shows nor removes the members of a private image.',
                'Nothing has been changed. Members of an old share come back '
                'when the image is shared again; "openstack image share-to '
                '--drop-members" removes them then.',
            )
        raise errors.Refused(
            f'Image {image} is {image.visibility}: every project can use it, '
            'and there are no members to take it away from.',
            'Nothing has been changed. To end that, after "openstack image '
            'share usage --fail-in-use": '
            + text.openstack(
                'image', 'set', '--private', operands=(image.id,)
            ),
        )

    def _remove(self, revoked: outcomes.Revoked) -> None:
        image_id, member = self._image.id, revoked.project.id
        try:
            self._performer.perform(
                steps.Step(
                    native=self._native('remove', member),
                    act=functools.partial(
                        self._images.remove_member, image_id, member
                    ),
                    done=lambda: member not in self._ids(),
                )
            )
        except errors.ServiceError as exc:
            # 404: somebody else was faster, and it is gone all the same.
            if exc.status != 404 or self._is_member(member) is not False:
                revoked.result = outcomes.FAILED
                self.outcome.fail(
                    errors.FAILED, *exc.lines, self._true_now(revoked)
                )
                return
        if self._request.dry_run:
            revoked.result = outcomes.TO_BE_REVOKED
            return
        revoked.result = outcomes.REVOKED

    def _say_undo(self) -> None:
        for revoked in self.outcome.projects:
            if revoked.result == outcomes.REVOKED:
                self.outcome.note(
                    f'Project {revoked.project} is no member of image '
                    f'{self._image} any more. To undo this: '
                    f'{self._undo(revoked.project.id)}'
                )

    def _undo(self, member: str) -> str:
        operands = (self._image.id, member)
        if projects.looks_like_id(member):
            return text.openstack('image', 'share-to', operands=operands)
        undo = self._native('add', member)
        if not self._hidden or undo.startswith('#'):
            return undo
        shared = text.openstack(
            'image', 'set', '--shared', operands=(self._image.id,)
        )
        return f'{shared} && {undo}'

    def _native(self, verb: str, member: str) -> str:
        """Return the native command that adds or removes a member.

        There is none for a member that is no ID when the caller may look
        projects up: the native client looks for a project of that name.
        """
        if self._scopes.own.administrator and not projects.looks_like_id(
            member
        ):
            return text.comment(
                f'no native command of an administrator can {verb} the very '
                'member',
                member,
            )
        return text.openstack(
            'image', verb, 'project', operands=(self._image.id, member)
        )

    def _ids(self) -> set[str]:
        return {m.id for m in self._images.members(self._image.id)}

    def _is_member(self, member: str) -> bool | None:
        """Tell whether it is a member now; None if that cannot be read."""
        try:
            return member in self._ids()
        except errors.ServiceError:
            return None

    def _true_now(self, revoked: outcomes.Revoked) -> str:
        """Say what is true of one member, after something went wrong."""
        member = self._is_member(revoked.project.id)
        if member is None:
            return (
                f'Whether image {self._image} is still shared with project '
                f'{revoked.project} could not be read back. Run the same '
                'command again.'
            )
        if member:
            return (
                f'Image {self._image} is still shared with project '
                f'{revoked.project}. Run the same command again.'
            )
        revoked.result = outcomes.REVOKED
        return (
            f'Image {self._image} is not shared with project '
            f'{revoked.project} any more. To undo this: '
            f'{self._undo(revoked.project.id)}'
        )

    def _tell(self) -> None:
        """Say what is true after an interruption."""
        self.outcome.interrupt(
            *(
                self._true_now(revoked)
                for revoked in self.outcome.projects
                if revoked.result in (None, outcomes.REVOKED)
            ),
        )

    def _look_again(self) -> None:
        """Look whether the members are gone, and what came up meanwhile."""
        removed = [
            revoked
            for revoked in self.outcome.projects
            if revoked.result == outcomes.REVOKED
        ]
        if not removed:
            return
        try:
            left = self._ids()
        except errors.ServiceError as exc:
            self.outcome.fail(
                errors.FAILED,
                *exc.lines,
                'The shares were revoked, but the members that are left '
                'could not be read back.',
            )
            left = set()
        survey = usage_.Survey(self._scopes, self._image)
        for revoked, after in parallel.ask(
            removed, lambda r: survey.of(r.project.id)
        ):
            project = revoked.project
            if project.id in left:
                revoked.result = outcomes.FAILED
                self.outcome.fail(
                    errors.FAILED,
                    f'Project {project} is a member of image {self._image} '
                    'again: somebody has shared it with that project '
                    'meanwhile. Run the same command again.',
                )
                continue
            before, revoked.usage = revoked.usage, after
            new = after.since(before)
            if new:
                self.outcome.fail(
                    errors.IN_USE,
                    f'Project {project} has begun to use image '
                    f'{self._image} while the share was being revoked:',
                    *verdict.named(new),
                    'The share is revoked. To share the image again: '
                    + self._undo(project.id),
                )
            elif after.gaps and not (before and before.gaps):
                self.outcome.fail(
                    errors.UNSEEN,
                    f'The share with project {project} is revoked; whether '
                    'anything has come up since could not be seen:',
                    *verdict.unseen(after),
                )

    def _make_private(self) -> None:
        """Make the image private, unless it has members still."""
        if self._image.visibility == images.PRIVATE:
            return
        going = {
            revoked.project.id
            for revoked in self.outcome.projects
            if revoked.result == outcomes.TO_BE_REVOKED
        }
        by_hand = text.openstack(
            'image', 'set', '--private', operands=(self._image.id,)
        )
        try:
            left = self._ids() - going
            if not left:
                self._performer.perform(self._hiding(by_hand))
                self._hidden = not self._request.dry_run
        except errors.ServiceError as exc:
            self.outcome.fail(
                errors.FAILED,
                *exc.lines,
                f'Image {self._image} is probably still shared, though '
                f'without members that were revoked. To go on: {by_hand}',
            )
            return
        if not left:
            return
        refused = {
            revoked.project.id
            for revoked in self.outcome.projects
            if revoked.result in (outcomes.IN_USE, outcomes.UNSEEN)
        }
        sentence = (
            f'Image {self._image} stays shared, because it has members '
            f'still: {", ".join(sorted(left))}.'
        )
        if left <= refused:
            # That they were refused has its own exit code.
            self.outcome.warn(sentence)
        else:
            self.outcome.fail(errors.FAILED, sentence)

    def _hiding(self, native: str) -> steps.Step:
        image_id = self._image.id
        return steps.Step(
            native=native,
            act=functools.partial(
                self._images.set_visibility, image_id, images.PRIVATE
            ),
            done=lambda: (
                self._images.get(image_id).visibility == images.PRIVATE
            ),
        )
