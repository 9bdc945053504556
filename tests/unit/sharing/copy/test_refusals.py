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

import typing

from osc_imageshare import errors
from osc_imageshare.sharing.copy import refusals
from tests import fakes
from tests.fakes import identity
from tests.unit.sharing.copy import base

A, B, ONE, DATA = base.A, base.B, base.ONE, base.DATA


class ImageTest(base.CopyTestCase):
    def test_what_would_be_of_no_use_is_refused(self) -> None:
        table: list[tuple[dict[str, typing.Any], str]] = [
            ({'status': 'queued'}, "status 'queued'"),
            ({'status': 'deactivated'}, "status 'deactivated'"),
            ({'size': None}, 'how many bytes'),
            (
                {'block_device_mapping': '[{"snapshot_id": "s-1"}]'},
                '--snapshot=s-1',
            ),
            ({'cinder_encryption_key_id': 'k'}, 'is encrypted'),
            (
                {'cinder_encryption_key_deletion_policy': 'on_image_deletion'},
                'destroy',
            ),
            ({'hw_ephemeral_encryption_secret_uuid': 's'}, 'is encrypted'),
            ({'img_signature': 'x'}, 'is signed'),
        ]
        for record, words in table:
            source = self.one.add(A, data=DATA, **record)
            error = self.assertRaises(
                errors.Refused, self.copy('alice', source).run
            )
            self.assertIn(words, str(error))
            self.assertIn('Nothing has been changed', str(error))
        self.assertEqual([], self.writes())

    def test_the_images_that_it_needs_are_looked_at_as_well(self) -> None:
        kernel = self.one.add(A, data=b'k', status='deactivated')
        source = self.one.add(A, data=DATA, kernel_id=kernel)
        error = self.assertRaises(
            errors.Refused, self.copy('alice', source).run
        )
        self.assertIn(kernel, str(error))

    def test_nothing_stands_against_an_ordinary_image(self) -> None:
        for record in (
            {'block_device_mapping': ''},
            {'cinder_encryption_key_id': ''},
            {'img_config_drive': 'mandatory'},
            {'img_signature': None},
        ):
            image_id = self.one.add(A, data=DATA, **record)
            image = self.image(image_id)
            self.assertEqual([], refusals.of(image))
            self.assertEqual(
                [], refusals.of_signed(image, self.scopes('alice').own)
            )


class _Barbican:
    """A key manager whose secrets their projects can read."""

    def __init__(self, **owners: str) -> None:
        self._owners = owners

    def handle(
        self, request: fakes.Request, path: str, caller: identity.Caller
    ) -> fakes.Answer:
        secret = path.removeprefix('/v1/secrets/')
        if self._owners.get(secret) == caller.project_id:
            return fakes.Answer(body={'name': secret})
        return fakes.Answer(403, 'Forbidden')


class SignatureTest(base.CopyTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.source = self.one.add(
            A,
            'public',
            data=DATA,
            img_signature='x',
            img_signature_certificate_uuid='cert',
        )

    def test_the_destination_has_to_read_the_certificate(self) -> None:
        self.cloud.catalog['key-manager'] = {ONE: '/secrets'}
        self.cloud.mounted['secrets'] = _Barbican(cert=A)
        (copied,) = self.run_copy('alice', self.source).copies
        record = self.assert_copied(copied, self.one)
        self.assertEqual('x', record['img_signature'])
        error = self.assertRaises(
            errors.Refused, self.copy('bob', self.source).run
        )
        self.assertIn(f'project {B} cannot read its certificate', str(error))

    def test_without_a_key_manager_nobody_can(self) -> None:
        self.assertRaises(errors.Refused, self.copy('alice', self.source).run)
        self.assertEqual([], self.writes())

    def test_a_certificate_may_be_called_anything(self) -> None:
        self.cloud.catalog['key-manager'] = {ONE: '/secrets'}
        self.cloud.mounted['secrets'] = _Barbican()
        for words in '..', '../images', '', 'a/b':
            self.one.images[self.source]['img_signature_certificate_uuid'] = (
                words
            )
            self.assertRaises(
                errors.Refused, self.copy('alice', self.source).run
            )
        self.assertEqual([], self.writes())
