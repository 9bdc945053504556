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

"""A host dies with all servers on it, and an administrator evacuates them.

One death for all stories of a kind of disk: it is the only scene that disturbs
other servers.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence

from tests.hypervisor import actions
from tests.hypervisor import stage as stage_
from tests.hypervisor import story as story_
from tests.hypervisor import words

_DYING, _TARGET = 'host-1', 'host-2'

#: Does something for each of the stories, side by side.
ForAll = Callable[
    [Sequence[story_.Story], Callable[[story_.Story], None]], None
]


def play(
    stage: stage_.Stage,
    cached: Sequence[story_.Story],
    uncached: Sequence[story_.Story],
    for_all: ForAll,
    flat: bool,
) -> None:
    """Evacuate the servers of stories that have not begun.

    :param cached: those for which the target has the base.
    """
    everyone = [*cached, *uncached]
    stage.enable(_TARGET, False)
    for_all(everyone, lambda story: story.begin())
    stage.enable(_TARGET, True)
    for story in cached:
        story.have(_TARGET)
    for story in uncached:
        story.lack(_TARGET)
    for story in everyone:
        story.withdraw()
    stage.hosts[_DYING].switch_off()
    stage.force_down(_DYING, True)
    failed: list[story_.Story] = []

    def evacuate(story: story_.Story) -> None:
        done = story.do(
            words.EVACUATE,
            actions.EVACUATE,
            'SHUTOFF',
            words.OTHER_HAS if story in cached else words.OTHER_LACKS,
            words.ADMINISTRATOR,
            moved=True,
        )
        if done != words.WORKS:
            failed.append(story)
        elif story in cached:
            story.do(
                words.START, actions.START, 'ACTIVE', words.AFTER_EVACUATION
            )
        else:
            story.silently(actions.START, 'ACTIVE')

    for_all(everyone, evacuate)
    stage.switch_on(_DYING, flat)
    stage.force_down(_DYING, False)
    for_all(
        failed,
        lambda story: _ended(
            story.do(
                words.HARD_REBOOT,
                actions.HARD_REBOOT,
                'ACTIVE',
                words.AFTER_FAILED_EVACUATION,
            )
        ),
    )
    for_all(everyone, lambda story: story.end())


def _ended(outcome: str) -> None:
    """What came of it is recorded already."""
