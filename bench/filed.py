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

"""A file for many images, against a loop and against another program."""

from __future__ import annotations

from collections.abc import Sequence
import pathlib

from bench import bulk
from bench import clients
from bench import environments
from bench import figures
from bench import line as line_
from bench import peer as peer_
from bench import stage as stage_
from bench import timing
import fixtures
from tests.live import base

_GOAL = 100.0
_USER = 'both-a'


def applied(
    stage: stage_.Stage, client: clients.Client, plan: figures.Plan
) -> list[figures.Figure]:
    """Share many images with many projects by a file, and once more."""
    work = _Work(stage, client, plan)
    size = plan.file_images * plan.file_members
    counted = line_.counted(
        stage, {'first': work.apply, 'again': work.apply}, work.one_set
    )
    counted |= line_.counted(
        stage,
        {
            'once': lambda ids: work.once(ids[0]),
            'turn': lambda ids: work.turn(ids[0], work.projects[0]),
        },
        lambda: work.images('shared'),
    )
    taken = timing.in_turns(
        {'loop': work.loop, 'ours': work.apply},
        plan.rounds,
        work.images,
        work.check,
    )
    # With nothing left to do the loop takes as long: it asks all the same.
    done = work.one_set()
    again = timing.in_turns(
        {'ours': work.apply},
        plan.rounds,
        lambda: done,
        work.check,
    )
    first = timing.Spread.of(timing.ratios(taken['loop'], taken['ours']))
    second = timing.Spread.of(timing.ratios(taken['loop'], again['ours']))
    number = {name: len(asked) for name, asked in counted.items()}
    figure = figures.Figure(
        name='apply a file',
        work=f'`share apply` with {plan.file_images} images and '
        f'{plan.file_members} projects each, accepted',
        against='a loop of `image set --shared`, and of `image add project`, '
        '`image set --accept` and `image show` over the projects',
        unit=figures.TIMES,
        measured=first,
        goal=f'≥ {_GOAL:g} times',
        reached=first.median >= _GOAL,
        requests=number['first'],
        requests_against=plan.file_images * number['once']
        + size * number['turn'],
        extrapolated=f'{plan.looped} of {size} turns timed, one counted',
        details={
            'seconds': {**taken, 'again': again['ours']},
            'requests': counted,
        },
    )
    return [
        figure,
        figures.Figure(
            name='apply a file again',
            work='The same again, with nothing left to do',
            against=figure.against,
            unit=figures.TIMES,
            measured=second,
            goal=figure.goal,
            reached=second.median >= _GOAL,
            requests=number['again'],
            requests_against=figure.requests_against,
            extrapolated=figure.extrapolated,
        ),
        work.against_peer(),
    ]


class _Work:
    """The images of a project, and the ways to share them all.

    :ivar projects: name and ID of those that get the images.
    """

    def __init__(
        self, stage: stage_.Stage, client: clients.Client, plan: figures.Plan
    ) -> None:
        self._stage = stage
        self._client = client
        self._plan = plan
        self._domain = stage.make_domain()
        self._of_domain = list(
            stage.make_projects(plan.file_members, self._domain).values()
        )
        mine = stage.make_projects(plan.file_members)
        stage.let_in(_USER, mine)
        self.projects = list(mine.items())
        self._ids = list(mine.values())
        self._owner = str(base.connect(_USER).current_project_id)
        self._file = pathlib.Path(
            stage.useFixture(fixtures.TempDir()).path, 'shares.yaml'
        )
        self._originals = {
            visibility: stage.make_image(visibility=visibility)
            for visibility in ('private', 'shared')
        }
        self._done: dict[str, Sequence[str]] = {}
        self._set: list[str] = []

    def images(self, visibility: str = 'private') -> list[str]:
        """Make the images that nobody has yet."""
        return bulk.copy(
            self._stage,
            bulk.IMAGE,
            self._originals[visibility],
            self._plan.file_images,
        )

    def one_set(self) -> list[str]:
        """Return the same images each time."""
        if not self._set:
            self._set = self.images()
        return self._set

    def _write(self, ids: Sequence[str], members: str) -> None:
        self._file.write_text(
            f'version: 1\nowner: "{self._owner}"\nimages:\n'
            + ''.join(
                f'- {{id: {one}, members: {members}, exact: true}}\n'
                for one in ids
            )
        )

    def apply(self, ids: Sequence[str]) -> None:
        named = ', '.join(f'{{project: "{one}"}}' for one in self._ids)
        self._write(ids, f'[{named}]')
        self._done = dict.fromkeys(ids, self._ids)
        self._client.run(
            *('image', 'share', 'apply', '--file', str(self._file)),
            cloud=_USER,
        )

    def once(self, image: str) -> None:
        """Do what is done once for an image."""
        self._client.run('image', 'set', '--shared', image, cloud=_USER)

    def turn(self, image: str, project: tuple[str, str]) -> None:
        """Share a shared image with one project."""
        name, project_id = project
        run = self._client.run
        run('image', 'add', 'project', image, project_id, cloud=_USER)
        run('image', 'set', '--accept', image, cloud=name)
        run('image', 'show', image, cloud=name)

    def loop(self, ids: Sequence[str]) -> float:
        """Share some images with some projects; return the time for all."""
        pairs = [(one, project) for one in ids for project in self.projects]
        some = pairs[: self._plan.looped]
        images = list(dict.fromkeys(image for image, _ in some))
        self._done = {
            image: [p[1] for i, p in some if i == image] for image in images
        }
        return timing.loop(images, len(ids), self.once) + timing.loop(
            some, len(pairs), lambda pair: self.turn(*pair)
        )

    def check(self, ids: object) -> None:
        """Look whether it was done."""
        for image, members in self._done.items():
            self._stage.assertEqual(
                dict.fromkeys(members, 'accepted'), self._stage.members(image)
            )

    def against_peer(self) -> figures.Figure:
        """Share with the projects of a domain, as an administrator."""
        program = environments.peer(self._stage)

        def ours(ids: Sequence[str]) -> None:
            self._write(ids, f'[{{domain: {self._domain}, accept: required}}]')
            self._done = dict.fromkeys(ids, self._of_domain)
            self._client.run(
                *('image', 'share', 'apply', '--file', str(self._file)),
                cloud=stage_.ADMIN,
            )

        def peer(ids: Sequence[str]) -> float:
            some = ids[: max(self._plan.looped // 4, 1)]
            self._done = dict.fromkeys(some, self._of_domain)
            return timing.loop(
                some,
                len(ids),
                lambda image: clients.output(
                    [str(program.path), *peer_.words(image, self._domain)]
                ),
            )

        counted = line_.counted(
            self._stage, {'ours': ours}, lambda: self.images('shared')
        )
        counted |= line_.counted(
            self._stage,
            {'peer': lambda ids: peer(ids[:1])},
            lambda: self.images('shared'),
        )
        taken = timing.in_turns(
            {'peer': peer, 'ours': ours},
            self._plan.rounds,
            lambda: self.images('shared'),
            self.check,
        )
        return figures.Figure(
            name='apply a file, a domain',
            work=f'`share apply` with {self._plan.file_images} images and '
            f'the {self._plan.file_members} projects of a domain, accepted, '
            'as administrator',
            against='`openstack-image-manager --share-type domain`, which '
            'shares one image at a time',
            unit=figures.TIMES,
            measured=timing.Spread.of(
                timing.ratios(taken['peer'], taken['ours'])
            ),
            requests=len(counted['ours']),
            requests_against=self._plan.file_images * len(counted['peer']),
            extrapolated='some images timed, one counted',
            details={
                'seconds': taken,
                'requests': counted,
                'version': program.version,
            },
        )
