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

"""What all flows have in common: their arguments, and their outcome."""

from __future__ import annotations

import abc
import typing

from osc_imageshare.identity import caller
from osc_imageshare.sharing import context as context_
from osc_imageshare.sharing import outcomes

if typing.TYPE_CHECKING:
    from openstack import connection as sdk_connection

_Request = typing.TypeVar('_Request')
_Outcome = typing.TypeVar('_Outcome', bound=outcomes.Report)

#: For scripts: printed commands begin with ``openstack``.
_BY_ITSELF = context_.Context()


class Flow(abc.ABC, typing.Generic[_Request, _Outcome]):
    """One run of a flow.

    :param connection: an openstacksdk connection of the caller.
    :param request: what the flow has to do.
    :param context: where it runs.
    :ivar outcome: what the flow has done so far, also after an error or an
        interruption.
    """

    #: The class of the outcome.
    _kind: type[_Outcome]

    def __init__(
        self,
        connection: sdk_connection.Connection,
        request: _Request,
        context: context_.Context = _BY_ITSELF,
    ) -> None:
        self._connection = connection
        self._request = request
        self._context = context
        self.outcome = self._kind()

    @abc.abstractmethod
    def run(self) -> _Outcome:
        """Do what the request says, once.

        :raises errors.ImageShareError: when nothing could be done; the outcome
            has the failures of single projects or images.
        """

    def _caller(self, member_clouds: tuple[str, ...] = ()) -> caller.Caller:
        """Return the caller, with its token.

        :param member_clouds: entries of clouds.yaml to look and act with.
        """
        return caller.Caller(
            self._connection, member_clouds, self._context.program
        )
