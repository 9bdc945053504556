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

"""Writing the file: what is shared now, as YAML that people go on with.

Knows how the text looks: IDs that the program reads, beside them the names
that people do, as comments.
"""

from __future__ import annotations

import json
import re
import typing

from osc_imageshare.identity import projects
from osc_imageshare.image import images
from osc_imageshare import text

if typing.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

#: Words that are text to YAML of any version without quotes: no number, date,
#: truth value or nothing.
_PLAIN = re.compile(
    r'(?!(?:true|false|null|yes|no|on|off|[yn])$)[a-z_][\w.-]*'
    r'|(?=[0-9a-f-]*[a-df])[0-9a-f-]{32,36}',
    re.ASCII | re.IGNORECASE,
)


class Shared(typing.NamedTuple):
    """One image that is written.

    :ivar members: those that the image service lists.
    """

    image: images.Image
    members: Sequence[images.Member]


def write(
    owner: projects.Project,
    region: str,
    shared: Sequence[Shared],
    names: Mapping[str, str | None],
) -> str:
    """Return the file that says what is true now.

    :param names: project ID to name, where that is known.
    """
    return ''.join(
        f'{line}\n' for line in _lines(owner, region, shared, names)
    )


def _lines(
    owner: projects.Project,
    region: str,
    shared: Sequence[Shared],
    names: Mapping[str, str | None],
) -> Iterator[str]:
    yield '# Who may use which image. To see what would change: openstack'
    yield '# image share diff --file FILE; to change it: ... apply --file FILE'
    yield 'version: 1'
    yield f'owner: {_scalar(owner.id)}{_comment(owner.name)}'
    if not shared:
        yield 'images: []'
        return
    yield 'images:'
    for image, members in sorted(
        shared, key=lambda one: (one.image.name, one.image.id)
    ):
        yield f'  - id: {_scalar(image.id)}{_comment(image.name)}'
        if region:
            yield f'    regions: [{_scalar(region)}]'
        yield from _members(members, names)


def _members(
    members: Sequence[images.Member], names: Mapping[str, str | None]
) -> Iterator[str]:
    # Not that of the names: not everybody may look them up, at any time.
    in_order = sorted(members, key=lambda m: m.id)
    usable = [m for m in in_order if projects.looks_like_id(m.id)]
    yield '    members:' if usable else '    members: []'
    for member in usable:
        yield (
            f'      - project: {_scalar(member.id)}'
            f'{_comment(names.get(member.id))}'
        )
        if member.status != images.ACCEPTED:
            yield f'        accept: never{_comment(member.status)}'
    for member in in_order:
        if member not in usable:
            yield (
                '    # also a member, and not the ID of a project: '
                + text.escaped(member.id)
            )


def _scalar(value: str) -> str:
    """Return text as YAML that is text whoever reads it."""
    return value if _PLAIN.fullmatch(value) else json.dumps(value)


def _comment(words: str | None) -> str:
    return f'  # {text.escaped(words)}' if words else ''
