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

"""Another entry of clouds.yaml, for a project that an image is copied into.

It may be of any cloud: nothing of the caller's goes there, and nothing that
is said of the caller's cloud (certificates, regions, addresses) is taken to
hold for it, unless its identity service is the same.
"""

from __future__ import annotations

from osc_imageshare.api import traffic as traffic_
from osc_imageshare.api import urls
from osc_imageshare.identity import authentication
from osc_imageshare.identity import clouds_yaml
from osc_imageshare.identity import member_cloud
from osc_imageshare.identity import scopes

OPTION = '--to-cloud'


def same_cloud(one: scopes.Scope, other: scopes.Scope) -> bool:
    """Tell whether two scopes have their tokens from one identity service."""
    return _root(one.auth) == _root(other.auth)


def _root(auth: object) -> str:
    return urls.root(str(getattr(auth, 'auth_url', '')))


def open_(
    own: scopes.Scope, name: str, region: str | None = None
) -> scopes.Scope:
    """Return the scope of a clouds.yaml entry, in a region of its own.

    :param region: None for the one that the entry says.
    :raises errors.ImageShareError: when the entry does not exist, gives no
        token for a project, or that region has no image service.
    """
    entry = clouds_yaml.load(name, region, OPTION)
    session = member_cloud.as_limited(own, entry)
    same = _root(session.auth) == _root(own.auth)
    if same:
        member_cloud.trusting(own, entry)
        url = scopes.identity_url(own.session, own.auth)
    else:
        there = str(getattr(session.auth, 'auth_url', ''))
        url = f'{urls.unversioned(there)}/v3'
    auth = member_cloud.speaking_v3(session, url)
    return authentication.configured(
        entry.config,
        session,
        auth,
        # What one cloud is asked to be spared, another need not be.
        own.traffic if same else traffic_.Traffic(),
        f'cloud {name}',
        member_cloud.alone(name),
        region,
        name,
    )
