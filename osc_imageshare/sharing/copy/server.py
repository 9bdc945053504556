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

"""An import that the image service makes by itself, from beginning to end.

Knows how it is told that an import goes on, has failed, or will never end.
The image does not tell: after a failure Glance (33) leaves it ``queued``, as
before the beginning, with an empty ``os_glance_failed_import``.
"""

from __future__ import annotations

import time
import typing

from osc_imageshare.api import data
from osc_imageshare import errors
from osc_imageshare.image import uploads

if typing.TYPE_CHECKING:
    from osc_imageshare.image import images

#: The whole import may take as many times the limit of one request, and the
#: time that its bytes take at :data:`data.RATE` in addition.
_LIMITS = 5

#: Seconds between two looks: the first pause, and the longest.
_PAUSE, _LONGEST = 0.2, 5.0

#: Looks in a row that may fail; a service that is restarted answers again.
_FAILURES = 5

_FAILED = 'os_glance_failed_import'


def fetch(
    there: uploads.Uploads,
    copy_id: str,
    source: images.Image,
    region: str,
    interface: str,
) -> images.Image:
    """Let an image service fetch the data of an image; return the copy.

    :param there: the image service of the destination.
    :param region: where the source is.
    :raises errors.ServiceError: when the copy did not become active.
    """
    try:
        there.begin_import(copy_id, source.id, region, interface)
    except errors.ServiceError as exc:
        if not exc.uncertain or not _begun(there, copy_id):
            raise
    limit = there.limit * _LIMITS + int(source.record['size']) / data.RATE
    end = time.monotonic() + limit
    pause, failures = _PAUSE, 0
    while True:
        try:
            copy = there.get(copy_id)
            if copy.status == uploads.ACTIVE:
                return copy
            task = there.last_task(copy_id)
            failures = 0
        except errors.ServiceError as exc:
            failures += 1
            if not exc.uncertain or failures > _FAILURES:
                raise
        else:
            why = _why_failed(copy, task)
            if why is not None:
                raise errors.ServiceError(
                    'The image service could not fetch the data of image '
                    f'{source}: {why}'
                )
        if time.monotonic() + pause > end:
            raise errors.ServiceError(
                'The image service has not fetched the data of image '
                f'{source} in {limit:.0f} seconds.'
            )
        time.sleep(pause)
        pause = min(pause * 1.5, _LONGEST)


def _begun(there: uploads.Uploads, copy_id: str) -> bool:
    """Tell whether an import has begun although nobody said so."""
    try:
        return (
            there.get(copy_id).status != uploads.QUEUED
            or there.last_task(copy_id) is not None
        )
    except errors.ServiceError:
        return False


def _why_failed(copy: images.Image, task: uploads.Task | None) -> str | None:
    """Say why an import has failed; None while it may become something."""
    if task is not None and task.failed:
        return task.message or 'its task has failed.'
    if copy.status == uploads.QUEUED and copy.record.get(_FAILED):
        return 'no store could take them.'
    if copy.status not in uploads.UNFINISHED or copy.status == 'killed':
        return f'the copy has status {copy.status!r}.'
    return None
