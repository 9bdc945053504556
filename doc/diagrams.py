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

"""Draws the manual's diagrams: an SVG beside each Graphviz source.

The drawings are kept in the repository, so that nobody needs Graphviz to build
the manual. Each names the source that it was made of by a checksum.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
import re
import subprocess
import sys

MANUAL = Path(__file__).parent / 'source'

_STAMP = '<!-- drawn from {name}, SHA-256 {digest} -->'


def sources() -> list[Path]:
    """Return the diagrams' sources."""
    return sorted(MANUAL.rglob('*.dot'))


def stamp(source: Path) -> str:
    """Return the line by which a drawing names its source."""
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    return _STAMP.format(name=source.name, digest=digest)


def draw(source: Path) -> str:
    """Return the drawing of a source.

    :raises FileNotFoundError: where there is no Graphviz.
    :raises subprocess.CalledProcessError: if the source is wrong.
    """
    drawn = subprocess.run(
        ['dot', '-Tsvg', source],
        stdout=subprocess.PIPE,
        check=True,
        encoding='utf-8',
    ).stdout
    # Which Graphviz it was is of no interest, and would change every file.
    _, _, svg = drawn.partition('<svg ')
    svg = re.sub(r'<!--.*?-->\n?', '', svg, flags=re.DOTALL)
    # Letters as far apart as Graphviz has taken them to be.
    return f'{stamp(source)}\n<svg text-rendering="geometricPrecision" {svg}'


def main() -> int:
    """Draw all diagrams; return the exit code."""
    for source in sources():
        try:
            drawing = draw(source)
        except FileNotFoundError:
            print('Graphviz is needed, see bindep.txt.', file=sys.stderr)
            return 1
        except subprocess.CalledProcessError as exc:
            # Graphviz has said what is wrong.
            return exc.returncode
        source.with_suffix('.svg').write_text(drawing, encoding='utf-8')
        print(source.with_suffix('.svg').relative_to(MANUAL))
    return 0


if __name__ == '__main__':
    sys.exit(main())
