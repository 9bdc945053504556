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

"""The figures as a picture: how many times faster, and what was wanted."""

# mypy: disable-error-code="import-not-found"

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
import re

from bench import figures

_BAR = '#2f6f9f'
_INK = '#333333'
_GOAL = '#c0392b'


def draw(found: Sequence[figures.Figure], path: Path) -> None:
    """Draw those figures that say how many times faster something is."""
    import matplotlib as mpl

    # No window; text stays text, and the same figures give the same file.
    mpl.use('svg')
    mpl.rcParams.update({'svg.fonttype': 'none', 'svg.hashsalt': 'bench'})
    from matplotlib import pyplot

    shown = [f for f in found if f.unit == figures.TIMES][::-1]
    if not shown:
        return
    drawing, axes = pyplot.subplots(
        # As wide as a telephone: there is no room beside the bars.
        figsize=(4.2, 1.1 + 0.6 * len(shown)),
        layout='constrained',
    )
    medians = [f.measured.median for f in shown]
    places = range(len(shown))
    axes.barh(
        places,
        medians,
        xerr=(
            [f.measured.median - f.measured.least for f in shown],
            [f.measured.most - f.measured.median for f in shown],
        ),
        color=_BAR,
        ecolor=_INK,
        capsize=3,
        height=0.35,
    )
    goals = [
        (place, goal)
        for place, goal in enumerate(map(_goal, shown))
        if goal is not None
    ]
    axes.vlines(
        [goal for _, goal in goals],
        [place - 0.3 for place, _ in goals],
        [place + 0.3 for place, _ in goals],
        color=_GOAL,
        linewidth=2,
        label='to reach',
    )
    for place, figure in enumerate(shown):
        axes.annotate(
            f'{figure.measured.median:.3g}',
            (figure.measured.most, place),
            xytext=(6, 0),
            textcoords='offset points',
            va='center',
            color=_INK,
        )
        axes.annotate(
            figure.name,
            (1, place + 0.25),
            xytext=(2, 0),
            textcoords='offset points',
            va='bottom',
            color=_INK,
        )
    axes.set_xscale('log')
    axes.set_xlim(1, 2 * max(f.measured.most for f in shown))
    axes.set_yticks([])
    axes.set_ylim(-0.6, len(shown))
    axes.set_xlabel('times faster than the native commands')
    axes.xaxis.set_major_formatter('{x:g}')
    axes.spines[['top', 'right']].set_visible(False)
    axes.legend(frameon=False, loc='lower right')
    drawing.savefig(path, metadata={'Date': None})
    pyplot.close(drawing)


def _goal(figure: figures.Figure) -> float | None:
    """Return how many times faster something was to be."""
    found = re.match(r'≥ ([\d.]+) times', figure.goal)
    return float(found.group(1)) if found else None
