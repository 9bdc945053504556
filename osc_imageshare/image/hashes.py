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

"""The hashes of an image's data, and whether two sets of them agree.

Knows which hashes Glance keeps, how they are computed, and which of them
prove something. Where the data comes from is not its business.

Source: Glance's ``os_hash_algo`` and ``os_hash_value`` (since Rocky; the
algorithm is the operator's choice) and ``checksum`` (MD5).
"""

from __future__ import annotations

import contextlib
import hashlib
import typing

if typing.TYPE_CHECKING:
    from collections.abc import Mapping

MD5 = 'md5'

#: What is computed where nobody says which it should be: Glance's default.
USUAL = 'sha512'

#: Algorithm to hexadecimal digits in lower case.
Hashes = typing.Mapping[str, str]


def known(record: Mapping[str, typing.Any]) -> Hashes:
    """Return what Glance knows of an image's data, the best hash first."""
    found: dict[str, str] = {}
    for name, value in (
        (record.get('os_hash_algo'), record.get('os_hash_value')),
        (MD5, record.get('checksum')),
    ):
        if name and value:
            found.setdefault(str(name).lower(), str(value).lower())
    return found


def best(found: Hashes) -> str | None:
    """Return one hash as ``algorithm:hex``; None of none."""
    return next((f'{name}:{found[name]}' for name in found), None)


def parsed(words: object) -> Hashes:
    """Return the hash that :func:`best` has written; none of anything else."""
    name, colon, value = str(words or '').lower().partition(':')
    return {name: value} if name and colon and value else {}


def agree(one: Hashes, other: Hashes) -> bool | None:
    """Tell whether two sets of hashes are of the same data.

    MD5 is believed when it denies; that it agrees proves something only where
    one side has nothing better.

    :returns: None when nothing that both have decides.
    """
    common = one.keys() & other.keys()
    if any(one[name] != other[name] for name in common):
        return False
    if common - {MD5}:
        return True
    if common and {MD5} in (one.keys(), other.keys()):
        return True
    return None


class Digests:
    """Computes hashes of data that goes by.

    :param wanted: the hashes that are to be compared, the best first. What
        this Python cannot compute (FIPS has no MD5) is left out; a hash
        better than MD5 is always among those that are computed.
    """

    def __init__(self, wanted: Hashes) -> None:
        self._computed: dict[str, typing.Any] = {}
        for name in (*wanted, USUAL):
            # MD5 alone would not tell the copy's hash.
            if not self._computed.keys() - {MD5}:
                with contextlib.suppress(ValueError):
                    self._computed[name] = hashlib.new(name)

    def update(self, data: bytes) -> None:
        for each in self._computed.values():
            each.update(data)

    def found(self) -> Hashes:
        """Return the hashes of all data so far."""
        return {
            name: each.hexdigest() for name, each in self._computed.items()
        }
