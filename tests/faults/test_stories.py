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
from tests.faults import line as line_
from tests.faults import people as people_
from tests.faults import runner as runner_
from tests.faults import scenarios
from tests.faults import stage as stage_
from tests.faults import truth
from tests.live import base

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
    :ivar states: what was true when the first was held, when the second was
        or had ended, when the first had ended, and in the end.
    """

    first_at: int
    second_at: int | None
    states: tuple[truth.State, truth.State, truth.State, truth.State]


@dataclasses.dataclass(frozen=True)
class Told:
    """What one of the two has said, and what it could know.

    :ivar end: what was true when it ended.
    :ivar meanwhile: what the other did; None if it was not overtaken.
    """

    who: runner_.Runner
    end: truth.State
    meanwhile: line_.Meanwhile | None

    def moments(self, project: str | None) -> list[truth.State]:
        """Return what it may say of a project; None for the visibility."""
        if self.meanwhile is None:
            return [self.end]
        return [self.end, *self.meanwhile.moments(self.who.asked, project)]


class TestTwoCommands(base.TestCase):
    """Two commands that overtake each other, wherever they can."""

    def setUp(self) -> None:
        super().setUp()
        self.people = people_.people()
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
            begun, _ = image.look()
            self.second.start(second(self.second, image.id), second_at)
            overtaken, _ = image.look()
            if second_at is not None and not self.second.held:
                second_at = None
            self.first.finish()
            between, _ = image.look()
            self.second.finish()
            end, _ = image.look()
            states = (begun, overtaken, between, end)
            yield Round(first_at, second_at, states)

    def tellers(self, each: Round) -> tuple[Told, Told]:
        """Return what can be asked of the sentences of both."""
        begun, overtaken, between, end = each.states
        first = line_.Meanwhile(each.first_at, begun, overtaken)
        second = None
        if each.second_at is not None:
            second = line_.Meanwhile(each.second_at, overtaken, between)
        return (
            Told(self.first, between, first),
            # Who was quicker speaks of what it left behind.
            Told(self.second, end if second else overtaken, second),
        )

    def assert_true(self, teller: Told) -> None:
        """What is said is true, and something is said where it has to be."""
        who = teller.who
        made = claims.made(who.said)
        for claim in made:
            moments = teller.moments(claim.project)
            self.assertTrue(
                any(claims.holds(claim, state) for state in moments),
                f'{claim}: {who.told} {moments}',
            )
        self.assertEqual([], list(claims.unclaimed(who.told, who.said)))
        if who.code and not claims.nothing_changed(who.told):
            self.assertNotEqual('', who.told)
            for about in who.flow.outcome.projects:
                told_of = [
                    claim
                    for claim in made
                    if claims.of_everybody(claim)
                    or claim.project == about.project.id
                ]
                self.assertNotEqual([], told_of, who.told)
        # Of what ended with an error there are no rows.
        for project, status in () if who.failed else _said(who.flow):
            moments = teller.moments(project)
            true = {state.status(project) for state in moments}
            if status == _MEMBER:
                self.assertNotEqual({None}, true, who.told)
            elif status != _UNKNOWN:
                self.assertIn(status, true, who.told)

    def test_two_shares_of_a_private_image_both_end_well(self) -> None:
        for each in self.rounds(
            share(self.b), share(self.c), truth.State('private')
        ):
            told = f'{each}\n{self.first.told}\n{self.second.told}'
            self.assertEqual(
                truth.State('shared', {self.b: 'accepted', self.c: 'pending'}),
                each.states[-1],
                told,
            )
            for teller in self.tellers(each):
                self.assert_true(teller)
            self.assertEqual(0, self.first.code, told)
            self.assertEqual(0, self.second.code, told)

    def test_putting_back_cuts_off_nobody_who_was_just_let_in(self) -> None:
        hidden = truth.State('private', {_OLD: 'accepted'})
        refused = 0
        for each in self.rounds(share(self.b), share(self.c, 'keep'), hidden):
            told = f'{each}\n{self.first.told}\n{self.second.told}'
            state = each.states[-1]
            refused += self.first.code
            for teller in self.tellers(each):
                self.assert_true(teller)
            if self.first.code and state.visibility == 'shared':
                # Whoever reads it has to know who is in besides.
                self.assertIn(_OLD, self.first.told, told)
            # Who was cut off after all has been told so.
            if not self.second.code and not self._too_late(each):
                self.assertIn(self.c, state.access, told)
        self.assertNotEqual(0, refused, 'there was nothing to put back')

    def _too_late(self, each: Round) -> bool:
        """Tell whether the second had ended when the image was hidden.

        Between the look at the members and the request that hides the image
        nobody can be noticed: Glance has no change with a condition.
        """
        return each.second_at is None and self.first.asked[each.first_at].hides

    def test_who_shares_and_who_revokes_both_tell_the_truth(self) -> None:
        b = self.b
        stories: list[tuple[Flow, Flow, tuple[bool, bool]]] = [
            # first, second, whether B is in as each of them wishes
            (share(b), revoke(b), (True, False)),
            (revoke(b), share(b), (False, True)),
        ]
        for first, second, wishes in stories:
            for members in {}, {b: 'accepted'}:
                state = truth.State('shared', members)
                for each in self.rounds(first, second, state):
                    for teller, wish in zip(
                        self.tellers(each), wishes, strict=True
                    ):
                        self._check_wish(each, teller, wish)

    def _check_wish(self, each: Round, teller: Told, wished: bool) -> None:
        self.assert_true(teller)
        if teller.who.code == 0:
            moments = teller.moments(self.b)
            self.assertIn(
                wished,
                {self.b in state.access for state in moments},
                f'{each}\n{self.first.told}\n{self.second.told}',
            )


#: Stand for what is said of a project where no status is.
_MEMBER = 'member'
_UNKNOWN = 'unknown'


def _said(flow: runner_.Flow) -> Iterator[tuple[str, str | None]]:
    """Yield each project of an outcome and what its row says of it."""
    if isinstance(flow, sharing.Share):
        for shared in flow.outcome.projects:
            yield shared.project.id, shared.status
    else:
        for revoked in flow.outcome.projects:
            said = {'revoked': None, 'no member': None, 'failed': _UNKNOWN}
            yield revoked.project.id, said.get(str(revoked.result), _MEMBER)


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
        stage.begin_with_event(number, lambda: made.boot(stage.image.id))
        run = stage.run()
        self.assertEqual([], list(checks.honesty(stage, run, True)))
        self.assertEqual([], list(checks.wording(run)))
        self.assertEqual(3, run.result.code, run.result.stderr)
        return run

    def test_before_the_check_the_share_stays(self) -> None:
        run = self.revoked('GET', 'compute')
        self.assertEqual(self.stage.start, run.state)
        self.assertIn('uses image', run.result.stderr)

    def test_between_check_and_removal_it_is_told_afterwards(self) -> None:
        run = self.revoked('DELETE', 'image')
        self.assertEqual(self.stage.end, run.state)
        self.assertIn('began to use', run.result.stderr)
        (row,) = run.rows
        self.assertEqual('revoked', row['Result'])
        self.assertEqual(['server'], [u['type'] for u in row['In Use By']])
