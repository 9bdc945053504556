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

"""What the unit tests have in common: a clean environment."""

from __future__ import annotations

import logging
import os
import threading
import time
import typing

import fixtures
import testtools
import yaml  # type: ignore[import-untyped]

from osc_imageshare.api import rest
from osc_imageshare.identity import caller
from osc_imageshare.identity import catalog
from osc_imageshare.identity import scopes as scopes_
from osc_imageshare.image import images
from osc_imageshare.usage import consumers
from tests import fakes


class Clock:
    """A clock that goes as far as somebody sleeps, at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.now = 1000.0
        #: Tests put something else in its place.
        self.sleep: typing.Callable[[float], object] = self.go_on

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now

    def go_on(self, seconds: float) -> None:
        with self._lock:
            self.now += seconds


class Together:
    """Is called by many at once, and counts them.

    :param number: none goes on before as many are there.
    :ivar most: as many were there at once.
    """

    def __init__(self, number: int) -> None:
        self._lock = threading.Lock()
        self._barrier = threading.Barrier(number)
        self._now = self.most = 0

    def __call__(self) -> None:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        self._barrier.wait(60)
        # Should more be let in, they come now.
        time.sleep(0.05)
        with self._lock:
            self._now -= 1


class TestCase(testtools.TestCase):
    """A test that no cloud of the machine can reach into."""

    def setUp(self) -> None:
        super().setUp()
        for name in list(os.environ):
            if name.startswith('OS_') and name != 'OS_TEST_PATH':
                self.useFixture(fixtures.EnvironmentVariable(name))
        # openstacksdk looks for clouds.yaml in the home directory as well.
        self.useFixture(fixtures.TempHomeDir())
        # What clients log is shown only when a test fails.
        self.useFixture(fixtures.FakeLogger(level=logging.INFO))

    def no_pauses(self) -> Clock:
        """Let requests be repeated at once; return what thinks otherwise."""
        clock = Clock()
        self.useFixture(
            fixtures.MonkeyPatch('osc_imageshare.api.traffic.time', clock)
        )
        return clock

    def clouds_yaml(self, **entries: dict[str, typing.Any]) -> str:
        """Write clouds.yaml, make it count, and return its path."""
        directory = self.useFixture(fixtures.TempDir()).path
        path = os.path.join(directory, 'clouds.yaml')
        with open(path, 'w', encoding='utf-8') as written:
            yaml.safe_dump({'clouds': entries}, written)
        self.useFixture(
            fixtures.EnvironmentVariable('OS_CLIENT_CONFIG_FILE', path)
        )
        return path


class CloudTestCase(TestCase):
    """A test with fake services of its own, where nobody really pauses."""

    def setUp(self) -> None:
        super().setUp()
        self.clock = self.no_pauses()
        self.cloud = self.useFixture(fakes.Cloud())
        # An administrator logs in once in a test, not for each look.
        self._root: scopes_.Scope | None = None

    def scopes(
        self, user: str = 'alice', *member_clouds: str, **more: typing.Any
    ) -> caller.Caller:
        """Return the scopes of a user."""
        found = caller.Caller(self.cloud.connect(user, **more), member_clouds)
        # They are opened when they are needed.
        _ = found.clouds
        return found

    def image(self, image_id: str) -> images.Image:
        """Return an image as the administrator sees it."""
        if self._root is None:
            self._root = self.scopes('admin').own
        return images.Images(self._root).get(image_id)

    def question(
        self, image_id: str, user: str = 'bob', everyone: bool = False
    ) -> consumers.Query:
        """Return a user's question who uses an image."""
        image = self.image(image_id)
        own = self.scopes(user).own
        self.cloud.server.requests.clear()
        return consumers.Query(own, image, everyone, own.label)

    @staticmethod
    def api(asked: consumers.Query, service: str) -> rest.Api:
        """Return a service in the region of whoever asks."""
        return CloudTestCase.api_of(asked.scope, service)

    @staticmethod
    def api_of(scope: scopes_.Scope, service: str) -> rest.Api:
        """Return a service in the region of a scope."""
        settings = catalog.Settings(region=scope.region)
        url = catalog.configured_url(scope.services, service, settings)
        assert url is not None
        return scope.api(service, scope.region, url)
