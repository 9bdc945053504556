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

"""A plan as a file: what was resolved, so that nothing else is done later.

Knows the JSON that ``diff --out`` writes, and what tells that a cloud is not
the one any more that was planned for. The document is in it whole: the plan
is made anew from that, and has to come out the same.
"""

from __future__ import annotations

import json
import typing

from osc_imageshare import errors
from osc_imageshare.sharing.apply import document

if typing.TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from osc_imageshare.sharing.apply import plan
    from osc_imageshare.sharing.apply import states

_VERSION = 1


def dump(
    wanted: document.Document,
    seen: Sequence[states.State],
    rows: Sequence[plan.Row],
) -> str:
    """Return the JSON of a plan."""
    return json.dumps(
        {
            'version': _VERSION,
            'document': document.data(wanted),
            'resolved': [_resolved(state) for state in seen],
            # For people; what is done is worked out anew.
            'actions': [
                {
                    'image': row.state.image.id if row.state.image else None,
                    'region': row.state.region,
                    'project': row.project.id if row.project else None,
                    'action': row.action,
                    'reason': row.reason,
                }
                for row in rows
            ],
        },
        indent=2,
    )


class Saved:
    """A plan that was read.

    :ivar document: the file that it was made of.
    """

    def __init__(self, content: bytes, name: str) -> None:
        """Read a plan.

        :param name: of its file, for sentences.
        :raises errors.Refused: for what is none, or of another version.
        """
        self._name = name
        try:
            read = json.loads(content)
            if read['version'] != _VERSION:
                raise ValueError(f'its version is {read["version"]!r}')
            if not document.valid(read['document']):
                raise ValueError('it has no file of shares in it')
            self._resolved = {_key(one): one for one in read['resolved']}
            self.document = document.document(read['document'])
        except (KeyError, TypeError, ValueError, RecursionError) as exc:
            why = (
                f'{exc.args[0]!r} is missing'
                if isinstance(exc, KeyError)
                else str(exc)
            )
            raise errors.Refused(
                f'{name} is no plan of "image share diff --out": {why}.',
            ) from exc

    def check(self, seen: Sequence[states.State]) -> None:
        """Refuse a cloud in which the plan means something else by now.

        :raises errors.Refused: with a line for every difference.
        """
        wrong = list(self._differences(seen))
        if wrong:
            raise errors.Refused(
                f'The cloud has changed since {self._name} was made:',
                *(f'  {one}' for one in wrong),
                advice=(
                    'Make and read a new plan: "image share diff --out".',
                ),
            )

    def _differences(self, seen: Sequence[states.State]) -> Iterator[str]:
        now = {_key(one): one for one in map(_resolved, seen)}
        for key in dict.fromkeys((*self._resolved, *now)):
            words, region = key
            where = f'image {words!r}' + (
                f' in region {region}' * bool(region)
            )
            before, after = self._resolved.get(key), now.get(key)
            if before is None or after is None:
                yield f'{where}: planned for other images or regions'
                continue
            for what, sentence in _SENTENCES.items():
                if before.get(what) != after[what]:
                    yield (
                        f'{where}: {sentence}: {_shown(before.get(what))}, '
                        f'now {_shown(after[what])}'
                    )


#: What is compared, and what is said of a difference.
_SENTENCES = {
    'id': 'the name meant another image',
    'visibility': 'the visibility was another',
    'wanted': 'the file named other projects',
    'unresolved': 'other words could not be looked up',
    'members': 'the members were others',
}


def _key(resolved: typing.Any) -> tuple[str, str]:
    return resolved['words'], resolved['region']


def _resolved(state: states.State) -> dict[str, typing.Any]:
    """Return what the words of a file meant for one image in one region."""
    image = state.image
    return {
        'words': state.words,
        'region': state.region,
        'id': image.id if image else None,
        'visibility': image.visibility if image else None,
        'wanted': {w.project.id: w.accept for w in state.wanted},
        'unresolved': [one.words for one in state.unresolved],
        'members': (
            None
            if state.members is None
            else {m.id: m.status for m in state.members.values()}
        ),
    }


def _shown(value: object) -> str:
    if isinstance(value, dict):
        pairs = sorted(f'{key} {text}' for key, text in value.items())
        return ', '.join(pairs) or 'none'
    return str(value)
