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

"""What is done to a server that goes to the other host."""

from __future__ import annotations

import functools

from tests.hypervisor import actions
from tests.hypervisor import staying
from tests.hypervisor import story as story_
from tests.hypervisor import words


def resize(story: story_.Story, *, cached: bool = False) -> None:
    """By the member, to a host with the base or without."""
    condition = _prepare_other_host(story, cached)
    if _resize(story, condition) != words.WORKS:
        _after_failure(story, words.AFTER_FAILED_RESIZE)
        return
    if not cached:
        story.do(words.REVERT, actions.REVERT, 'ACTIVE')
        story.lack(story.server.other_host)
        story.silently(actions.resize(story.stage.large()), 'VERIFY_RESIZE')
        story.do(words.CONFIRM, actions.CONFIRM, 'ACTIVE')
        staying.hard_reboot(story, words.AFTER_RESIZE)


def _prepare_other_host(story: story_.Story, cached: bool) -> str:
    if cached:
        story.have(story.server.other_host)
        return words.OTHER_HAS
    story.lack(story.server.other_host)
    return words.OTHER_LACKS


def _resize(story: story_.Story, condition: str) -> str:
    return story.do(
        words.RESIZE,
        actions.resize(story.stage.large()),
        'VERIFY_RESIZE',
        condition,
        moved=True,
    )


def _after_failure(story: story_.Story, condition: str) -> None:
    """What can be done with a server in ERROR."""
    if staying.hard_reboot(story, condition) != words.WORKS:
        staying.hard_reboot(story, condition, words.ADMINISTRATOR)


def _after_failure_restored(
    story: story_.Story, condition: str, restored: str
) -> None:
    """The same, where the owner undoes the withdrawal instead."""
    if story.withdrawal == words.DELETED:
        _after_failure(story, condition)
    elif staying.hard_reboot(story, condition) != words.WORKS:
        story.restore()
        staying.hard_reboot(story, restored)


def migrate(story: story_.Story) -> None:
    """Cold, by the administrator: there without the base, and back."""
    migrate_there(story)
    if story.server.view()['status'] == 'VERIFY_RESIZE':
        story.silently(actions.CONFIRM, 'ACTIVE')
        staying.hard_reboot(story, words.AFTER_MIGRATION)
        _prepare_other_host(story, cached=True)
        _migrate(story, words.OTHER_HAS)


def migrate_there(story: story_.Story) -> None:
    """Cold, by the administrator, to a host without the base."""
    _prepare_other_host(story, cached=False)
    if _migrate(story, words.OTHER_LACKS) != words.WORKS:
        _after_failure(story, words.AFTER_FAILED_MIGRATION)


def _migrate(story: story_.Story, condition: str) -> str:
    return story.do(
        words.MIGRATE,
        actions.MIGRATE,
        'VERIFY_RESIZE',
        condition,
        words.ADMINISTRATOR,
        moved=True,
    )


def manage(story: story_.Story) -> None:
    """By the manager of the member's project: live, then cold."""
    _prepare_other_host(story, cached=False)
    story.do(
        words.LIVE_MIGRATE_BY_MANAGER,
        actions.LIVE_MIGRATE,
        'ACTIVE',
        words.OTHER_LACKS,
        words.MANAGER,
        moved=True,
    )
    _prepare_other_host(story, cached=False)
    done = story.do(
        words.MIGRATE_BY_MANAGER,
        actions.MIGRATE,
        'VERIFY_RESIZE',
        words.OTHER_LACKS,
        words.MANAGER,
        moved=True,
    )
    if done != words.WORKS:
        _after_failure_restored(
            story,
            words.AFTER_FAILED_MIGRATION,
            words.AFTER_FAILED_MIGRATION_RESTORED,
        )


def live_migrate(story: story_.Story) -> None:
    """By the administrator: there without the base, and back."""
    live_migrate_there(story)
    _prepare_other_host(story, cached=True)
    _live_migrate(story, words.OTHER_HAS)


def live_migrate_there(story: story_.Story) -> None:
    """By the administrator, to a host without the base."""
    _prepare_other_host(story, cached=False)
    _live_migrate(story, words.OTHER_LACKS)
    staying.hard_reboot(story, words.AFTER_LIVE_MIGRATION)


def _live_migrate(story: story_.Story, condition: str) -> str:
    return story.do(
        words.LIVE_MIGRATE,
        actions.LIVE_MIGRATE,
        'ACTIVE',
        condition,
        words.ADMINISTRATOR,
        moved=True,
    )


def shelve(story: story_.Story) -> None:
    """Unshelve where no host has the base any more, then move it."""
    by = _unshelve(story, words.NEITHER_HAS)
    if by is None:
        return
    staying.hard_reboot(story, words.AFTER_UNSHELVE)
    if by == words.MEMBER:
        # An attempt that has failed may have left its directory on the other
        # host, on which a live migration insists that there is none.
        _live_migrate(story, words.AFTER_UNSHELVE)
    story.lack(story.server.other_host)
    if _migrate(story, words.AFTER_UNSHELVE) == words.WORKS:
        story.silently(actions.REVERT, 'ACTIVE')
    else:
        _after_failure(story, words.AFTER_UNSHELVE_AND_MIGRATION)
    story.lack(story.server.other_host)
    if _resize(story, words.AFTER_UNSHELVE) != words.WORKS:
        _after_failure(story, words.AFTER_UNSHELVE_AND_RESIZE)


def shelve_cached(story: story_.Story) -> None:
    """Unshelve where every host has the base."""
    story.have(*story.stage.hosts)
    story.silently(actions.SHELVE, 'SHELVED_OFFLOADED')
    story.do(words.UNSHELVE, actions.UNSHELVE, 'ACTIVE', words.BOTH_HAVE)


def shelve_with_kernel(story: story_.Story) -> None:
    """Unshelve where no host has any file of the images."""
    _unshelve(story, words.NEITHER_HAS)


def _unshelve(story: story_.Story, condition: str) -> str | None:
    """Shelve and unshelve, and say by whom it was possible."""
    story.do(words.SHELVE, actions.SHELVE, 'SHELVED_OFFLOADED')
    story.lack(*story.stage.hosts)
    for by in words.MEMBER, words.ADMINISTRATOR:
        done = story.do(
            words.UNSHELVE, actions.UNSHELVE, 'ACTIVE', condition, by
        )
        if done == words.WORKS:
            return by
    return None


def resize_with_kernel(story: story_.Story) -> None:
    """To a host that has neither kernel nor ramdisk."""
    condition = _prepare_other_host(story, cached=False)
    if _resize(story, condition) != words.WORKS:
        _after_failure_restored(
            story,
            words.AFTER_FAILED_RESIZE,
            words.AFTER_FAILED_RESIZE_RESTORED,
        )


resize_cached = functools.partial(resize, cached=True)
