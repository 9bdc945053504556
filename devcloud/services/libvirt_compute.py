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

"""A real nova-compute, as a program of a host with libvirt.

Run on the host as ``python -m devcloud.services.libvirt_compute FILE ...``,
with the configuration files; ends only when something ends it.
"""

# mypy: disable-error-code="import-not-found, import-untyped"

import os
import sys


def main() -> None:
    # For the reasons in compute.py.
    os.environ['OS_NOVA_DISABLE_EVENTLET_PATCHING'] = '1'
    files = [f'--config-file={name}' for name in sys.argv[1:]]
    sys.argv = ['nova-compute', *files]

    from nova.cmd import compute
    from nova import privsep
    import os_brick.privileged

    # What needs root would be done by a daemon, started with sudo. This
    # process is root already and does it itself.
    for context in (privsep.sys_admin_pctxt, os_brick.privileged.default):
        context.set_client_mode(False)
    compute.main()


if __name__ == '__main__':
    main()
