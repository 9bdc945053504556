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

"""Images and memberships, as Glance's v2 API keeps them.

This module knows the calls on images and the five on their members; it takes
no decision and changes only what it is told to change. It guards the address
of a member: Glance stores strings that it cannot address, and such a string
is refused before a request is sent.

Source: Glance's Image API v2 (``/v2/images``, ``/v2/images/{id}/members``).
"""

from __future__ import annotations

import dataclasses
import re
import typing

from osc_imageshare.api import parallel
from osc_imageshare import errors

if typing.TYPE_CHECKING:
    from osc_imageshare.identity import scopes

PATCH = 'application/openstack-images-v2.1-json-patch'

_UUID = re.compile(r'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', re.I)

PENDING = 'pending'
ACCEPTED = 'accepted'
REJECTED = 'rejected'

#: Images to ask for on a page: as many as Glance gives (its api_limit_max).
#: Without a limit a page has 25.
PAGE = '1000'

SHARED = 'shared'
PRIVATE = 'private'


@dataclasses.dataclass(frozen=True)
class Member:
    """A membership: a project an image is shared with.

    :ivar id: the member string; usually, but not always, a project's ID.
    :ivar created_at: when the owner added it, in Glance's own form (UTC).
    """

    id: str
    status: str
    created_at: str
    updated_at: str


@dataclasses.dataclass(frozen=True)
class Image:
    """An image record.

    :ivar record: everything Glance answered, properties included.
    """

    id: str
    name: str
    owner: str
    status: str
    visibility: str
    updated_at: str
    record: typing.Mapping[str, typing.Any] = dataclasses.field(
        repr=False, compare=False, default_factory=dict
    )

    def __str__(self) -> str:
        return f'{self.id} ({self.name})' if self.name else self.id


def _image(record: typing.Mapping[str, typing.Any]) -> Image:
    return Image(
        id=str(record['id']),
        name=str(record.get('name') or ''),
        owner=str(record.get('owner') or ''),
        status=str(record.get('status') or ''),
        visibility=str(record.get('visibility') or ''),
        updated_at=str(record.get('updated_at') or ''),
        record=record,
    )


def _member(record: typing.Mapping[str, typing.Any]) -> Member:
    return Member(
        id=str(record['member_id']),
        status=str(record.get('status') or ''),
        created_at=str(record.get('created_at') or ''),
        updated_at=str(record.get('updated_at') or ''),
    )


def looks_like_id(words: str) -> bool:
    """Tell whether *words* have the shape of the IDs that Glance makes."""
    return _UUID.fullmatch(words) is not None


def addressable(member: str) -> bool:
    """Tell whether Glance can address *member* in a path.

    Glance (33) answers 404 under every encoding to a slash and to a character
    that is not ASCII; ``.`` and ``..`` lead HTTP clients to the image itself.
    """
    return (
        member not in ('', '.', '..')
        and '/' not in member
        and member.isascii()
    )


class Images:
    """The image service, asked in one scope.

    :param scope: the asking project. A member uses the caller's address.
    """

    def __init__(self, scope: scopes.Scope) -> None:
        self.scope = scope
        self._api = scope.images()

    def get(self, image_id: str) -> Image:
        """Return an image by ID.

        :raises errors.ServiceError: status 404 when it does not exist or is
            not visible in this scope.
        """
        return self._as_image(self._api.request('GET', 'images', image_id))

    def _as_image(self, answer: typing.Any) -> Image:
        try:
            if not isinstance(answer['id'], str):
                raise TypeError('an ID is text')
            return _image(answer)
        except (AttributeError, KeyError, TypeError) as exc:
            raise self._api.unusable('it is no image record') from exc

    def _as_member(self, answer: typing.Any) -> Member:
        try:
            return _member(answer)
        except (AttributeError, KeyError, TypeError) as exc:
            raise self._api.unusable('it is no membership record') from exc

    def matching(self, **filters: str) -> list[Image]:
        """Return the images that match every filter exactly."""
        name = filters.get('name')
        if name is not None and ':' in name:
            # Glance takes the text before the first colon for an operator.
            filters['name'] = f'eq:{name}'
        found = [
            self._as_image(record)
            for record in self._api.pages(
                'images', key='images', params=list(filters.items())
            )
        ]
        return [i for i in found if name is None or i.name == name]

    def hidden_or_not(self, **filters: str) -> list[Image]:
        """Return the same and the hidden images, which come last."""
        found = parallel.ask(
            ({}, {'os_hidden': 'true'}),
            lambda more: self.matching(**filters, **more),
        )
        return [image for _, images in found for image in images]

    def knows_shared(self) -> bool:
        """Tell whether this Glance has the visibility ``shared`` (Ocata)."""
        try:
            schema = self._api.request('GET', 'schemas', 'image')
            return SHARED in schema['properties']['visibility']['enum']
        except (errors.ServiceError, KeyError, TypeError):
            return True

    def set_visibility(self, image_id: str, visibility: str) -> Image:
        """Change who may see an image, and return it."""
        return self._as_image(
            self._api.request(
                'PATCH',
                'images',
                image_id,
                body=[
                    {
                        'op': 'replace',
                        'path': '/visibility',
                        'value': visibility,
                    }
                ],
                headers={'Content-Type': PATCH},
            )
        )

    def members(self, image_id: str) -> list[Member]:
        """Return the members: all for the owner, itself for a member.

        :raises errors.ServiceError: status 403 for an image that is not
            shared, for the owner and administrators too.
        """
        records = self._api.pages('images', image_id, 'members', key='members')
        return [self._as_member(record) for record in records]

    def members_if_shared(self, image: Image) -> list[Member] | None:
        """Return the members; None when Glance says that there are none.

        Glance answers 403 for an image that is private, public or community.
        A Glance from before Ocata has no ``shared``: its private images have
        members, so the visibility alone does not decide.
        """
        try:
            return self.members(image.id)
        except errors.ServiceError as exc:
            if exc.status == 403 and image.visibility != SHARED:
                return None
            raise

    def member(self, image: Image, project_id: str) -> Member | None:
        """Return one membership; None when this scope sees none.

        The owner may read every membership, a member its own.
        """
        try:
            return self._as_member(
                self._api.request(
                    'GET', 'images', image.id, 'members', _guarded(project_id)
                )
            )
        except errors.ServiceError as exc:
            # 403 for an image that is not shared: it has no members.
            if exc.status == 404 or (
                exc.status == 403 and image.visibility != SHARED
            ):
                return None
            raise

    def add_member(self, image_id: str, project_id: str) -> Member:
        """Make a project a member; the answer's status is ``pending``.

        :raises errors.ServiceError: status 409 when the project is already a
            member, 413 when the image has as many as the cloud allows.
        """
        return self._as_member(
            self._api.request(
                'POST',
                'images',
                image_id,
                'members',
                body={'member': project_id},
            )
        )

    def set_status(
        self, image_id: str, project_id: str, status: str
    ) -> Member:
        """Answer a share, as the member itself or as an administrator."""
        return self._as_member(
            self._api.request(
                'PUT',
                'images',
                image_id,
                'members',
                _guarded(project_id),
                body={'status': status},
            )
        )

    def remove_member(self, image_id: str, member: str) -> None:
        """Remove a membership.

        :raises errors.ServiceError: status 404 when it does not exist.
        """
        self._api.request(
            'DELETE', 'images', image_id, 'members', _guarded(member)
        )


def _guarded(member: str) -> str:
    if not addressable(member):
        raise errors.Refused(
            f'Member {member!r} cannot be addressed through the API; it ends '
            'when the image is deleted.',
            'No request was sent.',
        )
    return member
