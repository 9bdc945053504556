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

"""Which properties of an image belong to a copy of it, and why.

Pure data and rules: nothing here asks a service. A property says something of
the bits, of how to run them, of who keeps them where, or of how they came to
be; only the first two are true of a copy as well.

Sources: Glance's image schema and its read-only and reserved names
(``glance/api/v2/images.py``); what Nova writes into a snapshot
(``nova/compute/api.py``, ``nova/compute/utils.py``); what openstacksdk and
Cinder add to an image that they make.
"""

from __future__ import annotations

import dataclasses
import typing

if typing.TYPE_CHECKING:
    from collections.abc import Mapping

#: The image's own ID, hash and region, and the ID of the copy itself: Nova
#: and Cinder let what is made of an image inherit its properties, and only
#: the copy has its own ID among them.
SOURCE = 'copied_from_image'
SOURCE_HASH = 'copied_from_hash'
SOURCE_REGION = 'copied_from_region'
COPY = 'copied_to_image'

PROVENANCE = (SOURCE, SOURCE_HASH, SOURCE_REGION, COPY)

#: Properties that name an image which a server needs beside this one; it is
#: copied as well, and named anew.
COMPANIONS = {'kernel_id': 'kernel', 'ramdisk_id': 'ramdisk'}


@dataclasses.dataclass(frozen=True)
class Family:
    """Some properties, and what becomes of them in a copy.

    :ivar names: whole names.
    :ivar prefixes: beginnings of names.
    :ivar why: the reason, which the documentation repeats.
    """

    copied: bool
    why: str
    names: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()

    def has(self, name: str) -> bool:
        return name in self.names or name.startswith(self.prefixes)


#: The first family that has a name counts.
FAMILIES = (
    Family(
        True,
        'what the bits are',
        ('disk_format', 'container_format', 'min_disk', 'min_ram', 'tags'),
    ),
    Family(
        False,
        'the copy has its own, or none',
        (
            *('id', 'name', 'owner', 'status', 'visibility', 'protected'),
            *('created_at', 'updated_at', 'deleted', 'deleted_at'),
            *('is_public', 'os_hidden'),
            *('kernel_id', 'ramdisk_id'),
            *PROVENANCE,
        ),
    ),
    Family(
        False,
        'the image service works it out of the bits',
        (
            *('size', 'virtual_size', 'checksum'),
            *('os_hash_algo', 'os_hash_value', 'signature_verified'),
        ),
    ),
    Family(
        False,
        'where the owner keeps the bits',
        ('location', 'locations', 'direct_url', 'stores', 'store'),
    ),
    Family(False, 'addresses in an answer', ('self', 'file', 'schema')),
    Family(
        False,
        "the image service's notes on its own work",
        prefixes=('os_glance_',),
    ),
    Family(
        False,
        "notes of the owner's client on its upload",
        prefixes=('owner_specified.',),
    ),
    Family(
        False,
        'of which server a snapshot was taken, by whom, and for what',
        (
            *('base_image_ref', 'instance_uuid', 'user_id', 'boot_roles'),
            *('image_type', 'image_location', 'image_state', 'backup_type'),
            *('owner_id', 'owner_project_name', 'owner_user_name'),
            *('clean_attempts', 'block_device_mapping', 'bdm_v2'),
        ),
    ),
    Family(
        True,
        'the machine and the virtual hardware that the bits need',
        ('architecture', 'hypervisor_type', 'vm_mode', 'root_device_name'),
        ('hw_', 'img_', 'trait:'),
    ),
    Family(
        True,
        'the operating system in the bits',
        prefixes=('os_',),
    ),
    Family(True, 'what people have written on it', prefixes=('',)),
)


def family(name: str) -> Family:
    """Return the family of a property; there is one for every name."""
    return next(each for each in FAMILIES if each.has(name))


def copied(record: Mapping[str, typing.Any]) -> dict[str, typing.Any]:
    """Return what of an image's record belongs to a copy of it.

    Numbers and tags are as Glance has them, everything else is text: a null
    stands for a property that is not there.
    """
    found: dict[str, typing.Any] = {
        name: value
        for name, value in record.items()
        if family(name).copied and isinstance(value, str)
    }
    for name in 'min_disk', 'min_ram':
        if isinstance(record.get(name), int):
            found[name] = record[name]
    tags = record.get('tags')
    if isinstance(tags, list):
        found['tags'] = [tag for tag in tags if isinstance(tag, str)]
    return found
