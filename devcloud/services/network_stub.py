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

"""Stands in for Neutron, which the cloud has not.

Knows the few GET requests that Nova makes although no server has a port: it
looks for ports when it shows, stops or deletes a server. Everything else is
answered with the 404 that Neutron has for what does not exist.
"""

from collections.abc import Callable, Iterable
import json
import sys
from typing import Any

_COLLECTIONS = {
    'extensions': 'extensions',
    'floatingips': 'floatingips',
    'networks': 'networks',
    'ports': 'ports',
    'security-groups': 'security_groups',
    'subnets': 'subnets',
}


def answer(method: str, path: str, own_url: str) -> tuple[str, object]:
    """The status line and the body for a request."""
    parts = path.strip('/').removesuffix('.json').split('/')
    if method == 'GET':
        if parts == ['']:
            link = {'rel': 'self', 'href': f'{own_url}/v2.0/'}
            version = {'id': 'v2.0', 'status': 'CURRENT', 'links': [link]}
            return '200 OK', {'versions': [version]}
        if parts == ['v2.0']:
            return '200 OK', {'resources': []}
        if parts[-1] in _COLLECTIONS:
            return '200 OK', {_COLLECTIONS[parts[-1]]: []}
    kinds = {'networks': 'NetworkNotFound', 'ports': 'PortNotFound'}
    # Neutron's client turns the type into the exception that Nova expects.
    kind = kinds.get(parts[-2], 'NotFound') if len(parts) > 1 else 'NotFound'
    error = {'type': kind, 'message': 'there is no Neutron', 'detail': ''}
    return '404 Not Found', {'NeutronError': error}


def application(name: str, etc: str) -> Callable[..., Iterable[bytes]]:
    def respond(
        environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        method, path = environ['REQUEST_METHOD'], environ['PATH_INFO']
        status, body = answer(method, path, f'http://{environ["HTTP_HOST"]}')
        print(
            method,
            path,
            environ['QUERY_STRING'],
            status,
            file=sys.stderr,
            flush=True,
        )
        data = json.dumps(body).encode()
        headers = [
            ('Content-Type', 'application/json'),
            ('Content-Length', str(len(data))),
        ]
        start_response(status, headers)
        return [data]

    return respond
