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

"""Who may do what is decided by the services, not by words of a role."""

import typing
import uuid

from tests.live import base
from tests.live import entries
from tests.live import offers

_WRITING = 'POST', 'PUT', 'PATCH', 'DELETE'


class RoleTest(offers.TestCase):
    """An administrator by a role that is not spelled ``admin``."""

    def setUp(self) -> None:
        super().setUp()
        # Keystone and the services' policies compare roles without case.
        identity = base.connect('admin').identity
        # It stays: another test may be using it.
        name = 'AdMiN'
        made = identity.post('/roles', json={'role': {'name': name}})
        self.assertIn(made.status_code, (201, 409), made.text)
        self.cloud = self.make_project(name)

    def test_it_shares_the_image_of_another_project_and_accepts(self) -> None:
        for visibility in 'private', 'shared':
            image = self.make_image(visibility=visibility)
            self.share(
                f'share-to {image} project-b --accept', cloud=self.cloud
            )
            self.assertEqual({self.b: 'accepted'}, self.members(image))

    def test_it_revokes_what_another_project_shares(self) -> None:
        image = self.offer('accepted')
        self.share(f'share revoke {image} {self.b}', cloud=self.cloud)
        self.assertEqual({}, self.members(image))

    def test_it_sees_every_share_and_every_use(self) -> None:
        image = self.offer('accepted')
        rows = self.share(
            f'share list --all-projects --image {image}',
            cloud=self.cloud,
        ).rows
        self.assertEqual([self.b], [row['Project ID'] for row in rows])
        server = self.make_server('bob', image)
        rows = self.share(f'share usage {image}', cloud=self.cloud).rows
        self.assertEqual([server], [row['ID'] for row in rows])


class AccessRulesTest(offers.TestCase):
    """An application credential that is for the image service only."""

    def setUp(self) -> None:
        super().setUp()
        rules = [
            {'service': 'image', 'method': method, 'path': '/v2/**'}
            for method in ('GET', *_WRITING)
        ]
        self.use(
            limited=entries.application_credential(
                self, 'both-a', access_rules=rules
            )
        )

    def limited(self, *argv: str, **more: typing.Any) -> base.Result:
        return self.share(*argv, cloud='limited', **more)

    def test_an_id_is_taken_as_an_id_with_a_warning(self) -> None:
        image = self.make_image()
        result = self.limited('share-to', image, self.b)
        self.assertEqual({self.b: 'pending'}, self.members(image))
        self.assertIn('Could not verify', result.stderr)

    def test_a_member_cloud_is_another_way(self) -> None:
        image = self.make_image()
        self.limited('share-to', image, 'project-b', '--member-cloud', 'bob')
        self.assertEqual({self.b: 'accepted'}, self.members(image))

    def test_a_name_cannot_be_looked_up(self) -> None:
        image = self.make_image()
        result = self.limited('share-to', image, 'project-b', code=1)
        self.assertIn('Cannot look up', result.stderr)
        self.assertEqual('private', self.visibility(image))

    def test_looking_says_what_could_not_be_seen(self) -> None:
        image = self.offer('accepted')
        row = self.limited('share', 'status', image).row
        self.assertEqual(
            (self.b, 'accepted', None),
            (row['Project ID'], row['Status'], row['Servers']),
        )
        self.limited('share', 'revoke', image, self.b, code=4)
        self.assertEqual({self.b: 'accepted'}, self.members(image))
        self.limited('share', 'revoke', image, self.b, '--allow-unseen')
        self.assertEqual({}, self.members(image))

    def test_the_shares_are_listed(self) -> None:
        image = self.offer()
        rows = self.limited('share', 'list', '--image', image).rows
        self.assertEqual([self.b], [row['Project ID'] for row in rows])


class IdTest(offers.TestCase):
    """A project whose name is the ID of another one."""

    def setUp(self) -> None:
        super().setUp()
        self.gone = uuid.uuid4().hex
        self.namesake = self._made(
            'projects', 'project', name=self.gone, domain_id='default'
        )

    def test_it_never_gets_what_was_meant_for_the_id(self) -> None:
        image = self.make_image()
        told = self.share(
            f'share-to {image} {self.gone}', cloud='admin', code=1
        ).stderr
        self.assertIn(f"No project found for '{self.gone}'", told)
        self.assertEqual('private', self.visibility(image))
        self.share(f'share-to {image} {self.gone}', cloud='alice')
        self.assertEqual({self.gone: 'pending'}, self.members(image))

    def test_it_keeps_what_was_not_its_own(self) -> None:
        image = self.make_image(visibility='shared')
        self.add_member(image, self.namesake)
        self.share(f'share revoke {image} {self.gone}', cloud='admin', code=1)
        self.assertEqual({self.namesake: 'pending'}, self.members(image))

    def test_it_is_not_the_owner_that_was_expected(self) -> None:
        identity = base.connect('admin').identity
        identity.patch(
            f'/projects/{self.namesake}', json={'project': {'name': self.a}}
        )
        image = self.offer()
        self.share(
            f'share accept {image} --expect-owner',
            self.a.upper(),
            cloud='bob',
        )
        self.assertEqual('accepted', self.status(image))

    def test_an_id_in_capitals_is_sent_as_keystone_has_it(self) -> None:
        for cloud in 'admin', 'both-a', 'alice':
            image = self.make_image()
            self.share(f'share-to {image}', self.b.upper(), cloud=cloud)
            self.assertEqual([self.b], list(self.members(image)))
            # Glance keeps the string of whoever does not look it up.
            self.add_member(image, self.b.upper())
            for word, left in (
                (self.b.upper(), [self.b]),
                (self.b.upper(), []),
            ):
                self.share(
                    f'share revoke {image} "{word}" --allow-unseen',
                    cloud='alice',
                )
                self.assertEqual(left, list(self.members(image)))


class NamesakeTest(offers.TestCase):
    """Projects and images of the same name elsewhere."""

    def test_an_administrator_is_told_of_the_other_project(self) -> None:
        cloud = self.make_project('admin')
        name = base.connect(cloud).current_project['name']
        domain = self._made('domains', 'domain', name=self.unique('domain'))
        self.addCleanup(
            base.connect('admin').identity.patch,
            f'/domains/{domain}',
            json={'domain': {'enabled': False}},
        )
        there = self._made('projects', 'project', name=name, domain_id=domain)
        image = self.make_image()
        told = self.share(
            f'share-to {image} "{name}"', cloud=cloud, code=1
        ).stderr
        for project in self.project_id(cloud), there:
            self.assertIn(project, told)
        for named, project in (
            ('Default', self.project_id(cloud)),
            (domain, there),
        ):
            image = self.make_image()
            self.share(
                f'share-to {image} "{name}" --project-domain {named}',
                cloud=cloud,
            )
            self.assertEqual([project], list(self.members(image)))

    def test_the_own_hidden_image_wins(self) -> None:
        name = self.unique('hidden')
        image = self.make_image(name=name, os_hidden=True)
        self.make_image('admin', 'public', name=name)
        self.share(f'share-to "{name}" {self.b}', cloud='alice')
        self.assertEqual({self.b: 'pending'}, self.members(image))
        self.share(
            f'share revoke "{name}" {self.b} --allow-unseen',
            cloud='alice',
        )
        self.assertEqual({}, self.members(image))
