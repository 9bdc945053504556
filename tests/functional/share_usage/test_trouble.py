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

"""``openstack image share usage`` when services or clouds give trouble.

A relay between the client and the real service stands in for what a loopback
cloud cannot do: a cell that is down, a release that drops a filter, a policy
that forbids. Magnum is a stand-in, there is none in this cloud.
"""

from collections.abc import Callable
import json
import typing

from tests.live import base
from tests.live import entries
from tests.live import relay
from tests.live import relayed


class TestShareUsageTrouble(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('bob')
        self.image = self.make_image(visibility='shared')
        self.add_member(self.image, self.b)

    def through(
        self, way: relayed.Relayed, *argv: str, code: int = 0
    ) -> base.Result:
        return self.share(
            f'share usage {self.image}',
            *argv,
            cloud=way.cloud,
            env=way.env,
            code=code,
        )

    @staticmethod
    def always(answer: relay.Answer) -> relay.Rule:
        return lambda _: answer

    @staticmethod
    def changed(
        way: relayed.Relayed, change: Callable[[typing.Any], object]
    ) -> relay.Rule:
        """Return a rule that changes what the service has answered."""

        def rule(request: relay.Request) -> relay.Answer:
            answer = way.relay.passed_on(request)
            body = json.loads(answer.body)
            change(body)
            answer.body = json.dumps(body).encode()
            return answer

        return rule

    def test_a_service_that_refuses_is_an_unknown_row(self) -> None:
        volume = self.make_volume('bob', self.image)
        server = self.make_server('bob', self.image)
        for service, seen in (
            ('compute', {volume}),
            ('block-storage', {server}),
        ):
            for status in 403, 500:
                with self.subTest(service=service, status=status):
                    way = relayed.before(self, service, 'both-a')
                    answer = relay.Answer(status)
                    way.relay.on('GET', '', self.always(answer))
                    result = self.through(way, '--project=project-b', code=4)
                    unknown = [
                        row for row in result.rows if row['Type'] == 'unknown'
                    ]
                    self.assertEqual(
                        [(self.b, 'RegionOne', 'rescoped')],
                        [
                            (r['Project ID'], r['Region'], r['Checked As'])
                            for r in unknown
                        ],
                    )
                    self.assertEqual(
                        seen,
                        {r['ID'] for r in result.rows if r not in unknown},
                    )
                    self.assertIn(service, result.stderr)
                    self.assertIn(str(status), result.stderr)

    def test_a_cell_that_is_down_makes_the_answer_partial(self) -> None:
        server = self.make_server('bob', self.image)

        def unknown(body: typing.Any) -> None:
            # Nova lists them first.
            body['servers'].insert(
                0,
                {
                    'id': '6f1f2b26-9b50-4f33-a3f5-4b4ce6bdbb00',
                    'status': 'UNKNOWN',
                    'tenant_id': self.b,
                    'links': [],
                },
            )

        for cloud in 'both-a', 'admin':
            with self.subTest(cloud=cloud):
                way = relayed.before(self, 'compute', cloud)
                way.relay.on('GET', '/servers', self.changed(way, unknown))
                result = self.through(way, '--project=project-b', code=4)
                self.assertEqual(
                    ['server', 'unknown'],
                    [row['Type'] for row in result.rows],
                )
                self.assertEqual(server, result.rows[0]['ID'])
                self.assertIn('cell that is down', result.stderr)

    def test_records_of_another_project_prove_nothing(self) -> None:
        self.make_server('bob', self.image)
        stranger = self.project_id('carol')

        def taken_over(body: typing.Any) -> None:
            for record in body['servers']:
                record['tenant_id'] = stranger

        way = relayed.before(self, 'compute', 'both-a')
        way.relay.on('GET', '/servers/detail', self.changed(way, taken_over))
        result = self.through(way, '--project=project-b', code=4)
        self.assertEqual('unknown', result.row['Type'])
        self.assertIn(stranger, result.stderr)

    def test_a_service_that_drops_the_image_filter_is_not_believed(
        self,
    ) -> None:
        self.make_server('bob', self.make_image('bob'))

        def unfiltered(request: relay.Request) -> None:
            request.path = request.path.replace('image=', 'picture=')

        way = relayed.before(self, 'compute', 'both-a')
        way.relay.on('GET', '/servers/detail', unfiltered)
        self.assertEqual([], self.through(way, '--project=project-b').rows)

    def test_cluster_templates_are_uses_where_there_is_magnum(self) -> None:
        # The form of Magnum's GET /v1/clustertemplates.
        magnum = relay.Relay(self, 'http://127.0.0.1:9/v1')
        templates = [
            {'uuid': 'one', 'name': 'k8s', 'image_id': self.image},
            {'uuid': 'two', 'name': 'other', 'image_id': 'another image'},
        ]
        for template in templates:
            template['project_id'] = self.b
        magnum.on(
            'GET',
            '/v1/clustertemplates',
            lambda _: relay.Answer(
                200,
                json.dumps({'clustertemplates': templates}).encode(),
                {'Content-Type': 'application/json'},
            ),
        )
        entry = entries.entry('bob')
        entry['container_infra_endpoint_override'] = magnum.url
        row = self.share(
            f'share usage {self.image}',
            cloud='with-magnum',
            env=entries.written(self, **{'with-magnum': entry}),
        ).row
        self.assertEqual(
            (
                'cluster template',
                'one',
                'k8s',
                None,
                ['cluster create', 'cluster resize'],
            ),
            tuple(
                row[key]
                for key in ('Type', 'ID', 'Name', 'Booted From', 'Breaks')
            ),
        )

    def test_a_member_cloud_that_cannot_be_used_is_one_sentence(self) -> None:
        elsewhere = entries.entry('bob', auth_url='http://127.0.0.1:9/v3')
        env = entries.written(
            self,
            elsewhere=elsewhere,
            mistyped=entries.entry('bob', password='wrong'),
        )
        for name, sentence in (
            ('elsewhere', 'different identity service'),
            ('mistyped', '401'),
            ('missing', 'missing'),
        ):
            for verb in (
                ('usage', self.image),
                ('status', self.image),
                ('revoke', self.image, self.b, '--force'),
            ):
                with self.subTest(name=name, verb=verb):
                    result = self.share(
                        *('share', *verb, '--member-cloud', name),
                        cloud='both-a',
                        env=env,
                        code=1,
                    )
                    self.assertEqual('', result.stdout)
                    self.assertIn(sentence, result.stderr)
                    self.assertIn(name, result.stderr)
                    if verb[0] == 'revoke':
                        self.assertIn('has been changed', result.stderr)
        self.assertEqual({self.b: 'pending'}, self.members(self.image))
