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

"""Ways that lead to another project than the one that was meant.

In each, a server of the member project was made of the image, so that whoever
looks elsewhere comes to the wrong conclusion. mutations proves that
these tests notice when a check is left out.
"""

import typing

from osc_imageshare import errors
from tests import fakes
from tests.fakes import identity
from tests.fakes import image
from tests.unit import shell

A, B, C = fakes.A, fakes.B, fakes.C
ONE, TWO = fakes.ONE, fakes.TWO


class ElsewhereTestCase(shell.ShellTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.image_id = self.cloud.glance.add(
            A, 'shared', members={B: 'pending'}
        )
        self.server_id = self.cloud.nova.add(B, self.image_id)

    def assert_unchanged(self) -> None:
        self.assertEqual([], self.writes())
        self.assertEqual(
            {B: 'pending'}, self.cloud.glance.members(self.image_id)
        )

    def assert_only(self, *projects: str) -> None:
        """Check that services were asked as these projects only."""
        self.assertLessEqual(self.acted_as(), {*projects})


class UnseenTest(ElsewhereTestCase):
    """No token for the member is obtained, or one that is not for it."""

    def check_unseen(self, told: str, user: str = 'both') -> None:
        """Check that every command knows that it knows nothing of B.

        :param told: what a person reads about it.
        """
        status = self.openstack(f'share status {self.image_id}', cloud=user)
        self.assertEqual(errors.OK, status.code)
        self.assertIsNone(status.row['Servers'])
        self.assertIsNone(status.row['Volumes'])
        self.assertIsNone(status.row['Checked As'])
        self.assertIn(told, status.stderr)
        self.assert_only(A)

        usage = self.openstack(
            f'share usage {self.image_id} --fail-in-use', cloud=user
        )
        self.assertEqual(errors.UNSEEN, usage.code)
        self.assertEqual(
            [(B, 'unknown')],
            [(row['Project ID'], row['Type']) for row in usage.rows],
        )
        self.assertIn(told, usage.stderr)
        self.assert_only(A)

        for more in (), ('--force',), ('--dry-run',):
            revoke = self.openstack(
                f'share revoke {self.image_id} {B}', *more, cloud=user
            )
            self.assertEqual(errors.UNSEEN, revoke.code)
            self.assertEqual('unseen', revoke.row['Result'])
            self.assertIsNone(revoke.row['In Use By'])
            self.assertIn(told, revoke.stderr)
            self.assert_unchanged()
            self.assert_only(A)

        share = self.openstack(f'share-to {self.image_id} {B}', cloud=user)
        self.assertEqual('pending', share.row['Status'])
        self.assertIsNone(share.row['Verified'])
        self.assertIn(told, share.stderr)
        self.assert_unchanged()
        self.assert_only(A)

        must = self.openstack(
            f'share-to {self.image_id} {B} --accept', cloud=user
        )
        self.assertEqual(errors.FAILED, must.code)
        self.assertIn(told, must.stderr)
        self.assert_unchanged()
        self.assert_only(A)

    def test_rescoping_may_be_forbidden(self) -> None:
        # [token] allow_rescope_scoped_token of Keystone.
        self.cloud.keystone.refusal = identity.refuse(
            403, 'You are not authorized to perform: rescope.'
        )
        self.check_unseen('not authorized to perform: rescope')

    def test_the_token_may_be_for_the_own_project(self) -> None:
        self.cloud.keystone.instead = {B: A}
        self.check_unseen(f'a token for project {A} instead')

    def test_the_token_may_be_for_a_third_project(self) -> None:
        self.cloud.keystone.roles['both'][C] = ('member',)
        self.cloud.keystone.instead = {B: C}
        self.check_unseen(f'a token for project {C} instead')

    def test_a_trust_speaks_for_one_project(self) -> None:
        trust = {'OS-TRUST:trust': {'id': 't', 'impersonation': True}}
        self.cloud.keystone.token_details = trust
        self.check_unseen('a trust is bound to one project')

    def test_an_application_credential_speaks_for_one_project(self) -> None:
        self.write_clouds(
            both=self.cloud.entry(
                'both',
                auth_type='v3applicationcredential',
                auth={
                    'auth_url': self.cloud.auth_url,
                    'application_credential_id': 'app-of-both',
                    'application_credential_secret': identity.SECRET,
                },
            )
        )
        self.check_unseen('an application credential is bound to one project')

    def test_a_user_may_have_no_role_there(self) -> None:
        self.check_unseen('you have no role in project', 'alice')

    def test_an_administrator_may_be_none_to_other_services(self) -> None:
        # A user of A with Keystone's role, where Nova asks for another one.
        self.cloud.keystone.roles['both'] = {A: ('admin', 'member')}
        answer = fakes.Answer(403, {'forbidden': {'message': 'no'}})
        for service in '/compute', '/volume':
            self.cloud.server.rule('GET', service, answer, times=None)
        result = self.openstack(f'share status {self.image_id}', cloud='both')
        self.assertIsNone(result.row['Servers'])
        result = self.openstack(
            f'share revoke {self.image_id} {B}', cloud='both'
        )
        self.assertEqual(errors.UNSEEN, result.code)
        self.assert_unchanged()


class MemberCloudTest(ElsewhereTestCase):
    """An entry of clouds.yaml that does not lead to B in this cloud."""

    def setUp(self) -> None:
        super().setUp()
        self.other = self.useFixture(fakes.Cloud())

    def theirs(
        self, auth: dict[str, str] | None = None, **more: typing.Any
    ) -> None:
        """Write an entry for B that differs from bob's."""
        entry = self.cloud.entry('bob', **more)
        entry['auth'] = {**entry['auth'], **(auth or {})}
        self.write_clouds(theirs=entry)

    def check_refused(self, told: str) -> None:
        """Check that no command does anything, nor has an opinion."""
        for argv in (
            ('share', 'status', self.image_id),
            ('share', 'usage', self.image_id),
            ('share', 'revoke', self.image_id, B),
            ('share', 'revoke', self.image_id, '--all', '--force'),
            ('share', 'revoke', self.image_id, B, '--allow-unseen'),
            ('share-to', self.image_id),
            ('share-to', self.image_id, B, '--no-accept'),
        ):
            result = self.openstack(*argv, '--member-cloud', 'theirs')
            self.assertEqual(errors.FAILED, result.code)
            self.assertEqual('', result.stdout)
            self.assertIn(told, result.stderr)
            self.assertIn('theirs', result.stderr)
            self.assert_unchanged()
            # The image may have been looked for meanwhile, as the caller.
            self.assertLessEqual(
                {f'{one.method} {one.path}' for one in self.asked()},
                {f'GET /image/v2/images/{self.image_id}'},
            )
            self.assert_only(A)
        self.assertEqual([], self.other.server.requests)

    def test_a_wrong_password(self) -> None:
        self.theirs({'password': 'a-wrong-secret'})
        self.check_refused('401')

    def test_a_token_that_has_expired(self) -> None:
        self.theirs()
        entry = self.cloud.entry('bob', auth_type='v3token')
        entry['auth'] = {
            'auth_url': self.cloud.auth_url,
            'token': 'a token of yesterday',
            'project_id': B,
        }
        self.write_clouds(theirs=entry)
        self.check_refused('401')

    def test_a_project_without_a_role(self) -> None:
        self.theirs({'project_id': C})
        self.check_refused('401')

    def test_another_keystone(self) -> None:
        self.theirs({'auth_url': self.other.auth_url})
        self.check_refused('different identity service')

    def test_another_keystone_on_the_same_host(self) -> None:
        self.theirs({'auth_url': f'{self.cloud.url}/identity-two/v3'})
        self.check_refused('different identity service')

    def test_an_image_endpoint_elsewhere(self) -> None:
        self.theirs(image_endpoint_override=f'{self.other.url}/image')
        self.check_refused('a different image service')

    def test_another_image_service_in_its_catalog(self) -> None:
        self.cloud.catalogs[B] = {
            **self.cloud.catalog,
            'image': {ONE: '/image-two'},
        }
        self.theirs()
        self.check_refused('a different image service')

    def test_its_catalog_does_not_lead_the_callers_token_anywhere(
        self,
    ) -> None:
        # Over a connection that is not verified, anybody may have written
        # it, and have given an address that the caller knows as well.
        known = ('internal', TWO, '/known')
        self.cloud.catalog['compute'][TWO] = '/compute/v2.1'
        self.cloud.entries = {
            A: [self.cloud.service('image', 'known', known)],
            B: [
                self.cloud.service(
                    'image', 'told', known, ('public', TWO, '/image-two')
                )
            ],
        }
        self.cloud.mounted['image-two'] = image.Glance()
        for verify in False, True:
            self.theirs(verify=verify)
            self.openstack(
                *('share', 'status', self.image_id),
                *('--member-cloud', 'theirs'),
            )
            sent = self.cloud.server.sent('GET', '/image-two')
            self.assertEqual(verify, bool(sent))

    def test_its_images_are_in_another_region(self) -> None:
        self.cloud.catalogs[B] = {
            **self.cloud.catalog,
            'image': {TWO: '/image'},
        }
        self.theirs()
        self.check_refused('a different image service')

    def test_one_that_is_for_a_project_nobody_named(self) -> None:
        self.cloud.keystone.roles['bob'][C] = ('member',)
        self.cloud.glance.add_member(self.image_id, C)
        self.theirs({'project_id': C})
        for argv in (
            ('share-to', self.image_id, B),
            ('share', 'revoke', self.image_id, B, '--force'),
        ):
            result = self.openstack(*argv, '--member-cloud', 'theirs')
            self.assertEqual(errors.FAILED, result.code)
            self.assertIn(f'is for project {C}', result.stderr)
            self.assertEqual([], self.writes())
            self.assert_only(A)


class PlaceTest(ElsewhereTestCase):
    """The member's own catalog says where its servers can be."""

    def check(
        self, servers: int | None, volumes: int | None, revoked: int
    ) -> None:
        """Check what is known through a member cloud, and by rescoping."""
        cloud = ('--member-cloud', 'bob')
        for user, argv in ('alice', cloud), ('both', cloud), ('both', ()):
            row = self.openstack(
                f'share status {self.image_id}', *argv, cloud=user
            ).row
            self.assertEqual(
                (servers, volumes), (row['Servers'], row['Volumes'])
            )
            self.assert_only(A, B)
            result = self.openstack(
                f'share revoke {self.image_id} {B}', *argv, cloud=user
            )
            self.assertEqual(revoked, result.code)
            self.assert_unchanged()
            self.assert_only(A, B)

    def test_its_servers_are_found_there(self) -> None:
        self.check(1, 0, errors.IN_USE)

    def test_a_region_without_nova_is_not_one_without_servers(self) -> None:
        self.cloud.mounted['image-two'] = image.Glance()
        self.cloud.catalog = {
            'image': {ONE: '/image', TWO: '/image-two'},
            'compute': {TWO: '/compute/v2.1'},
            'block-storage': {ONE: '/volume/v3/{project}'},
        }
        self.check(None, 0, errors.UNSEEN)

    def test_nor_is_one_without_cinder_without_boot_volumes(self) -> None:
        self.cloud.mounted['image-two'] = image.Glance()
        self.cloud.nova.servers.clear()
        self.cloud.catalog = {
            'image': {ONE: '/image', TWO: '/image-two'},
            'compute': {ONE: '/compute/v2.1'},
            'block-storage': {TWO: '/volume/v3/{project}'},
        }
        self.check(None, None, errors.UNSEEN)

    def test_what_is_hidden_from_the_member_is_asked(self) -> None:
        # A project filter of Keystone (OS-EP-FILTER) on the member's.
        self.cloud.catalogs[B] = {'image': {ONE: '/image'}}
        self.check(1, 0, errors.IN_USE)

    def test_the_callers_catalog_says_nothing_of_it(self) -> None:
        # A project filter of Keystone (OS-EP-FILTER) on the owner's.
        self.cloud.catalogs[A] = {'image': {ONE: '/image'}}
        self.check(1, 0, errors.IN_USE)

    def test_servers_in_a_region_of_the_same_image_service_count(
        self,
    ) -> None:
        self.cloud.catalogs[A] = {'image': {ONE: '/image'}}
        self.cloud.catalogs[B] = {
            'image': {ONE: '/image', TWO: '/image'},
            'compute': {ONE: '/compute-one/v2.1', TWO: '/compute/v2.1'},
            'block-storage': {
                ONE: '/volume/v3/{project}',
                TWO: '/volume/v3/{project}',
            },
        }
        empty = fakes.Cloud()
        self.cloud.mounted['compute-one'] = empty.nova
        self.check(1, 0, errors.IN_USE)

    def test_the_callers_endpoints_are_not_another_regions(self) -> None:
        # An override speaks for the caller's own region only.
        empty = fakes.Cloud()
        self.cloud.mounted['elsewhere'] = empty.nova
        self.cloud.catalog['image'][TWO] = '/image'
        self.cloud.catalog['compute'][TWO] = '/compute/v2.1'
        self.cloud.catalog['block-storage'][TWO] = '/volume/v3/{project}'
        url = f'{self.cloud.url}/elsewhere/v2.1'
        for user in 'alice', 'both':
            self.write_clouds(
                **{user: self.cloud.entry(user, compute_endpoint_override=url)}
            )
            self.check(1, 0, errors.IN_USE)


class RedirectionTest(ElsewhereTestCase):
    """A service that refers to another one, where nobody uses the image."""

    def setUp(self) -> None:
        super().setUp()
        empty = fakes.Answer(
            body={'servers': [], 'volumes': [], 'snapshots': []},
            headers={'OpenStack-API-Version': 'compute 2.69'},
        )
        self.other = self.useFixture(fakes.Server(lambda _: empty))

    def lead_away(self, service: str) -> None:
        there = {'Location': f'{self.other.url}/servers/detail'}
        answer = fakes.Answer(302, '', there)
        self.cloud.server.rule('GET', service, answer, times=None)

    def test_its_servers_are_not_looked_for_there(self) -> None:
        self.lead_away('^/compute')
        status = self.openstack(f'share status {self.image_id}', cloud='both')
        self.assertIsNone(status.row['Servers'])
        usage = self.openstack(f'share usage {self.image_id}', cloud='both')
        self.assertEqual(errors.UNSEEN, usage.code)
        revoke = self.openstack(
            f'share revoke {self.image_id} {B}', cloud='both'
        )
        self.assertEqual(errors.UNSEEN, revoke.code)
        self.assert_unchanged()
        for result in status, usage, revoke:
            self.assertIn(self.other.url, result.stderr)
        self.assertEqual([], self.other.requests)

    def test_an_image_is_not_looked_for_there(self) -> None:
        self.lead_away('^/image')
        for argv in (
            ('share-to', self.image_id, B),
            ('share', 'status', self.image_id),
            ('share', 'revoke', self.image_id, B, '--force'),
            ('share', 'accept', self.image_id),
            ('share', 'reject', self.image_id),
            ('share', 'list'),
        ):
            result = self.openstack(*argv, cloud='both')
            self.assertEqual(errors.FAILED, result.code)
            # What answers several offers ends with a list of those it could.
            self.assertIn(result.stdout.strip(), ('', '[]'))
            self.assertIn(self.other.url, result.stderr)
            self.assert_unchanged()
        self.assertEqual([], self.other.requests)


#: What may be exported, and belongs to somebody else.
_EXPORTED = {
    'OS_PROJECT_ID': C,
    'OS_PROJECT_NAME': 'project-c',
    'OS_TENANT_ID': C,
    'OS_TENANT_NAME': 'project-c',
    'OS_PROJECT_DOMAIN_ID': 'other',
    'OS_PROJECT_DOMAIN_NAME': 'Other',
    'OS_USER_DOMAIN_ID': 'other',
    'OS_USER_DOMAIN_NAME': 'Other',
    'OS_DEFAULT_DOMAIN': 'other',
    'OS_DEFAULT_DOMAIN_ID': 'other',
    'OS_DOMAIN_ID': 'default',
    'OS_DOMAIN_NAME': 'Default',
    'OS_SYSTEM_SCOPE': 'all',
    'OS_TRUST_ID': 'a-trust',
    'OS_USERNAME': 'carol',
    'OS_USER_ID': 'id-of-carol',
    'OS_PASSWORD': 'of carol',
    'OS_TOKEN': 'a-token-of-carol',
    'OS_AUTH_TYPE': 'v3token',
    'OS_APPLICATION_CREDENTIAL_ID': 'of-carol',
    'OS_APPLICATION_CREDENTIAL_SECRET': 'of carol',
    'OS_REGION_NAME': TWO,
    'OS_INTERFACE': 'internal',
    'OS_ENDPOINT_TYPE': 'internalURL',
    'OS_IMAGE_ENDPOINT_OVERRIDE': 'http://127.0.0.1:9/',
    'OS_COMPUTE_ENDPOINT_OVERRIDE': 'http://127.0.0.1:9/',
    'OS_BLOCK_STORAGE_ENDPOINT_OVERRIDE': 'http://127.0.0.1:9/',
    'OS_AUTH_URL': 'http://127.0.0.1:9/v3',
    'OS_CLOUD': 'admin',
}


#: What an openrc file of that project exports at once. With OS_USER_ID the
#: client would log in as carol, whatever the options say.
_TOGETHER = {
    name: value
    for name, value in _EXPORTED.items()
    if name.startswith(
        ('OS_PROJECT_', 'OS_TENANT_', 'OS_USER_DOMAIN_', 'OS_DEFAULT_DOMAIN')
    )
    or name in ('OS_USERNAME', 'OS_PASSWORD')
}


class EnvironmentTest(ElsewhereTestCase):
    """Variables of somebody else, exported in the caller's shell.

    Whom the client itself takes for the caller is its own business, and
    differs between releases; who the member is must not depend on it.
    """

    def setUp(self) -> None:
        super().setUp()
        # Nobody is kept from acting as the wrong project by a missing role.
        for user in 'alice', 'bob', 'both':
            self.cloud.keystone.roles[user][C] = ('member',)
        # As people write it: by name, which an ID would win over.
        bob = self.cloud.entry('bob')
        del bob['auth']['project_id']
        bob['auth'] |= {
            'project_name': 'project-b',
            'project_domain_name': 'Default',
        }
        self.write_clouds(bob=bob)

    def options(self, user: str) -> list[str]:
        """Return options that say who calls, against all variables."""
        entry = self.cloud.entry(user)
        settings = {
            **entry['auth'],
            'region_name': entry['region_name'],
            'auth_type': entry['auth_type'],
        }
        return [
            f'--os-{name.replace("_", "-")}={value}'
            for name, value in settings.items()
        ]

    def known(self, env: dict[str, str], *argv: str, user: str) -> bool:
        """Tell whether a command worked; what it says of B must be true."""
        result = self.openstack(
            *argv, cloud=None, options=self.options(user), env=env
        )
        self.assertEqual([], self.writes())
        if result.code == errors.FAILED:
            # The client could not log in, or takes somebody else for the
            # caller all the same, who owns no image here.
            self.assertEqual('', result.stdout)
            # The member's image service may be another than a given one.
            if 'a different image service' not in result.stderr:
                self.assertNotIn('bob', result.stderr)
                self.assertNotIn('rescoped', result.stderr)
            return False
        self.assert_only(A, B)
        row = result.row
        self.assertEqual(B, row['Project ID'])
        as_whom = 'member cloud bob' if user == 'alice' else 'rescoped'
        self.assertEqual(as_whom, row['Checked As'])
        return bool(row.get('Servers') == 1 or row.get('Result') == 'in use')

    def test_no_variable_makes_somebody_else_the_member(self) -> None:
        status = 'share', 'status', self.image_id, '--member-cloud', 'bob'
        revoke = 'share', 'revoke', self.image_id, B
        worked = {'alice': 0, 'both': 0}
        for name, value in _EXPORTED.items():
            env = {name: value}
            worked['alice'] += self.known(env, *status, user='alice')
            worked['both'] += self.known(env, *revoke, user='both')
        # Else nothing would have been tried. An endpoint that is given may
        # lead nowhere, where no server is seen.
        for user, times in worked.items():
            self.assertGreater(times, len(_EXPORTED) // 2, user)

    def test_nor_do_all_the_variables_of_an_openrc_file(self) -> None:
        for user, argv in (
            ('alice', ('status', self.image_id, '--member-cloud', 'bob')),
            ('both', ('revoke', self.image_id, B)),
        ):
            self.assertTrue(self.known(_TOGETHER, 'share', *argv, user=user))
