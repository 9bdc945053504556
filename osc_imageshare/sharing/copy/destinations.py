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

"""Into which project, region and cloud an image is to be copied.

Opens each destination, and makes sure that it is the one that was meant,
before anything is written anywhere.
"""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare.api import urls
from osc_imageshare import errors
from osc_imageshare.identity import authentication
from osc_imageshare.identity import other_cloud
from osc_imageshare.identity import projects
from osc_imageshare.identity import scopes

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

    from osc_imageshare.identity import caller

_REGION = '--os-region-name='


@dataclasses.dataclass(frozen=True)
class Wanted:
    """The destinations as they were named.

    :ivar project: ID or name; None for the caller's own, or that of each
        entry of *clouds*.
    :ivar clouds: entries of clouds.yaml instead of the caller's cloud.
    :ivar regions: of that cloud, or of each entry; none for the one that is
        configured.
    """

    project: str | None
    project_domain: str | None
    clouds: tuple[str, ...]
    regions: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Destination:
    """A project in a region, and the scope in which it is asked."""

    scope: scopes.Scope

    @property
    def project(self) -> projects.Project:
        return projects.Project(self.scope.project_id, self.scope.project_name)

    @property
    def key(self) -> tuple[str, str]:
        """What is the same of two words for one destination."""
        return urls.root(self.scope.image_url), self.scope.project_id

    def __str__(self) -> str:
        cloud = f' of cloud {self.scope.cloud}' if self.scope.cloud else ''
        return f'project {self.project} in region {self.scope.region}{cloud}'


def opened(scopes_: caller.Caller, wanted: Wanted) -> list[Destination]:
    """Return the destinations that were named, each of them once.

    :raises errors.ImageShareError: when one of them cannot be used, or is
        not the one that was meant.
    """
    for option, words in (
        ('--to-cloud', wanted.clouds),
        ('--to-region', wanted.regions),
        ('--to-project', (wanted.project,)),
    ):
        if '' in words:
            raise errors.UsageError(f'{option} is empty.')
    if wanted.clouds:
        found = list(_of_entries(scopes_.own, wanted))
    else:
        found = _in_regions(_same_cloud(scopes_, wanted), wanted.regions)
    distinct = {each.key: each for each in reversed(found)}
    return list(reversed(distinct.values()))


def _of_entries(own: scopes.Scope, wanted: Wanted) -> Iterator[Destination]:
    for name in dict.fromkeys(wanted.clouds):
        for region in wanted.regions or (None,):
            scope = other_cloud.open_(own, name, region)
            if wanted.project is not None:
                _check_project(scope, wanted)
            yield Destination(
                scope if region is None else _told(scope, region)
            )


def _check_project(scope: scopes.Scope, wanted: Wanted) -> None:
    """Refuse an entry whose project is not the one that was named.

    The names of another identity service cannot be looked up here: its token
    says which project it is for.
    """
    words, access = str(wanted.project), scope.access
    if projects.looks_like_id(words):
        same = projects.same_id(words, [scope.project_id]) is not None
    else:
        same = words == scope.project_name
    domain = wanted.project_domain
    if same and domain in (
        None,
        access.project_domain_id,
        access.project_domain_name,
    ):
        return
    in_domain = f' in domain {domain!r}' if domain else ''
    raise errors.Refused(
        f'Cloud {scope.cloud!r} (--to-cloud) is for project '
        f'{projects.Project(scope.project_id, scope.project_name)}, not for '
        f'{words!r}{in_domain} (--to-project).',
    )


def _same_cloud(scopes_: caller.Caller, wanted: Wanted) -> scopes.Scope:
    """Return the scope of the project that was named, or the own one."""
    if wanted.project is None:
        return scopes_.own
    found = projects.Projects(scopes_, wanted.project_domain).named(
        wanted.project
    )
    scope = scopes_.speaking_for(found.id)
    if isinstance(scope, scopes.NoScope):
        raise errors.Refused(
            f'Cannot copy into project {found}: {scope.reason.rstrip(".")}.',
        )
    return scope


def _in_regions(
    scope: scopes.Scope, regions: tuple[str, ...]
) -> list[Destination]:
    found = []
    for region in dict.fromkeys(regions or (scope.region,)):
        there = scope
        if region != scope.region:
            there = authentication.at_images(scope, region)
            there = _told(there, region)
        found.append(Destination(there))
    return found


def _told(scope: scopes.Scope, region: str) -> scopes.Scope:
    """Return a scope whose printed commands name the region."""
    words = (w for w in scope.program if not w.startswith(_REGION))
    return dataclasses.replace(scope, program=(*words, _REGION + region))
