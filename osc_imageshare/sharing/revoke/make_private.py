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

"""Making an image private when its last member is gone."""

from __future__ import annotations

import functools
import typing

from osc_imageshare import errors
from osc_imageshare.image import images
from osc_imageshare.sharing import claims
from osc_imageshare.sharing import outcomes
from osc_imageshare.sharing.readback import reading
from osc_imageshare.sharing.readback import revocations
from osc_imageshare.sharing import steps

if typing.TYPE_CHECKING:
    from osc_imageshare.sharing.revoke import native


def make_private(
    outcome: outcomes.RevokeOutcome,
    glance: images.Images,
    image: images.Image,
    performer: steps.Performer,
    commands: native.Commands,
) -> None:
    """Make an image private, unless it still has members."""
    if image.visibility == images.PRIVATE:
        return
    going = _of(outcome, outcomes.TO_BE_REVOKED)
    by_hand = commands.show(images.PRIVATE)
    try:
        current = reading.Readback.of(glance.members(image.id))
        left = current.members.keys() - going
        revocations.take_back(outcome, current)
        if not left:
            performer.perform(_step(glance, image.id, by_hand))
            commands.made_private = not performer.dry_run
            return
    except errors.ServiceError as exc:
        now = reading.read_if_possible(glance, image.id)
        if now is not None and now.closed == images.PRIVATE:
            # Somebody else was faster.
            commands.made_private = True
            return
        outcome.fail(
            errors.FAILED,
            *exc.lines,
            revocations.image_sentence(image, now, by_hand),
        )
        return
    sentence = claims.members(
        f'Image {image} was not made private, because it still has members: '
        f'{", ".join(sorted(left))}.',
        image,
        sorted(left),
        claims.State.MEMBER,
        claims.Claim(image.id, None, claims.State.SHARED),
    )
    if left <= _of(outcome, outcomes.IN_USE, outcomes.UNSEEN):
        # The refusal of their shares has its own exit code.
        outcome.warn(sentence)
    else:
        outcome.fail(errors.FAILED, sentence)


def _of(outcome: outcomes.RevokeOutcome, *results: str) -> set[str]:
    return {r.project.id for r in outcome.projects if r.result in results}


def _step(glance: images.Images, image_id: str, command: str) -> steps.Step:
    return steps.Step(
        native=command,
        act=functools.partial(glance.set_visibility, image_id, images.PRIVATE),
        done=lambda: glance.get(image_id).visibility == images.PRIVATE,
    )
