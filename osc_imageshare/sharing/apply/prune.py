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

"""One image of a file loses the members that the file does not name.

The rules and the steps are those of revoking shares of one image; here they
are for one image among many.
"""

from __future__ import annotations

import typing

from osc_imageshare import errors
from osc_imageshare.image import images
from osc_imageshare.sharing.apply import plan
from osc_imageshare.sharing.apply import states
from osc_imageshare.sharing import outcomes
from osc_imageshare.sharing.readback import reading
from osc_imageshare.sharing.readback import revocations
from osc_imageshare.sharing.readback import shares
from osc_imageshare.sharing.revoke import native
from osc_imageshare.sharing.revoke import recheck
from osc_imageshare.sharing.revoke import removal
from osc_imageshare.sharing.revoke import verdict
from osc_imageshare.sharing import steps

if typing.TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from osc_imageshare.identity import caller
    from osc_imageshare.sharing.apply import look
    from osc_imageshare.usage import survey

PRUNED = 'pruned'
KEPT = 'kept'
REFUSED = 'refused'

#: What has become of a member, and what its row says of it.
_RESULTS = {
    None: None,
    outcomes.TO_BE_REVOKED: None,
    outcomes.REVOKED: PRUNED,
    outcomes.UNREAD: plan.UNKNOWN,
}


class Prune:
    """What is done with the members of one image that the file leaves out.

    :param rows: those that may be removed, if nobody uses the image.
    :param scopes: the caller in the region of the image.
    :ivar outcome: what has been done, as for one image by itself.
    :ivar begun: whether anything may have been changed.
    """

    def __init__(
        self,
        state: states.State,
        rows: Sequence[plan.Row],
        scopes: caller.Caller,
        *,
        dry_run: bool,
    ) -> None:
        self.state = state
        self.outcome = outcomes.RevokeOutcome(image=state.known)
        self._rows: list[tuple[plan.Row, outcomes.Revoked]] = []
        for row in rows:
            assert row.project is not None  # noqa: S101
            self._rows.append((row, outcomes.Revoked(row.project)))
        self.outcome.projects = [revoked for _, revoked in self._rows]
        self.begun = False
        #: Those that are left where they are, whatever the file says.
        self._kept: list[plan.Row] = []
        glance = images.Images(scopes.own)
        self._commands = native.Commands(
            scopes, state.known, dict(state.members or {})
        )
        self._removal = removal.Removal(
            self.outcome,
            glance,
            state.known,
            self._commands,
            steps.Performer(dry_run, self.outcome.planned),
        )

    @property
    def asked(self) -> list[tuple[states.State, str]]:
        """The members whose use of the image decides."""
        return [(self.state, r.project.id) for r in self.outcome.projects]

    def judge(
        self,
        usages: Iterator[survey.Usage],
        *,
        force: bool,
        allow_unseen: bool,
    ) -> None:
        """Decide which of the members may go, and say why others stay.

        :param usages: the use of each that is :attr:`asked` for.
        """
        for row, revoked in self._rows:
            usage = revoked.usage = next(usages)
            plan.decide(row, usage, force=force, allow_unseen=allow_unseen)
            verdict.judge(
                self.outcome,
                revoked,
                usage,
                force=force,
                allow_unseen=allow_unseen,
            )

    def keep(self, result: str) -> None:
        """Leave every member where it is."""
        for row, _ in self._rows:
            row.result = result
            self._kept.append(row)
        self._rows, self.outcome.projects = [], []

    @property
    def going(self) -> bool:
        """Whether any member may go."""
        return any(r.result is None for r in self.outcome.projects)

    def remove(self) -> None:
        """Remove the members that may go."""
        self.begun = True
        for revoked in self.outcome.projects:
            if revoked.result is None:
                self._removal.remove(revoked)

    @property
    def removed(self) -> list[tuple[states.State, str]]:
        """The members that have gone."""
        return [
            (self.state, revoked.project.id)
            for revoked in self.outcome.projects
            if revoked.result == outcomes.REVOKED
        ]

    def settle(self, current: reading.Readback | errors.ServiceError) -> None:
        """Take what is true at the end for what has been done."""
        for row in self._kept:
            if row.project is None:
                row.result = plan.UNKNOWN
            elif isinstance(current, errors.ServiceError):
                row.result = plan.UNKNOWN
                self.outcome.fail(
                    errors.FAILED,
                    *current.lines,
                    shares.sentence(
                        self.state.known, outcomes.Shared(row.project), None
                    ),
                )
            elif current.status(row.project.id) is None:
                row.result = plan.UNKNOWN
                self.outcome.fail(
                    errors.FAILED,
                    shares.lost(self.state.known, row.project, current),
                )
        if not self.removed:
            return
        if isinstance(current, errors.ServiceError):
            self.outcome.fail(
                errors.FAILED, *current.lines, *self._removal.report_unknown()
            )
        else:
            revocations.take_back(self.outcome, current)

    def look_at_use(self, use: look.Use) -> None:
        """Look what has come up while members were being removed."""
        state = self.state

        class Now:
            """What the members use by now."""

            def of(
                self, members: Sequence[outcomes.Revoked]
            ) -> Iterator[tuple[outcomes.Revoked, survey.Usage]]:
                for revoked in members:
                    yield revoked, use(state, revoked.project.id)

        recheck.look_at_use(self.outcome, state.known, Now(), self._commands)

    def say_undo(self) -> None:
        """Say how each share that has ended is made again."""
        self._removal.say_undo()

    def report_interruption(self) -> list[str]:
        """Return what is true of who may be gone."""
        return self._removal.read_back_all()

    def report_unknown(self) -> tuple[str, ...]:
        """Return what is said when nobody could look what is true."""
        return self._removal.report_unknown()

    def say_results(self) -> None:
        """Write into each row what has become of it."""
        for row, revoked in self._rows:
            row.result = _RESULTS.get(revoked.result, revoked.result)
