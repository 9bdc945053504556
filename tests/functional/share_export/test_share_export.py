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

import yaml  # type: ignore[import-untyped]

from tests.live import base
from tests.live import shares


class TestShareExport(shares.FileTestCase):
    def export(self, *argv: str, cloud: str, code: int = 0) -> base.Result:
        return self.openstack(
            'image share export', *argv, cloud=cloud, code=code
        )

    def test_what_it_writes_differs_in_nothing(self) -> None:
        image, name = self.named()
        for member in self.b, self.c, 'not a project!':
            self.add_member(image, member)
        self.set_status(image, 'bob', 'accepted')
        other, _ = self.named(os_hidden=True)
        self.add_member(other, self.c)
        self.set_status(other, 'carol', 'rejected')
        before = self.state(image), self.state(other)
        for cloud in 'alice', 'both-a':
            result = self.export(
                '--image', image, '--image', other, cloud=cloud
            )
            self.assertIn(f'  # {name}\n', result.stdout)
            self.assertIn('not a project!', result.stderr)
            path = self.directory / 'exported.yaml'
            path.write_text(result.stdout)
            for argv in ('diff',), ('apply', '--prune'):
                answer = self.share(
                    *('share', *argv, '--file', str(path)), cloud=cloud
                )
                self.assertEqual(
                    {'keep'}, {row['Action'] for row in answer.rows}
                )
        self.assertEqual(before, (self.state(image), self.state(other)))

    def test_every_shared_image_is_written_in_a_stable_order(self) -> None:
        image, _ = self.named()
        self.add_member(image, self.b)
        alone, _ = self.named()
        first = self.export(cloud='alice').stdout
        read = yaml.safe_load(first)
        self.assertEqual(self.a, read['owner'])
        found = {one['id']: one for one in read['images']}
        self.assertEqual(
            {
                'id': image,
                'regions': ['RegionOne'],
                'members': [{'project': self.b, 'accept': 'never'}],
            },
            found[image],
        )
        self.assertNotIn(alone, found)
        # Other tests share images of this project meanwhile.
        again = yaml.safe_load(self.export(cloud='alice').stdout)
        kept = [one['id'] for one in again['images'] if one['id'] in found]
        self.assertEqual(kept, [one for one in found if one in set(kept)])

    def test_a_reader_may_write_it_and_a_member_writes_its_own(self) -> None:
        image = self.make_image('bob', 'shared')
        self.add_member(image, self.c, cloud='bob')
        theirs, _ = self.named()
        self.add_member(theirs, self.b)
        read = yaml.safe_load(self.export(cloud='reader').stdout)
        ids = {one['id'] for one in read['images']}
        self.assertIn(image, ids)
        self.assertNotIn(theirs, ids)

    def test_an_image_of_another_region_is_written_there(self) -> None:
        image = self.make_image(visibility='shared', region='RegionTwo')
        self.add_member(image, self.b, region='RegionTwo')
        result = self.openstack(
            f'--os-region-name RegionTwo image share export --image {image}',
            cloud='alice',
        )
        (found,) = yaml.safe_load(result.stdout)['images']
        self.assertEqual(['RegionTwo'], found['regions'])

    def test_an_image_that_is_not_there_is_no_empty_file(self) -> None:
        result = self.export('--image', 'no-such-image', cloud='alice', code=1)
        self.assertEqual('', result.stdout)
