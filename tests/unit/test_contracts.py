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

"""The fakes answer as the services do; see also tests/functional."""

from __future__ import annotations

import functools
import typing

from tests.contracts import base as contract
from tests.contracts import block_storage
from tests.contracts import compute
from tests.contracts import identity
from tests.contracts import image
from tests import fakes
from tests.unit import base

if typing.TYPE_CHECKING:
    from openstack import connection


class _OnFakes(contract.Contract, base.CloudTestCase):
    @functools.cached_property
    def _connections(self) -> dict[str, connection.Connection]:
        return {user: self.cloud.connect(user) for user in contract.CAST}

    def connect(self, user: str) -> connection.Connection:
        return self._connections[user]

    def create_server(self, user: str, image: str) -> str:
        return self.cloud.nova.add(self._project_of(user), image)

    def create_volume(self, user: str, image: str) -> str:
        return self.cloud.cinder.add(self._project_of(user), image)

    def _project_of(self, user: str) -> str:
        return self.project(contract.CAST[user])

    def test_the_cast_is_that_of_the_fakes(self) -> None:
        ids = {'A': fakes.A, 'B': fakes.B, 'C': fakes.C, 'D': fakes.ADMIN}
        self.assertEqual(ids, {letter: self.project(letter) for letter in ids})


class ImagesTest(_OnFakes, image.Images):
    pass


class ServersTest(_OnFakes, compute.Servers):
    pass


class VolumesTest(_OnFakes, block_storage.Volumes):
    pass


class ProjectsTest(_OnFakes, identity.Projects):
    def setUp(self) -> None:
        super().setUp()
        self.cloud.catalog['identity'] = {fakes.ONE: '/identity/v3'}
