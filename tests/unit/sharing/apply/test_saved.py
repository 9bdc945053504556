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
import typing

from osc_imageshare import errors
from osc_imageshare.image import images
from osc_imageshare.sharing.apply import document
from osc_imageshare.sharing.apply import plan
from osc_imageshare.sharing.apply import saved
from osc_imageshare.sharing.apply import states
from tests import fakes
from tests.unit import base
from tests.unit.sharing.apply import test_plan

B, C = fakes.B, fakes.C

_DOCUMENT = document.Document(
    fakes.A,
    (
        document.Image(
            name='web',
            members=(document.Member(project='team-b'),),
            exact=True,
        ),
    ),
)
_STATE = test_plan.state(
    test_plan.wanted(B), members=test_plan.members(c='pending'), exact=True
)


def _saved(*states: states.State) -> saved.Saved:
    rows = [r for one in states for r in plan.rows(one, {})]
    content = saved.dump(_DOCUMENT, states, rows)
    return saved.Saved(content.encode(), 'plan.json')


class SavedTest(base.TestCase):
    def test_the_same_cloud_is_no_surprise(self) -> None:
        found = _saved(_STATE)
        self.assertEqual(_DOCUMENT, found.document)
        found.check([_STATE])

    def test_people_can_read_what_will_be_done(self) -> None:
        content = saved.dump(_DOCUMENT, [_STATE], plan.rows(_STATE, {}))
        self.assertEqual(
            {
                'image': 'i',
                'region': 'R',
                'project': B,
                'action': 'share',
                'reason': None,
            },
            json.loads(content)['actions'][0],
        )

    def test_whatever_means_something_else_is_refused(self) -> None:
        another = images.Image('j', 'web', fakes.A, 'active', 'shared', '')
        for change, sentence in (
            (
                {'image': another},
                "image 'web' in region R: the name meant another image: i, "
                'now j',
            ),
            (
                {'wanted': (test_plan.wanted(C),)},
                "image 'web' in region R: the file named other projects: "
                f'{B} auto, now {C} auto',
            ),
            (
                {'members': {}},
                "image 'web' in region R: the members were others: "
                f'{C} pending, now none',
            ),
            (
                {'members': test_plan.members(c='accepted')},
                "image 'web' in region R: the members were others: "
                f'{C} pending, now {C} accepted',
            ),
            (
                {'image': test_plan.image('private'), 'members': None},
                "image 'web' in region R: the visibility was another: "
                'shared, now private',
            ),
            (
                {'unresolved': (states.Unresolved('campus', 'why'),)},
                "image 'web' in region R: other words could not be looked "
                "up: [], now ['campus']",
            ),
        ):
            changes: dict[str, typing.Any] = {**change}
            now = dataclasses.replace(_STATE, **changes)
            exc = self.assertRaises(
                errors.Refused, _saved(_STATE).check, [now]
            )
            self.assertEqual(f'  {sentence}', exc.lines[1])
            self.assertIn('image share diff --out', exc.lines[-1])

    def test_a_region_more_or_less_is_refused(self) -> None:
        elsewhere = dataclasses.replace(_STATE, region='S')
        for before, now in (
            ([_STATE], [_STATE, elsewhere]),
            ([_STATE, elsewhere], [_STATE]),
            ([_STATE], [elsewhere]),
        ):
            self.assertRaises(errors.Refused, _saved(*before).check, now)

    def test_what_is_no_plan_is_refused(self) -> None:
        good = json.loads(saved.dump(_DOCUMENT, [_STATE], []))
        for content in (
            '',
            '[]',
            'null',
            '{}',
            '[' * 100_000,
            json.dumps({**good, 'version': 2}),
            json.dumps({**good, 'document': {'version': 1}}),
            json.dumps({**good, 'resolved': [{}]}),
            json.dumps({**good, 'resolved': 5}),
            json.dumps({**good, 'resolved': ['web']}),
        ):
            exc = self.assertRaises(
                errors.Refused, saved.Saved, content.encode(), 'plan.json'
            )
            self.assertIn('plan.json is no plan', exc.lines[0])
        self.assertRaises(errors.Refused, saved.Saved, b'\xff', 'plan.json')

    def test_no_secret_of_a_member_cloud_is_in_it(self) -> None:
        wanted = document.Document(
            fakes.A,
            (
                document.Image(
                    name='web', members=(document.Member(cloud='team-b'),)
                ),
            ),
        )
        found = json.loads(saved.dump(wanted, [_STATE], []))
        self.assertEqual(
            [{'cloud': 'team-b', 'accept': 'auto'}],
            found['document']['images'][0]['members'],
        )
