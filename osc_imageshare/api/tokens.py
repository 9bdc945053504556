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

"""The token that a request is sent with.

This module knows how long keystoneauth may take to obtain a token, that
another thread may invalidate it, and that a 401 needs a new one. It knows
nothing about the content of requests.
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
    ever without one. Both sessions share connections, certificates and
    timings; the caller's session keeps its own limit.
    """
    found: typing.Any = copy.copy(session)
    found.timeout = session.timeout or seconds
    # keystoneauth closes the connections of a session that is collected.
    found._session = None
    return typing.cast('ksa_session.Session', found)


def send(
    session: ksa_session.Session,
    auth: plugin.BaseAuthPlugin,
    request: Callable[[Mapping[str, str]], typing.Any],
) -> typing.Any:
    """Return the answer to a request that is sent with a token.

    A service that answers 401 did not carry out the request, so the request
    is sent once more, with a new token. keystoneauth can do all that, but
    obtains tokens and sends in one call: when that call fails, nobody can
    tell whether it has sent anything.

    :param request: sends it, with the headers that say who is asking.
    """
    token = _headers(session, auth)
    response = request(token)
    if response.status_code != _UNAUTHORIZED:
        return response
    newer = _headers(session, auth)
    if newer == token:
        # Otherwise another thread got a 401 too, and has renewed the token.
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
    """Return the headers with the token of *auth*."""
    from keystoneauth1 import exceptions as ksa_exceptions

    try:
        headers = session.get_auth_headers(auth)
    except (AssertionError, AttributeError):
        # keystoneauth's get_access checks whether the token ends soon, and
        # returns it (5.18 asserts that it exists) after it has released its
        # lock; another thread's invalidate() removes it without the lock.
        headers = session.get_auth_headers(auth)
    if headers is None:
        raise ksa_exceptions.AuthorizationFailure()
    return headers
