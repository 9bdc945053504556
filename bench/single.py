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

"""One image, one project: shared and accepted, or taken back."""

from __future__ import annotations

from bench import clients
from bench import figures
from bench import line as line_
from bench import stage as stage_
from bench import timing

_SHARE_GOAL = 4.0
_REVOKE_GOAL = 2.0


def two_credentials(
    stage: stage_.Stage, client: clients.Client, plan: figures.Plan
) -> list[figures.Figure]:
    """Share as A and accept as B, each with its own entry of clouds.yaml."""

    def ours(image: str) -> None:
        client.run(
            *('image', 'share-to', image, stage.b, '--accept'),
            *('--member-cloud', 'bob'),
            cloud='alice',
        )

    return [
        _sharing(
            stage,
            client,
            plan,
            ours,
            'share',
            'Share with one project and accept, IDs given, two credentials',
            at_most=11,
        )
    ]


def rescoped(
    stage: stage_.Stage, client: clients.Client, plan: figures.Plan
) -> list[figures.Figure]:
    """Share and accept as one user who is a member of both projects."""

    def ours(image: str) -> None:
        client.run(
            'image', 'share-to', image, stage.b, '--accept', cloud='both-a'
        )

    return [
        _sharing(
            stage,
            client,
            plan,
            ours,
            'share, rescoped',
            'The same as one user, rescoped',
            at_most=10,
        )
    ]


def _sharing(
    stage: stage_.Stage,
    client: clients.Client,
    plan: figures.Plan,
    ours: timing.Way[str],
    name: str,
    work: str,
    at_most: int,
) -> figures.Figure:
    def native(image: str) -> None:
        client.run('image', 'set', '--shared', image, cloud='alice')
        client.run('image', 'add', 'project', image, stage.b, cloud='alice')
        client.run('image', 'member', 'list', image, cloud='alice')
        client.run('image', 'set', '--accept', image, cloud='bob')
        client.run('image', 'show', image, cloud='bob')

    def shared(image: str) -> None:
        stage.assertEqual({stage.b: 'accepted'}, stage.members(image))

    counted = line_.counted(
        stage, {'native': native, 'ours': ours}, stage.make_image
    )
    taken = timing.in_turns(
        {'native': native, 'ours': ours},
        plan.rounds,
        stage.make_image,
        shared,
    )
    measured = timing.Spread.of(timing.ratios(taken['native'], taken['ours']))
    return figures.Figure(
        name=name,
        work=work,
        against='`image set --shared`, `image add project`, '
        '`image member list`, `image set --accept`, `image show`',
        unit=figures.TIMES,
        measured=measured,
        goal=f'≥ {_SHARE_GOAL:g} times, ≤ {at_most} requests',
        reached=measured.median >= _SHARE_GOAL
        and len(counted['ours']) <= at_most,
        requests=len(counted['ours']),
        requests_against=len(counted['native']),
        details={'seconds': taken, 'requests': counted},
    )


def revoked(
    stage: stage_.Stage, client: clients.Client, plan: figures.Plan
) -> list[figures.Figure]:
    """Look whether B uses the image, and revoke the share."""
    # Others are listed and looked through as well.
    other = stage.offer('accepted')
    stage.make_server('bob', other)
    stage.make_volume('bob', other)

    def native(image: str) -> None:
        client.run('server', 'list', '--image', image, cloud='bob')
        client.run('volume', 'list', '--long', cloud='bob')
        client.run('image', 'remove', 'project', image, stage.b, cloud='alice')

    def ours(image: str) -> None:
        client.run(
            *('image', 'share', 'revoke', image, stage.b),
            *('--member-cloud', 'bob'),
            cloud='alice',
        )

    def gone(image: str) -> None:
        stage.assertEqual({}, stage.members(image))

    def shared() -> str:
        return stage.offer('accepted')

    ways: dict[str, timing.Way[str]] = {'native': native, 'ours': ours}
    counted = line_.counted(stage, ways, shared)
    taken = timing.in_turns(ways, plan.rounds, shared, gone)
    measured = timing.Spread.of(timing.ratios(taken['native'], taken['ours']))
    return [
        figures.Figure(
            name='revoke',
            work='Revoke with the check before and after, one project',
            against='`server list --image` and `volume list --long` as the '
            'member, `image remove project` (one check)',
            unit=figures.TIMES,
            measured=measured,
            goal=f'≥ {_REVOKE_GOAL:g} times',
            reached=measured.median >= _REVOKE_GOAL,
            requests=len(counted['ours']),
            requests_against=len(counted['native']),
            details={'seconds': taken, 'requests': counted},
        )
    ]
