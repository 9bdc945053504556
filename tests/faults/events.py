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

"""What other people do to an image while a command runs, as data.

Everything here happens between two requests of the command: before one of
them is passed on.
"""

from collections.abc import Callable
import contextlib
import dataclasses

from osc_imageshare import errors
from osc_imageshare import sharing
from tests.faults import stage as stage_


@dataclasses.dataclass(frozen=True)
class Event:
    """Something that somebody else does.

    :ivar act: does it; a letter is a project.
    :ivar stays: whether those who are let in have to be in at the end.
    """

    name: str
    act: Callable[[stage_.Stage], object]
    stays: bool = False


def _share_with_c(stage: stage_.Stage) -> None:
    """Share the image with C, with the very same code."""
    request = sharing.ShareRequest(stage.image.id, (stage.people.ids['c'],))
    _run(sharing.Share(stage.connect('a'), request))


def _revoke_from_b(stage: stage_.Stage) -> None:
    """Revoke the share with B, with the very same code."""
    request = sharing.RevokeRequest(stage.image.id, (stage.people.ids['b'],))
    _run(sharing.Revoke(stage.connect('ab'), request))


def _run(flow: sharing.Share | sharing.Revoke) -> None:
    # Where there is nothing to share or revoke now, nothing happens.
    with contextlib.suppress(errors.ImageShareError):
        flow.run()


EVENTS = (
    Event('deleted', lambda s: s.image.delete()),
    Event('deactivated', lambda s: s.image.deactivate()),
    Event('made private', lambda s: s.image.show('private')),
    Event('shared with C', _share_with_c, stays=True),
    Event('added to B', lambda s: s.image.add(s.people.ids['b'])),
    Event('revoked from B', _revoke_from_b),
)
