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

"""What keeps an image from being shared, as asked for.

Knows no request: everything that the reasons are found in has been looked up.
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
    """Refuse what cannot or should not be done.

    :param named: the IDs of the projects that were named.
    :param member_scopes: as what the caller can speak for them, or why not.
    :param accept: as in the request.
    :param force: share what no other project can use.
    :raises errors.UsageError: when no project was named.
    :raises errors.Refused: with every reason that there is.
    """
    if not named:
        raise errors.UsageError(
            'No project to share with: name one, or an entry of clouds.yaml '
            'with --member-cloud.'
        )
    reasons = [
        *fitness.refusals(image, force=force),
        *((line,) for line in _projects(scopes, image, named)),
    ]
    for project_id in named:
        if not images.addressable(project_id):
            reasons.append((f'{project_id!r} is not the ID of a project.',))
        scope = member_scopes.get(project_id)
        if (
            accept
            and isinstance(scope, scopes_.NoScope)
            and not scopes.unusual
        ):
            reasons.append(
                (
                    f'Nobody here can accept for project {project_id}: '
                    f'{scope.reason}.',
                )
            )
    if reasons:
        raise errors.Refused(
            *(line for lines in reasons for line in lines),
            'Nothing has been changed.',
        )


def _projects(
    scopes: caller.Caller, image: images.Image, named: Collection[str]
) -> Iterator[str]:
    """Yield what is wrong with which projects were named."""
    for project_id, scope in scopes.clouds.items():
        if project_id not in named:
            yield (
                f'The {scope.label} is for project {project_id}, which is '
                'not among the projects that were named.'
            )
    if image.owner in named:
        yield (f'Project {image.owner} owns image {image}: it needs no share.')
