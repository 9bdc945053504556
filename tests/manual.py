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

"""The table of the manual that is made of the rules of what breaks.

``python -m tests.manual`` writes it anew; a unit test holds the two together.
"""

from __future__ import annotations

import pathlib

from osc_imageshare.usage import risk

PATH = pathlib.Path(__file__).parents[1] / 'doc/source/user/breaks.inc'

_HEAD = """\
.. Written by "python -m tests.manual" from osc_imageshare/usage/risk.py.

.. list-table::
   :header-rows: 1
   :widths: 22 16 20 42

   * - What was made of the image
     - If it is
     - Breaks
     - May Break
"""

_TITLES: dict[tuple[str, str | None], str] = {
    (risk.SERVER, risk.FROM_IMAGE): 'server booted from the image',
    (risk.SERVER, risk.FROM_VOLUME): 'server booted from a volume of it',
    (risk.SERVER, risk.FROM_SHELVED): 'server shelved by an administrator',
    (risk.SERVER, risk.FROM_KERNEL): (
        'server of which the image is the kernel or ramdisk'
    ),
    (risk.VOLUME, None): 'volume',
    (risk.IMAGE, None): 'image (snapshot of a server)',
    (risk.IMAGE, risk.FROM_KERNEL): (
        'image that names it as its kernel or ramdisk'
    ),
    (risk.CLUSTER_TEMPLATE, None): 'cluster template',
    (risk.PROJECT, None): 'nothing: what the project can no longer do',
}

#: Consumers of which the rules are those of another one.
SAME = {
    (risk.SERVER, risk.FROM_RAMDISK): (risk.SERVER, risk.FROM_KERNEL),
    (risk.IMAGE, risk.FROM_RAMDISK): (risk.IMAGE, risk.FROM_KERNEL),
}


def table() -> str:
    """Return the table, as the manual includes it."""
    lines = []
    for key in risk.RULES:
        if key in SAME:
            continue
        rows: dict[tuple[str, str], list[str]] = {}
        for withdrawal in risk.WITHDRAWALS:
            if withdrawal != risk.PRIVATE:
                shown = _breaks(key, withdrawal), _may_break(key, withdrawal)
                rows.setdefault(shown, []).append(withdrawal)
        first = _TITLES[key]
        for (breaks, may_break), withdrawals in rows.items():
            cells = (first, ', '.join(withdrawals), breaks, may_break)
            lines += [
                f'   {"* " if number == 0 else "  "}- {cell}'.rstrip()
                for number, cell in enumerate(cells)
            ]
            first = '\\'
    return _HEAD + '\n'.join(lines) + '\n'


def _breaks(key: tuple[str, str | None], withdrawal: str) -> str:
    return ', '.join(risk.breaks(*key, withdrawal)) or '\\-'


def _may_break(key: tuple[str, str | None], withdrawal: str) -> str:
    """Return the operations, those of one condition together."""
    found: dict[str, list[str]] = {}
    for operation, condition in risk.may_break(*key, withdrawal):
        found.setdefault(risk.clause(condition), []).append(operation)
    return (
        '; '.join(f'{", ".join(ops)} {when}' for when, ops in found.items())
        or '\\-'
    )


if __name__ == '__main__':
    PATH.write_text(table(), encoding='utf-8')
