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

"""A scenario on the cloud: its image, what was made of it, and its runs."""

from collections.abc import Callable
from collections.abc import Iterator
import contextlib
import dataclasses
import pathlib
import signal
import time
import typing

import fixtures
from keystoneauth1 import session as keystoneauth_session
from openstack import connection

from osc_imageshare.api import traffic
from osc_imageshare.commands import base as base_
from osc_imageshare.sharing.copy import making
from osc_imageshare.sharing.share import visibility
from tests.faults import claims
from tests.faults import consumers
from tests.faults import line as line_
from tests.faults import people as people_
from tests.faults import scenarios
from tests.faults import truth
from tests.live import base

#: Modules that sleep before they try again.
_PATIENT: tuple[typing.Any, ...] = (
    keystoneauth_session,
    making,
    traffic,
    visibility,
)
#: Seconds after which a command that still runs is taken to run for ever.
FOR_EVER = 120
#: Stands for the exit code of such a command.
STUCK = -1
#: Stands for the exit code of a command that an interruption cut down.
ESCAPED = -2


class StillRunning(BaseException):
    """A command did not end; nobody but the test may catch this."""


class _Clock:
    """Time that has passed as soon as somebody wants to wait for it.

    :param waits: takes what somebody wanted to wait for, in seconds.
    """

    def __init__(self, waits: list[float]) -> None:
        self._waits = waits
        self._ahead = 0.0

    def sleep(self, seconds: float) -> None:
        self._waits.append(seconds)
        self._ahead += seconds
        time.sleep(min(seconds, 0.001))

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead

    def __getattr__(self, name: str) -> typing.Any:
        return getattr(time, name)


@dataclasses.dataclass(frozen=True)
class Run:
    """One run of a command, and what was true afterwards.

    :ivar asked: the requests it made.
    :ivar own_from: how many of them were made before the command's own code
        ran: OpenStackClient's authentication.
    :ivar waits: the seconds it wanted to sleep between attempts.
    :ivar since: when something was last changed.
    :ivar said: the sentences, with what they claim.
    :ivar meanwhile: what somebody else has done.
    """

    result: base.Result
    asked: list[line_.Asked]
    own_from: int
    seconds: float
    waits: list[float]
    state: truth.State
    since: str
    said: tuple[claims.Line, ...] = ()
    meanwhile: line_.Meanwhile | None = None

    @property
    def rows(self) -> list[dict[str, typing.Any]]:
        """The rows on stdout, if there are any."""
        rows = self.result.stdout.strip().startswith('[')
        return self.result.rows if rows else []

    def moments(self, project: str | None) -> list[truth.State]:
        """Return what may be said of a project: the end, as a rule.

        What was true between the last look at it and the end may be said as
        well: nobody can know what others do later.

        :param project: None for the visibility.
        """
        if self.meanwhile is None:
            return [self.state]
        return [self.state, *self.meanwhile.moments(self.asked, project)]


class Stage:
    """Everything that one scenario needs, until the test is over.

    :ivar start: what is true before each run.
    :ivar end: what is to be true after one that nobody disturbs.
    :ivar seen: state and last change, as they were when a run began.
    :ivar running: whether a command is being run.
    """

    def __init__(
        self, test: base.TestCase, scenario: scenarios.Scenario
    ) -> None:
        self.scenario = scenario
        self.people = people_.people()
        self.line = line_.Line(
            test, self.people, scenario.cloud, scenario.catalog
        )
        self.test = test
        self.image = self._image()
        self.start = scenarios.of_ids(scenario.start, self.people.ids)
        self.end = scenarios.of_ids(scenario.end, self.people.ids).seen
        self._file = pathlib.Path(
            test.useFixture(fixtures.TempDir()).path, 'shares.yaml'
        )
        self._own_from: int | None = None
        self.running = False
        self._waits: list[float] = []
        self._patch(test)
        self._keep_quiet(test)
        if scenario.made:
            self._make(test)
        self.reset()

    def _image(self) -> truth.Image:
        return truth.Image(self.test, self.people.ids['a'], 'golden')

    @property
    def argv(self) -> tuple[str, ...]:
        """What is typed after ``openstack image``."""
        words = {
            **self.people.ids,
            'name_b': self.people.names['b'],
            'image': self.image.id,
            'file': str(self._file),
        }
        if self.scenario.file:
            self._file.write_text(self.scenario.file.format(**words))
        return scenarios.filled_in(self.scenario.argv, words)

    def connect(self, cloud: str) -> connection.Connection:
        """Return a connection that leads past the relays."""
        return people_.connect(cloud)

    def ids(self, letters: str) -> frozenset[str]:
        return frozenset(self.people.ids[letter] for letter in letters)

    def begin_with_event(self, number: int, act: Callable[[], object]) -> None:
        """Begin a run in which somebody acts before request *number*."""
        self.line.begin_with_event(number, act, lambda: self.image.look()[0])

    def reset(self) -> None:
        """Put the image into the state that the scenario starts from."""
        if self.image.look()[0].visibility == truth.DELETED:
            self.image = self._image()
        self.image.put(self.start)
        self.seen = self.image.look()

    def _patch(self, test: base.TestCase) -> None:
        run = base_.Command.run

        def marked(command: base_.Command, parsed: typing.Any) -> int:
            self._own_from = len(self.line.asked)
            self.running = True
            try:
                return run(command, parsed)
            finally:
                self.running = False

        test.useFixture(
            fixtures.MonkeyPatch(
                'osc_imageshare.commands.base.Command.run', marked
            )
        )

        def pause(seconds: float, *more: typing.Any) -> None:
            self._waits.append(seconds)
            paused(seconds, *more)

        # Nothing is learnt by waiting for real between two attempts.
        clock, paused = _Clock(self._waits), traffic._sleep
        for module in _PATIENT:
            test.patch(module, 'time', clock)
        test.patch(traffic, '_sleep', pause)

    def _keep_quiet(self, test: base.TestCase) -> None:
        """Keep others from making what cannot be told, or from looking.

        An administrator looks at the projects of all tests.
        """
        lock = contextlib.ExitStack()
        test.addCleanup(lock.close)
        if any('begun' in made for made in self.scenario.made):
            lock.enter_context(base.QUIET.making())
        elif self.scenario.cloud == 'admin':
            lock.enter_context(base.QUIET.looking())

    def _make(self, test: base.TestCase) -> None:
        self.image.put(
            truth.State('shared', {self.people.ids['b']: 'accepted'})
        )
        made = consumers.Consumers(test, self.connect('b'))
        if 'server' in self.scenario.made:
            made.boot(self.image.id)
        if 'volume' in self.scenario.made:
            made.boot_from_volume(self.image.id)
        if 'volume begun' in self.scenario.made:
            made.begin_volume(self.image.id)
        if 'server begun' in self.scenario.made:
            made.begin_server(self.image.id)

    def words(self, *, slow: bool = False, debug: bool = False) -> list[str]:
        """Return what is typed after ``openstack``.

        :param slow: with a short time limit, for answers that never come.
        """
        return [
            *(('--debug',) if debug else ()),
            *('--os-cloud', self.scenario.cloud, 'image', *self.argv),
            *(() if self.scenario.verb == 'export' else ('-f', 'json')),
            '--timeout',
            f'{line_.SHORT if slow else line_.LONG:g}',
        ]

    def run(self, *, slow: bool = False, debug: bool = False) -> Run:
        """Run the command, as the relays have been told, and look."""
        self._own_from = None
        self._waits.clear()
        begun = time.monotonic()
        words = self.words(slow=slow, debug=debug)
        with claims.listening() as said:
            try:
                with _limited():
                    result = base.run_shell(words, self.line.env(slow))
            except StillRunning:
                result = base.Result(STUCK, '', 'It did not end.')
            except KeyboardInterrupt as exc:
                told = f'{exc!r} went past everybody.'
                result = base.Result(ESCAPED, '', told)
        seconds = time.monotonic() - begun
        asked = self.line.end()
        state, since = self.image.look()
        return Run(
            result,
            asked,
            len(asked) if self._own_from is None else self._own_from,
            seconds,
            list(self._waits),
            state,
            since,
            tuple(said),
            self.line.meanwhile,
        )


@contextlib.contextmanager
def _limited() -> Iterator[None]:
    """End what does not end by itself, and let interruptions be caught.

    A test runner that was started in the background ignores SIGINT, and one
    that gets SIGTERM or SIGHUP outside of a command would be gone.
    """

    def end(signum: int, frame: object) -> None:
        raise StillRunning()

    interrupt = signal.default_int_handler
    before = {
        signal.SIGALRM: signal.signal(signal.SIGALRM, end),
        signal.SIGINT: signal.signal(signal.SIGINT, interrupt),
        signal.SIGTERM: signal.signal(signal.SIGTERM, interrupt),
        signal.SIGHUP: signal.signal(signal.SIGHUP, interrupt),
    }
    signal.alarm(FOR_EVER)
    try:
        yield
    finally:
        signal.alarm(0)
        for signum, handler in before.items():
            signal.signal(signum, handler)
