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
from osc_imageshare.identity import scopes
from osc_imageshare.identity import views
from osc_imageshare.image import images
from tests import fakes
from tests.fakes import image
from tests.unit import base

A, B, C = fakes.A, fakes.B, fakes.C
ONE, TWO = fakes.ONE, fakes.TWO


class RegionTest(base.CloudTestCase):
    """One Keystone, and images of their own in each of two regions."""

    def setUp(self) -> None:
        super().setUp()
        self.there = self.cloud.mounted['there'] = image.Glance()
        self.cloud.catalog['image'][TWO] = '/there/v2'
        self.clouds_yaml(bob=self.cloud.entry('bob'))

    def test_the_own_region_is_the_caller_itself(self) -> None:
        caller = self.scopes()
        self.assertIs(caller, views.in_region(caller, ONE))

    def test_images_are_those_of_the_region(self) -> None:
        image_id = self.there.add(A, name='web')
        view = views.in_region(self.scopes('both'), TWO)
        self.assertEqual(TWO, view.own.region)
        self.assertEqual('web', images.Images(view.own).get(image_id).name)
        self.assertIn(f'--os-region-name={TWO}', view.own.program)

    def test_a_member_is_asked_there_as_well(self) -> None:
        image_id = self.there.add(A, 'shared', 'web', {B: 'accepted'})
        for user, clouds in ('both', ()), ('alice', ('bob',)):
            view = views.in_region(self.scopes(user, *clouds), TWO)
            scope = view.speaking_for(B)
            assert isinstance(scope, scopes.Scope)
            self.assertEqual((B, TWO), (scope.project_id, scope.region))
            self.assertEqual('web', images.Images(scope).get(image_id).name)
        self.assertEqual([B], list(view.clouds))
        self.assertEqual(B, view.cloud('bob').project_id)

    def test_a_token_serves_every_region(self) -> None:
        caller = self.scopes('both')
        caller.speaking_for(B)
        _ = caller.own_projects
        self.cloud.server.requests.clear()
        view = views.in_region(caller, TWO)
        view.speaking_for(B)
        _ = view.own_projects
        view.prepare()
        self.assertEqual([], self.cloud.server.requests)

    def test_an_option_names_one_region(self) -> None:
        caller = self.scopes()
        usual = views.in_region(caller, TWO)
        again = views.in_region(usual, ONE)
        self.assertEqual(
            ['openstack', f'--os-region-name={ONE}'], list(again.own.program)
        )

    def test_who_cannot_be_spoken_for_is_the_same_everywhere(self) -> None:
        view = views.in_region(self.scopes(), TWO)
        for found in view.speaking_for(B), view.cannot_speak_for(B):
            assert isinstance(found, scopes.NoScope)
            self.assertIn('you have no role in project', found.reason)
        self.assertIsNone(view.cannot_speak_for(A))

    def test_a_member_cloud_with_other_images_there_is_none(self) -> None:
        self.cloud.catalogs[B] = {
            **self.cloud.catalog,
            'image': {ONE: '/image', TWO: '/elsewhere'},
        }
        view = views.in_region(self.scopes('alice', 'bob'), TWO)
        found = view.speaking_for(B)
        assert isinstance(found, scopes.NoScope)
        self.assertTrue(found.failed)
        self.assertIn('a different image service', found.reason)
        self.assertEqual({}, view.clouds)

    def test_a_region_without_images_is_refused(self) -> None:
        exc = self.assertRaises(
            errors.ImageShareError, views.in_region, self.scopes(), 'Nowhere'
        )
        self.assertIn("in region 'Nowhere'", exc.lines[0])

    def test_evidence_of_an_administrator_counts_everywhere(self) -> None:
        caller = self.scopes()
        view = views.in_region(caller, TWO)
        self.assertFalse(view.administrator)
        view.evident = True
        self.assertTrue(caller.administrator)
