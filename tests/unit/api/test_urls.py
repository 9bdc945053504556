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

from osc_imageshare.api import urls
from tests.unit import base

_PROJECT = urls.PROJECT


class RootTest(base.TestCase):
    def test_addresses_of_the_same_service_become_the_same(self) -> None:
        table = {
            'http://cloud:5000': 'http://cloud:5000',
            'http://cloud:5000/': 'http://cloud:5000',
            'http://cloud:5000/v3': 'http://cloud:5000',
            'HTTP://Cloud:5000/v3/': 'http://cloud:5000',
            'https://cloud/identity/v2.0': 'https://cloud/identity',
            'https://cloud/image/v2//': 'https://cloud/image',
            'https://cloud/image?x=1#y': 'https://cloud/image',
            f'http://cloud:8776/v3/{_PROJECT}': 'http://cloud:8776',
            f'http://cloud:8776/v3/{_PROJECT}/': 'http://cloud:8776',
            f'https://cloud/image/{_PROJECT}': 'https://cloud/image',
            f'https://cloud/v1/AUTH_{_PROJECT}': 'https://cloud',
            # No versions:
            'https://cloud/volumes': 'https://cloud/volumes',
            'https://cloud/v': 'https://cloud/v',
            'https://cloud/vnext': 'https://cloud/vnext',
            'https://cloud/v3/project': 'https://cloud/v3/project',
            'https://v3.cloud': 'https://v3.cloud',
            # A path may tell services apart by case.
            'https://cloud/Image/v2': 'https://cloud/Image',
            # The usual port may be left out.
            'https://cloud:443/image': 'https://cloud/image',
            'http://cloud:80': 'http://cloud',
            'http://cloud:443': 'http://cloud:443',
            'https://[::1]:443/': 'https://[::1]',
            'https://[::1]:9292/': 'https://[::1]:9292',
            # No version, but one of several services.
            'https://cloud/compute/v2-east': 'https://cloud/compute/v2-east',
            'https://cloud/v1east/v2.1': 'https://cloud/v1east',
            # Who asks is no part of where.
            'https://Me:Pass@cloud/v3': 'https://cloud',
            # No address at all.
            'http://[': 'http://[',
        }
        self.assertEqual(table, {url: urls.root(url) for url in table})

    def test_an_address_without_version_is_spelled_as_it_was(self) -> None:
        table = {
            'https://Me:Pass@Cloud:5000/v3/': 'https://Me:Pass@Cloud:5000',
            f'http://cloud/image/v2/{_PROJECT}': 'http://cloud/image',
        }
        self.assertEqual(table, {url: urls.unversioned(url) for url in table})

    def test_an_address_names_a_version_or_none(self) -> None:
        table = {
            'https://cloud/compute/v2.1': (2, 1),
            'https://cloud/compute/v2.1/': (2, 1),
            'https://cloud/v3?x=1#y': (3, 0),
            # Compared as numbers.
            'https://cloud/v10': (10, 0),
            f'http://cloud:8776/v3/{_PROJECT}': (3, 0),
            f'http://cloud:8776/v3/{_PROJECT}/': (3, 0),
            f'https://cloud/v1/AUTH_{_PROJECT}': (1, 0),
            # No versions:
            'https://cloud': None,
            'https://v3.cloud': None,
            'https://cloud/compute/v2-east': None,
            'https://cloud/compute/2.1': None,
            'https://cloud/vlatest': None,
            'https://cloud/v3/project': None,
            'http://[/v3/project': None,
        }
        self.assertEqual(table, {url: urls.version(url) for url in table})
        # What names none is an address without version already.
        for url, version in table.items():
            if version is None:
                self.assertEqual(url, urls.unversioned(url))

    def test_a_password_is_not_shown(self) -> None:
        table = {
            'https://me:pass@Cloud:5000/v3': 'https://Cloud:5000/v3',
            'https://me@cloud': 'https://cloud',
            'https://cloud/v3?a=@b': 'https://cloud/v3?a=@b',
            'nothing at http://me:p@ss@[::1]:9/v3: closed': (
                'nothing at http://[::1]:9/v3: closed'
            ),
            # No address at all.
            'http://[bad': 'http://[bad',
        }
        self.assertEqual(table, {url: urls.shown(url) for url in table})
