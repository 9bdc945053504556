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

"""How the client was started, for the commands that are printed.

A printed command repeats options, because the environment holds for the next
command anyway. It never repeats a secret: a user who typed a password or a
token has to type it again.
"""

from __future__ import annotations

import os
import typing
from urllib import parse

if typing.TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

#: Options with the identity and the place, never with a secret. Those of a
#: project have an older name in the environment.
_OPTIONS = (
    'cloud',
    'auth-type',
    'auth-url',
    'username',
    'user-id',
    'user-domain-name',
    'user-domain-id',
    'project-name',
    'project-id',
    'project-domain-name',
    'project-domain-id',
    'default-domain',
    'application-credential-id',
    'application-credential-name',
    'trust-id',
    'region-name',
    'interface',
    'cacert',
    'cert',
    'key',
)

#: The client's own defaults, without an option or a variable.
_DEFAULTS = {'default-domain': 'default'}


def repeated(
    options: argparse.Namespace, environ: Mapping[str, str] = os.environ
) -> tuple[str, ...]:
    """Return the words to start the client with."""
    words = ['openstack']
    for name in _OPTIONS:
        value = getattr(options, name.replace('-', '_'), None)
        if value and value not in _said(name, environ):
            words.append(f'--os-{name}={_harmless(name, str(value))}')
    if getattr(options, 'insecure', None):
        words.append('--insecure')
    return tuple(words)


def _said(name: str, environ: Mapping[str, str]) -> tuple[str | None, ...]:
    """Return the values of an option that is not on the command line."""
    variable = f'OS_{name.upper().replace("-", "_")}'
    older = variable.replace('OS_PROJECT', 'OS_TENANT')
    found = environ.get(variable) or environ.get(older)
    return (found, _DEFAULTS.get(name) if found is None else None)


def _harmless(name: str, value: str) -> str:
    """Return a value without the password that an address may contain."""
    if name != 'auth-url':
        return value
    parts = parse.urlsplit(value)
    return parts._replace(netloc=parts.netloc.rpartition('@')[2]).geturl()
