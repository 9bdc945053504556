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


"""The matrices notice what is not so, and what nobody could compare."""

import logging
import types
import typing

from osc_imageshare.commands import messages
from osc_imageshare.sharing import claims as claims_
from osc_imageshare.sharing import outcomes
from tests.faults import claims
from tests.faults import truth
from tests.unit import base

_B = 'b' * 32
_C = 'c' * 32

State = claims_.State


def line(
    state: State, project: str | None = _B, *, meanwhile: bool = False
) -> claims.Line:
    return claims.Line(
        state.value, (claims_.Claim('i', project, state, meanwhile),)
    )


class HoldsTest(base.TestCase):
    def test_what_is_not_so_is_noticed(self) -> None:
        pending = truth.State('shared', {_B: 'pending'})
        alone = truth.State('shared')
        private = truth.State('private', {_B: 'accepted'})
        table: dict[tuple[State, str | None], list[truth.State]] = {
            # What is claimed, of whom: where it is so
            (State.PENDING, _B): [pending],
            (State.ACCEPTED, _B): [],
            (State.MEMBER, _B): [pending],
            (State.NO_MEMBER, _B): [alone, private],
            (State.NO_MEMBER, _C): [pending, alone, private],
            (State.ANSWERED, _B): [alone, private],
            (State.SHARED, None): [pending, alone],
            (State.PRIVATE, None): [private],
            (State.PUBLIC, None): [],
            (State.WITHOUT_MEMBERS, None): [alone, private],
            (State.DELETED, None): [],
            # Nothing is claimed.
            (State.UNKNOWN, _B): [pending, alone, private],
            (State.PROBABLY_SHARED, None): [pending, alone, private],
        }
        for (said, project), true in table.items():
            claim = claims_.Claim('i', project, said)
            self.assertEqual(
                true,
                [
                    state
                    for state in (pending, alone, private)
                    if claims.holds(claim, state)
                ],
                str(claim),
            )
        deleted = truth.State(truth.DELETED)
        self.assertTrue(
            claims.holds(claims_.Claim('i', None, State.DELETED), deleted)
        )


class MadeTest(base.TestCase):
    def made(self, *lines: claims.Line) -> list[tuple[str | None, State]]:
        return [(one.project, one.state) for one in claims.made(lines)]

    def test_what_others_did_since_holds_instead(self) -> None:
        self.assertEqual(
            [(_C, State.PENDING), (_B, State.NO_MEMBER)],
            self.made(
                line(State.PENDING),
                line(State.PENDING, _C),
                line(State.NO_MEMBER, meanwhile=True),
            ),
        )

    def test_a_contradiction_is_none_of_that(self) -> None:
        both = [(_B, State.PENDING), (_B, State.NO_MEMBER)]
        self.assertEqual(
            both, self.made(line(State.PENDING), line(State.NO_MEMBER))
        )

    def test_who_was_let_in_is_out_when_it_is_private_again(self) -> None:
        self.assertEqual(
            [(None, State.PRIVATE), (_B, State.MEMBER)],
            self.made(
                line(State.MEMBER),
                line(State.PRIVATE, None),
                # Said after that, it is compared.
                line(State.MEMBER),
            ),
        )


class UnclaimedTest(base.TestCase):
    def test_a_state_without_a_claim_is_noticed(self) -> None:
        for words in (
            f'Image x is shared with project {_B} (status pending).',
            f'Project team ({_B}) is no longer a member.',
            f'Image {"1" * 8}-1111-1111-1111-{"1" * 12} was made private.',
            f'Somebody has revoked the share with project {_B}.',
        ):
            said = claims.Line(words)
            self.assertEqual(
                [words], list(claims.unclaimed(f'{words}\n', [said]))
            )
            claim = claims_.Claim('i', _B, State.MEMBER)
            said = claims.Line(words, (claim,))
            self.assertEqual([], list(claims.unclaimed(words, [said])))

    def test_any_other_line_needs_none(self) -> None:
        for words in (
            'Nothing has been changed.',
            f'  {_B}  owner {_C}, shared, active',
            f'The image service has answered 503 to GET members/{_B}.',
            f'To make it private, run: openstack image set --private {_B}',
        ):
            self.assertEqual([], list(claims.unclaimed(words, [])))


class ListeningTest(base.TestCase):
    def test_a_command_is_heard_with_what_it_claims(self) -> None:
        claim = claims_.Claim('i', _B, State.PENDING)
        outcome = outcomes.Report()
        outcome.note(claims_.Statement('B is pending.', claim), 'Do this.')
        app: typing.Any = types.SimpleNamespace(
            stderr=None, options=types.SimpleNamespace(verbose_level=1)
        )
        before = list(logging.getLogger().handlers)
        with claims.listening() as said:
            messages.Messages('test', app).say_all(outcome)
        self.assertEqual(
            [
                claims.Line('B is pending.', (claim,)),
                claims.Line('Do this.'),
            ],
            said,
        )
        self.assertEqual(before, logging.getLogger().handlers)
