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

"""Which image is meant, and what the caller is to it.

Who is an administrator is decided by the services. The role is a hint, which
spares questions; where it says nothing, what Glance shows is the evidence.
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

    :param as_owner: only an image of the caller's project will do, so that
        an image of the same name that somebody else shows to the caller
        neither is taken for it nor stands in its way. An administrator may
        name any image.
    :param meant: returns which images are meant by those that were found.
    :raises errors.Refused: when there is none, or several.
    :raises errors.UsageError: for an empty word, as an unset variable of a
        script makes.
    """
    if not words:
        raise errors.UsageError('The name of the image is empty.')
    found = search.find(images.Images(scope), words)
    if meant is not None:
        found = meant(found)
    own = [i for i in found if i.owner == scope.project_id]
    if as_owner and own and not scope.administrator:
        found = own
    if not found:
        raise errors.Refused(
            f'There is no image {words!r} that project {scope.project_id} '
            'can see.',
            f'Nothing has been changed. The images of region {scope.region!r} '
            f'are listed by: {scope.command("image", "list")}',
            'What is offered is listed by: '
            + scope.command('image', 'share', 'list', '--incoming'),
        )
    if len(found) > 1:
        raise errors.Refused(
            f'Several images are called {words!r}:',
            *(
                f'  {i.id}  owner {i.owner}, {i.visibility}, {i.status}'
                for i in found
            ),
            'Nothing has been changed. Name the image by its ID.',
        )
    return found[0]


def check_owner(
    scopes: caller.Caller, glance: images.Images, image: images.Image
) -> None:
    """Refuse who may not change the members of an image.

    :raises errors.Refused: for anybody but the owner or an administrator; a
        member is told what it can do instead.
    """
    scope = scopes.own
    if scopes.administrator or image.owner == scope.project_id:
        return
    if image.visibility in OPEN:
        raise errors.Refused(
            f'Image {image} belongs to project {image.owner}, not to project '
            f'{scope.project_id}, and is {image.visibility}: every project '
            'can use it, and none is a member.',
            'Nothing has been changed. Only its owner or an administrator '
            'can make it private or share it with single projects.',
        )
    if is_administrator(scopes, glance, image):
        return
    raise errors.Refused(
        f'Image {image} belongs to project {image.owner}, which shares '
        f'it with project {scope.project_id}; only the owner decides '
        'with whom.',
        'Nothing has been changed. A member can only reject the share '
        '(which hides the image, and ends no access): '
        + scope.command('image', 'set', '--reject', image.id),
    )


def is_administrator(
    scopes: caller.Caller, glance: images.Images, image: images.Image
) -> bool:
    """Tell whether the caller is an administrator to the image service.

    The evidence, if the role is no hint: the caller sees an *image* that is
    neither its own nor open to everybody without being a member; or one that
    it is a member of in a list of memberships that have another status, which
    Glance (33) filters for members only.

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
    """Return the members of an image; None of one that can have none.

    What looking as them needs is asked for meanwhile.

    :raises errors.ServiceError: when they cannot be read.
    """

    def prepare() -> None:
        mine = image.owner == scopes.own.project_id
        if mine and image.visibility == images.SHARED:
            scopes.prepare()

    glance = images.Images(scopes.own)
    return together.both(lambda: glance.members_if_shared(image), prepare)[0]
