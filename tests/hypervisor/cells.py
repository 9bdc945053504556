# Licensed under the Apache License, Version 2.0 (the "License"); you may
# not use this file except in compliance with the License. You may obtain
# a copy of the License at
#
#      http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS, WITHOUT
# WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the
# License for the specific language governing permissions and limitations
# under the License.

"""One cell of the table: what came of one operation, and how that is judged.

Pure data and rules; asks no service.
"""

from __future__ import annotations

import dataclasses
import re

from tests.hypervisor import words

_ID = re.compile(r'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}')


@dataclasses.dataclass(frozen=True)
class Question:
    """What was tried."""

    disk: str
    operation: str
    condition: str
    by: str
    withdrawal: str

    def __str__(self) -> str:
        condition = f' ({self.condition})' if self.condition else ''
        return (
            f'{self.disk}, {self.withdrawal}: {self.operation}{condition} '
            f'by {self.by}'
        )


@dataclasses.dataclass(frozen=True)
class Answer:
    """What came of it.

    :ivar answer: the HTTP status.
    :ivar state: of the server (or volume) at the end, None without one.
    :ivar guest: RUNS or DOWN, None where no guest should run.
    :ivar fault: what Nova says of a failure, without IDs.
    """

    answer: int
    state: str | None
    guest: str | None
    fault: str | None
    outcome: str

    def __str__(self) -> str:
        fault = f' "{self.fault}"' if self.fault else ''
        guest = f', guest {self.guest}' if self.guest else ''
        return f'{self.outcome}: {self.answer} {self.state}{guest}{fault}'


@dataclasses.dataclass(frozen=True)
class Seen:
    """What was seen, before it is judged.

    :ivar wanted: the state that was to be reached.
    :ivar before: the state at the beginning.
    :ivar failed: whether the service says that the action has failed.
    """

    answer: int
    wanted: str | None
    before: str | None
    state: str | None
    failed: bool
    guest: str | None


def outcome(seen: Seen) -> str:
    """Judge what was seen."""
    if seen.guest == words.DOWN:
        return words.ERROR
    if seen.answer >= 400:
        return words.REFUSED
    # A build that fails on one host and succeeds on the other has succeeded;
    # where nothing is to change, only the service can tell.
    unchanged = seen.state == seen.before
    if seen.state == seen.wanted and not (seen.failed and unchanged):
        return words.WORKS
    return words.FAILS if unchanged and seen.state != 'ERROR' else words.ERROR


def without_ids(text: str) -> str:
    """Return a sentence that is the same in each run."""
    return _ID.sub('ID', text)
