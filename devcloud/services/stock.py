# Licensed under the Apache License, Version 2.0 (the "License"); you may
# not use this file except in compliance with the License. You may obtain
# a copy of the License at
#
#      http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS, WITHOUT
# WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the
# License for the specific language governing permissions and limitations
# under the License.

"""Keystone, Glance and Placement: each has its application ready-made.

Knows the environment variable and the module of each one.
"""

# mypy: disable-error-code="import-not-found, import-untyped"

import importlib
import os
from typing import Any

from devcloud.services import sqlite


def application(name: str, etc: str) -> Any:
    # The second Glance differs from the first in its configuration only.
    package = name.rstrip('2')
    os.environ[f'OS_{package.upper()}_CONFIG_DIR'] = etc
    sqlite.install()
    if package == 'glance':
        _trust_schemas()
    return importlib.import_module(f'{package}.wsgi.api').application


def _trust_schemas() -> None:
    """Let Glance not check its own schema of images before each body.

    That took an eighth of its processor time, for the same answer each time.
    """
    from jsonschema import validators

    def check_schema(schema: Any, **how: Any) -> None:
        pass

    validators.validator_for({}).check_schema = check_schema
