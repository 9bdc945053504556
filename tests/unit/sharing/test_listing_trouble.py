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

"""A list of shares that changes or breaks while it is made."""

from __future__ import annotations

import functools
import itertools

from osc_imageshare import errors
from tests import fakes
from tests.unit.sharing import base
from tests.unit.sharing import shares

A, B, C = fakes.A, fakes.B, fakes.C


class TroubleTest(shares.ListingTestCase):
    def test_an_image_that_fails_is_named_and_ends_no_other(self) -> None:
        for answer in (
            fakes.Answer(500),
            fakes.Answer(401),
            fakes.Answer(body='not JSON'),
            fakes.LOST,
        ):
            for owner, member in (A, B), (B, A):
                good, bad = self.share(owner, member), self.share(A, B)
                self.cloud.server.rule(
                    'GET', f'{bad}/members', answer, times=None
                )
                outcome = self.flow().run()
                self.assertEqual(errors.FAILED, outcome.exit_code)
                listed = [s.image.id for s in outcome.shares]
                self.assertIn(good, listed)
                self.assertNotIn(bad, listed)
                self.assertIn(f'image {bad} (', base.said(outcome))
                self.assertNotIn(f'image {good} (', base.said(outcome))

    def test_what_is_not_shared_any_more_is_left_out(self) -> None:
        self.share(B, A)
        for owner, member in (B, A), (A, B):
            image = self.share(owner, member)
            record = self.cloud.glance.images[image]
            self.cloud.server.rule(
                'GET',
                f'{image}/members',
                before=functools.partial(record.update, visibility='private'),
            )
            self.assertNotIn(image, self.listed())
            gone = self.share(owner, member)
            self.cloud.server.rule(
                'GET',
                f'{gone}/members',
                before=functools.partial(self.cloud.glance.images.pop, gone),
            )
            self.assertNotIn(gone, self.listed())

    def test_a_policy_that_forbids_to_look_is_not_nothing(self) -> None:
        for status, (owner, member) in itertools.product(
            (403, 404), ((A, B), (B, A))
        ):
            image = self.share(owner, member)
            self.cloud.server.rule(
                'GET', f'{image}/members', fakes.Answer(status)
            )
            outcome = self.flow(image=image).run()
            self.assertEqual(
                (errors.FAILED, []), (outcome.exit_code, outcome.shares)
            )
            self.assertIn(image, base.said(outcome))

    def test_nobody_can_tell_is_not_gone(self) -> None:
        image = self.share(B, A)
        self.share(B, A)

        def break_down() -> None:
            self.cloud.server.rule('GET', f'{image}$', fakes.LOST, times=None)

        self.cloud.server.rule(
            'GET',
            f'{image}/members',
            fakes.Answer(404),
            before=break_down,
        )
        outcome = self.flow().run()
        self.assertEqual(errors.FAILED, outcome.exit_code)
        self.assertIn(image, base.said(outcome))

    def test_an_interruption_says_how_much_is_missing(self) -> None:
        for name in 'a', 'b', 'c':
            self.share(B, A, C, name=name)

        def interrupt(done: int, of: int) -> None:
            if done == 2:
                raise KeyboardInterrupt

        flow = self.flow(progress=interrupt, project=C)
        self.assertRaises(KeyboardInterrupt, flow.run)
        self.assertTrue(flow.outcome.interrupted)
        self.assertIn('1 of 3 images are missing', base.said(flow.outcome))
        self.assertEqual(
            [('a', C), ('b', C)],
            [(s.image.name, s.project.id) for s in flow.outcome.shares],
        )

    def test_progress_counts_images(self) -> None:
        for _ in range(3):
            self.share(B, A)
        shown: list[tuple[int, int]] = []
        self.flow(progress=lambda *seen: shown.append(seen)).run()
        self.assertEqual([(1, 3), (2, 3), (3, 3)], shown)
