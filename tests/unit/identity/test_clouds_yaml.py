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

import json
import os
import typing

import fixtures

from osc_imageshare import errors
from osc_imageshare.identity import clouds_yaml
from tests.unit import base

_AUTH = {
    'auth_url': 'http://127.0.0.1:1/v3',
    'username': 'bob',
    'password': 'a-secret',
    'project_id': 'b' * 32,
    'user_domain_id': 'default',
}


class LoadTest(base.TestCase):
    def entry(self, **more: typing.Any) -> clouds_yaml.Entry:
        self.clouds_yaml(theirs={'auth': _AUTH, **more})
        return clouds_yaml.load('theirs', 'One')

    def test_what_it_says_itself_is_told_from_defaults(self) -> None:
        found = self.entry(compute_interface='internal')
        self.assertEqual('internal', found.config.get_interface('compute'))
        self.assertEqual('public', found.config.get_interface('image'))
        self.assertTrue(found.says('interface'))
        self.assertFalse(found.says('verify', 'insecure'))
        self.assertFalse(self.entry().says('interface'))

    def test_what_nobody_can_log_in_with_is_named(self) -> None:
        no_password = {k: v for k, v in _AUTH.items() if k != 'password'}
        table: dict[str, tuple[object, str]] = {
            # what the file has, and what is said of it
            'nothing': (None, 'no "key: value" lines'),
            'a list': (['auth'], 'no "key: value" lines'),
            'text': ('auth', 'no "key: value" lines'),
            'no regions': (
                {'auth': _AUTH, 'regions': None},
                '"regions" is not a list',
            ),
            'regions of another shape': (
                {'auth': _AUTH, 'regions': 'One'},
                '"regions" is not a list',
            ),
            # As Horizon offers it for download.
            'no password': ({'auth': no_password}, 'has no password'),
            'no auth': ({'region_name': 'One'}, ''),
            'auth of another shape': ({'auth': ['password']}, ''),
            'no tokens': (
                {'auth_type': 'none', 'endpoint': 'http://127.0.0.1:1'},
                "auth_type 'none' obtains no token",
            ),
            'an interface of another shape': (
                {'auth': _AUTH, 'interface': {'a': 'b'}},
                'interface',
            ),
            'no such type': ({'auth_type': 'magic', 'auth': _AUTH}, 'magic'),
        }
        for about, (entry, told) in table.items():
            path = self.clouds_yaml(theirs=typing.cast(typing.Any, entry))
            error = self.assertRaises(
                errors.ImageShareError, clouds_yaml.load, 'theirs', 'One'
            )
            first = error.lines[0]
            self.assertIn("cloud 'theirs' (--member-cloud)", first, about)
            self.assertIn(path, first, about)
            self.assertIn(told, first, about)
            self.assertNotIn('a-secret', str(error), about)

    def test_an_entry_that_does_not_exist_is_named(self) -> None:
        self.clouds_yaml(ours={'auth': _AUTH})
        error = self.assertRaises(
            errors.ImageShareError, clouds_yaml.load, 'theirs', 'One'
        )
        self.assertIn("'theirs'", error.lines[0])

    def test_a_file_that_is_none_is_named(self) -> None:
        directory = self.useFixture(fixtures.TempDir()).path
        path = os.path.join(directory, 'clouds.yaml')
        self.useFixture(
            fixtures.EnvironmentVariable('OS_CLIENT_CONFIG_FILE', path)
        )
        for text in '[', json.dumps([1]), json.dumps({'clouds': [1]}):
            with open(path, 'w', encoding='utf-8') as written:
                written.write(text)
            self.assertRaises(
                errors.ImageShareError, clouds_yaml.load, 'theirs', 'One'
            )
