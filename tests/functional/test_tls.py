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

"""The cloud behind certificates of an authority that nobody knows.

Every service is reached through a relay that speaks TLS. The identity
service's answers are changed so that its catalog leads there as well: no
plain connection is left.
"""

import pathlib
import re
import typing

import fixtures

from tests.live import authority
from tests.live import base
from tests.live import entries
from tests.live import relay

_SERVICES = ('image', 'compute', 'block-storage')


class TestTls(base.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.b = self.project_id('bob')
        self.ours = authority.Authority(self, 'ours')
        self.stranger = authority.Authority(self, 'a stranger')
        self.image = self.make_image()
        self.relays: dict[str, relay.Relay] = {}
        self.lead_through(dict.fromkeys(('identity', *_SERVICES), self.ours))

    def lead_through(
        self, authorities: dict[str, authority.Authority]
    ) -> None:
        """Put a relay before each service, with a certificate of somebody."""
        admin = base.connect('admin')
        roots = {}
        for service, who in authorities.items():
            target = str(admin.endpoint_for(service))
            if service == 'identity':
                target = str(admin.config.auth['auth_url'])
            found = relay.Relay(self, target, who.server())
            self.relays[service] = found
            plain = target.partition('//')[2].partition('/')[0]
            roots[f'http://{plain}'] = found.root
        identity = self.relays['identity']
        # Keystone makes links of the Host header, and knows of no TLS.
        roots[identity.root.replace('https', 'http')] = identity.root

        def led_here(request: relay.Request) -> relay.Answer:
            answer = identity.passed_on(request)
            for plain, root in roots.items():
                answer.body = re.sub(
                    rf'{re.escape(plain)}\b'.encode(),
                    root.encode(),
                    answer.body,
                )
            return answer

        identity.on('.*', '', led_here)

    def entry(self, cloud: str, **more: typing.Any) -> entries.Entry:
        found = entries.entry(cloud, auth_url=self.relays['identity'].url)
        return {**found, **more}

    def clouds(
        self,
        own: dict[str, typing.Any] | None = None,
        theirs: dict[str, typing.Any] | None = None,
    ) -> dict[str, str]:
        """Write entries of the caller and of the member.

        ``a`` may be rescoped to B and ``just-a`` not; ``b`` is the member's.

        :param own: settings of the caller's entries.
        :param theirs: settings of the member's.
        """
        return entries.written(
            self,
            a=self.entry('both-a', **(own or {})),
            **{'just-a': self.entry('alice', **(own or {}))},
            b=self.entry('bob', **(theirs or {})),
        )

    def run_all(
        self,
        env: dict[str, str],
        cloud: str,
        *more: str,
        options: tuple[str, ...] = (),
    ) -> None:
        """Share, look and revoke; each as the caller and as the member."""
        image = self.make_image()
        project = () if more else (self.b,)
        before = {s: len(r.seen) for s, r in self.relays.items()}

        def run(*argv: str) -> base.Result:
            result = self.openstack(
                *options,
                'image',
                *argv,
                *more,
                '-f',
                'json',
                cloud=cloud,
                env=env,
            )
            self.assertNotIn('Insecure', result.stderr)
            return result

        row = run('share-to', image, *project).row
        self.assertEqual(
            (self.b, 'accepted', True),
            (row['Project ID'], row['Status'], row['Verified']),
        )
        row = run('share', 'status', image).row
        self.assertEqual((0, 0), (row['Servers'], row['Volumes']))
        self.assertEqual([], run('share', 'usage', image).rows)
        row = run('share', 'revoke', image, self.b).row
        self.assertEqual('revoked', row['Result'])
        self.assertEqual({}, self.members(image))
        # All that went through the relays.
        for service, found in self.relays.items():
            self.assertLess(before[service], len(found.seen), service)

    def run_every_way(self, env: dict[str, str], *options: str) -> None:
        """Run all commands with rescoping, and with the member's entry."""
        self.run_all(env, 'a', options=options)
        self.run_all(env, 'just-a', '--member-cloud', 'b', options=options)

    def check_refused(
        self,
        env: dict[str, str],
        cloud: str,
        *more: str,
        options: tuple[str, ...] = (),
    ) -> None:
        """Check that every command ends with a sentence, and does nothing."""
        before = self.state(self.image)
        everything = [
            ('share-to', self.image, self.b),
            ('share', 'status', self.image),
            ('share', 'usage', self.image),
            ('share', 'revoke', self.image, self.b, '--force'),
        ]
        if not more:
            # These act as the caller only, and know of no member cloud.
            everything += [
                ('share', 'accept', self.image),
                ('share', 'reject', self.image),
                ('share', 'list'),
            ]
        for argv in everything:
            result = self.openstack(
                *options,
                'image',
                *argv,
                *more,
                cloud=cloud,
                env=env,
                code=1,
            )
            # No row; a table of none is an empty line.
            self.assertEqual('', result.stdout.strip())
            self.assertIn('certificate', result.stderr.lower())
        self.assertEqual(before, self.state(self.image))

    # The caller's word

    def test_an_authority_of_the_command_line_counts_for_everybody(
        self,
    ) -> None:
        self.run_every_way(self.clouds(), '--os-cacert', self.ours.cacert)

    def test_an_authority_of_the_environment_does_too(self) -> None:
        self.run_every_way({**self.clouds(), 'OS_CACERT': self.ours.cacert})

    def test_so_does_one_of_the_callers_entry(self) -> None:
        self.run_every_way(self.clouds({'cacert': self.ours.cacert}))

    def test_insecure_is_insecure_for_everybody(self) -> None:
        self.run_every_way(self.clouds(), '--insecure')

    def test_so_is_an_entry_that_verifies_nothing(self) -> None:
        self.run_every_way(self.clouds({'verify': False}))

    def test_without_a_word_everything_is_refused(self) -> None:
        env = self.clouds()
        self.check_refused(env, 'a')
        self.check_refused(env, 'just-a', '--member-cloud', 'b')
        for found in self.relays.values():
            self.assertEqual([], found.seen)

    def test_another_authority_vouches_for_nobody(self) -> None:
        env = self.clouds({'cacert': self.stranger.cacert})
        self.check_refused(env, 'a')
        self.check_refused(
            self.clouds(), 'a', options=('--os-cacert', self.stranger.cacert)
        )
        for found in self.relays.values():
            self.assertEqual([], found.seen)

    # The word of the member's entry

    def member_cloud(self, env: dict[str, str]) -> None:
        self.run_all(env, 'just-a', '--member-cloud', 'b')

    def test_the_members_entry_may_name_its_own_authority(self) -> None:
        copy = pathlib.Path(
            self.useFixture(fixtures.TempDir()).path, 'copy.pem'
        )
        copy.write_bytes(pathlib.Path(self.ours.cacert).read_bytes())
        self.member_cloud(
            self.clouds({'cacert': self.ours.cacert}, {'cacert': str(copy)})
        )

    def test_the_members_entry_may_verify_nothing(self) -> None:
        self.member_cloud(
            self.clouds({'cacert': self.ours.cacert}, {'verify': False})
        )

    def test_the_members_entry_may_insist_on_verifying(self) -> None:
        self.check_refused(
            self.clouds({'verify': False}, {'verify': True}),
            'just-a',
            '--member-cloud',
            'b',
        )

    def test_what_it_does_not_trust_is_not_asked(self) -> None:
        theirs = {'cacert': self.stranger.cacert}
        for own in {'cacert': self.ours.cacert}, {'verify': False}:
            with self.subTest(own=own):
                self.check_refused(
                    self.clouds(own, theirs), 'just-a', '--member-cloud', 'b'
                )

    def test_it_vouches_for_nobody_else(self) -> None:
        theirs = {'cacert': self.ours.cacert}
        self.check_refused(
            self.clouds({}, theirs), 'just-a', '--member-cloud', 'b'
        )

    # One service that is not what it was

    def looked(
        self, env: dict[str, str], cloud: str, *more: str
    ) -> tuple[dict[str, typing.Any], str]:
        """Return what status says of B's use, and what it says besides."""
        self.set_visibility(self.image, 'shared')
        self.add_member(self.image, self.b)
        result = self.openstack(
            f'image share status {self.image}',
            *more,
            '-f',
            'json',
            cloud=cloud,
            env=env,
        )
        return result.row, result.stderr

    def test_servers_behind_a_strange_certificate_are_unseen(self) -> None:
        self.lead_through(
            {
                'identity': self.ours,
                'image': self.ours,
                'compute': self.stranger,
                'block-storage': self.ours,
            }
        )
        env = self.clouds({'cacert': self.ours.cacert})
        row, told = self.looked(env, 'a')
        self.assertIsNone(row['Servers'])
        self.assertEqual(0, row['Volumes'])
        self.assertIn('certificate', told.lower())
        result = self.openstack(
            f'image share revoke {self.image} {self.b}',
            cloud='a',
            env=env,
            code=4,
        )
        self.assertIn('certificate', result.stderr.lower())
        self.assertIn(self.b, self.members(self.image))

    def test_images_behind_a_strange_certificate_are_not_read(self) -> None:
        self.lead_through(
            {
                'identity': self.ours,
                'image': self.stranger,
                'compute': self.ours,
                'block-storage': self.ours,
            }
        )
        env = self.clouds({'cacert': self.ours.cacert})
        self.check_refused(env, 'a')
        self.check_refused(env, 'just-a', '--member-cloud', 'b')
        self.assertEqual([], self.relays['image'].seen)
        result = self.share(
            f'share status {self.image}', cloud='a', env=env, code=1
        )
        self.assertIn('--os-cacert', result.stderr)

    def test_endpoints_that_are_given_are_asked_by_the_same_rules(
        self,
    ) -> None:
        given = {}
        for service in _SERVICES:
            url = str(base.connect('admin').endpoint_for(service))
            # An address that names a project names whoever is asking.
            url = url.replace(self.project_id('admin'), '%(project_id)s')
            found = relay.Relay(self, url, self.ours.server())
            self.relays[service] = found
            key = f'{service.replace("-", "_")}_endpoint_override'
            given[key] = found.url
        self.run_every_way(
            self.clouds({**given, 'cacert': self.ours.cacert}, given)
        )
        self.check_refused(self.clouds(given, given), 'a')
