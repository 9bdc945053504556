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

"""Other ways in: entries of clouds.yaml and environments made for one test.

The entries of the cloud's own clouds.yaml are the starting point; nothing
here runs a command.
"""

import copy
import json
import os
import pathlib
import typing
import uuid

import fixtures
import testtools

from tests.live import base

Entry = dict[str, typing.Any]


def _clouds() -> dict[str, Entry]:
    # The cloud writes the part of YAML that is also JSON.
    path = pathlib.Path(os.environ['OS_CLIENT_CONFIG_FILE'])
    return typing.cast(
        'dict[str, Entry]', json.loads(path.read_text())['clouds']
    )


def entry(cloud: str, **auth: str | None) -> Entry:
    """Return a copy of an entry of clouds.yaml.

    :param auth: what is different in its ``auth``; None leaves a setting out.
    """
    found = copy.deepcopy(_clouds()[cloud])
    settings = {**found['auth'], **auth}
    found['auth'] = {k: v for k, v in settings.items() if v is not None}
    return found


def written(test: testtools.TestCase, **more: Entry) -> dict[str, str]:
    """Write a clouds.yaml with more entries and return what leads to it."""
    directory = test.useFixture(fixtures.TempDir()).path
    path = pathlib.Path(directory, 'clouds.yaml')
    path.write_text(json.dumps({'clouds': {**_clouds(), **more}}))
    return {'OS_CLIENT_CONFIG_FILE': str(path)}


def exported(cloud: str) -> dict[str, str]:
    """Return the variables that people without clouds.yaml export."""
    settings = {
        f'OS_{name.upper()}': value
        for name, value in entry(cloud)['auth'].items()
    }
    return {**settings, 'OS_REGION_NAME': 'RegionOne'}


def application_credential(
    test: testtools.TestCase, cloud: str, **more: typing.Any
) -> Entry:
    """Make an application credential and return an entry that uses it.

    :param more: added to the record, for example ``access_rules``.
    """
    own = base.connect(cloud)
    address = f'/users/{own.current_user_id}/application_credentials'
    record = {'name': f'test-{uuid.uuid4().hex}', **more}
    answer = own.identity.post(
        address, json={'application_credential': record}
    )
    if answer.status_code != 201:
        raise AssertionError(answer.text)
    made = answer.json()['application_credential']
    test.addCleanup(own.identity.delete, f'{address}/{made["id"]}')
    found = entry(cloud)
    found['auth_type'] = 'v3applicationcredential'
    found['auth'] = {
        'auth_url': found['auth']['auth_url'],
        'application_credential_id': made['id'],
        'application_credential_secret': made['secret'],
    }
    return found
