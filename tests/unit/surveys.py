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

"""A look at who uses an image, against the fake services."""

from osc_imageshare.usage import survey as survey_
from tests import fakes
from tests.unit import base

A, B, C = fakes.A, fakes.B, fakes.C


class SurveyTestCase(base.CloudTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.image_id = self.cloud.glance.add(
            A, 'shared', 'ubuntu', members={B: 'accepted', C: 'accepted'}
        )
        self.clouds_yaml(bob=self.cloud.entry('bob'))

    def survey(self, user: str, *clouds: str, **more: str) -> survey_.Survey:
        image = self.image(self.image_id)
        found = self.scopes(user, *clouds, **more)
        self.cloud.server.requests.clear()
        return survey_.Survey(found, image)

    def places(self, usage: survey_.Usage) -> set[tuple[object, object]]:
        """Return service and region of all that could not be seen."""
        return {(gap.service, gap.region) for gap in usage.gaps}

    def asked(self) -> set[str]:
        """Return the first parts of the paths that were asked for."""
        return {
            request.path.split('/')[1]
            for request in self.cloud.server.requests
        }
