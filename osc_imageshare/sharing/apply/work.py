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

"""The changes of all images of a file, in their order.

What is done with one image is for the modules addition and prune; here is
when, and how many at once.
"""

from __future__ import annotations

import typing

from osc_imageshare.api import parallel
from osc_imageshare import errors
from osc_imageshare.image import images
from osc_imageshare.sharing.apply import addition
from osc_imageshare.sharing.apply import plan
from osc_imageshare.sharing.apply import prune
from osc_imageshare.sharing.apply import states
from osc_imageshare.sharing.apply import verification
from osc_imageshare.sharing import outcomes
from osc_imageshare.sharing.readback import reading
from osc_imageshare.sharing import steps

if typing.TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from osc_imageshare.sharing.apply import flow
    from osc_imageshare.sharing.apply import look as look_
    from osc_imageshare.usage import survey


class Work:
    """What is done for a file.

    :param look: what was true before; looks at the use of images again.
    :param request: what may be done.
    """

    def __init__(
        self,
        outcome: outcomes.ApplyOutcome,
        look: look_.Look,
        additions: Sequence[addition.Addition],
        prunes: Sequence[prune.Prune],
        request: flow.ApplyRequest,
        progress: parallel.Progress | None,
    ) -> None:
        self.outcome = outcome
        self._look = look
        self._additions = additions
        self._prunes = prunes
        self._request = request
        self._progress = progress
        self._in_flight = steps.in_flight(request.dry_run)
        self._all: list[addition.Addition | prune.Prune] = [
            *additions,
            *prunes,
        ]

    def change_or_put_back(self) -> None:
        """Make the changes; after an error, nobody is left inside unasked."""
        try:
            self._change()
        except Exception:
            for one in self._additions:
                if one.begun:
                    one.put_back_after_error()
            raise

    def _change(self) -> None:
        """Make the changes, and look whether they hold."""
        for _ in parallel.ask(
            self._additions, lambda one: one.open(), in_flight=self._in_flight
        ):
            pass
        self._ensure(
            [(one, shared) for one in self._additions for shared in one.left]
        )
        if not self._request.dry_run:
            self._verify()
            for one in self._additions:
                one.close()
        self._prune()
        if not self._request.dry_run:
            self._settle()
            self._look_at_use()
        for pruned in self._prunes:
            pruned.say_undo()

    def _ensure(
        self, wanted: list[tuple[addition.Addition, outcomes.Shared]]
    ) -> None:
        for (one, shared), report in parallel.ask(
            wanted,
            lambda pair: pair[0].ensure(pair[1]),
            self._progress,
            self._in_flight,
        ):
            one.take(shared, report)

    def _verify(self) -> None:
        """Read the images as the members that were let in."""
        joined = [
            (one, shared)
            for one in self._additions
            for shared in one.verifiable()
        ]
        for (one, shared), report in parallel.ask(
            verification.listed(joined),
            lambda pair: pair[0].verify(pair[1]),
        ):
            one.take(shared, report)

    def _prune(self) -> None:
        """Look at the use of all images at once, and end unused shares."""
        failed = {id(a.state) for a in self._additions if a.failed}
        for one in self._prunes:
            if id(one.state) in failed:
                one.keep(prune.KEPT)
                self.outcome.warn(
                    f'Nothing was pruned of image {one.state}: not everybody '
                    'whom the file names could be let in.'
                )
        asked = [pair for one in self._prunes for pair in one.asked]
        usages = self._usages(asked)
        for one in self._prunes:
            one.judge(
                usages,
                force=self._request.force,
                allow_unseen=self._request.allow_unseen,
            )
        going = [one for one in self._prunes if one.going]
        for _ in parallel.ask(
            going, lambda one: one.remove(), in_flight=self._in_flight
        ):
            pass
        # Where one has gone, another may have room.
        states = {id(one.state) for one in going if one.removed}
        again = [one for one in self._additions if id(one.state) in states]
        self._ensure(
            [(one, shared) for one in again for shared in one.crowded()]
        )
        for added in self._additions:
            added.give_up()

    def _usages(
        self, asked: list[tuple[states.State, str]]
    ) -> Iterator[survey.Usage]:
        use = self._look.scan(asked)
        return (
            usage for _, usage in parallel.ask(asked, lambda one: use(*one))
        )

    def _settle(self) -> None:
        """Read what is true of every image that was changed, once."""
        touched = {id(one.state): one.state for one in self._all if one.begun}
        for state, current in parallel.ask(list(touched.values()), self._read):
            for one in self._all:
                if one.state is state:
                    one.settle(current)

    def _read(
        self, state: states.State
    ) -> reading.Readback | errors.ServiceError:
        glance = images.Images(self._look.callers[state.region].own)
        return reading.read_or_why_not(glance, state.known.id)

    def _look_at_use(self) -> None:
        """Look what members that have gone use by now, all at once."""
        removed = [pair for one in self._prunes for pair in one.removed]
        found = {
            (id(state), member): usage
            for (state, member), usage in zip(
                removed, self._usages(removed), strict=True
            )
        }
        for one in self._prunes:
            one.look_at_use(lambda state, member: found[id(state), member])

    def report_interruption(self) -> None:
        """Put back what is of no use, and say what is true then.

        Also of images that were not begun: all that is said is of one moment.
        """
        self.outcome.interrupt(
            *(
                line
                for _, lines in parallel.ask(
                    self._all, lambda one: one.report_interruption()
                )
                for line in lines
            ),
            outcomes.CONTINUE,
        )

    def report_unknown(self) -> list[str]:
        """Return what is said when nobody could look what is true."""
        begun = self._begun()
        if not begun:
            return [errors.UNCHANGED]
        return [line for one in begun for line in one.report_unknown()]

    def _begun(self) -> list[addition.Addition | prune.Prune]:
        return [one for one in self._all if one.begun]

    def gather(self) -> None:
        """Put together what was done with all images."""
        outcome = self.outcome
        for one in self._all:
            one.say_results()
            outcome.add(one.outcome)
            outcome.planned += one.outcome.planned
        # That a private image had no hidden members is known by now.
        opened = {id(a.state) for a in self._additions if a.opened}
        outcome.rows = [
            row
            for row in outcome.rows
            if row.project is not None or id(row.state) not in opened
        ]
        for row in outcome.rows:
            if row.blocked and (row.named or self._request.prune):
                row.result = outcomes.FAILED
            elif row.action == plan.KEEP and row.result is None:
                row.result = prune.KEPT
            elif row.action == plan.UNKNOWN and row.result is None:
                row.result = plan.UNKNOWN
