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

"""One service of the cloud, in one region, asked as one project.

This module knows how a request is addressed, sent, limited in time and
answered, and is the one place that turns an HTTP answer into a sentence. It
sends only what it is told to send: the modules that use it know paths, fields
and what they mean.

Requests go through a keystoneauth session. The session has the transport
settings (``--insecure``, ``--os-cacert``, ``--timing``, ``--debug``) and the
connection pool; the auth plugin has the identity.
"""

from __future__ import annotations

import dataclasses
import json
import typing
from urllib import parse

from osc_imageshare.api import responses
from osc_imageshare.api import tokens
from osc_imageshare.api import urls
from osc_imageshare import errors

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from keystoneauth1 import plugin
    from keystoneauth1 import session as ksa_session

    from osc_imageshare.api import traffic as traffic_

#: Seconds a request may take when the session sets no limit of its own
#: (python-openstackclient never does).
TIMEOUT = 60.0

#: How many redirects a GET follows. A request that changes something follows
#: none: it goes to the address of the catalog or nowhere.
_HOPS = 5

_VERSION = 'OpenStack-API-Version'
_REQUEST_ID = ('x-openstack-request-id', 'x-compute-request-id')

Params = typing.Sequence[tuple[str, str]]


@dataclasses.dataclass(frozen=True)
class Api:
    """A service at *url*, asked with the identity of *auth*.

    :ivar traffic: all requests of the run.
    :ivar service: the service type as in the catalog, for sentences.
    :ivar asker: as whom it is asked, for sentences.
    :ivar hint: the likely reason when a change is forbidden.
    """

    session: ksa_session.Session
    auth: plugin.BaseAuthPlugin
    traffic: traffic_.Traffic
    service: str
    region: str
    url: str
    asker: str
    hint: str | None = None

    def request(
        self,
        method: str,
        *segments: str,
        params: Params = (),
        body: object = None,
        headers: Mapping[str, str] | None = None,
        microversion: str | None = None,
    ) -> typing.Any:
        """Send one request and return its decoded JSON answer (or None).

        :param segments: the path below the service's URL, unquoted.
        :param body: JSON to send.
        :param microversion: service and version that must be spoken, as in
            ``compute 2.69``.
        :raises errors.ServiceError: for any answer but success; status 406
            from a service that does not speak that microversion.
        """
        from keystoneauth1 import exceptions as ksa_exceptions

        address = self.address(*segments, params=params)
        what = f'{method} {urls.shown(address)}'
        sent = {'Accept': 'application/json', **(headers or {})}
        if microversion is not None:
            sent[_VERSION] = microversion
        reading = method == 'GET'
        data = None
        if body is not None:
            sent.setdefault('Content-Type', 'application/json')
            data = json.dumps(body).encode()

        def attempt(left: Callable[[], float]) -> typing.Any:
            def send(address: str) -> typing.Any:
                return tokens.send(
                    self.session,
                    self.auth,
                    lambda token: self.session.request(
                        address,
                        method,
                        auth=self.auth,
                        authenticated=False,
                        headers={**sent, **token},
                        data=data,
                        raise_exc=False,
                        redirect=False,
                        connect_retries=0,
                        status_code_retries=0,
                        timeout=left(),
                    ),
                )

            return (
                self.with_redirects(send, address)
                if reading
                else send(address)
            )

        try:
            response = self.traffic.send(
                self.place, attempt, self.limit, reading
            )
        except (ksa_exceptions.ClientException, ValueError) as exc:
            # ValueError: clients parse the address of a redirect, even if
            # they do not follow it.
            raise self.no_answer(what, exc) from exc
        if not 200 <= response.status_code < 300:
            raise self.failure(what, response, reading)
        if microversion not in (None, response.headers.get(_VERSION)):
            # The service is too old for microversions, and has answered a
            # different question.
            raise errors.ServiceError(
                f'The {self._name} does not support microversion '
                f'{microversion!r}.',
                status=406,
            )
        if not response.content:
            return None
        try:
            return response.json()
        except ValueError as exc:
            raise self.no_answer(
                what, ValueError('the answer is not JSON')
            ) from exc

    def address(self, *segments: str, params: Params = ()) -> str:
        """Return the address of a path below the service's URL.

        :raises errors.Refused: for what cannot be part of an address.
        """
        try:
            path = '/' + '/'.join(urls.segment(s) for s in segments)
            query = f'?{parse.urlencode(list(params))}' if params else ''
        except UnicodeEncodeError as exc:
            raise errors.Refused(
                f'{exc.object!r} is not valid text, so nothing in this cloud '
                'can have that name.',
                'No request was sent.',
            ) from exc
        return f'{self.url}{path}{query}'

    def with_redirects(
        self, send: Callable[[str], typing.Any], address: str
    ) -> typing.Any:
        """Return the answer to a GET, after redirects within the service.

        keystoneauth can follow redirects, but sends the token to any address
        that is named, and takes any answer there for that of the service.
        """
        response = send(address)
        for _ in range(_HOPS):
            if response.next is None:
                break
            named = response.next.url
            onward = urls.onward(response.url, named)
            if onward is None:
                raise self.unusable(
                    f'it redirects to {urls.shown(named)[:300]}, which may '
                    'be a different service and was not asked'
                )
            response = send(onward)
        return response

    @property
    def place(self) -> tuple[str, str]:
        """The service and region that a 429 makes the run wait for."""
        # One Keystone serves all regions.
        region = '' if self.service == 'identity' else self.region
        return self.service, region

    @property
    def limit(self) -> float:
        """Seconds that one request may take."""
        return float(self.session.timeout or TIMEOUT)

    def pages(
        self,
        *segments: str,
        key: str,
        params: Params = (),
        microversion: str | None = None,
    ) -> Iterator[dict[str, typing.Any]]:
        """Yield the records of a collection, following its links.

        Only the query of a ``next`` link is used: the address stays the one
        of the catalog, whatever a proxy has written into the link.

        :param key: the collection's key in the answer.
        :raises errors.ServiceError: as :meth:`request`; also for an answer
            without that key, or links that run in a circle.
        """
        asked = set()
        while True:
            answer = self.request(
                'GET', *segments, params=params, microversion=microversion
            )
            records = answer.get(key) if isinstance(answer, dict) else None
            if not isinstance(records, list) or not all(
                isinstance(record, dict) for record in records
            ):
                raise self.unusable(
                    f'{"/".join(segments)} has no list of {key!r}'
                )
            yield from records
            if answer.get('truncated'):
                # Keystone's list_limit: the rest cannot be read.
                raise self.unusable(f'{"/".join(segments)} is incomplete')
            try:
                link = responses.next_link(answer, key)
            except (AttributeError, TypeError) as exc:
                raise self.unusable('its links are malformed') from exc
            if link is None:
                return
            query = parse.urlsplit(link).query
            if query in asked:
                raise self.unusable(f'{"/".join(segments)} never ends')
            asked.add(query)
            params = parse.parse_qsl(query, keep_blank_values=True)
            # A page may have megabytes; the next one replaces it.
            del answer, records

    def unusable(self, why: str) -> errors.ServiceError:
        """Return the error for an answer that makes no sense."""
        return errors.ServiceError(
            f'The {self._name} gave an unusable answer: {why}.',
            uncertain=True,
        )

    @property
    def _name(self) -> str:
        return f'{self.service} service in region {self.region!r}'

    def no_answer(self, what: str, exc: Exception) -> errors.ServiceError:
        # The status of such an exception is the identity service's, which was
        # asked for a new token: it says nothing about this request.
        advice = responses.untrusted(exc)
        return errors.ServiceError(
            f'The {self._name} gave no usable answer to {what} '
            f'(asked as {self.asker}): {urls.shown(str(exc))}',
            *advice,
            # The client sends nothing to a host that it does not trust.
            uncertain=not advice,
        )

    def failure(
        self, what: str, response: typing.Any, reading: bool
    ) -> errors.ServiceError:
        status = response.status_code
        request_id = next(
            (
                response.headers[name]
                for name in _REQUEST_ID
                if name in response.headers
            ),
            'none given',
        )
        likely = (
            (self.hint,) if status == 403 and self.hint and not reading else ()
        )
        if 'Retry-After' in response.headers:
            asked_for = response.headers['Retry-After']
            likely = (f'The service asks to retry later: {asked_for}.',)
        return errors.ServiceError(
            f'The {self._name} answered {status} to {what} '
            f'(asked as {self.asker}): {responses.reason(response.text)}',
            *likely,
            f'Request ID: {request_id}.',
            status=status,
            uncertain=status >= 500,
        )
