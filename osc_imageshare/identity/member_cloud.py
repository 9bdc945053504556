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

"""Another entry of clouds.yaml, for the project that an image is shared with.

This module refuses an entry of another cloud, or with other images than the
caller's, before anybody uses its token.
"""

from __future__ import annotations

import dataclasses
import os
import typing

from osc_imageshare.api import rest
from osc_imageshare.api import urls
from osc_imageshare import errors
from osc_imageshare.identity import authentication
from osc_imageshare.identity import catalog
from osc_imageshare.identity import clouds_yaml
from osc_imageshare.identity import scopes

if typing.TYPE_CHECKING:
    from keystoneauth1 import session as ksa_session

#: Variables that say where services are, not who the user is.
_HARMLESS = frozenset(
    {
        'OS_CACERT',
        'OS_CLIENT_CONFIG_FILE',
        'OS_CLIENT_SECURE_FILE',
        'OS_CLOUD',
        'OS_INTERFACE',
        'OS_REGION_NAME',
    }
)


def open_(own: scopes.Scope, name: str) -> scopes.Scope:
    """Return the scope of a clouds.yaml entry, for the caller's images.

    The entry says how to reach the other services; if it leads to no address,
    the caller's configuration does.

    :raises errors.ImageShareError: when the entry does not exist, gives no
        token, or leads to another Keystone or another image service.
    """
    entry = clouds_yaml.load(name, own.region)
    session = as_limited(own, entry)
    trusting(own, entry)
    auth: typing.Any = session.auth
    callers: typing.Any = own.auth
    here, there = str(callers.auth_url), str(auth.auth_url)
    if urls.root(here) != urls.root(there):
        raise errors.ImageShareError(
            f'Cloud {name!r} (--member-cloud) uses a different identity '
            f'service ({urls.shown(there)}) from the current one '
            f'({urls.shown(here)}), so its project cannot be a member '
            'here.',
            advice=(
                'If both addresses lead to the same cloud, give both entries '
                'the same auth_url.',
            ),
        )
    auth = speaking_v3(session, scopes.identity_url(own.session, own.auth))
    label = f'member cloud {name}'
    program = alone(name)
    access = authentication.authenticate(
        session, auth, own.traffic, label, program
    )
    theirs = authentication.settings_of(entry.config, str(access.project_id))
    scope = dataclasses.replace(
        own,
        label=label,
        # The entry may have another region.
        program=(*program, *own.region_option),
        session=session,
        auth=auth,
        access=access,
        settings={
            kind: _member_settings(own.settings[kind], theirs[kind], entry)
            for kind in catalog.TYPES
        },
        cloud=name,
    )
    _check_images(own, scope, name)
    return scope


def as_limited(
    own: scopes.Scope, entry: clouds_yaml.Entry
) -> ksa_session.Session:
    """Return the session of an entry, with the caller's limits and timings."""
    session = entry.session
    session.timeout = session.timeout or own.session.timeout or rest.TIMEOUT
    _share_timings(own.session, session)
    return session


def trusting(own: scopes.Scope, entry: clouds_yaml.Entry) -> None:
    """Let an entry for the caller's cloud trust whom the caller trusts.

    Where it says nothing about certificates, what --os-cacert and --insecure
    say of that cloud holds as well.
    """
    session = entry.session
    if session.verify is True and not entry.says('verify', 'insecure'):
        session.verify = own.session.verify


def speaking_v3(session: ksa_session.Session, url: str) -> typing.Any:
    """Return the session's plugin, which then asks for no versions.

    There is but v3, so nobody has to be asked; and keystoneauth waits for
    itself for ever when that question is answered with 401.

    :param url: the v3 address of the identity service.
    """
    from keystoneauth1.identity.generic import base as generic

    auth: typing.Any = session.auth
    if isinstance(auth, generic.BaseGenericPlugin):
        auth = auth.create_plugin(session, (3, 0), url) or auth
        session.auth = auth
    return auth


def in_region(own: scopes.Scope, scope: scopes.Scope) -> scopes.Scope:
    """Return a member cloud for the images that the caller has elsewhere.

    :param own: the caller's scope in that region.
    :param scope: the member cloud in the caller's usual region.
    :raises errors.ImageShareError: when it has another image service there.
    """
    # An address that is given by hand is for the usual region.
    theirs = dataclasses.replace(scope.settings[catalog.IMAGE], override=None)
    moved = dataclasses.replace(
        scope,
        region=own.region,
        image_url=own.image_url,
        settings={**scope.settings, catalog.IMAGE: theirs},
    )
    _check_images(own, moved, str(scope.cloud))
    return moved


def _member_settings(
    own: catalog.Settings, theirs: catalog.Settings, entry: clouds_yaml.Entry
) -> catalog.Settings:
    """Return how to reach a member's service: first as its entry says.

    An entry without interfaces is for the same network as the caller's
    configuration, whose interfaces come first then.
    """
    first, then = theirs.interfaces, own.interfaces
    if not entry.says('interface', 'endpoint_type'):
        first, then = then, first
    return dataclasses.replace(
        theirs, interfaces=tuple(dict.fromkeys((*first, *then)))
    )


def _check_images(own: scopes.Scope, scope: scopes.Scope, cloud: str) -> None:
    """Refuse a member cloud whose images are not those of the caller."""
    ours, theirs = own.settings[catalog.IMAGE], scope.settings[catalog.IMAGE]
    there = catalog.configured_url(
        scope.services,
        catalog.IMAGE,
        dataclasses.replace(
            theirs,
            interfaces=ours.interfaces,
            region=own.region or None,
            name=theirs.name or ours.name,
        ),
    )
    if there is None or urls.root(there) not in own.image_roots:
        raise errors.ImageShareError(
            f'Cloud {cloud!r} (--member-cloud) uses a different image service '
            f'in region {own.region!r} '
            f'({urls.shown(there) if there else "none"}) from the current '
            f'one ({urls.shown(urls.unversioned(own.image_url))}).',
        )


def _share_timings(
    own: ksa_session.Session, another: ksa_session.Session
) -> None:
    """Let the client's ``--timing`` list another session's requests too.

    The client prints what its own session has collected, and keystoneauth has
    no public way for two sessions to collect into one list.
    """
    for name in ('_collect_timing', '_api_times'):
        if hasattr(own, name):
            setattr(another, name, getattr(own, name))


def alone(cloud: str) -> tuple[str, ...]:
    """Return how to start the client as *cloud* and as nothing else.

    New clients merge exported variables (``OS_USERNAME``, ``OS_PROJECT_NAME``
    ...) into the entry that ``--os-cloud`` names.
    """
    merged = [
        name
        for name in sorted(os.environ)
        if name.startswith('OS_') and name not in _HARMLESS
    ]
    start = ['env', *(w for name in merged for w in ('-u', name))]
    return (*(start if merged else ()), 'openstack', f'--os-cloud={cloud}')
