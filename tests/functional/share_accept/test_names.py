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

"""Images whose names are not words."""

import json
import uuid

from tests.live import offers

#: Moves the cursor, starts another row, reads from right to left.
HOSTILE = 'a\x1b[2J\x07b\nc\u2028d\u202ee\u200ff'
ESCAPED = r'a\x1b[2J\x07b\nc\u2028d\u202ee\u200ff'


class TestNames(offers.TestCase):
    def test_a_name_is_found_whatever_characters_it_has(self) -> None:
        mark = uuid.uuid4().hex[:8]
        for name in (
            # Glance takes what is before a colon for an operator.
            f'in:{mark}',
            f'in:"{mark}","b"',
            f'ubuntu:{mark}',
            f'eq:{mark}\\',
            f'"{mark}, the best"',
            f"{mark}'s,image",
            f'{mark}?limit=1&name=x#y',
            f'../{mark}',
            f' {mark} ',
            f'Größe {mark} 大',
            f'{HOSTILE}{mark}',
        ):
            with self.subTest(name=name):
                image = self.offer(name=name)
                row = self.share('share accept', name, cloud='bob').row
                self.assertEqual(
                    (image, name, 'accepted'),
                    (row['Image ID'], row['Image Name'], row['Status']),
                )
                row = self.share('share list --image', name, cloud='bob').row
                self.assertEqual(
                    (image, name), (row['Image ID'], row['Image Name'])
                )

    def test_a_name_is_never_a_list_of_names_or_a_part_of_one(self) -> None:
        first, last = self.unique('first'), self.unique('last')
        images = [self.offer(name=first), self.offer(name=last)]
        for words in (
            f'in:{first},{last}',
            f'in:{first}',
            f'eq:{first}',
            first[:-1],
            first.upper(),
        ):
            with self.subTest(words=words):
                result = self.share(
                    f'share accept "{words}"', cloud='bob', code=1
                )
                self.assertEqual([], result.rows)
        for image in images:
            self.assertEqual('pending', self.status(image))

    def test_a_name_that_looks_like_an_id_is_found_and_pointed_out(
        self,
    ) -> None:
        name = str(uuid.uuid4())
        image = self.offer(name=name)
        result = self.share(f'share accept "{name}"', cloud='bob')
        self.assertEqual(image, result.row['Image ID'])
        self.assertIn(f'No image has the ID {name}', result.stderr)

    def test_an_id_is_never_taken_for_the_name_of_another_image(self) -> None:
        meant = self.offer()
        other = self.offer(owner='carol', name=meant)
        result = self.share(f'share accept "{meant}"', cloud='bob')
        self.assertEqual(meant, result.row['Image ID'])
        self.assertEqual('', result.stderr)
        self.assertEqual('pending', self.status(other))

    def test_scripts_get_the_true_name_and_terminals_an_escaped_one(
        self,
    ) -> None:
        image = self.offer(name=HOSTILE)
        self.make_image('bob', name=HOSTILE)
        for verb in 'accept', 'reject':
            for shape in 'json', 'yaml', 'table', 'value', 'csv':
                with self.subTest(verb=verb, shape=shape):
                    result = self.openstack(
                        f'image share {verb} {image} -f {shape} -c '
                        "'Image ID' -c 'Image Name'",
                        cloud='bob',
                    )
                    self._check(shape, result.stdout, image)
                    self.assertTrue(
                        result.stderr.replace('\n', '').isprintable()
                    )

    def test_lists_escape_names_and_member_strings_as_well(self) -> None:
        image = self.offer(name=HOSTILE)
        member = 'x\x1b[31my\nz'
        self.add_member(image, member)
        for shape in 'json', 'table', 'value', 'csv':
            with self.subTest(shape=shape):
                shown = self.openstack(
                    f'image share list --image {image} -f {shape} -c '
                    "'Image ID' -c 'Image Name' --status pending "
                    f'--project {self.b}',
                    cloud='alice',
                ).stdout
                self._check(shape, shown, image)
        shown = self.openstack(
            f'image share list --image {image}', cloud='alice'
        ).stdout
        self.assertTrue(shown.replace('\n', '').isprintable())
        self.assertIn(r'x\x1b[31my\nz', shown)
        rows = self.share(f'share list --image {image}', cloud='alice').rows
        self.assertIn(member, [row['Project ID'] for row in rows])
        result = self.share(
            'share list --all-projects --project', member, cloud='admin'
        )
        self.assertEqual(member, result.row['Project ID'])
        self.assertTrue(result.stderr.replace('\n', '').isprintable())

    def _check(self, shape: str, shown: str, image: str) -> None:
        if shape == 'json':
            self.assertEqual(
                [{'Image ID': image, 'Image Name': HOSTILE}],
                json.loads(shown),
            )
        if shape in ('json', 'yaml'):
            return
        self.assertTrue(shown.replace('\n', '').isprintable(), shown)
        (line,) = [one for one in shown.splitlines() if image in one]
        # The csv format doubles backslashes.
        self.assertIn(ESCAPED, line.replace('\\\\', '\\'))
