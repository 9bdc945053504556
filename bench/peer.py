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

"""One image and the projects of a domain, beside a program for just that."""

from __future__ import annotations

from bench import clients
from bench import environments
from bench import figures
from bench import line as line_
from bench import stage as stage_
from bench import timing

_GOAL = 1.5

#: Seconds that a request and its answer are on a long line: between cities.
_LONG = 0.02


def shared(
    stage: stage_.Stage, client: clients.Client, plan: figures.Plan
) -> list[figures.Figure]:
    """Share with all projects of a domain and accept, as administrator."""
    program = environments.peer(stage)
    domain = stage.make_domain()
    projects = [*stage.make_projects(plan.domain, domain).values()]

    def peer(image: str) -> None:
        clients.output([str(program.path), *words(image, domain)])

    def ours(image: str) -> None:
        client.run(
            *('image', 'share-to', '--accept', image, *projects),
            cloud=stage_.ADMIN,
        )

    def prepare() -> str:
        # The peer leaves the visibility as it is, and a private image has no
        # members.
        return stage.make_image(visibility='shared')

    def check(image: str) -> None:
        stage.assertEqual(
            dict.fromkeys(projects, 'accepted'), stage.members(image)
        )

    ways: dict[str, timing.Way[str]] = {'peer': peer, 'ours': ours}
    counted = line_.counted(stage, ways, prepare)
    work = (
        f'Share with the {plan.domain} projects of a domain and accept, as '
        'administrator'
    )
    far = f'The same where each answer takes {_LONG * 1000:g} ms longer'
    taken = timing.in_turns(ways, plan.rounds, prepare, check)
    with line_.Line(stage, _LONG).open():
        taken_far = timing.in_turns(ways, plan.rounds, prepare, check)
    return [
        _figure('share, a domain', work, program.version, taken, counted),
        _figure(
            'share, a domain, far', far, program.version, taken_far, counted
        ),
    ]


def words(image: str, domain: str) -> list[str]:
    """Return the peer's arguments."""
    return [
        *('--cloud', stage_.ADMIN),
        # By default it first checks its own image definitions, which has
        # nothing to do with sharing and would only make it slower.
        '--no-check',
        *('--share-image', image, '--share-action', 'add'),
        *('--share-type', 'domain', '--share-target', domain),
    ]


def _figure(
    name: str,
    work: str,
    version: str,
    taken: dict[str, list[float]],
    counted: dict[str, list[str]],
) -> figures.Figure:
    measured = timing.Spread.of(timing.ratios(taken['peer'], taken['ours']))
    return figures.Figure(
        name=name,
        work=work,
        against='`openstack-image-manager --share-type domain`, which is '
        'told the domain; the projects are not told one by one',
        unit=figures.TIMES,
        measured=measured,
        goal=f'≥ {_GOAL:g} times',
        reached=measured.median >= _GOAL,
        requests=len(counted['ours']),
        requests_against=len(counted['peer']),
        details={'seconds': taken, 'requests': counted, 'version': version},
    )
