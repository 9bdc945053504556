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

"""The one place that opens scopes.

Knows how to obtain a token for the caller's project, for another project of
the same user (rescoping), and for another entry of clouds.yaml, and makes
sure that the project is the one that was meant before anybody uses the scope.
It does not know what scopes are used for.

Source: Keystone's v3 API, ``POST /v3/auth/tokens`` (method ``token``).
"""

from __future__ import annotations

import dataclasses
import os
import typing

from osc_imageshare import answers
from osc_imageshare import errors
from osc_imageshare import rest
from osc_imageshare import scope as scope_
from osc_imageshare import text

if typing.TYPE_CHECKING:
    from keystoneauth1 import access as ksa_access
    from keystoneauth1 import plugin
    from keystoneauth1 import session as ksa_session
    from openstack.config import cloud_region
    from openstack import connection as sdk_connection

#: Variables that say where things are, not who is asking.
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


def own(
    connection: sdk_connection.Connection,
    program: tuple[str, ...] = scope_.PROGRAM,
) -> scope_.Scope:
    """Return the caller's scope.

    :param program: how the native client is started as the caller.
    :raises errors.ImageShareError: when the caller has no token for a
        project, or the region no image service.
    """
    session, config = connection.session, connection.config
    auth: typing.Any = session.auth
    if not hasattr(auth, 'get_access') or not hasattr(auth, 'auth_url'):
        raise errors.ImageShareError(
            'These commands need a token of an identity service, and the '
            'authentication type in use has none.',
            'Nothing has been changed. Use a password, a token or an '
            'application credential.',
        )
    scope = _scope(scope_.OWN, program, session, auth, config, '')
    own_id = scope.project_id
    # An override written for the caller may contain the caller's project.
    overrides = {
        service: url.replace(own_id, scope_.PROJECT)
        for service, url in scope.overrides.items()
    }
    return dataclasses.replace(
        scope,
        overrides=overrides,
        region=_region(scope, config.region_name or None),
    )


def _region(own: scope_.Scope, wanted: str | None) -> str:
    """Return the region to work in: the one wanted, else the first there is.

    :raises errors.ImageShareError: when it has no image service.
    """
    found = own.catalog('image')
    overridden = 'image' in own.overrides
    if wanted is not None and (wanted in found or overridden):
        return wanted
    if wanted is None and (found or overridden):
        return next(iter(found), '')
    raise errors.ImageShareError(
        f'The catalog of project {own.project_id} has no image service in '
        f'region {wanted!r}; regions that have one: '
        f'{", ".join(sorted(found)) or "none"}.',
        'Nothing has been changed. Choose one with --os-region-name.',
    )


def _scope(
    label: str,
    program: tuple[str, ...],
    session: ksa_session.Session,
    auth: plugin.BaseAuthPlugin,
    config: cloud_region.CloudRegion,
    region: str,
) -> scope_.Scope:
    overrides = {
        service: config.get_endpoint(service)
        for service in ('image', 'compute', 'block-storage', 'container-infra')
    }
    return scope_.Scope(
        label=label,
        program=program,
        session=session,
        auth=auth,
        access=_access(session, auth, label, program),
        interfaces=_interfaces(config.get_interface('image')),
        region=region,
        overrides={k: url for k, url in overrides.items() if url},
    )


def _interfaces(configured: object) -> tuple[str, ...]:
    if isinstance(configured, str):
        configured = [configured]
    if not isinstance(configured, (list, tuple)) or not configured:
        configured = ['public']
    return tuple(str(name).removesuffix('URL') for name in configured)


def _access(
    session: ksa_session.Session,
    auth: typing.Any,
    label: str,
    program: tuple[str, ...],
) -> ksa_access.AccessInfo:
    """Obtain a token that is for one project, or say why there is none."""
    from keystoneauth1 import exceptions as ksa_exceptions

    try:
        access: ksa_access.AccessInfo = auth.get_access(session)
    except ksa_exceptions.ClientException as exc:
        status = getattr(exc, 'http_status', None)
        raise errors.ServiceError(
            f'No token from the identity service at {auth.auth_url} '
            f'({label}): {exc}',
            *answers.untrusted(exc),
            'Check it with: '
            + text.openstack('token', 'issue', program=program),
            status=status if isinstance(status, int) and status else None,
        ) from exc
    if not access.project_id:
        raise errors.ImageShareError(
            f'The token ({label}) is not for a project, and an image is '
            'shared by one project with another.',
            'Nothing has been changed. Set a project (--os-project-name, '
            'OS_PROJECT_NAME or the entry in clouds.yaml).',
        )
    return access


def not_rescopable(access: ksa_access.AccessInfo) -> str | None:
    """Say why Keystone gives no token for another project in exchange.

    Keystone refuses application credentials, trusts and system tokens
    (``POST /v3/auth/tokens``).
    """
    if getattr(access, 'application_credential_id', None):
        kind = 'an application credential is'
    elif access.trust_scoped:
        kind = 'a trust is'
    elif access.system_scoped:
        kind = 'a system token is'
    else:
        return None
    return (
        f'{kind} bound to one project; an entry of clouds.yaml for the other '
        'one can be named with --member-cloud'
    )


def rescoped(own: scope_.Scope, project_id: str) -> scope_.Scope:
    """Return the caller's scope in another project, on the same session.

    The caller's region, interface and overrides hold: it is the same user in
    the same cloud.
    """
    from keystoneauth1.identity import v3

    auth = v3.Token(
        scope_.auth_url(own.auth),
        token=str(own.access.auth_token),
        project_id=project_id,
    )
    program = (*own.program, f'--os-project-id={project_id}')
    scope = dataclasses.replace(
        own,
        label=scope_.RESCOPED,
        program=program,
        auth=auth,
        access=_access(own.session, auth, scope_.RESCOPED, program),
    )
    return _for_project(scope, project_id)


def _for_project(scope: scope_.Scope, project_id: str) -> scope_.Scope:
    """Return *scope* if its token is for the project that was meant."""
    if scope.project_id != project_id:
        raise errors.ImageShareError(
            f'A token for project {project_id} was asked for ({scope.label}) '
            f'and one for project {scope.project_id} came back.',
            'It has not been used.',
        )
    return scope


def member_cloud(own: scope_.Scope, name: str) -> scope_.Scope:
    """Return the scope of a clouds.yaml entry, in the caller's region.

    :raises errors.ImageShareError: when the entry does not exist, gives no
        token, or leads to another Keystone or another image service.
    """
    from keystoneauth1 import exceptions as ksa_exceptions
    from keystoneauth1.identity.generic import base as generic
    from openstack import config as sdk_config
    from openstack import exceptions as sdk_exceptions

    label = f'member cloud {name}'
    # Only the name goes in: handing over the options of the command line
    # would let OS_PROJECT_* of the caller decide whose cloud this is.
    loader = sdk_config.OpenStackConfig()
    try:
        try:
            config = loader.get_one(cloud=name, region_name=own.region)
        except sdk_exceptions.ConfigException:
            config = loader.get_one(cloud=name)
        session = config.get_session()
    except (
        sdk_exceptions.ConfigException,
        ksa_exceptions.ClientException,
    ) as exc:
        raise errors.ImageShareError(
            f'The cloud {name!r} (--member-cloud) cannot be used: {exc}',
            'Nothing has been changed.',
        ) from exc
    session.timeout = session.timeout or own.session.timeout or rest.TIMEOUT
    said = loader.cloud_config.get('clouds', {}).get(name) or {}
    if session.verify is True and not {'verify', 'insecure'} & set(said):
        # The entry says nothing about certificates. It is the same cloud, so
        # what --os-cacert and --insecure say of it holds here as well.
        session.verify = own.session.verify
    auth: typing.Any = session.auth
    own_url = scope_.auth_url(own.auth)
    if not hasattr(auth, 'get_access') or scope_.auth_url(auth) != own_url:
        raise errors.ImageShareError(
            f'The cloud {name!r} (--member-cloud) uses another identity '
            f'service than {own_url}, so its project cannot be a member here.',
            'Nothing has been changed. If both addresses lead to the same '
            'cloud, give both entries the same auth_url.',
        )
    if isinstance(auth, generic.BaseGenericPlugin):
        # The address is known to be the v3 one, so nobody has to be asked
        # which versions there are; and keystoneauth waits for itself for
        # ever when that question is answered with 401.
        auth = auth.create_plugin(session, (3, 0), own_url) or auth
        session.auth = auth
    scope = _scope(label, alone(name), session, auth, config, own.region)
    scope = dataclasses.replace(
        scope,
        # Its entry may have another region.
        program=(*scope.program, *own.region_option),
        interfaces=own.interfaces,
        cloud=name,
    )
    there = scope.endpoints('image').get(own.region)
    if there is None or scope_.version_root(there) != own.image_url:
        raise errors.ImageShareError(
            f'The cloud {name!r} (--member-cloud) has another image service '
            f'in region {own.region!r} ({there or "none"}) than '
            f'{own.image_url}.',
            'Nothing has been changed.',
        )
    return scope


def alone(cloud: str) -> tuple[str, ...]:
    """Return how to start the client as *cloud* and as nothing else.

    New clients merge what is exported (``OS_USERNAME``, ``OS_PROJECT_NAME``
    ...) into the entry that ``--os-cloud`` names.
    """
    merged = [
        name
        for name in sorted(os.environ)
        if name.startswith('OS_') and name not in _HARMLESS
    ]
    start = ['env', *(w for name in merged for w in ('-u', name))]
    return (*(start if merged else ()), 'openstack', f'--os-cloud={cloud}')
