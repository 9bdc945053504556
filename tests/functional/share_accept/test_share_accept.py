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

"""Accepting what is offered, and what cannot be accepted."""

import hashlib
import uuid

from tests.live import base
from tests.live import offers


class TestShareAccept(offers.TestCase):
    def test_a_pending_offer_is_accepted_by_name(self) -> None:
        name = self.unique('ubuntu')
        image = self.offer(name=name, data=b'some data')
        # What people have without this command.
        self.openstack(f'image set --accept "{name}"', cloud='bob', code=None)
        self.assertEqual('pending', self.status(image))
        result = self.share(f'share accept "{name}"', cloud='bob')
        self.assertEqual(
            {
                'Image ID': image,
                'Image Name': name,
                'Owner ID': self.a,
                'Owner Name': None,
                'Status': 'accepted',
                'Size': len(b'some data'),
                'Disk Format': 'raw',
                'Hash': f'sha512:{hashlib.sha512(b"some data").hexdigest()}',
                'Warnings': [],
            },
            result.row,
        )
        self.assertEqual('', result.stderr)
        self.assertEqual('accepted', self.status(image))
        listed = self.share(f'list --name "{name}"', cloud='bob')
        self.assertEqual([image], [row['ID'] for row in listed.rows])

    def test_id_and_name_are_found_whatever_was_answered_before(self) -> None:
        for before, by in (
            ('pending', 'id'),
            ('pending', 'ID'),
            ('rejected', 'id'),
            ('rejected', 'name'),
            ('accepted', 'name'),
        ):
            with self.subTest(before=before, by=by):
                name = self.unique(before)
                image = self.offer(before, name=name)
                words = {'id': image, 'ID': image.upper(), 'name': name}
                row = self.share('share accept', words[by], cloud='bob').row
                self.assertEqual(
                    (image, 'accepted'), (row['Image ID'], row['Status'])
                )
                self.assertEqual('accepted', self.status(image))

    def test_accepting_twice_is_harmless(self) -> None:
        image = self.offer()
        first = self.share(f'share accept {image}', cloud='bob')
        state = self.state(image)
        second = self.share(f'share accept {image}', cloud='bob')
        self.assertEqual(first.rows, second.rows)
        self.assertEqual(state, self.state(image))

    def test_an_image_named_twice_is_answered_once(self) -> None:
        name = self.unique('twice')
        image = self.offer(name=name)
        result = self.share(
            f'share accept "{name}" {image} "{name}"', cloud='bob'
        )
        self.assertEqual(image, result.row['Image ID'])

    def test_people_read_a_dash_where_there_is_no_hash(self) -> None:
        image = self.offer(data=None)
        shown = self.openstack(
            f"image share accept {image} -c Hash -c Size -c 'Owner Name'",
            cloud='bob',
        )
        cells = [
            [cell.strip() for cell in line.split('|')[1:-1]]
            for line in shown.stdout.splitlines()
            if line.startswith('|')
        ]
        self.assertEqual(
            dict(zip(cells[0], cells[1], strict=True)),
            {'Hash': '-', 'Size': 'unknown', 'Owner Name': 'unknown'},
        )

    def test_a_hidden_image_is_accepted_by_name(self) -> None:
        name = self.unique('hidden')
        image = self.offer(name=name, os_hidden=True)
        row = self.share(f'share accept "{name}"', cloud='bob').row
        self.assertEqual((image, 'accepted'), (row['Image ID'], row['Status']))

    def test_what_does_not_exist_keeps_no_other_from_being_done(self) -> None:
        first, last = self.offer(), self.offer()
        nowhere = str(uuid.uuid4())
        result = self.share(
            f"share accept {first} 'no such image' {nowhere} {last}",
            cloud='bob',
            code=1,
        )
        self.assertEqual(
            [first, last], [row['Image ID'] for row in result.rows]
        )
        self.assertEqual('accepted', self.status(first))
        self.assertEqual('accepted', self.status(last))
        for words in 'no such image', nowhere:
            self.assertIn(
                f'No image called {words!r} is offered to project {self.b}',
                result.stderr,
            )
        self.assertIn('image share list --incoming', result.stderr)

    def test_what_is_not_an_offer_is_refused_with_the_reason(self) -> None:
        own = self.make_image('bob', 'shared')
        public = self.make_image('admin', 'public')
        community = self.make_image('alice', 'community')
        strangers = self.make_image('alice', 'shared')
        private = self.offer()
        self.set_visibility(private, 'private')
        reasons = {
            own: 'belongs to your own project',
            public: 'is public and not shared with',
            community: 'is community and not shared with',
            strangers: f'No image called {strangers!r} is offered',
            private: f'No image called {private!r} is offered',
        }
        for verb in 'accept', 'reject':
            with self.subTest(verb=verb):
                result = self.share(
                    f'share {verb}', *reasons, cloud='bob', code=1
                )
                self.assertEqual([], result.rows)
                for reason in reasons.values():
                    self.assertIn(reason, result.stderr)
                self.assertEqual(
                    len(reasons),
                    result.stderr.count('Nothing has been changed for it'),
                )

    def test_an_own_image_does_not_stand_in_the_way_of_its_namesake(
        self,
    ) -> None:
        name = self.unique('the same')
        self.make_image('bob', 'shared', name=name)
        image = self.offer(name=name)
        row = self.share(f'share accept "{name}"', cloud='bob').row
        self.assertEqual(image, row['Image ID'])

    def test_wrong_usage_changes_nothing(self) -> None:
        nameless = self.offer(name=' ')
        self.assertEqual(
            200,
            base.connect('alice')
            .image.patch(
                f'/images/{nameless}',
                json=[{'op': 'replace', 'path': '/name', 'value': ''}],
                headers={
                    'Content-Type': (
                        'application/openstack-images-v2.1-json-patch'
                    )
                },
            )
            .status_code,
        )
        image = self.offer()
        for words, reason in (
            ((), 'Specify the images'),
            (('--expect-owner', self.a), 'Specify the images'),
            (('--all',), '--expect-owner'),
            (('--all', '--expect-owner', self.a, image), 'Specify the images'),
            # An unset variable in a script.
            (('',), 'is empty'),
            ((image, ''), 'is empty'),
            ((image, '--expect-owner', ''), 'is empty'),
            ((image, '--expect-hash', 'sha512'), 'sha512:'),
            ((image, '--expect-hash', ':00'), 'sha512:'),
            ((image, '--expect-hash', 'sha512:'), 'sha512:'),
            ((image, image, '--expect-hash', 'md5:00'), 'one image'),
            ((image, '-c', 'Nonsense'), 'No such column'),
        ):
            with self.subTest(words=words):
                result = self.openstack(
                    'image share accept', *words, cloud='bob', code=2
                )
                self.assertEqual('', result.stdout)
                self.assertIn(reason, result.stderr)
        self.assertEqual('pending', self.status(image))
        self.assertEqual('pending', self.status(nameless))

    def test_options_and_images_may_be_mixed_in_any_order(self) -> None:
        owner = ('--expect-owner', self.a)
        for place in range(3):
            images = [self.offer(), self.offer()]
            words = [*images[:place], *owner, *images[place:]]
            with self.subTest(words=words):
                result = self.openstack(
                    'image share accept -f json',
                    *words,
                    cloud='bob',
                )
                self.assertEqual(
                    images, [row['Image ID'] for row in result.rows]
                )
