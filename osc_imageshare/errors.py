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

"""What can go wrong, as exceptions, and the exit code that each stands for.

Every message is a tuple of lines: what happened, then what is true now, then
what to type. The place that raises an error knows the first and the last; a
flow that changes something adds the second. Lines hold raw text; they are
escaped once, where they are printed. Nothing here knows HTTP or argparse.
"""

from collections.abc import Iterable
from collections.abc import Iterator
import contextlib

#: Exit codes of the commands, see the table in the documentation.
OK = 0
FAILED = 1
USAGE = 2
IN_USE = 3
UNSEEN = 4
DIFFERENT = 5
HANGUP = 129
INTERRUPTED = 130
TERMINATED = 143

#: What is true when a flow that changes something ends before it does.
UNCHANGED = 'Nothing has been changed.'

_GRAVEST_FIRST = (
    *(HANGUP, TERMINATED, INTERRUPTED),
    *(FAILED, IN_USE, UNSEEN, DIFFERENT, OK),
)


def gravest(codes: Iterable[int]) -> int:
    """Return the exit code that wins when several targets ended differently.

    A failure comes before "in use", which comes before "unseen", and that
    before "different": what is missing from a plan is not known to differ.
    """
    found = set(codes) or {OK}
    return next(code for code in _GRAVEST_FIRST if code in found)


class ImageShareError(Exception):
    """Something failed; the lines say what, what is true now, what to do.

    :ivar facts: what happened, and what is true now.
    :ivar advice: what to type.
    """

    exit_code = FAILED

    def __init__(self, *facts: str, advice: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.facts = facts
        self.advice = advice

    @property
    def lines(self) -> tuple[str, ...]:
        """The whole message."""
        return (*self.facts, *self.advice)

    def __str__(self) -> str:
        return '\n'.join(self.lines)


class Refused(ImageShareError):
    """A flow has looked at the request and turned it down."""


class UsageError(ImageShareError):
    """The arguments of the request contradict each other."""

    exit_code = USAGE


class ServiceError(ImageShareError):
    """A service refused a request, failed, or gave no usable answer.

    :ivar status: the HTTP status, or None when no usable answer came.
    :ivar uncertain: True when the service may have carried out the request:
        no answer, an answer that cannot be read, or a status of 5xx.
    """

    def __init__(
        self,
        *facts: str,
        advice: tuple[str, ...] = (),
        status: int | None = None,
        uncertain: bool = False,
    ) -> None:
        super().__init__(*facts, advice=advice)
        self.status = status
        self.uncertain = uncertain


class Terminated(KeyboardInterrupt):
    """SIGTERM arrived. Commands handle it as they handle a SIGINT."""

    exit_code = TERMINATED


class HungUp(KeyboardInterrupt):
    """SIGHUP arrived: the terminal or the connection to it is gone."""

    exit_code = HANGUP


@contextlib.contextmanager
def before_any_change() -> Iterator[None]:
    """Add to an error of a changing flow that it has changed nothing so far.

    A flow that only reads does not say so, and wrong usage needs no such word.
    """
    try:
        yield
    except UsageError:
        raise
    except ImageShareError as exc:
        exc.facts += (UNCHANGED,)
        raise
