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

"""How many requests each command makes, discovery and tokens included.

Seconds are the machine's, requests are the command's: whoever adds one finds
it here, and has to say what it is for.
"""

import functools
import re
import threading
import typing
from urllib import parse

import fixtures
from requests import adapters

from tests.live import base
from tests.live import offers

_send = adapters.HTTPAdapter.send

#: What OpenStackClient asks before a command begins: which versions Keystone
#: has, as clouds.yaml does not say, and for a token.
BEGIN = ['GET identity ', 'POST identity auth/tokens']

#: Another entry of clouds.yaml: a token. The versions are known.
MEMBER_CLOUD = ['POST identity auth/tokens']

#: The same user in another project: whether there is a way at all, as a
#: failed attempt would be in Keystone's log for ever, and a token.
OWN_PROJECTS = ['GET identity auth/projects']
RESCOPED = ['POST identity auth/tokens']

IMAGE = ['GET image images/ID']
MEMBERS = ['GET image images/ID/members']

#: Once for an image that was private.
VISIBILITY = ['PATCH image images/ID']

#: For each project: added, accepted, and the image read as the member.
JOINED = [
    'POST image images/ID/members',
    'PUT image images/ID/members/ID',
    'GET image images/ID',
]

#: One look at what a project, or every project, has made of an image.
USE = [
    'GET compute servers/detail',
    # Servers in BUILD and in REBUILD: what they boot from, Cinder may not know
    # yet.
    'GET compute servers/detail',
    'GET compute servers/detail',
    # Servers of a cell that is down are in a list without filters only.
    'GET compute servers',
    'GET block-storage volumes/detail',
    # Snapshots of servers; hidden images are not listed with the others.
    'GET image images',
    'GET image images',
]

#: The images that name this one as their kernel or as their ramdisk, hidden
#: ones too. The caller asks, once for all projects, and only where the image
#: may be one: neither a container of bits like qcow2 nor too large.
RELYING = ['GET image images'] * 4

#: Cinder's filter for the image, which is for administrators, passes over
#: volumes that are being made.
MAKING = ['GET block-storage volumes/detail']

#: A catalog may hide services and regions from an administrator that other
#: projects use; Keystone tells what there is, and where.
SERVICES = ['GET identity services', 'GET identity endpoints']

#: Shared images, and hidden ones.
SHARED_IMAGES = ['GET image images', 'GET image images']

#: What earlier runs have copied, hidden ones too.
COPIES = ['GET image images', 'GET image images']


class RequestCountsTest(offers.TestCase):
    """Every request is seen where it leaves the process."""

    def asked(self, *argv: str, cloud: str) -> list[str]:
        """Run a command and return its requests: method, service and path."""
        seen: list[str] = []
        lock = threading.Lock()

        def send(
            adapter: adapters.HTTPAdapter,
            request: typing.Any,
            *args: typing.Any,
            **more: typing.Any,
        ) -> typing.Any:
            with lock:
                seen.append(f'{request.method} {_place(str(request.url))}')
            return _send(adapter, request, *args, **more)

        # Not through it, and before it: these ask as well.
        _services()
        with fixtures.MonkeyPatch('requests.adapters.HTTPAdapter.send', send):
            self.share(*argv, cloud=cloud)
        return seen

    def assertAsked(self, wanted: list[str], asked: list[str]) -> None:
        """Compare without the order, as some are asked at once."""
        self.assertEqual(sorted(wanted), sorted(asked))

    def make_member(self, projects: int) -> tuple[str, list[str]]:
        """Make a user who is a member of several projects.

        :returns: an entry of clouds.yaml for the user in a project of its
            own, and the IDs of the others.
        """
        cloud = self.make_project()
        identity = base.connect('admin').identity
        user = base.connect(cloud).current_user_id
        (role,) = identity.get('/roles', params={'name': 'member'}).json()[
            'roles'
        ]
        others = []
        for _ in range(projects):
            name = self.unique('other')
            others.append(
                self._made(
                    'projects', 'project', name=name, domain_id='default'
                )
            )
            answer = identity.put(
                f'/projects/{others[-1]}/users/{user}/roles/{role["id"]}'
            )
            self.assertEqual(204, answer.status_code, answer.text)
        return cloud, others

    # share-to

    def test_sharing_with_two_credentials(self) -> None:
        asked = self.asked(
            *('share-to', self.make_image(), self.b),
            *('--member-cloud', 'bob'),
            cloud='alice',
        )
        self.assertLessEqual(len(asked), 11)
        self.assertAsked(
            [
                *BEGIN,
                *MEMBER_CLOUD,
                *IMAGE,
                *VISIBILITY,
                # Those of an old share are let in again by that.
                *MEMBERS,
                *JOINED,
            ],
            asked,
        )

    def test_sharing_rescoped(self) -> None:
        asked = self.asked(
            'share-to', self.make_image(), self.b, cloud='both-a'
        )
        self.assertLessEqual(len(asked), 10)
        self.assertAsked(
            [
                *BEGIN,
                *IMAGE,
                *OWN_PROJECTS,
                *RESCOPED,
                *VISIBILITY,
                *MEMBERS,
                *JOINED,
            ],
            asked,
        )

    def test_sharing_again_only_looks(self) -> None:
        image = self.offer('accepted')
        self.assertAsked(
            [
                *BEGIN,
                *IMAGE,
                *OWN_PROJECTS,
                *RESCOPED,
                *MEMBERS,
                # As the member.
                *IMAGE,
            ],
            self.asked('share-to', image, self.b, cloud='both-a'),
        )

    def test_sharing_grows_by_four_with_each_project(self) -> None:
        cloud, others = self.make_member(5)
        for count in 2, 5:
            projects = others[:count]
            self.assertAsked(
                [
                    *BEGIN,
                    *IMAGE,
                    *OWN_PROJECTS,
                    *VISIBILITY,
                    *MEMBERS,
                    *(RESCOPED + JOINED) * count,
                ],
                self.asked(
                    'share-to', self.make_image(cloud), *projects, cloud=cloud
                ),
            )

    def test_an_administrator_looks_up_many_projects_by_one_list(self) -> None:
        domain = self.make_domain()
        others = [
            self._made(
                *('projects', 'project'),
                name=self.unique('other'),
                domain_id=domain,
            )
            for _ in range(9)
        ]
        # No more than are asked for at once, and one more.
        for count, asked in (
            (8, ['GET identity projects/ID'] * 8),
            (9, ['GET identity projects']),
        ):
            image = self.make_image('alice', 'shared')
            self.assertAsked(
                [
                    *BEGIN,
                    *IMAGE,
                    *OWN_PROJECTS,
                    *asked,
                    *MEMBERS,
                    # Added and accepted; an administrator is no member.
                    *JOINED[:2] * count,
                    # Whether all still are members.
                    *MEMBERS,
                ],
                self.asked(
                    *('share-to', '--accept', image, *others[:count]),
                    cloud='admin',
                ),
            )

    # share accept and reject

    def test_answering(self) -> None:
        image = self.offer()
        for verb in 'accept', 'reject':
            self.assertEqual(
                [
                    *BEGIN,
                    *IMAGE,
                    # What this project's answer is so far.
                    'GET image images/ID/members/ID',
                    # The owner's name, if it is a project of this user.
                    *OWN_PROJECTS,
                    # Other images of the same name, which are warned about.
                    'GET image images',
                    'PUT image images/ID/members/ID',
                ],
                self.asked('share', verb, image, cloud='bob'),
            )

    # share copy

    def test_copying_through_the_client(self) -> None:
        image = self.make_image()
        self.addCleanup(self._delete_copies, image)
        words = ('share', 'copy', image, '--method', 'stream')
        self.assertAsked(
            [
                *BEGIN,
                *IMAGE,
                *COPIES,
                'POST image images',
                'GET image images/ID/file',
                # An upload cannot be sent again with another token.
                'POST identity auth/tokens',
                'PUT image images/ID/file',
                # Its hash.
                'GET image images/ID',
            ],
            self.asked(*words, cloud='alice'),
        )
        self.assertAsked(
            [*BEGIN, *IMAGE, *COPIES], self.asked(*words, cloud='alice')
        )

    def test_a_plan_asks_whether_the_service_can(self) -> None:
        self.assertAsked(
            [*BEGIN, *IMAGE, *COPIES, 'GET image info/import'],
            self.asked(
                'share', 'copy', self.make_image(), '--dry-run', cloud='alice'
            ),
        )

    @staticmethod
    def _delete_copies(image: str) -> None:
        glance = base.connect('alice').image
        found = glance.get('/images', params={'copied_from_image': image})
        for record in found.json()['images']:
            glance.delete(f'/images/{record["id"]}')

    # share status and usage

    def test_status_without_usage(self) -> None:
        image = self.offer('accepted')
        self.assertAsked(
            [
                *BEGIN,
                *IMAGE,
                *MEMBERS,
                # The members' names.
                *OWN_PROJECTS,
            ],
            self.asked('share', 'status', image, '--no-usage', cloud='alice'),
        )

    def test_status_looks_once_as_each_member(self) -> None:
        image = self.offer('accepted')
        self.assertAsked(
            [*BEGIN, *MEMBER_CLOUD, *IMAGE, *MEMBERS, *USE, *RELYING],
            self.asked(
                *('share', 'status', image, '--member-cloud', 'bob'),
                cloud='alice',
            ),
        )

    def test_what_can_be_no_kernel_is_not_looked_for_as_one(self) -> None:
        # An image without data, as Glance would refuse those of the tests.
        image = self.make_image(
            'alice', 'shared', data=None, disk_format='qcow2'
        )
        self.add_member(image, self.b)
        self.assertAsked(
            [*BEGIN, *MEMBER_CLOUD, *IMAGE, *MEMBERS, *USE],
            self.asked(
                *('share', 'status', image, '--member-cloud', 'bob'),
                cloud='alice',
            ),
        )

    def test_usage_looks_once_in_each_project(self) -> None:
        image = self.offer('accepted')
        self.assertAsked(
            [*BEGIN, *MEMBER_CLOUD, *IMAGE, *MEMBERS, *USE * 2, *RELYING],
            self.asked(
                *('share', 'usage', image, '--member-cloud', 'bob'),
                cloud='alice',
            ),
        )

    def test_an_administrator_looks_once_for_all_projects(self) -> None:
        image = self.offer('accepted')
        self.add_member(image, self.c)
        # Records that do not match are none of Nova's and Cinder's answer.
        other = self.make_image('bob')
        self.make_server('bob', other)
        self.make_volume('bob', other)
        self.assertAsked(
            [*BEGIN, *IMAGE, *USE, *MAKING, *SERVICES, *RELYING],
            self.asked('share', 'usage', image, cloud='admin'),
        )

    # share revoke

    def test_revoking_looks_before_and_after(self) -> None:
        image = self.offer('accepted')
        self.assertAsked(
            [
                *BEGIN,
                *MEMBER_CLOUD,
                *IMAGE,
                *MEMBERS,
                *USE,
                *RELYING,
                'DELETE image images/ID/members/ID',
                *MEMBERS,
                *USE,
                *RELYING,
            ],
            self.asked(
                *('share', 'revoke', image, self.b),
                *('--member-cloud', 'bob'),
                cloud='alice',
            ),
        )

    # share list

    def test_listing_asks_once_for_the_members_of_each_image(self) -> None:
        cloud = self.make_project()
        for count in 1, 2:
            self.offer(owner=cloud)
            self.assertAsked(
                # The members' names, if they are projects of this user.
                [*BEGIN, *SHARED_IMAGES, *MEMBERS * count, *OWN_PROJECTS],
                self.asked('share', 'list', '--outgoing', cloud=cloud),
            )


@functools.cache
def _services() -> dict[str, str]:
    """Return host and port to service type."""
    admin = base.connect('admin')
    return {
        parse.urlsplit(str(admin.endpoint_for(service))).netloc: service
        for service in ('identity', 'image', 'compute', 'block-storage')
    }


def _place(url: str) -> str:
    """Return service and path, without version and IDs."""
    parts = parse.urlsplit(url)
    path = re.sub(r'^/v[\d.]+(/[0-9a-f]{32})?/?', '', parts.path)
    path = re.sub(r'[0-9a-f]{32}|[0-9a-f-]{36}', 'ID', path)
    return f'{_services()[parts.netloc]} {path}'
