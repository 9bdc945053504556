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

from __future__ import annotations

from osc_imageshare.usage import consumers
from osc_imageshare.usage import remedies
from osc_imageshare.usage import risk
from tests.unit import base


def server(
    how: str, status: str = 'ACTIVE', kind: str = risk.SERVER
) -> consumers.Consumer:
    return consumers.Consumer(
        'b', kind, 'id', 'web', status, how, (), 'One', 'own'
    )


class OfTest(base.TestCase):
    def test_each_server_is_told_what_helps(self) -> None:
        image, volume = risk.FROM_IMAGE, risk.FROM_VOLUME
        kernel, ramdisk = risk.FROM_KERNEL, risk.FROM_RAMDISK
        copy = 'a copy of this one'
        administrator = "An administrator's hard reboot heals"
        table: list[tuple[str, str, list[str], list[str]]] = [
            # how it came of the image, withdrawal, words that are said, and
            # that are not
            (image, risk.REVOKED, [copy, administrator], ['gone']),
            (image, risk.PRIVATE, [copy, administrator], ['gone']),
            (image, risk.DELETED, [copy, 'Nobody can heal'], [administrator]),
            (
                image,
                risk.DEACTIVATED,
                [copy, administrator, 'once the image is active again'],
                ['gone'],
            ),
            (volume, risk.REVOKED, ['2.93', copy], ['rescue', 'ERROR']),
            (kernel, risk.REVOKED, ['does not heal a server'], ['rescue']),
            (ramdisk, risk.REVOKED, ['does not heal a server'], ['rescue']),
            # It is the disk of the server itself.
            (risk.FROM_SHELVED, risk.REVOKED, [], [copy, 'heal']),
        ]
        for how, withdrawal, said, unsaid in table:
            words = ' '.join(remedies.of([server(how)], withdrawal))
            for one in said:
                self.assertIn(one, words, f'{how} {withdrawal}')
            for one in unsaid:
                self.assertNotIn(one, words, f'{how} {withdrawal}')

    def test_a_hard_reboot_heals_a_failed_resize(self) -> None:
        # While the image is deactivated it does not.
        for withdrawal in risk.REVOKED, risk.PRIVATE, risk.DELETED:
            self.assertIn(
                'A hard reboot heals a server that ends in ERROR after a '
                'resize.',
                remedies.of([server(risk.FROM_IMAGE)], withdrawal),
            )

    def test_a_sentence_is_said_once(self) -> None:
        several = [server(risk.FROM_IMAGE), server(risk.FROM_VOLUME)] * 2
        lines = remedies.of(several, risk.REVOKED)
        self.assertEqual(len(set(lines)), len(lines))

    def test_copies_need_no_help(self) -> None:
        copies = [
            server(risk.FROM_KERNEL, kind=risk.IMAGE),
            server('', kind=risk.VOLUME),
        ]
        for withdrawal in risk.WITHDRAWALS:
            self.assertEqual([], remedies.of(copies, withdrawal))


class OffloadedTest(base.TestCase):
    def test_a_server_on_no_host_is_told_what_comes_next(self) -> None:
        image, kernel = risk.FROM_IMAGE, risk.FROM_KERNEL
        table = {
            (image, risk.REVOKED): 'its next resize may end in ERROR',
            (image, risk.PRIVATE): 'its next resize may end in ERROR',
            (image, risk.DELETED): "an administrator's as well",
            (image, risk.DEACTIVATED): 'only an administrator can unshelve',
            (kernel, risk.REVOKED): 'it cannot be unshelved',
            (risk.FROM_RAMDISK, risk.DELETED): 'it cannot be unshelved',
        }
        for (how, withdrawal), words in table.items():
            (line,) = remedies.offloaded(
                [server(how, 'SHELVED_OFFLOADED')], withdrawal
            )
            self.assertIn(words, line)
            self.assertIn('Server id (web) is shelved', line)

    def test_every_withdrawal_has_its_words(self) -> None:
        for withdrawal in risk.WITHDRAWALS:
            for how in risk.FROM_IMAGE, risk.FROM_KERNEL, risk.FROM_RAMDISK:
                one = server(how, 'SHELVED_OFFLOADED')
                self.assertEqual(1, len(remedies.offloaded([one], withdrawal)))

    def test_others_are_not_named(self) -> None:
        others = [
            # It may be on its host still.
            server(risk.FROM_IMAGE, 'SHELVED'),
            server(risk.FROM_IMAGE, 'SHUTOFF'),
            # Its disk is a volume, and needs no image.
            server(risk.FROM_VOLUME, 'SHELVED_OFFLOADED'),
            server(risk.FROM_SHELVED, 'SHELVED_OFFLOADED'),
        ]
        for withdrawal in risk.WITHDRAWALS:
            self.assertEqual([], remedies.offloaded(others, withdrawal))
