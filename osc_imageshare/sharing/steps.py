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

"""How a change is made: looked at, then acted upon only if needed.

A step knows the native ``openstack`` command it stands for, how to act and
how to tell that it is done. A dry run is the same list of steps with the
acting left out.
"""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare import errors

if typing.TYPE_CHECKING:
    from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Step:
    """One change of the cloud.

    :ivar native: the command a person would type for it.
    :ivar act: makes the change.
    :ivar done: looks whether the change is true now.
    """

    native: str
    act: Callable[[], object]
    done: Callable[[], bool]


@dataclasses.dataclass(frozen=True)
class Performer:
    """Carries steps out, or only notes them.

    :ivar planned: receives the native commands of a dry run.
    """

    dry_run: bool
    planned: list[str]

    def perform(self, step: Step) -> None:
        """Make the change, unless this is a dry run.

        An answer that got lost says nothing about the change: the service is
        looked at again before the step counts as failed.

        :raises errors.ServiceError: when the change was not made, or nobody
            can tell.
        """
        if self.dry_run:
            self.planned.append(step.native)
            return
        try:
            step.act()
        except errors.ServiceError as exc:
            if not exc.uncertain or not _settled(step):
                raise


def _settled(step: Step) -> bool:
    try:
        return step.done()
    except errors.ServiceError:
        return False
