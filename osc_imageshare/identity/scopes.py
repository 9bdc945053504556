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
is found in it; how a scope is obtained is the business of authentication.
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

#: How the native client is started where nothing has to be said.
PROGRAM = ('openstack',)

#: The default roles that may change things; others may exist.
_CHANGING = frozenset({'member', 'manager', 'admin'})


@dataclasses.dataclass(frozen=True)
class Scope:
    """The cloud as one project sees it.

    :ivar label: how the scope was obtained, as printed in ``Checked As``.
    :ivar program: how the native client is started to act in this scope, for
        printing.
    :ivar traffic: the requests of the run, whatever scope they are sent in.
    :ivar region: the region of the images that the caller works with.
    :ivar image_url: where version 2 of the image service is, whoever asks.
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
        """Whether the token carries the role the default policies ask for.

        A hint only: what an administrator may see is decided by each service,
        and its refusal is reported as "could not look".
        """
        # Keystone and the policies of services compare roles without case.
        return 'admin' in map(str.lower, self.access.role_names or ())

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

    @functools.cached_property
    def services(self) -> tuple[catalog.Service, ...]:
        """The services that this project's own catalog names."""
        renamed = {s.type: kind for kind, s in self.settings.items() if s.type}
        try:
            records = self.access.service_catalog.normalize_catalog()
            return catalog.services(records, self.project_id, renamed)
        except (AttributeError, KeyError, TypeError) as exc:
            raise errors.ImageShareError(
                f'The catalog of project {self.project_id} ({self.label}) '
                f'cannot be read: {exc!r}.',
                'It is what the identity service answers with a token.',
            ) from exc

    @functools.cached_property
    def image_roots(self) -> frozenset[str]:
        """What the addresses of the image service in use have in common.

        The address in use, and those of the service in the catalog that it
        is an address of: one that is given by hand stands for the catalog's.
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
        """Return a command for somebody of another project.

        Where there are several image services, their client may use another
        one unless it is told.
        """
        program = (*PROGRAM, *self.region_option)
        return text.openstack(*words, operands=operands, program=program)

    @property
    def region_option(self) -> tuple[str, ...]:
        """What to say of the region, where there are images in several."""
        if len(catalog.by_region(self.services, catalog.IMAGE)) < 2:
            return ()
        return (f'--os-region-name={self.region}',)

    def images(self) -> rest.Api:
        """The image service that the caller works with."""
        return self.api(catalog.IMAGE, self.region, self.image_url)

    def identity(self) -> rest.Api:
        """The identity service, where the token came from.

        Its address is that of authentication: the catalog's may be an
        internal one.
        """
        url = identity_url(self.session, self.auth)
        return self.api('identity', self.region, url)


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


def identity_url(session: ksa_session.Session, auth: typing.Any) -> str:
    """Return the v3 address of the Keystone that *auth* gets tokens from.

    Keystone's document of versions may name another path. It has been read
    when the token was obtained, and is not read again.
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
