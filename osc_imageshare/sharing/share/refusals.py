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

"""The reasons to refuse a share.

This module sends no request: the flow has looked up everything before.
"""

from __future__ import annotations

import typing

from osc_imageshare import errors
from osc_imageshare.identity import scopes as scopes_
from osc_imageshare.image import fitness
from osc_imageshare.image import images

if typing.TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from osc_imageshare.identity import caller


def check(
    scopes: caller.Caller,
    image: images.Image,
    named: Collection[str],
    member_scopes: Mapping[str, scopes_.Scope | scopes_.NoScope],
    *,
    accept: bool | None,
    force: bool,
) -> None:
    """Refuse a share that is impossible or unwise.

    :param named: the IDs of the named projects.
    :param member_scopes: the scopes of those projects, or why there is none.
    :param accept: as in the request.
    :param force: share an image that no other project can use.
    :raises errors.UsageError: when no project was named.
    :raises errors.Refused: with all reasons.
    """
    if not named:
        raise errors.UsageError(
            'Specify a project to share the image with, or --member-cloud.'
        )
    reasons = [
        *fitness.refusals(image, force=force),
        *((line,) for line in _projects(scopes, image, named)),
    ]
    for project_id in named:
        if not images.addressable(project_id):
            reasons.append((f'{project_id!r} is not a project ID.',))
        scope = member_scopes.get(project_id)
        if (
            accept
            and isinstance(scope, scopes_.NoScope)
            and not scopes.unusual
        ):
            reasons.append(
                (f'Cannot accept for project {project_id}: {scope.reason}.',)
            )
    if reasons:
        raise errors.Refused(*(line for lines in reasons for line in lines))


def _projects(
    scopes: caller.Caller, image: images.Image, named: Collection[str]
) -> Iterator[str]:
    """Yield the problems of the named projects."""
    for project_id, scope in scopes.clouds.items():
        if project_id not in named:
            yield (
                f'The {scope.label} is for project {project_id}, which is '
                'not one of the specified projects.'
            )
    if image.owner in named:
        yield f'Project {image.owner} owns image {image} and needs no share.'
