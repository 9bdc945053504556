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

"""An interruption at every request of every command."""

from tests.faults import interruptions
from tests.faults import matrix
from tests.faults import scenarios


#: A command that only reads is interrupted in the usual situations: what it
#: can be wrong about in others are faults.
_TOLD_APART = [
    scenario
    for scenario in scenarios.SCENARIOS
    if scenario.changes or not scenario.unusual
]


@matrix.tests(interruptions.Interruptions, _TOLD_APART)
class TestInterruptions(matrix.TestCase):
    SUITE = 'interruptions'
