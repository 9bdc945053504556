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

"""Sharing images from a script: the flows behind the commands.

Each flow takes an openstacksdk connection of the caller, a request and an
optional context, and returns an outcome. See the classes for shapes and
errors::

    import openstack
    from osc_imageshare import sharing

    connection = openstack.connect(cloud='a')
    request = sharing.ShareRequest('ubuntu', ('teamb',))
    outcome = sharing.Share(connection, request).run()
    for shared in outcome.projects:
        print(shared.project.id, shared.status, shared.changes)
"""

from osc_imageshare.sharing.answer import Answer
from osc_imageshare.sharing.answer import AnswerRequest
from osc_imageshare.sharing.apply.diff import Diff
from osc_imageshare.sharing.apply.diff import DiffRequest
from osc_imageshare.sharing.apply.export import Export
from osc_imageshare.sharing.apply.export import ExportRequest
from osc_imageshare.sharing.apply.flow import Apply
from osc_imageshare.sharing.apply.flow import ApplyRequest
from osc_imageshare.sharing.context import Context
from osc_imageshare.sharing.copy.flow import Copy
from osc_imageshare.sharing.copy.flow import CopyRequest
from osc_imageshare.sharing.listing import List
from osc_imageshare.sharing.listing import ListRequest
from osc_imageshare.sharing.revoke.flow import Revoke
from osc_imageshare.sharing.revoke.flow import RevokeRequest
from osc_imageshare.sharing.share.flow import Share
from osc_imageshare.sharing.share.flow import ShareRequest
from osc_imageshare.sharing.status import Status
from osc_imageshare.sharing.status import StatusRequest
from osc_imageshare.sharing.usage import Usage
from osc_imageshare.sharing.usage import UsageRequest

__all__ = [
    'Answer',
    'AnswerRequest',
    'Apply',
    'ApplyRequest',
    'Context',
    'Copy',
    'CopyRequest',
    'Diff',
    'DiffRequest',
    'Export',
    'ExportRequest',
    'List',
    'ListRequest',
    'Revoke',
    'RevokeRequest',
    'Share',
    'ShareRequest',
    'Status',
    'StatusRequest',
    'Usage',
    'UsageRequest',
]
