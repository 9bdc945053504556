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

"""Shares between the projects of the fake cloud, and a list of them."""

from __future__ import annotations

import typing

from osc_imageshare import sharing
from tests.unit import base


class ListingTestCase(base.CloudTestCase):
    """Bob of project B looks."""

    def setUp(self) -> None:
        super().setUp()
        self.no_pauses()

    def share(self, owner: str, *members: str, **image: typing.Any) -> str:
        return self.cloud.glance.add(
            owner,
            'shared',
            members=dict.fromkeys(members, 'pending'),
            **image,
        )

    def flow(
        self,
        user: str = 'bob',
        progress: typing.Any = None,
        **request: typing.Any,
    ) -> sharing.List:
        return sharing.List(
            self.cloud.connect(user),
            sharing.ListRequest(**request),
            sharing.Context(progress=progress),
        )

    def listed(self, user: str = 'bob', **request: typing.Any) -> list[str]:
        """Return the IDs of the images listed, without any sentence."""
        outcome = self.flow(user, **request).run()
        self.assertEqual(0, outcome.exit_code)
        # Where nothing was found, that is said.
        self.assertEqual(not outcome.shares, bool(outcome.messages))
        return [listed.image.id for listed in outcome.shares]
