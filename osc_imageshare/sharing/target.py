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

"""The image that a word means, and whether the caller may change it.

The services decide who is an administrator. The role is a hint that saves
requests; without it, the images and members that Glance shows are the
evidence.
"""

from __future__ import annotations

import typing

from osc_imageshare import errors
from osc_imageshare.image import images
from osc_imageshare.image import search
from osc_imageshare.sharing import together

if typing.TYPE_CHECKING:
    from collections.abc import Callable

    from osc_imageshare.identity import caller
    from osc_imageshare.identity import scopes as scopes_


#: The visibilities with which every project can use an image.
OPEN = ('public', 'community')


def the_image(
    scope: scopes_.Scope,
    words: str,
    *,
    as_owner: bool,
    meant: Callable[[list[images.Image]], list[images.Image]] | None = None,
) -> images.Image:
    """Return the one image that *words* mean.

    :param as_owner: prefer the images of the caller's project, so that an
        image of the same name from another project neither replaces them nor
        makes the name ambiguous. An administrator may name any image.
    :param meant: returns which images are meant by those that were found.
    :raises errors.Refused: when no image matches, or several do.
    :raises errors.UsageError: for an empty word, which an unset variable of a
        script becomes.
    """
    if not words:
        raise errors.UsageError('The image name is empty.')
    found = search.find(images.Images(scope), words)
    if meant is not None:
        found = meant(found)
    own = [i for i in found if i.owner == scope.project_id]
    if as_owner and own and not scope.administrator:
        found = own
    if not found:
        raise errors.Refused(
            f'No image found for {words!r} in project {scope.project_id} in '
            f'region {scope.region!r}.',
            advice=(
                f'To list the images: {scope.command("image", "list")}',
                'To list the offered images: '
                + scope.command('image', 'share', 'list', '--incoming'),
            ),
        )
    if len(found) > 1:
        raise errors.Refused(
            f'More than one image is called {words!r}:',
            *(
                f'  {i.id}  owner {i.owner}, {i.visibility}, {i.status}'
                for i in found
            ),
            advice=('Use the ID of the image.',),
        )
    return found[0]


def check_owner(
    scopes: caller.Caller, glance: images.Images, image: images.Image
) -> None:
    """Refuse a caller that may not change the members of an image.

    :raises errors.Refused: for anybody but the owner or an administrator; the
        error tells a member what it can do instead.
    """
    scope = scopes.own
    if scopes.administrator or image.owner == scope.project_id:
        return
    if image.visibility in OPEN:
        raise errors.Refused(
            f'Image {image} belongs to project {image.owner}, not to project '
            f'{scope.project_id}, and is {image.visibility}: every project '
            'can use it, and it has no members.',
            advice=(
                'Only its owner or an administrator can make it private or '
                'share it with single projects.',
            ),
        )
    if is_administrator(scopes, glance, image):
        return
    raise errors.Refused(
        f'Image {image} belongs to project {image.owner}, which shares it '
        f'with project {scope.project_id}. Only the owner or an administrator '
        'can change its members.',
        advice=(
            'To reject the share, which hides the image but does not end the '
            f'access: {scope.command("image", "set", "--reject", image.id)}',
        ),
    )


def is_administrator(
    scopes: caller.Caller, glance: images.Images, image: images.Image
) -> bool:
    """Tell whether the caller is an administrator to the image service.

    Without a hint from the role, there are two kinds of evidence. The caller
    sees an *image* that is neither its own nor open to everybody, and is not
    a member of it. Or the caller is a member, and sees the image in a list of
    memberships with another status, which Glance (33) filters for members
    only.

    :raises errors.ServiceError: when the image service fails.
    """
    if scopes.administrator:
        return True
    own_id = scopes.own.project_id
    if image.owner == own_id or image.visibility in OPEN:
        return False
    member = glance.member(image, own_id)
    if member is not None:
        listed = glance.matching(
            id=image.id,
            visibility=images.SHARED,
            member_status=images.REJECTED
            if member.status == images.PENDING
            else images.PENDING,
            os_hidden=str(bool(image.record.get('os_hidden'))).lower(),
        )
        if image.id not in {one.id for one in listed}:
            return False
    scopes.evident = True
    return True


def members(
    scopes: caller.Caller, image: images.Image
) -> list[images.Member] | None:
    """Return the members of an image; None if it can have none.

    The function also reads early what the checks as the members will need.

    :raises errors.ServiceError: when the members cannot be read.
    """

    def prepare() -> None:
        mine = image.owner == scopes.own.project_id
        if mine and image.visibility == images.SHARED:
            scopes.prepare()

    glance = images.Images(scopes.own)
    return together.both(lambda: glance.members_if_shared(image), prepare)[0]
