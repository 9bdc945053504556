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

"""How the bits of an image get to a destination, and why not otherwise.

``server``: the image service there fetches them from the one here, and none
passes the client. ``stream``: the client reads here and writes there.
"""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare import errors
from osc_imageshare.identity import catalog
from osc_imageshare.identity import other_cloud
from osc_imageshare.image import hashes
from osc_imageshare.image import images
from osc_imageshare.image import search
from osc_imageshare.image import uploads

if typing.TYPE_CHECKING:
    from osc_imageshare.identity import scopes

AUTO = 'auto'
SERVER = 'server'
STREAM = 'stream'

METHODS = (AUTO, SERVER, STREAM)


@dataclasses.dataclass(frozen=True)
class Way:
    """A way that was chosen.

    :ivar interface: by which the image service there finds the one here.
    :ivar why: why it is not the first choice; None if it is.
    :ivar otherwise: whether the stream may follow what fails.
    """

    method: str
    interface: str = ''
    why: str | None = None
    otherwise: bool = False


@dataclasses.dataclass(frozen=True)
class Possible:
    """Whether the image service there can fetch an image itself.

    :ivar obstacle: why it cannot, as a clause; None if it can.
    """

    interface: str = ''
    obstacle: str | None = None


def choose(method: str, server: Possible) -> Way:
    """Return the way to go.

    :param method: what was asked for, one of :data:`METHODS`.
    :raises errors.Refused: when the only way that was asked for is closed.
    """
    if method == STREAM:
        return Way(STREAM)
    if server.obstacle is None:
        return Way(SERVER, server.interface, otherwise=method == AUTO)
    if method == AUTO:
        return Way(STREAM, why=server.obstacle)
    raise errors.Refused(
        'The image service cannot make the copy itself (--method server): '
        f'{server.obstacle}.',
        advice=('Use --method stream to copy it through this client.',),
    )


def server(
    own: scopes.Scope, source: images.Image, there: uploads.Uploads
) -> Possible:
    """Look whether the image service there can fetch an image itself.

    :param own: the scope in which the image was found.
    :param there: the image service of the destination.
    """
    try:
        return _server(own, source, there)
    except errors.ServiceError as exc:
        return Possible(obstacle=' '.join(exc.facts).rstrip('.'))


def _server(
    own: scopes.Scope, source: images.Image, there: uploads.Uploads
) -> Possible:
    scope = there.scope
    if not other_cloud.same_cloud(own, scope):
        return Possible(obstacle='it is of a cloud with other tokens')
    if not hashes.known(source.record):
        return Possible(
            obstacle='nothing is known of the bits with which they could be '
            'compared afterwards'
        )
    if uploads.GLANCE_DOWNLOAD not in there.import_methods():
        return Possible(
            obstacle=f'it does not offer {uploads.GLANCE_DOWNLOAD}'
        )
    interface = _interface(own, scope)
    if interface is None:
        return Possible(
            obstacle=f'the catalog of project {scope.project_id} does not '
            f'lead to the image service of region {own.region!r}'
        )
    if not _readable(own, source, scope):
        return Possible(
            obstacle=f'project {scope.project_id} cannot read the image'
        )
    return Possible(interface)


def _readable(
    own: scopes.Scope, source: images.Image, scope: scopes.Scope
) -> bool:
    """Tell whether the project of a scope can read the image."""
    if scope.project_id == own.project_id:
        # It just has.
        return True
    here = dataclasses.replace(
        scope, region=own.region, image_url=own.image_url
    )
    return search.readable(images.Images(here), source.id) is not None


def _interface(own: scopes.Scope, scope: scopes.Scope) -> str | None:
    """Return by which interface Glance will find the caller's Glance.

    It takes the first image service of the region in the catalog of whoever
    asks for the import (``glance/async_/utils.py``).
    """
    there = [
        service
        for service in scope.services
        if service.type == catalog.IMAGE
        and service.region.lower() == own.region.lower()
    ]
    if not there or not there[0].roots & own.image_roots:
        return None
    wanted = (*own.settings[catalog.IMAGE].interfaces, 'public')
    return next((i for i in wanted if there[0].under([i])), None)
