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

"""Accepting and rejecting offers, also when things go wrong."""

from __future__ import annotations

import typing
import uuid

from osc_imageshare import errors
from osc_imageshare import sharing
from osc_imageshare.sharing import outcomes
from tests import fakes
from tests.unit.sharing import base
from tests.unit.sharing import test_outcomes as test_outcome

A, B, C = fakes.A, fakes.B, fakes.C


class AnswerTestCase(base.FlowTestCase):
    """Bob of project B answers."""

    def offer(
        self, status: str = 'pending', owner: str = A, **image: typing.Any
    ) -> str:
        image.setdefault('checksum', 'd41d8c')
        return self.cloud.glance.add(
            owner, 'shared', members={B: status}, **image
        )

    def flow(
        self,
        *words: str,
        status: str = 'accepted',
        user: str = 'bob',
        **request: typing.Any,
    ) -> sharing.Answer:
        return sharing.Answer(
            self.cloud.connect(user),
            sharing.AnswerRequest(words, status, **request),
        )

    def run_flow(
        self, *words: str, **request: typing.Any
    ) -> outcomes.AnswerOutcome:
        return self.flow(*words, **request).run()

    def status(self, image: str) -> str:
        return self.cloud.glance.members(image)[B]


class RequestTest(AnswerTestCase):
    def test_what_makes_no_sense_together_sends_no_request(self) -> None:
        table: list[tuple[tuple[str, ...], dict[str, typing.Any]]] = [
            ((), {}),
            ((), {'expect_owner': A}),
            ((), {'everything': True}),
            (('i',), {'everything': True, 'expect_owner': A}),
            (('',), {}),
            (('i', ''), {}),
            (('i',), {'expect_hash': ''}),
            (('i',), {'expect_hash': 'md5'}),
            (('i',), {'expect_hash': 'md5:'}),
            (('i',), {'expect_hash': ':00'}),
            (('i', 'j'), {'expect_hash': 'md5:00'}),
            (
                (),
                {
                    'everything': True,
                    'expect_owner': A,
                    'expect_hash': 'md5:00',
                },
            ),
        ]
        for words, request in table:
            refused = self.assertRaises(
                errors.UsageError, self.flow(*words, **request).run
            )
            self.assertEqual(errors.USAGE, refused.exit_code)
        self.assertEqual([], self.cloud.server.requests)

    def test_accepting_by_id_takes_few_requests(self) -> None:
        image = self.offer()
        self.run_flow(image)
        own = f'/image/v2/images/{image}/members/{B}'
        self.assertEqual(
            [
                f'GET /image/v2/images/{image}',
                f'GET {own}',
                f'PUT {own}',
            ],
            [
                f'{request.method} {request.path}'
                for request in self.cloud.server.sent(path='/image/.*/.*/')
            ],
        )

    def test_what_is_true_already_is_not_done_again(self) -> None:
        for status in 'accepted', 'rejected':
            image = self.offer(status)
            outcome = self.run_flow(image, status=status)
            self.assertEqual(status, outcome.offers[0].status)
        self.assertEqual([], self.cloud.server.sent('PUT'))


class SaidTest(AnswerTestCase):
    def test_rejecting_says_what_it_does_not_end_and_what_does(self) -> None:
        image, rejected = self.offer(), self.offer('rejected')
        said = base.said(self.run_flow(image, rejected, status='rejected'))
        self.assertEqual(2, said.count('does not end the access'))
        for one in image, rejected:
            self.assertIn(f'openstack image share revoke {one} {B}', said)

    def test_accepting_says_nothing(self) -> None:
        self.assertEqual('', base.said(self.run_flow(self.offer())))

    def test_a_name_that_looks_like_an_id_is_pointed_out(self) -> None:
        gone = str(uuid.uuid4())
        image = self.offer(name=gone)
        outcome = self.run_flow(gone)
        self.assertEqual(image, outcome.offers[0].image.id)
        self.assertIn(f'No image has the ID {gone}', base.said(outcome))

    def test_an_own_image_is_no_offer(self) -> None:
        outcome = self.run_flow(self.offer(owner=B))
        self.assertEqual(
            (errors.FAILED, []), (outcome.exit_code, outcome.offers)
        )
        self.assertIn('belongs to your own project', base.said(outcome))

    def test_nothing_pending_is_said_and_no_error(self) -> None:
        self.offer('accepted')
        outcome = self.run_flow(everything=True, expect_owner=A)
        self.assertEqual((0, []), (outcome.exit_code, outcome.offers))
        self.assertIn('No pending shares found', base.said(outcome))

    def test_what_is_answered_meanwhile_is_left_as_it_was_answered(
        self,
    ) -> None:
        image = self.offer()
        record = self.cloud.glance.memberships[image][B]
        self.cloud.server.rule(
            'GET',
            f'{image}/members',
            before=lambda: record.update(status='rejected'),
        )
        self.run_flow(everything=True, expect_owner=A)
        self.assertEqual('rejected', self.status(image))

    def test_a_name_that_is_not_offered_is_an_error(self) -> None:
        self.assertEqual(errors.FAILED, self.run_flow('nothing').exit_code)


class ExpectationTest(AnswerTestCase):
    def test_nothing_is_answered_if_one_offer_is_not_as_expected(self) -> None:
        first = self.offer()
        others = self.offer(owner=C, name='of C')
        for words in others, 'of C':
            flow = self.flow(first, words, expect_owner=A)
            refused = self.assertRaises(errors.Refused, flow.run)
            self.assertEqual('Nothing has been changed.', refused.lines[-1])
        self.assertEqual([], self.cloud.server.sent('PUT'))

    def test_every_unmet_expectation_is_named(self) -> None:
        image = self.offer()
        flow = self.flow(image, expect_owner=C, expect_hash='md5:00')
        refused = self.assertRaises(errors.Refused, flow.run)
        self.assertEqual(3, len(refused.lines))
        self.assertIn(f'project {A}, not to {C}', refused.lines[0])
        self.assertIn('known hashes: md5:d41d8c.', refused.lines[1])

    def test_a_name_for_the_owner_must_be_known(self) -> None:
        image = self.offer()
        for user, owner, known in (
            ('bob', 'project-a', False),
            ('bob', 'project-b', True),
            ('admin', 'project-a', True),
            ('admin', 'nobody', False),
        ):
            flow = self.flow(image, user=user, expect_owner=owner)
            refused = None
            try:
                flow.run()
            except errors.Refused as exc:
                refused = exc
            if not known:
                self.assertIn(repr(owner), str(refused))
        self.assertEqual('pending', self.status(image))


class TroubleTest(AnswerTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.no_pauses()

    def test_a_lost_answer_is_looked_up(self) -> None:
        for answer in fakes.LOST, fakes.Answer(504):
            image = self.offer()
            self.cloud.server.rule('PUT', image, answer, carried_out=True)
            outcome = self.run_flow(image)
            self.assertEqual('accepted', outcome.offers[0].status)
            self.assertEqual((0, ''), (outcome.exit_code, base.said(outcome)))

    def test_what_was_not_done_is_said_to_be_as_before(self) -> None:
        for answer in (
            fakes.LOST,
            fakes.Answer(500),
            fakes.Answer(403),
            fakes.Answer(409),
        ):
            image, other = self.offer(), self.offer()
            self.cloud.server.rule('PUT', image, answer)
            outcome = self.run_flow(image, other)
            self.assertEqual(
                ['pending', 'accepted'],
                [offer.status for offer in outcome.offers],
            )
            self.assertEqual(errors.FAILED, outcome.exit_code)
            self.assertIn('is pending.', base.said(outcome))
            self.assertEqual(
                answer.status == 403, 'requires the role' in base.said(outcome)
            )

    def test_what_nobody_can_tell_is_not_guessed(self) -> None:
        image = self.offer()

        def break_down() -> None:
            self.cloud.server.rule(
                'GET', f'{image}/members', fakes.LOST, times=None
            )

        self.cloud.server.rule('PUT', image, fakes.LOST, before=break_down)
        outcome = self.run_flow(image)
        self.assertIsNone(outcome.offers[0].status)
        self.assertIn('Cannot determine', base.said(outcome))
        self.assertEqual(errors.FAILED, outcome.exit_code)

    def test_an_offer_that_is_taken_back_meanwhile_is_revoked(self) -> None:
        image = self.offer()
        memberships = self.cloud.glance.memberships[image]
        self.cloud.server.rule('PUT', image, before=memberships.clear)
        outcome = self.run_flow(image, status='rejected')
        self.assertEqual('revoked', outcome.offers[0].status)
        self.assertIn('is revoked.', base.said(outcome))
        # No advice how to end what has ended.
        self.assertNotIn('does not end the access', base.said(outcome))

    def test_one_offer_that_cannot_be_looked_at_ends_no_other(self) -> None:
        broken, image = self.offer(), self.offer()
        table: list[tuple[tuple[str, ...], dict[str, typing.Any]]] = [
            ((broken, image), {}),
            ((), {'everything': True, 'expect_owner': A}),
        ]
        for words, request in table:
            self.cloud.glance.memberships[image][B]['status'] = 'pending'
            self.cloud.server.rule(
                'GET', f'{broken}/members', fakes.Answer(500)
            )
            outcome = self.run_flow(*words, **request)
            self.assertEqual(
                [(image, 'accepted')],
                [(offer.image.id, offer.status) for offer in outcome.offers],
            )
            self.assertEqual(errors.FAILED, outcome.exit_code)
            self.assertNotIn('No pending shares found', base.said(outcome))

    def test_an_interruption_leaves_what_is_true(self) -> None:
        for ending in test_outcome.ENDINGS:
            self.is_true_after(ending)

    def is_true_after(self, ending: type[BaseException]) -> None:
        done, under_way, left = (self.offer() for _ in range(3))
        flow = self.flow(done, under_way, left)

        def interrupt() -> None:
            # The change is made; nobody hears of it.
            self.interrupt('set_status', after=True, by=ending)

        self.cloud.server.rule('PUT', done, before=interrupt)
        self.assertRaises(ending, flow.run)
        self.assertTrue(flow.outcome.interrupted)
        self.assertEqual(
            ['accepted', 'accepted', 'pending'],
            [offer.status for offer in flow.outcome.offers],
        )
        for image, status in (
            (done, 'accepted'),
            (under_way, 'accepted'),
            (left, 'pending'),
        ):
            name = self.cloud.glance.images[image]['name']
            self.assertIn(
                f'image {image} ({name}) is {status}.',
                base.said(flow.outcome),
            )
