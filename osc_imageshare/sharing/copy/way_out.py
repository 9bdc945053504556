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

"""What a project can do that cannot do without an image it does not own."""

from __future__ import annotations

import typing

from osc_imageshare import text

if typing.TYPE_CHECKING:
    from osc_imageshare.image import images


def sentence(image: images.Image) -> str:
    """Say how a project becomes independent of an image.

    Its servers go on naming the old image, so that each rebuild and rescue
    has to name the copy.
    """
    copy = text.openstack('image', 'share', 'copy', operands=(image.id,))
    return (
        'If the project still needs the image, it can make a copy of its own '
        f'and rebuild or rescue its servers with that: {copy}'
    )
