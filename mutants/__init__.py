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

"""Small changes of every module, to see how much the tests notice.

``python -m mutants`` (``tox -e mutants``) tries a sample of each module and
compares with ``noticed.json``, which ``--record`` writes. :mod:`mutations`
is the other half: there, a person chose each change and the tests that must
notice it; here, nobody chose anything, and what is noticed today must still
be noticed when tests have been merged or cut.
"""
