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

"""One service of the cloud as a process of its own.

Knows how a service's WSGI application is obtained and served on the socket
that was handed on; does not know how the service was configured. Run as
``python -m devcloud.services NAME DIRECTORY SOCKET [LIFELINE]``, the last
two being file descriptors.
"""

# mypy: disable-error-code="import-not-found, import-untyped"

from collections.abc import Callable
import importlib
import os
import signal
import socket
import sys
import threading
import traceback
import types
from typing import Any

# Each module has application(name, etc), etc being the configuration
# directory. Imported late, as importing one means importing the service.
MODULES = {
    'keystone': 'stock',
    'placement': 'stock',
    'glance': 'stock',
    'glance2': 'stock',
    'cinder': 'block_storage',
    'neutron': 'network_stub',
    'nova': 'compute',
}
# Enough for the requests that the services make of each other while they
# answer one.
THREADS = 8
# Keystone asks nobody while it answers, and its middleware keeps the token of
# a request where the requests of other threads find it (keystone/server/flask/
# request_processing/middleware/auth_context.py, self.token).
THREADS_OF = {'keystone': 1}


def serve(
    application: Callable[..., Any], descriptor: int, threads: int
) -> None:
    import waitress

    waitress.serve(
        application,
        sockets=[socket.socket(fileno=descriptor)],
        threads=threads,
        channel_timeout=300,
        # Each command that a test runs in its own process leaves a connection
        # behind, and at a hundred of them nobody else gets one.
        connection_limit=10_000,
        # select() knows no descriptors beyond 1023.
        asyncore_use_poll=True,
        # Uploads are not for waitress to limit.
        max_request_body_size=1 << 33,
        clear_untrusted_proxy_headers=False,
        ident=None,
    )


def end(signum: int, frame: types.FrameType | None) -> None:
    # No farewells: SQLite's log is safe, and the threads of Nova and Cinder
    # would take their time.
    os._exit(0)


def end_with(lifeline: int) -> None:
    """End this process when the other end of the pipe is closed."""

    def wait() -> None:
        os.read(lifeline, 1)
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


def main() -> None:
    name, directory, descriptor, *lifelines = sys.argv[1:]
    # The services parse the command line as if it were theirs.
    sys.argv = [name]
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, end)
    for lifeline in lifelines:
        end_with(int(lifeline))
    module = importlib.import_module(f'devcloud.services.{MODULES[name]}')
    application = module.application(
        name, os.path.join(directory, 'etc', name)
    )
    for signum in (signal.SIGTERM, signal.SIGINT):
        # Once more: oslo.service installs handlers of its own.
        signal.signal(signum, end)
    serve(application, int(descriptor), THREADS_OF.get(name, THREADS))


if __name__ == '__main__':
    try:
        main()
    except BaseException:  # noqa: BLE001 - the boundary of the process
        traceback.print_exc()
        sys.stderr.flush()
        # The threads of a half-started service would keep it alive.
        os._exit(1)
