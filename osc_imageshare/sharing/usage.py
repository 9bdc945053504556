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

"""The flow that shows the use of an image."""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare.api import parallel
from osc_imageshare import errors
from osc_imageshare.identity import projects
from osc_imageshare.identity import scopes
from osc_imageshare.image import images
from osc_imageshare.sharing.copy import way_out
from osc_imageshare.sharing import flows
from osc_imageshare.sharing import gaps
from osc_imageshare.sharing import outcomes
from osc_imageshare.sharing import target
from osc_imageshare.sharing import together
from osc_imageshare import text
from osc_imageshare.usage import consumers
from osc_imageshare.usage import remedies
from osc_imageshare.usage import risk
from osc_imageshare.usage import survey

if typing.TYPE_CHECKING:
    from collections.abc import Iterator


@dataclasses.dataclass(frozen=True)
class UsageRequest:
    """Whose use of an image to check.

    :ivar projects: IDs or names; none means every project that can use the
        image, as far as the caller knows.
    :ivar fail_in_use: any use is a failure, with its own exit code.
    :ivar withdrawal: the withdrawal that would break something, one of
        ``risk.WITHDRAWALS``.
    :ivar remedies: say what people can do as well.
    """

    image: str
    projects: tuple[str, ...] = ()
    project_domain: str | None = None
    member_clouds: tuple[str, ...] = ()
    fail_in_use: bool = False
    withdrawal: str = risk.REVOKED
    remedies: bool = False


class Usage(flows.Flow[UsageRequest, outcomes.UsageOutcome]):
    """One check of the use of an image."""

    _kind = outcomes.UsageOutcome

    def run(self) -> outcomes.UsageOutcome:
        """Check the use. The outcome has a gap for each failed check.

        :raises errors.ImageShareError: when the image or its members cannot
            be read, or the request makes no sense.
        """
        outcome, request = self.outcome, self._request
        if request.withdrawal not in risk.WITHDRAWALS:
            raise errors.UsageError(
                f'{request.withdrawal!r} is not a withdrawal of an image. '
                f'Choose from: {", ".join(risk.WITHDRAWALS)}.'
            )
        self._scopes = self._caller(request.member_clouds)
        look_up = projects.Projects(self._scopes, request.project_domain)
        own = self._scopes.own
        image, named = together.both(
            lambda: target.the_image(own, request.image, as_owner=False),
            lambda: look_up.all_named(request.projects),
        )
        self._image = outcome.image = image
        self._images = images.Images(own)
        self._survey = survey.Survey(self._scopes, image, request.withdrawal)
        for found in self._found([project.id for project in named]):
            # Two scopes may check the same project.
            known = {(one.kind, one.id) for one in outcome.consumers}
            outcome.consumers.extend(
                one
                for one in found.consumers
                if (one.kind, one.id) not in known
            )
            outcome.gaps.extend(found.gaps)
        if not outcome.consumers:
            outcome.note(
                'No servers, volumes or other resources that use image '
                f'{image} were found in the places checked.'
            )
        advice = remedies.offloaded(outcome.consumers, request.withdrawal)
        if request.remedies:
            advice += remedies.of(outcome.consumers, request.withdrawal)
        for line in advice:
            outcome.note(line)
        if any(one.project_id != image.owner for one in outcome.consumers):
            outcome.note(way_out.sentence(image))
        for gap in outcome.gaps:
            outcome.fail(errors.UNSEEN, gaps.sentence(gap))
        if any(gap.service is None and gap.project_id for gap in outcome.gaps):
            outcome.warn(consumers.HOW_TO_SEE)
        if request.fail_in_use and outcome.consumers:
            outcome.fail(
                errors.IN_USE,
                f'Image {image} is in use: found '
                f'{text.number(len(outcome.consumers), "resource")}.',
            )
        return outcome

    def _found(self, asked: list[str]) -> Iterator[survey.Usage]:
        """Yield the usage of the named projects, or of all."""
        own = self._scopes.own
        if asked:
            yield from self._each(asked)
            return
        told = self._everybodys()
        if told:
            everyone = self._survey.of_everyone()
            yield everyone
            if not everyone.compute_unseen:
                return
        # A member cloud adds a way to look; it excludes no project.
        asked = [own.project_id, *self._scopes.clouds, *self._others()]
        for found in self._each(asked):
            # The check of all projects may have found the same above.
            if not told or found.checked_as != scopes.ADMINISTRATOR:
                yield found

    def _everybodys(self) -> bool:
        """Tell whether to check the use of every project."""
        image, scopes_ = self._image, self._scopes
        if scopes_.administrator:
            return True
        if image.owner == scopes_.own.project_id:
            return image.visibility in target.OPEN
        return scopes_.unusual and target.is_administrator(
            scopes_, self._images, image
        )

    def _each(self, project_ids: list[str]) -> Iterator[survey.Usage]:
        for _, found in parallel.ask(
            list(dict.fromkeys(project_ids)), self._survey.of
        ):
            yield found

    def _others(self) -> list[str]:
        """Return the projects to check besides the caller's own."""
        own, image = self._scopes.own, self._image
        administrator = self._scopes.administrator
        if image.owner != own.project_id and not administrator:
            self.outcome.note(
                f'Only your own projects were checked: image {image} belongs '
                f'to project {image.owner}.'
            )
            return []
        if image.visibility in target.OPEN:
            return [image.owner]
        try:
            members = target.members(self._scopes, image)
        except errors.ServiceError as exc:
            if not administrator:
                raise
            # The gap for the other projects is an error already, and the
            # findings must not be lost.
            self.outcome.warn(*exc.lines)
            return [image.owner]
        if members is None and not administrator:
            self.outcome.warn(
                f'Image {image} is not shared now. Previous members, if any, '
                'are hidden and were not checked.',
                'To check one, use --project; an administrator checks all '
                'projects.',
            )
        return [image.owner, *(member.id for member in members or ())]
