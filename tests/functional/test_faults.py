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

"""Faults, signals and races at the requests of every command: the quick part.

All of them at all requests are run by "tox -e faults".
"""

from tests.faults import copies
from tests.faults import fault_cases
from tests.faults import interruptions
from tests.faults import matrix
from tests.faults import scenarios


@matrix.tests(
    scenarios.SCENARIOS, fault_cases.Faults, interruptions.Interruptions
)
class TestSomeFaults(matrix.TestCase):
    ALL = False


@matrix.tests(
    copies.SCENARIOS, copies.Faults, copies.Interruptions, copies.Races
)
class TestSomeCopyFaults(matrix.TestCase):
    ALL = False
