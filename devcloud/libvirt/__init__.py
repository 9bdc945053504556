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

"""A developer cloud with a real hypervisor: two hosts with libvirt and QEMU.

For what Nova's fake hypervisor cannot show: what becomes of a guest's disk.
The services are those of ``devcloud``; two hosts take the place of the fake
ones. A host is a process in namespaces of its own (mounts, name, processes)
with its own libvirtd, instances, cache of images and nova-compute, so that
ending that one process ends everything on it, as pulling the plug does. A
message broker connects the computes with the rest of Nova. All of it needs
root, and what ``needs`` lists.
"""
