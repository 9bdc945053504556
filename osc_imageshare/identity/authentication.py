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

This module obtains a token for the caller's project, for another project of
the same user (rescoping), and for another entry of clouds.yaml. It compares
the project of the token with the intended one before anybody uses the scope.
It does not know what scopes are used for.

Source: Keystone's v3 API, ``POST /v3/auth/tokens`` (method ``token``).
"""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare.api import responses
from osc_imageshare.api import rest
from osc_imageshare.api import tokens
from osc_imageshare.api import traffic as traffic_
from osc_imageshare.api import urls
from osc_imageshare import errors
from osc_imageshare.identity import catalog
from osc_imageshare.identity import discovery
from osc_imageshare.identity import scopes
from osc_imageshare import text

if typing.TYPE_CHECKING:
    from keystoneauth1 import access as ksa_access
    from keystoneauth1 import session as ksa_session
    from openstack.config import cloud_region
    from openstack import connection as sdk_connection


def own(
    connection: sdk_connection.Connection,
    program: tuple[str, ...] = scopes.PROGRAM,
) -> scopes.Scope:
    """Return the caller's scope.

    :param program: how the native client is started as the caller.
    :raises errors.ImageShareError: when the caller has no token for a
        project, or the region no image service.
    """
    session = tokens.limited(connection.session, rest.TIMEOUT)
    config = connection.config
    auth: typing.Any = session.auth
    if not hasattr(auth, 'get_access') or not hasattr(auth, 'auth_url'):
        raise errors.ImageShareError(
            'These commands need a token of an identity service, and the '
            'authentication type in use obtains none.',
            advice=('Use a password, a token or an application credential.',),
        )
    return configured(
        config, session, auth, traffic_.Traffic(), scopes.OWN, program
    )


def configured(
    config: cloud_region.CloudRegion,
    session: ksa_session.Session,
    auth: typing.Any,
    traffic: traffic_.Traffic,
    label: str,
    program: tuple[str, ...],
    region: str | None = None,
    cloud: str | None = None,
) -> scopes.Scope:
    """Obtain a token, and return its scope as it is configured.

    :param region: as for :func:`at_images`.
    :param cloud: the entry of clouds.yaml; None for the caller.
    :raises errors.ImageShareError: when there is no token for a project, or
        the region has no image service.
    """
    access = authenticate(session, auth, traffic, label, program)
    scope = scopes.Scope(
        label=label,
        program=program,
        session=session,
        auth=auth,
        traffic=traffic,
        access=access,
        region='',
        image_url='',
        settings=settings_of(config, str(access.project_id)),
        cloud=cloud,
    )
    return at_images(scope, region)


def at_images(scope: scopes.Scope, region: str | None = None) -> scopes.Scope:
    """Return a scope with the image service that it is to work with.

    :param region: None for the one that is configured. An address that is
        configured by hand is for that one.
    :raises errors.ImageShareError: when there is none.
    """
    settings = scope.settings[catalog.IMAGE]
    if region is not None and region != settings.region:
        settings = dataclasses.replace(settings, region=region, override=None)
    found, url = _images(scope, settings)
    return dataclasses.replace(
        scope,
        region=found,
        image_url=discovery.of_images(scope, found, url),
    )


def _images(own: scopes.Scope, settings: catalog.Settings) -> tuple[str, str]:
    """Return the region and the address of the images of some settings.

    :raises errors.ImageShareError: when they lead to none.
    """
    found = catalog.configured(own.services, catalog.IMAGE, settings)
    if settings.override:
        region = settings.region or (found.region if found else '')
        return region, settings.override
    if found is not None:
        return found.region, found.under(settings.interfaces)[0]
    there = [
        f'{service} ({text.listed(service.interfaces)})'
        for service in own.services
        if service.type == catalog.IMAGE
    ]
    name = f' {settings.name!r}' if settings.name else ''
    raise errors.ImageShareError(
        f'No image service{name} with interface '
        f'{" or ".join(map(repr, settings.interfaces))} in region '
        f'{settings.region!r} for project {own.project_id}. The catalog has: '
        f'{"; ".join(there) or "none"}.',
        advice=(
            'Use --os-region-name or --os-interface, or image_service_name '
            'in clouds.yaml, to choose one.',
        ),
    )


def settings_of(
    config: cloud_region.CloudRegion, project_id: str
) -> dict[str, catalog.Settings]:
    """Return how a client reaches each type of service, as configured.

    :param project_id: the project that the configuration is for: an override
        may contain it.
    """
    found = {}
    for kind in catalog.TYPES:
        override = config.get_endpoint(kind)
        renamed = config.get_service_type(kind)
        found[kind] = catalog.Settings(
            interfaces=_interfaces(config.get_interface(kind)),
            region=config.get_region_name(kind) or None,
            name=config.get_service_name(kind) or None,
            override=(
                urls.templated(override, project_id) if override else None
            ),
            type=None if catalog.kind_of(str(renamed)) else str(renamed),
        )
    return found


def _interfaces(configured: object) -> tuple[str, ...]:
    if isinstance(configured, str):
        configured = [configured]
    if not isinstance(configured, (list, tuple)) or not configured:
        configured = ['public']
    return tuple(str(name).removesuffix('URL') for name in configured)


def authenticate(
    session: ksa_session.Session,
    auth: typing.Any,
    traffic: traffic_.Traffic,
    label: str,
    program: tuple[str, ...],
) -> ksa_access.AccessInfo:
    """Obtain a token for one project, or say why that failed."""
    from keystoneauth1 import exceptions as ksa_exceptions

    try:
        access: ksa_access.AccessInfo = traffic.send(
            ('identity', ''),
            lambda left: auth.get_access(session),
            session.timeout or rest.TIMEOUT,
        )
    except (
        ksa_exceptions.ClientException,
        # The certificate is not readable, or the time limit is no number.
        OSError,
        ValueError,
    ) as exc:
        status = getattr(exc, 'http_status', None)
        raise errors.ServiceError(
            'Could not obtain a token from the identity service at '
            f'{urls.shown(str(auth.auth_url))} '
            f'({label}): {urls.shown(str(exc))}',
            advice=(
                *responses.untrusted(exc),
                'To check the credentials: '
                + text.openstack('token', 'issue', program=program),
            ),
            status=status if isinstance(status, int) and status else None,
        ) from exc
    if not access.project_id:
        raise errors.ImageShareError(
            f'The token ({label}) is not for a project, and only a project '
            'can share an image.',
            advice=(
                'Set a project (--os-project-name, OS_PROJECT_NAME or the '
                'entry in clouds.yaml).',
            ),
        )
    return access


def not_rescopable(
    access: ksa_access.AccessInfo, option: str = '--member-cloud'
) -> str | None:
    """Say why Keystone gives no token for another project in exchange.

    Keystone refuses application credentials, trusts and system tokens
    (``POST /v3/auth/tokens``).

    :param option: what names an entry of clouds.yaml instead.
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
        f'{kind} bound to one project; use {option} with an entry of '
        'clouds.yaml for the other project'
    )


def rescoped(own: scopes.Scope, project_id: str) -> scopes.Scope:
    """Return the caller's scope in another project, on the same session.

    The caller's region, interface and overrides hold, because the user and
    the cloud are the same.
    """
    from keystoneauth1.identity import v3

    class CallersToken(v3.TokenMethod):
        """The token that the caller has when another one is asked for.

        That of the beginning ends some day, and a long run would with it.
        """

        def get_auth_data(
            self,
            session: ksa_session.Session,
            auth: object,
            headers: dict[str, str],
            *args: object,
            **kwargs: object,
        ) -> tuple[str, dict[str, str]]:
            token = str(own.auth.get_token(own.session))
            headers['X-Auth-Token'] = token
            return 'token', {'id': token}

    auth = v3.Auth(
        scopes.identity_url(own.session, own.auth),
        [CallersToken(token=str(own.access.auth_token))],
        project_id=project_id,
    )
    program = (
        *(w for w in own.program if not w.startswith('--os-project-')),
        f'--os-project-id={project_id}',
    )
    scope = dataclasses.replace(
        own,
        label=scopes.RESCOPED,
        program=program,
        auth=auth,
        access=authenticate(
            own.session, auth, own.traffic, scopes.RESCOPED, program
        ),
    )
    return _for_project(scope, project_id)


def _for_project(scope: scopes.Scope, project_id: str) -> scopes.Scope:
    """Return *scope* if its token is for the intended project."""
    if scope.project_id != project_id:
        raise errors.ImageShareError(
            'The identity service returned a token for project '
            f'{scope.project_id} instead of project {project_id} '
            f'({scope.label}).',
            'The token was not used.',
        )
    return scope
