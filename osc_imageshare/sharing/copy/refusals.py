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

"""Which images cannot be copied, and why.

A copy without the secret, the certificate or the volume that an image refers
to would be of no use; and one that names a secret of the original can destroy
it: Cinder deletes an image's key together with the image
(``cinder_encryption_key_deletion_policy``).
"""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare import errors
from osc_imageshare.identity import catalog
from osc_imageshare.identity import discovery
from osc_imageshare.image import fitness
from osc_imageshare.image import uploads
from osc_imageshare import text

if typing.TYPE_CHECKING:
    from osc_imageshare.identity import scopes as scopes_
    from osc_imageshare.image import images

_KEYS = (
    'cinder_encryption_key_id',
    'cinder_encryption_key_deletion_policy',
    'hw_ephemeral_encryption_secret_uuid',
)
_CERTIFICATE = 'img_signature_certificate_uuid'
_SIGNATURE = 'img_signature'


def of(image: images.Image) -> list[errors.Refused]:
    """Return why *image* cannot be copied anywhere."""
    found: list[errors.Refused] = []
    if image.status != uploads.ACTIVE:
        found.append(
            errors.Refused(
                f'Image {image} has status {image.status!r}; only active '
                'images can be copied.'
            )
        )
    elif not isinstance(image.record.get('size'), int):
        found.append(
            errors.Refused(
                'The image service does not report how many bytes image '
                f'{image} has, so a copy could not be verified.'
            )
        )
    snapshot = fitness.volume_snapshot(image)
    if snapshot is not None:
        found.append(_only_a_volume(image, snapshot))
    keys = [key for key in _KEYS if image.record.get(key)]
    if keys:
        found.append(
            errors.Refused(
                f'Image {image} is encrypted ({", ".join(keys)}): a copy '
                'could not be read without a secret of the owner, and '
                'deleting the copy could destroy that secret.',
                advice=(
                    'Copy the data from inside a server or a volume that was '
                    'made of the image.',
                ),
            )
        )
    return found


def _only_a_volume(image: images.Image, snapshot: str) -> errors.Refused:
    return errors.Refused(
        f'Image {image} is the snapshot of a server booted from a volume: it '
        'holds no data, only a reference to a volume snapshot.',
        advice=(
            'To copy the data, make a volume of the snapshot and an image of '
            'that volume, and copy that image:',
            '  '
            + text.openstack(
                *('volume', 'create', f'--snapshot={snapshot or "SNAPSHOT"}'),
                operands=('VOLUME',),
            ),
            '  '
            + text.openstack('image', 'create', '--volume', 'VOLUME', 'IMAGE'),
        ),
    )


def of_signed(
    image: images.Image, destination: scopes_.Scope
) -> list[errors.Refused]:
    """Return why a destination could not verify the signature of *image*.

    Glance verifies it when data are uploaded, and Nova when a server is
    booted, with the certificate as whoever asks can read it.
    """
    certificate = image.record.get(_CERTIFICATE)
    signed = [key for key in image.record if key.startswith(_SIGNATURE)]
    if not any(image.record.get(key) for key in signed):
        return []
    if certificate and _readable(destination, str(certificate)):
        return []
    return [
        errors.Refused(
            f'Image {image} is signed, and project {destination.project_id} '
            f'cannot read its certificate ({certificate or "not named"}) in '
            f'region {destination.region}: it could not verify the signature '
            'of a copy there.'
        )
    ]


def _readable(scope: scopes_.Scope, certificate: str) -> bool:
    """Tell whether the key manager shows a certificate in a scope."""
    kind = catalog.SECRETS
    settings = dataclasses.replace(scope.settings[kind], region=scope.region)
    url = catalog.configured_url(scope.services, kind, settings)
    if url is None:
        return False
    try:
        at = discovery.address(scope, kind, scope.region, url)
        root = at.url.rstrip('/')
        if not root.endswith('/v1'):
            root += '/v1'
        scope.api(kind, scope.region, root).request(
            'GET', 'secrets', certificate
        )
    except (errors.ImageShareError, ValueError):
        # ValueError: no ID of anything.
        return False
    return True
