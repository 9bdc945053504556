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

"""Relays before every service of the cloud, with one numbering for all.

Knows in which order a run asks what, lets one request of it meet a fault, and
remembers every token that it has seen.
"""

from collections.abc import Callable
from collections.abc import Sequence
import dataclasses
import json
import pathlib
import re
import threading

import fixtures
import testtools

from tests.faults import catalogs
from tests.faults import faults
from tests.faults import people as people_
from tests.faults import truth
from tests.live import base
from tests.live import relay

#: Seconds that a client waits for an answer that never comes.
SHORT = 1.0
#: Seconds that a client waits for an answer that does: plenty.
LONG = 60.0

#: Seconds that an interruption gets to arrive.
_TO_NOTICE = 0.3

SERVICES = ('image', 'compute', 'block-storage')
IDENTITY = 'identity'

_RECORD = re.compile(
    r'.*/v2/images/[0-9a-f-]{36}(?P<members>/members(?:/(?P<member>[^/]+))?)?'
)


@dataclasses.dataclass(frozen=True)
class Asked:
    """One request of a run.

    :ivar target: path and query.
    :ivar project: the ID of the project whose token came with it.
    :ivar sees_all: whether that is the image's owner or an administrator.
    :ivar about: what its body is about: the project that becomes a member, or
        the visibility that the image gets.
    :ivar elsewhere: the region, if it is not the caller's.
    """

    service: str
    method: str
    target: str
    project: str | None = None
    sees_all: bool = False
    about: str | None = None
    elsewhere: str = ''

    @property
    def reads(self) -> bool:
        return self.method == 'GET'

    @property
    def hides(self) -> bool:
        """Whether it makes the image private."""
        return self.method == 'PATCH' and self.about == 'private'

    def tells_of(self, project: str | None) -> bool:
        """Tell whether the answer says if a project may use the image.

        :param project: None for the visibility.
        """
        found = _RECORD.fullmatch(self.target.partition('?')[0])
        if self.service != 'image' or found is None:
            return False
        if found['members'] is None:
            return project in (None, self.project)
        if found['member'] is not None:
            return project == found['member']
        if self.method == 'POST':
            return project == self.about
        # Of an image that is not shared Glance lists no members.
        return self.sees_all or project == self.project

    @property
    def about_use(self) -> bool:
        """Whether it looks for something that was made of the image.

        That an image is looked for in another region decides whether Nova is
        asked there.
        """
        return (
            self.service in ('compute', 'block-storage')
            or 'base_image_ref' in self.target
            or bool(self.elsewhere)
        )

    def __str__(self) -> str:
        where = f' in {self.elsewhere}' if self.elsewhere else ''
        return f'{self.method} {self.service}{where} {self.target}'


@dataclasses.dataclass(frozen=True)
class Meanwhile:
    """What somebody else has done while a command ran.

    :ivar number: of the request that was sent after it.
    :ivar before: what was true until then.
    :ivar after: what has been true since.
    """

    number: int
    before: truth.State
    after: truth.State

    def moments(
        self, asked: Sequence[Asked], project: str | None
    ) -> list[truth.State]:
        """Return what a command may still take for true of a project.

        Whoever has not asked since cannot know what has changed.

        :param asked: all requests of the command.
        """
        if any(each.tells_of(project) for each in asked[self.number :]):
            return []
        return [self.before, self.after]


def subject(request: relay.Request) -> str | None:
    """Return the member or the visibility that a body is about."""
    try:
        found = json.loads(request.body)
        if request.method == 'PATCH':
            return str(found[0]['value'])
        return str(found['member'])
    except (LookupError, TypeError, ValueError):
        return None


#: Called with the request; answers it, or lets it pass.
Hook = Callable[[relay.Relay, relay.Request], faults.Answer | None]


class Line:
    """The relays of one scenario, until the test is over.

    :param cloud: the entry of clouds.yaml that commands are run with.
    :param catalog: what Keystone is to say instead of its own one; without,
        clouds.yaml leads past it.
    :ivar asked: the requests of the current run, in order of arrival.
    :ivar secrets: every password and every token seen so far.
    :ivar meanwhile: what somebody else has done in the current run.
    """

    def __init__(
        self,
        test: testtools.TestCase,
        people: people_.People,
        cloud: str,
        catalog: catalogs.Catalog | None = None,
    ) -> None:
        admin = base.connect('admin')
        self.asked: list[Asked] = []
        self.secrets = {people.password, str(admin.config.auth['password'])}
        self.meanwhile: Meanwhile | None = None
        self._seers = (people.ids['a'], people.admin)
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._numbers: tuple[int, ...] = ()
        self._hook: Hook | None = None
        # The relay that a fault lasts at; True until it is known.
        self._lasting: relay.Relay | bool = False
        self._expired: frozenset[str] | None = None
        # While somebody else acts, no request is with a service.
        self._turn = threading.Condition(self._lock)
        self._passing = 0
        self._alone = False
        self._projects: dict[str, str] = {}
        self._identity: dict[object, relay.Answer] = {}
        self._keystone = self._relay(
            test, IDENTITY, str(admin.config.auth['auth_url'])
        )
        self._catalog = catalog
        self._letters = {found: letter for letter, found in people.ids.items()}
        self._addresses = {(IDENTITY, catalogs.ONE): self._keystone.url}
        self._empty: relay.Relay | None = None
        overrides = {}
        for service in SERVICES:
            url = str(admin.endpoint_for(service))
            # The address is everybody's.
            url = url.replace(people.admin, catalogs.PROJECT)
            between = self._relay(test, service, url)
            self._addresses[service, catalogs.ONE] = between.url
            if catalog is None:
                overrides[service.replace('-', '_')] = between.url
            elif catalog.moved:
                self._move(test, service, url, between)
        directory = pathlib.Path(test.useFixture(fixtures.TempDir()).path)
        self._clouds = {}
        for slow, api_timeouts in (False, {}), (True, {cloud: SHORT}):
            path = directory / f'clouds-{slow}.yaml'
            people.write_clouds(
                path, self._keystone.url, overrides, api_timeouts
            )
            self._clouds[slow] = path

    def _move(
        self,
        test: testtools.TestCase,
        service: str,
        url: str,
        here: relay.Relay,
    ) -> None:
        """Have a service in another region as well; servers only there."""
        there = catalogs.FOUR
        if service == 'compute':
            self._empty = here
        if service != 'block-storage':
            here = self._relay(test, service, url, there)
        self._addresses[service, there] = here.url

    def _relay(
        self,
        test: testtools.TestCase,
        service: str,
        target: str,
        elsewhere: str = '',
    ) -> relay.Relay:
        between = relay.Relay(test, target)

        def rule(request: relay.Request) -> faults.Answer:
            return self._answer(service, elsewhere, between, request)

        between.on('.*', '', rule)
        return between

    def env(self, slow: bool) -> dict[str, str]:
        """Return what leads a client here."""
        return {'OS_CLIENT_CONFIG_FILE': str(self._clouds[slow])}

    def begin(self, *numbers: int, hook: Hook | None = None) -> None:
        """Begin a run, in which requests *numbers* are given to *hook*."""
        self._over.set()
        with self._lock:
            self.asked = []
            self.meanwhile = None
            self._numbers = numbers
            self._hook = hook
            self._lasting, self._expired = False, None
            self._over = threading.Event()

    def begin_with(self, number: int, fault: faults.Fault) -> None:
        """Begin a run, in which request *number* meets *fault*."""
        over: threading.Event

        def hook(
            between: relay.Relay, request: relay.Request
        ) -> faults.Answer | None:
            if fault.expires and not self._expire(request):
                return None
            answer = relay.Answer(200)
            if fault.carried_out:
                answer = self._passed_on(between, request)
            given = fault.answer(answer)
            if fault.slow:
                return relay.Silence(over.wait)
            return given

        self.begin(number, hook=hook)
        over = self._over
        if fault.lasting:
            self._lasting = True

    def begin_interrupted(
        self,
        number: int,
        interrupt: Callable[[], object],
        after: bool,
        twice: bool = False,
    ) -> None:
        """Begin a run that is interrupted while it waits for an answer.

        :param after: whether the service has carried the request out; else it
            never hears of it.
        :param twice: whether it is interrupted at the next request as well,
            which is made because of the interruption, if it is made at all.
        """
        over: threading.Event

        def hook(
            between: relay.Relay, request: relay.Request
        ) -> faults.Answer:
            answer: faults.Answer = relay.Silence()
            if after:
                answer = self._passed_on(between, request)
            interrupt()
            # Whoever waits for the answer may notice first.
            over.wait(_TO_NOTICE)
            return answer

        numbers = (number, number + 1) if twice else (number,)
        self.begin(*numbers, hook=hook)
        over = self._over

    def begin_with_event(
        self,
        number: int,
        act: Callable[[], object],
        look: Callable[[], truth.State],
    ) -> None:
        """Begin a run, and do something before request *number* is sent.

        Nothing else happens while it is done: what is true before and after
        is due to nobody else.

        :param look: returns what is true.
        """

        def hook(between: relay.Relay, request: relay.Request) -> None:
            with self._turn:
                self._alone = True
                self._turn.wait_for(lambda: self._passing == 1)
            try:
                before = look()
                act()
                self.meanwhile = Meanwhile(number, before, look())
            finally:
                with self._turn:
                    self._alone = False
                    self._turn.notify_all()

        self.begin(number, hook=hook)

    def end(self) -> list[Asked]:
        """End the run: whoever still waits is hung up on."""
        self._over.set()
        with self._lock:
            self._numbers = ()
            self._hook = self._expired = None
            self._lasting = False
            return list(self.asked)

    def _answer(
        self,
        service: str,
        elsewhere: str,
        between: relay.Relay,
        request: relay.Request,
    ) -> faults.Answer:
        token = request.headers.get('X-Auth-Token', '')
        project = self._projects.get(token)
        with self._turn:
            self._turn.wait_for(lambda: not self._alone)
            number = len(self.asked)
            self.asked.append(
                Asked(
                    service,
                    request.method,
                    request.path,
                    project,
                    project in self._seers,
                    subject(request),
                    elsewhere,
                )
            )
            hook = self._hook
            hit = number in self._numbers
            if self._lasting:
                if hit:
                    self._lasting = between
                hit = self._lasting is between
            hit = hit or self._expired is not None
            self._passing += 1
        try:
            answer = hook(between, request) if hook and hit else None
            return answer or self._passed_on(between, request)
        finally:
            with self._turn:
                self._passing -= 1
                self._turn.notify_all()

    def _expire(self, request: relay.Request) -> bool:
        """Let every token of before be one of the past, and tell if it is.

        A token can be what is shown to a service, and what Keystone is to
        give another one for.
        """
        if self._expired is None:
            self._expired = frozenset(self._projects)
        shown = request.headers.get('X-Auth-Token', '')
        return any(
            token == shown or token.encode() in request.body
            for token in self._expired
        )

    def _passed_on(
        self, between: relay.Relay, request: relay.Request
    ) -> relay.Answer:
        """Ask the service; Keystone only what it was not asked before.

        Nothing here changes what Keystone says, and half of the time would
        go into making and checking the same tokens for each run. Where
        tokens expire, the same ones would not do.
        """
        key = (
            request.method,
            request.path,
            request.body,
            request.headers.get('X-Auth-Token'),
        )
        remembered = between is self._keystone and self._expired is None
        known = self._identity.get(key) if remembered else None
        if known is not None:
            return known
        answer = between.passed_on(request)
        if between is self._empty:
            return catalogs.without_servers(answer)
        answer = self._retold(answer)
        with self._lock:
            self._learn(answer)
            if remembered and answer.status < 300:
                self._identity[key] = answer
        return answer

    def _retold(self, answer: relay.Answer) -> relay.Answer:
        catalog = self._catalog
        if catalog is None:
            return answer

        def catalog_of(project: str) -> list[catalogs.Record]:
            letter = self._letters.get(project)
            return catalog.told(self._addresses, project, letter)

        return catalogs.retold(answer, catalog_of)

    def _learn(self, answer: relay.Answer) -> None:
        """Remember a token, if there is one, and whose it is."""
        token = answer.headers.get('X-Subject-Token')
        if token is not None:
            self.secrets.add(token)
            found = json.loads(answer.body)['token']
            self._projects[token] = found['project']['id']
