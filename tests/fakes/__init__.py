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

"""Small services for what the developer cloud cannot be made to do.

They listen on loopback, answer over HTTP, and imitate what real services were
seen to do: 404 instead of 403, filters that are dropped, records of others,
errors that are not JSON. Only what the plugin asks for is there.
"""

from tests.fakes.cloud import A
from tests.fakes.cloud import ADMIN
from tests.fakes.cloud import B
from tests.fakes.cloud import C
from tests.fakes.cloud import Cloud
from tests.fakes.cloud import ONE
from tests.fakes.cloud import THREE
from tests.fakes.cloud import TWO
from tests.fakes.server import Answer
from tests.fakes.server import LOST
from tests.fakes.server import Request
from tests.fakes.server import Server

__all__ = [
    'ADMIN',
    'LOST',
    'ONE',
    'THREE',
    'TWO',
    'A',
    'Answer',
    'B',
    'C',
    'Cloud',
    'Request',
    'Server',
]
