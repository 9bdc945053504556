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

"""The projects of a domain.

Source: Keystone's v3 API, ``GET /v3/projects?domain_id=``, which ordinary
users may not ask.
"""

from __future__ import annotations

import typing

from osc_imageshare import errors
from osc_imageshare.identity import caller
from osc_imageshare.identity import lookups
from osc_imageshare.identity import projects

if typing.TYPE_CHECKING:
    from collections.abc import Collection


def enabled(
    scopes: caller.Caller, domain: str
) -> Collection[projects.Project]:
    """Return every enabled project of a domain, by name.

    :param domain: name or ID.
    :raises errors.Refused: when they cannot be listed, or there is none: a
        domain that was misspelt looks the same.
    :raises errors.ServiceError: when the identity service fails.
    """
    domain_id = lookups.LookUps(scopes, domain).domain_id
    try:
        records = list(
            scopes.own.identity().pages(
                'projects',
                key='projects',
                params=[('domain_id', str(domain_id)), ('enabled', 'true')],
            )
        )
    except errors.ServiceError as exc:
        if exc.status not in caller.REFUSALS:
            raise
        raise errors.Refused(
            f'The projects of domain {domain!r} cannot be listed: the '
            'identity service does not let this user.'
        ) from exc
    found = [
        projects.Project(str(record['id']), str(record.get('name') or ''))
        for record in records
        # A Keystone that drops a filter answers with more than was asked.
        if record.get('domain_id') == domain_id
        and record.get('enabled') is not False
    ]
    if not found:
        raise errors.Refused(f'Domain {domain!r} has no project.')
    return sorted(found, key=lambda one: (str(one.name), one.id))
