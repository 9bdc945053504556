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

"""How the address of a service is built, and which addresses it shares.

This module knows quoting, hosts and ports, and nothing about requests.
"""

import re
from urllib import parse

_USUAL_PORT = {'http': 80, 'https': 443}

#: A segment that names a version of an API; "v2-east" names a place.
_VERSION = re.compile(r'v(\d+)(?:\.(\d+))?', re.ASCII)

#: A user and a password before a host.
_USER = re.compile(r'//[^/?#\s]*@')

#: Stands in an address for the ID of the project that asks.
PROJECT = '%(project_id)s'


def segment(value: str) -> str:
    """Return *value* quoted as exactly one segment of a URL's path.

    :raises ValueError: for ``.``, ``..`` and an empty value. HTTP clients
        and proxies resolve dots whatever their quoting (a DELETE of the
        member ``..`` becomes a DELETE of the image), and an empty segment
        disappears.
    """
    if value in ('', '.', '..'):
        raise ValueError(f'not addressable: {value!r}')
    return parse.quote(value, safe='')


def onward(asked: str, named: str) -> str | None:
    """Return the address that a redirect names, if it is the same service's.

    Host and port tell services apart. A redirect from HTTP to HTTPS counts as
    the same service; one back to HTTP does not, because it would send the
    token in the clear.
    """
    here = parse.urlsplit(asked)
    there = parse.urlsplit(named)
    places = [(here.scheme, here.netloc)]
    if here.scheme == 'http':
        places.append(('https', here.netloc.removesuffix(':80')))
    for place in places:
        if _origin(*place) == _origin(there.scheme, there.netloc):
            # Only the path and the query are taken over: clients do not agree
            # on which host "http://one\@two/" names.
            return parse.urlunsplit((*place, there.path, there.query, ''))
    return None


def unversioned(url: str) -> str:
    """Return *url* without version, project, query and trailing slash.

    A string that is no address comes back as it is: a request there fails.
    """
    try:
        parts = parse.urlsplit(url)
    except ValueError:
        return url
    path, _ = _parted(parts.path)
    return parse.urlunsplit((parts.scheme, parts.netloc, path, '', ''))


def version(url: str) -> tuple[int, int] | None:
    """Return the version of an API that an address names; None if it does not.

    >>> version('https://cloud/compute/v2.1/%(project_id)s')
    (2, 1)
    """
    return _parted(path(url))[1]


def _parted(path: str) -> tuple[str, tuple[int, int] | None]:
    """Return a path without project and version, and that version."""
    path = path.rstrip('/').removesuffix(PROJECT)
    # Swift's way to name a project, which some clouds use elsewhere too.
    path = path.removesuffix('/AUTH_').rstrip('/')
    head, _, last = path.rpartition('/')
    named = _VERSION.fullmatch(last)
    if named is None:
        return path, None
    return head, (int(named[1]), int(named[2] or 0))


def path(url: str) -> str:
    """Return the path of an address, or a string that is no address."""
    try:
        return parse.urlsplit(url).path
    except ValueError:
        return url


def templated(url: str, project_id: str) -> str:
    """Return a project's address as one for every project."""
    try:
        parts = parse.urlsplit(url)
    except ValueError:
        return url
    path = parts.path.replace(project_id, PROJECT)
    return parse.urlunsplit(parts._replace(path=path))


def root(url: str) -> str:
    """Return what the addresses of one service have in common.

    Versions, the spelling of the host and credentials before the host do not
    tell services apart.

    >>> root('HTTP://me:secret@Cloud:5000/v3/')
    'http://cloud:5000'
    """
    try:
        parts = parse.urlsplit(unversioned(url))
        scheme, host, port = _origin(parts.scheme, parts.netloc)
    except ValueError:
        return url
    if host is not None and ':' in host:
        host = f'[{host}]'
    if port is not None and port != _USUAL_PORT.get(scheme):
        host = f'{host}:{port}'
    return f'{scheme}://{host or ""}{parts.path}'


def shown(words: str) -> str:
    """Return an address, or a sentence with some, as it may be printed.

    >>> shown('no answer from http://me:secret@cloud:5000/v3')
    'no answer from http://cloud:5000/v3'
    """
    return _USER.sub('//', words)


def _origin(scheme: str, netloc: str) -> tuple[str, str | None, int | None]:
    parts = parse.urlsplit(f'//{netloc}')
    return scheme, parts.hostname, parts.port or _USUAL_PORT.get(scheme)
