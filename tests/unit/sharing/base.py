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

"""A flow against the fake services."""

from __future__ import annotations

import functools
import typing

import fixtures

from osc_imageshare.image import images
from osc_imageshare import sharing
from osc_imageshare.sharing import outcomes
from tests import fakes
from tests.unit import base

A, B, C = fakes.A, fakes.B, fakes.C


def said(report: outcomes.Report, level: outcomes.Level | None = None) -> str:
    """Return all sentences, or those of one level."""
    return '\n'.join(
        line
        for message in report.messages
        if level in (None, message.level)
        for line in message.lines
    )


class FlowTestCase(base.CloudTestCase):
    """Tests of flows; bob's entry in clouds.yaml is for project B."""

    def setUp(self) -> None:
        super().setUp()
        self.clouds_yaml(
            bob=self.cloud.entry('bob'), both=self.cloud.entry('both')
        )

    def share(
        self, user: str, image: str, *projects: str, **more: typing.Any
    ) -> sharing.Share:
        """Return a run of the flow that shares, not yet started."""
        request = sharing.ShareRequest(image, projects, **more)
        return sharing.Share(self.cloud.connect(user), request)

    def revoke(
        self, user: str, image: str, *projects: str, **more: typing.Any
    ) -> sharing.Revoke:
        """Return a run of the flow that revokes, not yet started."""
        request = sharing.RevokeRequest(image, projects, **more)
        return sharing.Revoke(self.cloud.connect(user), request)

    def writes(self) -> list[str]:
        """Return the requests that change something, in order."""
        return [
            str(request)
            for request in self.cloud.server.requests
            if request.method != 'GET'
            and not request.path.startswith('/identity/')
        ]

    def visibility(self, image_id: str) -> str:
        return str(self.cloud.glance.images[image_id]['visibility'])

    def breaks(
        self,
        method: str,
        path: str,
        status: int = 500,
        **more: typing.Any,
    ) -> None:
        """Let the service answer a request with an error."""
        answer = fakes.Answer(status, 'it failed')
        self.cloud.server.rule(method, path, answer, **more)

    def interrupt(
        self,
        call: str,
        *,
        after: bool = False,
        by: type[BaseException] = KeyboardInterrupt,
        times: int = 1,
    ) -> None:
        """Interrupt the program at a call of the image service.

        :param call: the method of :class:`images.Images`.
        :param after: let the service do what it is asked to first.
        :param times: how many calls are interrupted.
        """
        real = getattr(images.Images, call)
        left = [times]

        @functools.wraps(real)
        def interrupted(*args: typing.Any) -> typing.Any:
            if not left[0]:
                return real(*args)
            left[0] -= 1
            if after:
                real(*args)
            raise by()

        self.useFixture(
            fixtures.MonkeyPatch(
                f'osc_imageshare.image.images.Images.{call}', interrupted
            )
        )
