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

"""What is sent when names, members or properties are not what they should be.

The fake services record every request. Each must be about exactly the thing
that was named, or not be sent at all.
"""

import argparse
import functools
import json
import typing
from urllib import parse

import hypothesis
from hypothesis import strategies

from osc_imageshare.api import urls
from osc_imageshare.commands import share_accept
from osc_imageshare.commands import share_list
from osc_imageshare.commands import share_revoke
from osc_imageshare.commands import share_to
from osc_imageshare import errors
from osc_imageshare.identity import projects
from osc_imageshare.image import images
from osc_imageshare import sharing
from tests import fakes
from tests.unit import base
from tests.unit import hostile

A, B = fakes.A, fakes.B

#: As many flows run in each of these tests.
_flows = hypothesis.settings(hostile.examples, max_examples=40)

#: A word that a person types, or a script passes on.
_word = hostile.words


class ParsingTest(base.TestCase):
    """Words of a command line that look like something else."""

    def setUp(self) -> None:
        super().setUp()
        # Making a parser takes longer than all that is done with it.
        self.parser = functools.cache(self.made)

    def made(self, kind: typing.Any) -> argparse.ArgumentParser:
        """Return the parser of a command; it fails a test as others do."""
        parser: typing.Any = kind(None, None).get_parser('openstack image x')
        parser.error = self.fail
        return typing.cast('argparse.ArgumentParser', parser)

    @hostile.examples
    @hypothesis.given(strategies.lists(_word, min_size=1, max_size=3))
    def test_behind_two_dashes_every_word_is_what_it_is(
        self, words: list[str]
    ) -> None:
        for kind, several in {
            share_to.ShareTo: 'projects',
            share_revoke.ShareRevoke: 'projects',
            share_accept.ShareAccept: 'images',
        }.items():
            parser = self.parser(kind)
            found = vars(parser.parse_args(['--', *words]))
            defaults = vars(parser.parse_args(['--', 'x', 'y']))
            image = [found['image']] if 'image' in found else []
            self.assertEqual(words, [*image, *found[several]])
            for name in {*defaults} - {'image', several}:
                self.assertEqual(defaults[name], found[name], name)

    @hostile.examples
    @hypothesis.given(_word)
    def test_the_value_of_an_option_is_what_it_is(self, word: str) -> None:
        parser = self.parser(share_list.ShareList)
        found = parser.parse_args([f'--project={word}', f'--image={word}'])
        self.assertEqual((word, word), (found.project, found.image))


class SegmentTest(base.TestCase):
    @hostile.examples
    @hypothesis.example('.')
    @hypothesis.example('..')
    @hypothesis.example('a/b')
    @hypothesis.given(hostile.stored)
    def test_it_is_one_segment_that_means_the_value(self, value: str) -> None:
        if value in ('', '.', '..'):
            self.assertRaises(ValueError, urls.segment, value)
            return
        made = urls.segment(value)
        self.assertEqual(value, parse.unquote(made))
        self.assertEqual(set(), set(made) & set('/?#;\\ '))
        self.assertTrue(made.isascii() and made.isprintable())


class SentTestCase(base.CloudTestCase):
    """A test that looks at the requests that arrived."""

    def since(self, count: int) -> list[fakes.Request]:
        """Return the requests after the first *count*, tokens left out."""
        return [
            request
            for request in self.cloud.server.requests[count:]
            if not request.path.endswith(('/identity/v3', '/auth/tokens'))
        ]

    @property
    def count(self) -> int:
        return len(self.cloud.server.requests)

    def addressed(
        self, requests: list[fakes.Request], image_id: str
    ) -> list[tuple[str, str]]:
        """Return the changes of memberships: method and decoded member.

        Any other change of anything fails the test.
        """
        found = []
        for request in requests:
            if request.method == 'GET':
                continue
            *way, last = request.path.split('/')
            self.assertEqual((), request.query)
            if request.method == 'POST':
                self.assertEqual('members', last)
                found.append(('POST', request.body['member']))
                way.append(last)
            else:
                found.append((request.method, parse.unquote(last)))
            self.assertEqual(
                ['', 'image', 'v2', 'images', image_id, 'members'], way
            )
        return found


class MemberTest(SentTestCase):
    def test_exactly_the_member_that_is_named_is_removed(self) -> None:
        connection = self.cloud.connect('alice')

        @_flows
        @hypothesis.example('..')
        @hypothesis.example('a/b')
        @hypothesis.given(hostile.stored)
        def revoke(member: str) -> None:
            hypothesis.assume(member and member != B)
            image_id = self.cloud.glance.add(A, 'shared', members={B: 'x'})
            self.cloud.glance.add_member(image_id, member)
            before = self.count
            wanted = sharing.RevokeRequest(
                image_id, (member,), allow_unseen=True
            )
            outcome = sharing.Revoke(connection, wanted).run()
            sent = self.addressed(self.since(before), image_id)
            if images.addressable(member):
                self.assertEqual([('DELETE', member)], sent)
                self.assertEqual(errors.OK, outcome.exit_code)
                self.assertEqual({B: 'x'}, self.cloud.glance.members(image_id))
            else:
                self.assertEqual([], sent)
                self.assertEqual(errors.FAILED, outcome.exit_code)
            self.assertIn(image_id, self.cloud.glance.images)

        revoke()

    def test_a_word_that_is_no_member_removes_none(self) -> None:
        connection = self.cloud.connect('alice')

        @_flows
        @hypothesis.example('\udcff')
        @hypothesis.given(_word)
        def revoke(word: str) -> None:
            members = {B: 'accepted', f'{word}x': 'pending'}
            image_id = self.cloud.glance.add(A, 'shared', members=members)
            before = self.count
            wanted = sharing.RevokeRequest(
                image_id, (word,), force=True, allow_unseen=True
            )
            try:
                outcome = sharing.Revoke(connection, wanted).run()
            except errors.ImageShareError as exc:
                code = exc.exit_code
            else:
                code = outcome.exit_code
            self.assertIn(code, (errors.FAILED, errors.USAGE))
            self.assertEqual([], self.addressed(self.since(before), image_id))
            self.assertEqual(members, self.cloud.glance.members(image_id))

        revoke()

    def test_a_word_that_is_no_project_becomes_no_member(self) -> None:
        connection = self.cloud.connect('alice')

        @_flows
        @hypothesis.example('\udcff')
        @hypothesis.given(_word)
        def share(word: str) -> None:
            hypothesis.assume(not projects.looks_like_id(word))
            image_id = self.cloud.glance.add(A)
            before = self.count
            wanted = sharing.ShareRequest(image_id, (word,))
            self.assertRaises(
                (errors.Refused, errors.UsageError),
                sharing.Share(connection, wanted).run,
            )
            self.assertEqual(
                ['GET'], sorted({r.method for r in self.since(before)})
            )
            self.assertEqual({}, self.cloud.glance.members(image_id))

        share()

    def test_a_project_is_found_by_its_name_whatever_that_is(self) -> None:
        connection = self.cloud.connect('admin')

        @_flows
        @hypothesis.given(hostile.stored)
        def share(name: str) -> None:
            # Keystone takes no name of spaces only, and cuts none off.
            hypothesis.assume(name.strip() == name != '')
            hypothesis.assume(name not in ('project-a', 'admin'))
            self.cloud.keystone.projects[B] = name
            image_id = self.cloud.glance.add(A)
            before = self.count
            wanted = sharing.ShareRequest(image_id, (name,))
            outcome = sharing.Share(connection, wanted).run()
            self.assertEqual(errors.OK, outcome.exit_code, repr(outcome))
            self.assertEqual(
                {B: 'pending'}, self.cloud.glance.members(image_id)
            )
            asked = [
                request.parameter('name')
                for request in self.since(before)
                if request.path == '/identity/v3/projects'
            ]
            self.assertEqual([name], asked)

        share()


class ImageTest(SentTestCase):
    def test_exactly_the_image_that_is_named_is_shared(self) -> None:
        connection = self.cloud.connect('both')

        @_flows
        @hypothesis.given(hostile.stored)
        def share(name: str) -> None:
            hypothesis.assume(name)
            self.cloud.glance.images.clear()
            image_id = self.cloud.glance.add(A, name=name)
            others = [
                self.cloud.glance.add(A, name=other)
                for other in (f'{name}x', f'x{name}', name.swapcase() + '.')
            ]
            before = self.count
            wanted = sharing.ShareRequest(name, (B,))
            outcome = sharing.Share(connection, wanted).run()
            self.assertEqual(errors.OK, outcome.exit_code, repr(outcome))
            self.assertEqual(
                {B: 'accepted'}, self.cloud.glance.members(image_id)
            )
            for other in others:
                self.assertEqual({}, self.cloud.glance.members(other))
            for request in self.since(before):
                if request.path == '/image/v2/images':
                    asked = request.parameter('name')
                    self.assertIn(asked, (name, f'eq:{name}'))
                elif request.path.startswith('/image'):
                    self.assertEqual(image_id, request.path.split('/')[4])

        share()

    def test_a_name_that_is_none_finds_no_image(self) -> None:
        connection = self.cloud.connect('alice')
        self.cloud.glance.add(A, name='an-image')

        @_flows
        @hypothesis.example('\udcff')
        @hypothesis.given(_word)
        def share(word: str) -> None:
            hypothesis.assume(word != 'an-image')
            before = self.count
            wanted = sharing.ShareRequest(word, (B,))
            self.assertRaises(
                errors.ImageShareError, sharing.Share(connection, wanted).run
            )
            self.assertLessEqual(
                {request.path for request in self.since(before)},
                # The project is looked for at the same time.
                {
                    '/image/v2/images',
                    '/identity/v3/auth/projects',
                    f'/identity/v3/projects/{B}',
                },
            )

        share()


class PropertyTest(SentTestCase):
    """Properties that are taken for IDs, and that anybody may write."""

    def test_another_image_that_is_referred_to_is_only_read(self) -> None:
        connection = self.cloud.connect('both')

        @_flows
        @hypothesis.example('x/../y', 'kernel_id')
        @hypothesis.example('..', 'kernel_id')
        @hypothesis.given(
            hostile.stored,
            strategies.sampled_from(
                ['kernel_id', 'ramdisk_id', 'base_image_ref']
            ),
        )
        def share(value: str, key: str) -> None:
            record: dict[str, typing.Any] = {key: value}
            image_id = self.cloud.glance.add(A, **record)
            before = self.count
            wanted = sharing.ShareRequest(image_id, (B,))
            outcome = sharing.Share(connection, wanted).run()
            self.assertEqual(errors.OK, outcome.exit_code, repr(outcome))
            for request in self.since(before):
                if not request.path.startswith('/image'):
                    continue
                named = parse.unquote(request.path.split('/')[4])
                self.assertIn(named, (image_id, value))
                if named == value:
                    self.assertEqual('GET', request.method)
                    self.assertEqual(5, len(request.path.split('/')))

        share()

    def test_a_server_that_is_referred_to_is_only_read(self) -> None:
        connection = self.cloud.connect('both')

        @_flows
        @hypothesis.example('..')
        @hypothesis.example('detail')
        @hypothesis.given(hostile.stored)
        def revoke(value: str) -> None:
            image_id = self.cloud.glance.add(
                A,
                'shared',
                name='x-shelved',
                members={B: 'accepted'},
                image_type='snapshot',
                instance_uuid=value,
            )
            before = self.count
            wanted = sharing.RevokeRequest(image_id, (B,))
            outcome = sharing.Revoke(connection, wanted).run()
            self.assertIn(outcome.exit_code, (errors.OK, errors.UNSEEN))
            for request in self.since(before):
                if not request.path.startswith('/compute'):
                    continue
                self.assertEqual('GET', request.method)
                rest = request.path.removeprefix('/compute/v2.1/servers')
                self.assertIn(
                    parse.unquote(rest), ('', '/detail', f'/{value}')
                )
                self.assertLessEqual(rest.count('/'), 1)

        revoke()

    def test_a_block_device_mapping_may_be_anything(self) -> None:
        connection = self.cloud.connect('both')
        anything = strategies.recursive(
            strategies.none()
            | strategies.booleans()
            | strategies.integers()
            | hostile.stored,
            lambda inner: (
                strategies.lists(inner, max_size=2)
                | strategies.dictionaries(
                    strategies.sampled_from(
                        ['snapshot_id', 'source_type', 'x']
                    ),
                    inner,
                    max_size=2,
                )
            ),
            max_leaves=4,
        )

        @_flows
        @hypothesis.given(anything, strategies.booleans())
        def share(mapping: typing.Any, encoded: bool) -> None:
            value = json.dumps(mapping) if encoded else mapping
            image_id = self.cloud.glance.add(A, block_device_mapping=value)
            before = self.count
            wanted = sharing.ShareRequest(image_id, (B,))
            try:
                outcome = sharing.Share(connection, wanted).run()
            except errors.Refused:
                sent = self.addressed(self.since(before), image_id)
                self.assertEqual([], sent)
            else:
                self.assertEqual(errors.OK, outcome.exit_code)

        share()
