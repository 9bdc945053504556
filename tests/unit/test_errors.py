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

import itertools

from osc_imageshare import errors
from tests.unit import base


class GravestTest(base.TestCase):
    def test_nothing_is_success(self) -> None:
        self.assertEqual(errors.OK, errors.gravest([]))

    def test_the_order_does_not_matter(self) -> None:
        codes = (errors.UNSEEN, errors.FAILED, errors.IN_USE)
        for order in itertools.permutations(codes):
            self.assertEqual(errors.FAILED, errors.gravest(order))

    def test_the_graver_of_two_wins(self) -> None:
        table = {
            (errors.OK, errors.UNSEEN): errors.UNSEEN,
            (errors.UNSEEN, errors.IN_USE): errors.IN_USE,
            (errors.IN_USE, errors.FAILED): errors.FAILED,
            # Whoever sent the signal wants to see that it worked.
            (errors.FAILED, errors.INTERRUPTED): errors.INTERRUPTED,
            (errors.INTERRUPTED, errors.TERMINATED): errors.TERMINATED,
            (errors.FAILED, errors.HANGUP): errors.HANGUP,
            (errors.TERMINATED, errors.HANGUP): errors.HANGUP,
        }
        self.assertEqual(
            table, {codes: errors.gravest(codes) for codes in table}
        )


class ExitCodeTest(base.TestCase):
    def test_each_code_is_the_one_that_is_documented(self) -> None:
        self.assertEqual(
            (0, 1, 2, 3, 4, 129, 130, 143),
            (
                errors.OK,
                errors.FAILED,
                errors.USAGE,
                errors.IN_USE,
                errors.UNSEEN,
                errors.HANGUP,
                errors.INTERRUPTED,
                errors.TERMINATED,
            ),
        )

    def test_each_error_knows_its_code(self) -> None:
        table: dict[type[errors.ImageShareError], int] = {
            errors.ImageShareError: errors.FAILED,
            errors.Refused: errors.FAILED,
            errors.ServiceError: errors.FAILED,
            errors.UsageError: errors.USAGE,
        }
        self.assertEqual(table, {kind: kind('x').exit_code for kind in table})

    def test_termination_is_handled_wherever_interruption_is(self) -> None:
        for kind in errors.Terminated, errors.HungUp:
            self.assertIsInstance(kind(), KeyboardInterrupt)


class LinesTest(base.TestCase):
    def test_a_script_can_print_an_error(self) -> None:
        error = errors.Refused('What happened.', 'What is true now.')
        self.assertEqual('What happened.\nWhat is true now.', str(error))
        self.assertEqual(('What happened.', 'What is true now.'), error.lines)
