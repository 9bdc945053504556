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

"""What was measured, and what was to be reached.

Pure data: how it is measured and how it is shown are other modules' business.
"""

from __future__ import annotations

import dataclasses
import typing

from bench import timing

#: Units of what was measured.
TIMES = 'times faster'
PERCENT = '% longer'
MEBIBYTES = 'MiB more'
REQUESTS = 'requests'


@dataclasses.dataclass(frozen=True)
class Plan:
    """How much is measured.

    :ivar rounds: how often each way is timed.
    :ivar pairs: the same, where a difference of nothing is to be shown.
    :ivar few_records: for comparison with all the records. They are two full
        pages, so that both sides read one page after the other.
    :ivar copied: sizes of the images that are copied, in MiB.
    :ivar domain: how many projects the domain has that is shared with.
    :ivar looped: how many turns of a long loop are timed; the rest of it is
        extrapolated.
    """

    rounds: int = 5
    pairs: int = 40
    looped: int = 20
    projects: int = 100
    domain: int = 20
    images: int = 1000
    members: int = 5
    records: int = 5000
    few_records: int = 2000
    matching: int = 50
    copied: tuple[int, ...] = (256, 1024)
    file_images: int = 50
    file_members: int = 20


#: To try the programs, not to learn anything.
QUICK = Plan(
    rounds=1,
    pairs=2,
    looped=2,
    projects=6,
    domain=4,
    images=12,
    members=2,
    records=40,
    few_records=20,
    matching=4,
    copied=(1, 4),
    file_images=3,
    file_members=2,
)


@dataclasses.dataclass(frozen=True)
class Figure:
    """One line of the table.

    :ivar work: what was done; commands stand in `backquotes`.
    :ivar against: the native way that it is compared with, likewise.
    :ivar goal: what was to be reached; empty where nothing was.
    :ivar reached: whether it was; None where nothing was to be.
    :ivar requests: HTTP requests, all services and discovery included.
    :ivar requests_against: those of the native way.
    :ivar extrapolated: what of the native way was measured, if not all of it.
    :ivar details: everything that this was calculated from.
    """

    name: str
    work: str
    against: str
    unit: str
    measured: timing.Spread
    goal: str = ''
    reached: bool | None = None
    requests: int | None = None
    requests_against: int | None = None
    extrapolated: str = ''
    details: dict[str, typing.Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Compared:
    """What one comparison found, and by which plan."""

    plan: Plan
    figures: list[Figure]
