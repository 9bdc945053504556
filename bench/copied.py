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

"""One image of random bytes, copied from one region into the other.

Beside the native ways (a file on a disk between two commands; a pipe between
them), and beside what the two services can do at all: a bare download to
nowhere and a bare upload, of which the slower one is the limit.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
import contextlib
import dataclasses
import http.client
import os
import pathlib
import shlex
import typing
from urllib import parse
import uuid

from bench import clients
from bench import figures
from bench import stage as stage_
from bench import timing
import fixtures
from tests.live import base

_CLOUD = 'alice'
_HERE, _THERE = 'RegionOne', 'RegionTwo'

_MEBIBYTE = 1 << 20
_GOAL = 2.0

#: MiB that a command may take besides what the client takes by itself.
_MEMORY = 32.0

#: MiB by which that may grow with an image that is four times as big.
_NOISE = 4.0

_CREATE = (
    *('image', 'create', '--private', '--disk-format', 'raw'),
    *('--container-format', 'bare'),
)


def copied(
    stage: stage_.Stage, client: clients.Client, plan: figures.Plan
) -> list[figures.Figure]:
    """Copy a smaller and a bigger image on every way."""
    own = [
        client.peak('image', 'show', stage.make_image(), cloud=_CLOUD)
        for _ in range(plan.rounds)
    ]
    found: list[figures.Figure] = []
    peaks: list[list[float]] = []
    for size in plan.copied:
        with _Work(stage, client, size) as work:
            found += _timed(work, plan)
            peaks.append(
                [
                    work.peak() - least
                    for least, _ in zip(own, range(plan.rounds), strict=True)
                ]
            )
    found.append(_memory(plan, peaks))
    return found


def _timed(work: _Work, plan: figures.Plan) -> list[figures.Figure]:
    ways: dict[str, timing.Way[str]] = {
        'file': work.through_a_file,
        'pipe': work.through_a_pipe,
        'stream': work.stream,
        'server': work.server,
        'get': work.get,
        'put': work.put,
    }
    taken = timing.in_turns(ways, plan.rounds, work.prepare, work.check)
    limit = [
        max(pair) for pair in zip(taken['get'], taken['put'], strict=True)
    ]
    details = {'seconds': taken, 'disk': work.disk}
    what = f'an image of {work.size} MiB into another region'

    def figure(
        name: str,
        against: str,
        slow: str,
        quick: str,
        goal: float | None,
    ) -> figures.Figure:
        measured = timing.Spread.of(timing.ratios(taken[slow], taken[quick]))
        return figures.Figure(
            name=f'copy, {work.size} MiB, {name}',
            work=f'`share copy --method {quick}`, {what}',
            against=against,
            unit=figures.TIMES,
            measured=measured,
            goal='' if goal is None else f'≥ {goal:g} times',
            reached=None if goal is None else measured.median >= goal,
            details=details,
        )

    native = (
        f'`image save` and `image create --file` ({work.size} MiB of disk)'
    )
    return [
        figure('file', native, 'file', 'stream', _GOAL),
        figure(
            'pipe',
            '`image save | image create` (nothing compared)',
            'pipe',
            'stream',
            None,
        ),
        figure('server', native, 'file', 'server', None),
        _beside_the_limit(work, taken, limit, details),
    ]


def _beside_the_limit(
    work: _Work,
    taken: dict[str, list[float]],
    limit: list[float],
    details: dict[str, typing.Any],
) -> figures.Figure:
    longer = timing.Spread.of(
        100 * (ratio - 1) for ratio in timing.ratios(taken['stream'], limit)
    )
    return figures.Figure(
        name=f'copy, {work.size} MiB, limit',
        work=f'`share copy --method stream`, an image of {work.size} MiB into '
        'another region, start of the client included',
        against='the slower of a bare download and a bare upload of the same '
        'bytes',
        unit=figures.PERCENT,
        measured=longer,
        details={**details, 'limit': limit},
    )


def _memory(plan: figures.Plan, peaks: list[list[float]]) -> figures.Figure:
    every = timing.Spread.of(value for each in peaks for value in each)
    medians = [timing.Spread.of(each).median for each in peaks]
    grown = max(medians) - min(medians)
    sizes = ' and '.join(f'{size} MiB' for size in plan.copied)
    return figures.Figure(
        name='copy, memory',
        work=f'Memory of `share copy --method stream`, images of {sizes}',
        against='`image show`, as what the client takes by itself',
        unit=figures.MEBIBYTES,
        measured=every,
        goal=f'≤ {_MEMORY:g} MiB, the same for each size',
        reached=every.median <= _MEMORY and grown <= _NOISE,
        details={'MiB': peaks},
    )


@dataclasses.dataclass
class _Work:
    """An image of a size, and the ways to copy it.

    :ivar size: in MiB.
    :ivar disk: MiB of disk that each way has needed here.
    """

    stage: stage_.Stage
    client: clients.Client
    size: int
    disk: dict[str, float] = dataclasses.field(default_factory=dict)

    def __enter__(self) -> _Work:
        directory = self.stage.useFixture(fixtures.TempDir()).path
        self._file = pathlib.Path(directory, 'image')
        self._data = pathlib.Path(directory, 'data')
        with open(self._data, 'wb') as data:
            for _ in range(self.size):
                data.write(os.urandom(_MEBIBYTE))
        self._image = str(uuid.uuid4())
        self._make(_HERE, self._image)
        self._upload(_HERE, self._image)
        self._copy = ''
        return self

    def __exit__(self, *_: object) -> None:
        self._delete(_HERE, self._image)
        self._data.unlink()

    def prepare(self) -> str:
        """Return a name for the copy that is made next."""
        self._copy = ''
        return f'copy-{uuid.uuid4().hex}'

    def check(self, name: str) -> None:
        """Look whether there is such a copy, and delete it."""
        if not self._copy:
            # A download to nowhere.
            return
        glance = base.connect(_CLOUD, _THERE).image
        (found,) = glance.get('/images', params={'name': name}).json()[
            'images'
        ]
        here = base.connect(_CLOUD).image.get(f'/images/{self._image}').json()
        keys = 'status', 'size', 'os_hash_value'
        self.stage.assertEqual(
            [here[key] for key in keys], [found[key] for key in keys]
        )
        self._delete(_THERE, found['id'])

    def through_a_file(self, name: str) -> None:
        self._copy = name
        file = str(self._file)
        self.client.run(
            'image', 'save', '--file', file, self._image, cloud=_CLOUD
        )
        self.disk['file'] = self._file.stat().st_size / _MEBIBYTE
        self._native('--file', file, name)
        self._file.unlink()

    def _native(self, *words: str) -> None:
        self.client.run(
            *('--os-region-name', _THERE, *_CREATE, *words), cloud=_CLOUD
        )

    def through_a_pipe(self, name: str) -> None:
        self._copy = name
        program = [str(self.client.program), '--os-cloud', _CLOUD]
        save = shlex.join([*program, 'image', 'save', self._image])
        create = shlex.join(
            [*program, '--os-region-name', _THERE, *_CREATE, name]
        )
        clients.output(['sh', '-c', f'{save} | {create}'])

    def stream(self, name: str) -> None:
        self._ours(name, 'stream')

    def server(self, name: str) -> None:
        self._ours(name, 'server')

    def _ours(self, name: str, method: str) -> None:
        self._copy = name
        self.client.run(*self._words(name, method), cloud=_CLOUD)

    def _words(self, name: str, method: str) -> tuple[str, ...]:
        return (
            *('image', 'share', 'copy', self._image, '--name', name),
            *('--to-region', _THERE, '--method', method),
        )

    def peak(self) -> float:
        """Return the most memory that a stream takes, in MiB."""
        name = self.prepare()
        self._copy = name
        found = self.client.peak(*self._words(name, 'stream'), cloud=_CLOUD)
        self.check(name)
        return found

    def get(self, name: str) -> None:
        """Download to nowhere."""
        with _connection(_HERE) as (ask, token):
            answer = ask('GET', f'/v2/images/{self._image}/file', None, token)
            while answer.read(_MEBIBYTE):
                pass

    def put(self, name: str) -> float:
        """Upload; what is around it does not count."""
        self._copy = name
        copy = str(uuid.uuid4())
        self._make(_THERE, copy, name)
        return timing.loop([copy], 1, lambda c: self._upload(_THERE, c))

    def _make(self, region: str, image: str, name: str = 'source') -> None:
        answer = base.connect(_CLOUD, region).image.post(
            '/images',
            json={
                'id': image,
                'name': name,
                'disk_format': 'raw',
                'container_format': 'bare',
                'visibility': 'private',
            },
        )
        self.stage.assertEqual(201, answer.status_code, answer.text)

    def _upload(self, region: str, image: str) -> None:
        def pieces() -> Iterator[bytes]:
            with open(self._data, 'rb') as data:
                while piece := data.read(_MEBIBYTE):
                    yield piece

        headers = {
            'Content-Type': 'application/octet-stream',
            'Content-Length': str(self.size * _MEBIBYTE),
        }
        with _connection(region) as (ask, token):
            answer = ask(
                *('PUT', f'/v2/images/{image}/file', pieces()),
                {**headers, **token},
            )
            self.stage.assertEqual(204, answer.status)

    @staticmethod
    def _delete(region: str, image: str) -> None:
        base.connect(_CLOUD, region).image.delete(f'/images/{image}')


_Ask = Callable[..., http.client.HTTPResponse]


@contextlib.contextmanager
def _connection(region: str) -> Iterator[tuple[_Ask, dict[str, str]]]:
    """Connect to an image service, with nothing in between."""
    own = base.connect(_CLOUD, region)
    url = parse.urlsplit(str(own.endpoint_for('image')))
    connection = http.client.HTTPConnection(
        url.hostname or '', url.port, blocksize=_MEBIBYTE
    )

    def ask(
        method: str, path: str, body: object, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        connection.request(
            method,
            path,
            body,  # type: ignore[arg-type]
            headers,
        )
        return connection.getresponse()

    try:
        yield ask, {'X-Auth-Token': str(own.auth_token)}
    finally:
        connection.close()
