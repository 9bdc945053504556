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

import copy
import typing

from osc_imageshare.identity import scopes as scopes_
from osc_imageshare.image import images
from osc_imageshare.image import search
from osc_imageshare.usage import survey as survey_
from tests import fakes
from tests.fakes import compute
from tests.fakes import image
from tests.unit import surveys

A, B, C = fakes.A, fakes.B, fakes.C
ONE, TWO, THREE = fakes.ONE, fakes.TWO, fakes.THREE


class EndpointsTestCase(surveys.SurveyTestCase):
    """Regions that use the image service, and others."""

    def setUp(self) -> None:
        super().setUp()
        self.region(TWO)
        self.region(THREE)
        self.cloud.mounted['image-two'] = image.Glance()

    def region(self, name: str) -> None:
        """Make Nova and Cinder of a region answer under its name."""
        self.cloud.mounted[f'compute-{name}'] = self.cloud.nova
        self.cloud.mounted[f'volume-{name}'] = self.cloud.cinder

    def put(
        self, name: str, *services: str, images: str | None = None
    ) -> None:
        """Put services of a region into the catalog."""
        for service in services:
            path = {
                'compute': f'/compute-{name}/v2.1',
                'block-storage': f'/volume-{name}/v3/{{project}}',
                'container-infra': '/container-infra/v1',
            }[service]
            self.cloud.catalog.setdefault(service, {})[name] = path
        if images is not None:
            self.cloud.catalog['image'][name] = images


class RegionsTest(EndpointsTestCase):
    """Which regions are asked."""

    def test_every_region_that_shares_the_image_service_is_asked(
        self,
    ) -> None:
        self.cloud.mounted['inside'] = self.cloud.glance
        self.cloud.nova.add(B, self.image_id)
        self.cloud.cinder.add(B, self.image_id)
        # The version and the slash are no difference. One service has many
        # addresses, and tells itself that it is the same.
        for same in '/image/v2/', '/inside', '/inside/v2':
            self.put(TWO, 'compute', 'block-storage', images=same)
            found = self.survey('bob').of(B)
            self.assertEqual((), found.gaps)
            self.assertEqual(
                {'compute', 'volume', f'compute-{TWO}', f'volume-{TWO}'},
                self.asked() - {'image', 'inside'},
            )

    def test_a_region_with_its_own_image_service_is_not(self) -> None:
        self.put(TWO, 'compute', 'block-storage', images='/image-two')
        found = self.survey('bob').of(B)
        self.assertEqual((), found.gaps)
        self.assertEqual(
            {'image', 'image-two', 'compute', 'volume'}, self.asked()
        )

    def test_a_copy_of_the_image_is_not_the_image(self) -> None:
        # Images that are replicated keep their ID.
        two = copy.deepcopy(self.cloud.glance)
        two.images[self.image_id]['created_at'] = '2021-01-01T00:00:00Z'
        self.cloud.mounted['image-two'] = two
        self.put(TWO, 'compute', images='/image-two')
        self.assertEqual((), self.survey('bob').of(B).gaps)
        self.assertNotIn(f'compute-{TWO}', self.asked())

    def test_what_cannot_be_told_is_a_gap(self) -> None:
        self.put(TWO, 'compute', images='/image-two')
        ours = self.cloud.glance.images[self.image_id]
        table = {
            'it fails': (500, 'oops', '/image-two/v2'),
            'it forbids': (403, 'no', '/image-two/v2'),
            'an answer of another shape': (200, [], '/image-two/v2'),
            'an answer of no image': (200, {}, '/image-two/v2'),
            'an answer of another image': (
                *(200, {**ours, 'id': 'other'}, '/image-two/v2'),
            ),
            'an image without its time': (
                *(200, {'id': self.image_id}, '/image-two/v2'),
            ),
            # Nothing there says that this is an image service at all.
            '404 of anything': (404, 'no such page', '/nothing'),
            '404 of a version': (404, 'no such page', '/gone/v2'),
        }
        for about, (status, body, path) in table.items():
            self.cloud.catalog['image'][TWO] = path
            self.cloud.server.rules.clear()
            self.cloud.server.rule(
                'GET',
                f'{path}/.*images/',
                fakes.Answer(status, body),
                times=None,
            )
            if path == '/nothing':
                self.cloud.server.rule(
                    'GET', path, fakes.Answer(404), times=None
                )
            found = self.survey('bob').of(B)
            self.assertEqual({('compute', TWO)}, self.places(found), about)
            self.assertIn('may use the same image service', str(found.gaps))

    def test_what_lists_no_images_has_not_been_asked_for_one(self) -> None:
        self.put(TWO, 'compute', images='/image-two')
        shapes: tuple[object, ...] = (
            *({}, {'images': {}}, {'images': None}),
            *([], 'images'),
        )
        for listed in shapes:
            self.cloud.server.rules.clear()
            for path, answer in (
                ('/images/', fakes.Answer(404, {})),
                ('/images$', fakes.Answer(200, listed)),
            ):
                self.cloud.server.rule(
                    'GET', f'/image-two/v2{path}', answer, times=None
                )
            found = self.survey('bob').of(B)
            self.assertEqual(
                {('compute', TWO)}, self.places(found), str(listed)
            )

    def test_the_same_image_with_another_content_is_a_gap(self) -> None:
        # Its bits were arriving when it was read first, or this address is
        # of a release that tells less.
        self.cloud.glance.images[self.image_id]['os_hash_value'] = 'abc'
        two = copy.deepcopy(self.cloud.glance)
        del two.images[self.image_id]['os_hash_value']
        self.cloud.mounted['image-two'] = two
        self.put(TWO, 'compute', 'block-storage', images='/image-two')
        found = self.survey('bob').of(B)
        self.assertEqual(
            {('compute', TWO), ('block-storage', TWO)}, self.places(found)
        )

    def test_each_address_is_asked_once_for_all_projects(self) -> None:
        self.put(TWO, 'compute', images='/image-two')
        survey = self.survey('both')
        for project_id in A, B:
            survey.of(project_id)
        asked = self.cloud.server.sent('GET', '/image-two/v2/images/')
        self.assertEqual(1, len(asked))

    def test_a_member_who_cannot_read_it_is_not_asked(self) -> None:
        # Revoked already: to project B the very service looks like another.
        self.cloud.mounted['inside'] = self.cloud.glance
        del self.cloud.glance.memberships[self.image_id][B]
        self.put(TWO, 'compute', 'block-storage', images='/inside')
        self.survey('both').of(B)
        self.assertIn(f'compute-{TWO}', self.asked())

    def test_the_other_region_is_asked_when_it_is_the_callers(self) -> None:
        self.cloud.mounted['image-two'] = self.cloud.glance
        self.cloud.mounted['image'] = image.Glance()
        self.put(TWO, 'compute', 'block-storage', images='/image-two')
        own = self.scopes('admin', region_name=TWO).own
        found = images.Images(own).get(self.image_id)
        self.cloud.server.requests.clear()
        survey = survey_.Survey(self.scopes('bob', region_name=TWO), found)
        self.assertEqual((), survey.of(B).gaps)
        self.assertEqual(
            {f'compute-{TWO}', f'volume-{TWO}'},
            {a for a in self.asked() if a.startswith(('compute', 'volume'))},
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
            self.put(TWO, there, images='/image')
            found = self.survey('bob').of(B)
            self.assertEqual({(missing, TWO)}, self.places(found))
            self.assertIsNone(found.servers)
            (gap,) = found.gaps
            self.assertIn(f'it has one in {ONE}', gap.reason)

    def test_an_optional_service_may_be_in_some_regions_only(self) -> None:
        self.put(TWO, 'container-infra', images='/image-two')
        self.assertEqual((), self.survey('bob').of(B).gaps)
        self.assertNotIn('container-infra', self.asked())

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
        self.cloud.versions['Cinder'] = ['2']
        del self.cloud.catalog['block-storage']
        self.cloud.cinder.add(B, self.image_id)
        found = self.survey('bob').of(B)
        self.assertEqual(((), 1), (found.gaps, found.volumes))
        # It cannot tell what is attached, nor filter for an administrator.
        self.cloud.cinder.add(B, self.image_id, 'reserved')
        for user in 'bob', 'admin':
            found = self.survey(user).of(B)
            self.assertEqual({('block-storage', ONE)}, self.places(found))
            self.assertEqual((None, None), (found.servers, found.volumes))

    def test_the_members_catalog_and_the_callers_count(self) -> None:
        # For project B alone there is a second region, and no Cinder: a
        # filter of Keystone may hide that, as it hides nothing from Cinder.
        self.cloud.catalogs[B] = {
            'image': {ONE: '/image', TWO: '/image'},
            'compute': {ONE: '/compute/v2.1', TWO: f'/compute-{TWO}/v2.1'},
        }
        self.cloud.cinder.add(B, self.image_id)
        for user, clouds in ('both', ()), ('alice', ('bob',)):
            found = self.survey(user, *clouds).of(B)
            self.assertEqual(1, len(found.consumers), user)
            self.assertEqual({('block-storage', TWO)}, self.places(found))
            self.assertEqual(
                {'image', 'compute', f'compute-{TWO}', 'volume'},
                self.asked() - {'identity'},
            )
        # As project B itself, nobody knows of a Cinder.
        self.assertEqual((), self.survey('bob').of(B).gaps)

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
        self.put(TWO, 'compute', 'block-storage', images='/image')
        found = self.survey(
            'both', image_endpoint_override=f'{self.cloud.url}/inside'
        ).of(B)
        self.assertEqual((), found.gaps)
        self.assertLessEqual({'inside', f'compute-{TWO}'}, self.asked())


class ListedTest(EndpointsTestCase):
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

    def test_what_is_listed_is_asked(self) -> None:
        self.cloud.mounted['inside'] = self.cloud.glance
        table = {
            'compute': ('compute', '/compute-{}/v2.1'),
            'an old name': ('volumev3', '/volume-{}/v3/$(project_id)s'),
            'a template': ('volumev3', '/volume-{}/v3/%(tenant_id)s'),
        }
        self.cloud.nova.add(C, self.image_id)
        self.cloud.cinder.add(C, self.image_id)
        for about, (kind, url) in table.items():
            for same in ([], ['/image'], ['/image/v2/', '/inside']):
                self.unlist()
                for address in same:
                    self.listed('image', THREE, address)
                self.listed(kind, THREE, url.format(THREE))
                found = self.survey('admin').of_everyone()
                self.assertEqual((), found.gaps, about)
                asked = url.split('/')[1].format(THREE)
                self.assertIn(asked, self.asked(), about)

    def test_one_of_another_image_service_is_not(self) -> None:
        self.listed('image', THREE, '/image-two')
        self.listed('compute', THREE, '/compute-three/v2.1')
        found = self.survey('admin').of_everyone()
        self.assertEqual((), found.gaps)
        self.assertNotIn('compute-three', self.asked())

    def test_one_that_cannot_be_asked_is_a_gap(self) -> None:
        self.cloud.catalog['image'][ONE] = '/image'
        self.listed('image', ONE, '/image')
        self.listed('image', ONE, '/inside', interface='internal')
        self.listed('image', THREE, '/inside', interface='internal')
        for kind in 'compute', 'volumev3', 'container-infra':
            service = 'block-storage' if kind == 'volumev3' else kind
            for url, interface in (
                # Nothing answers there, or nothing leads there.
                ('/nothing', 'public'),
                (':none', 'public'),
                (f'/{kind}', 'internal'),
            ):
                self.cloud.keystone.endpoints = [
                    one
                    for one in self.cloud.keystone.endpoints
                    if one['service_id'] == 'image'
                ]
                self.listed(kind, THREE, url, interface=interface)
                found = self.survey('admin').of_everyone()
                self.assertEqual({(service, THREE)}, self.places(found), url)
                self.assertEqual({None}, {g.project_id for g in found.gaps})

    def test_images_without_any_nova_are_not_unused(self) -> None:
        # Those of the other region have images of their own, it seems.
        self.cloud.catalog['image'][TWO] = '/image-two'
        for kind, at in (('compute', 'compute'), ('block-storage', 'volume')):
            self.cloud.catalog[kind] = {}
            self.listed(kind, TWO, f'/{at}')
        found = self.survey('admin').of_everyone()
        self.assertEqual(
            {('compute', ONE), ('block-storage', ONE)}, self.places(found)
        )

    def test_what_is_disabled_is_in_nobodys_catalog(self) -> None:
        self.listed('image', THREE, '/image')
        self.listed('compute', THREE, '/compute-three/v2.1', enabled=False)
        self.assertEqual((), self.survey('admin').of_everyone().gaps)

    def test_what_the_catalog_shows_is_asked_once(self) -> None:
        self.put(TWO, 'compute', 'block-storage', images='/image')
        for region, at in ((ONE, ''), (TWO, f'-{TWO}')):
            self.listed('image', region, '/image')
            self.listed('compute', region, f'/compute{at}/v2.1')
            self.listed('volumev3', region, f'/volume{at}/v3/$(project_id)s')
        self.assertEqual((), self.survey('admin').of_everyone().gaps)
        for path in f'/compute-{TWO}/.*detail', f'/volume-{TWO}/.*detail':
            asked = [str(r) for r in self.cloud.server.sent('GET', path)]
            self.assertEqual(len(set(asked)), len(asked))

    def test_lists_that_cannot_be_read_hide_anything(self) -> None:
        table = [
            ('/v3/services', fakes.Answer(403, {})),
            ('/v3/endpoints', fakes.Answer(403, {})),
            ('/v3/endpoints', fakes.Answer(body={})),
        ]
        for path, answer in table:
            self.cloud.server.rules.clear()
            self.cloud.server.rule('GET', path, answer, times=None)
            found = self.survey('admin').of(C)
            self.assertEqual({(None, None)}, self.places(found), path)
            self.assertEqual((None, None), (found.servers, found.volumes))

    def test_the_lists_are_read_once(self) -> None:
        survey = self.survey('admin')
        for project_id in B, C:
            survey.of(project_id)
        for path in '/v3/services', '/v3/endpoints':
            self.assertEqual(1, len(self.cloud.server.sent('GET', path)))

    def test_endpoints_of_services_that_are_not_listed_are_a_gap(self) -> None:
        self.listed('compute', ONE, '/compute/v2.1')
        self.cloud.keystone.service_types.remove('compute')
        found = self.survey('admin').of(C)
        self.assertEqual({(None, None)}, self.places(found))

    def test_a_look_as_the_member_closes_the_gap(self) -> None:
        self.cloud.keystone.roles['admin'][B] = ('member',)
        self.cloud.nova.admin_role = 'another'
        found = self.survey('admin').of(B)
        self.assertEqual(
            ((), scopes_.RESCOPED), (found.gaps, found.checked_as)
        )
        found = self.survey('admin').of(C)
        self.assertEqual({('compute', ONE)}, self.places(found))
        self.assertIsNone(found.servers)

    def test_what_is_listed_is_asked_as_the_member_too(self) -> None:
        self.cloud.keystone.roles['admin'][B] = ('member',)
        self.cloud.nova.admin_role = 'another'
        self.cloud.mounted['hidden'] = hidden = compute.Nova()
        hidden.add(B, self.image_id)
        for path, gaps in ('/hidden', set()), ('/gone', {('compute', THREE)}):
            self.unlist()
            self.listed('compute', THREE, f'{path}/v2.1')
            found = self.survey('admin').of(B)
            self.assertEqual(gaps, self.places(found))
            self.assertEqual(not gaps, bool(found.consumers))


class ConfigurationTest(EndpointsTestCase):
    """Services are reached as the client is told to reach each of them."""

    def setUp(self) -> None:
        super().setUp()
        self.cloud.catalog = {'image': {ONE: '/image'}}
        self.cloud.nova.add(B, self.image_id)

    def check(
        self,
        about: str,
        seen: bool,
        *endpoints: tuple[str, str | None, str],
        **more: typing.Any,
    ) -> None:
        """Look as the member, by a member cloud, and as an administrator.

        :param seen: whether the server can be seen; else there is a gap.
        """
        entries = [self.cloud.service('compute', 'nova', *endpoints)]
        self.cloud.entries[None] = entries
        self.clouds_yaml(bob=self.cloud.entry('bob', **more))
        for user, clouds in ('bob', ()), ('alice', ('bob',)), ('admin', ()):
            found = self.survey(user, *clouds, **more).of(B)
            there = {one.kind for one in found.consumers}
            self.assertEqual({'server'} if seen else set(), there, about)
            self.assertEqual(
                set() if seen else {('compute', ONE)},
                self.places(found),
                about,
            )

    def test_the_interface_of_each_service_counts(self) -> None:
        inside = ('internal', ONE, '/compute/v2.1')
        outside = ('public', ONE, '/compute/v2.1')
        nothing = ('public', ONE, '/nothing')
        for about, seen, endpoints, more in (
            ('only inside', False, [inside], {}),
            ('inside', True, [inside], {'compute_interface': 'internal'}),
            (
                'a list',
                True,
                [inside],
                {'compute_interface': ['admin', 'internalURL']},
            ),
            (
                'preferred',
                True,
                [nothing, inside],
                {'compute_interface': ['internal', 'public']},
            ),
            ('outside', True, [outside, inside], {}),
        ):
            self.check(about, seen, *endpoints, **more)

    def test_versions_are_found(self) -> None:
        for path in '/compute', '/compute/', '/compute/v2', '/compute/v2.1/':
            self.check(path, True, ('public', ONE, path))

    def test_an_address_in_no_region_is_in_each(self) -> None:
        self.check('no region', True, ('public', None, '/compute/v2.1'))

    def test_an_override_is_asked(self) -> None:
        override = f'{self.cloud.url}/compute/v2.1'
        self.check(
            'in the place of the catalog',
            True,
            ('internal', ONE, '/nothing'),
            compute_endpoint_override=override,
        )

    def test_one_that_is_another_regions_replaces_nothing(self) -> None:
        self.cloud.mounted['compute-two'] = compute.Nova()
        override = f'{self.cloud.url}/compute-two/v2.1'
        self.check(
            'of another region',
            True,
            ('public', ONE, '/compute/v2.1'),
            ('public', TWO, '/compute-two/v2.1'),
            compute_endpoint_override=override,
        )

    def test_a_catalog_that_names_nothing_tells_nothing(self) -> None:
        self.cloud.catalog = {}
        override = f'{self.cloud.url}/image/v2'
        for user in 'both', 'admin':
            scopes = self.scopes(user, image_endpoint_override=override)
            (image_,) = search.find(images.Images(scopes.own), self.image_id)
            found = survey_.Survey(scopes, image_).of(B)
            self.assertEqual({(None, None)}, self.places(found))

    def test_each_of_several_services_is_asked(self) -> None:
        self.cloud.mounted['empty'] = compute.Nova()
        self.cloud.entries[None] = [
            self.cloud.service('compute', name, ('public', ONE, path))
            for name, path in (
                ('nova', '/empty/v2.1'),
                ('cells', '/compute/v2.1'),
            )
        ]
        override = f'{self.cloud.url}/empty/v2.1'
        for more in (
            {},
            {'compute_service_name': 'nova'},
            {'compute_endpoint_override': override},
            {'compute_endpoint_override': f'{self.cloud.url}/empty'},
        ):
            for user in 'bob', 'admin':
                found = self.survey(user, **more).of(B)
                self.assertEqual(1, len(found.consumers), f'{user} {more}')
                self.assertEqual((), found.gaps)

    def test_a_server_may_be_far_from_its_volume(self) -> None:
        self.cloud.mounted['empty'] = compute.Nova()
        self.cloud.nova.servers.clear()
        server_id = self.cloud.nova.add(B)
        self.cloud.cinder.add(
            B, self.image_id, 'in-use', [(server_id, '/dev/vda')]
        )
        self.cloud.entries[None] = [
            self.cloud.service('compute', 'a', ('public', ONE, '/empty/v2.1')),
            self.cloud.service('compute', 'b', ('public', None, '/compute')),
            self.cloud.service(
                'volumev3', 'c', ('public', ONE, '/volume/v3/{project}')
            ),
        ]
        found = self.survey('bob').of(B)
        self.assertEqual(
            {'volume', 'server'}, {one.kind for one in found.consumers}
        )

    def test_each_nova_is_asked_once_what_it_makes(self) -> None:
        self.cloud.nova.servers.clear()
        for region in '', TWO, THREE:
            self.cloud.mounted[f'nova-{region}'] = compute.Nova()
        making = self.cloud.mounted[f'nova-{THREE}']
        assert isinstance(making, compute.Nova)
        making.add(B, status='BUILD')
        self.cloud.entries[None] = [
            self.cloud.service(
                *('compute', 'nova'),
                *(
                    ('public', region or None, f'/nova-{region}/v2.1')
                    for region in ('', TWO, THREE)
                ),
            ),
            self.cloud.service(
                *('volumev3', 'cinder'),
                *(
                    ('public', region, f'/volume-{region}/v3/{{project}}')
                    for region in (TWO, ONE)
                ),
            ),
        ]
        self.region(ONE)
        found = self.survey('bob').of(B)
        self.assertIn('in status BUILD', str(found.gaps))
        asked = [
            request
            for request in self.cloud.server.sent('GET', '/servers/detail')
            if request.parameter('status') == 'BUILD'
        ]
        self.assertEqual(3, len(asked))

    def test_two_names_of_one_cinder_are_one(self) -> None:
        volume_id = self.cloud.cinder.add(B, self.image_id)
        three = ('public', ONE, '/volume/v3/{project}')
        for two in (
            ('public', ONE, '/volume/v2/{project}'),
            # With an address that the other one has too, it is no gap.
            ('admin', ONE, '/volume/v3/{project}'),
        ):
            self.cloud.entries[None] = [
                self.cloud.service('volumev2', 'cinderv2', two),
                self.cloud.service('volumev3', 'cinderv3', three),
            ]
            found = self.survey('bob').of(B)
            self.assertEqual([volume_id], [c.id for c in found.consumers])
            self.assertEqual((), found.gaps)
            (_,) = self.cloud.server.sent('GET', '/volumes/detail')
