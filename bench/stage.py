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

"""What a comparison stands on: projects, images and servers of its own.

The functional tests know how to make them; this borrows it, and takes
everything away again at the end of a comparison.
"""

from __future__ import annotations

from collections.abc import Iterator
import contextlib
import pathlib

from tests.live import base
from tests.live import entries
from tests.live import offers

REGION = 'RegionOne'

#: Entry of clouds.yaml of an administrator.
ADMIN = 'admin'


class Stage(offers.TestCase):
    """The loopback cloud, with the resources of one comparison."""

    def runTest(self) -> None:
        """Do nothing: a stage is stood on and not run."""

    @property
    def directory(self) -> pathlib.Path:
        """Where the cloud keeps its files."""
        return pathlib.Path(self.cloud_directory)

    def answer(self, image_id: str, member: str, status: str) -> None:
        """Answer a share for a project that has no user."""
        response = base.connect(ADMIN).image.put(
            f'/images/{image_id}/members/{member}', json={'status': status}
        )
        self.assertEqual(200, response.status_code, response.text)

    def make_projects(
        self, count: int, domain_id: str = 'default'
    ) -> dict[str, str]:
        """Make projects without users and return name to ID."""
        made = {}
        for number in range(count):
            name = self.unique(f'bench {number:03}').replace(' ', '-')
            made[name] = self._made(
                'projects', 'project', name=name, domain_id=domain_id
            )
        return made

    def let_in(self, cloud: str, projects: dict[str, str]) -> None:
        """Make a user a member of projects.

        Each project's name is then an entry of clouds.yaml for it.

        :param cloud: an entry of clouds.yaml for that user.
        """
        identity = base.connect(ADMIN).identity
        user = base.connect(cloud).current_user_id
        (role,) = identity.get('/roles', params={'name': 'member'}).json()[
            'roles'
        ]
        for project_id in projects.values():
            answer = identity.put(
                f'/projects/{project_id}/users/{user}/roles/{role["id"]}'
            )
            self.assertEqual(204, answer.status_code, answer.text)
        self.use(
            **{
                name: entries.entry(cloud, project_name=name)
                for name in projects
            }
        )


@contextlib.contextmanager
def stage() -> Iterator[Stage]:
    """Set up a stage, and clear it at the end."""
    made = Stage('runTest')
    made.setUp()
    try:
        yield made
    finally:
        made.doCleanups()
