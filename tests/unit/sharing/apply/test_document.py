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

from osc_imageshare.sharing.apply import document
from osc_imageshare.sharing.apply import reading
from tests.unit import base
from tests.unit import hostile

_FILE = """\
version: 1
owner: 15c30b0a4b004fdaa20fcb8b06e53583
images:
  - name: ubuntu-24.04
    regions: [GRA11, SBG5]
    members:
      - project: e6051bbcef2441a4848bec39a660476e
      - cloud: team-b
      - {project: research, domain: campus, accept: required}
      - {domain: campus}
    exact: true
  - id: 0B5A7CC1-8C1B-4E5A-9C4E-3C7F6A2B1D00
    members: []
"""

#: A file of one image, to which a list of members is added.
_ONE = 'version: 1\nowner: x\nimages:\n- name: web\n  members: '

#: What is in a file, and what is said of it.
_WRONG = {
    '': 'f: it is empty.',
    '# nothing\n': 'f: it is empty.',
    'a: [': (
        'f, line 1, column 5: while parsing a flow node expected the node '
        "content, but found '<stream end>'."
    ),
    '--- a\n--- b\n': (
        'f, line 2, column 1: expected a single document in the stream but '
        'found another document.'
    ),
    'a: \x07': 'f, line 1: special characters are not allowed.',
    'x\na: \x07': 'f, line 2: special characters are not allowed.',
    '- a': 'f, line 1, column 1: the file must be "key: value" lines.',
    '? [a]\n: b': 'f, line 1, column 3: a key must be text.',
    'a: b\na: b': "f, line 2, column 1: the key 'a' is here twice.",
    'a: {b: 1, b: 2}': "f, line 1, column 11: the key 'b' is here twice.",
    'a: !!python/name:os.system x': (
        "f, line 1, column 4: the tag 'tag:yaml.org,2002:python/name:os.system"
        "' is not allowed."
    ),
    '!!set {a}': (
        "f, line 1, column 1: the tag 'tag:yaml.org,2002:set' is not allowed."
    ),
    '&a [*a]': 'f, line 1, column 1: aliases make this file too large.',
    'version: 1\nimages: []': (
        "f, line 1, column 1: the key 'owner' is missing."
    ),
    'version: 2\nowner: x\nimages: []': (
        "f, line 1, column 1: 'version' must be 1, the only one there is."
    ),
    'version: true\nowner: x\nimages: []': (
        "f, line 1, column 1: 'version' must be 1, the only one there is."
    ),
    'version: 1\nowner: 15\nimages: []': (
        "f, line 2, column 1: 'owner' must be text: put it in quotes."
    ),
    'version: 1\nowner: ""\nimages: []': (
        "f, line 2, column 1: 'owner' must not be empty."
    ),
    'version: 1\nowner: x\nimages: []\nexact: true': (
        "f, line 4, column 1: unknown key 'exact'; known are images, owner, "
        'version.'
    ),
    'version: 1\nowner: x\nimages:\n  - nam: web\n    members: []': (
        "f, line 4, column 5: unknown key 'nam'; did you mean 'name'?"
    ),
    'version: 1\nowner: x\nimages:\n  - members: []': (
        'f, line 4, column 5: an image has either a name or an id.'
    ),
    'version: 1\nowner: x\nimages:\n  - name: web\n    exact: true': (
        "f, line 4, column 5: the key 'members' is missing."
    ),
    'version: 1\nowner: x\nimages:\n  - {id: web, members: []}': (
        "f, line 4, column 6: 'id' must be the ID of an image."
    ),
    _ONE + '[]\n  regions: []': (
        "f, line 6, column 3: 'regions' must not be empty."
    ),
    _ONE + '[]\n  regions: [a, a]': (
        "f, line 6, column 3: 'regions' names one twice."
    ),
    _ONE + '[]\n  exact: 1': (
        "f, line 6, column 3: 'exact' must be true or false."
    ),
    _ONE: (
        "f, line 5, column 3: 'members' must be a list; \"members: []\" says "
        'that nobody may use the image.'
    ),
    _ONE + '[]\n- name: web\n  members: []': (
        "f, line 6, column 3: image 'web' is here twice."
    ),
    _ONE + '[team-b]': (
        "f, line 5, column 13: an item of 'members' must be \"key: value\" "
        'lines.'
    ),
    _ONE + '[{accept: auto}]': (
        'f, line 5, column 13: a member is a project (with or without its '
        'domain), a cloud, or a domain.'
    ),
    _ONE + '[{cloud: b, project: b}]': (
        'f, line 5, column 13: a member is a project (with or without its '
        'domain), a cloud, or a domain.'
    ),
    _ONE + '[{cloud: b, domain: b}]': (
        'f, line 5, column 13: a member is a project (with or without its '
        'domain), a cloud, or a domain.'
    ),
    _ONE + '[{cloud: b, accept: no}]': (
        "f, line 5, column 24: 'accept' must be one of auto, required, never."
    ),
}


class LoadTest(base.TestCase):
    def test_a_file_says_what_it_says(self) -> None:
        self.assertEqual(
            document.Document(
                '15c30b0a4b004fdaa20fcb8b06e53583',
                (
                    document.Image(
                        name='ubuntu-24.04',
                        regions=('GRA11', 'SBG5'),
                        members=(
                            document.Member(
                                project='e6051bbcef2441a4848bec39a660476e'
                            ),
                            document.Member(cloud='team-b'),
                            document.Member(
                                project='research',
                                domain='campus',
                                accept='required',
                            ),
                            document.Member(domain='campus'),
                        ),
                        exact=True,
                    ),
                    document.Image(id='0b5a7cc1-8c1b-4e5a-9c4e-3c7f6a2b1d00'),
                ),
            ),
            document.load(_FILE.encode(), 'f'),
        )

    def test_a_member_knows_where_it_stands(self) -> None:
        image, _ = document.load(_FILE.encode(), 'f').images
        self.assertEqual('line 4, column 5', image.place)
        self.assertEqual('line 9, column 9', image.members[2].place)

    def test_what_is_wrong_is_said_with_its_place(self) -> None:
        for content, sentence in _WRONG.items():
            exc = self.assertRaises(
                reading.Malformed, document.load, content.encode(), 'f'
            )
            self.assertEqual((sentence,), exc.lines, content)
            self.assertEqual(1, exc.exit_code)

    def test_all_that_is_wrong_is_said_at_once(self) -> None:
        exc = self.assertRaises(
            reading.Malformed,
            document.load,
            b'version: 1\nowner: 5\nimages:\n- {name: a, membres: []}\n',
            'f',
        )
        self.assertEqual(
            (
                "f, line 2, column 1: 'owner' must be text: put it in quotes.",
                "f, line 4, column 13: unknown key 'membres'; did you mean "
                "'members'?",
            ),
            exc.lines,
        )

    def test_one_image_may_be_named_for_each_region(self) -> None:
        found = document.load(
            (
                _ONE + '[]\n  regions: [a]\n- name: web\n  regions: [b]\n'
                '  members: []'
            ).encode(),
            'f',
        )
        self.assertEqual(
            [('a',), ('b',)], [one.regions for one in found.images]
        )

    def test_an_alias_stands_for_what_it_names(self) -> None:
        found = document.load(
            (
                _ONE + '&all [{cloud: b}]\n- name: db\n  members: *all\n'
            ).encode(),
            'f',
        )
        self.assertEqual(
            [(document.Member(cloud='b'),)] * 2,
            [one.members for one in found.images],
        )
        self.assertEqual(('b',), found.clouds)

    def test_aliases_make_no_file_large(self) -> None:
        lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
        for number in range(1, 9):
            names = ', '.join([f'*a{number - 1}'] * 10)
            lines.append(f'a{number}: &a{number} [{names}]')
        exc = self.assertRaises(
            reading.Malformed, document.load, '\n'.join(lines).encode(), 'f'
        )
        self.assertIn('aliases make this file too large', exc.lines[0])

    def test_a_file_of_another_encoding_is_none(self) -> None:
        exc = self.assertRaises(
            reading.Malformed, document.load, b'a: b\nc: \xff', 'f'
        )
        self.assertEqual(('f, line 2: this is not UTF-8.',), exc.lines)
        # Editors on Windows begin a file with a mark.
        document.load(b'\xef\xbb\xbf' + _FILE.encode(), 'f')

    def test_what_is_nested_deeply_is_refused(self) -> None:
        self.assertRaises(
            reading.Malformed, document.load, b'[' * 100_000, 'f'
        )


class DataTest(base.TestCase):
    def test_a_document_survives_as_data(self) -> None:
        found = document.load(_FILE.encode(), 'f')
        data = document.data(found)
        self.assertTrue(document.valid(data))
        self.assertEqual(found, document.document(data))

    def test_data_of_no_document_are_told(self) -> None:
        nothing: tuple[object, ...] = (None, [], {}, {'version': 1})
        for data in nothing:
            self.assertFalse(document.valid(data), data)


class HostileTest(base.TestCase):
    @hostile.examples
    @hypothesis.given(strategies.binary(max_size=40))
    def test_any_bytes_are_refused_or_read(self, content: bytes) -> None:
        try:
            document.load(content, 'f')
        except reading.Malformed as exc:
            self.assertTrue(exc.lines)

    @hostile.examples
    @hypothesis.given(hostile.stored, hostile.stored)
    def test_any_text_in_its_place_is_refused_or_read(
        self, key: str, value: str
    ) -> None:
        content = f'{_ONE}[{{{key}: {value}}}]'.encode()
        try:
            found = document.load(content, 'f')
        except reading.Malformed:
            return
        self.assertEqual('x', found.owner)
