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

"""Every command as a story: how it begins, what is typed, how it ends.

Pure data. Projects are the letters of the people module; in what is typed,
``{b}`` and ``{c}`` become their IDs and ``{image}`` the ID of the image, which
belongs to A.
"""

from collections.abc import Mapping
import dataclasses

from tests.faults import catalogs
from tests.faults import truth

PRIVATE = truth.State('private')


def _shared(**members: str) -> truth.State:
    return truth.State('shared', members)


@dataclasses.dataclass(frozen=True)
class Scenario:
    """A story.

    :ivar cloud: who types it, an entry of clouds.yaml.
    :ivar argv: what is typed after ``openstack image``.
    :ivar start: what is true before.
    :ivar end: what is true afterwards, if nothing goes wrong.
    :ivar code: the exit code then.
    :ivar named: the projects that the command is about.
    :ivar may_gain: who may be let in, whatever goes wrong.
    :ivar may_lose: who may be cut off, whatever goes wrong.
    :ivar made: what B has made of the image: ``server``, ``volume`` (and a
        server booted from it), both or nothing; ``volume begun`` and
        ``server begun`` (from a volume that Nova makes) never come to an end.
    :ivar file: what is in the file that ``{file}`` stands for.
    :ivar catalog: what Keystone says of services; None where it does not
        matter.
    """

    name: str
    cloud: str
    argv: tuple[str, ...]
    start: truth.State
    end: truth.State
    code: int = 0
    named: str = 'b'
    may_gain: str = ''
    may_lose: str = ''
    made: tuple[str, ...] = ()
    file: str = ''
    catalog: catalogs.Catalog | None = None

    @property
    def verb(self) -> str:
        first, second = self.argv[:2]
        return second if first == 'share' else first

    @property
    def changes(self) -> bool:
        """Whether the command is of a kind that changes anything."""
        return self.verb not in ('status', 'usage', 'list', 'diff', 'export')

    @property
    def unusual(self) -> bool:
        """Whether use is where nobody would look, or only begins."""
        begun = any(made.endswith('begun') for made in self.made)
        return begun or self.catalog is not None

    @property
    def checks_use(self) -> bool:
        """Whether the exit code tells if all use could be looked at."""
        return (
            self.verb in ('usage', 'revoke', 'diff')
            or (self.verb == 'apply' and '--prune' in self.argv)
        ) and '--allow-unseen' not in self.argv


def _to(*argv: str) -> tuple[str, ...]:
    return ('share-to', '{image}', *argv)


def _revoke(*argv: str) -> tuple[str, ...]:
    return ('share', 'revoke', '{image}', *argv)


def _usage_by_b(*argv: str) -> tuple[str, ...]:
    """Return what looks at B alone, and not at the owner as well."""
    return _usage('--project', '{b}', *argv)


def _usage(*argv: str) -> tuple[str, ...]:
    return ('share', 'usage', '{image}', '--fail-in-use', *argv)


def _file(*members: str) -> str:
    """Return a file that says who may use the image, and nobody else."""
    return (
        'version: 1\nowner: {a}\nimages:\n- id: {image}\n  exact: true\n'
        f'  members: [{", ".join(members)}]\n'
    )


def _apply(*argv: str) -> tuple[str, ...]:
    return ('share', 'apply', '--file', '{file}', *argv)


_DIFF = ('share', 'diff', '--file', '{file}')
_PROJECT_B = '{{project: {b}}}'

_ACCEPTED = _shared(b='accepted')
_PENDING = _shared(b='pending')
_OLD = truth.State('private', {'c': 'accepted'})
_CLOUDS = ('--member-cloud', 'b', '--member-cloud', 'c')

SCENARIOS = (
    Scenario(
        'share with a project of the same user',
        'ab',
        _to('{b}'),
        start=PRIVATE,
        end=_ACCEPTED,
        may_gain='b',
    ),
    Scenario(
        'share by name',
        'ab',
        _to('{name_b}'),
        start=_shared(c='accepted'),
        end=_shared(b='accepted', c='accepted'),
        may_gain='b',
    ),
    Scenario(
        'share with the project of a member cloud',
        'a',
        _to('--member-cloud', 'b'),
        start=PRIVATE,
        end=_ACCEPTED,
        may_gain='b',
    ),
    Scenario(
        'share with a project nobody here speaks for',
        'a',
        _to('{b}'),
        start=PRIVATE,
        end=_PENDING,
        may_gain='b',
    ),
    Scenario(
        'share with several projects',
        'ab',
        _to('{b}', '{c}', '--member-cloud', 'c'),
        start=PRIVATE,
        end=_shared(b='accepted', c='accepted'),
        named='bc',
        may_gain='bc',
    ),
    Scenario(
        'share what would wake an old member',
        'ab',
        _to('{b}'),
        start=_OLD,
        end=PRIVATE,
        code=1,
        may_gain='b',
    ),
    Scenario(
        'share and drop an old member',
        'ab',
        _to('{b}', '--drop-members'),
        start=_OLD,
        end=_ACCEPTED,
        may_gain='b',
    ),
    Scenario(
        'share and keep an old member',
        'ab',
        _to('{b}', '--keep-members'),
        start=_OLD,
        end=_shared(b='accepted', c='accepted'),
        may_gain='bc',
    ),
    Scenario(
        'share and wait',
        'a',
        # Long enough for any answer, and not for ever when there is none.
        _to('{b}', '--wait', '--wait-timeout', '10'),
        start=_shared(b='accepted'),
        end=_shared(b='accepted'),
        may_gain='b',
    ),
    Scenario(
        'share as an administrator and accept',
        'admin',
        _to('{b}', '--accept'),
        start=PRIVATE,
        end=_ACCEPTED,
        may_gain='b',
    ),
    Scenario(
        'plan to share with several projects',
        'ab',
        _to('{b}', '{c}', '--member-cloud', 'c', '--dry-run'),
        start=PRIVATE,
        end=PRIVATE,
        named='bc',
    ),
    Scenario(
        'status of what is in use',
        'ab',
        ('share', 'status', '{image}'),
        start=_ACCEPTED,
        end=_ACCEPTED,
        made=('server', 'volume'),
    ),
    Scenario(
        'usage of what is in use',
        'ab',
        _usage(),
        start=_ACCEPTED,
        end=_ACCEPTED,
        code=3,
        made=('server', 'volume'),
    ),
    Scenario(
        'usage of what is not in use',
        'a',
        _usage('--member-cloud', 'b'),
        start=_ACCEPTED,
        end=_ACCEPTED,
    ),
    Scenario(
        'usage as an administrator',
        'admin',
        _usage(),
        start=_ACCEPTED,
        end=_ACCEPTED,
        code=3,
        made=('server',),
    ),
    Scenario(
        'revoke what is not in use',
        'ab',
        _revoke('{b}'),
        start=_ACCEPTED,
        end=_shared(),
        may_lose='b',
    ),
    Scenario(
        'revoke what is in use',
        'ab',
        _revoke('{b}'),
        start=_ACCEPTED,
        end=_ACCEPTED,
        code=3,
        made=('server',),
    ),
    Scenario(
        'revoke what a volume was made of',
        'a',
        _revoke('{b}', '--member-cloud', 'b'),
        start=_ACCEPTED,
        end=_ACCEPTED,
        code=3,
        made=('volume',),
    ),
    Scenario(
        'revoke by force what is in use',
        'ab',
        _revoke('{b}', '--force'),
        start=_shared(b='accepted', c='pending'),
        end=_shared(c='pending'),
        may_lose='b',
        made=('server',),
    ),
    Scenario(
        'revoke every share and make it private',
        'a',
        _revoke('--all', '--private', *_CLOUDS),
        start=_shared(b='accepted', c='pending'),
        end=PRIVATE,
        named='bc',
        may_lose='bc',
    ),
    Scenario(
        'revoke as an administrator',
        'admin',
        _revoke('{b}'),
        start=_ACCEPTED,
        end=_shared(),
        may_lose='b',
    ),
    Scenario(
        'revoke what nobody can look at',
        'a',
        _revoke('{b}'),
        start=_ACCEPTED,
        end=_ACCEPTED,
        code=4,
    ),
    Scenario(
        'revoke what nobody can look at all the same',
        'a',
        _revoke('{b}', '--allow-unseen'),
        start=_ACCEPTED,
        end=_shared(),
        may_lose='b',
    ),
    Scenario(
        'revoke what a Nova that is hidden from the member has',
        'ab',
        _revoke('{b}'),
        start=_ACCEPTED,
        end=_ACCEPTED,
        code=3,
        made=('server',),
        catalog=catalogs.Catalog(nova_for='ac', nova_versioned=False),
    ),
    Scenario(
        'usage where Nova has another interface',
        'a',
        _usage_by_b('--member-cloud', 'b'),
        start=_ACCEPTED,
        end=_ACCEPTED,
        code=4,
        made=('server',),
        catalog=catalogs.Catalog(nova_interface='internal'),
    ),
    Scenario(
        'revoke what another region of one Glance has',
        'a',
        _revoke('{b}', '--member-cloud', 'b'),
        start=_ACCEPTED,
        end=_ACCEPTED,
        code=3,
        made=('server',),
        catalog=catalogs.Catalog(moved=True),
    ),
    Scenario(
        'usage in another region of one Glance',
        'admin',
        _usage(),
        start=_ACCEPTED,
        end=_ACCEPTED,
        code=3,
        made=('server',),
        catalog=catalogs.Catalog(moved=True),
    ),
    Scenario(
        'revoke what a volume is being made of',
        'ab',
        _revoke('{b}'),
        start=_ACCEPTED,
        end=_ACCEPTED,
        code=4,
        made=('volume begun',),
    ),
    Scenario(
        'usage by a server that is being built',
        'a',
        _usage_by_b('--member-cloud', 'b'),
        start=_ACCEPTED,
        end=_ACCEPTED,
        code=4,
        made=('server begun',),
    ),
    Scenario(
        'accept',
        'b',
        ('share', 'accept', '{image}'),
        start=_PENDING,
        end=_ACCEPTED,
    ),
    Scenario(
        'accept all of one owner',
        'b',
        ('share', 'accept', '--all', '--expect-owner', '{a}'),
        start=_PENDING,
        end=_ACCEPTED,
    ),
    Scenario(
        'reject',
        'b',
        ('share', 'reject', '{image}'),
        start=_ACCEPTED,
        end=_shared(b='rejected'),
    ),
    Scenario(
        'list what goes out',
        'ab',
        (
            'share',
            'list',
        ),
        start=_shared(b='accepted', c='pending'),
        end=_shared(b='accepted', c='pending'),
    ),
    Scenario(
        'list what comes in',
        'b',
        ('share', 'list', '--incoming', '--long'),
        start=_PENDING,
        end=_PENDING,
    ),
    Scenario(
        'write a file',
        'ab',
        ('share', 'export', '--image', '{image}'),
        start=_shared(b='accepted', c='pending'),
        end=_shared(b='accepted', c='pending'),
    ),
    Scenario(
        'compare a file with what is in order',
        'ab',
        _DIFF,
        start=_ACCEPTED,
        end=_ACCEPTED,
        file=_file(_PROJECT_B),
    ),
    Scenario(
        'compare a file that leaves out a member',
        'ab',
        _DIFF,
        start=_ACCEPTED,
        end=_ACCEPTED,
        code=5,
        file=_file(),
    ),
    Scenario(
        'apply a file for several projects',
        'ab',
        _apply(),
        start=PRIVATE,
        end=_shared(b='accepted', c='accepted'),
        named='bc',
        may_gain='bc',
        file=_file(_PROJECT_B, '{{cloud: c}}'),
    ),
    Scenario(
        'apply a file that would wake an old member',
        'ab',
        _apply('--prune'),
        start=_OLD,
        end=PRIVATE,
        code=1,
        may_gain='b',
        file=_file(_PROJECT_B),
    ),
    Scenario(
        'apply a file and prune',
        'ab',
        _apply('--prune'),
        start=_ACCEPTED,
        end=_shared(c='accepted'),
        named='bc',
        may_gain='c',
        may_lose='b',
        file=_file('{{cloud: c}}'),
    ),
    Scenario(
        'apply a file and prune as an administrator',
        'admin',
        _apply('--prune'),
        start=_ACCEPTED,
        end=_shared(),
        may_lose='b',
        file=_file(),
    ),
    Scenario(
        'apply a file and prune what is in use',
        'ab',
        _apply('--prune'),
        start=_ACCEPTED,
        end=_ACCEPTED,
        code=3,
        made=('server',),
        file=_file(),
    ),
)


def filled_in(
    words: tuple[str, ...], values: Mapping[str, str]
) -> tuple[str, ...]:
    """Return *words* with the placeholders replaced."""
    return tuple(word.format_map(values) for word in words)


def of_ids(state: truth.State, ids: Mapping[str, str]) -> truth.State:
    """Return *state* with IDs instead of letters."""
    return truth.State(
        state.visibility,
        {ids[letter]: status for letter, status in state.members.items()},
    )
