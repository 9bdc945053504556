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

"""At which addresses the services of one type in one region are asked.

A pure rule; the services are those that catalogs name.
"""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare.api import urls
from osc_imageshare.identity import catalog

if typing.TYPE_CHECKING:
    from collections.abc import Sequence


@dataclasses.dataclass(frozen=True)
class Plan:
    """Where the services of one type in one region are asked.

    :ivar asked: addresses, each of a service of its own.
    :ivar unseen: the services that have no address to be asked at.
    """

    asked: tuple[str, ...]
    unseen: tuple[catalog.Service, ...]


def plan(
    there: Sequence[catalog.Service],
    settings: catalog.Settings,
    override: str | None,
) -> Plan:
    """Decide where the services of one type in one region are asked.

    Each service is asked under the interface that the configuration leads
    to. It may be another name or version of one that is asked anyway, which
    an address tells that both have; what has no such address either is not
    seen.

    :param there: what catalogs name of the type in the region.
    :param override: an address of one of them, which is asked there instead.
        With several, only an address tells which one it is.
    """
    asked: dict[str, str] = {}
    replaced: list[catalog.Service] = []
    chosen = [
        (service, url)
        for service in there
        for url in service.under(settings.interfaces)
    ]
    if override is not None:
        asked[urls.root(override)] = override
        replaced = catalog.meant(there, urls.root(override))
        chosen = [
            (service, url)
            for service, url in chosen
            # One of several addresses does not stand for the others.
            if service not in replaced
            or len(service.under(settings.interfaces)) > 1
        ]
    # The newest version first, as a client would choose.
    for _, url in sorted(chosen, key=_version, reverse=True):
        asked.setdefault(urls.root(url), url)
    unseen = tuple(
        service
        for service in there
        if not service.under(settings.interfaces)
        and not catalog.is_one_of(
            service, [*replaced, *(s for s, _ in chosen)]
        )
    )
    return Plan(tuple(asked.values()), unseen)


def _version(chosen: tuple[catalog.Service, str]) -> tuple[int, ...]:
    """Return what sorts addresses by the version that they name."""
    _, url = chosen
    return urls.version(url) or ()
