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

"""What a flow reports: sentences, and what is true at the end.

The records here are filled in while a flow runs, so that whoever started it
can say what was done even when it is interrupted.
"""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import typing

from osc_imageshare import errors
from osc_imageshare.sharing import claims as claims_

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from osc_imageshare.identity import projects
    from osc_imageshare.image import images
    from osc_imageshare.sharing.apply import plan
    from osc_imageshare.usage import consumers as consumers_
    from osc_imageshare.usage import survey as usage


class Level(enum.Enum):
    """How much a sentence matters; ``--quiet`` hides notes only."""

    ERROR = 'error'
    WARNING = 'warning'
    NOTE = 'note'


@dataclasses.dataclass(frozen=True)
class Message:
    """Some lines for a person, not yet escaped."""

    level: Level
    lines: tuple[str, ...]

    @property
    def claims(self) -> tuple[claims_.Claim, ...]:
        """What the lines say is so, in their order."""
        return tuple(one for line in self.lines for one in claims_.of(line))


@dataclasses.dataclass
class Report:
    """Sentences and exit code that a flow gathers.

    :ivar planned: the native commands that a dry run would have needed.
    :ivar may_have_changed: whether anything may have been changed so far.
    :ivar interrupted: whether the sentences tell of an interruption.
    """

    messages: list[Message] = dataclasses.field(default_factory=list)
    codes: list[int] = dataclasses.field(default_factory=list)
    planned: list[str] = dataclasses.field(default_factory=list)
    may_have_changed: bool = False
    interrupted: bool = False

    def fail(self, code: int, *lines: str) -> None:
        self.codes.append(code)
        self.messages.append(Message(Level.ERROR, lines))

    def interrupt(self, *lines: str) -> None:
        """Say what is true after an interruption."""
        self.interrupted = True
        self.messages.append(Message(Level.ERROR, ('Interrupted.', *lines)))

    @contextlib.contextmanager
    def interruptible(
        self,
        report: Callable[[], object],
        report_unknown: Callable[[], Iterable[str]],
    ) -> Iterator[None]:
        """Clean up and report when anything but an error ends the block.

        That is Ctrl-C, a signal, or what a program that uses this package
        raises to end itself (``SystemExit`` and the like).

        :param report: does and says what has to be done and said.
        :param report_unknown: returns what is said instead when that does not
            come to its end, whatever the reason is.
        :raises BaseException: what ended the block, not what came later.
        """
        try:
            yield
        except Exception:
            raise
        except BaseException:
            try:
                report()
            except BaseException:  # noqa: BLE001
                # Also of an error: the first exception goes on, and whoever
                # is told of it has to know what may be left.
                self.interrupt(*report_unknown())
            raise

    def warn(self, *lines: str) -> None:
        self.messages.append(Message(Level.WARNING, lines))

    def note(self, *lines: str) -> None:
        self.messages.append(Message(Level.NOTE, lines))

    def add(self, other: Report) -> None:
        """Add what another part of the run has to report."""
        self.messages += other.messages
        self.codes += other.codes

    @property
    def exit_code(self) -> int:
        return errors.gravest(self.codes)


#: The status of a membership that could not be read back.
UNREAD = 'unknown'


@dataclasses.dataclass
class Shared:
    """One project of a share.

    :ivar accept: True, it must have accepted in the end; False, leave it to
        the member; None, accept where the caller may speak for it.
    :ivar status: the membership's status; None when there is none, UNREAD
        when something went wrong and nobody can tell.
    :ivar changes: what this run changed: visibility, member, status.
    :ivar verified: whether the image was read as the member; None if nobody
        could try.
    """

    project: projects.Project
    status: str | None = None
    changes: list[str] = dataclasses.field(default_factory=list)
    verified: bool | None = None
    accept: bool | None = None


@dataclasses.dataclass
class ShareOutcome(Report):
    image: images.Image | None = None
    projects: list[Shared] = dataclasses.field(default_factory=list)


#: What has become of one member in a revocation.
REVOKED = 'revoked'
TO_BE_REVOKED = 'to be revoked'
IN_USE = 'in use'
UNSEEN = 'unseen'
NO_MEMBER = 'no member'
FAILED = 'failed'


@dataclasses.dataclass
class Revoked:
    """One project of a revocation.

    :ivar result: one of the words above; None while nothing is decided, and
        UNREAD when it may have been done and nobody can tell.
    """

    project: projects.Project
    result: str | None = None
    usage: usage.Usage | None = None


@dataclasses.dataclass
class RevokeOutcome(Report):
    image: images.Image | None = None
    projects: list[Revoked] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class MemberStatus:
    """One member of an image, and its use of it (None: not looked at)."""

    project: projects.Project
    member: images.Member
    usage: usage.Usage | None


@dataclasses.dataclass
class StatusOutcome(Report):
    image: images.Image | None = None
    members: list[MemberStatus] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class UsageOutcome(Report):
    image: images.Image | None = None
    consumers: list[consumers_.Consumer] = dataclasses.field(
        default_factory=list
    )
    gaps: list[consumers_.Gap] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Answered:
    """One offer, what it is, and how it was answered.

    :ivar status: the membership's status at the end; None if it could not be
        read again after something went wrong.
    :ivar warnings: sentences about the image, for whoever accepts it.
    """

    image: images.Image
    owner: projects.Project
    status: str | None
    warnings: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class AnswerOutcome(Report):
    offers: list[Answered] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Copied:
    """One destination of a copy.

    :ivar copy_id: the image there; None when there is none, or it could not
        be made and is deleted again.
    :ivar method: the way of the bits, ``server`` or ``stream``; None where
        none had to be moved.
    :ivar size: bytes of the image.
    :ivar hash: ``algorithm:hex`` of the copy, as its image service knows it.
    :ivar verified: whether the copy is bit for bit the image; None where
        nothing has been compared.
    :ivar changes: what this run changed: removed (what an earlier run had
        left half made), kernel, ramdisk, image, properties.
    """

    project: projects.Project
    region: str
    copy_id: str | None = None
    method: str | None = None
    size: int | None = None
    hash: str | None = None
    verified: bool | None = None
    changes: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class CopyOutcome(Report):
    image: images.Image | None = None
    copies: list[Copied] = dataclasses.field(default_factory=list)


INCOMING = 'incoming'
OUTGOING = 'outgoing'


@dataclasses.dataclass
class Listed:
    """One membership as seen from the caller's project.

    :ivar project: the other side: the owner of what comes in, the member of
        what goes out.
    :ivar exists: whether there is such a project; None for who may not know.
    """

    direction: str
    image: images.Image
    project: projects.Project
    member: images.Member
    exists: bool | None = None


@dataclasses.dataclass
class ListOutcome(Report):
    shares: list[Listed] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class DiffOutcome(Report):
    """What a file would change; see the rows."""

    rows: list[plan.Row] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class ApplyOutcome(Report):
    """What was done for a file; see the rows and their results."""

    rows: list[plan.Row] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class ExportOutcome(Report):
    """What is shared.

    :ivar text: the file that says so; None before everything was read.
    """

    text: str | None = None
