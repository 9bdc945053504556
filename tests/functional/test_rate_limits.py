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

"""An image service that lets in so many requests a second, for ever.

As large public clouds do.
"""

import threading
import time
import uuid

from tests.live import offers
from tests.live import relay

_PER_SECOND = 10
_TOO_MANY = relay.Answer(429, b'Too many.', {'Retry-After': '1'})


class TestRateLimits(offers.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.refused = 0

    def limited(self, cloud: str) -> str:
        """Let Glance refuse what comes too fast; return the cloud to use."""
        between, cloud = self.through(cloud)
        lock = threading.Lock()
        passed: list[float] = []

        def refuse(request: relay.Request) -> relay.Answer | None:
            with lock:
                now = time.monotonic()
                passed[:] = [then for then in passed if then > now - 1]
                if len(passed) < _PER_SECOND:
                    passed.append(now)
                    return None
                self.refused += 1
                return _TOO_MANY

        between.on('.*', '.*', refuse)
        return cloud

    def test_a_list_of_many_images_is_complete(self) -> None:
        mine = self.make_project()
        images = {
            self.offer(owner=mine, data=None) for _ in range(6 * _PER_SECOND)
        }
        result = self.share('share list', cloud=self.limited(mine))
        self.assertEqual(images, {row['Image ID'] for row in result.rows})
        self.assertEqual('', result.stderr)
        self.assertGreater(self.refused, 0)

    def test_an_image_is_shared_with_many_projects_in_one_run(self) -> None:
        projects = [
            self._made(
                'projects',
                'project',
                name=f'project-{uuid.uuid4().hex[:12]}',
                domain_id='default',
            )
            for _ in range(2 * _PER_SECOND)
        ]
        image = self.make_image('admin')
        result = self.share(
            f'share-to {image}',
            *projects,
            '--accept',
            cloud=self.limited('admin'),
        )
        self.assertEqual(projects, [row['Project ID'] for row in result.rows])
        self.assertEqual(
            dict.fromkeys(projects, 'accepted'), self.members(image)
        )
        self.assertGreater(self.refused, 0)
