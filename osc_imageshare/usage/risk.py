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

"""What breaks for a consumer of an image when access to it is taken away.

Pure data and rules: how something was made of an image -> which operations
on it stop working after a revocation (or after the image is deleted, set
private or deactivated: the same operations). Nothing here asks a service.
"""

SERVER = 'server'
VOLUME = 'volume'
IMAGE = 'image'
CLUSTER_TEMPLATE = 'cluster template'
UNKNOWN = 'unknown'

FROM_IMAGE = 'image'
FROM_VOLUME = 'volume'
FROM_SHELVED = 'shelved image'

#: (type of consumer, how a server was booted) -> operations that break.
#: Sources, each tried on Nova 34, Cinder 29 and Glance 33 unless noted:
#: - rebuild of a server from the image: 400 "Cannot find image for rebuild",
#:   for a server booted from a volume likewise;
#: - rescue without naming an image: 200, then the action fails. A server
#:   booted from a volume cannot be rescued that way in the first place;
#: - reimaging a volume: Cinder reads the image with the caller's token;
#: - a snapshot's base_image_ref names the image a rescue of a server made of
#:   the snapshot would use (Nova's source, compute/api.py);
#: - a cluster template makes servers of the image for every new cluster and
#:   every node added to one (Magnum's documentation);
#: - the image of a server that an administrator shelved holds the server's
#:   own disk: without it the server cannot be unshelved (Nova's source).
_BREAKS: dict[tuple[str, str | None], tuple[str, ...]] = {
    (SERVER, FROM_IMAGE): ('rebuild', 'rescue'),
    (SERVER, FROM_VOLUME): ('rebuild',),
    (SERVER, FROM_SHELVED): ('unshelve',),
    (VOLUME, None): ('reimage',),
    (IMAGE, None): ('rescue',),
    (CLUSTER_TEMPLATE, None): ('cluster create', 'cluster resize'),
}

#: Images with these properties have companions that are read again when a
#: server is moved: resize and migration can fail too (Nova's source).
_COMPANIONS = ('kernel_id', 'ramdisk_id')

#: What makes a revocation dangerous. A volume is a full copy, and so is a
#: snapshot: both go on working, so they are reported and do not refuse.
_REFUSING = frozenset({SERVER, CLUSTER_TEMPLATE})


def breaks(
    kind: str, booted_from: str | None, properties: frozenset[str]
) -> tuple[str, ...]:
    """Return the operations that stop working for one consumer.

    :param kind: SERVER, VOLUME, IMAGE or CLUSTER_TEMPLATE.
    :param booted_from: FROM_IMAGE, FROM_VOLUME or FROM_SHELVED; None for what
        is not a server.
    :param properties: names of the image's properties that are set.
    """
    found = _BREAKS[kind, booted_from]
    if booted_from == FROM_IMAGE and properties.intersection(_COMPANIONS):
        found += ('resize', 'migrate')
    return found


def refuses(kind: str) -> bool:
    """Tell whether a consumer of this type stands against a revocation."""
    return kind in _REFUSING
