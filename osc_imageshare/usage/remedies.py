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

"""What people can do after a withdrawal, in words: pure rules."""

from __future__ import annotations

import typing

from osc_imageshare.usage import risk

if typing.TYPE_CHECKING:
    from collections.abc import Iterable

    from osc_imageshare.usage import consumers

_OFFLOADED = 'SHELVED_OFFLOADED'

#: How a server was made of the image -> what a member can do without it.
_WITHOUT = {
    risk.FROM_IMAGE: (
        'Rebuild and rescue work with another image, including a copy of '
        'this one.'
    ),
    risk.FROM_VOLUME: (
        'A server that boots from a volume can be rebuilt from another '
        'image, including a copy of this one (microversion 2.93).'
    ),
    risk.FROM_KERNEL: (
        'A server that uses the image as its kernel or ramdisk can be rebuilt '
        'from an image that names a copy of it.'
    ),
}

_LOST = (
    'Nobody can heal a server that ends in ERROR because its own host lacks '
    'the image: the image is gone.'
)
_BY_ADMINISTRATOR = (
    "An administrator's hard reboot heals a server that ends in ERROR "
    'because its own host lacks the image.'
)
_RESIZED = 'A hard reboot heals a server that ends in ERROR after a resize.'

#: What heals a server booted from the image.
_HEALING = {
    risk.REVOKED: (_RESIZED, _BY_ADMINISTRATOR),
    risk.PRIVATE: (_RESIZED, _BY_ADMINISTRATOR),
    risk.DELETED: (_RESIZED, _LOST),
    risk.DEACTIVATED: (
        'A hard reboot heals a server that ends in ERROR after a resize once '
        "the image is active again; an administrator's heals it before that.",
        _BY_ADMINISTRATOR,
    ),
}

_KERNEL_LOST = (
    'Giving the image back does not heal a server that ends in ERROR after a '
    'resize because it lacks its kernel or ramdisk.'
)

#: What happens to a server when no host has its image any more.
_OFFLOADED_NEXT = {
    risk.REVOKED: (
        'it can be unshelved, but its next resize may end in ERROR'
    ),
    risk.PRIVATE: 'it can be unshelved, but its next resize may end in ERROR',
    risk.DELETED: (
        'it can be unshelved, but its next resize or migration may end in '
        "ERROR, an administrator's as well"
    ),
    risk.DEACTIVATED: (
        'where the host lacks the image, only an administrator can unshelve it'
    ),
}
_OFFLOADED_KERNEL = 'it cannot be unshelved on a host that lacks the image'


def of(found: Iterable[consumers.Consumer], withdrawal: str) -> list[str]:
    """Return what people can do about consumers that a withdrawal breaks.

    :param withdrawal: one of ``risk.WITHDRAWALS``.
    """
    how = {
        risk.FROM_KERNEL
        if one.booted_from == risk.FROM_RAMDISK
        else one.booted_from
        for one in found
        if one.kind == risk.SERVER
    }
    lines = [words for key, words in _WITHOUT.items() if key in how]
    if risk.FROM_IMAGE in how:
        lines += _HEALING[withdrawal]
    if risk.FROM_KERNEL in how:
        lines.append(_KERNEL_LOST)
    return lines


def offloaded(
    found: Iterable[consumers.Consumer], withdrawal: str
) -> list[str]:
    """Return a line for each server that is shelved and on no host.

    A host keeps the file of an image for a day after its last server.
    """
    next_ = {
        risk.FROM_IMAGE: _OFFLOADED_NEXT[withdrawal],
        risk.FROM_KERNEL: _OFFLOADED_KERNEL,
        risk.FROM_RAMDISK: _OFFLOADED_KERNEL,
    }
    return [
        f'Server {one.id}{f" ({one.name})" if one.name else ""} is shelved '
        f'and on no host: {next_[one.booted_from]}.'
        for one in found
        if one.status == _OFFLOADED and one.booted_from in next_
    ]
