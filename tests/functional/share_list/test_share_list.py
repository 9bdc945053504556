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

"""Every share of a project at a glance."""

import uuid

from tests.live import base
from tests.live import offers
from tests.live import relay

HEADERS = [
    'Direction',
    'Image ID',
    'Image Name',
    'Project ID',
    'Project Name',
    'Status',
    'Updated At',
]
LONG_HEADERS = [
    *HEADERS,
    'Owner ID',
    'Image Status',
    'Created At',
    'Project Exists',
]


class TestShareList(offers.TestCase):
    """One project among others; none of them is any other test's."""

    def setUp(self) -> None:
        super().setUp()
        self.mine = self.make_project()
        self.mine_id = self.project_id(self.mine)

    def listed(self, *words: str, **more: str) -> base.Result:
        return self.share(
            'share list', *words, cloud=more.get('cloud', self.mine)
        )

    def ids(self, *words: str, **more: str) -> list[str]:
        return [row['Image ID'] for row in self.listed(*words, **more).rows]

    def in_and_out(self) -> tuple[str, str]:
        """Make a share in each direction and return the images."""
        return (
            self.offer('rejected', member=self.mine),
            self.offer('accepted', owner=self.mine),
        )

    def test_nothing_shared_is_no_row_and_no_error(self) -> None:
        self.make_image(self.mine)
        self.make_image(self.mine, 'shared')
        result = self.listed()
        self.assertEqual([], result.rows)
        self.assertIn(
            f'No matching shares found for project {self.mine_id}',
            result.stderr,
        )
        shown = self.openstack('image share list', cloud=self.mine)
        self.assertEqual('', shown.stdout.strip())

    def test_both_directions_are_listed_with_the_other_side(self) -> None:
        incoming, outgoing = self.in_and_out()
        result = self.listed()
        for row in result.rows:
            self.assertEqual(HEADERS, list(row))
        self.assertEqual(
            [
                ('incoming', incoming, self.a, None, 'rejected'),
                ('outgoing', outgoing, self.b, None, 'accepted'),
            ],
            [
                (
                    row['Direction'],
                    row['Image ID'],
                    row['Project ID'],
                    row['Project Name'],
                    row['Status'],
                )
                for row in result.rows
            ],
        )
        for row in result.rows:
            members = base.connect('admin').image.get(
                f'/images/{row["Image ID"]}/members'
            )
            (member,) = members.json()['members']
            self.assertEqual(member['updated_at'], row['Updated At'])
        self.assertEqual('', result.stderr)

    def test_one_direction_can_be_asked_for(self) -> None:
        incoming, outgoing = self.in_and_out()
        self.assertEqual([incoming], self.ids('--incoming'))
        self.assertEqual([outgoing], self.ids('--outgoing'))
        self.openstack(
            'image share list --incoming --outgoing',
            cloud=self.mine,
            code=2,
        )

    def test_one_status_can_be_asked_for(self) -> None:
        for status in 'pending', 'accepted', 'rejected':
            image = self.make_image(self.mine, 'shared')
            incoming = self.offer(status, member=self.mine)
            for member, answer in (
                ('bob', status),
                ('carol', 'rejected' if status != 'rejected' else 'pending'),
            ):
                self.add_member(
                    image, self.project_id(member), cloud=self.mine
                )
                if answer != 'pending':
                    self.set_status(image, member, answer)
            with self.subTest(status=status):
                rows = self.listed('--status', status).rows
                found = {(row['Image ID'], row['Project ID']) for row in rows}
                self.assertIn((incoming, self.a), found)
                self.assertIn((image, self.b), found)
                self.assertNotIn((image, self.c), found)
                self.assertEqual({status}, {row['Status'] for row in rows})
        self.openstack(
            'image share list --status answered',
            cloud=self.mine,
            code=2,
        )

    def test_one_image_can_be_asked_for_by_id_or_name(self) -> None:
        incoming, outgoing = self.in_and_out()
        name = self.unique('the same')
        pending = self.offer(member=self.mine, name=name)
        both = [pending, self.offer(owner=self.mine, name=name)]
        # An image that is listed by default hides no offer of its name.
        self.make_image('admin', 'public', name=name)
        for image in incoming, outgoing, outgoing.upper():
            self.assertEqual([image.lower()], self.ids('--image', image))
        self.assertEqual(both, self.ids('--image', name))
        self.assertEqual([pending], self.ids('--image', name, '--incoming'))

    def test_an_image_that_is_not_shared_is_no_error_and_none_is(self) -> None:
        name = self.unique('private')
        private = self.make_image(self.mine, name=name)
        for words in private, name:
            self.assertEqual([], self.ids('--image', words))
        for words, code in (
            (str(uuid.uuid4()), 1),
            ('no such image', 1),
            ('', 2),
        ):
            with self.subTest(words=words):
                result = self.share(
                    f'share list --image "{words}"',
                    cloud=self.mine,
                    code=code,
                )
                self.assertEqual('', result.stdout)
                self.assertIn(words, result.stderr)

    def test_one_project_can_be_asked_for_by_id(self) -> None:
        incoming, outgoing = self.in_and_out()
        from_c = self.offer(owner='carol', member=self.mine)
        to_c = self.offer(owner=self.mine, member='carol')
        self.add_member(outgoing, self.c, cloud=self.mine)
        rows = self.listed('--project', self.c).rows
        self.assertEqual(
            {
                ('incoming', from_c, self.c),
                ('outgoing', to_c, self.c),
                ('outgoing', outgoing, self.c),
            },
            {
                (row['Direction'], row['Image ID'], row['Project ID'])
                for row in rows
            },
        )
        self.assertEqual([incoming], self.ids('--project', self.a))
        self.assertEqual([], self.ids('--project', uuid.uuid4().hex))

    def test_one_project_can_be_asked_for_by_name(self) -> None:
        image = self.offer(owner='alice', name=self.unique('by name'))
        # This user has a role in both, and so may know their names.
        row = self.listed(
            *('--project', 'project-b', '--image', image), cloud='both-a'
        ).row
        self.assertEqual(
            (self.b, 'project-b'), (row['Project ID'], row['Project Name'])
        )
        row = self.listed(
            *('--project', 'project-a', '--image', image), cloud='both-b'
        ).row
        self.assertEqual('incoming', row['Direction'])

    def test_a_member_that_is_only_a_string_can_be_asked_for(self) -> None:
        image = self.offer(owner=self.mine)
        self.add_member(image, 'project-b', cloud=self.mine)
        result = self.listed('--project', 'project-b')
        self.assertEqual('project-b', result.row['Project ID'])
        self.assertIn(
            "Cannot look up the project name 'project-b'", result.stderr
        )
        self.assertIn("the string 'project-b' instead of an ID", result.stderr)

    def test_a_name_that_cannot_be_looked_up_is_not_nothing(self) -> None:
        self.in_and_out()
        result = self.share(
            'share list --project project-a', cloud=self.mine, code=1
        )
        self.assertEqual('', result.stdout)
        self.assertIn(
            "Cannot look up the project name 'project-a'", result.stderr
        )

    def test_a_string_and_the_project_of_that_name_are_both_listed(
        self,
    ) -> None:
        image = self.offer()
        self.add_member(image, 'project-b')
        rows = self.listed(
            *('--project', 'project-b', '--image', image), cloud='both-a'
        ).rows
        self.assertEqual(
            {self.b, 'project-b'}, {row['Project ID'] for row in rows}
        )

    def test_long_adds_columns(self) -> None:
        self.in_and_out()
        rows = self.listed('--long').rows
        self.assertEqual([LONG_HEADERS] * 2, [list(row) for row in rows])
        self.assertEqual(
            [self.a, self.mine_id], [row['Owner ID'] for row in rows]
        )
        for row in rows:
            self.assertEqual('active', row['Image Status'])
            self.assertRegex(row['Created At'], r'^\d{4}-\d\d-\d\dT')
            # Who may not look has no opinion.
            self.assertIsNone(row['Project Exists'])

    def test_hidden_images_are_listed_too(self) -> None:
        incoming = self.offer(member=self.mine, os_hidden=True)
        outgoing = self.offer(owner=self.mine, os_hidden=True)
        self.assertEqual([incoming, outgoing], self.ids())
        self.assertEqual([outgoing], self.ids('--outgoing'))

    def test_the_order_is_that_of_direction_name_and_project(self) -> None:
        names = 'b', 'c', 'a'
        for name in names:
            self.offer(member=self.mine, name=name, data=None)
            image = self.offer(owner=self.mine, name=name, data=None)
            for number in 3, 1, 2:
                self.add_member(image, str(number) * 32, cloud=self.mine)
        first = self.listed().rows
        self.assertEqual(
            sorted(
                first,
                key=lambda row: (
                    row['Direction'],
                    row['Image Name'],
                    row['Project ID'],
                ),
            ),
            first,
        )
        self.assertEqual(3 + 3 * 4, len(first))
        self.assertEqual(first, self.listed().rows)
        shown = self.openstack(
            "image share list --sort-column 'Project ID' -f value -c "
            "'Project ID'",
            cloud=self.mine,
        ).stdout.split()
        self.assertEqual(sorted(shown), shown)

    def test_more_images_than_a_page_holds_are_all_listed(self) -> None:
        """Glance answers with 25 images if no limit is asked for."""
        incoming = [self.offer(member=self.mine, data=None) for _ in range(26)]
        outgoing = [self.offer(owner=self.mine, data=None) for _ in range(27)]
        between, cloud = self.through(self.mine)
        self.assertEqual({*incoming, *outgoing}, set(self.ids(cloud=cloud)))
        # Glance caps whatever is asked for; here it is at 10.
        between.on('GET', '/images', _tenth)
        before = len(between.seen)
        self.assertEqual({*incoming, *outgoing}, set(self.ids(cloud=cloud)))
        pages = [
            path for _, path in between.seen[before:] if '/images?' in path
        ]
        self.assertGreaterEqual(len(pages), 6)


def _tenth(request: relay.Request) -> None:
    request.path = request.path.replace('limit=1000', 'limit=10')
