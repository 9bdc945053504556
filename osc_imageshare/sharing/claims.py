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

"""What a sentence says about an image and its members, as data.

A person reads the sentence. A program reads the claims, and can compare them
with the cloud.
"""

from __future__ import annotations

import dataclasses
import enum
import typing

if typing.TYPE_CHECKING:
    from collections.abc import Iterable

    from osc_imageshare.image import images


class State(enum.Enum):
    """The claimed state of one membership, or of an image itself."""

    # Of a membership: its status, or what is known about it.
    PENDING = 'pending'
    ACCEPTED = 'accepted'
    REJECTED = 'rejected'
    MEMBER = 'member'
    ANSWERED = 'answered or no member'
    NO_MEMBER = 'no member'
    # Of an image: its visibility, or another state.
    SHARED = 'shared'
    PRIVATE = 'private'
    PUBLIC = 'public'
    COMMUNITY = 'community'
    WITHOUT_MEMBERS = 'shared with no project'
    PROBABLY_SHARED = 'probably shared'
    DELETED = 'deleted'
    # Of either.
    UNKNOWN = 'unknown'

    @classmethod
    def of_member(cls, status: str | None) -> State:
        """Return the state that a status stands for; None: no member."""
        if status is None:
            return cls.NO_MEMBER
        found = _named(status)
        return found if found in _STATUSES else cls.MEMBER

    @classmethod
    def of_image(cls, visibility: str) -> State:
        """Return the state that a visibility stands for."""
        found = _named(visibility)
        return found if found in _VISIBILITIES else cls.UNKNOWN


_STATUSES = (State.PENDING, State.ACCEPTED, State.REJECTED)
_VISIBILITIES = (
    State.SHARED,
    State.PRIVATE,
    State.PUBLIC,
    State.COMMUNITY,
)


def _named(value: str) -> State | None:
    return next((state for state in State if state.value == value), None)


@dataclasses.dataclass(frozen=True)
class Claim:
    """One statement about the state of an image or a membership.

    :ivar image: the ID of the image; None for every image of the request.
    :ivar project: the ID of a project, or another member string; None for a
        claim about the image itself.
    :ivar meanwhile: whether somebody else has changed the state since the
        sentences before, which were true until then.
    """

    image: str | None
    project: str | None
    state: State
    meanwhile: bool = False


class Statement(str):
    """A sentence with its claims.

    It travels as a line among others, in messages and in errors. A string
    derived from it (a part, a sum) has no claims.
    """

    claims: tuple[Claim, ...]

    def __new__(cls, words: str, *claims: Claim) -> Statement:
        made = super().__new__(cls, words)
        made.claims = claims
        return made


def of(line: str) -> tuple[Claim, ...]:
    """Return the claims of a line; a plain string has none."""
    return line.claims if isinstance(line, Statement) else ()


def member(
    words: str,
    image: images.Image | None,
    project_id: str,
    state: State,
    *,
    meanwhile: bool = False,
) -> Statement:
    """Return a statement about one membership.

    :param image: None for every image of the request.
    """
    return Statement(words, Claim(_id(image), project_id, state, meanwhile))


def members(
    words: str,
    image: images.Image,
    ids: Iterable[str],
    state: State,
    *more: Claim,
) -> Statement:
    """Return a statement about several memberships.

    :param more: further claims.
    """
    about = (Claim(image.id, one, state) for one in ids)
    return Statement(words, *more, *about)


def whole(words: str, image: images.Image | None, state: State) -> Statement:
    """Return a statement about an image itself."""
    return Statement(words, Claim(_id(image), None, state))


def _id(image: images.Image | None) -> str | None:
    return None if image is None else image.id
