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


"""What a command claims, and whether it is so.

The claims are data, which the sentences carry; see osc_imageshare.sharing
.claims. Prose is looked at for one thing only: that no sentence says how an
image is shared without a claim, which nobody could compare with the truth.
"""

from collections.abc import Iterable
from collections.abc import Iterator
import contextlib
import dataclasses
import logging
import re

from osc_imageshare.sharing import claims
from tests.faults import truth

State = claims.State

#: Nothing is claimed, though it is said why.
UNCERTAIN = (State.UNKNOWN, State.PROBABLY_SHARED)

#: A line that may say who can use the image, or how it is shared: it names a
#: project or an image, and has a word for that.
_NAMES = re.compile(r'\b(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-)')
_STATES = re.compile(
    r'\b(?:shared?|shares|private|members?|pending|accepted|rejected|'
    r'revoked?)\b'
)
#: Lines with such words that claim nothing.
_WITHOUT = re.compile(
    r'(?:'
    # One of several things found, and the native commands of a dry run.
    r'  |Would run: |'
    # What a service answers, and what could not be asked of it.
    r'The (?:\S+ service|token|likely reason:) |'
    r'(?:Cannot use c|C)loud |Could not (?:act|check|obtain|verify) |'
    # What a file says, and what was not begun.
    r'The file (?:leaves|ends) |Image .* has members that are not |'
    r'Image .* would have |Not begun: |Left out, |'
    # What to do: a condition or a purpose, and a command.
    r'(?:Run|To|Use|If the project still needs) |'
    # What would be true, or has to be.
    r'The share with project .* would be |'
    r'Sharing image .* again would |'
    r'Image .* has status .*; only active images can be shared|'
    r'Answering a share requires the role |'
    # How complete a list is: its rows say the rest.
    r'The list is incomplete|No matching shares found'
    r')'
)


@dataclasses.dataclass(frozen=True)
class Line:
    """One line that was said, and what it claims."""

    words: str
    claimed: tuple[claims.Claim, ...] = ()


class _Listening(logging.Handler):
    """Keeps every line of a command; the client hands it what it logs."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []

    def emit(self, record: logging.LogRecord) -> None:
        found = getattr(record, 'claims', None)
        if found is not None:
            self.lines.append(Line(record.getMessage(), found))


@contextlib.contextmanager
def listening() -> Iterator[list[Line]]:
    """Yield what is said by commands that run in this process meanwhile."""
    handler = _Listening()
    logging.getLogger().addHandler(handler)
    try:
        yield handler.lines
    finally:
        logging.getLogger().removeHandler(handler)


def of_everybody(claim: claims.Claim) -> bool:
    """Tell whether nothing is left to say of any project."""
    return claim.project is None and claim.state is not State.SHARED


def holds(claim: claims.Claim, state: truth.State) -> bool:
    """Tell whether it is so."""
    said = claim.state
    if said in UNCERTAIN:
        return True
    if said is State.WITHOUT_MEMBERS:
        return not state.access
    if claim.project is None:
        return state.visibility == str(said.value)
    status = state.status(claim.project)
    if said is State.MEMBER:
        return status is not None
    if said is State.ANSWERED:
        return status != State.PENDING.value
    return (status or State.NO_MEMBER.value) == str(said.value)


def made(lines: Iterable[Line]) -> list[claims.Claim]:
    """Return what holds still when everything has been said.

    What somebody else has done since is said later, and holds instead. And
    nobody says again of each who was let in that the image is private after
    all.
    """
    found = [claim for line in lines for claim in line.claimed]
    standing = []
    for number, claim in enumerate(found):
        later = found[number + 1 :]
        if claim.meanwhile or not any(
            (one.meanwhile and one.project == claim.project)
            or (of_everybody(one) and claim.state is State.MEMBER)
            for one in later
        ):
            standing.append(claim)
    return standing


def unclaimed(stderr: str, lines: Iterable[Line]) -> Iterator[str]:
    """Yield each line on *stderr* about a state that claims nothing.

    So whoever words a sentence has to say as data as well what it claims.
    """
    claiming = {line.words for line in lines if line.claimed}
    for line in stderr.splitlines():
        if (
            line not in claiming
            and _NAMES.search(line)
            and _STATES.search(line)
            and not _WITHOUT.match(line)
        ):
            yield line


def nothing_changed(stderr: str) -> bool:
    """Tell whether it says that all is as it was.

    Every floor of the package says so of itself, in these words.
    """
    return 'Nothing has been changed' in stderr
