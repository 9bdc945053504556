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

"""An entry of clouds.yaml, identified by its name and nothing else.

This module knows how openstacksdk reads an entry. It turns any failure into a
sentence that names the entry, the file and what is missing.
"""

from __future__ import annotations

import dataclasses
import typing

from osc_imageshare import errors
from osc_imageshare.identity import catalog

if typing.TYPE_CHECKING:
    from collections.abc import Mapping

    from keystoneauth1 import session as ksa_session
    from openstack.config import cloud_region


@dataclasses.dataclass(frozen=True)
class Entry:
    """What one entry says.

    :ivar said: what the file says, without defaults.
    :ivar session: a session without a token; it can obtain one.
    """

    config: cloud_region.CloudRegion
    session: ksa_session.Session
    said: Mapping[str, typing.Any]

    def says(self, *keys: str) -> bool:
        """Tell whether the entry has one of these keys itself.

        A key for one type of service (``compute_interface``) counts as well.
        """
        return any(
            word == key or word.endswith(f'_{key}')
            for word in self.said
            for key in keys
        )


def load(
    name: str, region: str | None, option: str = '--member-cloud'
) -> Entry:
    """Return an entry, in a region if it knows that region.

    openstacksdk gets the name only: with the options of the command line, the
    caller's ``OS_PROJECT_*`` would decide whose cloud this is.

    :param option: the option that names the entry, for sentences.
    :raises errors.ImageShareError: when nobody can log in with the entry.
    """
    from keystoneauth1 import exceptions as ksa_exceptions
    from openstack import config as sdk_config
    from openstack import exceptions as sdk_exceptions
    import yaml  # type: ignore[import-untyped]

    where: object = 'clouds.yaml'
    try:
        loader = sdk_config.OpenStackConfig()
        where = loader.config_filename or where
        said = (loader.cloud_config.get('clouds') or {}).get(name, {})
        if not isinstance(said, dict):
            raise TypeError('the entry has no "key: value" lines')
        if not isinstance(said.get('regions', []), list):
            raise TypeError('"regions" is not a list')
        try:
            config = loader.get_one(cloud=name, region_name=region or None)
        except sdk_exceptions.ConfigException:
            config = loader.get_one(cloud=name)
        session = config.get_session()
        for kind in catalog.TYPES:
            _check_interface(config.get_interface(kind))
    except (
        sdk_exceptions.ConfigException,
        ksa_exceptions.ClientException,
        yaml.YAMLError,
        # The boundary to a file that may say anything: the SDK checks no
        # types.
        AttributeError,
        KeyError,
        TypeError,
        ValueError,
    ) as exc:
        raise _unusable(name, option, where, str(exc)) from exc
    auth: typing.Any = session.auth
    if not hasattr(auth, 'get_access') or not hasattr(auth, 'auth_url'):
        raise _unusable(
            name,
            option,
            where,
            f'auth_type {config.config.get("auth_type")!r} obtains no token '
            'from an identity service',
        )
    missing = _missing(config)
    if missing:
        raise _unusable(name, option, where, f'the entry has no {missing}')
    return Entry(config, session, said)


def _check_interface(configured: object) -> None:
    """Refuse what old releases of the SDK take for an interface.

    :raises TypeError: for anything but a word, or several.
    """
    several = configured if isinstance(configured, list) else [configured]
    if not all(one is None or isinstance(one, str) for one in several):
        raise TypeError('"interface" is neither a word nor a list of words')


def _missing(config: cloud_region.CloudRegion) -> str | None:
    """Return what is missing to log in with a password, or None.

    Horizon's clouds.yaml has no password, and OpenStackClient would ask for
    it.
    """
    kind = str(config.config.get('auth_type'))
    auth = config.config.get('auth') or {}
    if kind.endswith('password') and not auth.get('password'):
        return 'password (in "auth" or in secure.yaml)'
    return None


def _unusable(
    name: str, option: str, where: object, why: str
) -> errors.ImageShareError:
    return errors.ImageShareError(
        f'Cannot use cloud {name!r} ({option}) of {where}: {why}.',
    )
