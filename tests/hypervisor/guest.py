# Licensed under the Apache License, Version 2.0 (the "License"); you may
# not use this file except in compliance with the License. You may obtain
# a copy of the License at
#
#      http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS, WITHOUT
# WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the
# License for the specific language governing permissions and limitations
# under the License.

"""The images of the test environment, and what their guests write.

A guest is ``guest.S``: it reads a sector of its disk again and again and
writes the line in it to its serial port, which the host keeps in a file. So
a new line proves that the guest runs and that its disk can be read.
"""

from __future__ import annotations

import functools
import pathlib
import subprocess
import tempfile

_SOURCE = pathlib.Path(__file__).with_name('guest.S')

#: The sector with the line, on a disk of _SIZE bytes.
_PLACE = 12288
_SECTOR = 512
_SIZE = 8 << 20

#: The lines on the disks of the shared image and of the member's other one.
SHARED = 'disk of the shared image'
OTHER = 'disk of another image'

BY_BOOT_SECTOR = 'boot sector'
BY_KERNEL = 'kernel'


@functools.cache
def _assembled(kernel: bool) -> bytes:
    with tempfile.TemporaryDirectory() as directory:
        parts = pathlib.Path(directory, 'parts.o')
        whole = pathlib.Path(directory, 'whole')
        assemble = ['as', '--32', '-o', str(parts), str(_SOURCE)]
        for name, value in ('KERNEL', int(kernel)), ('PLACE', _PLACE):
            assemble += ['--defsym', f'{name}={value}']
        # A kernel counts from its own start, a boot sector from where the
        # BIOS puts it.
        where = 0 if kernel else 0x7C00
        link = [
            *('ld', '-m', 'elf_i386', '--oformat', 'binary'),
            *('-e', 'start', f'-Ttext={where:#x}'),
            *('-o', str(whole), str(parts)),
        ]
        for command in assemble, link:
            subprocess.run(command, check=True)
        return whole.read_bytes()


@functools.cache
def disk(line: str, form: str) -> bytes:
    """Return an image that boots and says *line*, 'raw' or 'qcow2'."""
    boot = _assembled(kernel=False)
    raw = bytearray(_SIZE)
    raw[: len(boot)] = boot
    text = f'{line}\r\n\0'.encode()
    raw[_PLACE * _SECTOR : _PLACE * _SECTOR + len(text)] = text
    if form == 'raw':
        return bytes(raw)
    with tempfile.TemporaryDirectory() as directory:
        source = pathlib.Path(directory, 'raw')
        target = pathlib.Path(directory, 'target')
        source.write_bytes(raw)
        subprocess.run(
            [
                *('qemu-img', 'convert', '-f', 'raw', '-O', form),
                *(str(source), str(target)),
            ],
            check=True,
        )
        return target.read_bytes()


def kernel() -> bytes:
    """Return a kernel that says what is on the first disk."""
    return _assembled(kernel=True)


def ramdisk() -> bytes:
    """Return a ramdisk; the kernel only wants to have one."""
    return b'ramdisk'.ljust(_SECTOR, b'\0')


def expected(line: str, by_kernel: bool) -> bytes:
    """Return what a guest writes that is well."""
    by = BY_KERNEL if by_kernel else BY_BOOT_SECTOR
    return f'{by}, {line}\r\n'.encode()
