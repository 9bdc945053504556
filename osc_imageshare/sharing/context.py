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

"""Where a flow runs; every flow takes the same context."""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare.identity import scopes

if typing.TYPE_CHECKING:
    from osc_imageshare.api import parallel


@dataclasses.dataclass(frozen=True)
class Context:
    """How the caller has started a flow, and how it follows the progress.

    :ivar program: how printed commands start the client.
    :ivar progress: called with the number of projects or images that are done
        and of all; None when nobody wants to know.
    """

    program: tuple[str, ...] = scopes.PROGRAM
    progress: parallel.Progress | None = None
