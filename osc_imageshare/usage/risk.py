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

"""What a withdrawal of an image breaks for what was made of it.

Pure data and rules: a consumer and a way in which the image is withdrawn ->
the operations that stop working, and those that may, with the condition.
Nothing here asks a service.

"Base" is the file of an image in the cache of a compute host
(``instances/_base``): the image that a server was booted from, or its kernel
or ramdisk. Nova keeps it while a server on the host uses it. No host keeps it
for longer than a day for a server that is shelved and offloaded (Nova's
virt/libvirt/imagecache.py).
"""

from __future__ import annotations

import dataclasses
import typing

SERVER = 'server'
VOLUME = 'volume'
IMAGE = 'image'
CLUSTER_TEMPLATE = 'cluster template'
UNKNOWN = 'unknown'

#: Not a consumer: stands for what the project as a whole can no longer do.
PROJECT = 'project'

FROM_IMAGE = 'image'
FROM_VOLUME = 'volume'
FROM_SHELVED = 'shelved image'
FROM_KERNEL = 'kernel image'
FROM_RAMDISK = 'ramdisk image'

REVOKED = 'revoked'
PRIVATE = 'private'
DELETED = 'deleted'
DEACTIVATED = 'deactivated'

WITHDRAWALS = (REVOKED, PRIVATE, DELETED, DEACTIVATED)

#: The image service answers 404 after the first three. For a deactivated image
#: it answers 403 to a request for the bits, and still shows the record.
_ALL = WITHDRAWALS
_GONE = (REVOKED, PRIVATE, DELETED)
_SHUT = (DEACTIVATED,)

#: Conditions. An operation that breaks under none of them breaks always.
#: "The other host" is the target of a move or an evacuation. A server that is
#: unshelved was on neither host.
ALWAYS = ''
OTHER_HOST_LACKS = 'the other host lacks the base'
OWN_HOST_LACKS = 'its own host lacks the base'
NEITHER_HOST_HAS = 'neither host has the base'
AFTER_UNSHELVE = 'after an unshelve without the base'

#: Outcomes: an API that says no; an action that fails and leaves the server
#: as it was; a server that ends in ERROR.
REFUSED = 'refused'
FAILS = 'fails'
ERROR = 'error'

QCOW2 = 'qcow2'
FLAT = 'flat'
KERNEL = 'kernel'
VOLUME_DISK = 'volume'
_DISKS = (QCOW2, FLAT)

_MANAGERS = 'migrate (manager)'
_MANAGERS_LIVE = 'live migrate (manager)'
_OF_SNAPSHOT = 'server of the snapshot'


@dataclasses.dataclass(frozen=True)
class Rule:
    """An operation that breaks.

    :ivar operation: its name in the table of the manual; "(manager)" means
        the same operation by a manager of the server's project, whose token
        reads no more than the member's.
    :ivar withdrawals: those of WITHDRAWALS that break it.
    :ivar outcome: REFUSED, FAILS or ERROR.
    :ivar condition: ALWAYS, or the condition under which it breaks.
    :ivar source: the module and function of the service that decides.
    :ivar seen: the disks of the servers on which a real hypervisor showed it
        (``tests/hypervisor/results.json``); none for a rule from the source.
    """

    operation: str
    withdrawals: tuple[str, ...]
    outcome: str
    condition: str
    source: str
    seen: tuple[str, ...] = ()


class Possible(typing.NamedTuple):
    """An operation that may break, and when."""

    operation: str
    condition: str


_API = 'nova/compute/api.py'
_REBUILD = f'{_API} rebuild'
_COMPANIONS = f'{_API} _handle_kernel_and_ramdisk'
_RESCUE = 'nova/compute/manager.py _get_rescue_image'
_DRIVER = 'nova/virt/libvirt/driver.py'
_HARD_REBOOT = f'{_DRIVER} _hard_reboot'
_SPAWN = f'{_DRIVER} spawn'
_UNSHELVE = f'{_DRIVER} _rebase_original_qcow2_image'

#: A host that has the base asks nobody; one that lacks it asks with the
#: caller's token, and falls back to the source host after a 404 only.
_FETCH = f'{_DRIVER} _try_fetch_image_cache'

#: A host wants the base of the server's image even for a disk without one.
_FINISH = f'{_DRIVER} finish_migration'

#: A host fetches kernel and ramdisk from the image service only.
_CREATE = f'{_DRIVER} _create_image'

_SERVER_OF_IMAGE = (
    Rule('rebuild', _ALL, REFUSED, ALWAYS, _REBUILD, (QCOW2,)),
    Rule('rescue', _GONE, FAILS, ALWAYS, _RESCUE, _DISKS),
    Rule('rescue', _SHUT, ERROR, OWN_HOST_LACKS, _CREATE),
    Rule('start', _ALL, FAILS, OWN_HOST_LACKS, _HARD_REBOOT, (QCOW2,)),
    Rule('hard reboot', _ALL, ERROR, OWN_HOST_LACKS, _HARD_REBOOT, (QCOW2,)),
    Rule('resize', _SHUT, ERROR, OTHER_HOST_LACKS, _FETCH, _DISKS),
    Rule('resize', _ALL, ERROR, AFTER_UNSHELVE, _FINISH, (QCOW2,)),
    Rule('migrate', (DELETED,), ERROR, AFTER_UNSHELVE, _FINISH, (QCOW2,)),
    Rule(_MANAGERS, _SHUT, ERROR, OTHER_HOST_LACKS, _FETCH, (QCOW2,)),
    Rule(_MANAGERS, _ALL, ERROR, AFTER_UNSHELVE, _FINISH),
    Rule(_MANAGERS_LIVE, _SHUT, FAILS, OTHER_HOST_LACKS, _FETCH, (QCOW2,)),
    Rule('unshelve', _SHUT, FAILS, NEITHER_HOST_HAS, _UNSHELVE, (QCOW2,)),
    Rule('evacuate', (DELETED,), ERROR, OTHER_HOST_LACKS, _SPAWN, _DISKS),
)

#: What a server loses with its kernel or ramdisk, while the image that names
#: them still exists. A snapshot inherits kernel_id and ramdisk_id.
_SERVER_OF_KERNEL = (
    Rule('rebuild', _GONE, REFUSED, ALWAYS, _COMPANIONS),
    Rule('rebuild', _SHUT, ERROR, OWN_HOST_LACKS, _CREATE),
    Rule(_OF_SNAPSHOT, _GONE, REFUSED, ALWAYS, _COMPANIONS, (KERNEL,)),
    Rule(_OF_SNAPSHOT, _SHUT, ERROR, NEITHER_HOST_HAS, _CREATE, (KERNEL,)),
    Rule('rescue', _ALL, FAILS, OWN_HOST_LACKS, _CREATE),
    Rule('resize', _ALL, ERROR, OTHER_HOST_LACKS, _CREATE, (KERNEL,)),
    Rule('migrate', (DELETED,), ERROR, OTHER_HOST_LACKS, _CREATE),
    Rule(_MANAGERS, _ALL, ERROR, OTHER_HOST_LACKS, _CREATE),
    Rule('unshelve', _ALL, FAILS, NEITHER_HOST_HAS, _CREATE, (KERNEL,)),
    Rule('evacuate', (DELETED,), ERROR, OTHER_HOST_LACKS, _CREATE),
)

#: An image that names the withdrawn one as its kernel or ramdisk.
_IMAGE_OF_KERNEL = (
    Rule('new server', _GONE, REFUSED, ALWAYS, _COMPANIONS),
    Rule('new server', _SHUT, ERROR, NEITHER_HOST_HAS, _CREATE),
)

#: (type of consumer, how it was made of the image) -> what breaks for it.
RULES: dict[tuple[str, str | None], tuple[Rule, ...]] = {
    (SERVER, FROM_IMAGE): _SERVER_OF_IMAGE,
    (SERVER, FROM_VOLUME): (
        Rule('rebuild', _ALL, REFUSED, ALWAYS, _REBUILD, (VOLUME_DISK,)),
    ),
    # The image is the disk of this very server, which an administrator
    # shelved.
    (SERVER, FROM_SHELVED): (
        Rule(
            *('unshelve', _ALL, ERROR, ALWAYS),
            'nova/conductor/manager.py unshelve_instance',
        ),
    ),
    (SERVER, FROM_KERNEL): _SERVER_OF_KERNEL,
    (SERVER, FROM_RAMDISK): _SERVER_OF_KERNEL,
    (VOLUME, None): (
        Rule('reimage', _ALL, REFUSED, ALWAYS, 'cinder/volume/api.py reimage'),
    ),
    # A rescue of a server made of it uses the image in its base_image_ref.
    (IMAGE, None): (
        Rule('rescue', _GONE, FAILS, ALWAYS, _RESCUE, (QCOW2,)),
        Rule('rescue', _SHUT, ERROR, OWN_HOST_LACKS, _CREATE, (QCOW2,)),
    ),
    (IMAGE, FROM_KERNEL): _IMAGE_OF_KERNEL,
    (IMAGE, FROM_RAMDISK): _IMAGE_OF_KERNEL,
    # A cluster makes servers of the image when it starts and when it grows.
    (CLUSTER_TEMPLATE, None): (
        Rule('cluster create', _ALL, REFUSED, ALWAYS, 'Magnum, in its manual'),
        Rule('cluster resize', _ALL, REFUSED, ALWAYS, 'Magnum, in its manual'),
    ),
    (PROJECT, None): (
        Rule('new server', _ALL, REFUSED, ALWAYS, f'{_API} create', (QCOW2,)),
        Rule(
            *('new volume', _ALL, REFUSED, ALWAYS),
            *('cinder/volume/api.py create', (VOLUME_DISK,)),
        ),
    ),
}

#: The consumers that make a withdrawal dangerous. A volume and a snapshot are
#: full copies: both continue to work, so they do not refuse a revocation.
_REFUSING = frozenset({SERVER, CLUSTER_TEMPLATE})


def breaks(
    kind: str, booted_from: str | None, withdrawal: str = REVOKED
) -> tuple[str, ...]:
    """Return the operations that certainly stop working for a consumer.

    :param kind: SERVER, VOLUME, IMAGE or CLUSTER_TEMPLATE.
    :param booted_from: how it was made of the image: one of FROM_IMAGE and
        the like for a server, and for an image that names the withdrawn one
        as its kernel or ramdisk; else None.
    :param withdrawal: one of WITHDRAWALS.
    """
    return tuple(
        rule.operation
        for rule in RULES[kind, booted_from]
        if withdrawal in rule.withdrawals and rule.condition == ALWAYS
    )


def may_break(
    kind: str, booted_from: str | None, withdrawal: str = REVOKED
) -> tuple[Possible, ...]:
    """Return the operations that may stop working, once per condition."""
    return tuple(
        Possible(rule.operation, rule.condition)
        for rule in RULES[kind, booted_from]
        if withdrawal in rule.withdrawals and rule.condition != ALWAYS
    )


def clause(condition: str) -> str:
    """Return a condition as the end of a sentence."""
    return condition if condition == AFTER_UNSHELVE else f'if {condition}'


def refuses(kind: str) -> bool:
    """Tell whether a consumer of this type refuses a revocation."""
    return kind in _REFUSING
