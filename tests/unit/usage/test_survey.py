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
import threading
import typing

from osc_imageshare.identity import scopes
from osc_imageshare.usage import consumers
from osc_imageshare.usage import risk
from osc_imageshare.usage import survey as survey_
from tests import fakes
from tests.unit import base
from tests.unit import surveys

A, B, C = fakes.A, fakes.B, fakes.C
ADMIN = fakes.ADMIN
ONE = fakes.ONE

#: Seconds after which whoever waits for the others gives up.
_LONG = 30.0


class ScopeTest(surveys.SurveyTestCase):
    """In which scope a project is looked at."""

    def test_the_own_project_is_asked_as_itself(self) -> None:
        server_id = self.cloud.nova.add(A, self.image_id)
        for user, project_id in ('alice', A), ('admin', ADMIN):
            found = self.survey(user).of(project_id)
            self.assertEqual(scopes.OWN, found.checked_as)
            self.assertEqual((), found.gaps)
            self.assertEqual(
                [server_id] if project_id == A else [],
                [one.id for one in found.consumers],
            )

    def test_a_member_cloud_comes_before_an_administrator(self) -> None:
        for user in 'alice', 'both', 'admin':
            found = self.survey(user, 'bob').of(B)
            self.assertEqual('member cloud bob', found.checked_as)
            self.assertEqual((), found.gaps)

    def test_the_same_user_looks_as_the_member(self) -> None:
        server_id = self.cloud.nova.add(B, self.image_id)
        found = self.survey('both').of(B)
        self.assertEqual(scopes.RESCOPED, found.checked_as)
        self.assertEqual([server_id], [one.id for one in found.consumers])
        self.assertEqual((1, 0), (found.servers, found.volumes))

    def test_an_administrator_is_asked_once_for_all_projects(self) -> None:
        mine = {
            project_id: self.cloud.nova.add(project_id, self.image_id)
            for project_id in (A, B, C)
        }
        survey = self.survey('admin')
        for project_id, server_id in mine.items():
            found = survey.of(project_id)
            self.assertEqual(scopes.ADMINISTRATOR, found.checked_as)
            self.assertEqual([server_id], [one.id for one in found.consumers])
            self.assertEqual(
                {project_id}, {o.project_id for o in found.consumers}
            )
        self.assertEqual(
            set(mine.values()),
            {one.id for one in survey.of_everyone().consumers},
        )
        # Those of the image, and those in the making.
        self.assertEqual(
            3, len(self.cloud.server.sent('GET', '/servers/detail'))
        )
        self.assertEqual(
            2, len(self.cloud.server.sent('GET', '/volumes/detail'))
        )

    def test_the_services_are_asked_at_the_same_time(self) -> None:
        all_there = threading.Barrier(3)

        def meet() -> None:
            all_there.wait(_LONG)

        # Servers of the image, and those that Cinder may not know of yet.
        for path, parameter in (
            ('/servers/detail$', 'image'),
            ('/servers/detail$', 'status'),
            ('/images$', None),
        ):
            self.cloud.server.rule(
                'GET', path, before=meet, parameter=parameter
            )
        found = self.survey('alice').of(A)
        # Asked one after the other, they would not have met.
        self.assertFalse(all_there.broken)
        self.assertEqual((), found.gaps)

    def test_who_has_no_role_there_has_not_seen_anything(self) -> None:
        self.cloud.nova.add(B, self.image_id)
        found = self.survey('alice').of(B)
        self.assertIsNone(found.checked_as)
        self.assertEqual(
            (
                consumers.Gap(
                    B, None, None, f'you have no role in project {B}'
                ),
            ),
            found.gaps,
        )
        self.assertEqual((None, None), (found.servers, found.volumes))
        # Nobody's services were asked instead.
        self.assertEqual({'identity'}, self.asked())

    def test_an_administrator_who_is_none_to_nova_looks_as_the_member(
        self,
    ) -> None:
        self.cloud.keystone.roles['both'] = {
            A: ('admin',),
            B: ('member',),
        }
        server_id = self.cloud.nova.add(B, self.image_id)
        self.cloud.server.rule('GET', '/servers/detail', fakes.Answer(403, {}))
        found = self.survey('both').of(B)
        self.assertEqual(scopes.RESCOPED, found.checked_as)
        self.assertEqual([server_id], [one.id for one in found.consumers])
        self.assertEqual((), found.gaps)

    def test_an_administrator_who_is_none_and_no_member_sees_nothing(
        self,
    ) -> None:
        self.cloud.server.rule(
            'GET', '/servers', fakes.Answer(403, {}), times=None
        )
        found = self.survey('admin').of(B)
        self.assertIn(('compute', ONE), self.places(found))
        self.assertIsNone(found.servers)

    def test_only_an_administrator_sees_everyone(self) -> None:
        found = self.survey('both').of_everyone()
        (gap,) = found.gaps
        self.assertIn('only an administrator', gap.reason)
        self.assertEqual((None, None), (found.servers, found.volumes))
        self.assertEqual([], self.cloud.server.requests)

    def test_whoever_may_be_an_administrator_is_what_nova_says(self) -> None:
        # The policies of this cloud know no role that is called "admin".
        server_id = self.cloud.nova.add(B, self.image_id)
        services = self.cloud.nova, self.cloud.cinder, self.cloud.glance
        self.cloud.keystone.roles['eve'] = {A: ('member', 'operators')}
        table: dict[str, tuple[object, ...]] = {
            'operators': (scopes.ADMINISTRATOR, (server_id,), 1),
            'others': (None, (), None),
        }
        for role, expected in table.items():
            survey = self.survey('eve')
            for service in services:
                service.admin_role = role
            self.cloud.keystone.admin_role = role
            found = survey.of(B)
            for service in services:
                service.admin_role = 'admin'
            self.assertEqual(
                expected,
                (
                    found.checked_as,
                    tuple(one.id for one in found.consumers),
                    found.servers,
                ),
            )
        (gap,) = found.gaps
        self.assertIn('you have no role', gap.reason)
        everyone = survey.of_everyone()
        self.assertTrue(everyone.compute_unseen)
        self.assertIn(
            'answered 403', ' '.join(g.reason for g in everyone.gaps)
        )

    def test_ordinary_users_ask_for_their_own_projects_only(self) -> None:
        survey = self.survey('alice')
        self.assertEqual(1, len(survey.of(C).gaps))
        self.assertEqual(1, len(survey.of_everyone().gaps))
        self.assertEqual(
            {'GET /identity/v3/auth/projects': 1}, self.cloud.server.counts()
        )

    def test_a_project_that_could_not_be_rescoped_to_is_a_gap(self) -> None:
        self.cloud.keystone.instead = {B: A}
        found = self.survey('both').of(B)
        (gap,) = found.gaps
        self.assertIn('instead of project', gap.reason)
        self.assertIsNone(found.checked_as)


class GapTest(surveys.SurveyTestCase):
    """What cannot be seen is never taken for nothing."""

    def test_a_service_that_gives_no_usable_answer_is_a_gap(self) -> None:
        answer = fakes.Answer
        bad = {
            'forbidden': answer(403, {}),
            'not there': answer(404, ''),
            'broken': answer(500, 'oops'),
            'down': fakes.LOST,
            'no JSON': answer(200, '<html>'),
            'cut short': answer(200, '{"servers": [', cut=True),
            'nothing': answer(204),
            'something else': answer(200, {'hello': 'world'}),
            'no list': answer(200, {'servers': {}, 'volumes': None}),
            'no records': answer(200, {'servers': [7], 'volumes': ['x']}),
        }
        table = {
            # the path that fails: the service that was not seen
            '/servers/detail$': ('compute', 'compute 2.69'),
            '/servers$': ('compute', 'compute 2.69'),
            '/volumes/detail$': ('block-storage', 'volume 3.31'),
        }
        image = self.image(self.image_id)
        askers = [
            (self.scopes(user), project_id)
            for user, project_id in (('bob', B), ('both', B), ('admin', C))
        ]
        for path, (service, version) in table.items():
            told = {'OpenStack-API-Version': version}
            for about, given in bad.items():
                wrong = dataclasses.replace(given, headers=told)
                self.cloud.server.rules.clear()
                self.cloud.server.rule('GET', path, wrong, times=None)
                for asker, project_id in askers:
                    found = survey_.Survey(asker, image).of(project_id)
                    self.assertEqual(
                        {(service, ONE)},
                        self.places(found),
                        f'{path} {about} {found.checked_as}',
                    )
                    self.assertIsNone(found.servers)

    def test_what_was_seen_before_the_failure_is_kept(self) -> None:
        self.cloud.nova.page_size = 1
        first = self.cloud.nova.add(B, self.image_id)
        self.cloud.nova.add(B, self.image_id)
        self.cloud.server.rule(
            'GET',
            '/servers/detail',
            fakes.Answer(500, 'oops'),
            parameter='marker',
        )
        found = self.survey('bob').of(B)
        self.assertEqual([first], [one.id for one in found.consumers])
        self.assertEqual({('compute', ONE)}, self.places(found))

    def test_each_service_is_asked_though_others_fail(self) -> None:
        self.cloud.server.rule(
            'GET', '/servers', fakes.Answer(404, ''), times=None
        )
        volume_id = self.cloud.cinder.add(B, self.image_id)
        found = self.survey('bob').of(B)
        self.assertEqual([volume_id], [one.id for one in found.consumers])
        self.assertEqual((None, 1), (found.servers, found.volumes))

    def test_records_that_make_no_sense_are_a_gap(self) -> None:
        server: dict[str, typing.Any] = {'id': 's', 'tenant_id': B}
        volume: dict[str, typing.Any] = {
            'id': 'v',
            'os-vol-tenant-attr:tenant_id': B,
            'status': 'in-use',
            'volume_image_metadata': {'image_id': self.image_id},
        }
        table: list[tuple[str, dict[str, typing.Any], str]] = [
            ('servers', {**server, 'image': 'text'}, 'compute'),
            ('servers', {**server, 'image': [7]}, 'compute'),
            (
                'volumes',
                {**volume, 'volume_image_metadata': 'text'},
                'block-storage',
            ),
            ('volumes', {**volume, 'attachments': 'x'}, 'block-storage'),
            ('volumes', {**volume, 'attachments': [7]}, 'block-storage'),
            # An address of another collection.
            (
                'volumes',
                {**volume, 'attachments': [{'server_id': '..'}]},
                'block-storage',
            ),
        ]
        for key, record, service in table:
            self.cloud.server.rules.clear()
            self.cloud.server.rule(
                'GET',
                f'/{key}/detail',
                fakes.Answer(body={key: [record]}),
                times=None,
            )
            found = self.survey('bob').of(B)
            self.assertEqual({(service, ONE)}, self.places(found), str(record))

    def test_a_cell_that_is_down_hides_servers(self) -> None:
        self.cloud.nova.down.add(self.cloud.nova.add(B, self.image_id))
        for user in 'bob', 'admin':
            survey = self.survey(user)
            self.assertIsNone(survey.of(B).servers)
            self.assertEqual(0, survey.of(B).volumes)
        # Nova's list was complete: nobody else has a server there.
        self.assertEqual(0, survey.of(C).servers)

    def test_a_list_of_such_servers_that_was_cut_hides_anybodys(self) -> None:
        for _ in range(2):
            self.cloud.nova.down.add(self.cloud.nova.add(B, self.image_id))
        self.cloud.nova.page_size = 1
        self.assertIsNone(self.survey('admin').of(C).servers)

    def test_a_cell_of_another_project_is_no_gap(self) -> None:
        self.cloud.nova.down.add(self.cloud.nova.add(B, self.image_id))
        self.cloud.nova.add(C)
        self.assertEqual(0, self.survey('admin').of(C).servers)

    def test_a_magnum_that_fails_is_a_gap_but_hides_no_server(self) -> None:
        self.cloud.catalog['container-infra'] = {ONE: '/container-infra/v1'}
        self.cloud.server.rule(
            'GET', '/clustertemplates', fakes.Answer(403, {})
        )
        found = self.survey('bob').of(B)
        self.assertEqual({('container-infra', ONE)}, self.places(found))
        self.assertEqual((0, 0), (found.servers, found.volumes))

    def test_a_glance_that_fails_is_a_gap(self) -> None:
        survey = self.survey('bob')
        self.cloud.server.rule(
            *('GET', '/v2/images', fakes.Answer(500, '')),
            parameter='base_image_ref',
        )
        self.assertEqual({('image', ONE)}, self.places(survey.of(B)))


class FoundTest(surveys.SurveyTestCase):
    """How the answers are put together."""

    def test_everything_made_of_the_image_is_found(self) -> None:
        self.cloud.catalog['container-infra'] = {ONE: '/container-infra/v1'}
        server = self.cloud.nova.add(B, self.image_id)
        booted = self.cloud.nova.add(B)
        volume = self.cloud.cinder.add(
            B, self.image_id, 'in-use', [(booted, '/dev/vda')]
        )
        snapshot = self.cloud.glance.add(B, base_image_ref=self.image_id)
        template = self.cloud.magnum.add(B, self.image_id)
        everything = {
            server: risk.SERVER,
            booted: risk.SERVER,
            volume: risk.VOLUME,
            snapshot: risk.IMAGE,
            template: risk.CLUSTER_TEMPLATE,
        }
        for user, clouds in (
            ('bob', ()),
            ('both', ()),
            ('admin', ()),
            (
                'alice',
                ('bob',),
            ),
        ):
            found = self.survey(user, *clouds).of(B)
            self.assertEqual(
                everything, {one.id: one.kind for one in found.consumers}
            )
            self.assertEqual((2, 1), (found.servers, found.volumes))
            self.assertEqual(
                {server, booted, template},
                {one.id for one in found.refusing},
            )

    def test_a_server_found_twice_counts_once(self) -> None:
        server_id = self.cloud.nova.add(B)
        for _ in range(2):
            self.cloud.cinder.add(
                B, self.image_id, 'in-use', [(server_id, '/dev/vda')]
            )
        found = self.survey('bob').of(B)
        self.assertEqual((1, 2), (found.servers, found.volumes))


class CountTest(base.TestCase):
    def consumer(self, kind: str, id_: str = 'x') -> consumers.Consumer:
        return consumers.Consumer(B, kind, id_, '', '', None, (), ONE, '')

    def gap(self, service: str | None) -> consumers.Gap:
        return consumers.Gap(B, service, ONE, 'why')

    def usage(
        self, *found: consumers.Consumer, gaps: tuple[str | None, ...] = ()
    ) -> survey_.Usage:
        return survey_.Usage(
            B, found, tuple(self.gap(service) for service in gaps), None
        )

    def test_a_number_is_known_only_if_all_it_depends_on_was_seen(
        self,
    ) -> None:
        table: dict[str | None, tuple[int | None, int | None]] = {
            # what was not seen: servers, volumes
            None: (None, None),
            'compute': (None, 1),
            # A server booted from a volume is found through it.
            'block-storage': (None, None),
            'image': (1, 1),
            'container-infra': (1, 1),
        }
        found = [self.consumer(risk.SERVER), self.consumer(risk.VOLUME)]
        for service, numbers in table.items():
            usage = self.usage(*found, gaps=(service,))
            self.assertEqual(
                numbers, (usage.servers, usage.volumes), str(service)
            )

    def test_only_what_is_new_and_refuses_came_up_since(self) -> None:
        before = self.usage(self.consumer(risk.SERVER, 'old'))
        after = self.usage(
            self.consumer(risk.SERVER, 'old'),
            self.consumer(risk.SERVER, 'new'),
            self.consumer(risk.VOLUME, 'copy'),
        )
        self.assertEqual(['new'], [one.id for one in after.since(before)])
        self.assertEqual(['old', 'new'], [one.id for one in after.since(None)])
