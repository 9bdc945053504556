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

from osc_imageshare import scope as scope_
from tests.unit import fake_services
from tests.unit import surveys

B, C = fake_services.B, fake_services.C
ONE, TWO, THREE = fake_services.ONE, fake_services.TWO, fake_services.THREE


class PlacesTestCase(surveys.SurveyTestCase):
    """Regions that use the image service, and others."""

    def setUp(self) -> None:
        super().setUp()
        self.region(TWO)
        self.region(THREE)

    def region(self, name: str) -> None:
        """Make Nova and Cinder of a region answer under its name."""
        self.cloud.mounted[f'compute-{name}'] = self.cloud.nova
        self.cloud.mounted[f'volume-{name}'] = self.cloud.cinder

    def put(self, name: str, *services: str, image: str | None = None) -> None:
        """Put services of a region into the catalog."""
        for service in services:
            path = {
                'compute': f'/compute-{name}/v2.1',
                'block-storage': f'/volume-{name}/v3/{{project}}',
                'container-infra': '/container-infra/v1',
            }[service]
            self.cloud.catalog.setdefault(service, {})[name] = path
        if image is not None:
            self.cloud.catalog['image'][name] = image


class PlacesTest(PlacesTestCase):
    """Which regions are asked."""

    def test_every_region_that_shares_the_image_service_is_asked(
        self,
    ) -> None:
        # The version and the slash are no difference.
        self.put(TWO, 'compute', 'block-storage', image='/image/v2/')
        self.cloud.nova.add(B, self.image_id)
        self.cloud.cinder.add(B, self.image_id)
        found = self.survey('bob').of(B)
        self.assertEqual((), found.gaps)
        self.assertEqual(
            {
                'image',
                'compute',
                'volume',
                f'compute-{TWO}',
                f'volume-{TWO}',
            },
            self.asked(),
        )

    def test_a_region_with_its_own_image_service_is_not(self) -> None:
        self.put(TWO, 'compute', 'block-storage', image='/image-two')
        found = self.survey('bob').of(B)
        self.assertEqual((), found.gaps)
        self.assertEqual({'image', 'compute', 'volume'}, self.asked())

    def test_the_other_region_is_asked_when_it_is_the_callers(self) -> None:
        self.cloud.mounted['image-two'] = self.cloud.glance
        self.put(TWO, 'compute', 'block-storage', image='/image-two')
        survey = self.survey('bob', region_name=TWO)
        self.assertEqual((), survey.of(B).gaps)
        self.assertEqual(
            {'image-two', f'compute-{TWO}', f'volume-{TWO}'}, self.asked()
        )

    def test_a_region_without_image_service_may_use_this_one(self) -> None:
        self.put(THREE, 'compute', 'block-storage')
        self.assertEqual((), self.survey('bob').of(B).gaps)
        self.assertLessEqual(
            {f'compute-{THREE}', f'volume-{THREE}'}, self.asked()
        )

    def test_a_service_that_is_missing_in_one_region_is_a_gap(self) -> None:
        table = {'compute': 'block-storage', 'block-storage': 'compute'}
        catalog = self.cloud.catalog
        for there, missing in table.items():
            self.cloud.catalog = {k: dict(v) for k, v in catalog.items()}
            self.put(TWO, there, image='/image')
            found = self.survey('bob').of(B)
            self.assertEqual({(missing, TWO)}, self.places(found))
            self.assertIsNone(found.servers)
            (gap,) = found.gaps
            self.assertIn(f'it has one in {ONE}', gap.reason)

    def test_a_service_in_another_region_only_is_a_gap(self) -> None:
        self.put(TWO, 'container-infra', image='/image-two')
        found = self.survey('bob').of(B)
        self.assertEqual({('container-infra', ONE)}, self.places(found))

    def test_a_service_in_no_region_is_nothing_there(self) -> None:
        for service in 'compute', 'block-storage':
            del self.cloud.catalog[service]
        found = self.survey('bob').of(B)
        self.assertEqual((), found.gaps)
        self.assertEqual((0, 0), (found.servers, found.volumes))
        # What an ordinary user's catalog says of the user is true.
        self.assertEqual([], self.cloud.server.sent('GET', '/services'))

    def test_an_old_cinder_is_believed_as_far_as_it_goes(self) -> None:
        self.cloud.catalog['volumev2'] = {ONE: '/volume/v2/{project}'}
        del self.cloud.catalog['block-storage']
        self.cloud.cinder.add(B, self.image_id)
        found = self.survey('bob').of(B)
        self.assertEqual(((), 1), (found.gaps, found.volumes))
        # It cannot tell what is attached, nor filter for an administrator.
        self.cloud.cinder.add(B, self.image_id, 'reserved')
        for user in 'bob', 'root':
            found = self.survey(user).of(B)
            self.assertEqual({('block-storage', ONE)}, self.places(found))
            self.assertEqual((None, None), (found.servers, found.volumes))

    def test_the_members_own_catalog_counts(self) -> None:
        # For project B alone there is a second region, and no Cinder.
        self.cloud.catalogs[B] = {
            'image': {ONE: '/image', TWO: '/image'},
            'compute': {ONE: '/compute/v2.1', TWO: f'/compute-{TWO}/v2.1'},
        }
        for user, clouds in ('both', ()), ('ann', ('bob',)):
            found = self.survey(user, *clouds).of(B)
            self.assertEqual((), found.gaps, user)
            self.assertEqual(
                {'image', 'compute', f'compute-{TWO}'},
                self.asked() - {'identity'},
            )

    def test_a_member_whose_catalog_lacks_the_image_service_is_seen(
        self,
    ) -> None:
        self.cloud.catalogs[B] = {'compute': {ONE: '/compute/v2.1'}}
        server_id = self.cloud.nova.add(B, self.image_id)
        found = self.survey('both').of(B)
        self.assertEqual([server_id], [one.id for one in found.consumers])

    def test_an_image_service_behind_another_address_is_the_same(
        self,
    ) -> None:
        # As seen from inside; the catalog names the outside.
        self.cloud.mounted['inside'] = self.cloud.glance
        self.put(TWO, 'compute', 'block-storage', image='/image')
        found = self.survey(
            'both', image_endpoint_override=f'{self.cloud.url}/inside'
        ).of(B)
        self.assertEqual((), found.gaps)
        self.assertLessEqual({'inside', f'compute-{TWO}'}, self.asked())


class HiddenTest(PlacesTestCase):
    """What an administrator's catalog does not show others may see."""

    def listed(
        self, service: str, region: str, url: str, **more: object
    ) -> None:
        """Put an endpoint into Keystone's list, not into the catalog."""
        keystone = self.cloud.keystone
        if service not in keystone.service_types:
            keystone.service_types.append(service)
        keystone.endpoints.append(
            {
                'service_id': service,
                'interface': 'public',
                'region_id': region,
                'enabled': True,
                'url': f'{self.cloud.url}{url}',
                **more,
            }
        )

    def unlist(self) -> None:
        self.cloud.keystone.service_types.clear()
        self.cloud.keystone.endpoints.clear()

    def test_an_administrators_catalog_says_nothing_of_others(self) -> None:
        del self.cloud.catalog['block-storage']
        table: list[tuple[list[str], set[tuple[object, object]]]] = [
            # services there are: what was not seen
            (['image', 'compute'], set()),
            (['image', 'compute', 'volumev3'], {('block-storage', ONE)}),
            (['image', 'block-storage'], {('block-storage', ONE)}),
            (['container-infra'], {('container-infra', ONE)}),
        ]
        for there, gaps in table:
            self.cloud.keystone.service_types = there
            found = self.survey('root').of(C)
            self.assertEqual(gaps, self.places(found), str(there))
            hidden = ('block-storage', ONE) in gaps
            self.assertEqual(None if hidden else 0, found.volumes)

    def test_another_region_of_the_image_service_is_a_gap(self) -> None:
        self.put(ONE, 'container-infra')
        volumes = '/volume/v3/$(project_id)s'
        table = {
            'compute': ('compute', '/compute-three/v2.1', 'compute'),
            'an old name': ('volumev3', volumes, 'block-storage'),
            'clusters': ('container-infra', '/x/v1', 'container-infra'),
        }
        for about, (kind, url, service) in table.items():
            for images in ([], ['/image'], ['/image/v2/', '/inside']):
                self.unlist()
                for image in images:
                    self.listed('image', THREE, image)
                self.listed(kind, THREE, url)
                found = self.survey('root').of_everyone()
                self.assertEqual({(service, THREE)}, self.places(found), about)
                (gap,) = found.gaps
                self.assertIsNone(gap.project_id)
                self.assertIn(f"in region '{THREE}'", gap.reason)

    def test_one_of_another_image_service_is_not(self) -> None:
        self.listed('image', THREE, '/image-three')
        self.listed('compute', THREE, '/compute-three/v2.1')
        found = self.survey('root').of_everyone()
        self.assertEqual((), found.gaps)

    def test_every_interface_counts(self) -> None:
        self.listed('image', ONE, '/image')
        self.listed('image', ONE, '/inside', interface='internal')
        self.listed('image', THREE, '/inside', interface='internal')
        self.listed('compute', THREE, '/c', interface='internal')
        found = self.survey('root').of_everyone()
        self.assertEqual({('compute', THREE)}, self.places(found))

    def test_the_project_in_an_address_is_whose_catalog_it_is(self) -> None:
        self.cloud.catalog['image'] = {ONE: '/image-{project}'}
        self.cloud.mounted[f'image-{fake_services.ADMIN}'] = self.cloud.glance
        for template in '$(tenant_id)s', '%(project_id)s':
            self.unlist()
            self.listed('image', THREE, f'/image-{template}')
            self.listed('compute', THREE, '/compute-three/v2.1')
            found = self.survey('root').of_everyone()
            self.assertIn(('compute', THREE), self.places(found), template)

    def test_what_is_disabled_is_in_nobodys_catalog(self) -> None:
        self.listed('image', THREE, '/image')
        self.listed('compute', THREE, '/compute-three/v2.1', enabled=False)
        self.assertEqual((), self.survey('root').of_everyone().gaps)

    def test_what_the_catalog_shows_is_asked_and_no_gap(self) -> None:
        self.put(TWO, 'compute', 'block-storage', image='/image')
        for region in ONE, TWO:
            self.listed('image', region, '/image')
            self.listed('compute', region, '/any')
            self.listed('volumev3', region, '/any')
        self.assertEqual((), self.survey('root').of_everyone().gaps)

    def test_what_is_missing_is_reported_once(self) -> None:
        self.put(TWO, 'compute', image='/image')
        for region in ONE, TWO:
            self.listed('block-storage', region, '/any')
        (gap,) = self.survey('root').of_everyone().gaps
        self.assertEqual(('block-storage', TWO), (gap.service, gap.region))

    def test_lists_that_cannot_be_read_hide_anything(self) -> None:
        bad = fake_services.Answer(
            body={'endpoints': [{'service_id': 'image', 'url': 'http://['}]}
        )
        table = [
            ('/v3/services', fake_services.Answer(403, {})),
            ('/v3/endpoints', fake_services.Answer(403, {})),
            ('/v3/endpoints', fake_services.Answer(body={})),
            ('/v3/endpoints', bad),
        ]
        for path, answer in table:
            self.cloud.server.rules.clear()
            self.cloud.server.rule('GET', path, answer, times=None)
            found = self.survey('root').of(C)
            self.assertEqual({(None, None)}, self.places(found), path)
            self.assertEqual((None, None), (found.servers, found.volumes))

    def test_the_lists_are_read_once(self) -> None:
        survey = self.survey('root')
        for project_id in B, C:
            survey.of(project_id)
        for path in '/v3/services', '/v3/endpoints':
            self.assertEqual(1, len(self.cloud.server.sent('GET', path)))

    def test_the_members_own_catalog_closes_the_gap(self) -> None:
        self.cloud.keystone.roles['root'][B] = ('member',)
        self.listed('compute', THREE, '/compute-three/v2.1')
        found = self.survey('root').of(B)
        self.assertEqual(((), scope_.RESCOPED), (found.gaps, found.checked_as))
        found = self.survey('root').of(C)
        self.assertEqual({('compute', THREE)}, self.places(found))
        self.assertIsNone(found.servers)
