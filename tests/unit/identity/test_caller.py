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

import fixtures
import openstack

from osc_imageshare.api import rest
from osc_imageshare import errors
from osc_imageshare.identity import caller
from osc_imageshare.identity import catalog
from osc_imageshare.identity import scopes
from osc_imageshare.image import images
from tests import fakes
from tests.fakes import identity
from tests.unit import base

A, B, C = fakes.A, fakes.B, fakes.C


class OwnTest(base.CloudTestCase):
    def test_the_token_says_which_project_it_is(self) -> None:
        own = self.scopes('alice').own
        self.assertEqual(
            (A, 'project-a', fakes.ONE, scopes.OWN),
            (own.project_id, own.project_name, own.region, own.label),
        )
        self.assertFalse(own.administrator)
        self.assertTrue(self.scopes('admin').own.administrator)

    def test_nothing_but_a_token_is_asked_for(self) -> None:
        self.scopes('alice')
        self.assertEqual(
            ['GET /identity/v3', 'POST /identity/v3/auth/tokens'],
            sorted(self.cloud.server.counts().elements()),
        )

    def test_a_wrong_password_is_an_error_of_the_service(self) -> None:
        entry = self.cloud.entry('alice')
        entry['auth']['password'] = 'a-wrong-secret'
        error = self.assertRaises(
            errors.ServiceError, self.scopes, 'alice', auth=entry['auth']
        )
        self.assertEqual(401, error.status)
        self.assertIn(self.cloud.auth_url, str(error))
        self.assertNotIn('a-wrong-secret', str(error))

    def test_a_password_in_an_address_is_not_printed(self) -> None:
        def secretly(url: str) -> str:
            return url.replace('://', '://Me:a-secret@')

        auth = {**self.cloud.entry('alice')['auth']}
        auth['auth_url'] = secretly(self.cloud.auth_url)
        override = secretly(f'{self.cloud.url}/image')
        own = self.scopes('alice', auth=auth, image_endpoint_override=override)
        found = images.Images(own.own)
        self.assertEqual(
            secretly(f'{self.cloud.url}/image/v2'), own.own.image_url
        )
        for answer in fakes.LOST, fakes.Answer(500, 'oops'):
            self.cloud.server.rule('GET', '/images', answer, times=None)
            error = self.assertRaises(errors.ServiceError, found.get, fakes.A)
            self.assertIn(f'{self.cloud.url}/image', str(error))
            self.assertNotIn('a-secret', str(error))
            self.cloud.server.rules.clear()
        auth['auth_url'] = secretly('http://127.0.0.1:1/v3')
        error = self.assertRaises(
            errors.ServiceError, self.scopes, 'alice', auth=auth
        )
        self.assertIn('http://127.0.0.1:1/v3', str(error))
        self.assertNotIn('a-secret', str(error))

    def test_a_token_that_is_for_no_project_is_refused(self) -> None:
        for kind in {}, {'system_scope': 'all'}:
            auth = {**self.cloud.entry('alice')['auth'], **kind}
            del auth['project_id']
            error = self.assertRaises(
                errors.ImageShareError, self.scopes, 'alice', auth=auth
            )
            self.assertIn('not for a project', str(error))

    def test_a_way_in_without_tokens_is_refused(self) -> None:
        connection = openstack.connect(
            load_yaml_config=False,
            load_envvars=False,
            auth_type='none',
            endpoint=self.cloud.url,
        )
        error = self.assertRaises(
            errors.ImageShareError, caller.Caller, connection
        )
        self.assertIn('need a token', str(error))
        self.assertEqual([], self.cloud.server.requests)

    def test_a_region_without_image_service_is_refused(self) -> None:
        error = self.assertRaises(
            errors.ImageShareError,
            self.scopes,
            'alice',
            region_name='Nowhere',
        )
        self.assertIn(
            "No image service with interface 'public' in region 'Nowhere'",
            str(error),
        )
        self.assertIn("in region 'RegionOne' (public)", str(error))

    def test_the_image_service_is_the_one_of_the_client(self) -> None:
        self.cloud.catalog['image'][fakes.TWO] = '/image-two'
        self.cloud.entries[None] = [
            self.cloud.service(
                'image',
                'copies',
                ('internal', fakes.ONE, '/inside'),
                ('public', fakes.ONE, '/copies/v2'),
            )
        ]
        table: dict[str, dict[str, object]] = {
            '/copies/v2': {},
            '/image/v2': {'image_service_name': 'image'},
            '/inside/v2': {'image_interface': 'internal'},
            '/image-two/v2': {'image_region_name': fakes.TWO},
            '/own/v2': {'image_endpoint_override': f'{self.cloud.url}/own/'},
        }
        for path, more in table.items():
            own = self.scopes('alice', **more).own
            self.assertEqual(f'{self.cloud.url}{path}', own.image_url)

    def test_an_override_that_is_another_regions_is_that_one(self) -> None:
        self.cloud.catalog['image'][fakes.TWO] = '/image-two'
        own = self.scopes(
            'alice', image_endpoint_override=f'{self.cloud.url}/image-two'
        ).own
        self.assertEqual(
            frozenset({f'{self.cloud.url}/image-two'}), own.image_roots
        )

    def test_an_override_that_is_no_address_is_told(self) -> None:
        own = self.scopes('alice', image_endpoint_override='http://[').own
        error = self.assertRaises(
            errors.ServiceError, images.Images(own).get, A
        )
        self.assertIn('http://[', str(error))

    def test_odd_addresses_of_images_are_found(self) -> None:
        for path in (
            '/image/v2/',
            '/image/v1',
            '/a-name/v2',
            '/a-name/',
            '/image/{project}',
        ):
            self.cloud.mounted['a-name'] = self.cloud.glance
            self.cloud.catalog['image'] = {fakes.ONE: path}
            image_id = self.cloud.glance.add(A)
            own = self.scopes('alice').own
            self.assertEqual(image_id, images.Images(own).get(image_id).id)

    def test_without_a_region_the_first_with_images_is_taken(self) -> None:
        self.cloud.catalog['image'] = {fakes.TWO: '/image'}
        own = self.scopes('alice', region_name=None).own
        self.assertEqual(fakes.TWO, own.region)

    def test_the_interface_is_the_one_of_each_service(self) -> None:
        table: list[tuple[object, tuple[str, ...]]] = [
            ('public', ('public',)),
            ('publicURL', ('public',)),
            (['internal', 'public'], ('internal', 'public')),
        ]
        for interface, expected in table:
            own = self.scopes('alice', compute_interface=interface).own
            self.assertEqual(expected, own.settings['compute'].interfaces)
            self.assertEqual(('public',), own.settings['image'].interfaces)

    def test_an_endpoint_that_is_given_needs_no_region(self) -> None:
        del self.cloud.catalog['image']
        own = self.scopes(
            'alice', image_endpoint_override=f'{self.cloud.url}/image/v2'
        ).own
        self.assertEqual(f'{self.cloud.url}/image/v2', own.image_url)

    def test_an_endpoint_that_names_the_project_is_the_members_too(
        self,
    ) -> None:
        override = f'{self.cloud.url}/volume/v3/{A}'
        found = self.scopes('both', block_storage_endpoint_override=override)
        there = found.speaking_for(B)
        assert isinstance(there, scopes.Scope)
        url = catalog.configured_url(
            there.services, 'block-storage', there.settings['block-storage']
        )
        assert url is not None
        api = there.api('block-storage', there.region, url)
        self.assertEqual(
            [], list(api.pages('volumes', 'detail', key='volumes'))
        )
        self.assertEqual(
            f'/volume/v3/{B}/volumes/detail',
            self.cloud.server.requests[-1].path,
        )


class SpeakingTest(base.CloudTestCase):
    def refused(
        self, found: caller.Caller, project_id: str = B
    ) -> scopes.NoScope:
        """Return why there is no scope for a project."""
        none = found.speaking_for(project_id)
        assert isinstance(none, scopes.NoScope), none
        return none

    def test_for_the_own_project_nothing_is_asked(self) -> None:
        found = self.scopes('both')
        self.cloud.server.requests.clear()
        self.assertIs(found.own, found.speaking_for(A))
        self.assertEqual([], self.cloud.server.requests)

    def test_a_command_names_one_project_only(self) -> None:
        for own in 'name=a', 'id=a', 'domain-name=a', 'domain-id=a':
            program = ('openstack', '--os-cloud=c', f'--os-project-{own}')
            found = caller.Caller(self.cloud.connect('both'), (), program)
            there = found.speaking_for(B)
            assert isinstance(there, scopes.Scope)
            self.assertEqual(
                ('openstack', '--os-cloud=c', f'--os-project-id={B}'),
                there.program,
            )

    def test_the_same_user_is_rescoped_once(self) -> None:
        found = self.scopes('both')
        self.cloud.server.requests.clear()
        there = found.speaking_for(B)
        assert isinstance(there, scopes.Scope)
        self.assertIs(there, found.speaking_for(B))
        self.assertEqual(
            (B, scopes.RESCOPED, ('openstack', f'--os-project-id={B}')),
            (there.project_id, there.label, there.program),
        )
        # Transport settings are the session's.
        self.assertIs(found.own.session, there.session)
        self.assertEqual(
            {
                'GET /identity/v3/auth/projects': 1,
                'POST /identity/v3/auth/tokens': 1,
            },
            self.cloud.server.counts(),
        )

    def test_a_project_without_role_costs_no_failed_attempt(self) -> None:
        found = self.scopes('both')
        self.cloud.server.requests.clear()
        for project_id in C, 'not a project', fakes.ADMIN:
            none = self.refused(found, project_id)
            self.assertEqual(
                f'you have no role in project {project_id}', none.reason
            )
            self.assertFalse(none.failed)
        self.assertEqual(
            {'GET /identity/v3/auth/projects': 1}, self.cloud.server.counts()
        )

    def test_a_keystone_that_does_not_tell_is_a_failure(self) -> None:
        self.cloud.server.rule(
            'GET', '/auth/projects', fakes.Answer(500, 'oops')
        )
        none = self.refused(self.scopes('both'))
        self.assertTrue(none.failed)
        self.assertIn('answered 500', none.reason)

    def test_rescoping_that_is_refused_is_a_failure(self) -> None:
        for status in 401, 403, 500:
            self.cloud.keystone.refusal = identity.refuse(status, 'No.')
            none = self.refused(self.scopes('both'))
            self.assertTrue(none.failed, status)
            self.assertIn(f'HTTP {status}', none.reason)

    def test_a_token_for_another_project_is_never_used(self) -> None:
        self.cloud.keystone.instead = {B: A}
        none = self.refused(self.scopes('both'))
        self.assertTrue(none.failed)
        self.assertIn(f'instead of project {B}', none.reason)
        self.assertIn('was not used', none.reason)
        wrong = list(self.cloud.keystone.callers)[-1]
        self.assertNotIn(
            wrong, [request.token for request in self.cloud.server.requests]
        )

    def test_tokens_that_keystone_does_not_rescope_are_not_tried(
        self,
    ) -> None:
        trust = {'OS-TRUST:trust': {'id': 't', 'impersonation': True}}
        self.cloud.keystone.token_details = trust
        trusted = self.scopes('both')
        self.cloud.keystone.token_details = {}
        credential = caller.Caller(self.cloud.connect_with_credential())
        self.cloud.server.requests.clear()
        for found, kind in (
            (trusted, 'a trust is'),
            (credential, 'an application credential is'),
        ):
            none = self.refused(found)
            self.assertFalse(none.failed)
            self.assertIn(kind, none.reason)
            self.assertIn('--member-cloud', none.reason)
        self.assertEqual([], self.cloud.server.requests)


class MemberCloudTest(base.CloudTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.clouds_yaml(
            bob=self.cloud.entry('bob'), alice=self.cloud.entry('alice')
        )

    def error(self, *member_clouds: str) -> errors.ImageShareError:
        """Return why a member cloud cannot be used."""
        return self.assertRaises(
            errors.ImageShareError, self.scopes, 'alice', *member_clouds
        )

    def test_its_token_says_which_project_it_is(self) -> None:
        found = self.scopes('alice', 'bob')
        there = found.clouds[B]
        self.assertIs(there, found.speaking_for(B))
        self.assertEqual(
            (B, 'member cloud bob'), (there.project_id, there.label)
        )

    def test_its_requests_are_in_the_timing_of_the_client(self) -> None:
        for timing in True, False:
            found = self.scopes('alice', 'bob', timing=timing)
            there = found.clouds[B]
            before = len(found.own.session.get_timings())
            there.identity().request('GET', 'auth', 'projects')
            self.assertEqual(
                before + timing, len(found.own.session.get_timings())
            )

    def test_the_client_is_started_as_the_entry_and_nothing_else(
        self,
    ) -> None:
        # The clients merge what is exported into the entry.
        alone = ('openstack', '--os-cloud=bob')
        found = self.scopes('alice', 'bob').clouds[B]
        self.assertEqual(alone, found.program)
        for name in 'OS_USERNAME', 'OS_PROJECT_ID', 'OS_REGION_NAME':
            self.useFixture(fixtures.EnvironmentVariable(name, 'x'))
        found = self.scopes('alice', 'bob').clouds[B]
        self.assertEqual(
            ('env', '-u', 'OS_PROJECT_ID', '-u', 'OS_USERNAME', *alone),
            found.program,
        )

    def test_it_comes_before_rescoping(self) -> None:
        found = self.scopes('both', 'bob')
        self.cloud.server.requests.clear()
        self.assertIs(found.clouds[B], found.speaking_for(B))
        self.assertEqual([], self.cloud.server.requests)

    def test_the_environment_of_the_caller_does_not_leak_into_it(
        self,
    ) -> None:
        for name, value in {
            'OS_PROJECT_ID': A,
            'OS_PROJECT_NAME': 'project-a',
            'OS_TENANT_NAME': 'project-a',
            'OS_USERNAME': 'alice',
            'OS_PASSWORD': 'nothing',
            'OS_REGION_NAME': 'Nowhere',
            'OS_CLOUD': 'alice',
        }.items():
            self.useFixture(fixtures.EnvironmentVariable(name, value))
        self.assertEqual([B], list(self.scopes('alice', 'bob').clouds))

    def test_two_entries_for_one_project_are_one_scope(self) -> None:
        self.clouds_yaml(
            bob=self.cloud.entry('bob'), again=self.cloud.entry('bob')
        )
        found = self.scopes('alice', 'bob', 'again')
        self.assertEqual('member cloud bob', found.clouds[B].label)

    def test_an_entry_that_does_not_exist_is_named(self) -> None:
        error = self.error('carol')
        self.assertIn("'carol' (--member-cloud)", str(error))

    def test_an_entry_that_cannot_log_in_is_named(self) -> None:
        entry = self.cloud.entry('bob')
        entry['auth']['password'] = 'a-wrong-secret'
        self.clouds_yaml(bob=entry)
        error = self.error('bob')
        self.assertIn('member cloud bob', str(error))
        self.assertNotIn('a-wrong-secret', str(error))

    def test_an_entry_that_is_for_no_project_is_refused(self) -> None:
        entry = self.cloud.entry('bob')
        del entry['auth']['project_id']
        self.clouds_yaml(bob=entry)
        self.assertIn('not for a project', str(self.error('bob')))

    def test_another_keystone_never_hears_of_it(self) -> None:
        other = self.useFixture(fakes.Cloud())
        self.clouds_yaml(bob=other.entry('bob'))
        error = self.error('bob')
        self.assertIn('different identity service', str(error))
        self.assertEqual([], other.server.requests)

    def test_the_same_keystone_may_be_written_differently(self) -> None:
        entry = self.cloud.entry('bob')
        entry['auth']['auth_url'] = f'{self.cloud.url}/identity/'
        self.clouds_yaml(bob=entry)
        self.assertEqual([B], list(self.scopes('alice', 'bob').clouds))

    def test_another_image_service_never_sees_its_token(self) -> None:
        other = self.useFixture(fakes.Cloud())
        elsewhere = f'{other.url}/image'
        self.clouds_yaml(
            bob=self.cloud.entry('bob', image_endpoint_override=elsewhere)
        )
        error = self.error('bob')
        self.assertIn('a different image service', str(error))
        self.assertIn(elsewhere, str(error))
        self.assertEqual([], other.server.requests)
        self.assertEqual(
            {'/identity/v3', '/identity/v3/auth/tokens'},
            {request.path for request in self.cloud.server.requests},
        )

    def test_another_image_service_in_its_catalog_is_refused(self) -> None:
        for there in {fakes.ONE: '/image-two'}, {}:
            self.cloud.catalogs[B] = {'image': there}
            self.assertIn('a different image service', str(self.error('bob')))
        self.assertEqual(
            [], self.cloud.server.sent(path='/image|/compute|/volume')
        )

    def test_it_is_asked_in_the_callers_region(self) -> None:
        self.cloud.catalog['image'][fakes.TWO] = '/image-two'
        self.clouds_yaml(
            # This SDK refuses regions that an entry does not list.
            bob=self.cloud.entry('bob', regions=[fakes.ONE])
        )
        found = self.scopes('alice', 'bob', region_name=fakes.TWO)
        self.assertEqual(fakes.TWO, found.clouds[B].region)
        self.assertTrue(found.clouds[B].image_url.endswith('/image-two/v2'))

    def test_its_entry_says_how_its_services_are_reached(self) -> None:
        table: list[tuple[dict[str, object], tuple[str, ...]]] = [
            ({}, ('admin', 'public')),
            ({'interface': 'internal'}, ('internal', 'admin')),
            ({'compute_interface': 'internal'}, ('internal', 'admin')),
        ]
        for more, expected in table:
            self.clouds_yaml(bob=self.cloud.entry('bob', **more))
            found = self.scopes('alice', 'bob', compute_interface='admin')
            there = found.clouds[B].settings
            self.assertEqual(expected, there['compute'].interfaces)

    def test_the_catalogs_address_is_the_callers_image_service(self) -> None:
        # The caller goes another way; the entry says nothing of that.
        found = self.scopes(
            'alice', 'bob', image_endpoint_override=f'{self.cloud.url}/tunnel'
        )
        self.assertEqual(
            f'{self.cloud.url}/tunnel/v2', found.clouds[B].image_url
        )

    def test_its_requests_take_no_longer_than_the_callers(self) -> None:
        connection = self.cloud.connect('alice')
        found = caller.Caller(connection, ('bob',))
        self.assertEqual(rest.TIMEOUT, found.clouds[B].session.timeout)
        connection.session.timeout = 5
        found = caller.Caller(connection, ('bob',))
        self.assertEqual(5, found.clouds[B].session.timeout)

    def test_the_callers_word_on_certificates_holds_unless_it_has_one(
        self,
    ) -> None:
        self.clouds_yaml(
            bob=self.cloud.entry('bob'),
            careful=self.cloud.entry('bob', cacert='/dev/null'),
        )
        connection = self.cloud.connect('alice')
        connection.session.verify = '/etc/the-callers-ca'
        for name, expected in (
            ('bob', '/etc/the-callers-ca'),
            ('careful', '/dev/null'),
        ):
            found = caller.Caller(connection, (name,))
            self.assertEqual(expected, found.clouds[B].session.verify)


class OwnProjectsTest(base.CloudTestCase):
    def test_every_project_of_the_user_is_listed_once(self) -> None:
        found = self.scopes('both')
        for _ in range(2):
            self.assertEqual(
                [(A, 'project-a', 'default'), (B, 'project-b', 'default')],
                [
                    (p.id, p.name, p.domain_id)
                    for p in found.own_projects or ()
                ],
            )
        self.assertEqual(
            1, len(self.cloud.server.sent('GET', '/auth/projects'))
        )

    def test_a_keystone_that_failed_is_asked_again(self) -> None:
        self.cloud.server.rule(
            'GET', '/auth/projects', fakes.Answer(500, 'oops')
        )
        found = self.scopes('alice')
        self.assertRaises(errors.ServiceError, lambda: found.own_projects)
        self.assertEqual([A], [p.id for p in found.own_projects or ()])

    def test_a_refusal_is_no_failure_and_is_not_asked_for_again(self) -> None:
        for status in 401, 403, 404:
            self.cloud.server.rule(
                'GET',
                '/auth/projects',
                fakes.Answer(status, 'No.'),
                times=None,
            )
            found = self.scopes('both')
            for _ in range(2):
                self.assertIsNone(found.own_projects)
                none = found.speaking_for(B)
                assert isinstance(none, scopes.NoScope)
                self.assertFalse(none.failed)
                self.assertIn('does not let you list', none.reason)
                self.assertIn('--member-cloud', none.reason)
            asked = self.cloud.server.sent('GET', '/auth/projects')
            # keystoneauth repeats what is answered 401, with a new token.
            self.assertEqual(2 if status == 401 else 1, len(asked))
            self.cloud.server.rules.clear()
            self.cloud.server.requests.clear()

    def test_it_is_asked_for_early_where_it_will_be_needed(self) -> None:
        self.clouds_yaml(bob=self.cloud.entry('bob'))
        table: list[tuple[str, tuple[str, ...], list[str] | None, int]] = [
            ('alice', (), None, 1),
            ('alice', ('bob',), None, 0),
            ('alice', ('bob',), [A, B], 0),
            ('alice', ('bob',), [B, C], 1),
            ('admin', (), None, 0),
        ]
        for user, clouds, ids, expected in table:
            found = self.scopes(user, *clouds)
            self.cloud.server.requests.clear()
            found.prepare(ids)
            self.assertEqual(expected, len(self.cloud.server.requests))
        self.cloud.server.rule(
            'GET', '/auth/projects', fakes.Answer(500, 'oops')
        )
        self.scopes('alice').prepare()


class AdministratorTest(base.CloudTestCase):
    def test_a_role_is_a_hint(self) -> None:
        table = {
            # roles: an administrator for sure, and perhaps
            ('admin',): (True, True),
            ('Admin', 'member'): (True, True),
            ('member', 'reader'): (False, False),
            ('Member', '_member_', 'manager'): (False, False),
            ('cloud_image_admin',): (False, True),
            ('member', 'load-balancer_member'): (False, True),
        }
        found = {}
        for roles in table:
            self.cloud.keystone.roles['eve'] = {C: roles}
            scopes_ = self.scopes('eve')
            found[roles] = scopes_.administrator, scopes_.unusual
        self.assertEqual(table, found)

    def test_evidence_counts_like_the_role(self) -> None:
        found = self.scopes('alice')
        found.evident = True
        self.assertTrue(found.administrator)
        self.assertTrue(found.unusual)
