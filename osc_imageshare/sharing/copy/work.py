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

"""All that is done for one destination, and what is true of it at any time.

An image with a kernel and a ramdisk is copied after these, and names their
copies.
"""

from __future__ import annotations

import typing

from osc_imageshare import errors
from osc_imageshare.image import hashes
from osc_imageshare.image import properties
from osc_imageshare.sharing.copy import making as making_
from osc_imageshare.sharing.copy import native
from osc_imageshare.sharing.copy import provenance
from osc_imageshare.sharing.copy import way as way_

if typing.TYPE_CHECKING:
    from collections.abc import Sequence

    from osc_imageshare.api import parallel
    from osc_imageshare.image import images
    from osc_imageshare.image import uploads
    from osc_imageshare.sharing.copy import destinations
    from osc_imageshare.sharing import outcomes

#: Role to the property that names such an image.
_KEYS = {role: key for key, role in properties.COMPANIONS.items()}


class Work:
    """The copies at one destination.

    :param own: the image service that has the images.
    :param pieces: what is copied, the image that was named last.
    :param copied: receives what becomes of it.
    """

    def __init__(
        self,
        own: uploads.Uploads,
        destination: destinations.Destination,
        pieces: Sequence[making_.Piece],
        copied: outcomes.Copied,
        outcome: outcomes.CopyOutcome,
        progress: parallel.Progress | None,
    ) -> None:
        self._own = own
        self._destination = destination
        self._pieces = pieces
        self._copied = copied
        self._outcome = outcome
        self._making = making_.Making(own, destination, outcome, progress)
        self._existing: dict[str, provenance.Existing] = {}
        self._ways: dict[str, way_.Way] = {}
        self._companions: dict[str, str] = {}
        self._failed = False

    @property
    def _source(self) -> images.Image:
        return self._pieces[-1].source

    def look(self, method: str) -> None:
        """Look what there is, and choose the way for what there is not.

        A service that fails is reported, and ends no other destination.

        :raises errors.Refused: when it cannot be done as was asked for.
        """
        try:
            for piece in self._pieces:
                found = self._making.existing(piece.source)
                self._existing[piece.role] = found
                if found.good is None:
                    self._ways[piece.role] = self._way(method, piece.source)
        except errors.ServiceError as exc:
            self._fail(
                *exc.facts,
                f'Nothing was copied to {self._destination}.',
                *exc.advice,
            )
            return
        way = self._ways.get('image')
        if way is None:
            return
        self._copied.method = way.method
        if way.why is not None:
            self._outcome.note(
                f'The image service of {self._destination} does not copy '
                f'image {self._source} itself: {way.why}.'
            )

    def _way(self, method: str, source: images.Image) -> way_.Way:
        server = way_.Possible()
        if method != way_.STREAM:
            server = way_.server(self._own.scope, source, self._making.there)
        return way_.choose(method, server)

    def plan(self) -> None:
        """Note the native commands that the copies stand for."""
        if self._failed:
            return
        there = self._destination.scope
        for piece in self._pieces:
            found = self._existing[piece.role]
            for image in found.half_made:
                self._outcome.planned.append(
                    there.command('image', 'delete', operands=(image.id,))
                )
            if found.good is not None:
                self._companion(piece, found.good.id)
                continue
            body = self._making.body(piece, 'COPY', self._companions)
            self._outcome.planned += native.commands(
                self._own.scope,
                there,
                piece.source,
                body,
                self._ways[piece.role],
            )
            self._companion(piece, piece.role.upper())
        self._found(self._existing['image'].good)

    def do(self) -> None:
        """Make the copies."""
        if self._failed:
            return
        try:
            for piece in self._pieces:
                self._do(piece)
        except errors.ImageShareError as exc:
            self._leave()
            self._fail(*exc.lines)

    def _leave(self) -> None:
        """Note what is half made, if anything is, and could not be deleted."""
        self._copied.copy_id = self._making.half_made
        if self._making.half_made is not None and self._making.different:
            self._copied.verified = False

    def _do(self, piece: making_.Piece) -> None:
        found = self._existing[piece.role]
        for image in found.half_made:
            why = self._making.remove(image)
            if why is not None:
                # It is nobody's copy, and another one can be made beside it.
                self._outcome.warn(
                    f'The half-made image {image} in {self._destination} of '
                    f'an earlier run could not be deleted: {why}'
                )
            elif 'removed' not in self._copied.changes:
                self._copied.changes.append('removed')
        copy = found.good
        if copy is None:
            copy, method = self._making.make(
                piece, self._ways[piece.role], self._companions
            )
            self._copied.changes.append(piece.role)
            if piece.role == 'image':
                self._copied.method = method
        else:
            self._refer(copy)
        self._companion(piece, copy.id)
        if piece.role == 'image':
            self._found(copy)
        self._making.keep()

    def _refer(self, copy: images.Image) -> None:
        """Let a copy of an earlier run name what there is, if it does not.

        What somebody else has put in the place of a kernel stays there.
        """
        anew = {
            key: copy_id
            for key, copy_id in self._companions.items()
            if copy.record.get(key) != copy_id
            and not self._making.is_there(copy.record.get(key))
        }
        if anew:
            self._making.there.set_properties(copy, anew)

    def _companion(self, piece: making_.Piece, copy_id: str) -> None:
        if piece.role in _KEYS:
            self._companions[_KEYS[piece.role]] = copy_id

    def _found(self, copy: images.Image | None) -> None:
        if copy is None:
            return
        self._copied.copy_id = copy.id
        self._copied.hash = hashes.best(hashes.known(copy.record))
        self._copied.verified = True

    def _fail(self, *lines: str) -> None:
        self._failed = True
        self._outcome.fail(errors.FAILED, *lines)

    def interrupted(self) -> tuple[str, ...]:
        """Delete what is half made, and say what is true then."""
        if self._unfinished:
            said = self._making.discard()
            self._leave()
            return (said,)
        return (self._sentence(),)

    def untold(self) -> tuple[str, ...]:
        """Say what is left where nobody could clean up."""
        if self._unfinished:
            self._leave()
            return (self._making.left('the cleaning up was interrupted.'),)
        return (self._sentence(),)

    @property
    def _unfinished(self) -> bool:
        half_made = self._making.half_made
        return half_made is not None and not self._copied.verified

    def _sentence(self) -> str:
        if self._copied.verified:
            return (
                f'Image {self._source} is copied to {self._destination}: '
                f'{self._copied.copy_id}.'
            )
        return f'Image {self._source} is not copied to {self._destination}.'
