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

"""What the plugin costs whoever does not use it, and whoever does."""

from __future__ import annotations

import time

from bench import clients
from bench import environments
from bench import figures
from bench import line as line_
from bench import stage as stage_
from bench import timing

_FIRST_GOAL = 5.0


def installed(
    stage: stage_.Stage, client: clients.Client, plan: figures.Plan
) -> list[figures.Figure]:
    """Run a native command with and without the plugin.

    Twice without it: what these two differ by is the noise, and which of
    them is the longer one is chance.
    """
    programs = environments.make(stage)
    with_it, without = (
        clients.Client(programs[name]) for name in ('plugin', 'plain')
    )

    def run(which: clients.Client) -> timing.Way[None]:
        def way(_: None) -> None:
            which.run('server', 'list', cloud='alice')

        return way

    ways = {
        'plugin': run(with_it),
        'plain': run(without),
        'plain again': run(without),
    }
    for way in ways.values():
        way(None)
    taken = timing.in_turns(ways, plan.pairs, lambda: None, lambda _: None)
    cost = timing.Spread.sure(_longer(taken['plugin'], taken['plain']))
    same = timing.Spread.sure(_longer(taken['plain again'], taken['plain']))
    noise = max(abs(same.least), abs(same.most))
    return [
        figures.Figure(
            name='server list',
            work='`openstack server list` with the plugin installed',
            against='without it',
            unit=figures.PERCENT,
            measured=cost,
            goal=f'no difference beyond the noise (±{noise:.1f} %)',
            reached=abs(cost.median) <= noise,
            details={'seconds': taken},
        )
    ]


def first_request(
    stage: stage_.Stage, client: clients.Client, plan: figures.Plan
) -> list[figures.Figure]:
    """Start a command, and see when its first request arrives."""
    image = stage.offer()
    line = line_.Line(stage)

    def until_asked(*words: str) -> timing.Way[None]:
        def way(_: None) -> float:
            line.asked.clear()
            begun = time.monotonic()
            client.run(*words, cloud='alice')
            return line.asked[0].when - begun

        return way

    ways = {
        'native': until_asked('token', 'issue'),
        'ours': until_asked('image', 'share-to', image, stage.b),
    }
    with line.open():
        for way in ways.values():
            way(None)
        taken = timing.in_turns(ways, plan.pairs, lambda: None, lambda _: None)
    later = timing.Spread.sure(_longer(taken['ours'], taken['native']))
    return [
        figures.Figure(
            name='first request',
            work='From the start of `share-to` to its first request',
            against='`token issue`',
            unit=figures.PERCENT,
            measured=later,
            goal=f'within {_FIRST_GOAL:g} %',
            reached=later.median <= _FIRST_GOAL,
            details={'seconds': taken},
        )
    ]


def _longer(these: list[float], those: list[float]) -> list[float]:
    """Return pair by pair by how many per cent these took longer."""
    return [100 * (each - 1) for each in timing.ratios(these, those)]
