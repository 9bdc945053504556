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

"""A Magnum: cluster templates that name an image by ID or by name."""

from __future__ import annotations

import itertools
import typing
import uuid

from tests.fakes import identity
from tests.fakes import server


class Magnum:
    """Cluster templates of every project.

    :ivar templates: the records. A public one is shown to every project.
    """

    def __init__(self) -> None:
        self._numbers = itertools.count(0x4000)
        self.templates: list[dict[str, typing.Any]] = []

    def add(self, project_id: str, image: str, public: bool = False) -> str:
        """Make a template, and return its ID."""
        template_id = str(uuid.UUID(int=next(self._numbers)))
        self.templates.append(
            {
                'uuid': template_id,
                'name': 'a template',
                'image_id': image,
                'project_id': project_id,
                'public': public,
            }
        )
        return template_id

    def handle(
        self, request: server.Request, path: str, caller: identity.Caller
    ) -> server.Answer:
        if path != '/v1/clustertemplates':
            return server.Answer(
                404, {'errors': [{'status': 404, 'detail': 'Not found.'}]}
            )
        return server.Answer(
            body={
                'clustertemplates': [
                    template
                    for template in self.templates
                    if caller.has('admin')
                    or template['public']
                    or template['project_id'] == caller.project_id
                ]
            }
        )
