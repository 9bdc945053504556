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

"""The demo: what the plugin is for, told on a real cloud.

``python -m demo`` starts a cloud on the loopback interface, types what
two people would type, shows what they would see, and fails when anything is
not as the text says. ``make demo`` installs what it needs and runs it.
"""
