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

"""The calls that make an image, and answers that make no sense."""

import typing

from osc_imageshare import errors
from osc_imageshare.image import uploads
from tests import fakes
from tests.unit import base

A = fakes.A


class UploadsTest(base.CloudTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.glance = self.cloud.glance
        self.found = uploads.Uploads(self.scopes('alice').own)

    def answers(self, method: str, path: str, body: object) -> None:
        self.cloud.server.rule(method, path, fakes.Answer(body=body))

    def test_the_id_is_the_one_that_was_chosen(self) -> None:
        made = self.found.create('i-1', {'name': 'n', 'x': 'y'})
        self.assertEqual(('i-1', 'n'), (made.id, made.name))
        self.assertEqual('y', self.glance.images['i-1']['x'])
        self.answers('POST', '/images$', {'id': 'another'})
        self.assertRaises(
            errors.ServiceError, self.found.create, 'i-2', {'name': 'n'}
        )

    def test_any_name_is_that_of_one_property(self) -> None:
        image_id = self.glance.add(A, here='old')
        image = self.found.get(image_id)
        values = {'here': 'new', 'a/b': '1', 'c~d': '2', '~1': '3', '/': '4'}
        found = self.found.set_properties(image, values)
        self.assertEqual(values, {name: found.record[name] for name in values})
        (sent,) = self.cloud.server.sent('PATCH')
        self.assertEqual(
            [
                ('replace', '/here'),
                ('add', '/a~1b'),
                ('add', '/c~0d'),
                ('add', '/~01'),
                ('add', '/~1'),
            ],
            [(each['op'], each['path']) for each in sent.body],
        )

    def test_what_is_gone_need_not_be_deleted(self) -> None:
        image_id = self.glance.add(A)
        self.found.delete(image_id)
        self.found.delete(image_id)
        self.assertEqual({}, self.glance.images)

    def test_the_last_task_counts(self) -> None:
        image_id = self.glance.add(A)
        table: list[tuple[object, object]] = [
            ({'tasks': []}, None),
            (
                {
                    'tasks': [
                        {'status': 'success', 'created_at': '2'},
                        {
                            'status': 'failure',
                            'created_at': '3',
                            'message': 'why',
                        },
                        {'status': 'pending', 'created_at': '1'},
                    ]
                },
                uploads.Task('failure', 'why'),
            ),
        ]
        for body, expected in table:
            self.answers('GET', '/tasks$', body)
            self.assertEqual(expected, self.found.last_task(image_id))

    def test_a_glance_without_a_call_knows_nothing(self) -> None:
        image_id = self.glance.add(A)
        calls: list[tuple[str, typing.Callable[[], object], object]] = [
            ('/tasks$', lambda: self.found.last_task(image_id), None),
            ('/info/import$', self.found.import_methods, ()),
        ]
        for path, call, expected in calls:
            for status in 401, 403, 404, 405, 501:
                answer = fakes.Answer(status, 'no')
                self.cloud.server.rule('GET', path, answer, times=2)
                self.assertEqual(expected, call())
                self.cloud.server.rules.clear()
            bodies: list[object] = [{}, [], None, {'tasks': [5]}, 'x']
            for body in bodies:
                self.answers('GET', path, body)
                self.assertRaises(errors.ServiceError, call)
