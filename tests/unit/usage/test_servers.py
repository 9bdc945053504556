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

from osc_imageshare import errors
from osc_imageshare.usage import consumers
from osc_imageshare.usage import risk
from osc_imageshare.usage import servers
from tests import fakes
from tests.unit import base

A, B, C = fakes.A, fakes.B, fakes.C


class MadeOfTestCase(base.CloudTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.image_id = self.cloud.glance.add(A, 'shared', 'ubuntu')
        self.other_id = self.cloud.glance.add(A, 'shared', 'other')

    def found(
        self, user: str = 'bob', everyone: bool = False
    ) -> list[consumers.Found]:
        asked = self.question(self.image_id, user, everyone)
        return list(servers.made_of(asked, self.api(asked, 'compute')))

    def ids(self, user: str = 'bob', everyone: bool = False) -> list[str]:
        """Return the IDs of the servers found; there must be no gap."""
        ids = []
        for one in self.found(user, everyone):
            assert isinstance(one, consumers.Consumer), one
            ids.append(one.id)
        return ids

    def gaps(
        self, user: str = 'bob', everyone: bool = False
    ) -> list[tuple[str | None, str]]:
        """Return whose records could not be seen, and why."""
        return [
            (one.project_id, one.reason)
            for one in self.found(user, everyone)
            if isinstance(one, consumers.Gap)
        ]


class MadeOfTest(MadeOfTestCase):
    def test_servers_of_every_state_count(self) -> None:
        nova = self.cloud.nova
        ids = [
            nova.add(B, self.image_id, status=status)
            for status in (
                'ACTIVE',
                'BUILD',
                'ERROR',
                'PAUSED',
                'SHELVED',
                'SHELVED_OFFLOADED',
                'SHUTOFF',
                'SOFT_DELETED',
            )
        ]
        self.assertEqual(ids, self.ids())

    def test_a_server_is_described(self) -> None:
        server_id = self.cloud.nova.add(B, self.image_id, 'web')
        self.assertEqual(
            [
                consumers.Consumer(
                    project_id=B,
                    kind=risk.SERVER,
                    id=server_id,
                    name='web',
                    status='ACTIVE',
                    booted_from=risk.FROM_IMAGE,
                    breaks=risk.breaks(risk.SERVER, risk.FROM_IMAGE),
                    may_break=risk.may_break(risk.SERVER, risk.FROM_IMAGE),
                    region=fakes.ONE,
                    checked_as='own project',
                )
            ],
            self.found(),
        )

    def test_other_servers_do_not(self) -> None:
        self.cloud.nova.add(B, self.other_id)
        self.cloud.nova.add(B)
        self.cloud.nova.add(C, self.image_id)
        self.assertEqual([], self.ids())

    def test_a_filter_that_was_dropped_is_noticed(self) -> None:
        self.cloud.nova.filters = False
        self.cloud.nova.add(B, self.other_id)
        self.cloud.nova.add(B)
        mine = self.cloud.nova.add(B, self.image_id)
        self.assertEqual([mine], self.ids())

    def test_every_page_is_read(self) -> None:
        self.cloud.nova.page_size = 1
        ids = [self.cloud.nova.add(B, self.image_id) for _ in range(3)]
        self.assertEqual(ids, self.ids())

    def test_servers_of_another_project_are_an_error(self) -> None:
        self.cloud.nova.tenants = False
        self.cloud.nova.add(C, self.image_id)
        self.assertRaises(errors.ServiceError, self.found)

    def test_an_administrator_sees_those_of_all_projects(self) -> None:
        ids = [
            self.cloud.nova.add(project_id, self.image_id)
            for project_id in (A, B, C)
        ]
        self.assertEqual(ids, self.ids('admin', everyone=True))

    def test_who_may_not_ask_for_all_projects_is_told_so(self) -> None:
        error = self.assertRaises(
            errors.ServiceError, self.found, 'bob', everyone=True
        )
        self.assertEqual(403, error.status)

    def test_records_without_project_are_an_error_among_all(self) -> None:
        self.cloud.nova.add(B, self.image_id)
        for record in self.cloud.nova.servers.values():
            record['tenant_id'] = ''
        self.assertRaises(errors.ServiceError, self.found, 'admin', True)


class DownCellsTest(MadeOfTestCase):
    def down(self, project_id: str, image_id: str | None = None) -> None:
        server_id = self.cloud.nova.add(project_id, image_id)
        self.cloud.nova.down.add(server_id)

    def test_a_server_in_a_cell_that_is_down_is_a_gap(self) -> None:
        # Of which image it was made, nobody can tell.
        self.down(B, self.image_id)
        self.down(B, self.other_id)
        self.assertEqual(
            [(B, '2 servers in a cell that is down')], self.gaps()
        )

    def test_what_can_be_seen_is_found_all_the_same(self) -> None:
        self.down(B)
        seen = self.cloud.nova.add(B, self.image_id)
        self.assertIn(
            seen,
            [
                one.id
                for one in self.found()
                if isinstance(one, consumers.Consumer)
            ],
        )

    def test_other_projects_servers_are_no_gap_for_this_one(self) -> None:
        self.down(C, self.image_id)
        self.assertEqual([], self.found())

    def test_an_administrator_learns_whose_they_are(self) -> None:
        self.down(B)
        self.down(C)
        self.down(C)
        self.cloud.nova.add(A)
        self.assertEqual(
            {
                (B, '1 server in a cell that is down'),
                (C, '2 servers in a cell that is down'),
            },
            set(self.gaps('admin', everyone=True)),
        )

    def test_a_page_full_of_them_may_not_be_all(self) -> None:
        self.down(B)
        self.down(B)
        self.cloud.nova.page_size = 1
        self.assertIn(
            (None, 'more servers may be in a cell that is down'),
            self.gaps('admin', everyone=True),
        )

    def test_a_nova_that_cannot_show_them_is_a_gap(self) -> None:
        self.cloud.nova.latest = (2, 68)
        self.down(B, self.image_id)
        ((project_id, reason),) = self.gaps()
        self.assertEqual(B, project_id)
        self.assertIn('does not support microversion 2.69', reason)

    def test_a_nova_without_microversions_is_a_gap(self) -> None:
        # Catalogs of older clouds name the compatibility endpoint.
        self.cloud.catalog['compute'] = {fakes.ONE: '/compute/v2'}
        self.down(B, self.image_id)
        self.assertNotEqual([], self.gaps())

    def test_a_list_that_could_not_be_read_is_an_error(self) -> None:
        told = {'OpenStack-API-Version': 'compute 2.69'}
        bad = [
            fakes.Answer(500, 'oops'),
            fakes.Answer(403, {}),
            fakes.Answer(200, {}, told),
            fakes.Answer(200, {'servers': None}, told),
            fakes.Answer(200, [], told),
            fakes.LOST,
        ]
        for answer in bad:
            # A GET is tried a second time.
            self.cloud.server.rule('GET', '/servers$', answer, times=2)
            self.assertRaises(errors.ServiceError, self.found)
            self.cloud.server.rules.clear()


class ShelvedTest(MadeOfTestCase):
    """An image that Nova made of a server which somebody shelved."""

    def setUp(self) -> None:
        super().setUp()
        self.server_id = self.cloud.nova.add(
            B, self.other_id, status='SHELVED_OFFLOADED'
        )
        self.image_id = self.cloud.glance.add(
            fakes.ADMIN,
            'shared',
            'web-shelved',
            image_type='snapshot',
            instance_uuid=self.server_id,
        )

    def test_the_server_needs_it_to_come_back(self) -> None:
        for user, everyone in ('bob', False), ('admin', True):
            (found,) = self.found(user, everyone)
            assert isinstance(found, consumers.Consumer)
            self.assertEqual(
                (self.server_id, B, risk.FROM_SHELVED, ('unshelve',)),
                (found.id, found.project_id, found.booted_from, found.breaks),
            )

    def test_a_server_that_runs_again_does_not(self) -> None:
        self.cloud.nova.servers[self.server_id]['status'] = 'ACTIVE'
        self.assertEqual([], self.found())

    def test_a_server_that_is_gone_does_not(self) -> None:
        del self.cloud.nova.servers[self.server_id]
        self.assertEqual([], self.found())

    def test_a_server_that_could_not_be_read_is_an_error(self) -> None:
        self.cloud.server.rule(
            'GET',
            f'/servers/{self.server_id}',
            fakes.Answer(500, 'oops'),
        )
        self.assertRaises(errors.ServiceError, self.found)


class GetTest(MadeOfTestCase):
    def test_an_answer_without_server_is_an_error_of_the_service(
        self,
    ) -> None:
        asked = self.question(self.image_id)
        api = self.api(asked, 'compute')
        answers: list[object] = [{}, [], {'server': None}, {'server': 'x'}]
        for answer in answers:
            self.cloud.server.rule(
                'GET', '/servers/x', fakes.Answer(body=answer)
            )
            self.assertRaises(errors.ServiceError, servers.get, api, 'x')
