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

from osc_imageshare import errors
from osc_imageshare.sharing import steps
from tests.unit import base

_REFUSED = errors.ServiceError('refused', status=403)
_LOST = errors.ServiceError('lost', uncertain=True)


class PerformerTest(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.calls: list[str] = []

    def perform(
        self,
        acting: errors.ServiceError | None = None,
        done: bool | errors.ServiceError = True,
        dry_run: bool = False,
    ) -> list[str]:
        """Carry out a step, and return what a dry run would have needed."""

        def act() -> None:
            self.calls.append('act')
            if acting is not None:
                raise acting

        def look() -> bool:
            self.calls.append('look')
            if isinstance(done, errors.ServiceError):
                raise done
            return done

        performer = steps.Performer(dry_run, [])
        performer.perform(steps.Step('native', act, look))
        return performer.planned

    def test_what_went_well_is_not_looked_at(self) -> None:
        self.assertEqual([], self.perform())
        self.assertEqual(['act'], self.calls)

    def test_a_dry_run_only_notes_the_command(self) -> None:
        self.assertEqual(['native'], self.perform(dry_run=True))
        self.assertEqual([], self.calls)

    def test_what_was_refused_is_not_looked_at(self) -> None:
        error = self.assertRaises(
            errors.ServiceError, self.perform, _REFUSED, True
        )
        self.assertIs(_REFUSED, error)
        self.assertEqual(['act'], self.calls)

    def test_a_lost_answer_is_settled_by_looking(self) -> None:
        self.perform(_LOST, True)
        self.assertEqual(['act', 'look'], self.calls)

    def test_what_is_not_done_has_failed(self) -> None:
        for done in False, _REFUSED:
            error = self.assertRaises(
                errors.ServiceError, self.perform, _LOST, done
            )
            # Not the error of the second look.
            self.assertIs(_LOST, error)
