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

"""``openstack image share reject``"""

from osc_imageshare.commands import share_accept


class ShareReject(share_accept.Answer):
    """Reject images that other projects share with yours.

    Rejecting hides an image from the lists of your project. It does not end
    the access: your project can still use the image by its ID until the owner
    revokes the share.
    """

    STATUS = 'rejected'
    VERB = 'reject'
    EXAMPLES = (
        (
            'Reject an image by its name',
            'openstack image share reject ubuntu',
        ),
        (
            'Reject the image of one of several projects',
            'openstack image share reject --expect-owner team-a ubuntu',
        ),
    )
