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

"""Every fault, interruption and race at every request of a copy."""

from tests.faults import copies
from tests.faults import matrix


@matrix.tests(copies.Faults, copies.SCENARIOS)
class TestCopyFaults(matrix.TestCase):
    SUITE = 'copy-faults'


@matrix.tests(copies.Interruptions, copies.SCENARIOS)
class TestCopyInterruptions(matrix.TestCase):
    SUITE = 'copy-interruptions'


@matrix.tests(
    copies.Races, [s for s in copies.SCENARIOS if s.into and not s.half_made]
)
class TestCopyRaces(matrix.TestCase):
    SUITE = 'copy-races'
