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

"""What keeps a member from using an image, however well it is shared.

Pure rules: the image's record -> refusals and warnings. Whether the member
can use the images that it depends on is looked up elsewhere.

Sources: Nova's and Cinder's handling of image properties, Glance's statuses;
see the page on images that cannot work in the documentation.
"""

import json
import typing

from osc_imageshare.image import images
from osc_imageshare import text

#: Properties that name a secret of the owner in the key manager, which no
#: other project can read.
_SECRETS = (
    'cinder_encryption_key_id',
    'hw_ephemeral_encryption_secret_uuid',
    'img_signature_certificate_uuid',
)

#: Properties that name another image which the member needs as well.
COMPANIONS = {
    'kernel_id': 'a server cannot start without it',
    'ramdisk_id': 'a server cannot start without it',
    'base_image_ref': 'a rescue that names no image would use it',
}


#: Properties that decide which servers an image fits.
_FITS = {'architecture': 'architecture', 'hw_firmware_type': 'firmware'}

#: What an image needs of a flavor at least.
_LEAST = {'min_disk': 'GiB', 'min_ram': 'MiB'}


def companions(image: images.Image) -> dict[str, str]:
    """Return property to ID of the other images that *image* relies on."""
    return {
        key: str(image.record[key])
        for key in COMPANIONS
        if image.record.get(key) and str(image.record[key]) != image.id
    }


def volume_snapshot(image: images.Image) -> str | None:
    """Return the ID of the volume snapshot that *image* merely points to.

    Nova makes such an image of a server booted from a volume: it holds no
    bits, only a block device mapping with a snapshot in the owner's project.
    The mapping identifies it, never its size. An empty string means that the
    mapping has a snapshot whose ID cannot be read.
    """
    mapping = image.record.get('block_device_mapping')
    if not mapping:
        return None
    try:
        devices = json.loads(mapping) if isinstance(mapping, str) else mapping
        for device in devices:
            if device.get('source_type') == 'snapshot' or device.get(
                'snapshot_id'
            ):
                return str(device.get('snapshot_id') or '')
    except (ValueError, TypeError, AttributeError):
        return ''
    return None


def refusals(image: images.Image, *, force: bool) -> list[tuple[str, ...]]:
    """Return why *image* must not be shared; each reason is some lines."""
    found: list[tuple[str, ...]] = []
    if image.status != 'active':
        found.append(
            (
                f'Image {image} has status {image.status!r}; only active '
                'images can be shared.',
            )
        )
    if image.visibility in ('public', 'community'):
        found.append(
            (
                f'Image {image} is {image.visibility}: every project can '
                'already use it, and sharing it with some projects would take '
                'it away from all others.',
            )
        )
    snapshot = volume_snapshot(image)
    if snapshot is not None and not force:
        found.append(
            (
                f'Image {image} is the snapshot of a server booted from a '
                'volume: it holds no data, only a reference to a volume '
                'snapshot that no other project can read.',
                'To share the data, create a volume from the snapshot and an '
                'image from that volume, and share that image:',
                '  '
                + text.openstack(
                    'volume',
                    'create',
                    f'--snapshot={snapshot or "SNAPSHOT"}',
                    operands=('VOLUME',),
                ),
                '  '
                + text.openstack(
                    'image', 'create', '--volume', 'VOLUME', 'IMAGE'
                ),
                'Use --force to share the record anyway.',
            )
        )
    return found


def secrets(image: images.Image) -> list[str]:
    """Return the properties that name a secret only the owner can read."""
    return [key for key in _SECRETS if image.record.get(key)]


def hidden(image: images.Image) -> bool:
    """Tell whether an image is left out of lists (``os_hidden``)."""
    return image.record.get('os_hidden') in (True, 'true', 'True')


def warnings(image: images.Image) -> list[str]:
    """Return what would surprise the member or the owner later."""
    record = image.record
    found = []
    needed = secrets(image)
    if needed:
        found.append(
            f'Image {image} needs a secret that only its owner can read '
            f'({", ".join(needed)}): a member cannot create a server or a '
            'volume from it.'
        )
    if record.get('locations') or record.get('direct_url'):
        found.append(
            f'This cloud shows the storage location of image {image} to '
            'everyone who can read the image, including its members.'
        )
    if hidden(image):
        found.append(
            f'Image {image} is hidden: a member can use it, but does not '
            'see it in lists.'
        )
    if record.get('image_type') in ('snapshot', 'backup'):
        found.append(
            f'Image {image} was created from a running server: it may contain '
            'host keys, logs and user data of that server.'
        )
    return found


def companion_warning(
    image: images.Image, key: str, other: str, shared: bool | None, with_: str
) -> str | None:
    """Return the warning about an image that *image* relies on, or None.

    :param shared: whether the member can use it; None if that is not known.
    """
    if shared:
        return None
    state = 'is not shared with' if shared is False else 'was not checked for'
    return (
        f'Image {image} refers to image {other} ({key}), which {state} '
        f'project {with_}: {COMPANIONS[key]}.'
    )


def less_fit(new: images.Image, old: images.Image) -> list[str]:
    """Return where a new image suits fewer servers than an old one."""
    found = []
    for key, what in _FITS.items():
        before, now = old.record.get(key), new.record.get(key)
        if before and before != now:
            found.append(
                f'Image {new} has another {what} ({now or "none"}) than '
                f'image {old} ({before}).'
            )
    for key, unit in _LEAST.items():
        before, now = old.record.get(key) or 0, new.record.get(key) or 0
        if now > before:
            found.append(
                f'Image {new} needs more than image {old}: {key} {now} {unit} '
                f'instead of {before}. It may not fit the flavors of its '
                'members.'
            )
    return found


def is_shelved(image: images.Image) -> str | None:
    """Return the ID of the shelved server whose disk *image* holds.

    When an administrator shelves a server of another project, Nova keeps the
    disk in an image ``NAME-shelved`` of the administrator's project, shared
    with the server's (Nova's source, compute/api.py).
    """
    record: typing.Mapping[str, typing.Any] = image.record
    server = record.get('instance_uuid')
    if (
        server
        and record.get('image_type') == 'snapshot'
        and image.name.endswith('-shelved')
    ):
        return str(server)
    return None
