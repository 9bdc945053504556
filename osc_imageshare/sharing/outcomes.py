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

A flow fills these records while it runs, so that its caller can say what was
done even after an interruption.
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
        """The claims of the lines, in their order."""
        return tuple(one for line in self.lines for one in claims_.of(line))


#: What to type after an interruption of a flow that takes only needed steps.
CONTINUE = (
    'To continue, run the same command again: it makes only the missing '
    'changes.'
)


@dataclasses.dataclass
class Report:
    """Sentences and exit code of a flow.

    :ivar planned: the native commands that stand for a dry run.
    :ivar may_have_changed: whether the flow may have changed anything so far.
    :ivar interrupted: whether the sentences tell of an interruption.
    """

    #: Whether the flow only reads: it never says that nothing was changed.
    READS: typing.ClassVar[bool] = False

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

        That is Ctrl-C, a signal, or an exception that a program with this
        package raises to end itself (``SystemExit`` and the like).

        :param report: cleans up and reports.
        :param report_unknown: returns the sentences to say instead when
            *report* fails or is interrupted.
        :raises BaseException: the exception that ended the block, not a later
            one.
        """
        try:
            yield
        except Exception:
            raise
        except BaseException:
            try:
                report()
            except BaseException:  # noqa: BLE001
                # After an error of the report, too: the first exception goes
                # on, and the caller has to know the state that may be left.
                self.interrupt(*report_unknown())
            raise

    def warn(self, *lines: str) -> None:
        self.messages.append(Message(Level.WARNING, lines))

    def note(self, *lines: str) -> None:
        self.messages.append(Message(Level.NOTE, lines))

    def add(self, other: Report) -> None:
        """Add the report of another part of the run."""
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
        the member; None, accept if the caller may speak for it.
    :ivar status: the membership's status; None without a membership, UNREAD
        when it could not be read after a failure.
    :ivar changes: what this run changed: visibility, member, status.
    :ivar verified: whether the member could read the image; None without a
        try.
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


#: The result of a revocation for one member.
REVOKED = 'revoked'
TO_BE_REVOKED = 'to be revoked'
IN_USE = 'in use'
UNSEEN = 'unseen'
NO_MEMBER = 'no member'
FAILED = 'failed'


@dataclasses.dataclass
class Revoked:
    """One project of a revocation.

    :ivar result: one of the words above; None before the decision, and UNREAD
        when it could not be read whether the share was revoked.
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
    """One member of an image, and its use of it (None: not checked)."""

    project: projects.Project
    member: images.Member
    usage: usage.Usage | None


@dataclasses.dataclass
class StatusOutcome(Report):
    READS = True
    image: images.Image | None = None
    members: list[MemberStatus] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class UsageOutcome(Report):
    READS = True
    image: images.Image | None = None
    consumers: list[consumers_.Consumer] = dataclasses.field(
        default_factory=list
    )
    gaps: list[consumers_.Gap] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Answered:
    """One offer, its image, and the answer.

    :ivar status: the membership's status at the end; None if it could not be
        read after a failure.
    :ivar warnings: sentences about the image, for the member.
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
    """One membership as the caller's project sees it.

    :ivar project: the other side: the owner of an incoming share, the member
        of an outgoing one.
    :ivar exists: whether the project exists; None if the caller may not know.
    """

    direction: str
    image: images.Image
    project: projects.Project
    member: images.Member
    exists: bool | None = None


@dataclasses.dataclass
class ListOutcome(Report):
    READS = True
    shares: list[Listed] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class DiffOutcome(Report):
    """What a file would change; see the rows."""

    READS = True
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

    READS = True
    text: str | None = None
