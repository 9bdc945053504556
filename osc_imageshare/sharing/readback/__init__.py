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

"""The state after a failure: this package reads, settles and words it.

``reading`` reads it, even if Glance hides it. Each kind of record of an
outcome has a module with a pair of functions: ``settle`` sets the record to
the state that was read, ``sentence`` words it, with its claims; neither does
the other's work.
"""
