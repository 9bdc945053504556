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

"""The flow that says what a file of shares would change."""

from __future__ import annotations

import dataclasses

from osc_imageshare import errors
from osc_imageshare.sharing.apply import document
from osc_imageshare.sharing.apply import files
from osc_imageshare.sharing.apply import look
from osc_imageshare.sharing.apply import plan
from osc_imageshare.sharing.apply import reporting
from osc_imageshare.sharing.apply import saved
from osc_imageshare.sharing import flows
from osc_imageshare.sharing import outcomes


@dataclasses.dataclass(frozen=True)
class DiffRequest:
    """Which file is compared with what is true.

    :ivar file: its path; ``-`` for standard input.
    :ivar member_clouds: entries of clouds.yaml to look with, besides those
        that the file names.
    :ivar out: where the plan is saved; None for nowhere.
    """

    file: str
    out: str | None = None
    member_clouds: tuple[str, ...] = ()


class Diff(flows.Flow[DiffRequest, outcomes.DiffOutcome]):
    """One look at what a file wants and at what is true.

    The exit code is 0 when nothing differs, 5 when something does, 4 when
    something could not be seen, and 1 for errors.
    """

    _kind = outcomes.DiffOutcome

    def run(self) -> outcomes.DiffOutcome:
        """Look.

        :raises errors.ImageShareError: for a file that cannot be read, for
            credentials of another project, and when nothing could be seen.
        """
        request, outcome = self._request, self.outcome
        wanted = document.load(
            files.read(request.file), files.name(request.file)
        )
        clouds = dict.fromkeys((*wanted.clouds, *request.member_clouds))
        seen = look.Look(
            self._caller(tuple(clouds)), wanted, self._context.progress
        )
        seen.read()
        outcome.rows = seen.rows(usage=True)
        reporting.report(outcome, seen.states, outcome.rows)
        for state in seen.states:
            limit = plan.too_many(state, None)
            if limit is not None:
                outcome.warn(
                    f'The file ends {len(state.others)} of '
                    f'{len(state.members or ())} shares of image {state}: '
                    f'"apply" refuses more than {limit} unless --max-prune '
                    'allows them.'
                )
        reporting.summarize(outcome, outcome.rows)
        if request.out is not None:
            files.write(
                request.out, saved.dump(wanted, seen.states, outcome.rows)
            )
        outcome.codes += [
            errors.DIFFERENT
            for row in outcome.rows
            if row.code == errors.DIFFERENT
        ]
        return outcome
