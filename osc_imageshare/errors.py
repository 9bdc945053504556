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
what to do. Lines hold raw text; they are escaped once, where they are
printed. Nothing here knows HTTP or argparse.
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
    """Something failed; the lines say what, what is true now, what to do."""

    exit_code = FAILED

    def __init__(self, *lines: str) -> None:
        super().__init__('\n'.join(lines))
        self.lines = lines


class Refused(ImageShareError):
    """The request was looked at and turned down; nothing has been changed."""


class UsageError(ImageShareError):
    """The words of the request do not make sense together."""

    exit_code = USAGE


class ServiceError(ImageShareError):
    """A service refused a request, failed, or gave no usable answer.

    :ivar status: the HTTP status, or None when no usable answer came.
    :ivar uncertain: True when the request may have been carried out all the
        same: no answer, an answer that cannot be read, or a status of 5xx.
    """

    def __init__(
        self, *lines: str, status: int | None = None, uncertain: bool = False
    ) -> None:
        super().__init__(*lines)
        self.status = status
        self.uncertain = uncertain


class Terminated(KeyboardInterrupt):
    """SIGTERM arrived; handled wherever an interruption by SIGINT is."""

    exit_code = TERMINATED


class HungUp(KeyboardInterrupt):
    """SIGHUP arrived: the terminal or the connection to it is gone."""

    exit_code = HANGUP


@contextlib.contextmanager
def before_any_change() -> Iterator[None]:
    """Add to a service's error that nothing has been changed so far."""
    try:
        yield
    except ServiceError as exc:
        exc.lines += ('Nothing has been changed.',)
        raise
