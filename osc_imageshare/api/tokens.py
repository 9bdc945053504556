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

"""As whom a request is sent.

Knows how long keystoneauth may take to obtain a token, that it loses one to
another thread, and what a request that is answered 401 needs. Knows nothing
of what is asked.
"""

from __future__ import annotations

import copy
import typing

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from keystoneauth1 import plugin
    from keystoneauth1 import session as ksa_session

_UNAUTHORIZED = 401


def limited(
    session: ksa_session.Session, seconds: float
) -> ksa_session.Session:
    """Return the same session, with a time limit if it has none.

    keystoneauth obtains tokens with the session's own limit, and waits for
    ever without one. Connections, certificates and timings are shared; what
    the caller does with the session itself stays as it is.
    """
    found: typing.Any = copy.copy(session)
    found.timeout = session.timeout or seconds
    # keystoneauth closes the connections of a session that is forgotten.
    found._session = None
    return typing.cast('ksa_session.Session', found)


def send(
    session: ksa_session.Session,
    auth: plugin.BaseAuthPlugin,
    request: Callable[[Mapping[str, str]], typing.Any],
) -> typing.Any:
    """Return the answer to a request that is sent with a token.

    A request that is answered 401 was not carried out: it is sent once more,
    with a new token. keystoneauth can do all that, but obtains tokens and
    sends in one call, so that nobody can tell afterwards whether a call that
    failed has sent anything.

    :param request: sends it, with the headers that say who is asking.
    """
    token = _headers(session, auth)
    response = request(token)
    if response.status_code != _UNAUTHORIZED:
        return response
    newer = _headers(session, auth)
    if newer == token:
        # Else another thread has had the same answer before.
        if not session.invalidate(auth):
            return response
        newer = _headers(session, auth)
    return request(newer)


def fresh(
    session: ksa_session.Session, auth: plugin.BaseAuthPlugin
) -> Mapping[str, str]:
    """Return headers with a token that has just been issued.

    For a request that must not be sent a second time, and so must not meet a
    token that has expired or was revoked meanwhile.
    """
    session.invalidate(auth)
    return _headers(session, auth)


def _headers(
    session: ksa_session.Session, auth: plugin.BaseAuthPlugin
) -> Mapping[str, str]:
    """Return the headers that say who is asking; nothing is changed."""
    from keystoneauth1 import exceptions as ksa_exceptions

    try:
        headers = session.get_auth_headers(auth)
    except (AssertionError, AttributeError):
        # keystoneauth's get_access returns the token (5.18 asserts that there
        # is one) after it has let its lock go, and asks before whether it
        # ends soon; invalidate() takes it away without the lock, in another
        # thread.
        headers = session.get_auth_headers(auth)
    if headers is None:
        raise ksa_exceptions.AuthorizationFailure()
    return headers
