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

"""RabbitMQ for one cloud, as a process that ends with all it has started.

Knows RabbitMQ's environment variables. Run as ``python -m
devcloud.libvirt.broker PROGRAM DIRECTORY PORT PORT PORT [LIFELINE]``: where
clients connect, where nodes would, and the port mapper that Erlang starts.
"""

import os
from pathlib import Path
import subprocess
import sys

from devcloud.libvirt import namespaces


def environ(directory: Path, ports: tuple[str, str, str]) -> dict[str, str]:
    """The variables that keep everything in the directory and on loopback."""
    amqp, nodes, mapper = ports
    return {
        'PATH': os.environ.get('PATH', os.defpath),
        'LANG': 'C.UTF-8',
        'HOME': str(directory),
        'RABBITMQ_MNESIA_BASE': str(directory),
        'RABBITMQ_LOG_BASE': str(directory),
        # To standard output.
        'RABBITMQ_LOGS': '-',
        'RABBITMQ_NODENAME': 'cloud@localhost',
        'RABBITMQ_NODE_IP_ADDRESS': '127.0.0.1',
        'RABBITMQ_NODE_PORT': amqp,
        'RABBITMQ_DIST_PORT': nodes,
        'ERL_EPMD_ADDRESS': '127.0.0.1',
        'ERL_EPMD_PORT': mapper,
        # Not what the machine's own broker is configured with.
        'RABBITMQ_CONF_ENV_FILE': '/dev/null',
        'RABBITMQ_CONFIG_FILE': str(directory / 'rabbitmq'),
        'RABBITMQ_ADVANCED_CONFIG_FILE': str(directory / 'advanced'),
        'RABBITMQ_ENABLED_PLUGINS_FILE': str(directory / 'plugins'),
        'RABBITMQ_PID_FILE': str(directory / 'pid'),
        # Erlang's processors wait actively by default, which the other
        # processes of a small machine would pay for.
        'RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS': '+sbwt none +sbwtdcpu none',
    }


def main() -> int:
    program, where, amqp, nodes, mapper, *lifelines = sys.argv[1:]
    namespaces.enter()
    for lifeline in lifelines:
        namespaces.end_with(int(lifeline))
    directory = Path(where)
    directory.mkdir(exist_ok=True)
    (directory / 'plugins').write_text('[].\n')
    (directory / 'rabbitmq.conf').write_text(
        f'listeners.tcp.default = 127.0.0.1:{amqp}\n'
    )
    server = subprocess.Popen(
        [program], env=environ(directory, (amqp, nodes, mapper))
    )
    # Process 1 also inherits what others leave behind.
    while os.waitpid(-1, 0)[0] != server.pid:
        pass
    return 1


if __name__ == '__main__':
    sys.exit(main())
