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

"""What the caller expects of an offer: its owner, and its data."""

from __future__ import annotations

import typing

from osc_imageshare import errors
from osc_imageshare.image import inspection

if typing.TYPE_CHECKING:
    from collections.abc import Iterable

    from osc_imageshare.sharing import outcomes


def check_form(expected: str) -> None:
    """Refuse a string that cannot be a hash.

    :raises errors.UsageError: for anything but ``algorithm:hex``.
    """
    algorithm, colon, value = expected.partition(':')
    if not (algorithm and colon and value):
        raise errors.UsageError(
            f'{expected!r} does not have the form ALGORITHM:HEX, for example '
            'sha512:9b71d2...'
        )


def check(
    offers: Iterable[outcomes.Answered],
    owner: str | None,
    expected: str | None,
) -> None:
    """Compare the offers with the expectations.

    :param owner: the ID of the project that must be the owner, or None.
    :param expected: the hash that the data must have, or None.
    :raises errors.Refused: when one differs; none is answered then.
    """
    wrong = []
    for offer in offers:
        image = offer.image
        if owner is not None and image.owner != owner:
            wrong.append(
                f'Image {image} belongs to project {offer.owner}, not to '
                f'{owner} as expected.'
            )
        if expected is not None and not inspection.has_checksum(
            image, expected
        ):
            known = ', '.join(inspection.checksums(image)) or 'none'
            wrong.append(
                f'Image {image} does not have the expected hash {expected}. '
                f'Its known hashes: {known}.'
            )
    if wrong:
        raise errors.Refused(*wrong)
