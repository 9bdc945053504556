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

"""What is in the cloud before anyone uses it, made through the public APIs.

Knows Keystone's and Nova's requests for projects, users, the catalog and
flavors; does not know how the services are run.
"""

import json
from typing import Any
import urllib.error
import urllib.request

from devcloud import accounts
from devcloud import endpoints
from devcloud.errors import CloudError

# name, memory in MiB; all have one CPU and a disk of 1 GiB.
FLAVORS = (('m1.nano', 64), ('m1.micro', 128))


class Api:
    """Requests with an administrator's token."""

    def __init__(self, urls: endpoints.Urls) -> None:
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({})
        )
        self._keystone = endpoints.auth_url(urls)
        self._headers = {'Content-Type': 'application/json'}
        admin = accounts.ADMIN
        domain = {'id': 'default'}
        user = {
            'name': admin.user,
            'domain': domain,
            'password': accounts.PASSWORD,
        }
        _, headers = self._send(
            'POST',
            self._keystone + '/auth/tokens',
            {
                'auth': {
                    'identity': {
                        'methods': ['password'],
                        'password': {'user': user},
                    },
                    'scope': {
                        'project': {'name': admin.project, 'domain': domain}
                    },
                }
            },
        )
        self._headers['X-Auth-Token'] = headers['X-Subject-Token']

    def request(self, method: str, url: str, body: Any = None) -> Any:
        """The decoded answer; a URL without a host is one of Keystone's.

        :raises CloudError: if the service refuses
        """
        if url.startswith('/'):
            url = self._keystone + url
        return self._send(method, url, body)[0]

    def create(self, collection: str, kind: str, **attributes: Any) -> str:
        """Make a resource and return its ID."""
        body = {kind: attributes}
        answer = self.request('POST', collection, body)
        return str(answer[kind]['id'])

    def _send(self, method: str, url: str, body: Any) -> tuple[Any, Any]:
        request = urllib.request.Request(
            url,
            method=method,
            headers=self._headers,
            data=None if body is None else json.dumps(body).encode(),
        )
        try:
            with self._opener.open(request, timeout=120) as answer:
                data = answer.read()
                return json.loads(data) if data else None, answer.headers
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors='replace')
            raise CloudError(f'{method} {url}: {error.code} {text}') from error
        except OSError as error:
            raise CloudError(f'{method} {url}: {error}') from error


def fill_keystone(urls: endpoints.Urls) -> None:
    """Make regions, catalog, projects and users beside the bootstrap's."""
    api = Api(urls)
    _fill_catalog(api, urls)
    roles = {
        role['name']: role['id']
        for role in api.request('GET', '/roles')['roles']
    }
    projects = {
        name: api.create('/projects', 'project', name=name)
        for name in sorted(
            {account.project for account in accounts.MEMBERS}
            | {accounts.SERVICE_PROJECT}
        )
    }
    users: dict[str, str] = {}
    service_grants = [
        (user, accounts.SERVICE_PROJECT, role)
        for user in accounts.SERVICE_USERS
        # admin for what the services do by themselves, service for the
        # second token they send along with a user's.
        for role in ('admin', 'service')
    ]
    member_grants = [
        (account.user, account.project, account.role)
        for account in accounts.MEMBERS
    ]
    for user, project, role in service_grants + member_grants:
        if user not in users:
            users[user] = api.create(
                '/users', 'user', name=user, password=accounts.PASSWORD
            )
        api.request(
            'PUT',
            f'/projects/{projects[project]}/users/{users[user]}'
            f'/roles/{roles[role]}',
        )


def _fill_catalog(api: Api, urls: endpoints.Urls) -> None:
    for region in accounts.REGIONS[1:]:
        api.request('POST', '/regions', {'region': {'id': region}})
    services = {
        service['type']: service['id']
        for service in api.request('GET', '/services')['services']
    }
    for entry in endpoints.CATALOG:
        if entry.type not in services:
            services[entry.type] = api.create(
                '/services', 'service', name=entry.service, type=entry.type
            )
        elif entry.region == accounts.REGIONS[0]:
            # The bootstrap has made the first region's identity.
            continue
        for interface in ('public', 'internal'):
            api.create(
                '/endpoints',
                'endpoint',
                service_id=services[entry.type],
                region_id=entry.region,
                interface=interface,
                url=entry.url(urls),
            )


def make_flavors(urls: endpoints.Urls) -> None:
    api = Api(urls)
    collection = urls['nova'] + '/v2.1/flavors'
    known = {
        flavor['name'] for flavor in api.request('GET', collection)['flavors']
    }
    for name, ram in FLAVORS:
        if name not in known:
            api.create(
                collection, 'flavor', name=name, ram=ram, vcpus=1, disk=1
            )
