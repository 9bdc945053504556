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

"""A flow that runs in a thread of its own and can be stopped on its way."""

import threading

from osc_imageshare import errors
from osc_imageshare import sharing
from osc_imageshare.sharing import claims as claims_
from tests.faults import claims
from tests.faults import line
from tests.faults import people as people_
from tests.live import base
from tests.live import relay

#: Seconds after which whoever waits for the other one gives up.
_LONG = 120.0

Flow = sharing.Share | sharing.Revoke


class Runner:
    """One user, whose requests to the image service can be held.

    :ivar flow: what ran last; its outcome tells how it ended.
    :ivar failed: whether it ended before there was a row for each project.
    :ivar asked: the requests it made.
    """

    def __init__(
        self, test: base.TestCase, people: people_.People, cloud: str
    ) -> None:
        image_service = str(base.connect('admin').endpoint_for('image'))
        between = relay.Relay(test, image_service)
        between.on('.*', '', self._hold)
        self.connection = people.connect(
            cloud, image_endpoint_override=between.url
        )
        test.addCleanup(self.connection.close)
        # Who has a role in one more project is asked for as that one as well.
        self._own = self.connection.auth_token
        self._ids = people.ids
        self.asked: list[line.Asked] = []
        self._stop_at: int | None = None
        self._stopped = threading.Event()
        self._released = threading.Event()
        self._thread: threading.Thread | None = None

    def _hold(self, request: relay.Request) -> None:
        own = request.headers.get('X-Auth-Token') == self._own
        self.asked.append(
            line.Asked(
                'image',
                request.method,
                request.path,
                self._ids['a' if own else 'b'],
                own,
                line.subject(request),
            )
        )
        if len(self.asked) - 1 == self._stop_at:
            self._stopped.set()
            self._released.wait(_LONG)

    def start(self, flow: Flow, stop_at: int | None = None) -> None:
        """Run until request *stop_at* is to be sent, or the end."""
        self.flow = flow
        self.failed = False
        self.asked = []
        self._stop_at = stop_at
        self._stopped.clear()
        self._released.clear()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        if not self._stopped.wait(_LONG):
            raise AssertionError('it neither stopped nor ended')

    def _run(self) -> None:
        try:
            self.flow.run()
        except errors.ImageShareError as exc:
            self.failed = True
            self.flow.outcome.fail(exc.exit_code, *exc.lines)
        finally:
            self._stopped.set()

    def finish(self) -> None:
        """Go on to the end."""
        self._released.set()
        if self._thread is not None:
            self._thread.join(_LONG)
            if self._thread.is_alive():
                raise AssertionError('it did not end')

    @property
    def held(self) -> bool:
        """Whether it got as far as the request that it was to stop at."""
        return self._stop_at is not None and self._stop_at < len(self.asked)

    @property
    def code(self) -> int:
        """The exit code of the command that the flow stands for."""
        return self.flow.outcome.exit_code

    @property
    def said(self) -> list[claims.Line]:
        """All sentences of the flow, with what they claim."""
        return [
            claims.Line(line, claims_.of(line))
            for message in self.flow.outcome.messages
            for line in message.lines
        ]

    @property
    def told(self) -> str:
        """All sentences of the flow."""
        return '\n'.join(line.words for line in self.said)
