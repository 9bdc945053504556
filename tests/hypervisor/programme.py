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

"""Which stories there are, and their performance, several at a time."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
import concurrent.futures
import dataclasses
import traceback

from tests.hypervisor import evacuation
from tests.hypervisor import moving
from tests.hypervisor import stage as stage_
from tests.hypervisor import staying
from tests.hypervisor import story as story_
from tests.hypervisor import volumes
from tests.hypervisor import words

Scene = Callable[[story_.Story], None]

_ALL = (
    words.NONE,
    words.REVOKED,
    words.PRIVATE,
    words.DELETED,
    words.DEACTIVATED,
)
#: Private is to Glance's answers what revoked is; qcow2 shows that.
_MOST = (words.NONE, words.REVOKED, words.DELETED, words.DEACTIVATED)

_OF_IMAGES: Mapping[str, Scene] = {
    'life': staying.life,
    'purge': staying.purge,
    'anew': staying.anew,
    'rescue': staying.rescue,
    'snapshot': staying.snapshot,
    'resize': moving.resize,
    'resize-cached': moving.resize_cached,
    'migrate': moving.migrate,
    'manage': moving.manage,
    'live-migrate': moving.live_migrate,
    'shelve': moving.shelve,
    'shelve-cached': moving.shelve_cached,
}
_FLAT: Mapping[str, Scene] = {
    name: scene
    for name, scene in _OF_IMAGES.items()
    # These are decided before anybody looks at a disk or at a cache.
    if name not in ('anew', 'snapshot', 'resize-cached', 'shelve-cached')
}
_WITH_KERNELS: Mapping[str, Scene] = {
    'anew': staying.anew,
    'rescue': staying.rescue,
    'snapshot': staying.snapshot_with_kernel,
    'resize': moving.resize_with_kernel,
    'migrate': moving.migrate_there,
    'live-migrate': moving.live_migrate_there,
    'shelve': moving.shelve_with_kernel,
}
_WITHOUT_MAIN: Mapping[str, Scene] = {
    name: scene
    for name, scene in _WITH_KERNELS.items()
    if name in ('rescue', 'snapshot', 'resize', 'shelve')
}
_OF_VOLUMES: Mapping[str, Scene] = {'everything': volumes.everything}

#: Disk -> withdrawals and scenes. The control of "kernel" is that of
#: "kernel-main" as well.
_PROGRAMME: Mapping[str, tuple[Sequence[str], Mapping[str, Scene]]] = {
    words.QCOW2: (_ALL, _OF_IMAGES),
    words.KERNEL: (_MOST, _WITH_KERNELS),
    words.KERNEL_MAIN: (_MOST[1:], _WITHOUT_MAIN),
    words.VOLUME: (_MOST, _OF_VOLUMES),
    words.FLAT: (_MOST, _FLAT),
}
_EVACUATED: Mapping[str, Sequence[str]] = {
    words.QCOW2: _ALL,
    words.FLAT: _MOST,
}
_EVACUATION = 'evacuate'


@dataclasses.dataclass(frozen=True)
class Chosen:
    """A story that is to be performed."""

    disk: str
    withdrawal: str
    scene: str

    def __str__(self) -> str:
        return f'{self.disk} {self.withdrawal} {self.scene}'


def choose(wanted: Sequence[str]) -> list[Chosen]:
    """Return the stories that all the words are in; all without words."""
    every = [
        Chosen(disk, withdrawal, scene)
        for disk, (withdrawals, scenes) in _PROGRAMME.items()
        # The longest first: they would else keep everybody waiting.
        for scene in reversed(list(scenes))
        for withdrawal in withdrawals
    ]
    every += [
        Chosen(disk, withdrawal, _EVACUATION)
        for disk, withdrawals in _EVACUATED.items()
        for withdrawal in withdrawals
    ]
    return [each for each in every if {*wanted} <= {*str(each).split()}]


class Performance:
    """Performs stories and collects what went wrong with any of them.

    :ivar crashed: title and traceback of each story that could not be told.
    """

    def __init__(
        self,
        stage: stage_.Stage,
        record: story_.Record,
        jobs: int,
        told: Callable[[str], None],
    ) -> None:
        self.stage = stage
        self._record = record
        self._told = told
        self._jobs = jobs
        self.crashed: list[tuple[str, str]] = []

    def run(self, chosen: Sequence[Chosen]) -> None:
        """Perform them; those of flat disks last."""
        for flat in (False, True):
            part = [each for each in chosen if flat == _is_flat(each)]
            if part and flat:
                self._told('the hosts are booted again, for flat disks')
                for name, host in self.stage.hosts.items():
                    host.switch_off()
                    self.stage.switch_on(name, flat)
            self._side_by_side(
                [each for each in part if each.scene != _EVACUATION],
                self._perform,
            )
            self._evacuate(
                [each for each in part if each.scene == _EVACUATION], flat
            )

    def _story(self, chosen: Chosen) -> story_.Story:
        kind = volumes.Story if chosen.disk == words.VOLUME else story_.Story
        return kind(self.stage, self._record, chosen.disk, chosen.withdrawal)

    def _perform(self, chosen: Chosen) -> None:
        story = self._story(chosen)
        try:
            story.begin()
            story.withdraw()
            _PROGRAMME[chosen.disk][1][chosen.scene](story)
        finally:
            story.end()

    def _evacuate(self, chosen: Sequence[Chosen], flat: bool) -> None:
        if chosen:
            cached, uncached = (
                [self._story(each) for each in chosen] for _ in range(2)
            )
            evacuation.play(self.stage, cached, uncached, self._for_all, flat)

    def _for_all(
        self,
        stories: Sequence[story_.Story],
        do: Callable[[story_.Story], None],
    ) -> None:
        self._side_by_side(stories, do)

    def _side_by_side(
        self, each: Sequence[object], do: Callable[..., None]
    ) -> None:
        pool = concurrent.futures.ThreadPoolExecutor(self._jobs)
        try:
            for one, done in [(one, pool.submit(do, one)) for one in each]:
                error = done.exception()
                if error is not None:
                    told = ''.join(traceback.format_exception(error))
                    self.crashed.append((str(one), told))
                    self._told(f'{one}: {error}')
        finally:
            # Whoever interrupts it does not want to see the others end.
            pool.shutdown(wait=False, cancel_futures=True)


def _is_flat(chosen: Chosen) -> bool:
    return chosen.disk == words.FLAT
