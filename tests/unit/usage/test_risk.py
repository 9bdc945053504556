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

from osc_imageshare.usage import risk
from tests import manual
from tests.unit import base

_OTHER, _OWN = risk.OTHER_HOST_LACKS, risk.OWN_HOST_LACKS
_AFTER, _NEITHER = risk.AFTER_UNSHELVE, risk.NEITHER_HOST_HAS
_SERVER, _VOLUME = risk.SERVER, risk.VOLUME

#: A consumer -> words for what certainly breaks when the image is not found
#: any more (revoked, made private or deleted), and when it is deactivated.
_CERTAIN: dict[tuple[str, str | None], tuple[str, str]] = {
    (_SERVER, risk.FROM_IMAGE): ('rebuild rescue', 'rebuild'),
    # Nova does not rescue it without an image anyway.
    (_SERVER, risk.FROM_VOLUME): ('rebuild', 'rebuild'),
    # The image is the disk of this very server.
    (_SERVER, risk.FROM_SHELVED): ('unshelve', 'unshelve'),
    # The record of a deactivated image can be read, which is all that Nova's
    # API asks of a kernel.
    (_SERVER, risk.FROM_KERNEL): ('rebuild server of the snapshot', ''),
    (_SERVER, risk.FROM_RAMDISK): ('rebuild server of the snapshot', ''),
    (_VOLUME, None): ('reimage', 'reimage'),
    (risk.IMAGE, None): ('rescue', ''),
    (risk.IMAGE, risk.FROM_KERNEL): ('new server', ''),
    (risk.IMAGE, risk.FROM_RAMDISK): ('new server', ''),
    (risk.CLUSTER_TEMPLATE, None): (
        'cluster create cluster resize',
        'cluster create cluster resize',
    ),
    (risk.PROJECT, None): ('new server new volume', 'new server new volume'),
}

_KERNEL = (
    ('rescue', _OWN),
    ('resize', _OTHER),
    ('migrate (manager)', _OTHER),
    ('unshelve', _NEITHER),
)

#: A consumer and a withdrawal -> what may break, and when.
_POSSIBLE: dict[tuple[str, str | None, str], tuple[tuple[str, str], ...]] = {
    (_SERVER, risk.FROM_IMAGE, risk.REVOKED): (
        ('start', _OWN),
        ('hard reboot', _OWN),
        ('resize', _AFTER),
        ('migrate (manager)', _AFTER),
    ),
    (_SERVER, risk.FROM_IMAGE, risk.DELETED): (
        ('start', _OWN),
        ('hard reboot', _OWN),
        ('resize', _AFTER),
        # An administrator has no image to read either.
        ('migrate', _AFTER),
        ('migrate (manager)', _AFTER),
        ('evacuate', _OTHER),
    ),
    (_SERVER, risk.FROM_IMAGE, risk.DEACTIVATED): (
        ('rescue', _OWN),
        ('start', _OWN),
        ('hard reboot', _OWN),
        ('resize', _OTHER),
        ('resize', _AFTER),
        ('migrate (manager)', _OTHER),
        ('migrate (manager)', _AFTER),
        ('live migrate (manager)', _OTHER),
        ('unshelve', _NEITHER),
    ),
    (_SERVER, risk.FROM_KERNEL, risk.REVOKED): _KERNEL,
    (_SERVER, risk.FROM_KERNEL, risk.DELETED): (
        ('rescue', _OWN),
        ('resize', _OTHER),
        ('migrate', _OTHER),
        ('migrate (manager)', _OTHER),
        ('unshelve', _NEITHER),
        ('evacuate', _OTHER),
    ),
    (_SERVER, risk.FROM_KERNEL, risk.DEACTIVATED): (
        ('rebuild', _OWN),
        ('server of the snapshot', _NEITHER),
        *_KERNEL,
    ),
    (risk.IMAGE, None, risk.DEACTIVATED): (('rescue', _OWN),),
    (risk.IMAGE, risk.FROM_KERNEL, risk.DEACTIVATED): (
        ('new server', _NEITHER),
    ),
}


class RulesTest(base.TestCase):
    def test_each_consumer_loses_what_services_refuse(self) -> None:
        self.assertEqual(set(_CERTAIN), set(risk.RULES))
        for key, (not_found, forbidden) in _CERTAIN.items():
            for withdrawal in risk.WITHDRAWALS:
                shut = withdrawal == risk.DEACTIVATED
                self.assertEqual(
                    forbidden if shut else not_found,
                    ' '.join(risk.breaks(*key, withdrawal)),
                    f'{key} {withdrawal}',
                )

    def test_each_consumer_may_lose_what_no_host_has(self) -> None:
        for kind, how in risk.RULES:
            as_kernel = risk.FROM_KERNEL if how == risk.FROM_RAMDISK else how
            for withdrawal in risk.REVOKED, risk.DELETED, risk.DEACTIVATED:
                self.assertEqual(
                    _POSSIBLE.get((kind, as_kernel, withdrawal), ()),
                    risk.may_break(kind, how, withdrawal),
                    f'{kind} {how} {withdrawal}',
                )

    def test_a_private_image_is_gone_for_its_members_as_a_revoked_one(
        self,
    ) -> None:
        for key in risk.RULES:
            for rule in risk.breaks, risk.may_break:
                self.assertEqual(
                    rule(*key, risk.REVOKED), rule(*key, risk.PRIVATE)
                )

    def test_a_revocation_is_meant_where_nothing_is_said(self) -> None:
        for key in risk.RULES:
            for rule in risk.breaks, risk.may_break:
                self.assertEqual(rule(*key), rule(*key, risk.REVOKED))

    def test_every_consumer_has_something_to_lose_by_every_withdrawal(
        self,
    ) -> None:
        # So what was found is in use, whatever the gate is asked about.
        for key in risk.RULES:
            for withdrawal in risk.WITHDRAWALS:
                lost = (
                    *risk.breaks(*key, withdrawal),
                    *risk.may_break(*key, withdrawal),
                )
                self.assertNotEqual((), lost, f'{key} {withdrawal}')

    def test_no_operation_both_breaks_and_may_break(self) -> None:
        for key in risk.RULES:
            for withdrawal in risk.WITHDRAWALS:
                certain = set(risk.breaks(*key, withdrawal))
                possible = risk.may_break(*key, withdrawal)
                self.assertEqual(len(set(possible)), len(possible))
                self.assertEqual(set(), certain & {o for o, _ in possible})

    def test_the_manual_says_the_same(self) -> None:
        self.assertEqual(
            manual.table(),
            manual.PATH.read_text(encoding='utf-8'),
            'Run "python -m tests.manual".',
        )
        for key, other in manual.SAME.items():
            self.assertEqual(risk.RULES[other], risk.RULES[key])

    def test_every_rule_names_where_a_service_decides(self) -> None:
        for rules in risk.RULES.values():
            for rule in rules:
                self.assertNotEqual('', rule.source)

    def test_a_condition_ends_a_sentence(self) -> None:
        table = {
            _OWN: 'if its own host lacks the base',
            _OTHER: 'if the other host lacks the base',
            _NEITHER: 'if neither host has the base',
            _AFTER: 'after an unshelve without the base',
        }
        self.assertEqual(table, {key: risk.clause(key) for key in table})


class RefusesTest(base.TestCase):
    def test_copies_do_not_stand_against_a_revocation(self) -> None:
        table = {
            risk.SERVER: True,
            risk.CLUSTER_TEMPLATE: True,
            risk.VOLUME: False,
            risk.IMAGE: False,
        }
        self.assertEqual(table, {kind: risk.refuses(kind) for kind in table})
