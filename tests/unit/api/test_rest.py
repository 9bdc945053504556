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

import dataclasses
import json
import logging
import typing
from urllib import parse

import fixtures
from keystoneauth1.identity import base as identity
from keystoneauth1 import session as ksa_session
from keystoneauth1 import token_endpoint
import requests
from requests import adapters

from osc_imageshare.api import responses as answers
from osc_imageshare.api import rest
from osc_imageshare.api import tokens
from osc_imageshare.api import traffic
from osc_imageshare.api import urls
from osc_imageshare import errors
from osc_imageshare.identity import caller
from tests import fakes
from tests.unit import base

ONE = fakes.ONE

_TOKEN = 'gAAAA-the-token'

#: Strings that Glance stores as members, or that somebody tries.
_SEGMENTS = (
    'a' * 32,
    'team b',
    'a/b',
    '?x=1',
    '#f',
    '%2e%2e',
    '%2F',
    '%',
    '..;',
    '...',
    '../x',
    ' .. ',
    'é',
    '\u202e',
    '\n',
    'a&b=c+d',
    'x' * 255,
)


class SegmentTest(base.TestCase):
    def test_what_a_client_would_resolve_is_no_segment(self) -> None:
        for value in ('', '.', '..'):
            self.assertRaises(ValueError, urls.segment, value)

    def test_nothing_in_it_means_anything_to_a_url(self) -> None:
        for value in _SEGMENTS:
            quoted = urls.segment(value)
            self.assertEqual(value, parse.unquote(quoted))
            self.assertEqual(
                set(), set('/?#;\n& ').intersection(quoted), value
            )


class ReasonTest(base.TestCase):
    def test_each_service_is_understood(self) -> None:
        table = {
            # Nova, Cinder
            '{"itemNotFound": {"code": 404, "message": "Not\\n  here"}}': (
                'Not here'
            ),
            # Keystone
            '{"error": {"code": 403, "message": "Not you.", "title": "No"}}': (
                'Not you.'
            ),
            # Glance
            '<html>\n <head>\n  <title>404 Not Found</title>\n </head>\n'
            ' <body>\n  <h1>404 Not Found</h1>\n  No image<br /><br />\n'
            ' </body>\n</html>': '404 Not Found No image',
            # Magnum
            '{"errors": [{"detail": "No."}]}': "[{'detail': 'No.'}]",
            # A proxy
            'upstream timed out': 'upstream timed out',
            '': 'no reason given',
            '   ': 'no reason given',
            '<html></html>': 'no reason given',
            '{}': '{}',
            '[]': '[]',
            'null': 'None',
        }
        self.assertEqual(table, {body: answers.reason(body) for body in table})

    def test_a_page_of_text_is_cut(self) -> None:
        self.assertEqual(300, len(answers.reason('word ' * 1000)))


class _Recorder(adapters.HTTPAdapter):
    """Notes how long each request may take."""

    def __init__(self) -> None:
        super().__init__()
        self.timeouts: list[object] = []

    def send(self, *args: typing.Any, **kwargs: typing.Any) -> typing.Any:
        self.timeouts.append(kwargs['timeout'])
        return super().send(*args, **kwargs)


class ApiTestCase(base.TestCase):
    """An Api in front of a server that answers what a test has prepared."""

    def setUp(self) -> None:
        super().setUp()
        self.answers: list[fakes.Answer] = []
        self.server = self.useFixture(fakes.Server(self.respond))
        self.session = ksa_session.Session()
        self.api = rest.Api(
            session=self.session,
            auth=token_endpoint.Token(self.server.url, _TOKEN),
            traffic=traffic.Traffic(),
            service='image',
            region='RegionOne',
            url=f'{self.server.url}/image/v2',
            asker='project x, own project',
        )
        self.no_pauses()

    def respond(self, request: fakes.Request) -> fakes.Answer:
        if len(self.answers) > 1:
            return self.answers.pop(0)
        return self.answers[0]

    def prepare(self, *answers: fakes.Answer) -> None:
        """Prepare answers; the last one stays."""
        self.answers = list(answers)

    def failure(
        self, method: str = 'GET', *segments: str
    ) -> errors.ServiceError:
        """Send a request that must fail, and return the error."""
        error = self.assertRaises(
            errors.ServiceError,
            self.api.request,
            method,
            *(segments or ('images',)),
        )
        self.assertNotIn(_TOKEN, str(error))
        return error


class RequestTest(ApiTestCase):
    def test_a_segment_arrives_as_one(self) -> None:
        self.prepare(fakes.Answer(204))
        for value in _SEGMENTS:
            self.api.request('DELETE', 'images', 'x', 'members', value)
            path = self.server.requests[-1].path.split('/')
            self.assertEqual(
                ['', 'image', 'v2', 'images', 'x', 'members', value],
                [parse.unquote(segment) for segment in path],
            )

    def test_what_leads_to_another_address_is_not_sent(self) -> None:
        for value in ('', '.', '..'):
            self.assertRaises(
                ValueError,
                self.api.request,
                'DELETE',
                'images',
                'x',
                'members',
                value,
            )
        self.assertEqual([], self.server.requests)

    def test_everything_handed_over_is_sent(self) -> None:
        self.prepare(fakes.Answer(body={'is': 'well'}))
        answer = self.api.request(
            'POST',
            'images',
            params=[('image', 'a&b'), ('image', 'é')],
            body={'member': 'x'},
            headers={'X-Special': 'yes'},
        )
        self.assertEqual({'is': 'well'}, answer)
        (request,) = self.server.requests
        self.assertEqual((('image', 'a&b'), ('image', 'é')), request.query)
        self.assertEqual({'member': 'x'}, request.body)
        self.assertEqual('yes', request.headers['x-special'])
        self.assertEqual('application/json', request.headers['content-type'])
        self.assertEqual('application/json', request.headers['accept'])
        self.assertEqual(_TOKEN, request.token)

    def test_a_content_type_that_is_given_is_kept(self) -> None:
        self.prepare(fakes.Answer())
        self.api.request(
            'PATCH', 'x', body=[], headers={'Content-Type': 'application/y'}
        )
        (request,) = self.server.requests
        self.assertEqual('application/y', request.headers['content-type'])

    def test_an_empty_answer_is_none(self) -> None:
        self.prepare(fakes.Answer(204))
        self.assertIsNone(self.api.request('DELETE', 'x'))

    def test_each_request_may_take_as_long_as_the_session_says(self) -> None:
        self.prepare(fakes.Answer(204))
        recorder = _Recorder()
        self.session.session.mount('http://', recorder)
        self.api.request('GET', 'x')
        self.session.timeout = 7.5
        self.api.request('DELETE', 'x')
        self.assertEqual([rest.TIMEOUT, 7.5], recorder.timeouts)

    def test_a_service_that_says_nothing_is_given_up(self) -> None:
        self.session.timeout = 0.2
        self.prepare(fakes.Answer(204))
        for method in 'GET', 'DELETE':
            self.server.rule(
                method,
                '',
                before=lambda: self.server.stopped.wait(60),
                times=None,
            )
            error = self.failure(method, 'x')
            self.assertEqual((None, True), (error.status, error.uncertain))
            self.assertIn('timed out', str(error))


class FailureTest(ApiTestCase):
    def test_what_may_have_been_carried_out_is_called_uncertain(self) -> None:
        answer = fakes.Answer
        table: list[tuple[str, fakes.Answer, tuple[int | None, bool]]] = [
            # what is about, answer, (status, uncertain)
            ('refused', answer(400, {}), (400, False)),
            ('forbidden', answer(403, {}), (403, False)),
            ('not there', answer(404, 'gone'), (404, False)),
            ('there already', answer(409, {}), (409, False)),
            ('too many', answer(413, {}), (413, False)),
            ('a broken service', answer(500, 'oops'), (500, True)),
            ('a service that is down', answer(503, ''), (503, True)),
            ('a proxy that gave up', answer(504, ''), (504, True)),
            (
                'a page of a proxy',
                answer(200, '<html>Log in</html>'),
                (None, True),
            ),
            (
                'half of an answer',
                answer(200, '{"id":', cut=True),
                (None, True),
            ),
            ('an answer that stops', answer(200, '', cut=True), (None, True)),
            ('an error that stops', answer(404, '{', cut=True), (None, True)),
            ('no answer', fakes.LOST, (None, True)),
        ]
        for method in 'GET', 'POST', 'PUT', 'PATCH', 'DELETE':
            for about, given, expected in table:
                self.prepare(given)
                error = self.failure(method)
                self.assertEqual(
                    expected,
                    (error.status, error.uncertain),
                    f'{method}: {about}',
                )

    def test_nobody_listening_is_an_error_of_the_service(self) -> None:
        self.prepare(fakes.Answer())
        nobody = rest.Api(
            session=self.session,
            auth=self.api.auth,
            traffic=traffic.Traffic(),
            service='compute',
            region='RegionOne',
            # Port 9 is "discard"; nothing has listened there for decades.
            url='http://127.0.0.1:9',
            asker='project x',
        )
        error = self.assertRaises(
            errors.ServiceError, nobody.request, 'DELETE', 'servers'
        )
        self.assertEqual((None, True), (error.status, error.uncertain))

    def test_nobody_reads_what_stands_before_a_host(self) -> None:
        self.prepare(fakes.Answer(404))
        for url in self.api.url, 'http://127.0.0.1:9':
            told = url.replace('//', '//me:secret@')
            api = dataclasses.replace(self.api, url=told)
            error = self.assertRaises(
                errors.ServiceError, api.request, 'GET', 'images'
            )
            self.assertIn(f'GET {url}/images', str(error))
            self.assertNotIn('secret', str(error))

    def test_the_sentence_names_all_that_is_known(self) -> None:
        self.prepare(
            fakes.Answer(
                403,
                {'forbidden': {'code': 403, 'message': 'Policy says no.'}},
                {'x-openstack-request-id': 'req-1234'},
            )
        )
        error = self.failure('PUT', 'images', 'x y')
        self.assertEqual(
            (
                "The image service in region 'RegionOne' answered 403 to PUT "
                f'{self.api.url}/images/x%20y (asked as project x, own '
                'project): Policy says no.',
                'Request ID: req-1234.',
            ),
            error.lines,
        )

    def test_the_likely_reason_is_added_where_a_change_is_forbidden(
        self,
    ) -> None:
        self.api = dataclasses.replace(self.api, hint='The likely reason.')
        table = {
            # method, status: whether it is
            ('POST', 403): True,
            ('DELETE', 403): True,
            ('GET', 403): False,
            ('POST', 404): False,
        }
        for (method, status), expected in table.items():
            self.prepare(fakes.Answer(status, 'no'))
            self.assertEqual(
                expected, 'The likely reason.' in self.failure(method).lines
            )

    def test_novas_older_name_of_the_request_id_counts(self) -> None:
        self.prepare(fakes.Answer(404, '', {'X-Compute-Request-Id': 'req-5'}))
        self.assertIn('Request ID: req-5.', self.failure().lines)

    def test_a_request_id_that_is_missing_is_said_to_be(self) -> None:
        self.prepare(fakes.Answer(404, ''))
        self.assertIn('Request ID: none given.', self.failure().lines)

    def test_a_token_in_the_body_of_a_request_is_not_repeated(self) -> None:
        self.prepare(fakes.Answer(500, 'oops'))
        error = self.assertRaises(
            errors.ServiceError,
            self.api.request,
            'POST',
            'tokens',
            body={'token': 'secret-of-somebody'},
        )
        self.assertNotIn('secret-of-somebody', str(error))


class ReauthenticationTest(base.CloudTestCase):
    """A token that ends in mid-run, and an identity service that fails."""

    def failure(self, method: str, status: int) -> errors.ServiceError:
        """Return the error when no new token is given."""
        own = self.scopes('bob').own
        api = self.api_of(own, 'compute')
        server = self.cloud.server
        server.requests.clear()
        server.rules.clear()
        server.rule(method, '/servers/', fakes.Answer(401))
        refusal = fakes.Answer(status, {})
        server.rule('POST', '/auth/tokens', refusal, times=None)
        error = self.assertRaises(
            errors.ServiceError, api.request, method, 'servers', 'x'
        )
        self.assertEqual(
            ['/compute/v2.1/servers/x', '/identity/v3/auth/tokens'],
            [request.path for request in server.requests],
        )
        server.rules.clear()
        return error

    def test_its_answer_is_not_the_answer_of_the_service(self) -> None:
        for method in 'GET', 'DELETE':
            for status in 400, 401, 403, 404, 406, 409, 413, 500:
                error = self.failure(method, status)
                self.assertEqual(
                    (None, True),
                    (error.status, error.uncertain),
                    f'{method} {status}',
                )


class TokenTest(base.CloudTestCase):
    """Several threads that use one token, which ends for one of them."""

    def setUp(self) -> None:
        super().setUp()
        own = self.scopes('bob').own
        self.api_ = self.api_of(own, 'compute')
        self.token = str(own.access.auth_token)

    def taken_away(self, noticed: Exception) -> None:
        """Let the next use of a token find that there is none."""
        real = identity.BaseIdentityPlugin.get_access
        left = [noticed]

        def get_access(this: typing.Any, session: typing.Any) -> typing.Any:
            if left:
                raise left.pop()
            return real(this, session)

        self.useFixture(
            fixtures.MonkeyPatch(
                'keystoneauth1.identity.base.BaseIdentityPlugin.get_access',
                get_access,
            )
        )

    def test_who_finds_it_taken_away_obtains_another(self) -> None:
        for method, noticed in (
            # As keystoneauth's new and old releases notice it.
            ('GET', AssertionError()),
            ('POST', AttributeError('auth_token')),
        ):
            self.taken_away(noticed)
            self.cloud.server.rule(method, '/servers$', fakes.Answer(200, {}))
            self.assertEqual({}, self.api_.request(method, 'servers'))

    def test_nothing_that_may_have_been_sent_is_repeated_for_it(self) -> None:
        real = requests.Session.send
        for method in 'POST', 'PUT', 'PATCH', 'DELETE':
            for error in AssertionError(), AttributeError('auth_token'):
                self.cloud.server.requests.clear()
                self.cloud.server.rule(
                    method, '/servers$', fakes.Answer(200, {})
                )

                def send(
                    *args: typing.Any,
                    error: Exception = error,
                    **more: typing.Any,
                ) -> typing.Any:
                    real(*args, **more)
                    raise error

                with fixtures.MonkeyPatch('requests.Session.send', send):
                    self.assertRaises(
                        type(error), self.api_.request, method, 'servers'
                    )
                self.assertEqual(1, len(self.cloud.server.requests))

    def test_who_is_refused_tries_once_with_another_token(self) -> None:
        server = self.cloud.server
        for method in 'GET', 'POST', 'DELETE':
            server.requests.clear()
            server.rule(method, '/servers$', fakes.Answer(401))
            server.rule(method, '/servers$', fakes.Answer(200, {}))
            self.assertEqual({}, self.api_.request(method, 'servers'))
            first, _, second = server.requests
            self.assertEqual(
                [method, 'POST', method], [r.method for r in server.requests]
            )
            self.assertNotEqual(first.token, second.token)
            server.requests.clear()
            server.rules.clear()
            server.rule(method, '/servers$', fakes.Answer(401), times=None)
            error = self.assertRaises(
                errors.ServiceError, self.api_.request, method, 'servers'
            )
            self.assertEqual(401, error.status)
            self.assertEqual(2, len(server.sent(method, '/servers$')))
            server.rules.clear()

    def test_a_token_that_another_thread_has_renewed_is_used(self) -> None:
        def renewed() -> None:
            """Do what a thread does that has been refused before."""
            self.api_.session.invalidate(self.api_.auth)
            self.api_.session.get_auth_headers(self.api_.auth)

        server = self.cloud.server
        server.requests.clear()
        refusal = fakes.Answer(401)
        server.rule('POST', '/servers$', refusal, before=renewed)
        server.rule('POST', '/servers$', fakes.Answer(200, {}))
        self.assertEqual({}, self.api_.request('POST', 'servers'))
        self.assertEqual(1, len(server.sent('POST', '/auth/tokens')))


class LimitTest(base.CloudTestCase):
    """A caller whose session has no time limit."""

    def test_it_is_the_callers_own_as_before(self) -> None:
        connection = self.cloud.connect('bob')
        recorder = _Recorder()
        connection.session.session.mount('http://', recorder)
        found = caller.Caller(connection)
        self.assertIsNone(connection.session.timeout)
        self.assertEqual(rest.TIMEOUT, found.own.session.timeout)
        found.own.session.invalidate(found.own.auth)
        found.own_projects  # noqa: B018
        self.assertNotEqual([], recorder.timeouts)
        self.assertEqual({rest.TIMEOUT}, set(recorder.timeouts))

    def test_a_limit_that_is_set_holds(self) -> None:
        session = ksa_session.Session(timeout=7, collect_timing=True)
        found = tokens.limited(session, 60)
        self.assertEqual(7, found.timeout)
        # What --timing prints.
        self.assertIs(session.get_timings(), found.get_timings())

    def test_connections_are_shared_and_stay_open(self) -> None:
        connection = self.cloud.connect('bob')
        closed: list[bool] = []
        transport = connection.session.session
        self.useFixture(
            fixtures.MonkeyPatch(
                'requests.Session.close', lambda this: closed.append(True)
            )
        )
        session = tokens.limited(connection.session, 60)
        self.assertIs(transport, session.session)
        del session
        self.assertEqual([], closed)


class MicroversionTest(ApiTestCase):
    def answered(self, **headers: str) -> errors.ServiceError:
        """Return the error when the answer is for another version."""
        self.prepare(fakes.Answer(200, {}, headers))
        return self.assertRaises(
            errors.ServiceError,
            self.api.request,
            'GET',
            'servers',
            microversion='compute 2.69',
        )

    def test_a_version_that_is_confirmed_is_spoken(self) -> None:
        told = {'OpenStack-API-Version': 'compute 2.69'}
        self.prepare(fakes.Answer(200, {'a': 1}, told))
        self.assertEqual(
            {'a': 1},
            self.api.request('GET', 'servers', microversion='compute 2.69'),
        )

    def test_a_service_that_says_nothing_of_it_does_not_speak_it(
        self,
    ) -> None:
        for headers in {}, {'OpenStack-API-Version': 'compute 2.1'}:
            error = self.answered(**headers)
            self.assertEqual((406, False), (error.status, error.uncertain))
            self.assertIn("'compute 2.69'", str(error))

    def test_without_one_nothing_is_asked_and_nothing_expected(self) -> None:
        self.prepare(fakes.Answer(200, {}))
        self.assertEqual({}, self.api.request('GET', 'servers'))
        (request,) = self.server.requests
        self.assertNotIn('openstack-api-version', request.headers)


class RepeatTest(ApiTestCase):
    def test_only_reading_is_tried_again(self) -> None:
        table = {'GET': 3, 'POST': 1, 'PUT': 1, 'PATCH': 1, 'DELETE': 1}
        for status in 502, 503, 504:
            self.prepare(fakes.Answer(status, ''))
            for method, times in table.items():
                self.server.requests.clear()
                self.failure(method)
                self.assertEqual(
                    times, len(self.server.requests), f'{method} {status}'
                )

    def test_what_came_too_early_is_sent_again(self) -> None:
        busy = fakes.Answer(429, '', {'Retry-After': '1'})
        for method in 'GET', 'POST', 'PUT', 'PATCH', 'DELETE':
            self.server.requests.clear()
            self.prepare(*[busy] * 5, fakes.Answer(body={}))
            self.assertEqual(
                {}, self.api.request(method, 'x', body={'is': 'the same'})
            )
            self.assertEqual(
                [(method, {'is': 'the same'}, _TOKEN)] * 6,
                [(r.method, r.body, r.token) for r in self.server.requests],
            )

    def test_a_service_that_is_always_busy_is_given_up(self) -> None:
        busy = fakes.Answer(429, '', {'Retry-After': '20'})
        for method in 'GET', 'POST', 'DELETE':
            self.server.requests.clear()
            self.prepare(busy)
            error = self.failure(method)
            self.assertEqual((429, False), (error.status, error.uncertain))
            self.assertEqual(4, len(self.server.requests))

    def test_a_service_that_recovers_is_read(self) -> None:
        self.prepare(fakes.Answer(503, ''), fakes.Answer(body={}))
        self.assertEqual({}, self.api.request('GET', 'x'))

    def test_nobody_waits_longer_than_a_request_may_take(self) -> None:
        self.prepare(fakes.Answer(503, '', {'Retry-After': '86400'}))
        self.assertIn('86400', str(self.failure('GET')))
        self.assertEqual(1, len(self.server.requests))

    def test_what_is_left_alone_is_a_service_of_a_region(self) -> None:
        table = {
            ('image', 'One'): ('image', 'One'),
            ('image', 'Two'): ('image', 'Two'),
            ('compute', 'One'): ('compute', 'One'),
            # As for a token, which is asked for before a region is known.
            ('identity', 'One'): ('identity', ''),
        }
        for (service, region), expected in table.items():
            api = dataclasses.replace(self.api, service=service, region=region)
            self.assertEqual(expected, api.place)

    def test_nothing_is_printed_of_an_attempt_that_failed(self) -> None:
        logger = self.useFixture(fixtures.FakeLogger(level=logging.WARNING))
        self.prepare(fakes.Answer(503, ''), fakes.Answer(body={}))
        self.api.request('GET', 'x')
        self.assertEqual('', logger.output)

    def test_a_connection_that_fails_is_tried_once_more(self) -> None:
        self.prepare(fakes.LOST)
        self.failure('GET')
        self.assertEqual(2, len(self.server.requests))

    def test_a_lost_answer_to_a_change_is_not_asked_for_again(self) -> None:
        self.prepare(fakes.LOST, fakes.Answer(204))
        self.failure('DELETE')
        self.assertEqual(1, len(self.server.requests))


class RedirectTest(ApiTestCase):
    def _to(
        self, path: str, status: int = 302, root: str | None = None
    ) -> fakes.Answer:
        root = self.server.url if root is None else root
        return fakes.Answer(status, '', {'Location': f'{root}{path}'})

    def _stranger(self) -> fakes.Server:
        """Return another server, which answers whatever it is asked."""
        return self.useFixture(
            fakes.Server(lambda request: fakes.Answer(body={'images': []}))
        )

    def test_reading_follows(self) -> None:
        for address in (
            f'{self.server.url}/there?a=%26',
            '/there?a=%26',
            '../../there?a=%26',
        ):
            self.server.requests.clear()
            self.prepare(
                self._to(address, root=''), fakes.Answer(body={'a': 1})
            )
            self.assertEqual({'a': 1}, self.api.request('GET', 'here'))
            _, request = self.server.requests
            self.assertEqual('/there', request.path)
            self.assertEqual((('a', '&'),), request.query)
            self.assertEqual(_TOKEN, request.token)

    def test_changing_does_not(self) -> None:
        for method in 'POST', 'PUT', 'PATCH', 'DELETE':
            self.server.requests.clear()
            self.prepare(self._to('/there', 307))
            error = self.failure(method)
            self.assertEqual((307, False), (error.status, error.uncertain))
            self.assertEqual(1, len(self.server.requests))

    def test_changing_does_not_ask_another_server_either(self) -> None:
        stranger = self._stranger()
        for method in 'POST', 'PUT', 'PATCH', 'DELETE':
            self.prepare(self._to('/', 308, stranger.url))
            self.assertEqual(308, self.failure(method).status)
        self.assertEqual([], stranger.requests)

    def test_nobody_else_hears_of_the_token_or_is_believed(self) -> None:
        stranger = self._stranger()
        self.assertNotEqual(self.server.url, stranger.url)
        port = stranger.url.rpartition(':')[2]
        own = self.server.url.removeprefix('http://')
        for address in (
            stranger.url,
            f'//127.0.0.1:{port}',
            f'http://localhost:{port}',
            f'http://somebody@127.0.0.1:{port}',
            # Which of the two hosts this names is a matter of opinion.
            f'http://127.0.0.1:{port}\\@{own}',
            f'http://{own}\\@127.0.0.1:{port}',
            f'http://{own}#@127.0.0.1:{port}',
            f'http://{own}?@127.0.0.1:{port}',
            f'http://{own}@127.0.0.1:{port}',
        ):
            for status in 301, 302, 303, 307, 308:
                self.prepare(
                    self._to('/image/v2/images', status, address),
                    # Where a client takes the server itself to be meant.
                    fakes.Answer(500, ''),
                )
                error = self.failure()
                self.assertTrue(error.uncertain, address)
                self.assertEqual([], stranger.requests, address)

    def test_the_address_that_is_not_asked_is_named(self) -> None:
        stranger = self._stranger()
        self.prepare(self._to('/there', 302, stranger.url))
        error = self.failure()
        self.assertEqual((None, True), (error.status, error.uncertain))
        self.assertIn(f'{stranger.url}/there', str(error))

    def test_a_redirection_within_the_server_does_not_hide_another(
        self,
    ) -> None:
        stranger = self._stranger()
        self.prepare(
            self._to('/there'), self._to('/further', 302, stranger.url)
        )
        self.failure()
        self.assertEqual(
            ['/image/v2/images', '/there'],
            [request.path for request in self.server.requests],
        )
        self.assertEqual([], stranger.requests)

    def test_only_the_same_server_is_followed_to(self) -> None:
        table = {
            # asked, named: followed to, if at all
            ('http://cloud/a', 'http://cloud/b?c=d#e'): 'http://cloud/b?c=d',
            ('http://cloud/a', 'http://CLOUD:80/b'): 'http://cloud/b',
            ('http://cloud:9292/a', 'http://cloud:9292/'): (
                'http://cloud:9292/'
            ),
            ('https://cloud:443/a', 'https://cloud/b'): 'https://cloud:443/b',
            ('http://[::1]:80/a', 'http://[::1]/b'): 'http://[::1]:80/b',
            ('http://cloud/a', 'http://me:secret@cloud/b'): 'http://cloud/b',
            # TLS
            ('http://cloud/a', 'https://cloud/b'): 'https://cloud/b',
            ('http://cloud:80/a', 'https://cloud:443/b'): 'https://cloud/b',
            ('http://cloud:9292/a', 'https://cloud:9292/b'): (
                'https://cloud:9292/b'
            ),
            ('http://cloud:9292/a', 'https://cloud/b'): None,
            ('http://cloud/a', 'https://cloud:9292/b'): None,
            ('http://cloud/a', 'https://other/b'): None,
            ('https://cloud/a', 'http://cloud/b'): None,
            ('https://cloud:9292/a', 'http://cloud:9292/b'): None,
            # Others
            ('http://cloud/a', 'http://cloud.example/b'): None,
            ('http://cloud:9292/a', 'http://cloud:8774/b'): None,
            ('http://cloud:9292/a', 'http://cloud/b'): None,
            ('http://[::1]:9292/a', 'http://[::2]:9292/b'): None,
            ('http://cloud/a', 'ftp://cloud:80/b'): None,
            ('http://cloud/a', 'file:///etc/passwd'): None,
            ('http://cloud/a', 'http:///b'): None,
        }
        for (asked, named), expected in table.items():
            self.assertEqual(
                expected, urls.onward(asked, named), f'{asked} {named}'
            )

    def test_a_redirection_to_nowhere_is_an_error(self) -> None:
        self.prepare(fakes.Answer(301, ''))
        self.assertEqual(301, self.failure().status)

    def test_so_is_one_to_an_address_that_is_none(self) -> None:
        for address in 'http://[::', 'http://x:port/', '/\xff', 'about:blank':
            self.prepare(fakes.Answer(302, '', {'Location': address}))
            for method in 'GET', 'DELETE':
                self.failure(method)

    def test_a_redirection_in_a_circle_ends(self) -> None:
        self.prepare(self._to('/image/v2/images'))
        self.assertEqual(302, self.failure().status)


class PagesTest(ApiTestCase):
    def page(self, *ids: str, **more: object) -> fakes.Answer:
        return fakes.Answer(body={'images': [{'id': i} for i in ids], **more})

    def ids(self, **more: typing.Any) -> list[str]:
        found = self.api.pages('images', key='images', **more)
        return [record['id'] for record in found]

    def queries(self) -> list[str]:
        return [parse.urlencode(r.query) for r in self.server.requests]

    def test_glances_links_are_followed_to_the_end(self) -> None:
        self.prepare(
            self.page('1', next='/v2/images?marker=1&name=a%26b'),
            self.page('2', next='/v2/images?marker=2&name=a%26b'),
            self.page(),
        )
        self.assertEqual(['1', '2'], self.ids(params=[('name', 'a&b')]))
        self.assertEqual(
            ['name=a%26b', 'marker=1&name=a%26b', 'marker=2&name=a%26b'],
            self.queries(),
        )

    def test_novas_links_are_followed_to_the_end(self) -> None:
        links = [
            {'rel': 'previous', 'href': 'http://x/?marker=no'},
            {'rel': 'next', 'href': 'http://x/?marker=1&all_tenants=1'},
        ]
        self.prepare(
            self.page('1', images_links=links),
            self.page('2', images_links=[]),
        )
        self.assertEqual(['1', '2'], self.ids())
        self.assertEqual(['', 'marker=1&all_tenants=1'], self.queries())

    def test_keystones_links_are_followed_to_the_end(self) -> None:
        self.prepare(
            self.page('1', links={'next': 'http://x/v3/projects?marker=1'}),
            self.page('2', links={'next': None, 'self': 'http://x/'}),
        )
        self.assertEqual(['1', '2'], self.ids())
        self.assertEqual(['', 'marker=1'], self.queries())

    def test_a_list_that_was_cut_short_is_an_error(self) -> None:
        self.prepare(self.page('1', truncated=True))
        error = self.assertRaises(errors.ServiceError, self.ids)
        self.assertIn('is incomplete', str(error))

    def test_no_link_leads_to_another_address(self) -> None:
        stranger = self.useFixture(
            fakes.Server(lambda request: self.page('stolen'))
        )
        self.prepare(
            self.page('1', next=f'{stranger.url}/elsewhere?marker=1'),
            self.page('2'),
        )
        self.assertEqual(['1', '2'], self.ids())
        self.assertEqual([], stranger.requests)
        self.assertEqual(
            ['/image/v2/images'] * 2, [r.path for r in self.server.requests]
        )

    def test_every_page_is_asked_for_in_the_same_microversion(self) -> None:
        version = 'volume 3.31'
        told = {'OpenStack-API-Version': version}
        self.prepare(
            dataclasses.replace(
                self.page('1', next='?marker=1'), headers=told
            ),
            dataclasses.replace(self.page('2'), headers=told),
        )
        self.assertEqual(['1', '2'], self.ids(microversion=version))
        self.assertEqual(
            [version] * 2,
            [r.headers['openstack-api-version'] for r in self.server.requests],
        )

    def test_links_in_a_circle_end(self) -> None:
        circles = {
            'one page after the other': [
                self.page('1', next='?marker=1'),
                self.page('2', next='?marker=2'),
                self.page('3', next='?marker=1'),
            ],
            'to itself': [self.page('1', next='?marker=1')],
            'to the beginning': [self.page('1', next='/v2/images')],
        }
        for about, pages in circles.items():
            self.server.requests.clear()
            self.prepare(*pages)
            error = self.assertRaises(errors.ServiceError, self.ids)
            self.assertIn('never ends', str(error), about)
            self.assertTrue(len(self.server.requests) < 6, about)

    def test_an_answer_without_records_is_not_an_empty_one(self) -> None:
        bodies: list[object] = [
            {},
            {'images': None},
            {'images': {'id': 'x'}},
            {'servers': []},
            [],
            'welcome',
            None,
        ]
        for body in bodies:
            self.prepare(fakes.Answer(body=json.dumps(body)))
            self.assertRaises(errors.ServiceError, self.ids)
        self.prepare(fakes.Answer(204))
        self.assertRaises(errors.ServiceError, self.ids)

    def test_records_that_are_none_are_an_error_of_the_service(self) -> None:
        records: list[object] = ['x', None, 7, []]
        for record in records:
            self.prepare(fakes.Answer(body={'images': [record]}))
            self.assertRaises(
                errors.ServiceError,
                list,
                self.api.pages('images', key='images'),
            )

    def test_links_that_are_none_are_an_error_of_the_service(self) -> None:
        all_links: list[object] = [['x'], [None], 'next', 7, {'next': 'x'}]
        for links in all_links:
            self.prepare(self.page('1', images_links=links))
            self.assertRaises(errors.ServiceError, self.ids)

    def test_a_page_that_fails_fails_the_collection(self) -> None:
        self.prepare(self.page('1', next='?marker=1'), fakes.Answer(500, ''))
        self.assertRaises(errors.ServiceError, self.ids)
