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

"""What is true of an image, and how it is put into a state.

Everything here is done as an administrator, on the real services, and
nothing with the code under test.
"""

from collections.abc import Mapping
import dataclasses
import typing

import testtools

from tests.live import base

#: Stands for a visibility.
DELETED = 'deleted'

_PATCH = {'Content-Type': 'application/openstack-images-v2.1-json-patch'}


@dataclasses.dataclass(frozen=True)
class State:
    """Who may use an image.

    :ivar members: project to status; what is hidden while the image is not
        shared counts only where a state is made, not where one is looked at.
    """

    visibility: str
    members: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def access(self) -> frozenset[str]:
        """The projects that may use the image besides its owner."""
        return frozenset(self.members if self.visibility == 'shared' else ())

    @property
    def seen(self) -> 'State':
        """The same as it can be looked at."""
        return self if self.visibility == 'shared' else State(self.visibility)

    def status(self, project: str) -> str | None:
        """The status of a project that may use the image, or None."""
        return self.members[project] if project in self.access else None


def checked(answer: typing.Any, wanted: int) -> typing.Any:
    """Return what was answered, which has to have this status."""
    if answer.status_code != wanted:
        raise AssertionError(f'{answer.status_code}: {answer.text}')
    return answer.json() if answer.content else None


class Image:
    """An image of one project, made by an administrator for it."""

    def __init__(
        self, test: testtools.TestCase, owner: str, name: str
    ) -> None:
        self._glance = base.connect('admin').image
        answer = self._glance.post(
            '/images',
            json={
                'name': name,
                'owner': owner,
                'disk_format': 'raw',
                'container_format': 'bare',
                'visibility': 'private',
            },
        )
        self.id = str(checked(answer, 201)['id'])
        test.addCleanup(self._glance.delete, f'/images/{self.id}')
        answer = self._glance.put(
            f'/images/{self.id}/file',
            data=b'not really an image',
            headers={'Content-Type': 'application/octet-stream'},
        )
        checked(answer, 204)

    def look(self) -> tuple[State, str]:
        """Return the state, and when it was last changed.

        Two equal answers mean that nothing was changed in between.
        """
        answer = self._glance.get(f'/images/{self.id}')
        if answer.status_code == 404:
            return State(DELETED), DELETED
        record = checked(answer, 200)
        members: list[dict[str, str]] = []
        if record['visibility'] == 'shared':
            members = self._members()
        state = State(
            record['visibility'],
            {each['member_id']: each['status'] for each in members},
        )
        # Times are in seconds, and two changes may be of the same one.
        changes = [record['updated_at'], record['status']]
        changes += sorted(
            f'{each["member_id"]} {each["updated_at"]}' for each in members
        )
        return state, ', '.join(changes)

    def _members(self) -> list[dict[str, str]]:
        answer = self._glance.get(f'/images/{self.id}/members')
        return typing.cast(
            'list[dict[str, str]]', checked(answer, 200)['members']
        )

    def put(self, wanted: State) -> None:
        """Make a state true, whatever is true now."""
        self.show('shared')
        address = f'/images/{self.id}/members'
        there = {each['member_id']: each['status'] for each in self._members()}
        for project in there.keys() - wanted.members.keys():
            checked(self._glance.delete(f'{address}/{project}'), 204)
        for project in wanted.members.keys() - there.keys():
            answer = self._glance.post(address, json={'member': project})
            checked(answer, 200)
            there[project] = 'pending'
        for project, status in wanted.members.items():
            if there[project] != status:
                answer = self._glance.put(
                    f'{address}/{project}', json={'status': status}
                )
                checked(answer, 200)
        if wanted.visibility != 'shared':
            self.show(wanted.visibility)
        self.activate()

    def delete(self) -> None:
        checked(self._glance.delete(f'/images/{self.id}'), 204)

    def deactivate(self) -> None:
        self._act('deactivate')

    def activate(self) -> None:
        self._act('reactivate')

    def _act(self, action: str) -> None:
        answer = self._glance.post(f'/images/{self.id}/actions/{action}')
        checked(answer, 204)

    def add(self, project: str) -> None:
        """Make a project a member, if it is none and can be one."""
        state, _ = self.look()
        if state.visibility == 'shared' and project not in state.members:
            answer = self._glance.post(
                f'/images/{self.id}/members', json={'member': project}
            )
            checked(answer, 200)

    def show(self, visibility: str) -> None:
        """Change the visibility."""
        answer = self._glance.patch(
            f'/images/{self.id}',
            json=[
                {'op': 'replace', 'path': '/visibility', 'value': visibility}
            ],
            headers=_PATCH,
        )
        checked(answer, 200)
