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

"""A thousand shared images, each with some members, in one list."""

from __future__ import annotations

import dataclasses
import json

from bench import bulk
from bench import clients
from bench import figures
from bench import line as line_
from bench import processes
from bench import stage as stage_
from bench import timing

_GOAL = 80.0


def outgoing(
    stage: stage_.Stage, client: clients.Client, plan: figures.Plan
) -> list[figures.Figure]:
    """List what a project shares, against a loop over its images."""
    work = _Work(stage, client, plan)
    counted = line_.counted(
        stage,
        {'once': work.once, 'turn': work.turn, 'ours': work.ours},
        lambda: work.ids[0],
    )
    with processes.glances(stage, 2) as address:

        def two(image: str) -> float:
            with line_.leading_to(address, 'image'):
                return timing.loop([image], 1, work.ours)

        taken = timing.in_turns(
            {'loop': work.loop, 'ours': work.ours, 'two': two},
            plan.rounds,
            lambda: work.ids[0],
            work.check,
        )
    loop = timing.Spread.of(timing.ratios(taken['loop'], taken['ours']))
    more = timing.Spread.of(timing.ratios(taken['loop'], taken['two']))
    number = {name: len(asked) for name, asked in counted.items()}
    figure = figures.Figure(
        name='list',
        work=f'`share list --outgoing` with {plan.images} shared images of '
        f'{plan.members} members each, one Glance process',
        against='`image list --shared`, and a loop of `image member list`',
        unit=figures.TIMES,
        measured=loop,
        goal=f'≥ {_GOAL:g} times',
        reached=loop.median >= _GOAL,
        requests=number['ours'],
        requests_against=number['once'] + plan.images * number['turn'],
        extrapolated=f'{plan.looped} of {plan.images} turns timed, one '
        'counted',
        details={'seconds': taken, 'requests': counted},
    )
    return [
        figure,
        dataclasses.replace(
            figure,
            name='list, two Glance processes',
            work='The same, two Glance processes',
            measured=more,
            goal='',
            reached=None,
            details={},
        ),
    ]


class _Work:
    """The images, and the ways to list their members.

    :ivar ids: of the images.
    """

    def __init__(
        self, stage: stage_.Stage, client: clients.Client, plan: figures.Plan
    ) -> None:
        self._stage = stage
        self._client = client
        self._plan = plan
        self._cloud = stage.make_project()
        self._printed = ''
        image = stage.make_image(self._cloud, 'shared')
        for number, member in enumerate(
            stage.make_projects(plan.members).values()
        ):
            stage.add_member(image, member, cloud=self._cloud)
            if number % 2:
                stage.answer(image, member, 'accepted')
        copies = bulk.copy(stage, bulk.IMAGE, image, plan.images - 1)
        self.ids = [image, *copies]

    def _json(self, *words: str) -> str:
        # A script reads it; people's tables take longer to draw, on both
        # sides.
        return self._client.run(
            'image', *words, '-f', 'json', cloud=self._cloud
        )

    def once(self, image: str) -> None:
        self._printed = self._json('list', '--shared')

    def turn(self, image: str) -> None:
        self._json('member', 'list', image)

    def loop(self, image: str) -> float:
        some = self.ids[: self._plan.looped]
        seconds = timing.loop([image], 1, self.once)
        return seconds + timing.loop(some, len(self.ids), self.turn)

    def ours(self, image: str) -> None:
        self._printed = self._json('share', 'list', '--outgoing')

    def check(self, image: str) -> None:
        """Look whether everything was listed."""
        rows = json.loads(self._printed)
        listed = {row.get('Image ID', row.get('ID')) for row in rows}
        self._stage.assertEqual(set(self.ids), listed)
        if 'Image ID' in rows[0]:
            self._stage.assertEqual(
                len(self.ids) * self._plan.members, len(rows)
            )
