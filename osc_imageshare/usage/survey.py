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

"""Who uses an image, and what could not be checked.

This module decides in which scope to ask each project, and combines the
answers with their gaps. Only an answer without gaps can mean "not in use".
"""

from __future__ import annotations

import dataclasses
import threading
import typing

from osc_imageshare.api import parallel
from osc_imageshare import errors
from osc_imageshare.identity import catalog
from osc_imageshare.identity import scopes as scopes_
from osc_imageshare.usage import cluster_templates
from osc_imageshare.usage import companions
from osc_imageshare.usage import consumers as consumers_
from osc_imageshare.usage import endpoints
from osc_imageshare.usage import risk
from osc_imageshare.usage import servers
from osc_imageshare.usage import snapshots
from osc_imageshare.usage import volumes

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from osc_imageshare.api import rest
    from osc_imageshare.identity import caller
    from osc_imageshare.image import images


@dataclasses.dataclass(frozen=True)
class Usage:
    """What is known about one project's use of an image.

    :ivar project_id: the project; None for all projects.
    :ivar checked_as: the scope of the check; None if there was none.
    """

    project_id: str | None
    consumers: tuple[consumers_.Consumer, ...]
    gaps: tuple[consumers_.Gap, ...]
    checked_as: str | None

    @property
    def refusing(self) -> tuple[consumers_.Consumer, ...]:
        """The consumers that refuse a revocation."""
        return tuple(c for c in self.consumers if risk.refuses(c.kind))

    def since(self, before: Usage | None) -> list[consumers_.Consumer]:
        """Return the refusing consumers that were not there *before*."""
        known = {c.id for c in before.refusing} if before else set()
        return [c for c in self.refusing if c.id not in known]

    @property
    def compute_unseen(self) -> bool:
        """Whether Nova was not checked for the whole of this answer.

        A check as each project itself may find more then.
        """
        return any(
            gap.service in (None, 'compute')
            and gap.project_id == self.project_id
            for gap in self.gaps
        )

    @property
    def refused(self) -> bool:
        """Whether some Nova did not answer."""
        return any(gap.service == 'compute' for gap in self.gaps)

    @property
    def servers(self) -> int | None:
        """The number of servers; None when some could not be checked.

        Cinder finds the servers booted from a volume, so both services count.
        """
        return self._count(risk.SERVER, 'compute', 'block-storage')

    @property
    def volumes(self) -> int | None:
        """The number of volumes; None when some could not be checked."""
        return self._count(risk.VOLUME, 'block-storage')

    def _count(self, kind: str, *services: str) -> int | None:
        if any(gap.service in (None, *services) for gap in self.gaps):
            return None
        return sum(consumer.kind == kind for consumer in self.consumers)


class Survey:
    """Checks the use of one image, once in each scope.

    :param scopes: the source of scopes.
    :param image: the image, as its owner or a member reads it.
    :param withdrawal: the withdrawal that would break something, one of
        ``risk.WITHDRAWALS``.
    """

    def __init__(
        self,
        scopes: caller.Caller,
        image: images.Image,
        withdrawal: str = risk.REVOKED,
    ) -> None:
        self._scopes = scopes
        self._image = image
        self._withdrawal = withdrawal
        # Threads check several projects; the check of all runs only once.
        self._lock = threading.Lock()
        self._found: list[consumers_.Found] | None = None
        self._endpoints = endpoints.Endpoints(scopes.own, image)
        self._companions = companions.Companions(scopes.own, image)

    def of_member(self, project_id: str) -> Usage:
        """Return the use that ends with the membership of a project.

        Glance lets an owner add itself, without any effect: the owner loses
        nothing with that membership.
        """
        if project_id == self._image.owner:
            return Usage(project_id, (), (), None)
        return self.of(project_id)

    def of(self, project_id: str) -> Usage:
        """Return the use that one project makes of the image.

        The project's own scope or that of a member cloud asks; else an
        administrator's, once for all projects; else the same user, rescoped.
        Rescoping also replaces an administrator whom Nova refuses. A caller
        who may be an administrator, and cannot be rescoped, asks as one, and
        Nova decides. This never raises for a failed check: that is a gap.
        """
        own, clouds = self._scopes.own, self._scopes.clouds
        administrator = self._scopes.administrator
        acts_directly = project_id == own.project_id or project_id in clouds
        if not acts_directly and administrator:
            found = self._everyone(project_id)
            if not found.compute_unseen:
                return found
        scope = self._scopes.speaking_for(project_id)
        if isinstance(scope, scopes_.NoScope):
            if self._scopes.unusual:
                found = self._everyone(project_id)
                if administrator or not found.refused:
                    return found
            gap = consumers_.Gap(project_id, None, None, scope.reason)
            return Usage(project_id, (), (gap,), None)
        label = scope.label
        question = consumers_.Query(
            scope, self._image, False, label, self._withdrawal
        )
        return _usage(project_id, self._ask(question), label)

    def of_everyone(self) -> Usage:
        """Return the use that every project makes, for administrators.

        For ordinary users the answer is one gap: only an administrator can
        check all projects. For any other role the services decide.
        """
        if not self._scopes.unusual:
            gap = consumers_.Gap(
                None,
                None,
                None,
                'only an administrator can check every project',
            )
            return Usage(None, (), (gap,), None)
        return _usage(None, self._all, scopes_.ADMINISTRATOR)

    def _everyone(self, project_id: str) -> Usage:
        # A gap for all projects is a gap for this one.
        mine = [
            dataclasses.replace(found, project_id=project_id)
            for found in self._all
            if found.project_id in (None, project_id)
        ]
        return _usage(project_id, mine, scopes_.ADMINISTRATOR)

    @property
    def _all(self) -> list[consumers_.Found]:
        with self._lock:
            if self._found is None:
                question = consumers_.Query(
                    self._scopes.own,
                    self._image,
                    True,
                    scopes_.ADMINISTRATOR,
                    self._withdrawal,
                )
                self._found = list(self._ask(question))
            return self._found

    def _ask(self, asked: consumers_.Query) -> Iterator[consumers_.Found]:
        """Yield the answers of all services, asked at the same time."""
        located = self._endpoints.of(asked)
        yield from located.gaps
        computes = located.apis[catalog.COMPUTE]
        glance = asked.scope.images()
        # These are generators: the thread that collects the answers of one
        # also sends its requests.
        looks = [
            *(
                _look(asked, api, servers.made_of(asked, api))
                for api in computes
            ),
            *(
                _look(
                    asked,
                    api,
                    volumes.made_of(
                        asked, api, _nearest_first(computes, api), building
                    ),
                )
                for api, building in _building(
                    located.apis[catalog.STORAGE], computes
                )
            ),
            _look(asked, glance, snapshots.made_of(asked, glance)),
            *(
                _look(asked, api, cluster_templates.made_of(asked, api))
                for api in located.apis[catalog.CLUSTERS]
            ),
            # Last: a server that two of them find counts as the first says.
            _look(asked, glance, self._companions.made_of(asked, computes)),
        ]
        collect: Callable[
            [Iterator[consumers_.Found]], list[consumers_.Found]
        ] = list
        for _, found in parallel.ask(looks, collect):
            yield from found


def _building(
    storages: list[rest.Api], computes: list[rest.Api]
) -> Iterator[tuple[rest.Api, list[rest.Api]]]:
    """Yield each Cinder with the Novas that may build servers from it.

    Each Nova comes once: with a Cinder of its region, or with any.
    """
    left = list(computes)
    regions = {api.region for api in storages}
    for api in storages:
        near = [
            compute
            for compute in left
            if compute.region == api.region or compute.region not in regions
        ]
        left = [compute for compute in left if compute not in near]
        yield api, near


def _nearest_first(
    computes: list[rest.Api], storage: rest.Api
) -> list[rest.Api]:
    """Return the Novas that may run the servers of a region's volumes.

    A Nova of another region may, too; most servers are in the same region.
    """
    return sorted(computes, key=lambda api: api.region != storage.region)


def _look(
    asked: consumers_.Query,
    api: rest.Api,
    found: Iterable[consumers_.Found],
) -> Iterator[consumers_.Found]:
    """Yield the findings, and a gap for an error."""
    try:
        yield from found
    except errors.ServiceError as exc:
        yield asked.gap(' '.join(exc.lines), api.service, api.region)
    except (AttributeError, KeyError, TypeError, ValueError) as exc:
        # The boundary to records of other shapes than the API promises: an
        # unreadable record is a gap.
        why = api.unusable(f'a record cannot be read ({exc!r})')
        yield asked.gap(' '.join(why.lines), api.service, api.region)


def _usage(
    project_id: str | None,
    found: Iterable[consumers_.Found],
    checked_as: str,
) -> Usage:
    """Sort the findings; a server found twice counts once."""
    seen: dict[tuple[str, str], consumers_.Consumer] = {}
    gaps: dict[consumers_.Gap, None] = {}
    for one in found:
        if isinstance(one, consumers_.Gap):
            gaps[one] = None
        else:
            seen.setdefault((one.kind, one.id), one)
    return Usage(project_id, tuple(seen.values()), tuple(gaps), checked_as)
