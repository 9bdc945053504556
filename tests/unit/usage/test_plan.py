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

from osc_imageshare.identity import catalog
from osc_imageshare.usage import plan
from tests.unit import base


def one(
    name: str, *at: tuple[str, str], kind: str = catalog.COMPUTE
) -> catalog.Service:
    return catalog.Service(kind, name, 'One', at)


class PlanTest(base.TestCase):
    def test_each_service_is_asked_or_not_seen(self) -> None:
        a, b = ('public', 'http://a/v2.1'), ('public', 'http://b/v2.1')
        inside = ('internal', 'http://inside')
        table: dict[
            str,
            tuple[list[catalog.Service], str | None, list[str], list[str]],
        ] = {
            # there, override: asked, not seen
            'one': ([one('nova', a, inside)], None, [a[1]], []),
            'two': ([one('x', a), one('y', b)], None, [a[1], b[1]], []),
            'two addresses of one': ([one('x', a, b)], None, [a[1], b[1]], []),
            'not to be asked': ([one('x', inside)], None, [], ['x']),
            'one of two': (
                [one('x', a), one('y', inside)],
                None,
                [a[1]],
                ['y'],
            ),
            'the same by another address': (
                [one('x', a, inside), one('y', inside)],
                None,
                [a[1]],
                [],
            ),
            'versions, the newest': (
                [
                    one('x', ('public', 'http://a/v2')),
                    one('y', a),
                    one('z', ('public', 'http://a')),
                ],
                None,
                [a[1]],
                [],
            ),
            'versions, as numbers': (
                [
                    one('x', ('public', 'http://a/v2.9')),
                    one('y', ('public', 'http://a/v2.10')),
                ],
                None,
                ['http://a/v2.10'],
                [],
            ),
            'override': ([one('x', a)], 'http://o', ['http://o'], []),
            'for one not to be asked': (
                [one('x', inside)],
                'http://o',
                ['http://o'],
                [],
            ),
            'of nothing': ([], 'http://o', ['http://o'], []),
            'for one of two': (
                [one('x', a), one('y', b)],
                'http://b/v2',
                ['http://b/v2', a[1]],
                [],
            ),
            'for none of two': (
                [one('x', a), one('y', b)],
                'http://o',
                ['http://o', a[1], b[1]],
                [],
            ),
            'for one of two addresses': (
                [one('x', a, b)],
                'http://b',
                ['http://b', a[1]],
                [],
            ),
            'and one not to be asked': (
                [one('x', a), one('y', inside)],
                a[1],
                [a[1]],
                ['y'],
            ),
        }
        for about, (there, override, asked, unseen) in table.items():
            found = plan.plan(there, catalog.Settings(), override)
            self.assertEqual(asked, list(found.asked), about)
            self.assertEqual(
                unseen, [service.name for service in found.unseen], about
            )
