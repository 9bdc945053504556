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

"""What of the caller's environment the services get to see."""

import testtools

from devcloud import environment
from devcloud import instance


class TestSanitised(testtools.TestCase):
    def test_what_is_the_callers_alone_is_left_out(self) -> None:
        for name in (
            'OS_CLOUD',
            'OS_AUTH_URL',
            'PYTHONPATH',
            'PYTHONHOME',
            'PIP_CONSTRAINT',
            'PIP_TARGET',
            'VIRTUAL_ENV',
        ):
            self.assertEqual({}, environment.sanitised({name: 'x'}), name)

    def test_what_is_the_machines_stays(self) -> None:
        kept = {'PATH': '/bin', 'PIP_INDEX_URL': 'x', 'https_proxy': 'y'}
        self.assertEqual(kept, environment.sanitised(kept))


class TestClientEnviron(testtools.TestCase):
    def test_a_client_knows_this_cloud_and_no_other(self) -> None:
        cloud = instance.Instance('some')
        environ = cloud.environ({'OS_CLOUD': 'prod', 'HOME': '/h'})
        self.assertEqual(
            {
                'HOME': '/h',
                'OS_CLIENT_CONFIG_FILE': str(cloud.clouds_yaml),
                'OSC_IMAGESHARE_CLOUD': str(cloud.directory),
                'no_proxy': '127.0.0.1',
                'NO_PROXY': '127.0.0.1',
            },
            environ,
        )

    def test_a_proxy_is_not_asked_for_the_loopback(self) -> None:
        environ = instance.Instance('some').environ({'NO_PROXY': 'intra'})
        self.assertEqual('intra,127.0.0.1', environ['no_proxy'])
        self.assertEqual('intra,127.0.0.1', environ['NO_PROXY'])
