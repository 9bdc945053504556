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

"""Streams that cannot be written to, as files and pipes really fail."""

from __future__ import annotations

import errno
import io
import os
import typing

import fixtures

from osc_imageshare.commands import streams
from tests.unit import base


def full() -> typing.TextIO:
    """Return a stream that nothing can be written to."""
    return open('/dev/full', 'w', encoding='utf-8')


class DiscardTest(base.TestCase):
    def test_what_could_not_be_written_is_forgotten(self) -> None:
        stream = full()
        stream.write('words')
        self.assertRaises(OSError, stream.flush)
        streams.discard(stream)
        # Else this fails, as it does at the end of a program.
        stream.close()

    def test_the_stream_leads_where_it_did(self) -> None:
        path = self.useFixture(fixtures.TempDir()).join('file')
        with open(path, 'w', encoding='utf-8') as stream:
            stream.write('lost')
            streams.discard(stream)
            stream.write('kept')
        with open(path, encoding='utf-8') as stream:
            self.assertEqual('kept', stream.read())

    def test_what_is_no_file_has_nothing_to_lose(self) -> None:
        with open(os.devnull, 'w', encoding='utf-8') as closed:
            pass
        open_before = os.listdir('/proc/self/fd')
        for stream in None, closed, io.StringIO():
            streams.discard(stream)
        self.assertEqual(open_before, os.listdir('/proc/self/fd'))


class PrintingTest(base.TestCase):
    def written(self, stdout: typing.TextIO | None) -> OSError:
        def write() -> None:
            with streams.printing(stdout):
                assert stdout is not None
                stdout.write('words')

        error = self.assertRaises(OSError, write)
        assert isinstance(error, OSError)
        return error

    def test_what_fails_late_fails_here(self) -> None:
        stream = full()
        self.assertEqual(errno.ENOSPC, self.written(stream).errno)
        streams.discard(stream)
        stream.close()

    def test_a_closed_stream_fails_as_well(self) -> None:
        self.assertEqual(errno.EBADF, self.written(None).errno)

    def test_a_name_that_the_encoding_lacks_does_not(self) -> None:
        path = self.useFixture(fixtures.TempDir()).join('file')
        with (
            open(path, 'w', encoding='ascii') as stream,
            streams.printing(stream),
        ):
            stream.write('caf\xe9')
        with open(path, encoding='ascii') as stream:
            self.assertEqual('caf\\xe9', stream.read())


class WriteTest(base.TestCase):
    def test_nothing_depends_on_it(self) -> None:
        stream = full()
        for broken in None, stream:
            streams.write(broken, 'words')
        stream.close()
        streams.write(stream, 'words')
        self.assertTrue(stream.closed)
