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
from osc_imageshare.identity import projects
from osc_imageshare.image import images
from osc_imageshare.sharing import outcomes
from osc_imageshare.sharing.revoke import verdict
from osc_imageshare.usage import consumers
from osc_imageshare.usage import risk
from osc_imageshare.usage import survey
from tests.unit import base
from tests.unit.sharing import base as sharing_base

B = sharing_base.B
_IMAGE = images.Image('i', 'ubuntu', 'a', 'active', 'shared', '')


def consumer(kind: str) -> consumers.Consumer:
    return consumers.Consumer(
        B, kind, f'id-of-{kind}', 'web', 'ACTIVE', None, ('rebuild',), '', ''
    )


def seen(*kinds: str, gaps: tuple[str | None, ...] = ()) -> survey.Usage:
    return survey.Usage(
        B,
        tuple(consumer(kind) for kind in kinds),
        tuple(
            consumers.Gap(B, service, None, f'no {service}')
            for service in gaps
        ),
        'rescoped',
    )


class ObstacleTest(base.TestCase):
    def test_neither_override_implies_the_other(self) -> None:
        nothing = seen()
        server = seen(risk.SERVER)
        volume = seen(risk.VOLUME, risk.IMAGE)
        gap = seen(gaps=('compute',))
        both = seen(risk.SERVER, gaps=('compute',))
        in_use, unseen = outcomes.IN_USE, outcomes.UNSEEN
        table = [
            # usage, what stands against it: without override, with --force,
            # with --allow-unseen, with both
            (nothing, None, None, None, None),
            (server, in_use, None, in_use, None),
            # Copies go on working.
            (volume, None, None, None, None),
            (gap, unseen, unseen, None, None),
            (both, in_use, unseen, in_use, None),
        ]
        overrides = (
            (False, False),
            (True, False),
            (False, True),
            (True, True),
        )
        for use, *expected in table:
            self.assertEqual(
                expected,
                [
                    verdict.obstacle(use, force=force, allow_unseen=unseen_too)
                    for force, unseen_too in overrides
                ],
                str(use),
            )


class JudgeTest(base.TestCase):
    def judge(
        self,
        use: survey.Usage,
        project: str = B,
        force: bool = False,
        allow_unseen: bool = False,
    ) -> tuple[outcomes.RevokeOutcome, str | None]:
        outcome = outcomes.RevokeOutcome(image=_IMAGE)
        revoked = outcomes.Revoked(projects.Project(project))
        verdict.judge(
            outcome, revoked, use, force=force, allow_unseen=allow_unseen
        )
        return outcome, revoked.result

    def test_what_nobody_uses_needs_no_word(self) -> None:
        outcome, result = self.judge(seen())
        self.assertEqual((None, []), (result, outcome.messages))

    def test_every_consumer_is_named_with_what_breaks(self) -> None:
        use = seen(risk.SERVER, risk.VOLUME)
        outcome, result = self.judge(use)
        self.assertEqual(outcomes.IN_USE, result)
        self.assertEqual(errors.IN_USE, outcome.exit_code)
        message = sharing_base.said(outcome)
        for kind in risk.SERVER, risk.VOLUME:
            self.assertIn(
                f'  {kind} id-of-{kind} web, ACTIVE, breaks: rebuild', message
            )

    def test_what_may_break_and_what_helps_is_said_with_it(self) -> None:
        one = consumers.Consumer(
            *(B, risk.SERVER, 's', 'web', 'SHELVED_OFFLOADED'),
            *(risk.FROM_IMAGE, ('rebuild',), '', ''),
            may_break=(
                risk.Possible('resize', risk.OTHER_HOST_LACKS),
                risk.Possible('resize', risk.AFTER_UNSHELVE),
                risk.Possible('start', risk.OWN_HOST_LACKS),
            ),
        )
        outcome, _ = self.judge(survey.Usage(B, (one,), (), 'own'))
        message = sharing_base.said(outcome)
        for words in (
            'breaks: rebuild; may break: resize, start\n',
            'Server s (web) is shelved and on no host',
            'including a copy of this one',
        ):
            self.assertIn(words, message)

    def test_only_the_overrides_that_are_needed_are_named(self) -> None:
        table: list[tuple[survey.Usage, bool, str, bool]] = [
            # usage, --allow-unseen, words, whether they are said
            (seen(risk.SERVER), False, '--force', True),
            (seen(risk.SERVER), False, '--allow-unseen', False),
            (seen(risk.SERVER, gaps=('x',)), False, '--allow-unseen', True),
            (seen(risk.SERVER, gaps=('x',)), True, '--allow-unseen', False),
            (seen(gaps=('x',)), False, '--allow-unseen', True),
            (seen(gaps=('x',)), False, '--force', False),
        ]
        for use, allow_unseen, words, expected in table:
            outcome, _ = self.judge(use, allow_unseen=allow_unseen)
            self.assertEqual(
                expected, words in sharing_base.said(outcome), str(use)
            )

    def test_what_was_seen_is_reported_whatever_was_decided(self) -> None:
        outcome, result = self.judge(
            seen(risk.SERVER, gaps=('compute',)),
            force=True,
            allow_unseen=True,
        )
        self.assertIsNone(result)
        self.assertEqual(errors.OK, outcome.exit_code)
        warned = sharing_base.said(outcome, outcomes.Level.WARNING)
        self.assertIn('id-of-server', warned)
        self.assertIn('  not checked: no compute', warned)

    def test_who_could_look_is_told_how_when_nobody_could(self) -> None:
        table: dict[str | None, bool] = {None: True, 'compute': False}
        for service, expected in table.items():
            outcome, result = self.judge(seen(gaps=(service,)))
            self.assertEqual(outcomes.UNSEEN, result)
            self.assertEqual(errors.UNSEEN, outcome.exit_code)
            self.assertEqual(
                expected, '--member-cloud' in sharing_base.said(outcome)
            )

    def test_a_member_that_is_no_project_is_called_that(self) -> None:
        for member, expected in ('teamb', True), (B, False):
            outcome, _ = self.judge(seen(gaps=(None,)), member)
            told = sharing_base.said(outcome)
            self.assertEqual(expected, 'look like a project ID' in told)
