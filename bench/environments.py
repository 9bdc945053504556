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

"""New virtual environments: with the plugin, without it, and of others.

The one that the benchmark runs in has the plugin installed from a checkout,
which makes every start of Python a little slower. Two of these are installed
as people install: the same packages of the same versions, in the same order.
Programs that are compared with get one of their own.
"""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
import re
import shutil
import subprocess
import sys

from bench import clients
from bench import stage as stage_
import fixtures

_ROOT = Path(__file__).resolve().parents[1]
_PEER = Path(__file__).with_name('requirements-peer.txt')

#: What the package is built from.
_SOURCE = (
    'LICENSE',
    'README.rst',
    'pyproject.toml',
    'requirements.txt',
    'setup.cfg',
    'setup.py',
)


def make(stage: stage_.Stage) -> dict[str, Path]:
    """Return the ``openstack`` of each: ``plain`` and ``plugin``."""
    directory = Path(stage.useFixture(fixtures.TempDir()).path)
    frozen = directory / 'requirements.txt'
    frozen.write_text(
        _pip(
            Path(sys.executable),
            *('freeze', '--exclude-editable', '--exclude', 'osc-imageshare'),
        )
    )
    made = {}
    for name in 'plain', 'plugin':
        path = directory / name
        _run(sys.executable, '-m', 'venv', str(path))
        python = path / 'bin' / 'python'
        _pip(python, 'install', '--no-deps', '-r', str(frozen))
        if name == 'plugin':
            _pip(python, 'install', '--no-deps', str(_copy(directory)))
        made[name] = path / 'bin' / 'openstack'
    return made


@dataclasses.dataclass(frozen=True)
class Program:
    """Somebody else's program."""

    path: Path
    version: str


def peer(stage: stage_.Stage) -> Program:
    """Install the program that ``requirements-peer.txt`` names, alone."""
    path = Path(stage.useFixture(fixtures.TempDir()).path, 'peer')
    _run(sys.executable, '-m', 'venv', str(path))
    python = path / 'bin' / 'python'
    _pip(python, 'install', '-r', str(_PEER))
    ((name, version),) = _installed(_pip(python, 'freeze'), _PEER.read_text())
    return Program(path / 'bin' / name, version)


def _installed(frozen: str, wanted: str) -> list[tuple[str, str]]:
    """Return name and version of each package that was asked for."""
    lines = (line.partition('#')[0].strip() for line in wanted.splitlines())
    names = {re.split(r'[<>=!~;\s]', line)[0] for line in lines if line}
    found = (line.partition('==') for line in frozen.splitlines())
    return [(name, version) for name, _, version in found if name in names]


def _copy(directory: Path) -> Path:
    """Return a copy of the source, so that nothing is built in this one."""
    source = directory / 'source'
    shutil.copytree(
        _ROOT / 'osc_imageshare',
        source / 'osc_imageshare',
        ignore=shutil.ignore_patterns('__pycache__'),
    )
    for name in _SOURCE:
        shutil.copy(_ROOT / name, source)
    return source


def _pip(python: Path, *words: str) -> str:
    return _run(str(python), '-m', 'pip', '--quiet', *words)


def _run(*argv: str) -> str:
    done = subprocess.run(
        argv,
        # pbr asks git otherwise, and the copy is no checkout.
        env={**os.environ, 'PBR_VERSION': '0.0.1'},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise clients.Failed(
            f'{" ".join(argv)} ended with {done.returncode}: {done.stderr}'
        )
    return done.stdout
