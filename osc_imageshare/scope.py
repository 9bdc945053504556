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

"""The cloud as one project sees it.

A scope is a session, an identity for exactly one project, and what that
project's own catalog says about the services. This module knows how a service
is found in it; how a scope is obtained is the scopes module's business.
"""

from __future__ import annotations

import dataclasses
import re
import typing
from urllib import parse

from osc_imageshare import rest
from osc_imageshare import text

if typing.TYPE_CHECKING:
    from collections.abc import Mapping

    from keystoneauth1 import access as ksa_access
    from keystoneauth1 import plugin
    from keystoneauth1 import session as ksa_session


OWN = 'own project'
RESCOPED = 'rescoped'
ADMINISTRATOR = 'administrator'

#: How the native client is started where nothing has to be said.
PROGRAM = ('openstack',)

#: A version of the Block Storage API before the one that is wanted.
_OLD = re.compile('/v[12](/|$)')

#: Stands in an override for the project of whoever is asking.
PROJECT = '%(project_id)s'

#: What an address may leave out.
_USUAL_PORT = {'http': ':80', 'https': ':443'}

#: The default roles that may change things; others may exist.
_CHANGING = frozenset({'member', 'manager', 'admin'})


@dataclasses.dataclass(frozen=True)
class Scope:
    """The cloud as one project sees it.

    :ivar label: how the scope was obtained, as printed in ``Checked As``.
    :ivar program: how the native client is started to act in this scope, for
        printing.
    :ivar interfaces: catalog interfaces in order of preference.
    :ivar region: the region the caller works in.
    :ivar overrides: service type to URL, from ``*_endpoint_override``.
    :ivar cloud: the entry of clouds.yaml that a member cloud is; else None.
    """

    label: str
    program: tuple[str, ...]
    session: ksa_session.Session
    auth: plugin.BaseAuthPlugin
    access: ksa_access.AccessInfo
    interfaces: tuple[str, ...]
    region: str
    overrides: Mapping[str, str]
    cloud: str | None = None

    @property
    def project_id(self) -> str:
        return str(self.access.project_id)

    @property
    def project_name(self) -> str | None:
        name = self.access.project_name
        return None if name is None else str(name)

    @property
    def administrator(self) -> bool:
        """Whether the token carries the role the default policies ask for.

        A hint only: what an administrator may see is decided by each service,
        and its refusal is reported as "could not look".
        """
        return 'admin' in (self.access.role_names or ())

    @property
    def _hint(self) -> str | None:
        """Why this token may not change things, if its roles tell."""
        roles = sorted(self.access.role_names or ())
        if _CHANGING.intersection(roles):
            return None
        return (
            f'The likely reason: this user has only the role '
            f'{", ".join(roles) or "(none)"} in project {self.project_id}, '
            'and changing things usually takes the role member.'
        )

    def catalog(self, service_type: str) -> dict[str, str]:
        """Return region to URL of a service, as this project's token lists.

        Older names of the type (``volumev3``) count. Of several Block Storage
        endpoints in a region, a v3 one is preferred.
        """
        from keystoneauth1 import exceptions as ksa_exceptions

        found: dict[str, str] = {}
        outdated: dict[str, str] = {}
        for interface in self.interfaces:
            try:
                data = self.access.service_catalog.get_endpoints_data(
                    service_type=service_type, interface=interface
                )
            except ksa_exceptions.CatalogException:
                continue
            for endpoint in (e for many in data.values() for e in many):
                url = str(endpoint.catalog_url)
                old = _OLD.search(parse.urlsplit(url).path)
                if service_type != 'block-storage' or not old:
                    found.setdefault(str(endpoint.region_name), url)
                else:
                    outdated.setdefault(str(endpoint.region_name), url)
        return {**outdated, **found}

    def endpoints(self, service_type: str) -> dict[str, str]:
        """Return region to URL as :meth:`catalog`, overrides included.

        An override speaks for the region the caller works in.
        """
        found = self.catalog(service_type)
        override = self.overrides.get(service_type)
        if override is not None:
            found[self.region] = override
        return found

    @property
    def image_url(self) -> str:
        """The address of the image service, without version."""
        return version_root(self.endpoints('image')[self.region])

    def api(self, service_type: str, region: str, url: str) -> rest.Api:
        """Return the service at *url*, asked in this scope."""
        return rest.Api(
            session=self.session,
            auth=self.auth,
            service=service_type,
            region=region,
            url=url.rstrip('/').replace(PROJECT, self.project_id),
            asker=f'project {self.project_id}, {self.label}',
            hint=self._hint,
        )

    def command(self, *words: str, operands: tuple[str, ...] = ()) -> str:
        """Return a command of the client that acts in this scope."""
        return text.openstack(*words, operands=operands, program=self.program)

    def command_for_others(
        self, *words: str, operands: tuple[str, ...] = ()
    ) -> str:
        """Return a command for somebody of another project.

        Where there are several image services, their client may use another
        one unless it is told.
        """
        program = (*PROGRAM, *self.region_option)
        return text.openstack(*words, operands=operands, program=program)

    @property
    def region_option(self) -> tuple[str, ...]:
        """What to say of the region, where there are images in several."""
        if len(self.endpoints('image')) < 2:
            return ()
        return (f'--os-region-name={self.region}',)

    def identity(self) -> rest.Api:
        """Return the identity service, where the token came from.

        Its address is that of authentication: the catalog's may be an
        internal one.
        """
        return self.api('identity', self.region, auth_url(self.auth))


@dataclasses.dataclass(frozen=True)
class NoScope:
    """There is no scope for a project, and why.

    :ivar reason: a clause for people.
    :ivar failed: True when something that should have worked did not; False
        when the caller simply has no role there, or a token of a kind that
        cannot be used for another project.
    """

    reason: str
    failed: bool = False


def auth_url(auth: typing.Any) -> str:
    """Return the v3 address of the Keystone that *auth* gets tokens from."""
    return f'{version_root(str(auth.auth_url))}/v3'


def version_root(url: str) -> str:
    """Return *url* without API version and trailing slash, for comparison.

    >>> version_root('HTTP://Cloud:5000/v3/')
    'http://cloud:5000'
    """
    parts = parse.urlsplit(url)
    path = parts.path.rstrip('/')
    head, _, last = path.rpartition('/')
    if last[:1] == 'v' and last[1:2].isdigit():
        path = head
    scheme, host = parts.scheme.lower(), parts.netloc.lower()
    host = host.removesuffix(_USUAL_PORT.get(scheme, ''))
    return f'{scheme}://{host}{path}'
