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

"""What holds for any state of a cloud and any file."""

from __future__ import annotations

import dataclasses
import typing

import hypothesis
from hypothesis import strategies

from osc_imageshare import errors
from osc_imageshare import sharing
from osc_imageshare.sharing import outcomes
from tests import fakes
from tests.unit import hostile
from tests.unit.sharing.apply import base

A = fakes.A

#: Projects that may be members, B (which the same user is in) among them, and
#: what is none.
_MEMBERS = (*(letter * 32 for letter in 'bcef'), 'team b')
_STATUSES = ('accepted', 'pending', 'rejected')

#: One image: its visibility, its members, and those who use it.
_Image = tuple[str, dict[str, str], frozenset[str]]

_images = strategies.tuples(
    strategies.sampled_from(['shared', 'shared', 'private']),
    strategies.dictionaries(
        strategies.sampled_from(_MEMBERS),
        strategies.sampled_from(_STATUSES),
    ),
    strategies.frozensets(strategies.sampled_from(_MEMBERS[:4]), max_size=2),
)


@dataclasses.dataclass(frozen=True)
class Entry:
    """What a file says of one image; its members with how they accept."""

    number: int
    members: dict[str, str]
    exact: bool


_entries = strategies.lists(
    strategies.builds(
        Entry,
        strategies.integers(0, 2),
        strategies.dictionaries(
            strategies.sampled_from(_MEMBERS[:4]),
            strategies.sampled_from(['auto', 'never', 'required']),
        ),
        strategies.booleans(),
    ),
    unique_by=lambda entry: entry.number,
)
_states = strategies.lists(_images, min_size=3, max_size=3)
_users = strategies.sampled_from(['both', 'admin'])

_examples = hypothesis.settings(hostile.examples, max_examples=25)


class PropertyTest(base.FileTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.no_pauses()
        for one in _MEMBERS[:4]:
            self.cloud.keystone.projects[one] = f'project-{one[0]}'

    def arrange(self, state: list[_Image]) -> list[str]:
        """Make images and what is made of them; return the images' IDs."""
        glance, nova = self.cloud.glance, self.cloud.nova
        glance.images.clear()
        glance.memberships.clear()
        nova.servers.clear()
        ids = []
        for visibility, members, used_by in state:
            ids.append(glance.add(A, visibility, members=members))
            for project_id in used_by:
                nova.add(project_id, ids[-1])
        return ids

    def written(self, ids: list[str], entries: list[Entry]) -> list[str]:
        """Return the YAML of a file."""
        return [
            f'{{id: "{ids[entry.number]}", exact: {str(entry.exact).lower()}, '
            'members: ['
            + ', '.join(
                f'{{project: {one}, accept: {accept}}}'
                for one, accept in entry.members.items()
            )
            + ']}'
            for entry in entries
        ]

    def applied(
        self, user: str, file: list[str], **more: typing.Any
    ) -> outcomes.ApplyOutcome:
        return self.apply(user, *file, prune=True, max_prune=9, **more)

    @_examples
    @hypothesis.given(_states, _entries, _users)
    def test_what_was_applied_differs_in_nothing(
        self, state: list[_Image], entries: list[Entry], user: str
    ) -> None:
        file = self.written(self.arrange(state), entries)
        code = self.applied(user, file).exit_code
        outcome = self.diff(user, *file)
        if code == errors.OK:
            self.assertEqual(
                {'keep'}, {'keep', *(row.action for row in outcome.rows)}
            )
            self.assertEqual(errors.OK, outcome.exit_code)
        if code == errors.IN_USE:
            self.assertEqual(errors.DIFFERENT, outcome.exit_code)
        if code == errors.UNSEEN:
            self.assertEqual(errors.UNSEEN, outcome.exit_code)

    @_examples
    @hypothesis.given(_states, _entries, _users)
    def test_a_second_run_changes_nothing(
        self, state: list[_Image], entries: list[Entry], user: str
    ) -> None:
        file = self.written(self.arrange(state), entries)
        first = self.applied(user, file)
        before = self.truth()
        second = self.applied(user, file)
        self.assertEqual(before, self.truth())
        self.assertEqual(first.exit_code, second.exit_code)
        if first.exit_code != errors.FAILED:
            self.assertEqual([], self.writes())

    @_examples
    @hypothesis.given(_states)
    def test_what_was_exported_differs_in_nothing(
        self, state: list[_Image]
    ) -> None:
        self.arrange(state)
        for user in 'alice', 'both':
            text = sharing.Export(
                self.cloud.connect(user), sharing.ExportRequest()
            ).run()
            path = self.path('exported.yaml')
            with open(path, 'w', encoding='utf-8') as file:
                file.write(str(text.text))
            self.cloud.server.requests.clear()
            for flow in (
                sharing.Diff(
                    self.cloud.connect(user), sharing.DiffRequest(path)
                ),
                sharing.Apply(
                    self.cloud.connect(user),
                    sharing.ApplyRequest(path, prune=True),
                ),
            ):
                self.assertEqual(errors.OK, flow.run().exit_code)
            self.assertEqual([], self.writes())

    @_examples
    @hypothesis.given(
        _states, _entries, _users, strategies.booleans(), strategies.booleans()
    )
    def test_nobody_loses_what_is_used_or_not_to_be_pruned(
        self,
        state: list[_Image],
        entries: list[Entry],
        user: str,
        allow_unseen: bool,
        prune: bool,
    ) -> None:
        ids = self.arrange(state)
        file = self.written(ids, entries)
        self.apply(
            user, *file, prune=prune, max_prune=9, allow_unseen=allow_unseen
        )
        exact = {entry.number: entry for entry in entries if entry.exact}
        for number, (_, members, used_by) in enumerate(state):
            left = self.cloud.glance.members(ids[number])
            named = exact[number].members if number in exact else {}
            for member in members:
                seen = user == 'admin' or member == fakes.B
                if (
                    not prune
                    or number not in exact
                    or member in named
                    # Who cannot be looked at goes only if that is allowed.
                    or (member in used_by and (seen or not allow_unseen))
                    or (not seen and not allow_unseen)
                ):
                    self.assertIn(member, left)

    @_examples
    @hypothesis.given(_states, _entries, _users)
    def test_nobody_is_let_in_who_is_not_named(
        self, state: list[_Image], entries: list[Entry], user: str
    ) -> None:
        ids = self.arrange(state)
        self.applied(user, self.written(ids, entries))
        named = {entry.number: entry.members for entry in entries}
        for number, (visibility, members, _) in enumerate(state):
            if self.visibility(ids[number]) == 'private':
                continue
            before = members if visibility == 'shared' else {}
            self.assertLessEqual(
                set(self.cloud.glance.members(ids[number])),
                {*before, *named.get(number, {})},
            )

    def truth(self) -> object:
        """Return visibility and members of every image."""
        return [
            (self.visibility(one), self.cloud.glance.members(one))
            for one in self.cloud.glance.images
        ]
