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

"""What a file wants of one image in one region, and what is true there."""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare import errors
from osc_imageshare.identity import projects
from osc_imageshare.image import images
from osc_imageshare.sharing.apply import document

if typing.TYPE_CHECKING:
    from collections.abc import Mapping


@dataclasses.dataclass(frozen=True)
class Wanted:
    """A project that the file names for an image.

    :ivar accept: as in the file.
    :ivar cannot: why nobody here can accept for it; None if somebody can.
    """

    project: projects.Project
    accept: str = document.AUTO
    cannot: str | None = None


@dataclasses.dataclass(frozen=True)
class Unresolved:
    """What the file names and nobody can tell, or what does not exist.

    :ivar code: UNSEEN when it could not be found out, else FAILED.
    """

    words: str
    reason: str
    code: int = errors.UNSEEN


@dataclasses.dataclass(frozen=True)
class State:
    """What a file wants of one image in one region, and what is true there.

    :ivar words: what the image is called in the file.
    :ivar image: None when there is none, or several.
    :ivar members: by ID; None when they could not be read, or are hidden
        because the image is private.
    :ivar problem: why nothing can be said or done, and its exit code.
    :ivar unfit: why the image must not be shared with anybody.
    """

    words: str
    region: str
    image: images.Image | None
    wanted: tuple[Wanted, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    members: Mapping[str, images.Member] | None = None
    exact: bool = False
    problem: tuple[str, int] | None = None
    unfit: str | None = None

    @property
    def known(self) -> images.Image:
        """The image, of a state that has one."""
        assert self.image is not None  # noqa: S101
        return self.image

    @property
    def hidden(self) -> bool:
        """Whether a private image may have members that nobody can list."""
        return (
            self.members is None
            and self.problem is None
            and self.image is not None
            and self.image.visibility == images.PRIVATE
        )

    @property
    def others(self) -> list[str]:
        """The members that the file does not name."""
        named = {wanted.project.id for wanted in self.wanted}
        return sorted(m for m in self.members or () if m not in named)

    @property
    def joining(self) -> int:
        """How many projects are no members yet."""
        known = self.members or {}
        return sum(w.project.id not in known for w in self.wanted)

    def __str__(self) -> str:
        return self.words if self.image is None else str(self.image)
