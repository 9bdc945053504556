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

"""What can go wrong with one request, as data.

Each fault is the answer that the client gets, and whether the service has
carried the request out all the same.
"""

from collections.abc import Callable
import dataclasses
import json

from tests.live import relay

Answer = relay.Answer | relay.Silence

_PAGE = (
    b'<html><head><title>%d</title></head>'
    b'<body><center><h1>somebody in between has no answer</h1></center>'
    b'</body></html>'
)
_HTML = {'Content-Type': 'text/html'}
_JSON = {'Content-Type': 'application/json'}

#: Seconds a service asks to wait for: nobody would.
PATIENCE = 86400


@dataclasses.dataclass(frozen=True)
class Fault:
    """A fault.

    :ivar carried_out: whether the service sees the request.
    :ivar answer: from the service's answer (an empty one when it has not
        seen the request) to that which the client gets.
    :ivar lasting: whether all that is asked of the service from then on
        meets the same fault.
    :ivar refuses: whether it says that the token may not do that.
    :ivar slow: whether the client has to run into its time limit.
    :ivar expires: whether only requests with a token from before meet it, and
        all of those do from then on, whoever they are for.
    """

    name: str
    answer: Callable[[relay.Answer], Answer]
    carried_out: bool = False
    lasting: bool = False
    refuses: bool = False
    slow: bool = False
    expires: bool = False


def page(status: int, **headers: str) -> Callable[[relay.Answer], Answer]:
    """Return what answers as a proxy in front of a service does."""

    def answer(_: relay.Answer) -> Answer:
        return relay.Answer(status, _PAGE % status, {**_HTML, **headers})

    return answer


def _json(
    status: int, kind: str, message: str
) -> Callable[[relay.Answer], Answer]:
    """Return what answers as a service does."""
    body = {kind: {'code': status, 'message': message}}

    def answer(_: relay.Answer) -> Answer:
        return relay.Answer(status, json.dumps(body).encode(), {**_JSON})

    return answer


def _cut(answer: relay.Answer) -> Answer:
    return dataclasses.replace(answer, cut=True)


def _said_instead(
    body: bytes, content_type: str
) -> Callable[[relay.Answer], Answer]:
    """Return what keeps the status and says something else."""

    def answer(real: relay.Answer) -> Answer:
        headers = {
            name: value
            for name, value in real.headers.items()
            if name.lower() != 'content-type'
        }
        # A body takes a status that may have one.
        status = 200 if real.status == 204 else real.status
        return relay.Answer(
            status, body, {**headers, 'Content-Type': content_type}
        )

    return answer


_DENIED = _json(403, 'forbidden', 'Policy does not allow this.')

FAULTS = (
    Fault('500', _json(500, 'computeFault', 'The server has got it wrong.')),
    Fault('502', page(502)),
    Fault('503', page(503)),
    Fault('429 wait', page(429, **{'Retry-After': '1'})),
    Fault('503 wait a day', page(503, **{'Retry-After': str(PATIENCE)})),
    Fault('401', _json(401, 'error', 'The request you have made requires')),
    Fault('403', _DENIED, refuses=True),
    Fault('closed before', lambda _: relay.Silence()),
    Fault('closed after', lambda _: relay.Silence(), carried_out=True),
    Fault('504 after', page(504), carried_out=True),
    Fault('truncated', _cut, carried_out=True),
    Fault(
        'not JSON',
        _said_instead(b'<html>Please accept our terms</html>', 'text/html'),
        carried_out=True,
    ),
    Fault(
        'other JSON',
        _said_instead(b'{}', 'application/json'),
        carried_out=True,
    ),
    Fault('no body', _said_instead(b'', 'application/json'), carried_out=True),
    Fault('silent', lambda _: relay.Silence(), carried_out=True, slow=True),
    Fault('gone', lambda _: relay.Silence(), lasting=True),
    Fault('503 for good', page(503), lasting=True),
    Fault(
        '403 for good',
        _DENIED,
        lasting=True,
        refuses=True,
    ),
    Fault(
        'expired',
        _json(401, 'error', 'The request you have made requires'),
        expires=True,
    ),
)

BY_NAME = {fault.name: fault for fault in FAULTS}
