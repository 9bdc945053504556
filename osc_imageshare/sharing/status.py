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

"""The flow that shows the members of an image, and their use of it."""

from __future__ import annotations

import dataclasses
import functools

from osc_imageshare.identity import projects
from osc_imageshare.image import images
from osc_imageshare.sharing import claims
from osc_imageshare.sharing import flows
from osc_imageshare.sharing import gaps
from osc_imageshare.sharing import outcomes
from osc_imageshare.sharing import target
from osc_imageshare.sharing import together
from osc_imageshare.usage import survey

#: What an image without members is, by its visibility.
_NO_MEMBERS = {
    images.PRIVATE: (
        'is private: no other project can use it. Previous members, if any, '
        'are hidden and regain access when the image is shared again.'
    ),
    'public': 'is public: every project can use it, and it has no members.',
    'community': (
        'is community: every project can use it by its ID, and it has no '
        'members.'
    ),
}


@dataclasses.dataclass(frozen=True)
class StatusRequest:
    """The image to look at, and whether to count its use."""

    image: str
    member_clouds: tuple[str, ...] = ()
    usage: bool = True


class Status(flows.Flow[StatusRequest, outcomes.StatusOutcome]):
    """One look at the members of an image, each with its use of it.

    The owner and an administrator see every member, a member only itself.
    """

    _kind = outcomes.StatusOutcome

    def run(self) -> outcomes.StatusOutcome:
        """Read the members and their use.

        :raises errors.ImageShareError: when the members cannot be read.
        """
        outcome, request = self.outcome, self._request
        opened = self._caller(request.member_clouds)
        image, _ = together.both(
            lambda: target.the_image(
                opened.own, request.image, as_owner=False
            ),
            lambda: opened.clouds,
        )
        outcome.image = image
        members = target.members(opened, image)
        if members is None:
            outcome.note(
                claims.whole(
                    f'Image {image} '
                    + _NO_MEMBERS.get(image.visibility, 'is not shared.'),
                    image,
                    claims.State.of_image(image.visibility),
                )
            )
            return outcome
        if not members:
            outcome.note(
                claims.whole(
                    f'Image {image} has no members.',
                    image,
                    claims.State.WITHOUT_MEMBERS,
                )
            )
        look_up = projects.Projects(opened)
        surveyor = survey.Survey(opened, image)
        ids = [member.id for member in members]
        names, uses = together.first_and(
            functools.partial(look_up.names_of, ids),
            [
                functools.partial(surveyor.of, one)
                if request.usage
                else lambda: None
                for one in ids
            ],
        )
        for member, use in zip(members, uses, strict=True):
            outcome.members.append(
                outcomes.MemberStatus(
                    projects.Project(member.id, names[member.id]), member, use
                )
            )
            for gap in use.gaps if use else ():
                outcome.note(gaps.sentence(gap))
        return outcome
