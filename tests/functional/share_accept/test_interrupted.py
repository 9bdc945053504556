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

"""What is said when accepting, or listing, is interrupted.

The real program, with a relay in front of the image service that interrupts
it at a chosen request.
"""

import json
import re
import signal
import threading

from tests.live import base
from tests.live import offers
from tests.live import relay


class TestInterrupted(offers.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.mine = self.make_project()
        self.mine_id = self.project_id(self.mine)
        self.between, self.cloud = self.through(self.mine)
        self.over = threading.Event()
        self.addCleanup(self.over.set)

    def interrupted(
        self,
        by: signal.Signals,
        method: str,
        path: str,
        *words: str,
        carried_out: bool = False,
    ) -> base.Result:
        """Run the program and interrupt it when it asks for *path*.

        It never gets an answer to that request.

        :param carried_out: let the service do what it is asked to first.
        """
        argv = ('--os-cloud', self.cloud, *words)

        def interrupt(request: relay.Request) -> relay.Silence:
            if carried_out:
                self.between.passed_on(request)
            process.send_signal(by)
            return relay.Silence(self.over.wait)

        self.between.on(method, path, interrupt)
        process = self.begin(*argv)
        return self.ended(argv, process)

    def test_the_last_sentence_says_what_was_answered(self) -> None:
        for by, code, carried_out in (
            (signal.SIGINT, 130, False),
            (signal.SIGTERM, 143, True),
            (signal.SIGHUP, 129, True),
        ):
            with self.subTest(by=by):
                first, second, third = (
                    self.offer(member=self.mine) for _ in range(3)
                )
                result = self.interrupted(
                    by,
                    'PUT',
                    f'{second}/members/{self.mine_id}',
                    *('image', 'share', 'accept', '-f', 'json'),
                    *(first, second, third),
                    carried_out=carried_out,
                )
                self.assertEqual(code, result.code)
                expected = {
                    first: 'accepted',
                    second: 'accepted' if carried_out else 'pending',
                    third: 'pending',
                }
                self.assertEqual(
                    expected,
                    {row['Image ID']: row['Status'] for row in result.rows},
                )
                for image, status in expected.items():
                    self.assertEqual(status, self.status(image, self.mine_id))
                    self.assertRegex(
                        result.stderr, f'image {image} .* is {status}'
                    )

    def test_before_the_first_answer_nothing_has_been_changed(self) -> None:
        image = self.offer(member=self.mine)
        result = self.interrupted(
            signal.SIGINT,
            'GET',
            f'/images/{image}',
            *('image', 'share', 'accept', image),
        )
        self.assertEqual(130, result.code)
        self.assertIn('Interrupted.\nNothing has been changed.', result.stderr)
        self.assertEqual('pending', self.status(image, self.mine_id))

    def test_a_list_says_how_much_of_it_is_missing(self) -> None:
        # Glance lists, and so the program asks for, the newest image first.
        held = self.offer(owner=self.mine, data=None)
        others = {self.offer(owner=self.mine, data=None) for _ in range(2)}
        result = self.interrupted(
            signal.SIGINT,
            'GET',
            f'/images/{held}/members',
            # What has begun is waited for, but not for ever.
            *('image', 'share', 'list', '--timeout', '5', '-f', 'json'),
        )
        self.assertEqual(130, result.code)
        found = re.search(
            r'incomplete: .* (\d) of 3 images are missing', result.stderr
        )
        listed = {row['Image ID'] for row in json.loads(result.stdout)}
        assert found is not None, result.stderr
        self.assertEqual(3, len(listed) + int(found[1]))
        self.assertEqual(listed, listed & others)
