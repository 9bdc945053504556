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

import dataclasses

from osc_imageshare import errors
from osc_imageshare.usage import consumers
from osc_imageshare.usage import risk
from tests import fakes
from tests.unit import base

A, B = fakes.A, fakes.B


class OwnerOfTest(base.CloudTestCase):
    def owner_of(self, found: object, user: str, everyone: bool) -> str:
        asked = self.question(self.cloud.glance.add(A), user, everyone)
        record = {} if found is None else {'tenant_id': found}
        return asked.owner_of(self.api(asked, 'compute'), record, 'tenant_id')

    def test_the_record_of_the_project_itself_is_its_own(self) -> None:
        # Who asks for one project only need not be told whose records it is.
        for found in B, '', None:
            self.assertEqual(B, self.owner_of(found, 'bob', False))

    def test_the_record_of_another_project_proves_nothing(self) -> None:
        error = self.assertRaises(
            errors.ServiceError, self.owner_of, A, 'bob', False
        )
        self.assertIn(f'a record of project {A}', str(error))

    def test_among_all_projects_each_record_must_say_whose_it_is(
        self,
    ) -> None:
        self.assertEqual(B, self.owner_of(B, 'admin', True))
        for found in '', None:
            self.assertRaises(
                errors.ServiceError, self.owner_of, found, 'admin', True
            )


class QuestionTest(base.CloudTestCase):
    def test_a_gap_of_one_project_is_that_projects(self) -> None:
        image_id = self.cloud.glance.add(A)
        gap = self.question(image_id).gap('why', 'compute', 'One')
        self.assertEqual(
            consumers.Gap(B, 'compute', 'One', 'why', 'own project'), gap
        )

    def test_a_gap_of_everyone_is_nobodys_unless_it_says_so(self) -> None:
        asked = self.question(self.cloud.glance.add(A), 'admin', True)
        self.assertIsNone(asked.gap('why', 'compute', 'One').project_id)
        self.assertEqual(B, asked.gap('why', 'compute', 'One', B).project_id)

    def test_a_consumer_breaks_by_the_withdrawal_that_is_meant(self) -> None:
        asked = self.question(self.cloud.glance.add(A, kernel_id='k'))
        for withdrawal in risk.WITHDRAWALS:
            how = (risk.SERVER, risk.FROM_IMAGE)
            consumer = dataclasses.replace(
                asked, withdrawal=withdrawal
            ).consumer(how[0], {'uuid': 'x'}, 'One', B, how[1])
            self.assertEqual(
                (
                    *('x', '', ''),
                    risk.breaks(*how, withdrawal),
                    risk.may_break(*how, withdrawal),
                ),
                (
                    *(consumer.id, consumer.name, consumer.status),
                    consumer.breaks,
                    consumer.may_break,
                ),
            )
