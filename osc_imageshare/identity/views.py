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

"""A caller who asks the same things in other scopes.

What was obtained for the one (tokens, lists of projects) serves the other.
"""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare.api import memory
from osc_imageshare import errors
from osc_imageshare.identity import authentication
from osc_imageshare.identity import caller
from osc_imageshare.identity import member_cloud
from osc_imageshare.identity import scopes

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Collection

#: The option of the client that names a region.
_OPTION = '--os-region-name'


class View(caller.Caller):
    """A caller whose scopes are those of another, each changed once.

    :param base: whose tokens and lists are used.
    :param change: makes another scope of a scope; an error that it raises is
        why there is none.
    """

    def __init__(
        self,
        base: caller.Caller,
        change: Callable[[scopes.Scope], scopes.Scope],
    ) -> None:
        self._base = base
        self._change = change
        self._changed = memory.Memory()
        self.own = change(base.own)
        self.member_clouds = base.member_clouds

    @property
    def evident(self) -> bool:
        return self._base.evident

    @evident.setter
    def evident(self, value: bool) -> None:
        self._base.evident = value

    @property
    def clouds(self) -> dict[str, scopes.Scope]:
        """The member clouds that have the same images here."""
        found = {}
        for project_id in self._base.clouds:
            scope = self.speaking_for(project_id)
            if isinstance(scope, scopes.Scope):
                found[project_id] = scope
        return found

    def cloud(self, name: str) -> scopes.Scope:
        return self._change(self._base.cloud(name))

    @property
    def own_projects(self) -> tuple[caller.OwnProject, ...] | None:
        return self._base.own_projects

    def prepare(self, project_ids: Collection[str] | None = None) -> None:
        self._base.prepare(project_ids)

    def cannot_speak_for(self, project_id: str) -> scopes.NoScope | None:
        return self._base.cannot_speak_for(project_id)

    def speaking_for(self, project_id: str) -> scopes.Scope | scopes.NoScope:
        if project_id == self.own.project_id:
            return self.own
        # One token for each project, however many ask for it at once.
        return self._changed.ask(
            project_id, lambda: self._changed_scope(project_id)
        )

    def _changed_scope(self, project_id: str) -> scopes.Scope | scopes.NoScope:
        scope = self._base.speaking_for(project_id)
        if isinstance(scope, scopes.NoScope):
            return scope
        try:
            return self._change(scope)
        except errors.ImageShareError as exc:
            return scopes.NoScope(' '.join(exc.lines), failed=True)


def in_region(base: caller.Caller, region: str) -> caller.Caller:
    """Return a caller who works with the images of a region.

    :raises errors.ImageShareError: when there is no image service.
    """
    if region == base.own.region:
        return base
    own = authentication.at_images(base.own, region)

    def moved(scope: scopes.Scope) -> scopes.Scope:
        if scope.cloud is not None:
            return member_cloud.in_region(own, scope)
        return _replaced(scope, own)

    return View(base, moved)


def _replaced(scope: scopes.Scope, own: scopes.Scope) -> scopes.Scope:
    """Return one of the caller's scopes for the images of another region."""
    words = [w for w in scope.program if not w.startswith(_OPTION)]
    return dataclasses.replace(
        scope,
        region=own.region,
        image_url=own.image_url,
        program=(*words, f'{_OPTION}={own.region}'),
    )
