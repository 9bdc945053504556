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

"""Two people, one image, the same moment.

What somebody else does between two requests of a command is tried for every
request by test_races; here are the stories of two commands.
"""

from collections.abc import Callable, Iterator
import dataclasses
import time

from osc_imageshare import sharing
from tests.faults import checks
from tests.faults import claims
from tests.faults import consumers
from tests.faults import people as people_
from tests.faults import runner as runner_
from tests.faults import scenarios
from tests.faults import stage as stage_
from tests.faults import truth
from tests.functional import base

#: A member of old that nobody remembers; Glance takes any string.
_OLD = 'f' * 32

Flow = Callable[[runner_.Runner, str], runner_.Flow]


def share(project: str, old_members: str = 'refuse') -> Flow:
    def flow(who: runner_.Runner, image_id: str) -> runner_.Flow:
        request = sharing.ShareRequest(
            image_id, (project,), old_members=old_members
        )
        return sharing.Share(who.connection, request)

    return flow


def revoke(project: str) -> Flow:
    def flow(who: runner_.Runner, image_id: str) -> runner_.Flow:
        request = sharing.RevokeRequest(
            image_id, (project,), allow_unseen=True
        )
        return sharing.Revoke(who.connection, request)

    return flow


@dataclasses.dataclass(frozen=True)
class Round:
    """Two commands that have met.

    :ivar first_at: the request at which the first was overtaken.
    :ivar second_at: the request at which the second was then held until the
        first had ended; None if it was quicker and ended before.
    """

    image: truth.Image
    first_at: int
    second_at: int | None


class TestTwoCommands(base.TestCase):
    """Two commands that overtake each other, wherever they can."""

    def setUp(self) -> None:
        super().setUp()
        self.people = people_.People(self)
        self.b, self.c = self.people.ids['b'], self.people.ids['c']
        self.first = runner_.Runner(self, self.people, 'ab')
        self.second = runner_.Runner(self, self.people, 'a')

    def images(self, state: truth.State, count: int) -> list[truth.Image]:
        """Make images that have been in a state for a second.

        Glance's times are in seconds, and tell who was let in before a
        command began from who was let in since.
        """
        made = []
        for _ in range(count):
            image = truth.Image(self, self.people.ids['a'], 'golden')
            image.put(state)
            made.append(image)
        time.sleep(1.1)
        return made

    def length(
        self, who: runner_.Runner, flow: Flow, state: truth.State
    ) -> int:
        """Return how many requests a command makes that nobody disturbs."""
        (image,) = self.images(state, 1)
        who.start(flow(who, image.id))
        who.finish()
        return len(who.asked)

    def rounds(
        self, first: Flow, second: Flow, state: truth.State
    ) -> Iterator[Round]:
        """Yield after each way in which they can overtake each other once."""
        ends = self.length(self.second, second, state)
        pairs: list[tuple[int, int | None]] = [
            (first_at, second_at)
            for first_at in range(self.length(self.first, first, state))
            for second_at in (*range(ends), None)
        ]
        images = self.images(state, len(pairs))
        for image, (first_at, second_at) in zip(images, pairs, strict=True):
            self.first.start(first(self.first, image.id), first_at)
            self.second.start(second(self.second, image.id), second_at)
            if second_at is None:
                self.second.finish()
            self.first.finish()
            self.second.finish()
            yield Round(image, first_at, second_at)

    def assert_true(self, who: runner_.Runner, state: truth.State) -> None:
        for claim in claims.made(who.told):
            self.assertTrue(claim.holds(state), f'{who.told} {state}')

    def test_two_shares_of_a_private_image_both_end_well(self) -> None:
        for each in self.rounds(
            share(self.b), share(self.c), truth.State('private')
        ):
            told = f'{each}\n{self.first.told}\n{self.second.told}'
            state, _ = each.image.look()
            self.assertEqual(
                truth.State('shared', {self.b: 'accepted', self.c: 'pending'}),
                state,
                told,
            )
            self.assertEqual(0, self.first.code, told)
            self.assertEqual(0, self.second.code, told)

    def test_putting_back_cuts_off_nobody_who_was_just_let_in(self) -> None:
        hidden = truth.State('private', {_OLD: 'accepted'})
        refused = 0
        for each in self.rounds(share(self.b), share(self.c, 'keep'), hidden):
            told = f'{each}\n{self.first.told}\n{self.second.told}'
            state, _ = each.image.look()
            refused += self.first.code
            if self.second.code:
                # Cut off after all, and told so.
                self.assertIn('while this command ran', self.second.told)
                continue
            self.assert_true(self.second, state)
            if not self._too_late(each):
                self.assertIn(self.c, state.access, told)
        self.assertNotEqual(0, refused, 'there was nothing to put back')

    def _too_late(self, each: Round) -> bool:
        """Tell whether the second had ended when the image was hidden.

        Between the look at the members and the request that hides the image
        nobody can be noticed: Glance has no change with a condition.
        """
        method, _ = self.first.asked[each.first_at]
        return (
            each.second_at is None
            and method == 'PATCH'
            and 'PATCH' in [m for m, _ in self.first.asked[: each.first_at]]
        )

    def test_who_ends_last_of_share_and_revoke_tells_the_truth(self) -> None:
        b = self.b
        stories: list[tuple[Flow, Flow, str | None]] = [
            # first, second, what the second makes of B
            (share(b), revoke(b), None),
            (revoke(b), share(b), 'pending'),
        ]
        for first, second, wished in stories:
            for members in {}, {b: 'accepted'}:
                state = truth.State('shared', members)
                for each in self.rounds(first, second, state):
                    self._check_last(each, wished)

    def _check_last(self, each: Round, wished: str | None) -> None:
        state, _ = each.image.look()
        told = f'{each}\n{self.first.told}\n{self.second.told}\n{state}'
        if each.second_at is None:
            if self.first.looked_since(each.first_at):
                self.assert_true(self.first, state)
                if self.first.code == 0:
                    self.assertEqual(
                        wished is None, self.b in state.access, told
                    )
        elif self.second.looked_since(each.second_at):
            self.assert_true(self.second, state)
            if self.second.code == 0:
                self.assertEqual(
                    wished is not None, self.b in state.access, told
                )


class TestBooting(base.TestCase):
    """B boots a server while the share is being revoked."""

    def revoked(self, method: str, service: str) -> stage_.Run:
        """Revoke, while B boots before the first such request."""
        scenario = next(
            s
            for s in scenarios.SCENARIOS
            if s.name == 'revoke what is not in use'
        )
        stage = self.stage = stage_.Stage(self, scenario)
        stage.line.begin()
        asked = stage.run().asked
        stage.reset()
        made = consumers.Consumers(self, stage.connect('b'))
        number = next(
            number
            for number, each in enumerate(asked)
            if (each.method, each.service) == (method, service)
        )
        stage.line.begin_with_event(number, lambda: made.boot(stage.image.id))
        run = stage.run()
        self.assertEqual([], list(checks.honesty(stage, run, True)))
        self.assertEqual(3, run.result.code, run.result.stderr)
        return run

    def test_before_the_check_the_share_stays(self) -> None:
        run = self.revoked('GET', 'compute')
        self.assertEqual(self.stage.start, run.state)
        self.assertIn('in use by project', run.result.stderr)

    def test_between_check_and_removal_it_is_told_afterwards(self) -> None:
        run = self.revoked('DELETE', 'image')
        self.assertEqual(self.stage.end, run.state)
        self.assertIn('has begun to use', run.result.stderr)
        (row,) = run.rows
        self.assertEqual('revoked', row['Result'])
        self.assertEqual(['server'], [u['type'] for u in row['In Use By']])
