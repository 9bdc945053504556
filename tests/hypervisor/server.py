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

"""A server: what is done to it, when that has ended, what its guest does.

Knows Nova's states and actions, and the file to which the serial port of a
guest is written. Every wait is for an end and never for a time: a slow
machine takes longer and sees the same.
"""

from __future__ import annotations

import time
import typing

import requests

from tests.hypervisor import cells
from tests.hypervisor import guest as guest_
from tests.hypervisor import stage as stage_
from tests.hypervisor import words

#: States that pass by themselves.
_PASSING = frozenset(
    {
        'BUILD',
        'HARD_REBOOT',
        'MIGRATING',
        'REBOOT',
        'REBUILD',
        'RESIZE',
        'REVERT_RESIZE',
        'SHELVED',
    }
)
#: States in which a guest has to run.
_RUNNING = frozenset({'ACTIVE', 'RESCUE', 'VERIFY_RESIZE'})
#: A guest says something each second, on a machine that is not busy.
_TO_SPEAK = 90.0
_TO_BE_SILENT = 12.0

View = dict[str, typing.Any]
Body = dict[str, object]


class Server:
    """A server of the member.

    :ivar by_kernel: whether it boots with a kernel that its image names.
    """

    def __init__(
        self, stage: stage_.Stage, server_id: str, by_kernel: bool = False
    ) -> None:
        self._stage = stage
        self.id = server_id
        self.by_kernel = by_kernel

    def view(self) -> View:
        """Return what Nova tells an administrator."""
        answer = self._stage.administrator.compute.get(
            f'/servers/{self.id}', microversion=stage_.COMPUTE
        )
        return dict(stage_.checked(answer).json()['server'])

    @property
    def host(self) -> str:
        """The name of its host; of none, when it is shelved."""
        return str(self.view()['OS-EXT-SRV-ATTR:host'])

    @property
    def other_host(self) -> str:
        (other,) = {*self._stage.hosts} - {self.host}
        return other

    def act(self, by: str, body: Body) -> requests.Response:
        """Ask for an action."""
        return self._stage.actors[by].compute.post(
            f'/servers/{self.id}/action',
            json=body,
            microversion=stage_.COMPUTE,
        )

    def see(
        self,
        by: str,
        body: Body,
        wanted: str,
        line: str | None = guest_.SHARED,
        moved: bool = False,
    ) -> tuple[cells.Seen, str | None]:
        """Ask for an action, wait for its end, and look at the guest.

        :param wanted: the state that it is to reach.
        :param line: what the guest is to find on its disk, None to leave the
            guest alone.
        :param moved: whether another host is wanted.
        :return: what was seen, and what Nova says of a failure.
        """
        before = self.view()
        response = self.act(by, body)
        refused = response.status_code >= 400
        failures: list[str] = []
        if not refused:
            request_id = str(response.headers['x-openstack-request-id'])
            source = before['OS-EXT-SRV-ATTR:host'] if moved else None
            failures = self._wait(request_id, wanted, source)
        after = self.view()
        seen = cells.Seen(
            response.status_code,
            wanted,
            before['status'],
            after['status'],
            bool(failures),
            line and self.guest(after, line),
        )
        return seen, self._fault(response, failures, after)

    @staticmethod
    def _fault(
        response: requests.Response, failures: list[str], after: View
    ) -> str | None:
        if response.status_code >= 400:
            (error,) = response.json().values()
            return cells.without_ids(str(error['message']))
        if failures:
            return cells.without_ids(failures[-1])
        if after['status'] == 'ERROR':
            return cells.without_ids(str(after['fault']['message']))
        return None

    def _wait(
        self, request_id: str, wanted: str, source: str | None
    ) -> list[str]:
        """Return when the action has ended, and what it says of failures."""
        failures: list[str] = []
        # Two looks, as some actions do their last step in two.
        quiet = 0

        def ended() -> bool:
            nonlocal failures, quiet
            view = self.view()
            if (
                view['OS-EXT-STS:task_state'] is None
                and view['status'] not in _PASSING
            ):
                failures = self._failures(request_id)
                arrived = view['status'] == wanted and (
                    source is None or view['OS-EXT-SRV-ATTR:host'] != source
                )
                if failures or arrived or view['status'] == 'ERROR':
                    quiet += 1
                    return quiet > 1
            quiet = 0
            return False

        stage_.wait_for(f'{wanted} of server {self.id}', ended)
        return failures

    def _failures(self, request_id: str) -> list[str]:
        answer = self._stage.administrator.compute.get(
            f'/servers/{self.id}/os-instance-actions/{request_id}',
            microversion=stage_.COMPUTE,
        )
        events = stage_.checked(answer).json()['instanceAction']['events']
        return [
            str(event['details'])
            for event in sorted(events, key=lambda event: event['start_time'])
            if event['result'] == 'Error'
        ]

    def settle(self) -> View:
        """Wait until it has been built or has failed; return what it is."""

        def ended() -> bool:
            view = self.view()
            return (
                view['OS-EXT-STS:task_state'] is None
                and view['status'] not in _PASSING
            )

        stage_.wait_for(f'the end of the building of {self.id}', ended)
        return self.view()

    def guest(self, view: View, line: str) -> str | None:
        """Tell whether the guest runs and reads *line* from its disk now.

        :return: RUNS or DOWN; None where no guest has to run and none does.
        """
        running = view['status'] in _RUNNING
        if not running and view['status'] != 'ERROR':
            return None
        if self._speaks(view, line, _TO_SPEAK if running else _TO_BE_SILENT):
            return words.RUNS
        return words.DOWN

    def _speaks(self, view: View, line: str, patience: float) -> bool:
        host = self._stage.hosts.get(view['OS-EXT-SRV-ATTR:host'])
        if host is None:
            return False
        path = host.instances / self.id / 'console.log'
        expected = guest_.expected(line, self.by_kernel)
        told = 0
        give_up = time.monotonic() + patience
        while True:
            try:
                text = path.read_bytes()
            except FileNotFoundError:
                text = b''
            if not told:
                # Everything up to the end of a line that may be half done.
                told = len(text) + len(expected)
            elif len(text) < told - len(expected):
                # The guest was started again.
                told = 0
            elif expected in text[told:]:
                return True
            if time.monotonic() > give_up:
                return False
            time.sleep(0.5)

    def delete(self) -> None:
        """Delete it and wait until it has gone."""
        compute = self._stage.administrator.compute
        compute.delete(f'/servers/{self.id}')
        stage_.wait_for(
            f'the end of server {self.id}',
            lambda: compute.get(f'/servers/{self.id}').status_code == 404,
        )
