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

"""Where something made of an image can be.

Knows which regions belong to the image service in question, and where a
service can be asked there or cannot. What a project may use is in its own
catalog. An administrator asks for all projects, whose catalogs may show more
than the administrator's: Keystone's lists of services and endpoints tell.

Source: Keystone's v3 API, ``GET /v3/services`` and ``GET /v3/endpoints``.
"""

from __future__ import annotations

import re
import typing

from osc_imageshare import errors
from osc_imageshare import scope as scope_

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

    from osc_imageshare import consumers
    from osc_imageshare import rest

COMPUTE = 'compute'
STORAGE = 'block-storage'
CLUSTERS = 'container-infra'

#: What Keystone's list has where a catalog has the project's ID.
_PROJECT = re.compile(r'[$%]\((project|tenant)_id\)s')


class Places:
    """The regions of one image service, and the services there.

    :param own: the caller's scope, which says which image service it is.
    """

    def __init__(self, own: scope_.Scope) -> None:
        self._here = frozenset(
            scope_.version_root(url)
            for url in (
                own.image_url,
                own.catalog('image').get(own.region),
            )
            if url
        )

    def of(
        self, asked: consumers.Question, service: str
    ) -> tuple[dict[str, rest.Api], list[consumers.Gap]]:
        """Return where a service has to be asked, and where it cannot be.

        A service that is in no region of the catalog is nowhere, as far as
        the project goes whose catalog it is.
        """
        known = asked.scope.endpoints(service)
        if not known:
            return {}, []
        apis, gaps = {}, []
        for region in self._regions(asked.scope):
            if region in known:
                url = known[region]
                if service == CLUSTERS:
                    url = scope_.version_root(url) + '/v1'
                apis[region] = asked.scope.api(service, region, url)
            else:
                gaps.append(
                    asked.gap(
                        f'the catalog ({asked.label}) has no {service} '
                        f'service in region {region!r}; it has one in '
                        f'{", ".join(sorted(known))}',
                        service,
                        region,
                    )
                )
        return apis, gaps

    def _regions(self, scope: scope_.Scope) -> dict[str, None]:
        """Return the regions in question, as far as a catalog shows them.

        Every region counts whose image endpoint is the image service in
        question, and every one that has servers but no image endpoint of its
        own: its Nova uses some image service, and it may be this one.
        """
        images_at = scope.catalog('image')
        regions = {
            region: None
            for region, url in images_at.items()
            if scope_.version_root(url) in self._here
        }
        regions[scope.region] = None
        for region in scope.endpoints(COMPUTE):
            if region not in images_at:
                regions[region] = None
        return regions

    def hidden(self, asked: consumers.Question) -> Iterator[consumers.Gap]:
        """Yield a gap for what an administrator's catalog does not show.

        It may be filtered, and says nothing of what other projects see.
        """
        scope = asked.scope
        try:
            listed = _Listed(scope)
        except errors.ServiceError as exc:
            yield asked.gap(
                f'the catalog ({asked.label}) may not show every service, '
                f'and Keystone does not tell: {" ".join(exc.lines)}',
                None,
                None,
            )
            return
        regions = self._regions(scope)
        for service in COMPUTE, STORAGE, CLUSTERS:
            if not listed.has(service):
                continue
            known = scope.endpoints(service)
            there = dict.fromkeys(listed.regions(service, self._here))
            if known:
                # Those in question have been asked, or reported already.
                unseen = [r for r in there if r not in {**known, **regions}]
            else:
                unseen = list({**regions, **there})
            for region in unseen:
                yield asked.gap(
                    f'the catalog ({asked.label}) does not show the {service} '
                    f'service that other projects may have in region '
                    f'{region!r}',
                    service,
                    region,
                )


class _Listed:
    """The services and endpoints that a cloud has, whoever may see them.

    :param scope: an administrator's.
    :raises errors.ServiceError: when a list cannot be read.
    """

    def __init__(self, scope: scope_.Scope) -> None:
        identity = scope.identity()
        types = {
            str(record.get('id')): _official(str(record.get('type')))
            for record in identity.pages('services', key='services')
        }
        self._services = frozenset(types.values())
        self._region = scope.region
        self._urls: dict[str | None, dict[str, set[str]]] = {}
        for record in identity.pages('endpoints', key='endpoints'):
            if record.get('enabled') is False:
                # It is in nobody's catalog.
                continue
            region = str(record.get('region_id') or record.get('region'))
            url = _PROJECT.sub(scope.project_id, str(record.get('url')))
            try:
                root = scope_.version_root(url)
            except ValueError as exc:
                raise identity.unusable(f'{url!r} is no address') from exc
            service = types.get(str(record.get('service_id')))
            at = self._urls.setdefault(service, {})
            at.setdefault(region, set()).add(root)

    def has(self, service: str) -> bool:
        """Tell whether there is such a service in any region, or in none."""
        return _official(service) in self._services

    def regions(self, service: str, here: frozenset[str]) -> list[str]:
        """Return the regions of a service that may use an image service.

        :param here: addresses of that image service, which may have more in
            the caller's region (other interfaces).
        """
        images_at = self._urls.get('image', {})
        here |= images_at.get(self._region, set())
        return [
            region
            for region in self._urls.get(_official(service), {})
            if region not in images_at or images_at[region] & here
        ]


def _official(service_type: str) -> str | None:
    """Return the type that several names of a service stand for."""
    import os_service_types

    found = os_service_types.ServiceTypes().get_service_type(service_type)
    return None if found is None else str(found)
