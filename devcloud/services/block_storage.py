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

"""All of Cinder in one process: API, volume service and scheduler.

Knows how Cinder's programs start their services, and where these assume to
be alone in their process.
"""

# mypy: disable-error-code="import-not-found, import-untyped"

import os
import threading
from typing import Any

from devcloud.services import sqlite


def application(name: str, etc: str) -> Any:
    # For the reasons in compute.py.
    os.environ['OS_CINDER_DISABLE_EVENTLET_PATCHING'] = '1'
    from cinder import monkey_patch

    monkey_patch.patch(backend='threading')
    sqlite.install()

    import sys

    # Cinder has no variable for its configuration, only an option.
    sys.argv = ['cinder-api', f'--config-file={etc}/cinder.conf']

    # Registers the option "cluster", which the volume manager reads.
    from cinder.cmd import volume  # noqa: F401
    from cinder.wsgi import wsgi
    import os_brick
    from oslo_config import cfg

    api = wsgi.initialize_application()
    os_brick.setup(cfg.CONF)
    _start_services(cfg.CONF)
    return api


def _start_services(conf: Any) -> None:
    from cinder import service

    _report_each_state(service.Service)
    # First those that have volumes: a scheduler that has heard of no backend
    # when the first request comes waits a minute (_wait_for_scheduler).
    services = [
        service.Service.create(
            binary='cinder-volume',
            host=f'{conf.host}@{backend}',
            service_name=backend,
            coordination=True,
        )
        for backend in conf.enabled_backends
    ]
    services.append(service.Service.create(binary='cinder-scheduler'))
    for each in services:
        each.start()


def _report_each_state(service: Any) -> None:
    """Let every service report that it is up, not only the last one.

    Service.report_state() finds its record through a class attribute, which
    is right where a process has one service.
    """
    report = service.report_state
    lock = threading.Lock()

    def report_state(self: Any) -> None:
        with lock:
            service.service_id = self.origin_service_id
            report(self)

    service.report_state = report_state
