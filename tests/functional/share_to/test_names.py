# Licensed under the Apache License, Version 2.0 (the "License"); you may
# not use this file except in compliance with the License. You may obtain
# a copy of the License at
#
#      http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS, WITHOUT
# WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the
# License for the specific language governing permissions and limitations
# under the License.

"""Which project and which image a word of the command line means."""

import uuid

from tests.live import base


class TestShareToProjectNames(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('bob')
        self.image = self.make_image()

    def make_project(self, name: str, domain: str = 'default') -> str:
        identity = base.connect('admin').identity
        answer = identity.post(
            '/projects', json={'project': {'name': name, 'domain_id': domain}}
        )
        self.assertEqual(201, answer.status_code, answer.text)
        project = str(answer.json()['project']['id'])
        self.addCleanup(identity.delete, f'/projects/{project}')
        return project

    def make_domain(self) -> str:
        identity = base.connect('admin').identity
        answer = identity.post(
            '/domains', json={'domain': {'name': f'test-{uuid.uuid4().hex}'}}
        )
        self.assertEqual(201, answer.status_code, answer.text)
        domain = str(answer.json()['domain']['id'])

        def delete() -> None:
            identity.patch(
                f'/domains/{domain}', json={'domain': {'enabled': False}}
            )
            identity.delete(f'/domains/{domain}')

        self.addCleanup(delete)
        return domain

    def refused(self, *words: str, cloud: str) -> str:
        before = self.state(self.image)
        result = self.share(
            f'share-to {self.image}', *words, cloud=cloud, code=1
        )
        self.assertEqual('', result.stdout)
        self.assertIn('Nothing has been changed', result.stderr)
        self.assertEqual(before, self.state(self.image))
        return result.stderr

    def test_a_name_that_cannot_be_looked_up_is_never_stored(self) -> None:
        for word in (
            'project-b',
            'no such project',
            'a/b',
            '..',
            '.',
            '?x=1',
            'project-b\n',
            'prójb',
            self.b[:-1],
        ):
            with self.subTest(word=word):
                told = self.refused(word, cloud='alice')
                self.assertIn('Cannot look up', told)
                self.assertIn('--member-cloud', told)
        # Glance would tell of members only while the image is shared.
        self.set_visibility(self.image, 'shared')
        self.assertEqual({}, self.members(self.image))

    def test_an_empty_word_is_no_project(self) -> None:
        # What a shell makes of "$PROJECT" when it is not set.
        before = self.state(self.image)
        self.share(f"share-to {self.image} ''", cloud='both-a', code=2)
        self.assertEqual(before, self.state(self.image))

    def test_one_bad_name_stops_the_good_ones_too(self) -> None:
        self.refused('project-b', 'no such project', cloud='both-a')

    def test_the_projects_of_the_user_are_known_by_name(self) -> None:
        row = self.share(
            f'share-to {self.image} project-b', cloud='both-a'
        ).row
        self.assertEqual(self.b, row['Project ID'])
        self.assertEqual({self.b: 'accepted'}, self.members(self.image))

    def test_an_administrator_looks_names_up(self) -> None:
        self.share(f'share-to {self.image} project-b', cloud='admin')
        self.assertEqual({self.b: 'pending'}, self.members(self.image))

    def test_a_project_that_does_not_exist_is_refused_where_that_is_known(
        self,
    ) -> None:
        for word in ('no such project', uuid.uuid4().hex):
            with self.subTest(word=word):
                told = self.refused(word, cloud='admin')
                self.assertIn(f"No project found for '{word}'", told)

    def test_an_id_that_nobody_can_verify_is_shared_with_a_warning(
        self,
    ) -> None:
        for nobody in (uuid.uuid4().hex, str(uuid.uuid4())):
            for more in ((), ('--no-accept',)):
                with self.subTest(nobody=nobody, more=more):
                    image = self.make_image()
                    result = self.share(
                        f'share-to {image} {nobody}', *more, cloud='alice'
                    )
                    self.assertEqual(
                        {
                            'Image ID': image,
                            'Project ID': nobody,
                            'Project Name': None,
                            'Status': 'pending',
                            'Changes': ['visibility', 'member'],
                            'Verified': None,
                        },
                        result.row,
                    )
                    self.assertIn(
                        f'verify that project {nobody}', result.stderr
                    )
                    self.assertEqual({nobody: 'pending'}, self.members(image))

    def test_an_id_that_a_token_was_obtained_for_is_verified(self) -> None:
        for caller, more in (
            ('both-a', ()),
            ('alice', ('--member-cloud', 'bob')),
            ('admin', ()),
        ):
            with self.subTest(caller=caller):
                image = self.make_image()
                result = self.share(
                    f'share-to {image} {self.b}', *more, cloud=caller
                )
                self.assertNotIn('verified', result.stderr)

    def test_the_same_name_in_two_domains_is_refused_without_a_domain(
        self,
    ) -> None:
        name = f'twin-{uuid.uuid4().hex}'
        domain = self.make_domain()
        here = self.make_project(name)
        there = self.make_project(name, domain)
        told = self.refused(name, cloud='admin')
        self.assertIn(here, told)
        self.assertIn(there, told)
        self.assertIn('--project-domain', told)
        for named, project in (
            ('Default', here),
            ('default', here),
            (domain, there),
        ):
            with self.subTest(domain=named):
                image = self.make_image()
                row = self.share(
                    f'share-to {image} "{name}" --project-domain {named}',
                    cloud='admin',
                ).row
                self.assertEqual(project, row['Project ID'])
                self.assertEqual({project: 'pending'}, self.members(image))

    def test_a_name_means_nothing_in_a_domain_that_does_not_have_it(
        self,
    ) -> None:
        domain = self.make_domain()
        for caller, named in (
            ('admin', domain),
            ('both-a', domain),
            ('both-a', 'no such domain'),
        ):
            with self.subTest(caller=caller, domain=named):
                self.refused(
                    'project-b', '--project-domain', named, cloud=caller
                )

    def test_the_domain_of_the_projects_is_known_by_name_to_everybody(
        self,
    ) -> None:
        row = self.share(
            f'share-to {self.image} project-b --project-domain Default',
            cloud='both-a',
        ).row
        self.assertEqual(self.b, row['Project ID'])


class TestShareToImageNames(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('bob')

    def test_the_image_may_be_named(self) -> None:
        name = f'by name {uuid.uuid4().hex}'
        image = self.make_image(name=name)
        row = self.share(f'share-to "{name}" project-b', cloud='both-a').row
        self.assertEqual(image, row['Image ID'])
        self.assertEqual({self.b: 'accepted'}, self.members(image))

    def test_a_name_that_glance_takes_for_an_operator_is_a_name(self) -> None:
        mark = uuid.uuid4().hex
        for name in (
            f'ubuntu:{mark}',
            f'in:{mark},b',
            f'in:"{mark}\\',
            f'eq:{mark}',
        ):
            with self.subTest(name=name):
                image = self.make_image(name=name)
                row = self.share(
                    'share-to', name, 'project-b', cloud='both-a'
                ).row
                self.assertEqual(image, row['Image ID'])

    def test_a_hidden_image_is_found_by_its_name(self) -> None:
        name = f'hidden-{uuid.uuid4().hex}'
        image = self.make_image(name=name, os_hidden=True)
        result = self.share(f'share-to "{name}" project-b', cloud='both-a')
        self.assertEqual(image, result.row['Image ID'])
        self.assertIn('is hidden', result.stderr)

    def test_an_id_may_be_in_capitals(self) -> None:
        image = self.make_image()
        row = self.share(
            'share-to', image.upper(), 'project-b', cloud='both-a'
        ).row
        self.assertEqual(image, row['Image ID'])

    def test_an_id_wins_over_a_name(self) -> None:
        image = self.make_image()
        other = self.make_image(name=image)
        self.share(f'share-to {image} project-b', cloud='both-a')
        self.assertEqual('shared', self.visibility(image))
        self.assertEqual('private', self.visibility(other))

    def test_an_image_of_the_same_name_from_elsewhere_is_not_meant(
        self,
    ) -> None:
        name = f'same-{uuid.uuid4().hex}'
        mine = self.make_image(name=name)
        offered = self.make_image('carol', 'shared', name=name)
        self.add_member(offered, self.project_id('alice'), 'carol')
        self.set_status(offered, 'alice', 'accepted')
        before = self.state(offered)
        row = self.share(f'share-to "{name}" project-b', cloud='both-a').row
        self.assertEqual(mine, row['Image ID'])
        self.assertEqual(before, self.state(offered))
