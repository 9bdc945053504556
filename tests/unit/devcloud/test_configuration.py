# Licensed under the Apache License, Version 2.0 (the "License"); you may
# not use this file except in compliance with the License. You may obtain
# a copy of the License at
#
#      http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS, WITHOUT
# WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the
# License for the specific language governing permissions and limitations
# under the License.

"""The texts that services and clients read."""

import configparser
import json
from pathlib import Path
import re
import shlex

import testtools

from devcloud import accounts
from devcloud import configuration
from devcloud import endpoints


def _site(directory: str, port: int = 20000) -> configuration.Site:
    urls = {
        name: f'http://127.0.0.1:{port + number}'
        for number, name in enumerate(endpoints.NAMES)
    }
    return configuration.Site(Path(directory), Path('/data'), urls)


class TestRender(testtools.TestCase):
    def test_values_are_written_as_oslo_config_reads_them(self) -> None:
        text = configuration.render(
            {
                'DEFAULT': {'flag': True, 'number': -1},
                'paths': {'path': Path('/with $dollar and space')},
            }
        )
        self.assertEqual(
            '[DEFAULT]\nflag = true\nnumber = -1\n\n'
            '[paths]\npath = /with $$dollar and space\n',
            text,
        )


class TestFiles(testtools.TestCase):
    def test_nothing_lies_outside_of_the_cloud(self) -> None:
        for name, text in configuration.files(_site('/the/cloud')).items():
            parser = configparser.RawConfigParser()
            parser.read_string(text)
            for section in parser.sections():
                for option, value in parser.items(section):
                    if value.startswith('/'):
                        self.assertTrue(
                            value.startswith(('/the/cloud/', '/data/')),
                            f'{name} [{section}] {option}: {value}',
                        )

    def test_clouds_that_differ_share_no_address(self) -> None:
        ours = configuration.files(_site('/a', 20000))
        theirs = configuration.files(_site('/a', 30000))
        for name, text in ours.items():
            # A port of five digits, in an address or in a list.
            self.assertNotRegex(text, r'\b3000\d\b')
            self.assertEqual(
                re.sub(r'\b2000(\d)\b', r'3000\1', text), theirs[name]
            )


class TestCredentials(testtools.TestCase):
    def test_clouds_yaml_lists_everyone_with_both_regions(self) -> None:
        text = accounts.clouds_yaml('http://127.0.0.1:1/v3')
        clouds = json.loads(text)['clouds']
        self.assertEqual(
            {
                'admin': ('admin', 'admin'),
                'alice': ('alice', 'project-a'),
                'bob': ('bob', 'project-b'),
                'carol': ('carol', 'project-c'),
                'both-a': ('both', 'project-a'),
                'both-b': ('both', 'project-b'),
                'reader': ('reader', 'project-b'),
            },
            {
                name: (
                    cloud['auth']['username'],
                    cloud['auth']['project_name'],
                )
                for name, cloud in clouds.items()
            },
        )
        for cloud in clouds.values():
            self.assertEqual(['RegionOne', 'RegionTwo'], cloud['regions'])

    def test_an_openrc_is_shell(self) -> None:
        account = accounts.Account('x', "o'neill", 'a project', 'member')
        text = accounts.openrc(account, 'http://127.0.0.1:1/v3')
        exports = [
            shlex.split(line)[1]
            for line in text.splitlines()
            if line.startswith('export ')
        ]
        self.assertIn("OS_USERNAME=o'neill", exports)
        self.assertIn('OS_PROJECT_NAME=a project', exports)
        self.assertIn('OS_REGION_NAME=RegionOne', exports)
