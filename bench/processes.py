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

"""More processes of one of the cloud's services.

Knows how the developer cloud starts a service; the ones started here are not
written down in it, and end with this process whatever happens.
"""

from __future__ import annotations

from collections.abc import Iterator
import contextlib
import os
import subprocess

from bench import stage as stage_
from devcloud import endpoints
from devcloud import environment
from devcloud import processes
from devcloud import progress


@contextlib.contextmanager
def glances(stage: stage_.Stage, count: int) -> Iterator[str]:
    """Run Glance's API in several processes at one address.

    They share the socket and the cloud's own database, as workers of one
    Glance do; whoever is idle takes the next connection.
    """
    installed = environment.ready(progress.Progress())
    log = stage.directory / 'log' / 'glance-more.log'
    reading, writing = os.pipe()
    started: list[subprocess.Popen[bytes]] = []
    with contextlib.ExitStack() as cleanup:
        cleanup.callback(os.close, reading)
        bound = cleanup.enter_context(endpoints.bind())
        url = endpoints.url(bound)
        output = cleanup.enter_context(log.open('ab'))
        cleanup.callback(_end, writing, started)
        for _ in range(count):
            child = subprocess.Popen(
                [
                    *(installed.python, '-P', '-m', 'devcloud.services'),
                    *('glance', stage.directory),
                    *(str(bound.fileno()), str(reading)),
                ],
                cwd=stage.directory,
                env=installed.service_environ(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(bound.fileno(), reading),
                start_new_session=True,
            )
            started.append(child)
        process = processes.Process('glance', child.pid, None, url, str(log))
        processes.wait_until_up([process], progress.Progress())
        yield url


def _end(writing: int, started: list[subprocess.Popen[bytes]]) -> None:
    """Let go of the lifeline, and wait."""
    os.close(writing)
    for child in started:
        child.wait()
