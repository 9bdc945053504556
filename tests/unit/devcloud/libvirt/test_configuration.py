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

"""What the hosts and their services read."""

import pathlib

import testtools

from devcloud import configuration as ordinary
from devcloud import endpoints
from devcloud.libvirt import configuration
from devcloud.libvirt import hosts


def _files() -> dict[str, str]:
    urls = dict.fromkeys(endpoints.NAMES, 'http://127.0.0.1:1')
    site = configuration.Site(
        ordinary.Site(pathlib.Path('/the/cloud'), pathlib.Path('/data'), urls),
        broker=5672,
        libvirt=16509,
    )
    return configuration.files(site)


class TestFiles(testtools.TestCase):
    def test_hosts_share_nothing_but_the_path_of_the_instances(self) -> None:
        files = _files()
        one, two = (
            {
                name.removeprefix(f'hosts/{host}/'): text
                for name, text in files.items()
                if name.startswith(f'hosts/{host}/')
            }
            for host in hosts.NAMES
        )
        self.assertEqual({*one}, {*two})
        for name in ('nova.conf', 'etc/libvirtd.conf', 'etc/qemu.conf'):
            self.assertNotEqual(one[name], two[name])
        self.assertIn(
            'instances_path = /the/cloud/instances\n', one['nova.conf']
        )
        for text in one.values():
            self.assertNotIn('host-2', text)
            self.assertNotIn('127.0.0.3', text)

    def test_nothing_listens_beyond_loopback(self) -> None:
        for name, text in _files().items():
            for line in text.splitlines():
                option, _, value = line.partition(' = ')
                if option in ('listen_addr', 'migration_address', 'my_ip'):
                    self.assertTrue(
                        value.strip('"').startswith('127.'), f'{name}: {line}'
                    )

    def test_the_ordinary_cloud_stays_as_it_is(self) -> None:
        urls = dict.fromkeys(endpoints.NAMES, 'http://127.0.0.1:1')
        site = ordinary.Site(
            pathlib.Path('/the/cloud'), pathlib.Path('/data'), urls
        )
        before = ordinary.files(site)
        _files()
        self.assertEqual(before, ordinary.files(site))
        self.assertIn('fake.FakeDriver', before['nova/nova.conf'])
