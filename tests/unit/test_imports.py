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

"""What every ``openstack`` command of every user pays for this plugin.

OpenStackClient imports the command modules of all plugins on each run.
"""

import ast
import configparser
import importlib
import json
import pathlib
import subprocess
import sys

from osc_lib.command import command

from tests.unit import base

_ROOT = pathlib.Path(__file__).parents[2]

#: What the command modules may load beyond the base classes of commands. A
#: module that is added here makes each "openstack" command slower: that needs
#: a reason.
_ALLOWED = {
    # Small and without imports of its own that are not there already.
    'cliff.columns',
    'dataclasses',
    # The bare command suggests the nearest one; heapq is difflib's.
    'difflib',
    'heapq',
    '_heapq',
    # Commands are printed quoted.
    'shlex',
    # This plugin: nothing that talks to a cloud but rest and tokens, which
    # import an HTTP library when a request is sent.
    'osc_imageshare',
    'osc_imageshare.api',
    'osc_imageshare.api.urls',
    'osc_imageshare.api.responses',
    'osc_imageshare.commands',
    'osc_imageshare.commands.arguments',
    'osc_imageshare.commands.base',
    'osc_imageshare.commands.columns',
    'osc_imageshare.commands.invocation',
    'osc_imageshare.commands.messages',
    'osc_imageshare.commands.signals',
    'osc_imageshare.commands.streams',
    'osc_imageshare.errors',
    'osc_imageshare.api.rest',
    'osc_imageshare.usage',
    'osc_imageshare.usage.risk',
    'osc_imageshare.text',
    'osc_imageshare.api.tokens',
}

#: A floor, and what may be imported there beside what stands on it: the floors
#: below. ``errors`` and ``text`` are for all.
_FLOORS = ('api', 'identity', 'image', 'usage', 'sharing', 'commands')

_SCRIPT = """
import sys
import json
import importlib

import cliff
import osc_lib.command.command

before = set(sys.modules)
for name in sys.argv[1:]:
    importlib.import_module(name)
json.dump(sorted(set(sys.modules) - before), sys.stdout)
"""


def entry_points() -> dict[str, tuple[str, str]]:
    """Return entry point to module and class, as setup.cfg has them."""
    read = configparser.ConfigParser()
    read.read(_ROOT / 'setup.cfg')
    found = {}
    for line in read['entry_points']['openstack.image.v2'].split('\n'):
        name, equals, target = line.partition('=')
        if equals:
            module, _, class_name = target.strip().partition(':')
            found[name.strip()] = module, class_name
    return found


class FloorsTest(base.TestCase):
    def test_no_import_leads_up(self) -> None:
        package = _ROOT / 'osc_imageshare'
        wrong = []
        for path in sorted(package.glob('*/**/*.py')):
            floor = path.relative_to(package).parts[0]
            allowed = _FLOORS[: _FLOORS.index(floor) + 1]
            for module in imported(path):
                there = module.split('.')[1]
                if there in _FLOORS and there not in allowed:
                    wrong.append(f'{path.relative_to(package)}: {module}')
        self.assertEqual([], wrong)

    def test_every_module_stands_on_a_floor(self) -> None:
        package = _ROOT / 'osc_imageshare'
        self.assertEqual(
            {*_FLOORS},
            {path.parent.name for path in package.glob('*/__init__.py')},
        )
        self.assertEqual(
            {'__init__.py', 'errors.py', 'text.py'},
            {path.name for path in package.glob('*.py')},
        )


def imported(path: pathlib.Path) -> set[str]:
    """Return the modules of this package that a module imports anywhere."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            found |= {f'{node.module}.{alias.name}' for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.startswith('osc_imageshare.')}


class EntryPointsTest(base.TestCase):
    def test_each_is_a_command_named_after_itself(self) -> None:
        for name, (module, class_name) in entry_points().items():
            words = name.removeprefix('image_')
            self.assertEqual(
                'osc_imageshare.commands.' + words.replace('-', '_'), module
            )
            self.assertEqual(
                words.replace('-', '_').title().replace('_', ''), class_name
            )
            found = getattr(importlib.import_module(module), class_name)
            self.assertTrue(issubclass(found, command.Command), name)

    def test_every_command_says_in_a_sentence_what_it_does(self) -> None:
        for module, class_name in entry_points().values():
            found = getattr(importlib.import_module(module), class_name)
            first, *_ = (found.__doc__ or '').splitlines()
            # "openstack command list --long" and the help show it.
            self.assertRegex(first, r'^[A-Z].*[a-z]\.$', class_name)

    def test_every_module_of_a_command_has_its_entry_point(self) -> None:
        there = {
            f'osc_imageshare.commands.{path.stem}'
            for path in (_ROOT / 'osc_imageshare' / 'commands').glob('share*')
        }
        self.assertEqual(
            there, {module for module, _ in entry_points().values()}
        )

    def test_no_mistyped_verb_can_share_an_image(self) -> None:
        # cliff completes unique beginnings of commands; an exact match comes
        # first.
        self.assertIn('image_share', entry_points())


class ImportsTest(base.TestCase):
    def test_the_commands_load_next_to_nothing(self) -> None:
        modules = sorted({module for module, _ in entry_points().values()})
        done = subprocess.run(
            [sys.executable, '-c', _SCRIPT, *modules],
            cwd=_ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        loaded = set(json.loads(done.stdout))
        self.assertLessEqual(set(modules), loaded)
        self.assertEqual(set(), loaded - _ALLOWED - set(modules))

    def test_the_library_needs_no_client(self) -> None:
        # A script that uses openstacksdk alone can import it.
        done = subprocess.run(
            [
                sys.executable,
                '-c',
                'import json, sys\n'
                'from osc_imageshare import sharing\n'
                'json.dump(sorted(sys.modules), sys.stdout)',
            ],
            cwd=_ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        loaded = {name.split('.')[0] for name in json.loads(done.stdout)}
        self.assertEqual(
            set(),
            loaded.intersection(
                {'cliff', 'osc_lib', 'openstackclient', 'openstack'}
            ),
        )
