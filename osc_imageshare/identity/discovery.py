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

"""The address of a version of a service's API, as a client finds it.

A catalog may name the version, another one, or none at all. keystoneauth
reads the service's own document of versions if it has to, and sends no
request for an address that names a suitable version.
"""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare.api import rest
from osc_imageshare.api import urls
from osc_imageshare.identity import catalog

if typing.TYPE_CHECKING:
    from osc_imageshare.api import traffic
    from osc_imageshare.identity import scopes

#: The lowest supported version of each API. The highest is the latest with the
#: same major number: Compute v2.0 has no microversions, and Glance has only
#: version 2 since Rocky.
_LOWEST = {
    catalog.IMAGE: (2, 0),
    catalog.COMPUTE: (2, 1),
    catalog.STORAGE: (3, 0),
    catalog.CLUSTERS: (1, 0),
    catalog.SECRETS: (1, 0),
}

#: Paths of image services with version 2 below them; discovery skips them.
_PLAIN = frozenset({'', '/', '/image', '/glance'})


@dataclasses.dataclass(frozen=True)
class Address:
    """Where an API is.

    :ivar certain: True when the address names the version, or the service
        said so; False for an address of the catalog that nothing confirms.
    """

    url: str
    certain: bool


def address(
    scope: scopes.Scope, service_type: str, region: str, url: str
) -> Address:
    """Return the address of the supported version.

    An address that names it costs no request. Otherwise the service is asked,
    without a token.

    :param url: of a catalog or a configuration.
    """
    lowest = _LOWEST[service_type]
    if _names(url, lowest):
        return Address(url, True)
    for place in dict.fromkeys((urls.unversioned(url), url)):
        place = place.replace(urls.PROJECT, scope.project_id)
        found = _discovered(scope, (service_type, region), place, lowest)
        if found is not None:
            return Address(_with_project(url, found, scope.project_id), True)
    return Address(url, False)


def _with_project(url: str, found: str, project_id: str) -> str:
    """Return a discovered address, for any project.

    The document of versions does not say that the service wants the project
    in its path.
    """
    found = urls.templated(found, project_id).rstrip('/')
    if url.rstrip('/').endswith(urls.PROJECT):
        found += f'/{urls.PROJECT}'
    return found


def _names(url: str, lowest: tuple[int, int]) -> bool:
    """Tell whether an address names a supported version."""
    from keystoneauth1 import discover

    version = urls.version(url)
    return version is not None and bool(
        discover.version_between(lowest, _latest(lowest), version)
    )


def _latest(lowest: tuple[int, int]) -> tuple[int, float]:
    from keystoneauth1 import discover

    return lowest[0], discover.LATEST


def _discovered(
    scope: scopes.Scope,
    service: traffic.Service,
    place: str,
    lowest: tuple[int, int],
) -> str | None:
    """Return the address that a service gives for a version, or None."""
    from keystoneauth1 import discover
    from keystoneauth1 import exceptions as ksa_exceptions

    try:
        found = scope.traffic.send(
            service,
            lambda left: discover.get_discovery(
                scope.session, place, authenticated=False
            ),
            float(scope.session.timeout or rest.TIMEOUT),
            reading=True,
        )
        data = found.versioned_data_for(
            min_version=lowest, max_version=_latest(lowest)
        )
    except (
        ksa_exceptions.ClientException,
        # A document of versions may have any shape.
        AttributeError,
        KeyError,
        TypeError,
        ValueError,
    ):
        return None
    return None if data is None else str(data['url'])


def of_images(scope: scopes.Scope, region: str, url: str) -> str:
    """Return the address of version 2 of the image service.

    Most catalogs name no version of it, and only one exists: discovery would
    be a useless request.
    """
    root = urls.unversioned(url)
    if urls.path(root) not in _PLAIN:
        found = address(scope, catalog.IMAGE, region, url)
        if found.certain:
            return found.url
    return f'{root}/v2'
