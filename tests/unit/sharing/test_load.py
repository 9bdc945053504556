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


"""Flows with many requests: what a cloud that limits them gets to see."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
import typing

import fixtures
from requests import adapters

from osc_imageshare.api import parallel
from osc_imageshare import sharing
from tests import fakes
from tests.unit.sharing import base

A, B = fakes.A, fakes.B

#: Requests in a second.
_RATE = 10


class _LoadTestCase(base.FlowTestCase):
    def members(self, number: int) -> list[str]:
        """Make projects in which the user "both" has a role as well."""
        keystone = self.cloud.keystone
        found = [f'{n:032x}' for n in range(1, number + 1)]
        for project_id in found:
            keystone.projects[project_id] = f'team-{project_id[-3:]}'
            keystone.roles['both'][project_id] = ('member',)
        return found

    def shared(self, *members: str) -> str:
        return self.cloud.glance.add(
            A, 'shared', members=dict.fromkeys(members, 'accepted')
        )

    def status(self, image_id: str) -> sharing.Status:
        return sharing.Status(
            self.cloud.connect('both'), sharing.StatusRequest(image_id)
        )


class RateLimitTest(_LoadTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.clock = self.no_pauses()

    def limit(self, path: str) -> None:
        self.cloud.server.limit(path, _RATE, lambda: self.clock.now)

    def test_the_list_of_many_images_is_complete(self) -> None:
        images = {self.shared(B) for _ in range(60)}
        self.limit('^/image/')
        listing = sharing.List(
            self.cloud.connect('alice'), sharing.ListRequest()
        )
        outcome = listing.run()
        self.assertEqual(0, outcome.exit_code)
        self.assertEqual(images, {s.image.id for s in outcome.shares})

    def test_many_projects_get_the_image_in_one_run(self) -> None:
        members = self.members(20)
        image_id = self.shared()
        for path in '^/image/', '^/identity/':
            self.limit(path)
        outcome = self.share('both', image_id, *members).run()
        self.assertEqual((0, ''), (outcome.exit_code, base.said(outcome)))
        self.assertEqual(
            dict.fromkeys(members, 'accepted'),
            self.cloud.glance.members(image_id),
        )

    def test_every_service_may_limit(self) -> None:
        members = self.members(20)
        image_id = self.shared(*members)
        for member in members:
            self.cloud.nova.add(member, image_id)
        self.limit('')
        outcome = self.status(image_id).run()
        self.assertEqual(0, outcome.exit_code)
        self.assertEqual(
            [1] * len(members),
            [m.usage and m.usage.servers for m in outcome.members],
        )


class _Sent(fixtures.Fixture):
    """Counts the requests in flight; each takes a moment.

    :ivar most: as many were in flight at once.
    :ivar late: how many were sent after :meth:`leave`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self.now = self.most = self.all = self.late = 0
        self.left = False

    def _setUp(self) -> None:
        real = adapters.HTTPAdapter.send

        def send(*args: typing.Any, **more: typing.Any) -> typing.Any:
            with self._lock:
                self.now += 1
                self.all += 1
                self.late += self.left
                self.most = max(self.most, self.now)
            try:
                time.sleep(0.01)
                return real(*args, **more)
            finally:
                with self._lock:
                    self.now -= 1

        self.useFixture(
            fixtures.MonkeyPatch('requests.adapters.HTTPAdapter.send', send)
        )


class InFlightTest(_LoadTestCase):
    def test_nested_looks_count_together(self) -> None:
        logger = self.useFixture(fixtures.FakeLogger(level=logging.WARNING))
        image_id = self.shared(*self.members(40))
        sent = self.useFixture(_Sent())
        self.assertEqual(0, self.status(image_id).run().exit_code)
        self.assertGreater(sent.all, 100)
        self.assertEqual(parallel.IN_FLIGHT, sent.most)
        self.assertEqual('', logger.output)


class InterruptionTest(_LoadTestCase):
    def test_nothing_more_is_sent(self) -> None:
        image_id = self.shared(*self.members(40))
        sent = self.useFixture(_Sent())
        real = parallel.ask

        def ask(*args: typing.Any, **more: typing.Any) -> typing.Any:
            """Interrupt whoever is in the main thread after one answer."""
            answers = real(*args, **more)
            if threading.current_thread() is not threading.main_thread():
                return answers
            return interrupted(answers)

        def interrupted(answers: typing.Any) -> typing.Any:
            with contextlib.closing(answers):
                yield next(answers)
                sent.left = True
                raise KeyboardInterrupt()

        self.useFixture(
            fixtures.MonkeyPatch('osc_imageshare.api.parallel.ask', ask)
        )
        self.assertRaises(KeyboardInterrupt, self.status(image_id).run)
        self.assertGreater(sent.all, 1)
        # As many may just have been about to be sent.
        self.assertLessEqual(sent.late, parallel.IN_FLIGHT)
        self.assertEqual(0, sent.now)
