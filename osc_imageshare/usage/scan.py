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

"""The use that projects make of several images, each list read once.

The rules of who uses an image are those for a single one. What differs is
how they are asked: a project's servers and images are listed whole instead of
once for each image, and what a service has answered is not asked again.

Sources: Nova's ``GET /servers/detail`` and Glance's ``GET /v2/images``, whose
filters these lists do without.
"""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare.api import memory as memory_
from osc_imageshare.api import rest
from osc_imageshare.identity import scopes as scopes_
from osc_imageshare.identity import views
from osc_imageshare.usage import survey

if typing.TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from osc_imageshare.identity import caller
    from osc_imageshare.image import images

#: Records on a page, at most: Nova's and Glance's own limit.
_PAGE = '1000'


class Scan:
    """One look at what projects make of some images.

    What is found out is of one moment: to look again, make another one.

    :param scopes: where scopes come from; of the region that has the images.
    """

    def __init__(
        self, scopes: caller.Caller, wanted: Sequence[images.Image]
    ) -> None:
        memory = memory_.Memory()

        def remembering(scope: scopes_.Scope) -> scopes_.Scope:
            # An administrator's lists may be of all projects: as long as the
            # cloud is large. They are read once for each image.
            all_projects = scope.administrator or (
                scope is scopes.own and scopes.unusual
            )
            whole = len(wanted) > 1 and not all_projects
            return _Scope(**_fields(scope), memory=memory, whole=whole)

        view = views.View(scopes, remembering)
        self._surveys = {
            image.id: survey.Survey(view, image) for image in wanted
        }

    def of_member(self, image_id: str, project_id: str) -> survey.Usage:
        """Return the use of one of the images that ends with a membership.

        May be asked for several at once. Never raises for what could not be
        seen: that is a gap, of every image.
        """
        return self._surveys[image_id].of_member(project_id)


def _fields(record: typing.Any) -> dict[str, typing.Any]:
    return {
        field.name: getattr(record, field.name)
        for field in dataclasses.fields(record)
    }


@dataclasses.dataclass(frozen=True)
class _Scope(scopes_.Scope):
    """A scope whose services are asked each thing once.

    :ivar whole: whether lists are read without the filter for one image.
    """

    memory: memory_.Memory = dataclasses.field(default_factory=memory_.Memory)
    whole: bool = True

    def api(self, service_type: str, region: str, url: str) -> rest.Api:
        return _Api(
            **_fields(super().api(service_type, region, url)),
            memory=self.memory,
            project_id=self.project_id,
            whole=self.whole,
        )


@dataclasses.dataclass(frozen=True)
class _Api(rest.Api):
    """A service that is asked each thing once, as one project."""

    memory: memory_.Memory = dataclasses.field(default_factory=memory_.Memory)
    project_id: str = ''
    whole: bool = True

    def request(
        self,
        method: str,
        *segments: str,
        params: rest.Params = (),
        microversion: str | None = None,
        **more: typing.Any,
    ) -> typing.Any:
        if method != 'GET':
            return super().request(method, *segments, params=params, **more)
        key = (
            *(self.asker, self.url, method, segments),
            *(tuple(params), microversion),
        )
        return self.memory.ask(
            key,
            lambda: super(_Api, self).request(
                method,
                *segments,
                params=params,
                microversion=microversion,
                **more,
            ),
        )

    def pages(
        self,
        *segments: str,
        key: str,
        params: rest.Params = (),
        microversion: str | None = None,
    ) -> Iterator[dict[str, typing.Any]]:
        if self.whole:
            params = self._unfiltered(segments, params)
        return super().pages(
            *segments, key=key, params=params, microversion=microversion
        )

    def _unfiltered(
        self, segments: tuple[str, ...], params: rest.Params
    ) -> rest.Params:
        """Return what asks for all records of the project."""
        names = {name for name, _ in params}
        if segments == ('servers', 'detail') and names == {'image'}:
            return [('limit', _PAGE)]
        if segments == ('images',) and 'base_image_ref' in names:
            others = [p for p in params if p[0] != 'base_image_ref']
            return [('owner', self.project_id), ('limit', _PAGE), *others]
        return params
