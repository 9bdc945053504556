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

import dataclasses
import typing

from osc_imageshare import errors
from osc_imageshare.identity import projects
from osc_imageshare.image import images
from osc_imageshare.sharing.apply import document
from osc_imageshare.sharing.apply import plan
from osc_imageshare.sharing.apply import states
from osc_imageshare.sharing import outcomes
from osc_imageshare.usage import consumers
from osc_imageshare.usage import survey
from tests import fakes
from tests.unit import base

A, B, C = fakes.A, fakes.B, fakes.C
_D = 'd' * 32

#: A member string that is no ID.
_WORD = 'team b'

_NO_ROLE = 'you have no role in that project'


def image(visibility: str = 'shared') -> images.Image:
    return images.Image('i', 'web', A, 'active', visibility, '')


def members(**statuses: str) -> dict[str, images.Member]:
    """Return members by ID; they are called by a letter."""
    return {
        letter * 32: images.Member(letter * 32, status, '', '')
        for letter, status in statuses.items()
    }


def wanted(
    project_id: str, accept: str = 'auto', cannot: str | None = None
) -> states.Wanted:
    return states.Wanted(projects.Project(project_id), accept, cannot)


def state(
    *named: states.Wanted,
    members: typing.Any = None,
    visibility: str = 'shared',
    **more: typing.Any,
) -> states.State:
    if members is None and visibility == 'shared':
        members = {}
    return states.State(
        'web', 'R', image(visibility), named, members=members, **more
    )


def usage(
    project_id: str, kind: str | None = None, gap: str | None = None
) -> survey.Usage:
    """Return a use by one server or the like, or what was not seen of it."""
    found = () if kind is None else (_consumer(project_id, kind),)
    gaps = () if gap is None else (consumers.Gap(project_id, None, None, gap),)
    return survey.Usage(project_id, found, gaps, 'rescoped')


def _consumer(project_id: str, kind: str) -> consumers.Consumer:
    return consumers.Consumer(
        project_id, kind, '1', 'www', 'ACTIVE', None, (), 'R', 'rescoped'
    )


def told(row: plan.Row) -> tuple[object, ...]:
    return (
        row.project.id if row.project else None,
        row.action,
        row.reason,
        row.code,
    )


#: What the file says of one project, its status as a member (None for no
#: member), and the row.
_WANTED: typing.Any = (
    (wanted(B), None, 'share', None, errors.DIFFERENT),
    (wanted(B), 'accepted', 'keep', None, errors.OK),
    (wanted(B), 'pending', 'accept', None, errors.DIFFERENT),
    (wanted(B), 'rejected', 'accept', None, errors.DIFFERENT),
    (
        wanted(B, cannot=_NO_ROLE),
        None,
        'share',
        f'pending: {_NO_ROLE}',
        errors.DIFFERENT,
    ),
    (
        wanted(B, cannot=_NO_ROLE),
        'pending',
        'keep',
        f'pending: {_NO_ROLE}',
        errors.OK,
    ),
    (
        wanted(B, cannot=_NO_ROLE),
        'rejected',
        'keep',
        f'rejected: {_NO_ROLE}',
        errors.OK,
    ),
    (wanted(B, cannot=_NO_ROLE), 'accepted', 'keep', None, errors.OK),
    (wanted(B, 'never'), None, 'share', None, errors.DIFFERENT),
    (wanted(B, 'never'), 'pending', 'keep', None, errors.OK),
    (wanted(B, 'never'), 'rejected', 'keep', None, errors.OK),
    (wanted(B, 'required'), None, 'share', None, errors.DIFFERENT),
    (wanted(B, 'required'), 'pending', 'accept', None, errors.DIFFERENT),
    (wanted(B, 'required'), 'accepted', 'keep', None, errors.OK),
    (
        wanted(B, 'required', _NO_ROLE),
        None,
        'share',
        f'nobody here can accept: {_NO_ROLE}',
        errors.FAILED,
    ),
    (
        wanted(B, 'required', _NO_ROLE),
        'pending',
        'accept',
        f'nobody here can accept: {_NO_ROLE}',
        errors.FAILED,
    ),
    (wanted(B, 'required', _NO_ROLE), 'accepted', 'keep', None, errors.OK),
    (
        wanted(A),
        None,
        'share',
        'it owns the image and needs no share',
        errors.FAILED,
    ),
    (
        wanted('a/b'),
        None,
        'share',
        'this is not the ID of a project',
        errors.FAILED,
    ),
)

#: Whether the file is to be exact, the use that C makes, and the row of C,
#: which the file does not name; the last is what stands in the way.
_OTHER: typing.Any = (
    (
        False,
        None,
        'keep',
        'not in the file, which need not be exact',
        errors.OK,
        None,
    ),
    (
        True,
        usage(C),
        'prune',
        'not in the file',
        errors.DIFFERENT,
        None,
    ),
    (
        # A volume is a copy and goes on working.
        True,
        usage(C, 'volume'),
        'prune',
        'not in the file',
        errors.DIFFERENT,
        None,
    ),
    (
        True,
        usage(C, 'server'),
        'keep',
        'not in the file, but in use: server 1 (www)',
        errors.DIFFERENT,
        outcomes.IN_USE,
    ),
    (
        True,
        usage(C, gap=_NO_ROLE),
        'unknown',
        f'use not checked: {_NO_ROLE}',
        errors.UNSEEN,
        outcomes.UNSEEN,
    ),
    (
        True,
        usage(C, 'server', _NO_ROLE),
        'keep',
        'not in the file, but in use: server 1 (www)',
        errors.DIFFERENT,
        outcomes.IN_USE,
    ),
)


class RowsTest(base.TestCase):
    def test_what_the_file_names_is_shared_accepted_or_kept(self) -> None:
        for named, status, action, reason, code in _WANTED:
            known = members(b=status) if status else {}
            (row,) = plan.rows(state(named, members=known), {})
            self.assertEqual(
                (named.project.id, action, reason, code), told(row), named
            )
            self.assertEqual(code == errors.FAILED, row.blocked)
            self.assertFalse(row.candidate)

    def test_what_it_does_not_name_ends_only_unused(self) -> None:
        for exact, use, action, reason, code, obstacle in _OTHER:
            there = state(members=members(c='accepted'), exact=exact)
            (row,) = plan.rows(there, {C: use} if use else {})
            self.assertEqual((C, action, reason, code), told(row))
            self.assertEqual(obstacle, row.obstacle)
            self.assertEqual(exact, row.candidate)
            self.assertEqual([C] if exact else [], plan.candidates(there))

    def test_a_word_as_a_member_is_never_looked_at(self) -> None:
        known = {_WORD: images.Member(_WORD, 'pending', '', '')}
        there = state(members=known, exact=True)
        usage = plan.no_id(_WORD)
        assert usage is not None
        (row,) = plan.rows(there, {_WORD: usage})
        self.assertEqual(
            (_WORD, 'unknown', errors.UNSEEN, outcomes.UNSEEN),
            (*told(row)[:2], row.code, row.obstacle),
        )

    def test_the_order_is_that_of_the_file(self) -> None:
        there = state(
            wanted(_D),
            wanted(B),
            unresolved=(states.Unresolved('campus', 'why'),),
            members=members(c='accepted', a='accepted'),
        )
        self.assertEqual(
            [_D, B, '', A, C],
            [r.project.id for r in plan.rows(there, {}) if r.project],
        )

    def test_what_nobody_could_look_up_keeps_every_member(self) -> None:
        # It may be the very member that seems not to be named.
        for code in errors.UNSEEN, errors.FAILED:
            there = state(
                wanted(B),
                unresolved=(states.Unresolved('campus', 'why', code),),
                members=members(b='accepted', c='accepted'),
                exact=True,
            )
            self.assertEqual([], plan.candidates(there))
            kept, unresolved, other = plan.rows(there, {C: usage(C)})
            self.assertEqual('keep', kept.action)
            self.assertEqual(('', 'unknown', 'why', code), told(unresolved))
            self.assertEqual(
                ('unknown', errors.UNSEEN, False),
                (other.action, other.code, other.candidate),
            )

    def test_the_hidden_members_of_a_private_image_are_unknown(self) -> None:
        for exact in False, True:
            there = state(wanted(B), visibility='private', exact=exact)
            shared, hidden = plan.rows(there, {})
            self.assertEqual(
                (B, 'share', None, errors.DIFFERENT), told(shared)
            )
            self.assertEqual(
                (None, 'unknown', errors.UNSEEN),
                (hidden.project, hidden.action, hidden.code),
            )

    def test_a_private_image_that_nobody_shall_use_is_in_order(self) -> None:
        there = state(visibility='private', exact=True)
        self.assertEqual([], plan.rows(there, {}))

    def test_an_image_before_ocata_is_private_and_has_members(self) -> None:
        there = state(
            wanted(B), visibility='private', members=members(b='accepted')
        )
        self.assertEqual(['keep'], [r.action for r in plan.rows(there, {})])

    def test_what_must_not_be_shared_is_blocked(self) -> None:
        there = state(
            wanted(B),
            wanted(C),
            members=members(b='accepted'),
            unfit='Image web is queued.',
        )
        kept, blocked = plan.rows(there, {})
        self.assertEqual((B, 'keep', None, errors.OK), told(kept))
        self.assertEqual(
            (C, 'share', 'Image web is queued.', errors.FAILED), told(blocked)
        )

    def test_who_cannot_be_let_in_keeps_the_others(self) -> None:
        for named in (
            state(wanted(B), members=members(c='accepted'), unfit='No.'),
            state(
                wanted(B, 'required', _NO_ROLE), members=members(c='accepted')
            ),
        ):
            there = dataclasses.replace(named, exact=True)
            for use in usage(C), usage(C, gap=_NO_ROLE):
                blocked, kept = plan.rows(there, {C: use})
                self.assertTrue(blocked.blocked)
                self.assertEqual(
                    ('keep', errors.DIFFERENT, False),
                    (kept.action, kept.code, kept.candidate),
                )

    def test_a_problem_makes_everything_unknown(self) -> None:
        for named in ((wanted(B), wanted(C)), ()):
            there = states.State(
                'web',
                'R',
                None,
                named,
                exact=True,
                problem=('no image', errors.FAILED),
            )
            self.assertEqual([], plan.candidates(there))
            self.assertEqual(
                [
                    (one, 'unknown', 'no image', errors.FAILED)
                    for one in [w.project.id for w in named] or (None,)
                ],
                [told(row) for row in plan.rows(there, {})],
            )


class FusesTest(base.TestCase):
    def test_more_than_the_limit_are_refused_as_a_whole(self) -> None:
        # Members, of whom the file names some; what --max-prune says, and
        # whether that is too many.
        for there, named, limit, refused in (
            ('b', '', None, None),
            ('bc', '', None, 1),
            ('bc', 'b', None, None),
            ('bcd', '', None, 1),
            ('bcd', 'b', None, 1),
            ('bcd', 'bc', None, None),
            ('bcde', 'bc', None, None),
            ('bcde', 'b', None, 2),
            ('bcde', '', 3, 3),
            ('bcde', '', 4, None),
            ('bcde', 'bcd', 0, 0),
            ('bcde', 'bcde', 0, None),
            ('', '', 0, None),
        ):
            found = plan.too_many(
                state(
                    *(wanted(letter * 32) for letter in named),
                    members=members(**dict.fromkeys(there, 'accepted')),
                    exact=True,
                ),
                limit,
            )
            self.assertEqual(refused, found, f'{there} {named} {limit}')

    def test_what_need_not_be_exact_has_no_limit(self) -> None:
        there = state(members=members(b='accepted', c='accepted'))
        self.assertIsNone(plan.too_many(there, 0))

    def test_too_many_members_are_foreseen(self) -> None:
        def named(*numbers: int) -> list[states.Wanted]:
            return [wanted(f'{number:032x}') for number in numbers]

        known = {
            f'{n:032x}': images.Member(f'{n:032x}', 'accepted', '', '')
            for n in range(127)
        }
        for projects_, crowded in (
            (named(1), False),
            (named(127), False),
            (named(127, 128), True),
        ):
            found = plan.crowded(state(*projects_, members=known))
            self.assertEqual(crowded, found is not None)
        # What has more already shows that this cloud allows it.
        more = {**known, **members(b='accepted', c='accepted')}
        self.assertIsNone(plan.crowded(state(*named(1), members=more)))


class WordsTest(base.TestCase):
    def test_a_state_is_called_as_its_image(self) -> None:
        self.assertEqual('i (web)', str(state()))
        self.assertEqual('web', str(states.State('web', 'R', None)))

    def test_a_member_of_the_file_is_called_as_in_it(self) -> None:
        for member, words in (
            (document.Member(project='a'), "project 'a'"),
            (
                document.Member(project='a', domain='d'),
                "project 'a' of domain 'd'",
            ),
            (document.Member(domain='d'), "domain 'd'"),
            (document.Member(cloud='c'), "cloud 'c'"),
        ):
            self.assertEqual(words, str(member))

    def test_more_than_one_user_is_counted(self) -> None:
        found = survey.Usage(
            C,
            (_consumer(C, 'server'), _consumer(C, 'server')),
            (),
            'rescoped',
        )
        there = state(members=members(c='accepted'), exact=True)
        (row,) = plan.rows(there, {C: found})
        self.assertEqual(
            'not in the file, but in use: server 1 (www) and 1 more',
            row.reason,
        )
