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

"""An image that few of thousands of records were made of."""

from __future__ import annotations

import dataclasses
import json

from bench import bulk
from bench import clients
from bench import figures
from bench import line as line_
from bench import stage as stage_
from bench import timing

#: MiB that a command may have at the end of a run and not at the end of
#: another: less than what a hundred servers or volumes take.
_NOISE = 1.0


def many(
    stage: stage_.Stage, client: clients.Client, plan: figures.Plan
) -> list[figures.Figure]:
    """Find the few: what that takes in time, requests and memory."""
    work = _Work(stage, client)
    who = {
        'an administrator': stage_.ADMIN,
        'the project itself': work.cloud,
    }
    work.fill(plan.matching, plan.few_records)
    few = {name: _look(work, cloud, plan) for name, cloud in who.items()}
    work.fill(plan.matching, plan.records - plan.matching)
    much = {name: _look(work, cloud, plan) for name, cloud in who.items()}
    native = line_.counted(stage, {'': work.native}, lambda: stage_.ADMIN)['']
    taken = timing.in_turns(
        {'native': work.native, 'ours': work.ours},
        plan.rounds,
        lambda: stage_.ADMIN,
        work.check,
    )
    asked = much['an administrator'].asked
    timed = figures.Figure(
        name='usage',
        work=f'`share usage` by an administrator, {plan.records} servers and '
        f'{plan.records} volumes, {plan.matching} of each of the image',
        against='`server list --all-projects --image`, '
        '`volume list --all-projects --long`',
        unit=figures.TIMES,
        measured=timing.Spread.of(
            timing.ratios(taken['native'], taken['ours'])
        ),
        goal='requests = pages',
        reached=len(asked) == len(few['an administrator'].asked),
        requests=len(asked),
        requests_against=len(native),
        details={
            'seconds': taken,
            'requests': {'native': native, 'ours': asked},
        },
    )
    return [
        timed,
        *(_grown(name, few[name], much[name], plan) for name in who),
    ]


def _grown(
    name: str, few: _Look, much: _Look, plan: figures.Plan
) -> figures.Figure:
    """Return by how much memory grew with the records that do not match."""
    grown = timing.Spread.of(
        b - a for a, b in zip(few.peaks, much.peaks, strict=True)
    )
    others = plan.records - plan.matching
    return figures.Figure(
        name=f'memory, {name}',
        work=f'Memory of `share usage` by {name}, {others} servers and '
        f'{others} volumes that do not match',
        against=f'the same with {plan.few_records}',
        unit=figures.MEBIBYTES,
        measured=grown,
        goal=f'no growth (≤ {_NOISE:g} MiB)',
        reached=grown.median <= _NOISE,
        requests=len(much.asked),
        requests_against=len(few.asked),
        details={
            'MiB': {'few': few.peaks, 'many': much.peaks},
            'requests': {'few': few.asked, 'many': much.asked},
        },
    )


@dataclasses.dataclass(frozen=True)
class _Look:
    """What looking takes: requests, and the most memory of each run."""

    asked: list[str]
    peaks: list[float]


def _look(work: _Work, cloud: str, plan: figures.Plan) -> _Look:
    (asked,) = line_.counted(
        work.stage, {'': work.ours}, lambda: cloud
    ).values()
    work.check(cloud)
    peaks = [
        work.client.peak(*work.words, cloud=cloud) for _ in range(plan.rounds)
    ]
    return _Look(asked, peaks)


class _Work:
    """An image, and a project full of what was made of it and of another.

    :ivar cloud: entry of clouds.yaml for that project.
    :ivar words: the command that looks.
    """

    def __init__(self, stage: stage_.Stage, client: clients.Client) -> None:
        self.stage = stage
        self.client = client
        self.cloud = stage.make_project()
        self._image, self._other = (
            stage.offer('accepted', member=self.cloud) for _ in range(2)
        )
        self.words = ('image', 'share', 'usage', self._image, '-f', 'json')
        self._first = {
            image: (
                (bulk.SERVER, stage.make_server(self.cloud, image)),
                (bulk.VOLUME, stage.make_volume(self.cloud, image)),
            )
            for image in (self._image, self._other)
        }
        self._there = dict.fromkeys(self._first, 1)
        self._printed = ''

    def fill(self, matching: int, others: int) -> None:
        """Let there be as many servers and as many volumes."""
        for image, count in (self._image, matching), (self._other, others):
            missing = count - self._there[image]
            for parts, original in self._first[image]:
                bulk.copy(self.stage, parts, original, missing)
            self._there[image] = count

    def ours(self, cloud: str) -> None:
        self._printed = self.client.run(*self.words, cloud=cloud)

    def native(self, cloud: str) -> None:
        listing = ('list', '--all-projects', '-f', 'json')
        servers = self.client.run(
            'server', *listing, '--image', self._image, cloud=cloud
        )
        volumes = self.client.run('volume', *listing, '--long', cloud=cloud)
        # All that a person would have to look through for the few.
        self._printed = servers + volumes

    def check(self, cloud: str) -> None:
        """Look whether what there is was listed."""
        decoder = json.JSONDecoder()
        rows, end = decoder.raw_decode(self._printed)
        more = self._printed[end:].strip()
        if not more:
            ids = [row['ID'] for row in rows]
            self.stage.assertEqual(2 * self._there[self._image], len(set(ids)))
            return
        self.stage.assertEqual(self._there[self._image], len(rows))
        self.stage.assertLessEqual(
            sum(self._there.values()), len(decoder.decode(more))
        )
