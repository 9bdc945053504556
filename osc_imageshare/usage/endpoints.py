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

"""Where the records that refer to an image can be.

Every service of a type that a catalog names is asked, is the same as one that
is asked, or is a gap: no single filter decides which services exist. A
project's own catalog has the services that it may use, and the caller's
catalog has services that a filter of Keystone may hide from the project. An
administrator asks for all projects, whose catalogs may have still more
services: Keystone's lists of services and endpoints have them all.

A region with another image service cannot refer to the image.

Source: Keystone's v3 API, ``GET /v3/services`` and ``GET /v3/endpoints``.
"""

from __future__ import annotations

import dataclasses
import re
import typing

from osc_imageshare.api import parallel
from osc_imageshare.api import urls
from osc_imageshare import errors
from osc_imageshare.identity import catalog
from osc_imageshare.identity import discovery
from osc_imageshare.usage import image_services
from osc_imageshare.usage import plan

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

    from osc_imageshare.api import rest
    from osc_imageshare.identity import scopes
    from osc_imageshare.image import images
    from osc_imageshare.usage import consumers

#: A region with the image should have these types. Others are optional.
_EXPECTED = (catalog.COMPUTE, catalog.STORAGE)

_ASKED = (catalog.COMPUTE, catalog.STORAGE, catalog.CLUSTERS)

#: Keystone's list has this where a catalog has the project's ID.
_PROJECT = re.compile(r'[$%]\((project|tenant)_id\)s')


@dataclasses.dataclass(frozen=True)
class Located:
    """The services to ask, by type, and the gaps that remain."""

    apis: dict[str, list[rest.Api]]
    gaps: list[consumers.Gap]


class Endpoints:
    """The services that may refer to one image.

    :param own: the caller's scope, whose image service has the image.
    """

    def __init__(self, own: scopes.Scope, image: images.Image) -> None:
        self._own = own
        self._images = image_services.ImageServices(own, image)
        # None until an administrator has read Keystone's lists.
        self._listed: tuple[catalog.Service, ...] | None = None

    def of(self, asked: consumers.Query) -> Located:
        """Return the services to ask in a scope, and a gap for each other."""
        located = Located({kind: [] for kind in _ASKED}, [])
        known = self._known(asked, located.gaps)
        regions = self._regions(asked.scope, known)
        wanted: list[tuple[str, str, str]] = []
        for kind in _ASKED:
            there = catalog.by_region(known, kind)
            settings = asked.scope.settings[kind]
            if settings.override:
                there.setdefault(settings.region or self._own.region, [])
            for region in there:
                same = regions.get(region, True)
                if isinstance(same, str):
                    located.gaps.append(asked.gap(same, kind, region))
                elif same:
                    found = self._plan(settings, region, there)
                    wanted += [(kind, region, url) for url in found.asked]
                    located.gaps.extend(
                        _unreachable(asked, service, settings)
                        for service in found.unseen
                    )
            # Keystone's lists hide nothing; but if no listed Nova uses the
            # image service, some hidden Nova does.
            somewhere = any(regions.get(r, True) for r in there)
            may_be_hidden = self._listed is None or not somewhere
            if kind in _EXPECTED and may_be_hidden:
                located.gaps.extend(_missing(asked, kind, regions, there))
        for (kind, region, _), url in parallel.ask(
            wanted, lambda one: _address(asked.scope, one)
        ):
            located.apis[kind].append(asked.scope.api(kind, region, url))
        return located

    def _known(
        self, asked: consumers.Query, gaps: list[consumers.Gap]
    ) -> list[catalog.Service]:
        """Return every service that counts, from all catalogs and lists."""
        if asked.everyone:
            try:
                self._listed = _listed(asked.scope)
            except errors.ServiceError as exc:
                gaps.append(_unlisted(asked, exc))
        # A look as a member asks the services that an administrator found.
        known = catalog.merged(
            asked.scope.services, self._own.services, self._listed or ()
        )
        if not known:
            gaps.append(asked.gap('no catalog has any service', None, None))
        return known

    def _plan(
        self,
        settings: catalog.Settings,
        region: str,
        there: dict[str, list[catalog.Service]],
    ) -> plan.Plan:
        """Decide where to ask in a region; an override is for one region."""
        override = settings.override
        if region != (settings.region or self._own.region) or not override:
            return plan.plan(there[region], settings, None)
        places = {
            at
            for at, services in there.items()
            if any(urls.root(override) in s.roots for s in services)
        }
        if places and region not in places:
            # The override is for none of the services here, but is asked too.
            found = plan.plan(there[region], settings, None)
            asked = tuple(dict.fromkeys((override, *found.asked)))
            return dataclasses.replace(found, asked=asked)
        return plan.plan(there[region], settings, override)

    def _regions(
        self, scope: scopes.Scope, known: list[catalog.Service]
    ) -> dict[str, bool | str]:
        """Return for each region whether it uses the image service.

        A region without an image service of its own may use this one. A
        string says why nobody can tell.
        """
        images_at = catalog.by_region(known, catalog.IMAGE)
        used = {service.region for service in known} - set(images_at)
        asking = {s.region for s in known if s.type in _ASKED}
        asking.add(self._own.region)
        self._images.recognize(
            [
                self._trusted(scope, service)
                for region in images_at
                if region in asking
                for service in images_at[region]
            ],
            scope.settings[catalog.IMAGE].interfaces,
        )
        found: dict[str, bool | str] = dict.fromkeys(sorted(used), True)
        for region, there in images_at.items():
            verdicts = [self._images.same(service) for service in there]
            unknown = [v for v in verdicts if isinstance(v, str)]
            if True in verdicts:
                found[region] = True
            else:
                found[region] = unknown[0] if unknown else False
        found[self._own.region] = True
        return found

    def _trusted(
        self, scope: scopes.Scope, service: catalog.Service
    ) -> catalog.Service:
        """Return a service with the addresses that may get the caller's token.

        A catalog that came over an unverified connection must not decide
        where the caller's token goes.
        """
        if scope.session.verify or not self._own.session.verify:
            return service
        own = {root for known in self._own.services for root in known.roots}
        return dataclasses.replace(
            service,
            addresses=tuple(
                (interface, url)
                for interface, url in service.addresses
                if urls.root(url) in own
            ),
        )


def _interfaces(settings: catalog.Settings) -> str:
    """Return the wanted interfaces, for sentences."""
    return ' or '.join(map(repr, settings.interfaces))


def _address(scope: scopes.Scope, wanted: tuple[str, str, str]) -> str:
    return discovery.address(scope, *wanted).url


def _missing(
    asked: consumers.Query,
    kind: str,
    regions: dict[str, bool | str],
    there: dict[str, list[catalog.Service]],
) -> Iterator[consumers.Gap]:
    """Yield a gap for each region that should have a service and has none.

    A catalog may hide it. A service without a region is in all regions.
    """
    if not there or '' in there:
        return
    for region, same in regions.items():
        if same is True and region not in there:
            yield asked.gap(
                f'the catalog ({asked.label}) has no {kind} service in '
                f'region {region!r}; it has one in '
                f'{", ".join(sorted(there))}',
                kind,
                region,
            )


def _unreachable(
    asked: consumers.Query,
    service: catalog.Service,
    settings: catalog.Settings,
) -> consumers.Gap:
    key = service.type.replace('-', '_')
    return asked.gap(
        f'the {service} has no address with interface '
        f'{_interfaces(settings)} in the catalog ({asked.label}), which has: '
        f'{", ".join(service.interfaces)}; set {key}_interface in clouds.yaml '
        'to choose one',
        service.type,
        service.region,
    )


def _unlisted(
    asked: consumers.Query, exc: errors.ServiceError
) -> consumers.Gap:
    return asked.gap(
        f'the catalog ({asked.label}) may not have every service, and '
        f'Keystone did not list them: {" ".join(exc.lines)}',
        None,
        None,
    )


def _listed(scope: scopes.Scope) -> tuple[catalog.Service, ...]:
    """Return the services of a cloud, also those that catalogs leave out.

    :param scope: an administrator's.
    :raises errors.ServiceError: when a list cannot be read.
    """
    identity = scope.identity()
    reads = ('services', 'endpoints')
    services, endpoints = (
        found
        for _, found in parallel.ask(
            reads, lambda key: list(identity.pages(key, key=key))
        )
    )
    at: dict[object, list[dict[str, typing.Any]]] = {}
    for record in endpoints:
        # No catalog has a disabled endpoint.
        if record.get('enabled') is not False:
            url = _PROJECT.sub(scope.project_id, str(record.get('url')))
            at.setdefault(record.get('service_id'), []).append(
                {**record, 'url': url}
            )
    if at.keys() - {record.get('id') for record in services}:
        raise identity.unusable('some endpoints have no listed service')
    return catalog.services(
        [
            {**record, 'endpoints': at.get(record.get('id'), ())}
            for record in services
            if record.get('enabled') is not False
        ],
        scope.project_id,
    )
