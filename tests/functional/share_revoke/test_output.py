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

"""What status, usage and revoke print, however hostile the names in it.

Nova takes printable server names only; Glance and Cinder take anything, and
other projects choose the names.
"""

import json

from tests.live import base
from tests.live import consumers

HOSTILE = 'red \x1b[31m\x1b]0;owned\x07\r\n| row |\t\u202egnp\u200f\u2028.exe'
# Of those, what Glance can address as a member.
MEMBER = '\x1b[31mred\r\n| row |\t\x7f'
WORDS = '--all; $(reboot) "quoted" \'too\' <b>'


class TestShareOutput(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('bob')

    def shared(self, name: str | None = None) -> str:
        image = self.make_image(visibility='shared', name=name)
        self.add_member(image, self.b)
        return image

    def assertHarmless(self, text: str) -> None:
        for line in text.split('\n'):
            self.assertTrue(line.isprintable(), repr(line))

    def test_no_name_reaches_the_terminal_as_it_is(self) -> None:
        image = self.shared(HOSTILE)
        server = self.make_server('bob', image, name=WORDS)
        volume = self.make_volume('bob', image)
        consumers.rename_volume(self, 'bob', volume, HOSTILE)
        self.add_member(image, MEMBER)
        for form in 'table', 'value', 'csv':
            for verb, code in (
                (('status', image), 0),
                (('usage', image, '--fail-in-use'), 3),
                (('revoke', image, '--all'), 3),
                (('revoke', image, MEMBER), 4),
                (('revoke', image, '--all', '--dry-run', '--force'), 4),
            ):
                with self.subTest(form=form, verb=verb):
                    result = self.openstack(
                        'image share',
                        *verb,
                        '-f',
                        form,
                        cloud='both-a',
                        code=code,
                    )
                    self.assertHarmless(result.stdout)
                    self.assertHarmless(result.stderr)
                    if form != 'table':
                        rows = 1 + (verb[0] != 'revoke' or MEMBER not in verb)
                        rows += verb[0] == 'usage'
                        header = form == 'csv'
                        self.assertEqual(
                            rows + header, len(result.stdout.splitlines())
                        )
        # JSON carries the true strings; it quotes them.
        usage = self.share(
            f'share usage {image} --project project-b',
            cloud='both-a',
        )
        self.assertEqual(
            {server: WORDS, volume: HOSTILE},
            {row['ID']: row['Name'] for row in usage.rows},
        )
        revoke = self.share(
            f'share revoke {image} --all', cloud='both-a', code=3
        )
        self.assertEqual(
            {self.b, MEMBER}, {row['Project ID'] for row in revoke.rows}
        )
        self.assertIn(HOSTILE, str_values(revoke.stdout))
        self.assertEqual({self.b, MEMBER}, set(self.members(image)))

    def test_an_unknown_column_is_refused_before_anything_is_done(
        self,
    ) -> None:
        image = self.shared()
        before = self.state(image)
        for columns in (
            ('-c', 'Projekt ID'),
            ('-c', 'Project ID', '-c', 'project id'),
            ('--sort-column', 'Nothing'),
        ):
            with self.subTest(columns=columns):
                result = self.openstack(
                    f'image share revoke {image} {self.b}',
                    *columns,
                    cloud='both-a',
                    code=2,
                )
                self.assertEqual('', result.stdout)
                self.assertIn('No such column', result.stderr)
                self.assertIn('In Use By', result.stderr)
        self.assertEqual(before, self.state(image))
        self.openstack(
            f'image share revoke {image} {self.b} -c Result -f value',
            cloud='both-a',
        )
        self.assertEqual({}, self.members(image))

    def test_a_real_process_ends_with_the_same_code(self) -> None:
        image = self.shared()
        self.make_server('bob', image)
        for cloud, words, code in (
            ('both-a', ('usage', image), 0),
            ('both-a', ('revoke', image, self.b), 3),
            ('alice', ('revoke', image, self.b), 4),
            ('carol', ('revoke', image, self.b), 1),
            ('alice', ('revoke', image), 2),
        ):
            with self.subTest(words=words, cloud=cloud):
                result = self.program(
                    f'--os-cloud {cloud} image share',
                    *words,
                    code=code,
                )
                self.assertEqual(code in (0, 3, 4), bool(result.stdout))
        self.assertEqual({self.b: 'pending'}, self.members(image))


def str_values(text: str) -> list[str]:
    """Return every string in a JSON document."""

    def strings(value: object) -> list[str]:
        if isinstance(value, str):
            return [value]
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list):
            return [found for item in value for found in strings(item)]
        return []

    return strings(json.loads(text))
