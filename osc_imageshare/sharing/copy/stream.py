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

"""The bits of an image on their way through this client.

One thread reads ahead, and computes the hashes, while the other writes. At
most :data:`AHEAD` pieces wait between the two, so that the memory needed is
the same for every image (some 10 MiB); nothing is kept on a disk.

The reading side goes on where it broke off: Glance honours ``Range``, and
obtains a new token when it has to. The writing side cannot (see
:mod:`osc_imageshare.api.data`).
"""

from __future__ import annotations

import contextlib
import queue
import threading
import typing

from osc_imageshare import errors
from osc_imageshare.image import hashes

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

    from osc_imageshare.api import parallel
    from osc_imageshare.image import images
    from osc_imageshare.image import uploads

#: Pieces that are read before they are wanted; each has at most data.CHUNK
#: bytes.
AHEAD = 32

#: Seconds before each new attempt to go on after one that brought nothing; a
#: piece that has come makes it begin again. Every attempt is one that the
#: traffic module has repeated already.
_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)

#: Seconds between two looks whether anybody waits for the next piece still.
_GLANCE = 0.1

#: Seconds that are waited for the reading thread of a copy that was given up.
#: It may be waiting for bytes; it changes nothing.
_LEAVING = 1.0


class Reader(threading.Thread):
    """Reads an image's data, once and from beginning to end.

    :param source: the image service that has it.
    :param wanted: the hashes that the data will be compared with.
    """

    def __init__(
        self,
        source: uploads.Uploads,
        image: images.Image,
        wanted: hashes.Hashes,
    ) -> None:
        super().__init__(name=f'reader of {image.id}', daemon=True)
        self._source = source
        self._image = image
        self._size = int(image.record['size'])
        self._digests = hashes.Digests(wanted)
        self._position = 0
        self._left = threading.Event()
        self._pieces: queue.Queue[bytes | BaseException | None] = queue.Queue(
            AHEAD
        )

    def pieces(self) -> Iterator[bytes]:
        """Yield the data.

        :raises errors.ServiceError: when not all of it can be had.
        """
        while True:
            piece = self._pieces.get()
            if piece is None:
                return
            if isinstance(piece, BaseException):
                raise piece
            yield piece

    def hashes(self) -> hashes.Hashes | None:
        """Return the hashes of all of the data; None if some is missing."""
        self.join(_LEAVING)
        if self.is_alive() or self._position != self._size:
            return None
        return self._digests.found()

    def leave(self) -> None:
        """Let the thread end, whether everything was read or not."""
        self._left.set()
        self.join(_LEAVING)

    def run(self) -> None:
        try:
            self._read()
        except Exception as exc:  # noqa: BLE001
            # The boundary of the thread: whoever takes the pieces has to
            # know that there will be no more.
            self._put(exc)
        else:
            self._put(None)

    def _read(self) -> None:
        failed = 0
        while self._position < self._size and not self._left.is_set():
            before = self._position
            try:
                why = self._read_on()
            except errors.ServiceError as exc:
                if not exc.uncertain:
                    raise
                why = exc
            failed = 0 if self._position > before else failed + 1
            if self._position < self._size:
                if failed > len(_PAUSES):
                    raise self._cut_short(why)
                self._left.wait(_PAUSES[failed - 1] if failed else 0)

    def _read_on(self) -> Exception | None:
        """Read as far as it goes; return why it goes no further."""
        body = self._source.download(self._image.id, self._position)
        try:
            for piece in body:
                if self._position + len(piece) > self._size:
                    raise errors.ServiceError(
                        f'More than the {self._size} bytes of image '
                        f'{self._image} have come.'
                    )
                self._digests.update(piece)
                if not self._put(piece):
                    return None
                self._position += len(piece)
        except (OSError, ValueError) as exc:
            # requests' exceptions are all of these.
            return exc
        finally:
            body.close()
        return None

    def _cut_short(self, why: Exception | None) -> errors.ServiceError:
        lines = why.lines if isinstance(why, errors.ServiceError) else ()
        said = f' ({why})' if why is not None and not lines else ''
        return errors.ServiceError(
            f'Only {self._position} of the {self._size} bytes of image '
            f'{self._image} could be read{said}.',
            *lines,
        )

    def _put(self, piece: bytes | BaseException | None) -> bool:
        """Hand a piece over; tell whether anybody wants more."""
        while not self._left.is_set():
            with contextlib.suppress(queue.Full):
                self._pieces.put(piece, timeout=_GLANCE)
                return True
        return False


class Flow:
    """The data of an image as the body of a request.

    :ivar sent: whether all of it has been handed over.
    """

    def __init__(
        self,
        reader: Reader,
        size: int,
        progress: parallel.Progress | None = None,
    ) -> None:
        self._reader = reader
        self._size = size
        self._progress = progress
        self._begun = False
        self.sent = False

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        if self._begun:
            # Whoever begins again would send the rest for the whole.
            raise errors.ServiceError('A body cannot be sent twice.')
        self._begun = True
        done = 0
        for piece in self._reader.pieces():
            yield piece
            done += len(piece)
            self.sent = done == self._size
            if self._progress is not None:
                self._progress(done, self._size)


@contextlib.contextmanager
def reading(
    source: uploads.Uploads, image: images.Image, wanted: hashes.Hashes
) -> Iterator[Reader]:
    """Read an image ahead until the block is left."""
    reader = Reader(source, image, wanted)
    reader.start()
    try:
        yield reader
    finally:
        reader.leave()


def read_back(
    there: uploads.Uploads, copy: images.Image, wanted: hashes.Hashes
) -> hashes.Hashes | None:
    """Return hashes of what an image service gives out for an image.

    :raises errors.ServiceError: when it cannot be read.
    """
    with reading(there, copy, wanted) as reader:
        for _ in reader.pieces():
            pass
        return reader.hashes()
