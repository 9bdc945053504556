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

"""What is done to a server that stays on its host, and to its image."""

from __future__ import annotations

from tests.hypervisor import actions
from tests.hypervisor import cells
from tests.hypervisor import guest
from tests.hypervisor import server as server_
from tests.hypervisor import stage as stage_
from tests.hypervisor import story as story_
from tests.hypervisor import words


def life(story: story_.Story) -> None:
    """What needs nothing but what the host has already."""
    story.do(words.REBOOT, actions.SOFT_REBOOT, 'ACTIVE')
    story.do(words.HARD_REBOOT, actions.HARD_REBOOT, 'ACTIVE')
    story.do(words.STOP, actions.STOP, 'SHUTOFF')
    story.do(words.START, actions.START, 'ACTIVE')
    story.do(words.SUSPEND, actions.SUSPEND, 'SUSPENDED')
    story.do(words.RESUME, actions.RESUME, 'ACTIVE')


def purge(story: story_.Story) -> None:
    """Its own host has lost the base, as after a purge or a repair."""
    story.silently(actions.STOP, 'SHUTOFF')
    story.lack(*story.stage.hosts)
    story.do(words.START, actions.START, 'ACTIVE', words.OWN_LACKS)
    for by in words.MEMBER, words.ADMINISTRATOR:
        hard_reboot(story, words.OWN_LACKS, by)


def hard_reboot(
    story: story_.Story, condition: str, by: str = words.MEMBER
) -> str:
    """Also what heals much; the outcome."""
    return story.do(
        words.HARD_REBOOT, actions.HARD_REBOOT, 'ACTIVE', condition, by
    )


def anew(story: story_.Story) -> None:
    """What reads the image once more, from the beginning."""
    new_server(story, words.ALWAYS, {'imageRef': story.image})
    story.do(words.REBUILD, actions.rebuild(story.image), 'ACTIVE')
    rebuild_from_another(story)
    story.do(
        words.RESCUE,
        actions.RESCUE,
        'RESCUE',
        words.AFTER_REBUILD,
        line=guest.OTHER,
    )


def rebuild_from_another(story: story_.Story) -> None:
    """From the member's own image, which has no kernel."""
    another = story.stage.another_image(story.form)
    story.server.by_kernel = False
    story.do(
        words.REBUILD_FROM_ANOTHER,
        actions.rebuild(another),
        'ACTIVE',
        line=guest.OTHER,
    )


def rescue(story: story_.Story) -> None:
    """Without naming an image, and with another one."""
    if story.do(words.RESCUE, actions.RESCUE, 'RESCUE') == words.WORKS:
        story.silently(actions.UNRESCUE, 'ACTIVE')
    hard_reboot(story, words.AFTER_RESCUE)
    another = story.stage.another_image(story.form)
    story.do(
        words.RESCUE_WITH_ANOTHER,
        actions.rescue_with(another),
        'RESCUE',
        line=guest.OTHER,
    )
    story.do(words.UNRESCUE, actions.UNRESCUE, 'ACTIVE')


def snapshot(story: story_.Story) -> None:
    """The member's own snapshot, and a server of it."""
    image = make_snapshot(story)
    made = new_server(
        story, words.ALWAYS, {'imageRef': image}, words.SERVER_OF_SNAPSHOT
    )
    if made is not None:
        story.lack(made.host)
        story.do(
            words.RESCUE,
            actions.RESCUE,
            'RESCUE',
            words.ON_SERVER_OF_SNAPSHOT,
            server=made,
        )


def snapshot_with_kernel(story: story_.Story) -> None:
    """A snapshot inherits kernel_id and ramdisk_id."""
    image = make_snapshot(story)
    story.have(*story.stage.hosts)
    for condition in words.BOTH_HAVE, words.NEITHER_HAS:
        made = new_server(
            story, condition, {'imageRef': image}, words.SERVER_OF_SNAPSHOT
        )
        if made is not None:
            made.delete()
        story.lack(*story.stage.hosts)


def make_snapshot(story: story_.Story) -> str:
    """Make a snapshot, recorded as a cell; return its ID."""
    seen, fault = story.server.see(
        words.MEMBER, actions.snapshot(story.title), 'ACTIVE'
    )
    story.note(words.SNAPSHOT, words.ALWAYS, seen, fault)
    (found,) = story.stage.member.image.images(
        name=story.title, owner=story.stage.member_project
    )
    stage_.wait_for(
        f'the snapshot of {story.title}',
        lambda: story.stage.image_status(found.id) == 'active',
    )
    return str(found.id)


def new_server(
    story: story_.Story,
    condition: str,
    source: story_.Body,
    operation: str = words.NEW_SERVER,
) -> server_.Server | None:
    """Ask for a new server, recorded as a cell; it, if it was accepted."""
    response = story.ask_for_server(source)
    told: str | None = None
    if response.status_code >= 400:
        (error,) = response.json().values()
        told = error['message']
        made = state = runs = None
    else:
        made = story.adopt(response.json()['server']['id'])
        view = made.settle()
        told = view.get('fault', {}).get('message')
        state = view['status']
        runs = made.guest(view, guest.SHARED)
    story.note(
        operation,
        condition,
        cells.Seen(response.status_code, 'ACTIVE', None, state, False, runs),
        told and cells.without_ids(told),
    )
    return made
