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

"""What the answers of all services have in common.

Errors and links have several shapes in OpenStack; this module turns them into
words and addresses.
"""

import json
import re
import typing


def untrusted(exc: Exception) -> tuple[str, ...]:
    """Return what to do about a certificate, if the certificate failed."""
    from keystoneauth1.exceptions import connection

    if not isinstance(exc, connection.SSLError):
        return ()
    return (
        'Its certificate is not signed by a trusted authority. Use '
        '--os-cacert, or cacert in clouds.yaml, to name the authority.',
    )


def next_link(answer: dict[str, typing.Any], key: str) -> str | None:
    """Return the address of the next page, in the form of any service.

    :raises AttributeError, TypeError: for links of no known form.

    Glance and Magnum: ``next``. Keystone: ``links``, an object. Nova and
    Cinder: ``servers_links``,
    ``volumes_links``, a list of objects with ``rel`` and ``href``.
    """
    link = answer.get('next')
    if isinstance(link, str) and link:
        return link
    links = answer.get('links')
    if isinstance(links, dict) and links.get('next'):
        return str(links['next'])
    for candidate in answer.get(f'{key}_links') or ():
        if candidate.get('rel') == 'next':
            return str(candidate['href'])
    return None


def reason(body: str) -> str:
    """Return a service's own words for an error, on one line, shortened.

    Nova, Cinder and Keystone wrap them in JSON (``{"itemNotFound":
    {"message": ...}}``), Glance in HTML, or in HTML within JSON.
    """
    words = body
    try:
        found = json.loads(body)
    except ValueError:
        pass
    else:
        while isinstance(found, dict) and found:
            found = found.get('message', next(iter(found.values())))
        words = str(found)
    words = re.sub(r'<title>.*?</title>|<[^>]*>', ' ', words, flags=re.S)
    words = ' '.join(words.split())
    return words[:300] or 'no reason given'
