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

from __future__ import annotations

import os
import typing

import fixtures

from osc_imageshare import sharing
from osc_imageshare.sharing import outcomes
from tests import fakes
from tests.unit.sharing import base

A, B, C = fakes.A, fakes.B, fakes.C


class FileTestCase(base.FlowTestCase):
    """Tests of flows that read a file; alice owns project A."""

    def setUp(self) -> None:
        super().setUp()
        self.directory = self.useFixture(fixtures.TempDir()).path

    def path(self, name: str) -> str:
        return os.path.join(self.directory, name)

    def file(self, *images: str, owner: str = A) -> str:
        """Write a file, and return its path.

        :param images: YAML of each, in braces.
        """
        path = self.path('shares.yaml')
        with open(path, 'w', encoding='utf-8') as written:
            written.write(f'version: 1\nowner: {owner}\nimages:\n')
            written.writelines(f'- {image}\n' for image in images)
            if not images:
                written.write('  []\n')
        return path

    def diff(
        self,
        user: str,
        *images: str,
        owner: str = A,
        out: str | None = None,
        **more: typing.Any,
    ) -> outcomes.DiffOutcome:
        """Return what a file of some images would change."""
        request = sharing.DiffRequest(self.file(*images, owner=owner), out)
        connection = self.cloud.connect(user, **more)
        self.cloud.server.requests.clear()
        return sharing.Diff(connection, request).run()

    def flow(
        self, user: str, *images: str, owner: str = A, **request: typing.Any
    ) -> sharing.Apply:
        """Return a run that makes a file of some images true."""
        connection = self.cloud.connect(user)
        self.cloud.server.requests.clear()
        if 'plan' not in request:
            request['file'] = self.file(*images, owner=owner)
        return sharing.Apply(connection, sharing.ApplyRequest(**request))

    def apply(
        self, user: str, *images: str, **request: typing.Any
    ) -> outcomes.ApplyOutcome:
        """Make a file of some images true."""
        return self.flow(user, *images, **request).run()

    @staticmethod
    def results(
        outcome: outcomes.ApplyOutcome,
    ) -> list[tuple[str | None, str, str | None]]:
        """Return project, action and result of each row."""
        return [
            (row.project.id if row.project else None, row.action, row.result)
            for row in outcome.rows
        ]

    @staticmethod
    def actions(
        outcome: outcomes.DiffOutcome | outcomes.ApplyOutcome,
    ) -> list[tuple[str | None, str]]:
        """Return project and action of each row."""
        return [
            (row.project.id if row.project else None, row.action)
            for row in outcome.rows
        ]

    @staticmethod
    def places(outcome: outcomes.DiffOutcome) -> list[tuple[str, str, str]]:
        """Return image, region and action of each row of an image."""
        return [
            (row.state.image.id, row.state.region, row.action)
            for row in outcome.rows
            if row.state.image is not None
        ]

    def asked(self) -> list[str]:
        """Return what was asked of services that is not about tokens."""
        return sorted(
            str(request)
            for request in self.cloud.server.requests
            if not request.path.endswith(('/auth/tokens', '/identity/v3'))
        )

    def left_out(self, number: int) -> list[str]:
        """Share images with B, and return entries that leave B out."""
        made = [
            self.cloud.glance.add(
                A, 'shared', members={B: 'accepted'}, disk_format='qcow2'
            )
            for _ in range(number)
        ]
        return [f'{{id: "{one}", members: [], exact: true}}' for one in made]
