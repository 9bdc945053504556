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


"""What was read back, in a record, in words, and as claims."""

from __future__ import annotations

from osc_imageshare.identity import projects
from osc_imageshare.image import images
from osc_imageshare.sharing import claims
from osc_imageshare.sharing import outcomes
from osc_imageshare.sharing.readback import answers
from osc_imageshare.sharing.readback import reading
from osc_imageshare.sharing.readback import revocations
from osc_imageshare.sharing.readback import shares
from tests.unit import base

_IMAGE = images.Image('i', 'ubuntu', 'a', 'active', 'shared', 'then')
_B = projects.Project('b', 'team')

State = claims.State

#: What a claim is about, None for the image, and what it is said to be.
Claims = list[tuple[str | None, State]]


def current(status: str | None = None) -> reading.Readback:
    """Return what is read of a shared image that B may be a member of."""
    members = () if status is None else (images.Member('b', status, '', ''),)
    return reading.Readback.of(members)


PRIVATE = reading.Readback(closed='private')
PUBLIC = reading.Readback(closed='public')
GONE = reading.Readback(gone=True)


class ReadbackTestCase(base.TestCase):
    def assert_claims(self, wanted: Claims, sentence: str) -> None:
        """Compare what a sentence claims; each claim is about the image."""
        found = claims.of(sentence)
        self.assertEqual(
            wanted, [(one.project, one.state) for one in found], sentence
        )
        self.assertEqual({'i'}, {one.image for one in found}, sentence)


class SharesTest(ReadbackTestCase):
    def test_settled_and_worded(self) -> None:
        table: list[
            tuple[reading.Readback | None, str | None, str, Claims]
        ] = [
            # What was read; the status; the sentence; what it claims
            (
                None,
                outcomes.UNREAD,
                'Cannot determine whether image i (ubuntu) is shared with '
                'project team (b).',
                [('b', State.UNKNOWN)],
            ),
            (
                current('pending'),
                'pending',
                'Image i (ubuntu) is shared with project team (b) (status '
                'pending).',
                [('b', State.PENDING)],
            ),
            (
                # A Glance may have more words than ours.
                current('ordered'),
                'ordered',
                'Image i (ubuntu) is shared with project team (b) (status '
                'ordered).',
                [('b', State.MEMBER)],
            ),
            (
                current(),
                None,
                'Image i (ubuntu) is not shared with project team (b).',
                [('b', State.NO_MEMBER)],
            ),
            (
                PUBLIC,
                None,
                'Image i (ubuntu) is public and not shared with project team '
                '(b): somebody else has changed its visibility.',
                [(None, State.PUBLIC), ('b', State.NO_MEMBER)],
            ),
            (
                GONE,
                None,
                'Image i (ubuntu) is deleted and not shared with project '
                'team (b): somebody else has deleted it.',
                [(None, State.DELETED), ('b', State.NO_MEMBER)],
            ),
        ]
        for read, status, words, about in table:
            shared = outcomes.Shared(_B, 'accepted')
            shares.settle(shared, read)
            self.assertEqual(status, shared.status)
            sentence = shares.sentence(_IMAGE, shared, read)
            self.assertEqual(words, sentence)
            self.assert_claims(about, sentence)

    def test_what_others_have_done_is_claimed_as_theirs(self) -> None:
        for read in current(), PRIVATE, GONE:
            found = claims.of(shares.lost(_IMAGE, _B, read))
            self.assertEqual({True}, {one.meanwhile for one in found})
            self.assertIn(
                ('b', State.NO_MEMBER),
                [(one.project, one.state) for one in found],
            )


class RevocationsTest(ReadbackTestCase):
    def test_settled_and_worded(self) -> None:
        decided = outcomes.REVOKED
        still = 'Image i (ubuntu) is still shared with project team (b). Run '
        unread = 'Cannot determine whether image i (ubuntu) is still shared '
        hidden: Claims = [('b', State.NO_MEMBER), (None, State.PRIVATE)]
        table: list[
            tuple[str | None, reading.Readback | None, str | None, str, Claims]
        ] = [
            # The result before; what was read; the result; how the sentence
            # begins; what it claims
            (None, None, outcomes.UNREAD, unread, [('b', State.UNKNOWN)]),
            (decided, None, decided, unread, [('b', State.UNKNOWN)]),
            (None, current('rejected'), None, still, [('b', State.MEMBER)]),
            (decided, current('accepted'), None, still, [('b', State.MEMBER)]),
            (
                outcomes.FAILED,
                current('accepted'),
                outcomes.FAILED,
                still,
                [('b', State.MEMBER)],
            ),
            (
                outcomes.FAILED,
                current(),
                decided,
                'Image i (ubuntu) is no longer shared with project team (b). '
                'To undo: undo it',
                [('b', State.NO_MEMBER)],
            ),
            (
                decided,
                PRIVATE,
                decided,
                'Image i (ubuntu) is private and no longer shared with '
                'project team (b). To undo: undo it',
                hidden,
            ),
            (
                None,
                PRIVATE,
                None,
                'Image i (ubuntu) is private and not shared with project '
                'team (b). The project may still be a member',
                hidden,
            ),
            (
                None,
                GONE,
                None,
                'Image i (ubuntu) no longer exists.',
                [(None, State.DELETED)],
            ),
        ]
        for before, read, after, words, about in table:
            revoked = outcomes.Revoked(_B, before)
            revocations.settle(revoked, read)
            self.assertEqual(after, revoked.result, words)
            sentence = revocations.sentence(
                _IMAGE, revoked, read, lambda: 'undo it'
            )
            self.assertEqual(words, sentence[: len(words)])
            self.assert_claims(about, sentence)

    def test_an_image_that_could_not_be_made_private(self) -> None:
        for read, is_now, state in (
            (None, 'is probably still shared', State.PROBABLY_SHARED),
            (current('pending'), 'is still shared', State.SHARED),
            (PUBLIC, 'is public', State.PUBLIC),
            (GONE, 'no longer exists', State.DELETED),
        ):
            sentence = revocations.image_sentence(_IMAGE, read, 'do it')
            self.assertIn(f'Image i (ubuntu) {is_now}', sentence)
            self.assert_claims([(None, state)], sentence)


class AnswersTest(ReadbackTestCase):
    def test_settled_and_worded(self) -> None:
        for read, status, words, state in (
            (
                None,
                None,
                'Cannot determine whether the share of image i (ubuntu)',
                State.UNKNOWN,
            ),
            (
                current('rejected'),
                'rejected',
                'The share of image i (ubuntu) is rejected.',
                State.REJECTED,
            ),
            (
                current(),
                'revoked',
                'The share of image i (ubuntu) is revoked.',
                State.NO_MEMBER,
            ),
        ):
            answered = outcomes.Answered(_IMAGE, _B, 'accepted')
            answers.settle(answered, 'b', read)
            self.assertEqual(status, answered.status)
            sentence = answers.sentence(answered, 'b')
            self.assertIn(words, sentence)
            self.assert_claims([('b', state)], sentence)


class MessageTest(base.TestCase):
    def test_it_claims_what_its_lines_do(self) -> None:
        report = outcomes.Report()
        report.fail(
            1,
            'The service failed.',
            claims.whole('It is private.', _IMAGE, State.PRIVATE),
            claims.members('They are in.', _IMAGE, ('b', 'c'), State.MEMBER),
        )
        (message,) = report.messages
        self.assertEqual(
            (
                claims.Claim('i', None, State.PRIVATE),
                claims.Claim('i', 'b', State.MEMBER),
                claims.Claim('i', 'c', State.MEMBER),
            ),
            message.claims,
        )
