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

import hashlib

import fixtures
import testtools

from osc_imageshare.image import hashes


class KnownTest(testtools.TestCase):
    def test_the_best_comes_first(self) -> None:
        table: dict[str | None, dict[str, object]] = {
            None: {},
            'md5:ab': {'checksum': 'AB', 'os_hash_algo': None},
            'sha512:cd': {
                'checksum': 'ab',
                'os_hash_algo': 'SHA512',
                'os_hash_value': 'CD',
            },
        }
        for expected, record in table.items():
            found = hashes.best(hashes.known(record))
            self.assertEqual(expected, found)
            self.assertEqual(
                [expected] if expected else [],
                [f'{a}:{v}' for a, v in hashes.parsed(found).items()],
            )

    def test_what_is_no_hash_is_none(self) -> None:
        for words in None, '', 'sha512', 'sha512:', ':ab', 5:
            self.assertEqual({}, hashes.parsed(words))


class AgreeTest(testtools.TestCase):
    def test_it_says_no_more_than_can_be_known(self) -> None:
        table: list[tuple[dict[str, str], dict[str, str], bool | None]] = [
            ({}, {}, None),
            ({'sha512': 'a'}, {}, None),
            ({'sha512': 'a'}, {'sha512': 'a'}, True),
            ({'sha512': 'a'}, {'sha512': 'b'}, False),
            ({'sha512': 'a'}, {'sha256': 'a'}, None),
            # The better one decides, and any one denies.
            ({'sha512': 'a', 'md5': 'm'}, {'sha512': 'a'}, True),
            ({'sha512': 'a', 'md5': 'm'}, {'sha512': 'a', 'md5': 'n'}, False),
            ({'sha512': 'a', 'md5': 'm'}, {'sha256': 'b', 'md5': 'n'}, False),
            # MD5 alone proves something where there is nothing better.
            ({'sha512': 'a', 'md5': 'm'}, {'sha256': 'b', 'md5': 'm'}, None),
            ({'sha512': 'a', 'md5': 'm'}, {'md5': 'm'}, True),
            ({'md5': 'm'}, {'md5': 'm'}, True),
        ]
        for one, other, expected in table:
            for pair in (one, other), (other, one):
                self.assertIs(expected, hashes.agree(*pair), str(pair))


class DigestsTest(testtools.TestCase):
    def computed(self, *wanted: str) -> dict[str, str]:
        digests = hashes.Digests(dict.fromkeys(wanted, ''))
        for part in b'ab', b'', b'c':
            digests.update(part)
        return dict(digests.found())

    def test_the_hash_to_compare_is_computed_and_nothing_beside_it(
        self,
    ) -> None:
        for wanted, expected in (
            ((), ['sha512']),
            (('sha256',), ['sha256']),
            (('sha3_256', 'md5'), ['sha3_256']),
            (('no-such-hash', 'sha1'), ['sha1']),
            (('no-such-hash',), ['sha512']),
            # MD5 alone does not tell what a copy has to be.
            (('md5',), ['md5', 'sha512']),
        ):
            found = self.computed(*wanted)
            self.assertEqual(
                {
                    name: hashlib.new(name, b'abc').hexdigest()
                    for name in found
                },
                found,
            )
            self.assertEqual(expected, list(found))

    def test_what_this_python_may_not_compute_is_left_out(self) -> None:
        real = hashlib.new

        def approved(name: str) -> object:
            if name == 'md5':
                raise ValueError('disabled for FIPS')
            return real(name)

        self.useFixture(
            fixtures.MonkeyPatch(
                'osc_imageshare.image.hashes.hashlib.new', approved
            )
        )
        self.assertEqual(
            ['sha512'], list(hashes.Digests({'md5': 'x'}).found())
        )
