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

"""The addresses to ask for the services of one type in one region.

A pure rule; the services come from catalogs.
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
    """Where to ask the services of one type in one region.

    :ivar asked: addresses, each of a different service.
    :ivar unseen: the services without an address to ask.
    """

    asked: tuple[str, ...]
    unseen: tuple[catalog.Service, ...]


def plan(
    there: Sequence[catalog.Service],
    settings: catalog.Settings,
    override: str | None,
) -> Plan:
    """Decide where to ask the services of one type in one region.

    Each service is asked under the configured interface. A service without
    that interface is not asked if it shares an address with one that is: it is
    another name or version of that one. Any other such service is unseen.

    :param there: the services of the type in the region, from catalogs.
    :param override: an address of one service, to ask instead of its own.
        With several services, only a common address tells which one.
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
            # One of several addresses does not replace the others.
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
    """Return the key that sorts addresses by the version that they name."""
    _, url = chosen
    return urls.version(url) or ()
