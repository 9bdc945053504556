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

"""What all stories have: an image that is shared, a server of it, a record.

A story makes its own image, so that no other story's server keeps its base
in a host's cache, and its own server; then the image is withdrawn, and what
is done to the server from then on is recorded, cell by cell.
"""

from __future__ import annotations

from collections.abc import Callable
import contextlib
import hashlib
import subprocess
import threading
import typing

from tests.hypervisor import cells
from tests.hypervisor import guest
from tests.hypervisor import server as server_
from tests.hypervisor import stage as stage_
from tests.hypervisor import words

Body = dict[str, object]


class Record:
    """The cells of all stories, which run side by side."""

    def __init__(self, told: Callable[[str], None]) -> None:
        self._told = told
        self._lock = threading.Lock()
        self.cells: dict[cells.Question, cells.Answer] = {}
        self.repeated: list[cells.Question] = []

    def add(self, question: cells.Question, answer: cells.Answer) -> None:
        with self._lock:
            if question in self.cells:
                self.repeated.append(question)
            self.cells[question] = answer
        self._told(f'{question}: {answer}')


class Story:
    """One image and one server of it.

    :ivar disk: one of the words for it.
    :ivar server: there is one after :meth:`begin`.
    """

    server: server_.Server

    def __init__(
        self, stage: stage_.Stage, record: Record, disk: str, withdrawal: str
    ) -> None:
        self.stage = stage
        self.disk = disk
        self.withdrawal = withdrawal
        self._record = record
        #: The main image first, then kernel and ramdisk.
        self.images: list[str] = []
        self._withdrawn: list[str] = []
        self._made: list[server_.Server] = []

    @property
    def image(self) -> str:
        return self.images[0]

    @property
    def form(self) -> str:
        """The format of the images that this disk is made of."""
        return 'raw' if self.disk == words.VOLUME else 'qcow2'

    @property
    def by_kernel(self) -> bool:
        return self.disk in (words.KERNEL, words.KERNEL_MAIN)

    # Beginning and end

    def begin(self) -> None:
        """Share an image and boot a server of it, which runs at the end."""
        self.make_images()
        self.server = self.boot({'imageRef': self.image})

    def make_images(self) -> None:
        """Make the image, with what belongs to it, and share all of it."""
        stage = self.stage
        properties = {}
        companions = []
        if self.by_kernel:
            for name, data, form in (
                ('kernel_id', guest.kernel(), 'aki'),
                ('ramdisk_id', guest.ramdisk(), 'ari'),
            ):
                made = stage.make_image(stage.owner, data, form, form)
                properties[name] = made
                companions.append(made)
        if self.disk == words.VOLUME:
            properties = {
                'hw_rescue_device': 'disk',
                'hw_rescue_bus': 'virtio',
            }
        main = stage.make_image(
            stage.owner,
            guest.disk(guest.SHARED, self.form),
            self.form,
            **properties,
        )
        self.images = [main, *companions]
        for each in self.images:
            stage.share(each)
        self._withdrawn = self.images
        if self.disk == words.KERNEL_MAIN:
            self._withdrawn = [main]

    def boot(self, source: Body) -> server_.Server:
        """Boot a server of the member, which has to succeed."""
        response = self.ask_for_server(source)
        made = self.adopt(stage_.checked(response).json()['server']['id'])
        view = made.settle()
        if (view['status'], made.guest(view, guest.SHARED)) != (
            'ACTIVE',
            words.RUNS,
        ):
            raise stage_.Unexpected(f'{self.title}: {view.get("fault")}')
        return made

    @property
    def title(self) -> str:
        return f'{self.disk}, {self.withdrawal}'

    def __str__(self) -> str:
        return self.title

    def ask_for_server(self, source: Body) -> typing.Any:
        body = {
            'name': self.title,
            'flavorRef': self.stage.small(),
            'networks': 'none',
            **source,
        }
        return self.stage.member.compute.post(
            '/servers', json={'server': body}, microversion=stage_.COMPUTE
        )

    def adopt(self, server_id: str) -> server_.Server:
        """Return a server that is deleted at the end."""
        made = server_.Server(self.stage, server_id, self.by_kernel)
        self._made.append(made)
        return made

    def withdraw(self) -> None:
        for image in self._withdrawn:
            self.stage.withdraw(self.withdrawal, image)

    def restore(self) -> None:
        for image in self._withdrawn:
            self.stage.restore(self.withdrawal, image)

    def end(self) -> None:
        """Delete the servers, and what they leave in the caches."""
        for made in self._made:
            with contextlib.suppress(stage_.Unexpected):
                made.delete()
        self.lack(*self.stage.hosts)

    # Doing and recording

    def do(
        self,
        operation: str,
        body: Body,
        wanted: str,
        condition: str = words.ALWAYS,
        by: str = words.MEMBER,
        server: server_.Server | None = None,
        **how: typing.Any,
    ) -> str:
        """Do something to a server, and record a cell; the outcome."""
        seen, fault = (server or self.server).see(by, body, wanted, **how)
        return self.note(operation, condition, seen, fault, by)

    def note(
        self,
        operation: str,
        condition: str,
        seen: cells.Seen,
        fault: str | None,
        by: str = words.MEMBER,
    ) -> str:
        """Record a cell; return the outcome."""
        outcome = cells.outcome(seen)
        self._record.add(
            cells.Question(
                self.disk, operation, condition, by, self.withdrawal
            ),
            cells.Answer(seen.answer, seen.state, seen.guest, fault, outcome),
        )
        return outcome

    def silently(
        self, body: Body, wanted: str, by: str = words.MEMBER
    ) -> None:
        """Do what has to succeed and is no cell."""
        seen, fault = self.server.see(by, body, wanted, line=None)
        if cells.outcome(seen) != words.WORKS:
            raise stage_.Unexpected(f'{self.title}: {body}: {seen}, {fault}')

    # The caches of images

    def lack(self, *hosts: str) -> None:
        """Let hosts have no files of the images, as after a purge."""
        for host in hosts:
            cache = self.stage.hosts[host].instances / '_base'
            for image in self.images:
                for path in cache.glob(f'{_cached(image)}*'):
                    path.unlink()

    def have(self, *hosts: str) -> None:
        """Let hosts have the files, as after another server of the image."""
        places = [
            self.stage.hosts[name].instances / '_base'
            for name in self.stage.hosts
        ]
        for image in self.images:
            name = _cached(image)
            for host in hosts:
                target = self.stage.hosts[host].instances / '_base' / name
                if target.exists():
                    continue
                source = next(
                    place / name for place in places if (place / name).exists()
                )
                target.parent.mkdir(exist_ok=True)
                subprocess.run(
                    ['cp', '--sparse=always', str(source), str(target)],
                    check=True,
                )


def _cached(image_id: str) -> str:
    """The name of an image in a host's cache (imagecache.get_cache_fname)."""
    return hashlib.sha1(image_id.encode(), usedforsecurity=False).hexdigest()
