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

"""The flow that makes an image of its own out of one that can be read.

Everything is looked up first: the image, the images it needs, every
destination, and the way of the bits to each. Then come all refusals, then the
first change. One destination after the other gets its copy; what goes wrong
with one ends no other.
"""

from __future__ import annotations

import dataclasses

from osc_imageshare import errors
from osc_imageshare.identity import caller
from osc_imageshare.identity import other_cloud
from osc_imageshare.image import uploads
from osc_imageshare.sharing.copy import destinations
from osc_imageshare.sharing.copy import making
from osc_imageshare.sharing.copy import refusals
from osc_imageshare.sharing.copy import sources
from osc_imageshare.sharing.copy import way as way_
from osc_imageshare.sharing.copy import work
from osc_imageshare.sharing import flows
from osc_imageshare.sharing import outcomes


@dataclasses.dataclass(frozen=True)
class CopyRequest:
    """What is to be copied, where to, and how.

    :ivar name: of the copies; None for that of the image.
    :ivar project: ID or name of a project of the same user; None for the
        caller's own. Together with *clouds*: which project those have to be
        for.
    :ivar clouds: entries of clouds.yaml, of any cloud, instead of the
        caller's own cloud.
    :ivar regions: of the caller's cloud, or of each entry; none for the
        region that is configured.
    :ivar method: ``auto``, ``server`` or ``stream``.
    """

    image: str
    name: str | None = None
    project: str | None = None
    project_domain: str | None = None
    clouds: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    method: str = way_.AUTO
    dry_run: bool = False


class Copy(flows.Flow[CopyRequest, outcomes.CopyOutcome]):
    """One run of the flow.

    What the context has for progress is called with the number of bytes sent
    and of all, for one image after the other; not for what image services do
    among themselves.
    """

    _kind = outcomes.CopyOutcome

    def run(self) -> outcomes.CopyOutcome:
        """Copy the image.

        :raises errors.ImageShareError: when nothing could be done; what goes
            wrong with single destinations is in the outcome instead.
        :raises BaseException: a KeyboardInterrupt, a SystemExit or the like,
            when interrupted; what is half made is deleted, and the outcome
            tells what was done.
        """
        request = self._request
        self._works: list[work.Work] = []
        if request.method not in way_.METHODS:
            raise errors.UsageError(f'No such method: {request.method!r}.')
        if request.name == '':
            raise errors.UsageError('The name of the copy is empty.')
        with errors.before_any_change():
            self._look()
        if request.dry_run:
            for each in self._works:
                each.plan()
            return self.outcome
        self.outcome.may_have_changed = True
        with self.outcome.interruptible(
            self._report_interruption, self._report_unknown
        ):
            for each in self._works:
                each.do()
        return self.outcome

    def _look(self) -> None:
        request = self._request
        scopes_ = caller.Caller(
            self._connection,
            program=self._context.program,
            option=other_cloud.OPTION,
        )
        own = uploads.Uploads(scopes_.own)
        image = sources.meant(own, request.image)
        self.outcome.image = image
        name = image.name if request.name is None else request.name
        pieces = [
            *sources.companions(own, image),
            making.Piece('image', image, name),
        ]
        refused = [
            one for piece in pieces for one in refusals.of(piece.source)
        ]
        _refuse(refused)
        found = destinations.opened(
            scopes_,
            destinations.Wanted(
                request.project,
                request.project_domain,
                request.clouds,
                request.regions,
            ),
        )
        for there in found:
            for piece in pieces:
                refused += refusals.of_signed(piece.source, there.scope)
        _refuse(refused)
        for there in found:
            copied = outcomes.Copied(
                there.project,
                there.scope.region,
                size=image.record['size'],
            )
            self._works.append(
                work.Work(
                    own,
                    there,
                    pieces,
                    copied,
                    self.outcome,
                    self._context.progress,
                )
            )
            self.outcome.copies.append(copied)
        for each in self._works:
            try:
                each.look(request.method)
            except errors.Refused as exc:
                refused.append(exc)
        _refuse(refused)

    def _report_interruption(self) -> None:
        """Delete what is half made, and say what is true then."""
        self.outcome.interrupt(
            *(line for each in self._works for line in each.interrupted()),
            outcomes.CONTINUE,
        )

    def _report_unknown(self) -> tuple[str, ...]:
        """Return what is said when that did not come to its end."""
        return tuple(line for each in self._works for line in each.untold())


def _refuse(found: list[errors.Refused]) -> None:
    """Refuse what there is any reason to refuse, with all of the reasons."""
    if found:
        raise errors.Refused(
            *(fact for one in found for fact in one.facts),
            advice=tuple(line for one in found for line in one.advice),
        )
