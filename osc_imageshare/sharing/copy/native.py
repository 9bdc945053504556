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

"""The native commands that a copy stands for."""

from __future__ import annotations

import typing

from osc_imageshare.image import properties
from osc_imageshare.image import uploads
from osc_imageshare.sharing.copy import way as way_

if typing.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from osc_imageshare.identity import scopes
    from osc_imageshare.image import images

#: Attributes that have an option of their own.
_OPTIONS = {
    'disk_format': '--disk-format',
    'container_format': '--container-format',
    'min_disk': '--min-disk',
    'min_ram': '--min-ram',
}

_FILE = 'FILE'
_COPY = 'COPY'


def commands(
    own: scopes.Scope,
    there: scopes.Scope,
    source: images.Image,
    record: Mapping[str, typing.Any],
    way: way_.Way,
) -> list[str]:
    """Return the commands that do the same, as far as there are any.

    None of them compares the copy with the image.

    :param record: what the copy is made with.
    """
    words = list(_words(record))
    name = (str(record['name']),)
    if way.method == way_.STREAM:
        file = f'--file={_FILE}'
        return [
            own.command('image', 'save', file, operands=(source.id,)),
            there.command('image', 'create', *words, file, operands=name),
        ]
    return [
        there.command('image', 'create', *words, operands=name),
        there.command(
            *('image', 'import', f'--method={uploads.GLANCE_DOWNLOAD}'),
            f'--remote-region={own.region}',
            f'--remote-image={source.id}',
            f'--remote-service-interface={way.interface}',
            operands=(_COPY,),
        ),
    ]


def _words(record: Mapping[str, typing.Any]) -> Iterator[str]:
    yield '--private'
    for name, option in _OPTIONS.items():
        if record.get(name):
            yield f'{option}={record[name]}'
    for tag in record.get('tags', ()):
        yield f'--tag={tag}'
    others = (*_OPTIONS, 'tags', 'name', 'visibility', properties.COPY)
    for name, value in record.items():
        if name not in others:
            yield f'--property={name}={value}'
