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

"""The manual's diagrams: drawn from their sources, and true."""

import pathlib
import re
import shutil
import unittest
from xml.etree import ElementTree

from doc import diagrams
from tests.unit import base

_PACKAGE = diagrams.MANUAL.parents[1] / 'osc_imageshare'
_SVG = '{http://www.w3.org/2000/svg}'


def words(drawing: str) -> list[str]:
    """Return what is written in a drawing, names of its parts included.

    Not where: another Graphviz with other fonts would put it elsewhere.
    """
    parts = ElementTree.fromstring(drawing).iter()
    return sorted(
        part.text or ''
        for part in parts
        if part.tag in (_SVG + 'text', _SVG + 'title')
    )


def kept(source: pathlib.Path) -> str:
    """Return the drawing that the repository has of a source."""
    return source.with_suffix('.svg').read_text(encoding='utf-8')


class DiagramsTest(base.TestCase):
    def test_each_is_drawn_from_its_source_as_it_is_now(self) -> None:
        self.assertNotEqual([], diagrams.sources())
        for source in diagrams.sources():
            first, _, _ = kept(source).partition('\n')
            self.assertEqual(
                diagrams.stamp(source), first, 'Run "make diagrams".'
            )

    @unittest.skipUnless(shutil.which('dot'), 'Graphviz is not installed')
    def test_each_says_what_its_source_says(self) -> None:
        for source in diagrams.sources():
            self.assertEqual(
                words(diagrams.draw(source)), words(kept(source)), source.name
            )

    def test_each_is_in_the_manual_and_has_a_text_beside_it(self) -> None:
        for source in diagrams.sources():
            pages = '\n'.join(
                page.read_text(encoding='utf-8')
                for page in source.parent.glob('*.rst')
            )
            self.assertRegex(
                pages,
                # The theme's classes: within its column, and a gap below.
                rf'\.\. image:: {source.stem}\.svg\n'
                r'   :class: img-fluid mb-3\n   :alt: .+',
            )

    def test_each_fits_a_telephone(self) -> None:
        for source in diagrams.sources():
            found = re.search(r'<svg .*width="(\d+)pt"', kept(source))
            assert found is not None
            # A column of 366 pixels has 275 points: the letters keep nine
            # tenths of their size.
            self.assertLessEqual(int(found.group(1)), 305)

    def test_the_modules_of_the_floors_exist(self) -> None:
        floors = diagrams.MANUAL / 'contributor' / 'floors.dot'
        found = re.findall(
            r'<b>(\w+)/</b>(.*)>\]', floors.read_text(encoding='utf-8')
        )
        self.assertEqual(6, len(found))
        for floor, modules in found:
            for module in re.findall(r'[\w/]+\.py', modules):
                self.assertTrue((_PACKAGE / floor / module).is_file(), module)
