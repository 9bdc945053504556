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

"""The flow that makes true what a file says.

All look-ups come first, then all refusals, then the first change. Additions
for all images come before the first prune: an interruption leaves too much
access rather than too little. The use that decides on prunes is looked at
when the additions are done, so that it is not old by then.
"""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare.api import parallel
from osc_imageshare import errors
from osc_imageshare.identity import scopes as scopes_
from osc_imageshare.sharing.apply import addition
from osc_imageshare.sharing.apply import document
from osc_imageshare.sharing.apply import files
from osc_imageshare.sharing.apply import look
from osc_imageshare.sharing.apply import plan
from osc_imageshare.sharing.apply import prune
from osc_imageshare.sharing.apply import reporting
from osc_imageshare.sharing.apply import saved
from osc_imageshare.sharing.apply import states
from osc_imageshare.sharing.apply import work as work_
from osc_imageshare.sharing import flows
from osc_imageshare.sharing import outcomes

if typing.TYPE_CHECKING:
    from osc_imageshare.identity import caller

#: What a project is spoken for as, by region and project.
_MemberScopes = dict[str, dict[str, scopes_.Scope | scopes_.NoScope]]


@dataclasses.dataclass(frozen=True)
class ApplyRequest:
    """Which file is made true, and what may be done for it.

    :ivar file: its path; ``-`` for standard input; None for a *plan*.
    :ivar plan: what ``diff`` has saved, instead of a file.
    :ivar member_clouds: entries of clouds.yaml to look with, besides those
        that the file names.
    :ivar prune: end the shares that an exact image of the file leaves out.
    :ivar max_prune: how many of one image's at the most; None for half of
        its members, at least one.
    :ivar force: prune although the image is in use.
    :ivar allow_unseen: prune although nobody could look whether it is.
    """

    file: str | None = None
    plan: str | None = None
    prune: bool = False
    max_prune: int | None = None
    force: bool = False
    allow_unseen: bool = False
    member_clouds: tuple[str, ...] = ()
    dry_run: bool = False


class Apply(flows.Flow[ApplyRequest, outcomes.ApplyOutcome]):
    """One run of the flow.

    The progress is that of the images that are read, then of the projects
    that are let in.
    """

    _kind = outcomes.ApplyOutcome

    def run(self) -> outcomes.ApplyOutcome:
        """Make true what the file says.

        :raises errors.ImageShareError: when nothing could be done; what goes
            wrong with single images or projects is in the outcome instead.
        :raises BaseException: a KeyboardInterrupt, a SystemExit or the like,
            when interrupted; the outcome tells what was done.
        """
        request, outcome = self._request, self.outcome
        with errors.before_any_change():
            wanted, planned = self._wanted()
            self._scopes = self._caller(
                tuple(dict.fromkeys((*wanted.clouds, *request.member_clouds)))
            )
            self._look = look.Look(
                self._scopes, wanted, self._context.progress
            )
            self._look.read()
            if planned is not None:
                planned.check(self._look.states)
            outcome.rows = self._look.rows(usage=False)
            additions = self._additions()
        work = work_.Work(
            outcome,
            self._look,
            additions,
            self._prunes(),
            request,
            self._context.progress,
        )
        reporting.report(
            outcome,
            self._look.states,
            [
                row
                for row in outcome.rows
                if row.named or (row.blocked and request.prune)
            ],
            changing=True,
        )
        outcome.may_have_changed = not request.dry_run
        try:
            with outcome.interruptible(
                work.report_interruption, work.report_unknown
            ):
                work.change_or_put_back()
        finally:
            work.gather()
        return outcome

    def _wanted(self) -> tuple[document.Document, saved.Saved | None]:
        request = self._request
        if (request.file is None) == (request.plan is None):
            raise errors.UsageError('Name either a file or a plan.')
        if request.plan is not None:
            planned = saved.Saved(
                files.read(request.plan), files.name(request.plan)
            )
            return planned.document, planned
        path = str(request.file)
        return document.load(files.read(path), files.name(path)), None

    def _caller_of(self, state: states.State) -> caller.Caller:
        return self._look.callers[state.region]

    def _additions(self) -> list[addition.Addition]:
        """Return what is to be added, after all refusals."""
        adding = [row for row in self.outcome.rows if row.adds]
        member_scopes = self._speak_for(adding)
        for row in adding:
            _check_required(row, member_scopes[row.state.region], self._scopes)
        for state in self._look.states:
            plan.withhold([r for r in self.outcome.rows if r.state is state])
        found = []
        for state in self._look.states:
            rows = [r for r in adding if r.adds and r.state is state]
            if rows:
                found.append(
                    addition.Addition(
                        state,
                        rows,
                        self._caller_of(state).own,
                        member_scopes[state.region],
                        dry_run=self._request.dry_run,
                    )
                )
        for _ in parallel.ask(found, lambda one: one.warn()):
            pass
        return found

    def _speak_for(self, rows: list[plan.Row]) -> _MemberScopes:
        """Obtain the scopes that will be needed, each once."""
        wanted = {
            (row.state.region, row.project.id)
            for row in rows
            if row.project is not None
            and (
                row.accept != document.NEVER
                or row.project.id in self._scopes.clouds
            )
        }
        found: _MemberScopes = {row.state.region: {} for row in rows}
        for (region, project_id), scope in parallel.ask(
            sorted(wanted),
            lambda one: self._look.callers[one[0]].speaking_for(one[1]),
        ):
            found[region][project_id] = scope
        return found

    def _prunes(self) -> list[prune.Prune]:
        """Return what may be pruned, with what keeps it from being."""
        request, outcome = self._request, self.outcome
        found = []
        for state in self._look.states:
            rows = [
                row
                for row in outcome.rows
                if row.state is state and row.candidate
            ]
            if not rows:
                continue
            one = prune.Prune(
                state,
                rows,
                self._caller_of(state),
                dry_run=request.dry_run,
            )
            limit = plan.too_many(state, request.max_prune)
            if not request.prune:
                one.keep(prune.KEPT)
            elif limit is not None:
                one.keep(prune.REFUSED)
                outcome.fail(
                    errors.FAILED,
                    f'The file leaves out {len(state.others)} of '
                    f'{len(state.members or ())} members of image {state}, '
                    f'and no more than {limit} may be pruned; none has been.',
                    'If the file is right, allow it: '
                    f'--max-prune {len(state.others)}.',
                )
            else:
                found.append(one)
        left = sum(row.result == prune.KEPT for row in outcome.rows)
        if left:
            outcome.note(
                f'{left} members that the file leaves out can use their '
                'images still; --prune ends that where nobody uses them.'
            )
        return found


def _check_required(
    row: plan.Row,
    member_scopes: dict[str, scopes_.Scope | scopes_.NoScope],
    scopes: caller.Caller,
) -> None:
    """Block what has to be accepted, where nobody turns out to be able to."""
    if row.accept != document.REQUIRED or row.project is None:
        return
    found = member_scopes[row.project.id]
    if isinstance(found, scopes_.NoScope) and not scopes.unusual:
        row.blocked, row.code = True, errors.FAILED
        row.reason = f'nobody here can accept: {found.reason}'
