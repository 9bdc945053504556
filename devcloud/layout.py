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

"""Where the cloud keeps its files, and how they are guarded and named.

Knows directories, content hashes and lock files; does not know what is
written into any of them.
"""

from collections.abc import Iterator
import contextlib
import fcntl
import hashlib
import os
from pathlib import Path
import re

from devcloud.errors import CloudError
from devcloud.progress import Progress

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
DIRECTORY_VARIABLE = 'OSC_IMAGESHARE_CLOUD_DIR'

# Written last into a directory that takes long to make: whatever has no such
# file is the rest of an interrupted attempt.
_MARKER = 'complete'
_NAME = re.compile(r'[a-z0-9][a-z0-9_-]*')
_RESERVED = ('venv-', 'template-')


def cloud_directory() -> Path:
    """The directory under which everything lives; it need not exist."""
    chosen = os.environ.get(DIRECTORY_VARIABLE)
    if chosen:
        return Path(chosen).expanduser().absolute()
    return PROJECT / '.cloud'


def instance_directory(name: str) -> Path:
    """The directory of the named cloud.

    :raises CloudError: if no cloud can have such a name
    """
    if not _NAME.fullmatch(name) or name.startswith(_RESERVED):
        raise CloudError(
            f'{name!r} cannot be the name of a cloud: use lower case '
            f'letters, digits, "-" and "_", beginning with a letter or '
            f'digit, and not with {" or ".join(_RESERVED)}'
        )
    return cloud_directory() / name


def digest(*parts: Path | str) -> str:
    """A short name for this content: of files, what they hold."""
    total = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else part.encode()
        total.update(hashlib.sha256(data).digest())
    return total.hexdigest()[:12]


def is_complete(directory: Path) -> bool:
    return completed_by(directory) is not None


def completed_by(directory: Path) -> str | None:
    """What mark_complete() was told, or None before that."""
    try:
        return (directory / _MARKER).read_text()
    except FileNotFoundError:
        return None


def mark_complete(directory: Path, by: str = '') -> None:
    # At once or not at all: an empty file would say something else.
    partial = directory / f'{_MARKER}.part'
    partial.write_text(by)
    partial.rename(directory / _MARKER)


def try_lock(path: Path) -> int | None:
    """Take the lock file, or return None when someone else holds it.

    The lock lasts until the returned descriptor is closed or the process
    ends. Children do not inherit it: a cloud outlives the command that
    started it, the claim on its name does not.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


@contextlib.contextmanager
def exclusive(name: str, progress: Progress) -> Iterator[None]:
    """Let one process at a time prepare the thing of this name."""
    path = cloud_directory() / f'.lock-{name}'
    lock = try_lock(path)
    if lock is None:
        progress(f'another process is preparing the {name}, waiting for it')
        lock = os.open(path, os.O_RDWR)
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(lock)


def tail(path: Path, lines: int = 15) -> str:
    """The end of a log file, indented for an error message."""
    try:
        text = path.read_text(errors='replace')
    except OSError as error:
        return f'    ({error})'
    last = text.splitlines()[-lines:] or ['(it is empty)']
    return '\n'.join('    ' + line for line in last)
