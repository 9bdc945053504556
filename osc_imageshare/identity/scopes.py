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
project's own catalog says about the services. This module finds a service in
a scope; the module authentication opens scopes.
"""

from __future__ import annotations

import dataclasses
import functools
import typing

from osc_imageshare.api import rest
from osc_imageshare.api import urls
from osc_imageshare import errors
from osc_imageshare.identity import catalog
from osc_imageshare import text

if typing.TYPE_CHECKING:
    from collections.abc import Mapping

    from keystoneauth1 import access as ksa_access
    from keystoneauth1 import plugin
    from keystoneauth1 import session as ksa_session

    from osc_imageshare.api import traffic as traffic_


OWN = 'own project'
RESCOPED = 'rescoped'
ADMINISTRATOR = 'administrator'

#: How the native client is started without options.
PROGRAM = ('openstack',)

#: The default roles that may change things; others may exist.
_CHANGING = frozenset({'member', 'manager', 'admin'})


@dataclasses.dataclass(frozen=True)
class Scope:
    """The cloud as one project sees it.

    :ivar label: how the scope was obtained, as printed in ``Checked As``.
    :ivar program: how printed commands start the native client to act in this
        scope.
    :ivar traffic: the requests of the run, in all scopes.
    :ivar region: the region of the caller's images.
    :ivar image_url: the address of version 2 of the image service, the same
        in all scopes.
    :ivar settings: service type to how a client of this scope reaches it.
    :ivar cloud: the entry of clouds.yaml that a member cloud is; else None.
    """

    label: str
    program: tuple[str, ...]
    session: ksa_session.Session
    auth: plugin.BaseAuthPlugin
    traffic: traffic_.Traffic
    access: ksa_access.AccessInfo
    region: str
    image_url: str
    settings: Mapping[str, catalog.Settings]
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
        """Whether the token has the role that the default policies ask for.

        This is a hint only: each service decides what an administrator may
        see, and its refusal is a gap.
        """
        # Keystone and the policies of services compare roles without case.
        return 'admin' in map(str.lower, self.access.role_names or ())

    @property
    def _hint(self) -> str | None:
        """Why this token may not change things, if its roles show that."""
        roles = sorted(self.access.role_names or ())
        if _CHANGING.intersection(roles):
            return None
        return (
            f'The likely reason: you have only the role '
            f'{", ".join(roles) or "(none)"} in project {self.project_id}, '
            'and a change usually requires the role member.'
        )

    @functools.cached_property
    def services(self) -> tuple[catalog.Service, ...]:
        """The services that this project's own catalog names."""
        renamed = {s.type: kind for kind, s in self.settings.items() if s.type}
        try:
            records = self.access.service_catalog.normalize_catalog()
            return catalog.services(records, self.project_id, renamed)
        except (AttributeError, KeyError, TypeError) as exc:
            raise errors.ImageShareError(
                f'Cannot read the catalog of project {self.project_id} '
                f'({self.label}): {exc!r}.',
                'The identity service returns the catalog with each token.',
            ) from exc

    @functools.cached_property
    def image_roots(self) -> frozenset[str]:
        """The roots of all addresses of the image service in use.

        These are the address in use, and those of its service in the catalog:
        an override stands for the catalog's service.
        """
        here = urls.root(self.image_url)
        known = [s for s in self.services if s.type == catalog.IMAGE]
        found = [s for s in known if here in s.roots]
        if not found:
            there = [s for s in known if s.region == self.region]
            found = catalog.meant(there, here)
        return frozenset({here}).union(*(s.roots for s in found))

    def api(self, service_type: str, region: str, url: str) -> rest.Api:
        """Return the service at *url*, asked in this scope."""
        return rest.Api(
            session=self.session,
            auth=self.auth,
            traffic=self.traffic,
            service=service_type,
            region=region,
            url=url.rstrip('/').replace(urls.PROJECT, self.project_id),
            asker=f'project {self.project_id}, {self.label}',
            hint=self._hint,
        )

    def command(self, *words: str, operands: tuple[str, ...] = ()) -> str:
        """Return a command of the client that acts in this scope."""
        return text.openstack(*words, operands=operands, program=self.program)

    def command_for_others(
        self, *words: str, operands: tuple[str, ...] = ()
    ) -> str:
        """Return a command for a user of another project.

        With several image services, that user's client may use another one
        unless the command names the region.
        """
        program = (*PROGRAM, *self.region_option)
        return text.openstack(*words, operands=operands, program=program)

    @property
    def region_option(self) -> tuple[str, ...]:
        """The option for the region, if several regions have images."""
        if len(catalog.by_region(self.services, catalog.IMAGE)) < 2:
            return ()
        return (f'--os-region-name={self.region}',)

    def images(self) -> rest.Api:
        """The image service that the caller works with."""
        return self.api(catalog.IMAGE, self.region, self.image_url)

    def identity(self) -> rest.Api:
        """The identity service, where the token came from.

        This is the address of authentication: the catalog's may be an
        internal one.
        """
        url = identity_url(self.session, self.auth)
        return self.api('identity', self.region, url)


@dataclasses.dataclass(frozen=True)
class NoScope:
    """Why no scope for a project could be opened.

    :ivar reason: a clause for people.
    :ivar failed: True for a failure; False when the caller has no role in the
        project, or a token of a kind that is bound to one project.
    """

    reason: str
    failed: bool = False


def identity_url(session: ksa_session.Session, auth: typing.Any) -> str:
    """Return the v3 address of the Keystone that *auth* gets tokens from.

    Keystone's document of versions may name another path. keystoneauth has
    read it for the token, and does not read it again.
    """
    from keystoneauth1 import exceptions as ksa_exceptions
    from keystoneauth1 import plugin

    try:
        found = auth.get_endpoint(
            session,
            interface=plugin.AUTH_INTERFACE,
            min_version=(3, 0),
            max_version=(3, 'latest'),
        )
    except ksa_exceptions.ClientException:
        found = None
    url = str(found or auth.auth_url)
    return f'{urls.unversioned(url)}/v3'
