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

"""One copy of one image at one destination.

The steps: find what earlier runs have left; make a record of an ID that is
chosen here; let the bits come; compare them. Whatever is not a copy in the
end is deleted, or named where it could not be.
"""

from __future__ import annotations

import dataclasses
import time
import typing
import uuid

from osc_imageshare.api import data
from osc_imageshare import errors
from osc_imageshare.image import hashes
from osc_imageshare.image import images
from osc_imageshare.image import properties
from osc_imageshare.image import search
from osc_imageshare.image import uploads
from osc_imageshare.sharing.copy import comparison
from osc_imageshare.sharing.copy import provenance
from osc_imageshare.sharing.copy import record as record_
from osc_imageshare.sharing.copy import server
from osc_imageshare.sharing.copy import stream
from osc_imageshare.sharing.copy import way as way_

if typing.TYPE_CHECKING:
    from collections.abc import Mapping

    from osc_imageshare.api import parallel
    from osc_imageshare.sharing.copy import destinations
    from osc_imageshare.sharing import outcomes

#: Seconds before each attempt to delete what is half made.
_PAUSES = (0.0, 0.5, 2.0)

#: Seconds between two looks at an image that is being stored.
_LOOK_AGAIN = 1.0


@dataclasses.dataclass(frozen=True)
class Piece:
    """An image to copy: the one that was named, or one it needs.

    :ivar role: ``image``, ``kernel`` or ``ramdisk``.
    """

    role: str
    source: images.Image
    name: str


class NotMade(errors.ImageShareError):
    """There is no copy; the lines say why, and what is left of it."""


class Making:
    """Copies of single images at one destination.

    :param own: the image service that has the images.
    :ivar half_made: ID of the image that is no copy yet, or that nobody has
        taken note of; None if there is none. Whoever ends in the middle has
        to :meth:`discard` it, and whoever has got a copy to :meth:`keep` it.
    :ivar different: whether it was compared with its source and is not the
        same.
    """

    def __init__(
        self,
        own: uploads.Uploads,
        destination: destinations.Destination,
        report: outcomes.Report,
        progress: parallel.Progress | None = None,
    ) -> None:
        self._own = own
        self._destination = destination
        self._report = report
        self._progress = progress
        self.there = uploads.Uploads(destination.scope)
        self.half_made: str | None = None
        self.different = False

    def existing(self, source: images.Image) -> provenance.Existing:
        """Return what earlier runs have left.

        :raises errors.ServiceError: when the image service fails.
        """
        owner = self._destination.scope.project_id
        found = self.there.hidden_or_not(
            owner=owner, **{properties.SOURCE: source.id}
        )
        return provenance.existing(found, source, owner)

    def body(
        self, piece: Piece, copy_id: str, companions: Mapping[str, str]
    ) -> dict[str, typing.Any]:
        """Return what a copy is made with."""
        return record_.wanted(
            piece.source,
            piece.name,
            self._own.scope.region,
            copy_id,
            companions,
        )

    def make(
        self, piece: Piece, way: way_.Way, companions: Mapping[str, str]
    ) -> tuple[images.Image, str]:
        """Make a copy, and return it and by which method.

        :raises NotMade: when there is none in the end.
        """
        try:
            return self._made(piece, way, companions), way.method
        except NotMade as exc:
            if not way.otherwise or self.half_made is not None:
                raise
            self._report.note(
                *exc.lines, 'It is copied through this client instead.'
            )
        through = way_.Way(way_.STREAM)
        return self._made(piece, through, companions), through.method

    def _made(
        self, piece: Piece, way: way_.Way, companions: Mapping[str, str]
    ) -> images.Image:
        copy_id = self.half_made = str(uuid.uuid4())
        self.different = False
        body = self.body(piece, copy_id, companions)
        try:
            record_.make(self.there, copy_id, body, self._report)
            copy = self._with_bits(copy_id, piece.source, way)
        except errors.ImageShareError as exc:
            self.different = isinstance(exc, comparison.Different)
            raise NotMade(
                *exc.facts, self.discard(), advice=exc.advice
            ) from exc
        return copy

    def _with_bits(
        self, copy_id: str, source: images.Image, way: way_.Way
    ) -> images.Image:
        """Let the bits come and compare them; return the copy.

        :raises errors.ImageShareError: when it is none.
        """
        wanted = hashes.known(source.record)
        if way.method == way_.SERVER:
            copy = server.fetch(
                self.there,
                copy_id,
                source,
                self._own.scope.region,
                way.interface,
            )
        else:
            copy, wanted = self._streamed(copy_id, source, wanted)
        comparison.compare(self.there, copy, source, wanted)
        return copy

    def _streamed(
        self, copy_id: str, source: images.Image, wanted: hashes.Hashes
    ) -> tuple[images.Image, hashes.Hashes]:
        """Send the bits; return the copy and the hashes of what was sent."""
        size = int(source.record['size'])
        with stream.reading(self._own, source, wanted) as reader:
            flow = stream.Flow(reader, size, self._progress)
            try:
                self.there.upload(copy_id, flow)
            except errors.ServiceError as exc:
                # An answer that got lost says nothing of what was sent.
                if not exc.uncertain or not (flow.sent or not size):
                    raise
                self._wait_until_stored(copy_id, size, exc)
            sent = reader.hashes()
        if sent is None:
            raise errors.ServiceError(
                f'Not all of the {size} bytes of image {source} were sent.'
            )
        if hashes.agree(sent, wanted) is False:
            raise errors.ServiceError(
                f'What could be read of image {source} is not what it is: '
                f'its hash is {hashes.best(sent)}, and not '
                f'{hashes.best(wanted)}.'
            )
        return self.there.get(copy_id), sent

    def _wait_until_stored(
        self, copy_id: str, size: int, lost: errors.ServiceError
    ) -> None:
        """Wait while an image service stores what it has.

        :raises errors.ServiceError: *lost*, when nothing comes of it.
        """
        end = time.monotonic() + self.there.limit + size / data.RATE
        while True:
            try:
                status = self.there.get(copy_id).status
            except errors.ServiceError:
                raise lost from None
            if status == uploads.ACTIVE:
                return
            if status != 'saving' or time.monotonic() > end:
                raise lost
            time.sleep(_LOOK_AGAIN)

    def is_there(self, image_id: object) -> bool:
        """Tell whether the destination has an image.

        :raises errors.ServiceError: when the image service fails.
        """
        return search.readable(self.there, str(image_id or '')) is not None

    def keep(self) -> None:
        """Take note that what was made last is a copy, and is to stay."""
        self.half_made = None

    def remove(self, image: images.Image) -> str | None:
        """Delete what an earlier run has left; return what went wrong."""
        return self._delete(image.id)

    def discard(self) -> str:
        """Delete what is half made, and say what is true then."""
        copy_id, destination = self.half_made, self._destination
        if copy_id is None:
            return f'There is no half-made image in {destination}.'
        why = self._delete(copy_id)
        if why is None:
            self.half_made = None
            return (
                f'There is no copy in {destination}: what was half made '
                'is deleted.'
            )
        return self.left(why)

    def left(self, why: str) -> str:
        """Say what is left half made and how it is deleted."""
        delete = self._destination.scope.command(
            'image', 'delete', operands=(str(self.half_made),)
        )
        return (
            f'The half-made image {self.half_made} in {self._destination} '
            f'may be left: {why.rstrip(".")}. To delete it: {delete}'
        )

    def _delete(self, image_id: str) -> str | None:
        """Delete an image; return why it may be there still."""
        why = ''
        for pause in _PAUSES:
            time.sleep(pause)
            try:
                self.there.delete(image_id)
                return None
            except errors.ServiceError as exc:
                why = ' '.join(exc.lines)
                if not exc.uncertain:
                    break
        return why
