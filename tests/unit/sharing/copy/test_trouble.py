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

"""What goes wrong on the way leaves no image that is not the source."""

from __future__ import annotations

import threading
import typing

import fixtures

from osc_imageshare import errors
from osc_imageshare.image import properties
from osc_imageshare import sharing
from osc_imageshare.sharing import outcomes
from tests import fakes
from tests.unit.sharing.base import said
from tests.unit.sharing.copy import base

A, B, C, ONE, TWO, DATA = base.A, base.B, base.C, base.ONE, base.TWO, base.DATA


class TroubleTestCase(base.CopyTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.source = self.one.add(A, data=DATA)
        self.server = self.cloud.server

    def assert_failed(self, outcome: outcomes.CopyOutcome) -> None:
        """Check that there is no copy, and that this is said."""
        (copied,) = outcome.copies
        self.assertEqual(1, outcome.exit_code)
        self.assertEqual((None, None), (copied.copy_id, copied.verified))
        self.assertIn('There is no copy in project', said(outcome))
        self.assert_nothing_left(self.source)
        # And again: well.
        self.server.rules.clear()
        (copied,) = self.run_copy('alice', self.source).copies
        self.assert_copied(copied, self.one)


class SourceTest(TroubleTestCase):
    def test_a_source_that_breaks_off_is_asked_for_the_rest(self) -> None:
        self.bodies_break(300000, 1, 210000)
        outcome = self.run_copy('alice', self.source)
        (copied,) = outcome.copies
        self.assert_copied(copied, self.one)
        self.assertEqual(1, len(self.server.sent('PUT')))

    def test_one_that_brings_nothing_any_more_is_given_up(self) -> None:
        self.bodies_break(300000)
        self.server.rule('GET', '/file', fakes.LOST, times=None)
        outcome = self.run_copy('alice', self.source)
        self.assertIn('could be read', said(outcome))
        self.assertIn(f'of the {len(DATA)} bytes', said(outcome))
        self.assert_failed(outcome)

    def test_one_that_is_gone_half_way_is_not_asked_for_ever(self) -> None:
        for status in 403, 404, 410:
            self.server.requests.clear()
            self.bodies_break(300000)
            self.server.rule(
                'GET', '/file', fakes.Answer(status, 'gone'), times=None
            )
            outcome = self.run_copy('alice', self.source)
            self.assertIn(f'answered {status}', said(outcome))
            self.assertEqual(2, len(self.server.sent('GET', '/file')))
            self.assert_failed(outcome)
            # It stands in the way of the next turn.
            for record in self.copies(self.source):
                del self.one.images[record['id']]

    def test_other_bytes_than_the_sources_are_no_copy(self) -> None:
        self.one.data.of[self.source] = DATA[:-1] + b'x'
        outcome = self.run_copy('alice', self.source)
        self.assertIn('is not what it is', said(outcome))
        self.one.data.of[self.source] = DATA
        self.assert_failed(outcome)

    def test_more_bytes_than_the_sources_are_no_copy(self) -> None:
        self.one.data.of[self.source] = DATA + b'x'
        outcome = self.run_copy('alice', self.source)
        self.assertIn('More than the', said(outcome))
        self.one.data.of[self.source] = DATA
        self.assert_failed(outcome)

    def test_a_token_of_the_reader_that_ends_is_replaced(self) -> None:
        def forget() -> None:
            callers = self.cloud.keystone.callers
            for token in [t for t in callers if t.endswith('-alice')]:
                del callers[token]

        self.bodies_break(300000)
        self.server.rules[0].before = forget
        self.one.images[self.source]['visibility'] = 'public'
        (copied,) = self.run_copy('alice', self.source, clouds=('bob',)).copies
        self.assert_copied(copied, self.one)


class DestinationTest(TroubleTestCase):
    def test_an_upload_that_is_refused_leaves_nothing(self) -> None:
        for answer in (
            *map(fakes.Answer, (400, 401, 403, 409, 410, 413, 415, 429)),
            *map(fakes.Answer, (500, 502, 503, 504, 507)),
            fakes.LOST,
        ):
            self.server.requests.clear()
            self.server.rule('PUT', '/file', answer, times=None)
            outcome = self.run_copy('alice', self.source)
            self.assertEqual(1, len(self.server.sent('PUT')))
            self.assert_failed(outcome)
            for record in self.copies(self.source):
                del self.one.images[record['id']]

    def test_an_answer_that_got_lost_says_nothing(self) -> None:
        for answer in fakes.LOST, fakes.Answer(504):
            for method, path in (
                ('POST', '/images$'),
                ('PUT', '/file'),
            ):
                source = self.one.add(A, data=DATA)
                self.server.rule(method, path, answer, carried_out=True)
                (copied,) = self.run_copy('alice', source).copies
                self.assert_copied(copied, self.one)
                self.assertEqual(1, len(self.copies(source)))

    def test_what_is_still_being_stored_is_waited_for(self) -> None:
        self.one.data.status = 'saving'
        self.server.rule('PUT', '/file', fakes.LOST, carried_out=True)

        def store(seconds: float) -> None:
            self.clock.go_on(seconds)
            (record,) = self.copies(self.source)
            if self.clock.now > begun + 5:
                record['status'] = 'active'

        begun, self.clock.sleep = self.clock.now, store
        (copied,) = self.run_copy('alice', self.source).copies
        self.assert_copied(copied, self.one)

    def test_and_not_for_ever(self) -> None:
        self.one.data.status = 'saving'
        self.server.rule('PUT', '/file', fakes.LOST, carried_out=True)
        outcome = self.run_copy('alice', self.source)
        self.one.data.status = 'active'
        self.assert_failed(outcome)

    def test_an_old_glance_that_publishes_less_is_noticed(self) -> None:
        # X-OpenStack-Image-Size means nothing to it.
        self.one.data.checks_size = False
        real = self.one.data.stored
        self.useFixture(
            fixtures.MonkeyPatch(
                'tests.fakes.image_data.Data.stored',
                lambda _, image_id, data: real(image_id, data[:-1]),
            )
        )
        outcome = self.run_copy('alice', self.source)
        self.assertIn('something else', said(outcome))
        self.assert_nothing_left(self.source)

    def test_what_is_converted_cannot_be_verified(self) -> None:
        self.one.data.converts_to = 'qcow2'
        outcome = self.run_copy('alice', self.source)
        self.assertIn('converted, it cannot be verified', said(outcome))
        self.one.data.converts_to = None
        self.assert_failed(outcome)

    def test_a_copy_that_is_not_active_in_the_end_is_none(self) -> None:
        self.one.data.status = 'queued'
        outcome = self.run_copy('alice', self.source)
        self.one.data.status = 'active'
        self.assert_failed(outcome)

    def test_what_cannot_be_read_back_is_deleted(self) -> None:
        self.server.rule('PUT', '/file', before=self.break_images)
        outcome = self.run_copy('alice', self.source)
        self.assert_failed(outcome)

    def break_images(self) -> None:
        """Let the image service show no image any more."""
        self.breaks('GET', '/images/[^/]+$', 403, times=None)

    def test_what_cannot_be_deleted_is_named(self) -> None:
        self.breaks('PUT', '/file', 413)
        self.breaks('DELETE', '/images/', 500, times=None)
        outcome = self.run_copy('alice', self.source)
        (copied,) = outcome.copies
        (left,) = self.copies(self.source)
        self.assertEqual((left['id'], None), (copied.copy_id, copied.verified))
        self.assertIn(
            f'To delete it: openstack image delete {left["id"]}',
            said(outcome),
        )
        # And again: it is replaced.
        self.server.rules.clear()
        (copied,) = self.run_copy('alice', self.source).copies
        self.assert_copied(copied, self.one)
        self.assertEqual(1, len(self.copies(self.source)))

    def test_what_is_something_else_and_cannot_be_deleted_is_false(
        self,
    ) -> None:
        self.one.data.converts_to = 'qcow2'
        self.breaks('DELETE', '/images/', 500, times=None)
        (copied,) = self.run_copy('alice', self.source).copies
        (left,) = self.copies(self.source)
        self.assertEqual(
            (left['id'], False), (copied.copy_id, copied.verified)
        )

    def test_a_restart_is_survived_by_the_deletion(self) -> None:
        self.breaks('PUT', '/file', 502)
        self.server.rule('DELETE', '/images/', fakes.LOST, times=2)
        self.assert_failed(self.run_copy('alice', self.source))

    def test_old_halves_that_cannot_be_deleted_are_no_obstacle(self) -> None:
        left = self.one.add(A, status='queued')
        self.one.images[left].update(
            {properties.SOURCE: self.source, properties.COPY: left}
        )
        self.breaks('DELETE', '/images/', 403)
        outcome = self.run_copy('alice', self.source)
        (copied,) = outcome.copies
        self.assert_copied(copied, self.one)
        self.assertIn(left, said(outcome, outcomes.Level.WARNING))

    def test_properties_that_are_not_taken_are_named(self) -> None:
        self.one.images[self.source].update({'x_a': '1', 'x_b': '2'})
        self.one.data.protected = frozenset({'x_a'})
        outcome = self.run_copy('alice', self.source)
        (copied,) = outcome.copies
        record = self.assert_copied(copied, self.one)
        self.assertNotIn('x_a', record)
        self.assertEqual('2', record['x_b'])
        warned = said(outcome, outcomes.Level.WARNING)
        self.assertIn('x_a', warned)
        self.assertNotIn('x_b', warned)
        self.assertEqual(0, outcome.exit_code)

    def test_who_may_make_no_image_is_told(self) -> None:
        self.breaks('POST', '/images$', 403, times=None)
        outcome = self.run_copy('alice', self.source)
        self.assertIn('answered 403', said(outcome))
        self.assert_failed(outcome)

    def test_one_destination_that_fails_ends_no_other(self) -> None:
        for method, path in (
            ('PUT', '/image/.*/file'),
            ('POST', '/image/v2/images$'),
            ('GET', '/image/v2/images$'),
        ):
            source = self.one.add(A, data=DATA)
            self.server.rules.clear()
            self.breaks(method, path, 507, times=None)
            outcome = self.run_copy('alice', source, regions=(ONE, TWO))
            first, second = outcome.copies
            self.assertIsNone(first.verified)
            self.assert_copied(second, self.two)
            self.assertEqual(1, outcome.exit_code)


class ImportTest(TroubleTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.imports()

    def run_server(self) -> outcomes.CopyOutcome:
        return self.run_copy('alice', self.source, method='server')

    def test_a_lost_answer_says_nothing(self) -> None:
        for answer in fakes.LOST, fakes.Answer(504):
            source = self.one.add(A, data=DATA)
            self.server.rule('POST', '/import', answer, carried_out=True)
            (copied,) = self.run_copy('alice', source, method='server').copies
            self.assert_copied(copied, self.one)

    def test_one_that_never_began_is_no_copy(self) -> None:
        for answer in fakes.LOST, fakes.Answer(400), fakes.Answer(413):
            self.server.rule('POST', '/import', answer)
            self.assert_failed(self.run_server())
            for record in self.copies(self.source):
                del self.one.images[record['id']]

    def test_looks_that_fail_are_repeated_but_not_for_ever(self) -> None:
        # Each is repeated by the traffic module, twice.
        for times, works in (3 * 5, True), (None, False):
            source = self.one.add(A, data=DATA)

            def fail(times: int | None = times) -> None:
                self.breaks('GET', '/images/[^/]+$', 503, times=times)

            self.server.rule('POST', '/import', before=fail)
            begun = self.clock.now
            outcome = self.run_copy('alice', source, method='server')
            (copied,) = outcome.copies
            self.assertEqual(works, copied.verified is True)
            # Long before the deadline of an import.
            self.assertLess(self.clock.now - begun, 100)
            self.server.rules.clear()

    def test_a_glance_that_tells_of_no_tasks_has_a_deadline(self) -> None:
        self.one.data.import_fails = 'nobody hears of it'
        self.breaks('GET', '/tasks$', 404, times=None)
        begun = self.clock.now
        outcome = self.run_server()
        self.assertIn('has not fetched', said(outcome))
        self.assertGreaterEqual(self.clock.now - begun, 290)
        self.assert_nothing_left(self.source)

    def test_one_that_somebody_deletes_is_no_copy(self) -> None:
        self.one.data.import_fails = ''

        def delete(_: float) -> None:
            for record in self.copies(self.source):
                del self.one.images[record['id']]

        self.clock.sleep = delete
        outcome = self.run_server()
        self.assertIn('answered 404', said(outcome))
        self.assert_nothing_left(self.source)

    def test_no_stream_is_begun_beside_an_import_that_is_left(self) -> None:
        self.one.data.import_fails = 'no route to host'
        self.breaks('DELETE', '/images/', 500, times=None)
        outcome = self.run_copy('alice', self.source)
        (copied,) = outcome.copies
        (left,) = self.copies(self.source)
        self.assertEqual(left['id'], copied.copy_id)
        self.assertEqual([], self.server.sent('PUT'))


class RefusedTest(TroubleTestCase):
    def test_words_that_make_no_sense_are_wrong_usage(self) -> None:
        for more in (
            {'method': 'magic'},
            {'name': ''},
            {'project': ''},
            {'clouds': ('',)},
            {'regions': ('',)},
        ):
            error = self.assertRaises(
                errors.UsageError, self.copy('alice', self.source, **more).run
            )
            self.assertEqual(2, error.exit_code)

    def test_what_cannot_be_done_is_refused_before_the_first_write(
        self,
    ) -> None:
        table: list[tuple[str, dict[str, typing.Any], str]] = [
            ('alice', {'regions': (TWO, 'Nowhere')}, "region 'Nowhere'"),
            ('alice', {'clouds': ('bob', 'nobody')}, 'nobody'),
            ('alice', {'project': B}, 'you have no role in project'),
            (
                'alice',
                {'project': 'nowhere'},
                'Cannot look up the project name',
            ),
            ('alice', {'method': 'server'}, 'does not offer'),
            ('alice', {'clouds': ('bob',), 'method': 'server'}, 'server'),
            # The token says which project it is.
            ('alice', {'clouds': ('bob',), 'project': A}, f'not for {A!r}'),
            ('alice', {'clouds': ('bob',), 'project': 'project-a'}, 'not for'),
            (
                'alice',
                {
                    'clouds': ('bob',),
                    'project': 'project-b',
                    'project_domain': 'other',
                },
                "in domain 'other'",
            ),
        ]
        for user, more, words in table:
            error = self.assertRaises(
                errors.ImageShareError,
                self.copy(user, self.source, **more).run,
            )
            self.assertIn(words, str(error), str(more))
            self.assertEqual(1, str(error).count('Nothing has been changed.'))
        self.assertEqual([], self.writes())

    def test_the_project_of_an_entry_may_be_named(self) -> None:
        self.one.images[self.source]['visibility'] = 'public'
        for more in (
            {'project': B},
            {'project': B.upper()},
            {'project': 'project-b'},
            {'project': 'project-b', 'project_domain': 'default'},
            {'project': 'project-b', 'project_domain': 'Default'},
        ):
            (copied,) = self.run_copy(
                'alice', self.source, clouds=('bob',), **more
            ).copies
            self.assert_copied(copied, self.one)

    def test_a_token_for_another_project_is_not_used(self) -> None:
        self.cloud.keystone.instead = {B: C}
        self.cloud.keystone.roles['both'][C] = ('member',)
        error = self.assertRaises(
            errors.Refused, self.copy('both', self.source, project=B).run
        )
        self.assertIn('The token was not used', str(error))
        self.assertEqual([], self.writes())

    def test_an_application_credential_is_told_of_the_right_option(
        self,
    ) -> None:
        flow = sharing.Copy(
            self.cloud.connect_with_credential(),
            sharing.CopyRequest(self.source, project=B),
        )
        error = self.assertRaises(errors.Refused, flow.run)
        self.assertIn('--to-cloud', str(error))
        self.assertNotIn('--member-cloud', str(error))

    def test_another_identity_service_gets_a_stream(self) -> None:
        self.imports()
        other = self.useFixture(fakes.Cloud())
        self.clouds_yaml(there=other.entry('bob'))
        outcome = self.run_copy('alice', self.source, clouds=('there',))
        (copied,) = outcome.copies
        self.assert_copied(copied, other.glance)
        self.assertEqual('stream', copied.method)
        self.assertIn('other tokens', said(outcome))
        # Nobody's token has gone where it does not belong.
        for cloud in self.cloud, other:
            tokens = {r.token for r in cloud.server.requests if r.token}
            self.assertEqual(set(), tokens - cloud.keystone.callers.keys())


class InterruptedTest(TroubleTestCase):
    """Whatever ends the program: what is half made goes."""

    def interrupted(
        self, call: str, by: type[BaseException] = KeyboardInterrupt
    ) -> outcomes.CopyOutcome:
        """Run a copy that is interrupted in a call on images."""
        module = 'uploads.Uploads'
        real = getattr(self.uploads, call)

        def interrupt(*args: typing.Any, **more: typing.Any) -> typing.Any:
            real(*args, **more)
            raise by()

        flow = self.copy('alice', self.source, method=self.method)
        with fixtures.MonkeyPatch(
            f'osc_imageshare.image.{module}.{call}', interrupt
        ):
            self.assertRaises(by, flow.run)
        return flow.outcome

    @property
    def uploads(self) -> typing.Any:
        from osc_imageshare.image import uploads

        return uploads.Uploads

    method = 'stream'

    def test_it_is_deleted_and_told(self) -> None:
        self.imports()
        for method, calls in (
            ('stream', ('create', 'upload')),
            ('server', ('create', 'begin_import', 'last_task')),
        ):
            self.method = method
            self.one.data.import_fails = '' if method == 'server' else None
            for call in calls:
                for by in KeyboardInterrupt, errors.Terminated, SystemExit:
                    outcome = self.interrupted(call, by)
                    self.assertTrue(outcome.interrupted)
                    self.assertIn('There is no copy', said(outcome))
                    self.assert_nothing_left(self.source)

    def test_what_is_done_stays_and_is_named(self) -> None:
        flow = self.copy('alice', self.source, regions=(ONE, TWO))
        real = self.uploads.create

        def create(there: typing.Any, *args: typing.Any) -> typing.Any:
            if there.scope.region == TWO:
                raise KeyboardInterrupt
            return real(there, *args)

        with fixtures.MonkeyPatch(
            'osc_imageshare.image.uploads.Uploads.create', create
        ):
            self.assertRaises(KeyboardInterrupt, flow.run)
        first, second = flow.outcome.copies
        self.assert_copied(first, self.one)
        self.assertIsNone(second.copy_id)
        self.assertIn(
            f'is copied to project project-a ({A}) in region {ONE}: '
            f'{first.copy_id}.',
            said(flow.outcome),
        )

    def test_a_second_one_names_what_is_left(self) -> None:
        with fixtures.MonkeyPatch(
            'osc_imageshare.image.uploads.Uploads.delete',
            lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()),
        ):
            outcome = self.interrupted('upload')
        (left,) = self.copies(self.source)
        self.assertIn(f'image delete {left["id"]}', said(outcome))

    def test_one_in_the_middle_of_the_body_ends_the_reading_too(self) -> None:
        def interrupt(done: int, of: int) -> None:
            raise KeyboardInterrupt

        flow = sharing.Copy(
            self.cloud.connect('alice'),
            sharing.CopyRequest(self.source),
            sharing.Context(progress=interrupt),
        )
        self.assertRaises(KeyboardInterrupt, flow.run)
        self.assert_nothing_left(self.source)
        self.assertEqual([], self.server.sent('PUT'))
        self.assertEqual(
            [], [t for t in threading.enumerate() if 'reader' in t.name]
        )
