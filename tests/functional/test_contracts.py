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

"""The services answer as the fakes of the unit tests do."""

from openstack import connection

from tests.contracts import base as contract
from tests.contracts import block_storage
from tests.contracts import compute
from tests.contracts import identity
from tests.contracts import image
from tests.live import base


class _OnServices(contract.Contract, base.TestCase):
    def connect(self, user: str) -> connection.Connection:
        return base.connect(user)

    def create_server(self, user: str, image: str) -> str:
        return self.make_server(user, image)

    def create_volume(self, user: str, image: str) -> str:
        return self.make_volume(user, image)


class TestImages(_OnServices, image.Images):
    pass


class TestServers(_OnServices, compute.Servers):
    pass


class TestVolumes(_OnServices, block_storage.Volumes):
    pass


class TestProjects(_OnServices, identity.Projects):
    pass
