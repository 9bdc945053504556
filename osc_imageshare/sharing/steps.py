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

"""How a flow makes a change, or only plans it.

A step knows the native ``openstack`` command that it stands for, how to act
and how to check the result. A dry run has the same list of steps, and does not
act.
"""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare.api import parallel
from osc_imageshare import errors

if typing.TYPE_CHECKING:
    from collections.abc import Callable


def in_flight(dry_run: bool) -> int:
    """Return how many steps run at the same time: a plan keeps its order."""
    return 1 if dry_run else parallel.IN_FLIGHT


@dataclasses.dataclass(frozen=True)
class Step:
    """One change of the cloud.

    :ivar native: the command that a person would type instead.
    :ivar act: makes the change.
    :ivar done: tells whether the change is true now.
    """

    native: str
    act: Callable[[], object]
    done: Callable[[], bool]


@dataclasses.dataclass(frozen=True)
class Performer:
    """Carries out steps, or only notes them.

    :ivar planned: receives the native commands of a dry run.
    """

    dry_run: bool
    planned: list[str]

    def perform(self, step: Step) -> None:
        """Make the change, unless this is a dry run.

        A lost answer says nothing about the change, so *done* decides whether
        the step has failed.

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
