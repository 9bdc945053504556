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

"""One image and a hundred projects of one user, shared and accepted."""

from __future__ import annotations

from collections.abc import Sequence

from bench import clients
from bench import figures
from bench import line as line_
from bench import stage as stage_
from bench import timing

_GOAL = 30.0
_USER = 'both-a'


def shared(
    stage: stage_.Stage, client: clients.Client, plan: figures.Plan
) -> list[figures.Figure]:
    """Share with many projects, against a loop and against a batch."""
    work = _Work(stage, client, plan)
    counted = line_.counted(
        stage,
        {
            'once': work.once,
            'batch': work.batch,
            'ours': work.ours,
        },
        stage.make_image,
    )
    counted |= line_.counted(
        stage,
        {'turn': lambda image: work.turn(image, work.some[0])},
        lambda: stage.make_image(visibility='shared'),
    )
    taken = timing.in_turns(
        {'loop': work.loop, 'batch': work.batch, 'ours': work.ours},
        plan.rounds,
        stage.make_image,
        work.check,
    )
    loop = timing.Spread.of(timing.ratios(taken['loop'], taken['ours']))
    batch = timing.Spread.of(timing.ratios(taken['batch'], taken['ours']))
    number = {name: len(asked) for name, asked in counted.items()}
    return [
        figures.Figure(
            name='share, many projects',
            work=f'Share with {plan.projects} projects and accept',
            against='a loop of `image add project`, `image set --accept` and '
            '`image show` over the projects, `image set --shared` and '
            '`image member list` once',
            unit=figures.TIMES,
            measured=loop,
            goal=f'≥ {_GOAL:g} times',
            reached=loop.median >= _GOAL,
            requests=number['ours'],
            requests_against=number['once'] + plan.projects * number['turn'],
            extrapolated=f'{plan.looped} of {plan.projects} turns timed, one '
            'counted',
            details={'seconds': taken, 'requests': counted},
        ),
        figures.Figure(
            name='the same, batch mode',
            work='The same',
            against="the client's batch mode: the owner's commands in one "
            "process, an administrator's `image set --accept --project` in "
            'another; nobody reads the image as the member',
            unit=figures.TIMES,
            measured=batch,
            requests=number['ours'],
            requests_against=number['batch'],
        ),
    ]


class _Work:
    """The ways to share an image with all projects.

    :ivar some: name and ID of those that the loop is timed with.
    """

    def __init__(
        self, stage: stage_.Stage, client: clients.Client, plan: figures.Plan
    ) -> None:
        self._stage = stage
        self._client = client
        self._projects = stage.make_projects(plan.projects)
        stage.let_in(_USER, self._projects)
        self.some = list(self._projects.items())[: plan.looped]
        self._done: Sequence[str] = ()

    def ours(self, image: str) -> None:
        self._done = list(self._projects.values())
        self._client.run('image', 'share-to', image, *self._done, cloud=_USER)

    def once(self, image: str) -> None:
        """Do what is done once, however many projects there are."""
        self._client.run('image', 'set', '--shared', image, cloud=_USER)
        self._client.run('image', 'member', 'list', image, cloud=_USER)

    def turn(self, image: str, project: tuple[str, str]) -> None:
        """Share a shared image with one project."""
        name, project_id = project
        run = self._client.run
        run('image', 'add', 'project', image, project_id, cloud=_USER)
        run('image', 'set', '--accept', image, cloud=name)
        run('image', 'show', image, cloud=name)

    def loop(self, image: str) -> float:
        """Share with some projects; return the seconds for all."""
        self._done = [project_id for _, project_id in self.some]
        return timing.loop([image], 1, self.once) + timing.loop(
            self.some,
            len(self._projects),
            lambda project: self.turn(image, project),
        )

    def batch(self, image: str) -> None:
        self._done = list(self._projects.values())
        owner = [
            f'image set --shared {image}',
            *(f'image add project {image} {each}' for each in self._done),
            f'image member list {image}',
        ]
        administrator = [
            f'image set --accept --project {each} {image}'
            for each in self._done
        ]
        self._client.batch(owner, cloud=_USER)
        self._client.batch(administrator, cloud=stage_.ADMIN)

    def check(self, image: str) -> None:
        """Look whether it was done: the batch mode's exit code tells not."""
        self._stage.assertEqual(
            dict.fromkeys(self._done, 'accepted'), self._stage.members(image)
        )
