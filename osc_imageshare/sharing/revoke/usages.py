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

"""The members' use of an image, before and after a revocation."""

from __future__ import annotations

import dataclasses
import functools
import typing

from osc_imageshare.api import parallel
from osc_imageshare.sharing import together
from osc_imageshare.usage import survey

if typing.TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from osc_imageshare.identity import caller
    from osc_imageshare.identity import projects
    from osc_imageshare.image import images
    from osc_imageshare.sharing import outcomes


class Usages:
    """Checks the use of one image, anew in each call."""

    def __init__(
        self,
        scopes: caller.Caller,
        image: images.Image,
        look_ups: projects.Projects,
    ) -> None:
        self._scopes = scopes
        self._image = image
        self._look_ups = look_ups

    def of(
        self, members: Sequence[outcomes.Revoked]
    ) -> Iterator[tuple[outcomes.Revoked, survey.Usage]]:
        """Yield each with the use that its project makes of the image."""
        look = survey.Survey(self._scopes, self._image)
        return parallel.ask(
            members, lambda revoked: look.of_member(revoked.project.id)
        )

    def with_names(
        self, members: Sequence[outcomes.Revoked]
    ) -> Iterator[tuple[outcomes.Revoked, survey.Usage]]:
        """Yield the same, and look up the names at the same time."""
        look = survey.Survey(self._scopes, self._image)
        ids = [revoked.project.id for revoked in members]
        names, usages = together.first_and(
            functools.partial(self._look_ups.names_of, ids),
            [functools.partial(look.of_member, one) for one in ids],
        )
        for revoked, usage in zip(members, usages, strict=True):
            project = revoked.project
            revoked.project = dataclasses.replace(
                project, name=project.name or names[project.id]
            )
            yield revoked, usage
