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

from osc_imageshare.usage import risk
from tests.unit import base

_NONE: frozenset[str] = frozenset()


class BreaksTest(base.TestCase):
    def test_each_consumer_loses_what_services_refuse(self) -> None:
        table: dict[tuple[str, str | None], tuple[str, ...]] = {
            (risk.SERVER, risk.FROM_IMAGE): ('rebuild', 'rescue'),
            # Nova does not rescue it without an image anyway.
            (risk.SERVER, risk.FROM_VOLUME): ('rebuild',),
            # The image is the disk of this very server.
            (risk.SERVER, risk.FROM_SHELVED): ('unshelve',),
            (risk.VOLUME, None): ('reimage',),
            (risk.IMAGE, None): ('rescue',),
            (risk.CLUSTER_TEMPLATE, None): (
                'cluster create',
                'cluster resize',
            ),
        }
        self.assertEqual(
            table, {key: risk.breaks(*key, _NONE) for key in table}
        )

    def test_a_separate_kernel_is_read_again_when_a_server_moves(
        self,
    ) -> None:
        for companion in 'kernel_id', 'ramdisk_id':
            self.assertEqual(
                ('rebuild', 'rescue', 'resize', 'migrate'),
                risk.breaks(
                    risk.SERVER, risk.FROM_IMAGE, frozenset({companion})
                ),
                companion,
            )

    def test_a_volume_holds_its_own_copy_of_what_it_boots(self) -> None:
        self.assertEqual(
            ('rebuild',),
            risk.breaks(
                risk.SERVER, risk.FROM_VOLUME, frozenset({'kernel_id'})
            ),
        )

    def test_other_properties_change_nothing(self) -> None:
        self.assertEqual(
            ('rebuild', 'rescue'),
            risk.breaks(
                risk.SERVER, risk.FROM_IMAGE, frozenset({'hw_disk_bus'})
            ),
        )


class RefusesTest(base.TestCase):
    def test_copies_do_not_stand_against_a_revocation(self) -> None:
        table = {
            risk.SERVER: True,
            risk.CLUSTER_TEMPLATE: True,
            risk.VOLUME: False,
            risk.IMAGE: False,
        }
        self.assertEqual(table, {kind: risk.refuses(kind) for kind in table})
