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

"""The flow that accepts or rejects what other projects share.

The flow looks at every offer before it answers the first one. If one does not
meet an expectation, the flow answers none of them.
"""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare import errors
from osc_imageshare.identity import projects
from osc_imageshare.image import images
from osc_imageshare.image import inspection
from osc_imageshare.sharing import claims
from osc_imageshare.sharing import expectations
from osc_imageshare.sharing import flows
from osc_imageshare.sharing import offers
from osc_imageshare.sharing import outcomes
from osc_imageshare.sharing.readback import answers
from osc_imageshare.sharing.readback import reading

if typing.TYPE_CHECKING:
    from collections.abc import Callable

_Considered = typing.TypeVar('_Considered')


@dataclasses.dataclass(frozen=True)
class AnswerRequest:
    """Which offers to answer, how, and what they are expected to be.

    :ivar images: IDs or names of images offered to the caller's project.
    :ivar status: the answer, ``accepted`` or ``rejected``.
    :ivar everything: answer every pending offer of *expect_owner* instead.
    :ivar expect_owner: ID or name of the project that must be the owner.
    :ivar expect_hash: ``algorithm:hex`` that the data must have.
    """

    images: tuple[str, ...]
    status: str
    everything: bool = False
    expect_owner: str | None = None
    expect_hash: str | None = None


class Answer(flows.Flow[AnswerRequest, outcomes.AnswerOutcome]):
    """One run of the flow."""

    _kind = outcomes.AnswerOutcome

    def run(self) -> outcomes.AnswerOutcome:
        """Answer the offers.

        :raises errors.ImageShareError: when nothing could be done; the outcome
            has the failures of single offers.
        """
        self._check()
        with errors.before_any_change():
            self._look()
        self.outcome.may_have_changed = True
        with self.outcome.interruptible(
            self._report_interruption, self._report_unknown
        ):
            for offer in self.outcome.offers:
                self._answer(offer)
        if self._request.status == images.REJECTED:
            self._say_what_rejecting_is()
        return self.outcome

    def _look(self) -> None:
        """Look at every offer, and compare it with what is expected."""
        self._scopes = self._caller()
        self._own = self._scopes.own
        self._images = images.Images(self._own)
        self._look_up = projects.Projects(self._scopes)
        self._owner = self._expected_owner()
        self._offers = offers.Offers(self._own, self._owner)
        self._find()
        self._name_owners()
        expectations.check(
            self.outcome.offers, self._owner, self._request.expect_hash
        )
        inspect = inspection.Inspection(self._own)
        for offer in self.outcome.offers:
            offer.warnings = inspect.warnings(offer.image)

    def _check(self) -> None:
        request = self._request
        if request.everything == bool(request.images):
            raise errors.UsageError(
                'Specify the images, or --all with --expect-owner.'
            )
        if not all(request.images):
            raise errors.UsageError('The image name is empty.')
        if request.everything and request.expect_owner is None:
            raise errors.UsageError(
                '--all requires --expect-owner: anybody can offer you images.'
            )
        if request.expect_hash is not None:
            expectations.check_form(request.expect_hash)
            if len(request.images) != 1:
                raise errors.UsageError(
                    '--expect-hash requires exactly one image.'
                )

    def _expected_owner(self) -> str | None:
        words = self._request.expect_owner
        if words is None:
            return None
        if projects.looks_like_id(words):
            # Never a name; Keystone makes IDs in lower case.
            return words.lower()
        return self._look_up.named(words).id

    def _find(self) -> None:
        """Look up every offer before the first change.

        :raises offers.Unexpected: when an offer is by another project than
            the expected one.
        """
        if self._request.everything:
            for image in self._offers.pending():
                self._try(self._consider, image)
            if not self.outcome.offers and not self.outcome.codes:
                self.outcome.note(
                    claims.member(
                        f'No pending shares found from project {self._owner}.',
                        None,
                        self._own.project_id,
                        claims.State.ANSWERED,
                    )
                )
            return
        for words in self._request.images:
            self._try(self._consider_named, words)

    def _try(
        self, consider: Callable[[_Considered], None], what: _Considered
    ) -> None:
        """Consider an offer; its failure does not stop the others."""
        try:
            consider(what)
        except offers.Unexpected:
            raise
        except (errors.Refused, errors.ServiceError) as exc:
            self.outcome.fail(
                errors.FAILED,
                *exc.facts,
                'Nothing has been changed for it.',
                *exc.advice,
            )

    def _consider_named(self, words: str) -> None:
        image = self._offers.meant(words)
        if projects.looks_like_id(words) and image.id != words.lower():
            self.outcome.warn(
                f'No image has the ID {words}; using image {image}, which '
                'has that name.'
            )
        self._consider(image)

    def _consider(self, image: images.Image) -> None:
        """Make an image one of the offers to answer, if it is one."""
        if any(offer.image.id == image.id for offer in self.outcome.offers):
            return
        own_id = self._own.project_id
        if image.owner == own_id:
            raise errors.Refused(
                f'Image {image} belongs to your own project: there is nothing '
                'to answer.',
            )
        member = self._offers.membership(image)
        if self._request.everything and (
            member is None or member.status != images.PENDING
        ):
            return
        if member is None:
            raise errors.Refused(
                claims.Statement(
                    f'Image {image} is {image.visibility} and not shared '
                    f'with project {own_id}: there is nothing to answer.',
                    claims.Claim(
                        image.id,
                        None,
                        claims.State.of_image(image.visibility),
                    ),
                    claims.Claim(image.id, own_id, claims.State.NO_MEMBER),
                ),
            )
        self.outcome.offers.append(
            outcomes.Answered(
                image, projects.Project(image.owner), member.status
            )
        )

    def _name_owners(self) -> None:
        """Look up the names of all owners at the same time."""
        ids = {offer.owner.id for offer in self.outcome.offers}
        names = self._look_up.names_of(ids)
        for offer in self.outcome.offers:
            owner = offer.owner.id
            offer.owner = projects.Project(owner, names[owner])

    def _answer(self, offer: outcomes.Answered) -> None:
        wished = self._request.status
        if offer.status == wished:
            return
        try:
            member = self._images.set_status(
                offer.image.id, self._own.project_id, wished
            )
        except errors.ServiceError as exc:
            if exc.uncertain or exc.status == 404:
                self._read_back(offer)
            if offer.status == wished:
                return
            role = (
                (
                    'Answering a share requires the role "member" in project '
                    f'{self._own.project_id}.',
                )
                if exc.status == 403
                else ()
            )
            self.outcome.fail(
                errors.FAILED, *exc.lines, *role, self._sentence(offer)
            )
            return
        offer.status = member.status

    def _read_back(self, offer: outcomes.Answered) -> None:
        """Read the status again; it is None when that fails too."""
        try:
            member = self._offers.membership(offer.image)
        except errors.ServiceError:
            current = None
        else:
            current = reading.Readback.of(() if member is None else (member,))
        answers.settle(offer, self._own.project_id, current)

    def _sentence(self, offer: outcomes.Answered) -> str:
        return answers.sentence(offer, self._own.project_id)

    def _report_interruption(self) -> None:
        """Say what is true after an interruption."""
        for offer in self.outcome.offers:
            self._read_back(offer)
        self.outcome.interrupt(*map(self._sentence, self.outcome.offers))

    def _report_unknown(self) -> tuple[str, ...]:
        """Return the sentence for a state that could not be read."""
        for offer in self.outcome.offers:
            answers.settle(offer, self._own.project_id, None)
        return (
            claims.whole(
                'The current state was not read back.',
                None,
                claims.State.UNKNOWN,
            ),
        )

    def _say_what_rejecting_is(self) -> None:
        own_id = self._own.project_id
        for offer in self.outcome.offers:
            if offer.status == images.REJECTED:
                revoke = self._own.command_for_others(
                    *('image', 'share', 'revoke'),
                    operands=(offer.image.id, own_id),
                )
                self.outcome.note(
                    claims.member(
                        f'Image {offer.image} is hidden from your lists. '
                        'Rejecting does not end the access: your project can '
                        'still use the image by its ID until its owner, '
                        f'project {offer.owner}, runs: {revoke}',
                        offer.image,
                        own_id,
                        claims.State.REJECTED,
                    )
                )
