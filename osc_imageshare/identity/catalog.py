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

"""What services a catalog names, where, and how a client finds one of them.

Pure data and rules; nothing here asks a service. keystoneauth's own choice
(``ServiceCatalog.get_endpoints_data``) is one address of one name of a type.
A client needs no more; a proof that there is no other service does.

Source: Keystone's v3 API, ``catalog`` in the answer to ``POST
/v3/auth/tokens``.
"""

from __future__ import annotations

import dataclasses
import functools
import typing

from osc_imageshare.api import urls

if typing.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

IMAGE = 'image'
COMPUTE = 'compute'
STORAGE = 'block-storage'
CLUSTERS = 'container-infra'
SECRETS = 'key-manager'

TYPES = (IMAGE, COMPUTE, STORAGE, CLUSTERS, SECRETS)

Record = typing.Mapping[str, typing.Any]


@dataclasses.dataclass(frozen=True)
class Settings:
    """How a client is told to reach one type of service.

    :ivar interfaces: of the catalog, in order of preference.
    :ivar region: None for any.
    :ivar name: the name of the service in the catalog; None for any.
    :ivar override: an address to use instead of the catalog's.
    :ivar type: what the catalog calls the type, if that is no usual name.
    """

    interfaces: tuple[str, ...] = ('public',)
    region: str | None = None
    name: str | None = None
    override: str | None = None
    type: str | None = None


@dataclasses.dataclass(frozen=True)
class Service:
    """One entry of a catalog in one region: one service.

    :ivar type: one of the types above, whatever the catalog calls it
        (``volumev3``).
    :ivar region: empty for endpoints that are in none.
    :ivar addresses: interface and address of each endpoint, with
        :data:`urls.PROJECT` in the place of the catalog's project.
    """

    type: str
    name: str | None
    region: str
    addresses: tuple[tuple[str, str], ...]
    #: The place of each address in the catalog, to choose the first one.
    places: tuple[int, ...] = dataclasses.field(default=(), compare=False)

    def place(self, interface: str) -> int | None:
        """Return the place of the first address of an interface."""
        places = self.places or range(len(self.addresses))
        return next(
            (
                place
                for (name, _), place in zip(
                    self.addresses, places, strict=True
                )
                if name == interface
            ),
            None,
        )

    def under(self, interfaces: Iterable[str]) -> list[str]:
        """Return the addresses of the first interface that has any."""
        for interface in interfaces:
            found = [url for name, url in self.addresses if name == interface]
            if found:
                return list(dict.fromkeys(found))
        return []

    @property
    def interfaces(self) -> list[str]:
        return sorted({interface for interface, _ in self.addresses})

    @property
    def roots(self) -> frozenset[str]:
        """What :func:`urls.root` makes of the addresses."""
        return frozenset(urls.root(url) for _, url in self.addresses)

    def __str__(self) -> str:
        where = f' in region {self.region!r}' if self.region else ''
        name = f' {self.name!r}' if self.name else ''
        return f'{self.type} service{name}{where}'


def services(
    records: Iterable[Record],
    project_id: str,
    renamed: Mapping[str, str] | None = None,
) -> tuple[Service, ...]:
    """Return the services of a catalog that matter here.

    :param records: as keystoneauth normalizes them.
    :param project_id: the project of the catalog.
    :param renamed: this cloud's name of a type -> its official name.
    """
    found: dict[tuple[object, ...], dict[tuple[str, str], int]] = {}
    place = 0
    for record in records:
        called = str(record.get('type'))
        kind = (renamed or {}).get(called) or kind_of(called)
        if kind is None:
            continue
        name = record.get('name')
        for endpoint in record.get('endpoints') or ():
            if not endpoint.get('url'):
                continue
            region = endpoint.get('region_id') or endpoint.get('region') or ''
            # Two services may have one name, and one service several types.
            key = record.get('id') or (record.get('type'), name), kind
            at = found.setdefault((*key, name, str(region)), {})
            interface = str(endpoint.get('interface')).removesuffix('URL')
            url = urls.templated(str(endpoint['url']), project_id)
            at.setdefault((interface, url), place)
            place += 1
    return tuple(
        Service(
            str(kind),
            _text(name),
            str(region),
            tuple(at),
            tuple(at.values()),
        )
        for (_, kind, name, region), at in found.items()
    )


def merged(*catalogs: Iterable[Service]) -> list[Service]:
    """Return the services of several catalogs, each service once.

    Entries of two catalogs are one service if they have an address in common;
    that service has the addresses of both.
    """
    found: list[Service] = []
    for service in (s for catalog in catalogs for s in catalog):
        for index, known in enumerate(found):
            if (known.type, known.region) == (
                service.type,
                service.region,
            ) and set(known.addresses) & set(service.addresses):
                both = (*known.addresses, *service.addresses)
                found[index] = dataclasses.replace(
                    known, addresses=tuple(dict.fromkeys(both)), places=()
                )
                break
        else:
            found.append(service)
    return found


def configured(
    known: Sequence[Service], service_type: str, settings: Settings
) -> Service | None:
    """Return the service that a client with these settings uses.

    The choice is keystoneauth's: of the services with that region and name,
    the first one with the most wanted interface.
    """
    fitting = [
        service
        for service in known
        if service.type == service_type
        and settings.region in (None, service.region)
        and (not settings.name or service.name in (None, settings.name))
    ]
    for interface in settings.interfaces:
        places = {
            place: service
            for service in reversed(fitting)
            if (place := service.place(interface)) is not None
        }
        if places:
            return places[min(places)]
    return None


def configured_url(
    known: Sequence[Service], service_type: str, settings: Settings
) -> str | None:
    """Return the address that a client with these settings uses."""
    if settings.override:
        return settings.override
    service = configured(known, service_type, settings)
    return service.under(settings.interfaces)[0] if service else None


def meant(there: Sequence[Service], root: str) -> list[Service]:
    """Return the services in a region that an address belongs to.

    An address that no catalog has belongs to the only service, if the region
    has only one.
    """
    found = [service for service in there if root in service.roots]
    return found or (list(there) if _one(there) else [])


def _one(there: Sequence[Service]) -> bool:
    """Tell whether all entries are names and versions of one service."""
    return all(is_one_of(other, there[:1]) for other in there[1:])


def is_one_of(service: Service, others: Iterable[Service]) -> bool:
    """Tell whether a service is one of others under another name."""
    return any(service.roots & other.roots for other in others)


def kind_of(service_type: str) -> str | None:
    """Return the type that a catalog's name stands for, or None."""
    wanted = _official(service_type.lower())
    if wanted is None:
        return None
    return next((kind for kind in TYPES if _official(kind) == wanted), None)


@functools.cache
def _official(service_type: str) -> str | None:
    import os_service_types

    found = os_service_types.ServiceTypes().get_service_type(service_type)
    return None if found is None else str(found)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def by_region(
    known: Iterable[Service], service_type: str
) -> dict[str, list[Service]]:
    """Return the services of a type by region."""
    found: dict[str, list[Service]] = {}
    for service in known:
        if service.type == service_type:
            found.setdefault(service.region, []).append(service)
    return found
