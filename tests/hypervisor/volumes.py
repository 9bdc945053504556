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

"""What is done to a server that boots from a volume made of the image."""

from __future__ import annotations

import typing

from tests.hypervisor import actions
from tests.hypervisor import cells
from tests.hypervisor import stage as stage_
from tests.hypervisor import staying
from tests.hypervisor import story as story_
from tests.hypervisor import words


class Story(story_.Story):
    """A server of a volume, and a second volume made in good time."""

    def begin(self) -> None:
        self.make_images()
        volume, self.earlier = (self._volume() for _ in range(2))
        self.server = self.boot(actions.of_volume(volume))

    def _volume(self) -> str:
        response = self.ask_for_volume()
        volume = str(stage_.checked(response).json()['volume']['id'])
        if self.end_of_making(volume) != 'available':
            raise stage_.Unexpected(f'{self.title}: no volume')
        return volume

    def ask_for_volume(self) -> typing.Any:
        return self.stage.member.block_storage.post(
            '/volumes', json={'volume': {'size': 1, 'imageRef': self.image}}
        )

    def end_of_making(self, volume: str) -> str:
        """Return the status of a volume that is made no longer."""

        def status() -> str:
            answer = self.stage.member.block_storage.get(f'/volumes/{volume}')
            return str(stage_.checked(answer).json()['volume']['status'])

        stage_.wait_for(
            f'volume {volume}', lambda: status() in ('available', 'error')
        )
        return status()


def everything(story: story_.Story) -> None:
    """One operation after the other, on one server."""
    assert isinstance(story, Story)
    staying.life(story)
    for operation, body, wanted, by in (
        (
            words.LIVE_MIGRATE,
            actions.LIVE_MIGRATE,
            'ACTIVE',
            words.ADMINISTRATOR,
        ),
        (
            words.RESIZE,
            actions.resize(story.stage.large()),
            'VERIFY_RESIZE',
            words.MEMBER,
        ),
        (words.CONFIRM, actions.CONFIRM, 'ACTIVE', words.MEMBER),
        (words.MIGRATE, actions.MIGRATE, 'VERIFY_RESIZE', words.ADMINISTRATOR),
        (words.REVERT, actions.REVERT, 'ACTIVE', words.MEMBER),
        (words.SHELVE, actions.SHELVE, 'SHELVED_OFFLOADED', words.MEMBER),
        (words.UNSHELVE, actions.UNSHELVE, 'ACTIVE', words.MEMBER),
    ):
        moved = operation in (words.LIVE_MIGRATE, words.RESIZE, words.MIGRATE)
        story.do(operation, body, wanted, by=by, moved=moved)
    staying.rescue(story)
    image = staying.make_snapshot(story)
    staying.new_server(
        story, words.ALWAYS, {'imageRef': image}, words.SERVER_OF_SNAPSHOT
    )
    staying.new_server(
        story, words.OF_EARLIER_VOLUME, actions.of_volume(story.earlier)
    )
    _new_volume(story)
    story.do(words.REBUILD, actions.rebuild(story.image), 'ACTIVE')
    staying.rebuild_from_another(story)


def _new_volume(story: Story) -> None:
    response = story.ask_for_volume()
    state = fault = None
    if response.status_code >= 400:
        (error,) = response.json().values()
        fault = cells.without_ids(str(error['message']))
    else:
        state = story.end_of_making(response.json()['volume']['id'])
    seen = cells.Seen(
        response.status_code, 'available', None, state, False, None
    )
    story.note(words.NEW_VOLUME, words.ALWAYS, seen, fault)
