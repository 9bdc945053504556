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
from osc_imageshare.sharing import outcomes
from tests.unit import base

#: What ends a run without being an error.
ENDINGS: tuple[type[BaseException], ...] = (
    KeyboardInterrupt,
    errors.Terminated,
    errors.HungUp,
    SystemExit,
    GeneratorExit,
)


class ReportTest(base.TestCase):
    def test_the_gravest_failure_is_the_exit_code(self) -> None:
        report = outcomes.Report()
        self.assertEqual(errors.OK, report.exit_code)
        report.warn('A warning is no failure.')
        report.note('Nor is a note.')
        self.assertEqual(errors.OK, report.exit_code)
        for code in errors.UNSEEN, errors.IN_USE, errors.FAILED:
            report.fail(code, 'It failed.')
            self.assertEqual(code, report.exit_code)

    def test_an_interruption_is_said_to_be_one(self) -> None:
        report = outcomes.Report()
        report.interrupt('What is true now.')
        self.assertTrue(report.interrupted)
        self.assertEqual(
            [
                outcomes.Message(
                    outcomes.Level.ERROR, ('Interrupted.', 'What is true now.')
                )
            ],
            report.messages,
        )

    def test_what_must_be_said_is_said_by_whoever_is_interrupted(
        self,
    ) -> None:
        for ending in ENDINGS:
            for worse in (KeyboardInterrupt, SystemExit, MemoryError):
                report = outcomes.Report()

                def interrupted(
                    report: outcomes.Report = report,
                    worse: type[BaseException] = worse,
                ) -> None:
                    report.note('What was told.')
                    raise worse

                with (
                    self.assertRaises(ending),
                    report.interruptible(
                        interrupted, lambda: ('What could not be told.',)
                    ),
                ):
                    raise ending
                self.assertTrue(report.interrupted)
                self.assertEqual(
                    [
                        ('What was told.',),
                        ('Interrupted.', 'What could not be told.'),
                    ],
                    [message.lines for message in report.messages],
                )

    def test_whatever_is_no_error_is_an_interruption(self) -> None:
        for ending in ENDINGS:
            told: list[str] = []
            self.assertRaises(ending, self.end, ending, told)
            self.assertEqual(['told'], told)

    def test_an_error_is_none(self) -> None:
        for error in errors.Refused('x'), KeyError('x'), MemoryError():
            told: list[str] = []
            self.assertRaises(type(error), self.end, error, told)
            self.assertEqual([], told)

    @staticmethod
    def end(
        ending: BaseException | type[BaseException], told: list[str]
    ) -> None:
        with outcomes.Report().interruptible(
            lambda: told.append('told'), tuple
        ):
            raise ending

    def test_who_is_not_interrupted_says_nothing_else(self) -> None:
        report = outcomes.Report()
        with report.interruptible(self.fail, self.fail):
            pass
        self.assertEqual((False, []), (report.interrupted, report.messages))

    def test_the_parts_of_a_run_become_one_report(self) -> None:
        whole, part = outcomes.Report(), outcomes.Report()
        whole.note('first')
        part.fail(errors.IN_USE, 'second')
        whole.add(part)
        self.assertEqual(
            [('first',), ('second',)], [m.lines for m in whole.messages]
        )
        self.assertEqual(errors.IN_USE, whole.exit_code)
