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

"""The sentence for a part of an image's use that could not be checked."""

from __future__ import annotations

import typing

if typing.TYPE_CHECKING:
    from osc_imageshare.usage import consumers


def sentence(gap: consumers.Gap) -> str:
    """Return the sentence: which project, which region, and why."""
    whose = f'project {gap.project_id}' if gap.project_id else 'other projects'
    where = f' in region {gap.region!r}' if gap.region else ''
    what = f'{gap.service} resources' if gap.service else 'resources'
    return f'Could not check the {what} of {whose}{where}: {gap.reason}'
