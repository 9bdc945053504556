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

"""Accepting as everybody who may try, in every way people log in."""

import uuid

from tests.live import base
from tests.live import entries
from tests.live import offers
from tests.live import relay


class TestCallers(offers.TestCase):
    def test_a_reader_is_told_which_role_it_takes(self) -> None:
        image = self.offer()
        for verb in 'accept', 'reject':
            with self.subTest(verb=verb):
                result = self.share(
                    f'share {verb} {image}', cloud='reader', code=1
                )
                # What is offered, a reader may see.
                self.assertEqual(
                    (image, 'pending'),
                    (result.row['Image ID'], result.row['Status']),
                )
                self.assertIn('403', result.stderr)
                self.assertIn('Request ID: req-', result.stderr)
                self.assertIn(
                    f'requires the role "member" in project {self.b}',
                    result.stderr,
                )
                self.assertIn('is pending', result.stderr)
                self.assertNotIn('hidden from your lists', result.stderr)
        self.assertEqual('pending', self.status(image))
        # A reader who asks for what is true already gets it.
        self.set_status(image, 'bob', 'accepted')
        self.share(f'share accept {image}', cloud='reader')

    def test_a_stranger_and_the_owner_accept_nothing(self) -> None:
        image = self.offer()
        for cloud, reason in (
            ('carol', f'is offered to project {self.c}'),
            ('alice', 'belongs to your own project'),
            ('both-a', 'belongs to your own project'),
        ):
            with self.subTest(cloud=cloud):
                result = self.share(
                    f'share accept {image}', cloud=cloud, code=1
                )
                self.assertEqual([], result.rows)
                self.assertIn(reason, result.stderr)
        self.assertEqual('pending', self.status(image))

    def test_an_administrator_answers_only_for_its_own_project(self) -> None:
        administrator = self.make_project('admin')
        name = self.unique('seen by administrators')
        foreign = self.offer(name=name)
        for verb in 'accept', 'reject':
            for words in foreign, name:
                with self.subTest(verb=verb, words=words):
                    result = self.share(
                        f'share {verb} "{words}"', cloud=administrator, code=1
                    )
                    self.assertEqual([], result.rows)
                    self.assertIn(
                        self.project_id(administrator), result.stderr
                    )
        own = self.offer(member=administrator, name=name)
        row = self.share(f'share accept "{name}"', cloud=administrator).row
        self.assertEqual(
            (own, 'accepted', 'project-a'),
            (row['Image ID'], row['Status'], row['Owner Name']),
        )
        self.assertEqual('pending', self.status(foreign))

    def test_an_administrator_may_expect_an_owner_by_name(self) -> None:
        administrator = self.make_project('admin')
        image = self.offer(member=administrator)
        for owner, code in (
            ('project-c', 1),
            ('no such project', 1),
            ('project-a', 0),
        ):
            with self.subTest(owner=owner):
                self.assertEqual(
                    'pending',
                    self.status(image, self.project_id(administrator)),
                )
                self.share(
                    f'share accept --expect-owner {owner} {image}',
                    cloud=administrator,
                    code=code,
                )
        self.assertEqual(
            'accepted', self.status(image, self.project_id(administrator))
        )

    def test_an_application_credential_answers_for_its_project(self) -> None:
        self.use(credential=entries.application_credential(self, 'bob'))
        name = self.unique('ubuntu')
        image = self.offer(name=name)
        row = self.share(
            f'share accept "{name}" --expect-owner {self.a}',
            cloud='credential',
        ).row
        self.assertEqual('accepted', row['Status'])
        self.share(f'share reject {image}', cloud='credential')
        self.assertEqual('rejected', self.status(image))
        row = self.share(
            f'share list --image "{name}"', cloud='credential'
        ).row
        self.assertEqual('rejected', row['Status'])

    def test_exported_variables_are_enough(self) -> None:
        image = self.offer()
        result = self.openstack(
            f'image share accept {image} -f json',
            env=entries.exported('bob'),
        )
        self.assertEqual('accepted', result.row['Status'])

    def test_the_project_is_the_one_of_every_other_command(self) -> None:
        """Which variables win over an entry depends on the client's age."""
        image = self.offer()
        for variables in (
            {'OS_PROJECT_ID': self.b},
            {
                'OS_PROJECT_NAME': 'project-b',
                'OS_PROJECT_DOMAIN_ID': 'default',
            },
        ):
            with self.subTest(variables=variables):
                self.set_status(image, 'bob', 'pending')
                native = self.openstack(
                    'token issue -f value -c project_id',
                    cloud='both-a',
                    env=variables,
                ).stdout.strip()
                self.assertIn(native, (self.a, self.b))
                self.share(
                    f'share accept {image}',
                    cloud='both-a',
                    env=variables,
                    code=0 if native == self.b else 1,
                )
                row = self.share(
                    f'share list --image {image}',
                    cloud='both-a',
                    env=variables,
                ).row
                self.assertEqual(
                    ('incoming', self.a, 'accepted')
                    if native == self.b
                    else ('outgoing', self.b, 'pending'),
                    (row['Direction'], row['Project ID'], row['Status']),
                )

    def test_an_owner_is_named_where_the_caller_may_know(self) -> None:
        row = self.share('share accept', self.offer(), cloud='both-b').row
        self.assertEqual('project-a', row['Owner Name'])

    def test_each_region_has_its_own_offers(self) -> None:
        name = self.unique('there')
        image = self.offer(region='RegionTwo', name=name)
        result = self.share(f'share accept "{name}"', cloud='bob', code=1)
        self.assertIn("in region 'RegionOne'", result.stderr)
        there = ('--os-region-name', 'RegionTwo')
        row = self.openstack(
            *(*there, 'image', 'share', 'accept', name, '-f', 'json'),
            cloud='bob',
        ).row
        self.assertEqual('accepted', row['Status'])
        self.assertEqual(
            {self.b: 'accepted'}, self.members(image, 'RegionTwo')
        )


class TestTrouble(offers.TestCase):
    def test_a_lost_answer_is_looked_up(self) -> None:
        """The change may have been made although nobody heard of it."""
        image = self.offer()
        between, cloud = self.through('bob')

        def lose(request: relay.Request) -> relay.Answer:
            between.passed_on(request)
            return relay.Answer(502)

        between.on('PUT', f'{image}/members/{self.b}', lose)
        result = self.share(f'share accept {image}', cloud=cloud)
        self.assertEqual('accepted', result.row['Status'])
        self.assertEqual('', result.stderr)

    def test_a_service_that_fails_leaves_the_offer_as_it_is(self) -> None:
        first, last = self.offer(), self.offer()
        between, cloud = self.through('bob')
        between.on(
            'PUT', f'{first}/members/{self.b}', lambda _: relay.Answer(500)
        )
        result = self.share(
            f'share accept {first} {last}', cloud=cloud, code=1
        )
        self.assertEqual(
            [(first, 'pending'), (last, 'accepted')],
            [(row['Image ID'], row['Status']) for row in result.rows],
        )
        self.assertIn('500', result.stderr)
        self.assertIn('is pending', result.stderr)

    def test_what_nobody_can_tell_is_unknown(self) -> None:
        image = self.offer()
        between, cloud = self.through('bob')
        broken = []

        def fail(request: relay.Request) -> relay.Answer | None:
            if request.method == 'PUT':
                broken.append(request)
            return relay.Answer(500) if broken else None

        for method in 'PUT', 'GET':
            between.on(method, f'{image}/members/{self.b}', fail)
        result = self.share(f'share accept {image}', cloud=cloud, code=1)
        self.assertIsNone(result.row['Status'])
        self.assertIn('Cannot determine', result.stderr)

    def test_an_offer_that_is_taken_back_meanwhile_is_reported(self) -> None:
        image = self.offer()
        between, cloud = self.through('bob')

        def revoke(_: relay.Request) -> None:
            base.connect('alice').image.delete(
                f'/images/{image}/members/{self.b}'
            )

        between.on('PUT', f'{image}/members/{self.b}', revoke)
        result = self.share(f'share accept {image}', cloud=cloud, code=1)
        self.assertEqual('revoked', result.row['Status'])
        self.assertIn('is revoked', result.stderr)

    def test_what_could_not_be_looked_at_is_a_warning(self) -> None:
        kernel = str(uuid.uuid4())
        image = self.offer(min_ram=1, kernel_id=kernel)
        between, cloud = self.through('bob', 'compute')
        between.on('GET', '/flavors/detail', lambda _: relay.Answer(500))
        row = self.share(f'share accept {image}', cloud=cloud).row
        self.assertEqual('accepted', row['Status'])
        self.assertIn('the flavors were not checked', row['Warnings'][-1])
        between, cloud = self.through('bob')
        between.on('GET', f'/images/{kernel}', lambda _: relay.Answer(500))
        row = self.share(f'share accept {image}', cloud=cloud).row
        self.assertIn('was not checked', row['Warnings'][0])
