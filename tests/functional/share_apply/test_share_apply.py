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

import uuid

from tests.live import base
from tests.live import shares


class TestShareApply(shares.FileTestCase):
    def test_everybody_whom_the_file_names_gets_the_image(self) -> None:
        shared, name = self.named()
        private, other = self.named('private')
        entries = (
            f'{{name: {name}, members: [{{cloud: bob}}, '
            f'{{project: {self.c}}}]}}',
            f'{{name: {other}, members: [{{project: {self.b}, '
            'accept: never}]}',
        )
        result = self.apply(*entries, cloud='alice')
        self.assertEqual({'shared'}, {row['Result'] for row in result.rows})
        self.assertEqual(
            {self.b: 'accepted', self.c: 'pending'}, self.members(shared)
        )
        self.assertEqual({self.b: 'pending'}, self.members(private))
        self.assertTrue(self.can_read('bob', private))
        before = self.state(shared), self.state(private)
        result = self.apply(*entries, cloud='alice')
        self.assertEqual({'kept'}, {row['Result'] for row in result.rows})
        self.assertEqual(before, (self.state(shared), self.state(private)))
        self.diff(*entries, cloud='alice', code=0)

    def test_an_administrator_applies_the_file_of_an_owner(self) -> None:
        image, name = self.named()
        self.apply(
            f'{{name: {name}, members: [{{project: project-b, '
            'accept: required}]}',
            cloud='admin',
        )
        self.assertEqual({self.b: 'accepted'}, self.members(image))

    def test_a_reader_changes_nothing(self) -> None:
        image = self.make_image('bob', 'shared')
        before = self.state(image)
        result = self.apply(
            f'{{id: {image}, members: [{{project: {self.c}}}]}}',
            cloud='reader',
            code=1,
            owner=self.b,
        )
        self.assertEqual({self.c: 'failed'}, self.results(result))
        self.assertEqual(before, self.state(image))

    def test_an_old_member_is_not_let_in(self) -> None:
        image, name = self.named()
        self.add_member(image, self.c)
        self.set_visibility(image, 'private')
        result = self.apply(
            f'{{name: {name}, members: [{{project: {self.b}}}], exact: true}}',
            cloud='alice',
            code=1,
            options='--prune --force --allow-unseen',
        )
        self.assertIn(self.c, result.stderr)
        self.assertEqual('private', self.visibility(image))
        self.assertFalse(self.can_read('carol', image))
        self.apply(
            f'{{name: {name}, members: [{{project: {self.b}}}, '
            f'{{project: {self.c}}}]}}',
            cloud='alice',
        )
        self.assertEqual({self.b, self.c}, set(self.members(image)))

    def test_images_of_several_regions_are_shared_at_once(self) -> None:
        here, name = self.named()
        there = self.make_image(
            visibility='private', region='RegionTwo', name=name
        )
        self.apply(
            f'{{name: {name}, regions: [RegionOne, RegionTwo], '
            f'members: [{{project: {self.b}}}]}}',
            cloud='both-a',
        )
        self.assertEqual({self.b: 'accepted'}, self.members(here))
        self.assertEqual(
            {self.b: 'accepted'}, self.members(there, 'RegionTwo')
        )

    def test_a_dry_run_names_the_commands(self) -> None:
        image, name = self.named()
        before = self.state(image)
        result = self.apply(
            f'{{name: {name}, members: [{{project: {self.b}}}]}}',
            cloud='alice',
            options='--dry-run',
        )
        self.assertEqual(before, self.state(image))
        self.assertIn(f'image add project {image} {self.b}', result.stderr)


class TestPrune(shares.FileTestCase):
    def prune(
        self, name: str, *members: str, cloud: str, **more: object
    ) -> base.Result:
        named = ', '.join(f'{{project: {one}}}' for one in members)
        options = f'--prune {more.pop("options", "")}'
        code = more.pop('code', 0)
        assert isinstance(code, int)
        return self.apply(
            f'{{name: {name}, members: [{named}], exact: true}}',
            cloud=cloud,
            code=code,
            options=options,
        )

    def test_who_is_left_out_goes_where_nobody_uses_it(self) -> None:
        for cloud in 'both-a', 'admin':
            image, name = self.named()
            self.add_member(image, self.b)
            self.apply(
                f'{{name: {name}, members: [], exact: true}}', cloud=cloud
            )
            self.apply(
                f'{{name: {name}, members: []}}',
                cloud=cloud,
                options='--prune',
            )
            self.assertEqual({self.b}, set(self.members(image)))
            result = self.prune(name, cloud=cloud)
            self.assertEqual({self.b: 'pruned'}, self.results(result))
            self.assertEqual({}, self.members(image))
            self.assertIn(
                f'share-to {image} {self.b}',
                result.stderr.replace(' --no-accept', ''),
            )

    def test_who_uses_it_stays(self) -> None:
        image, name = self.named()
        self.add_member(image, self.b)
        server = self.make_server('bob', image)
        for cloud in 'both-a', 'admin':
            result = self.prune(name, cloud=cloud, code=3)
            self.assertEqual({self.b: 'in use'}, self.results(result))
            self.assertIn(server, result.stderr)
        self.assertTrue(self.can_read('bob', image))
        self.prune(name, cloud='admin', options='--force')
        self.assertEqual({}, self.members(image))

    def test_whom_nobody_can_look_at_stays(self) -> None:
        image, name = self.named()
        self.add_member(image, self.b)
        result = self.prune(name, cloud='alice', code=4)
        self.assertEqual({self.b: 'unseen'}, self.results(result))
        self.assertEqual({self.b}, set(self.members(image)))
        self.prune(name, cloud='alice', options='--member-cloud bob')
        self.assertEqual({}, self.members(image))

    def test_too_many_are_refused_as_a_whole(self) -> None:
        image, name = self.named()
        ids = [self.b, self.c, uuid.uuid4().hex]
        for one in ids:
            self.add_member(image, one)
        result = self.prune(name, cloud='admin', code=1)
        self.assertEqual(dict.fromkeys(ids, 'refused'), self.results(result))
        self.assertEqual(3, len(self.members(image)))
        self.prune(name, cloud='admin', options='--max-prune 3')
        self.assertEqual({}, self.members(image))

    def test_what_cannot_be_told_ends_no_share(self) -> None:
        image, name = self.named()
        self.add_member(image, self.b)
        for member, code in (
            ('project: nobody-knows', 1),
            ('domain: no-such-domain', 4),
        ):
            result = self.apply(
                f'{{name: {name}, members: [{{{member}}}], exact: true}}',
                cloud='admin',
                code=code,
                options='--prune --force --allow-unseen',
            )
            self.assertNotIn('pruned', self.results(result).values())
            self.assertEqual({self.b}, set(self.members(image)))

    def test_a_member_that_is_no_id_is_reported(self) -> None:
        image, name = self.named()
        self.add_member(image, 'not a project!')
        self.add_member(image, 'a/b')
        result = self.prune(
            name, cloud='admin', code=1, options='--max-prune 2'
        )
        self.assertEqual(
            {'not a project!': 'unseen', 'a/b': 'failed'},
            self.results(result),
        )
        self.prune(
            name,
            cloud='admin',
            code=1,
            options='--max-prune 2 --allow-unseen',
        )
        self.assertEqual(['a/b'], list(self.members(image)))

    def test_who_goes_makes_room(self) -> None:
        image, name = self.named()
        ids = [uuid.uuid4().hex for _ in range(128)]
        for one in ids:
            self.add_member(image, one)
        result = self.prune(
            name,
            *ids[1:],
            self.b,
            cloud='alice',
            options='--allow-unseen',
        )
        self.assertIn('image_member_quota', result.stderr)
        self.assertEqual({*ids[1:], self.b}, set(self.members(image)))


class TestPlan(shares.FileTestCase):
    def test_a_plan_is_done_or_refused(self) -> None:
        image, name = self.named()
        self.add_member(image, self.c)
        plan = str(self.directory / 'plan.json')
        path = self.file(
            f'{{name: {name}, members: [{{project: project-b}}], exact: true}}'
        )
        diff = ('share', 'diff', '--file', path, '--out', plan)
        apply = ('share', 'apply', '--plan', plan, '--prune')
        self.share(*diff, cloud='admin', code=5)
        self.add_member(image, uuid.uuid4().hex)
        before = self.state(image)
        result = self.share(*apply, cloud='admin', code=1)
        self.assertIn('the members were others', result.stderr)
        self.assertEqual(before, self.state(image))
        self.share(*diff, cloud='admin', code=5)
        self.share(*apply, '--max-prune', '2', cloud='admin')
        self.assertEqual([self.b], list(self.members(image)))
        self.share(*apply, cloud='admin', code=1)

    def test_a_name_that_means_another_image_is_refused(self) -> None:
        image, name = self.named()
        plan = str(self.directory / 'plan.json')
        path = self.file(f'{{name: {name}, members: [{{cloud: bob}}]}}')
        self.share(
            f'share diff --file {path} --out {plan}',
            cloud='alice',
            code=5,
        )
        base.connect('alice').image.delete(f'/images/{image}')
        other = self.make_image(visibility='shared', name=name)
        result = self.share(
            f'share apply --plan {plan}', cloud='alice', code=1
        )
        self.assertIn('meant another image', result.stderr)
        self.assertEqual({}, self.members(other))
