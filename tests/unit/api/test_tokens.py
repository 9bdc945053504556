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

"""A request is sent with the token of whoever it is meant to be from."""

from __future__ import annotations

import types
import typing

from keystoneauth1 import exceptions as ksa_exceptions

from osc_imageshare.api import tokens
from tests.unit import base

if typing.TYPE_CHECKING:
    from collections.abc import Mapping

_MEMBER: typing.Any = object()


class _Session:
    """Has an identity of its own, as the caller's session does.

    :param found: what a look for the member's headers comes to, in turn.
    """

    def __init__(self, *found: object, invalidates: bool = True) -> None:
        self._found = list(found)
        self._invalidates = invalidates
        self.invalidated: list[object] = []

    def get_auth_headers(self, auth: object = None) -> object:
        if auth is not _MEMBER:
            return {'X-Auth-Token': 'caller'}
        found = self._found.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    def invalidate(self, auth: object = None) -> bool:
        self.invalidated.append(auth)
        return self._invalidates


class SendTest(base.TestCase):
    def send(
        self, session: typing.Any, *statuses: int
    ) -> tuple[list[str], int]:
        """Return the tokens that were sent, and the status in the end."""
        left = list(statuses)
        sent: list[str] = []

        def request(headers: Mapping[str, str]) -> typing.Any:
            sent.append(headers['X-Auth-Token'])
            return types.SimpleNamespace(status_code=left.pop(0))

        answer = tokens.send(session, _MEMBER, request)
        self.assertEqual([], left)
        return sent, answer.status_code

    def test_it_is_the_members_every_time(self) -> None:
        old, new = {'X-Auth-Token': 'old'}, {'X-Auth-Token': 'new'}
        for found, statuses, expected, invalidated in (
            ([old], [200], ['old'], []),
            ([old], [403], ['old'], []),
            ([old, old, new], [401, 200], ['old', 'new'], [_MEMBER]),
            ([old, old, new], [401, 401], ['old', 'new'], [_MEMBER]),
            # Another thread has had a new one made already.
            ([old, new], [401, 200], ['old', 'new'], []),
            # Another thread took it away at the same time.
            ([AssertionError(), new], [200], ['new'], []),
            ([AttributeError(), new], [200], ['new'], []),
            (
                [old, AssertionError(), new],
                [401, 200],
                ['old', 'new'],
                [],
            ),
        ):
            session = _Session(*found)
            self.assertEqual(
                (expected, statuses[-1]), self.send(session, *statuses)
            )
            self.assertEqual(invalidated, session.invalidated)

    def test_one_that_cannot_be_made_anew_is_not_sent_twice(self) -> None:
        old = {'X-Auth-Token': 'old'}
        session = _Session(old, old, invalidates=False)
        self.assertEqual((['old'], 401), self.send(session, 401))

    def test_without_one_nothing_is_sent(self) -> None:
        self.assertRaises(
            ksa_exceptions.AuthorizationFailure, self.send, _Session(None)
        )
