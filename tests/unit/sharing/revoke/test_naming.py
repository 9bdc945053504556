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
from osc_imageshare.sharing.revoke import naming
from tests import fakes
from tests.unit import base

A, B, C = fakes.A, fakes.B, fakes.C
_IMAGE = images.Image('i', 'ubuntu', A, 'active', 'shared', '')


class MatchTest(base.CloudTestCase):
    def match(
        self, words: str, members: set[str], user: str = 'admin'
    ) -> projects.Project:
        look_up = projects.Projects(self.scopes(user))
        return naming.Naming(look_up, _IMAGE, members).match(words)

    def test_a_member_is_known_by_string_and_by_name(self) -> None:
        for words, name in ((B, None), ('project-b', 'project-b')):
            self.assertEqual(
                projects.Project(B, name), self.match(words, {B, C})
            )

    def test_a_stored_name_is_a_member_of_its_own(self) -> None:
        # Somebody has shared with the name, which helps nobody.
        for user in 'alice', 'admin':
            self.assertEqual(
                projects.Project('project-b'),
                self.match('project-b', {'project-b'}, user),
            )

    def test_any_stored_string_can_be_meant(self) -> None:
        for member in ('not a project!', '?x=1', 'a\nb', '..', 'é', 'a/b'):
            for user in 'alice', 'admin':
                self.assertEqual(
                    member, self.match(member, {member, B}, user).id
                )

    def test_what_could_mean_two_members_is_refused(self) -> None:
        error = self.assertRaises(
            errors.Refused, self.match, 'project-b', {'project-b', B}
        )
        self.assertIn('Use the ID of the project', str(error))

    def test_an_id_is_always_an_id(self) -> None:
        self.cloud.keystone.projects[C] = B
        for members in {B, C}, {C}, set[str]():
            self.assertEqual(B, self.match(B, members).id)
        # A project that does not exist is no reason to keep others.
        gone = 'e' * 32
        self.cloud.keystone.projects[C] = gone
        self.assertEqual(gone, self.match(gone, {B, C}).id)

    def test_an_id_in_capitals_is_a_member_in_any_case(self) -> None:
        table = {
            # word, members: the member that is meant
            (B.upper(), (B, C)): B,
            (B, (B.upper(),)): B.upper(),
            (B.upper(), (B.upper(), B)): B.upper(),
            (B, (B.upper(), B)): B,
            (B.upper(), (C,)): B.upper(),
        }
        self.assertEqual(
            table,
            {(w, some): self.match(w, set(some)).id for w, some in table},
        )

    def test_a_name_nobody_can_look_up_is_refused(self) -> None:
        self.assertRaises(
            errors.Refused, self.match, 'project-b', {B}, 'alice'
        )

    def test_a_project_that_is_no_member_is_told_apart_later(self) -> None:
        self.assertEqual(C, self.match('project-c', {B}).id)

    def test_what_no_request_can_name_is_not_looked_up(self) -> None:
        for words in '..', 'a/b':
            self.assertEqual(words, self.match(words, {B}, 'alice').id)

    def test_names_are_looked_up_at_once(self) -> None:
        self.cloud.keystone.projects.update({'x': 'x', 'y': 'y'})
        look_ups = projects.Projects(self.scopes('admin'))
        words = [B, 'x', 'nothing', 'y']
        naming.look_up(look_ups, words)
        self.cloud.server.requests.clear()
        found = naming.Naming(look_ups, _IMAGE, {'x', 'nothing'})
        self.assertEqual(words, [found.match(w).id for w in words])
        self.assertEqual([], self.cloud.server.requests)
