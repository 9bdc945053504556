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

"""The check of new shares: as the members, with few requests.

A project that has got several images is asked for its list of them: Glance
leaves out of a list what the project may not read (``index()`` in its
api/v2/images.py). What the list does not show, it is asked for by ID.
"""

from __future__ import annotations

import typing

from osc_imageshare.api import parallel
from osc_imageshare import errors
from osc_imageshare.image import images

if typing.TYPE_CHECKING:
    from collections.abc import Sequence

    from osc_imageshare.sharing.apply import addition
    from osc_imageshare.sharing import outcomes

    Joined = tuple[addition.Addition, outcomes.Shared]

#: Images of one owner that a project has got, from which on a list is asked
#: for. It may have pages of what was shared before.
_SEVERAL = 3


def listed(joined: Sequence[Joined]) -> list[Joined]:
    """Mark what the lists of the projects show; return the rest."""
    groups: dict[tuple[str, str, str], list[Joined]] = {}
    for one, shared in joined:
        image = one.state.known
        key = (one.state.region, shared.project.id, image.owner)
        groups.setdefault(key, []).append((one, shared))
    several = [group for group in groups.values() if len(group) >= _SEVERAL]
    for group, seen in parallel.ask(several, _seen):
        for one, shared in group:
            if one.state.known.id in seen:
                shared.verified = True
    return [(one, shared) for one, shared in joined if not shared.verified]


def _seen(group: list[Joined]) -> set[str]:
    """Return the IDs of the images in a project's list; none without one."""
    one, shared = group[0]
    try:
        return {
            image.id
            for image in one.as_member(shared).matching(
                visibility=images.SHARED,
                member_status='all',
                owner=one.state.known.owner,
                limit=images.PAGE,
            )
        }
    except errors.ServiceError:
        # It is said when the image cannot be read by its ID either.
        return set()
