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

"""The file that says who may use which image.

Knows its format, version 1, and what a file of that format says; not what the
cloud has to do with it.
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
import json
import pathlib
import typing

from osc_imageshare.sharing.apply import reading

if typing.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import jsonschema  # type: ignore[import-untyped]

AUTO = 'auto'
REQUIRED = 'required'
NEVER = 'never'

#: Where the JSON schema of the format is.
SCHEMA = pathlib.Path(__file__).with_name('schema.json')

#: What a JSON type is called in sentences.
_KINDS = {
    'array': 'a list',
    'boolean': 'true or false',
    'object': '"key: value" lines',
    'string': 'text',
}


@dataclasses.dataclass(frozen=True)
class Member:
    """One line of a list of members.

    :ivar project: ID or name of a project; None for a *cloud*'s project, or
        every project of a *domain*.
    :ivar accept: AUTO, REQUIRED or NEVER.
    :ivar place: where it stands, for sentences.
    """

    project: str | None = None
    domain: str | None = None
    cloud: str | None = None
    accept: str = AUTO
    place: str = dataclasses.field(default='', compare=False)

    def __str__(self) -> str:
        if self.cloud is not None:
            return f'cloud {self.cloud!r}'
        if self.project is None:
            return f'domain {self.domain!r}'
        domain = f' of domain {self.domain!r}' if self.domain else ''
        return f'project {self.project!r}{domain}'


@dataclasses.dataclass(frozen=True)
class Image:
    """What is said of one image.

    :ivar name: None where *id* says which image it is.
    :ivar regions: none means the region that the client works in.
    :ivar exact: whether no other project may use the image.
    :ivar place: where it stands, for sentences.
    """

    name: str | None = None
    id: str | None = None
    regions: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()
    exact: bool = False
    place: str = dataclasses.field(default='', compare=False)

    @property
    def words(self) -> str:
        """What the image is called in the file."""
        return self.id if self.id is not None else str(self.name)


@dataclasses.dataclass(frozen=True)
class Document:
    """A whole file: who owns the images, and who may use each."""

    owner: str
    images: tuple[Image, ...] = ()

    @property
    def clouds(self) -> tuple[str, ...]:
        """The entries of clouds.yaml that are named, each once."""
        named = (m.cloud for image in self.images for m in image.members)
        return tuple(dict.fromkeys(c for c in named if c is not None))


def load(content: bytes, name: str) -> Document:
    """Return what a file says.

    :param content: the file, YAML in UTF-8.
    :param name: of the file, for sentences.
    :raises reading.Malformed: for anything that is not in the schema; every
        problem is a line that names its line and column.
    """
    read = reading.read(content, name)
    problems = sorted(_problems(read))
    if problems:
        raise reading.Malformed(
            *(f'{name}, {place}: {problem}' for place, problem in problems)
        )
    return document(read.data, read)


def document(
    data: Mapping[str, typing.Any], read: reading.Read | None = None
) -> Document:
    """Return what data of the schema say.

    :param read: where they stand, if they were read from a file.
    """

    def place(*path: str | int) -> str:
        return '' if read is None else str(read.place(path))

    return Document(
        data['owner'],
        tuple(
            Image(
                name=image.get('name'),
                id=image['id'].lower() if 'id' in image else None,
                regions=tuple(image.get('regions', ())),
                members=tuple(
                    Member(
                        **member, place=place('images', at, 'members', number)
                    )
                    for number, member in enumerate(image['members'])
                ),
                exact=image.get('exact', False),
                place=place('images', at),
            )
            for at, image in enumerate(data['images'])
        ),
    )


def data(document: Document) -> dict[str, typing.Any]:
    """Return the data of the schema that say what a document does."""
    return {
        'version': 1,
        'owner': document.owner,
        'images': [
            {
                **({'id': i.id} if i.id is not None else {'name': i.name}),
                **({'regions': list(i.regions)} if i.regions else {}),
                'members': [_member(member) for member in i.members],
                'exact': i.exact,
            }
            for i in document.images
        ],
    }


def _member(member: Member) -> dict[str, str]:
    words = (
        ('project', member.project),
        ('domain', member.domain),
        ('cloud', member.cloud),
        ('accept', member.accept),
    )
    return {key: value for key, value in words if value is not None}


@functools.cache
def _validator() -> jsonschema.protocols.Validator:
    import jsonschema

    schema = json.loads(SCHEMA.read_text(encoding='utf-8'))
    return jsonschema.Draft7Validator(schema)


def valid(data: object) -> bool:
    """Tell whether data are of the schema."""
    return bool(_validator().is_valid(data))


def _problems(
    read: reading.Read,
) -> Iterator[tuple[reading.Place, str]]:
    """Yield what is wrong with a file, and where."""
    found = list(_validator().iter_errors(read.data))
    # Who misspells a key has it missing as well, and needs to be told once.
    misspelt = {
        tuple(error.absolute_path)
        for error in found
        if error.validator in ('additionalProperties', 'type')
    }
    for error in found:
        path = tuple(error.absolute_path)
        if error.validator == 'additionalProperties':
            yield from _unknown(read, path, error)
        elif path not in misspelt or error.validator not in (
            'required',
            'oneOf',
        ):
            yield read.place(path), f'{_problem(path, error)}.'
    if not found:
        yield from _repeated(read)


def _unknown(
    read: reading.Read, path: reading.Path, error: typing.Any
) -> Iterator[tuple[reading.Place, str]]:
    known = sorted(error.schema['properties'])
    for key in error.instance:
        if key not in known:
            nearest = difflib.get_close_matches(key, known, n=1)
            yield (
                read.place((*path, key)),
                f'unknown key {key!r}'
                + (
                    f'; did you mean {nearest[0]!r}?'
                    if nearest
                    else f'; known are {", ".join(known)}.'
                ),
            )


def _problem(path: reading.Path, error: typing.Any) -> str:
    """Return a sentence, without full stop, for what a schema refuses."""
    wanted, found = error.validator_value, error.instance
    key = next((p for p in reversed(path) if isinstance(p, str)), None)
    subject = f'{key!r}' if key is not None else 'the file'
    if key is not None and path and isinstance(path[-1], int):
        subject = f'an item of {subject}'
    if error.validator == 'type':
        hint = ''
        if wanted == 'string' and isinstance(found, (bool, int, float)):
            hint = ': put it in quotes'
        elif path[-1:] == ('members',) and found is None:
            hint = '; "members: []" says that nobody may use the image'
        return f'{subject} must be {_KINDS[wanted]}{hint}'
    if error.validator == 'required':
        missing = [one for one in wanted if one not in found]
        return f'the key {missing[0]!r} is missing'
    if error.validator == 'oneOf':
        return str(error.schema['$comment'])
    if error.validator == 'enum':
        return f'{subject} must be one of {", ".join(wanted)}'
    if error.validator == 'const':
        return f'{subject} must be {wanted}, the only one there is'
    if error.validator == 'uniqueItems':
        return f'{subject} names one twice'
    if error.validator == 'pattern':
        return f'{subject} must be the ID of an image'
    if error.validator == 'maxLength':
        return f'{subject} is longer than {wanted} characters'
    return f'{subject} must not be empty'


def _repeated(
    read: reading.Read,
) -> Iterator[tuple[reading.Place, str]]:
    """Yield the images that are named twice for one region."""
    seen: set[tuple[str, str | None]] = set()
    for at, image in enumerate(read.data['images']):
        words = image.get('name', str(image.get('id')).lower())
        for region in image.get('regions', [None]):
            if (words, region) in seen:
                yield (
                    read.place(('images', at)),
                    f'image {words!r} is here twice.',
                )
            seen.add((words, region))
