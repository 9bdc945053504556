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

"""How it is worded what could not be seen of the use of an image."""

from __future__ import annotations

import typing

if typing.TYPE_CHECKING:
    from osc_imageshare.usage import consumers


def sentence(gap: consumers.Gap) -> str:
    """Return a sentence: of whom, where, and why."""
    whose = f'project {gap.project_id}' if gap.project_id else 'other projects'
    where = f' in region {gap.region!r}' if gap.region else ''
    what = f'{gap.service} records' if gap.service else 'records'
    return f'Could not see the {what} of {whose}{where}: {gap.reason}'
