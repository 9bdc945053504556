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

import hypothesis
from hypothesis import strategies
import yaml  # type: ignore[import-untyped]

from osc_imageshare.identity import projects
from osc_imageshare.image import images
from osc_imageshare.sharing.apply import document
from osc_imageshare.sharing.apply import writing
from tests import fakes
from tests.unit import base
from tests.unit import hostile

A, B, C = fakes.A, fakes.B, fakes.C

_ID = '0b5a7cc1-8c1b-4e5a-9c4e-3c7f6a2b1d00'


def _shared(name: str = 'web', **members: str) -> writing.Shared:
    return writing.Shared(
        images.Image(_ID, name, A, 'active', 'shared', ''),
        [
            images.Member(letter * 32, status, '', '')
            for letter, status in members.items()
        ],
    )


class WriteTest(base.TestCase):
    def test_the_names_are_comments_beside_the_ids(self) -> None:
        self.assertEqual(
            [
                'version: 1',
                f'owner: {A}  # team-a',
                'images:',
                f'  - id: {_ID}  # web',
                '    regions: [GRA11]',
                '    members:',
                f'      - project: {B}  # team-b',
                '        accept: never  # pending',
                f'      - project: {C}',
            ],
            writing.write(
                projects.Project(A, 'team-a'),
                'GRA11',
                [_shared(b='pending', c='accepted')],
                {B: 'team-b'},
            ).splitlines()[2:],
        )

    def test_nothing_shared_is_no_image(self) -> None:
        found = writing.write(projects.Project(A), '', [], {})
        self.assertEqual(
            document.Document(A), document.load(found.encode(), 'f')
        )

    def test_nobody_is_an_empty_list(self) -> None:
        found = writing.write(projects.Project(A), '', [_shared()], {})
        self.assertIn('    members: []\n', found)
        self.assertNotIn('regions', found)

    def test_what_is_no_id_is_a_comment(self) -> None:
        word = images.Member('team b\nimages: []', 'pending', '', '')
        shared = _shared(b='accepted')
        found = writing.write(
            projects.Project(A), '', [shared._replace(members=[word])], {}
        )
        self.assertEqual(
            [
                '    members: []',
                '    # also a member, and not the ID of a project: '
                'team b\\nimages: []',
            ],
            found.splitlines()[-2:],
        )

    def test_text_stays_text_whoever_reads_it(self) -> None:
        for region, written in (
            ('GRA11', 'GRA11'),
            ('eu-west.1', 'eu-west.1'),
            ('no', '"no"'),
            ('ON', '"ON"'),
            ('null', '"null"'),
            ('1', '"1"'),
            ('1e3', '"1e3"'),
            ('a: b', '"a: b"'),
            ('a #b', '"a #b"'),
            ('[a]', '"[a]"'),
            ('2024-01-01', '"2024-01-01"'),
        ):
            found = writing.write(
                projects.Project('0' * 32), region, [_shared()], {}
            )
            self.assertIn(f'regions: [{written}]\n', found)
            self.assertIn(f'owner: "{"0" * 32}"\n', found)
            read = document.load(found.encode(), 'f')
            self.assertEqual((region,), read.images[0].regions)

    @hostile.examples
    @hypothesis.given(
        strategies.text('0123456789e', min_size=32, max_size=32)
        | strategies.uuids().map(lambda one: one.hex)
    )
    def test_no_id_is_a_number(self, project_id: str) -> None:
        found = writing.write(projects.Project(project_id), '', [], {})
        self.assertEqual(project_id, yaml.safe_load(found)['owner'])

    @hostile.examples
    @hypothesis.given(
        hostile.texts, hostile.texts, hostile.names, hostile.stored
    )
    def test_no_name_and_no_member_says_anything(
        self, image: str, owner: str, project: str | None, member: str
    ) -> None:
        shared = _shared(image, b='accepted')
        word = images.Member(member, 'accepted', '', '')
        if projects.looks_like_id(member):
            return
        found = writing.write(
            projects.Project(A, owner),
            'R',
            [shared._replace(members=[*shared.members, word])],
            {B: project},
        )
        self.assertEqual(
            document.Document(
                A,
                (
                    document.Image(
                        id=_ID,
                        regions=('R',),
                        members=(document.Member(project=B),),
                    ),
                ),
            ),
            document.load(found.encode(), 'f'),
        )
