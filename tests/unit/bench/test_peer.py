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

"""What is concluded from a run beside the peer, and which one it was."""

from bench import command
from bench import environments
from bench import peer
from bench import report
from tests.unit import base


class FigureTest(base.TestCase):
    def test_the_goal_is_for_the_median(self) -> None:
        for seconds, measured, reached in (
            # Of the peer, while ours takes one.
            ([1.5, 1.0, 9.0], '1.5 times faster (1.0 to 9.0)', 'yes'),
            ([1.49, 9.0, 1.0], '1.5 times faster (1.0 to 9.0)', 'no'),
            ([0.5, 0.4, 0.6], '0.5 times faster (0.4 to 0.6)', 'no'),
        ):
            figure = peer._figure(
                *('a domain', 'Share with it', '1.0'),
                {'peer': seconds, 'ours': [1.0] * 3},
                {'peer': ['GET'] * 64, 'ours': ['GET'] * 87},
            )
            ((_, _, *cells),) = report.rows([figure])
            self.assertEqual(
                [measured, '≥ 1.5 times', reached, '87 : 64'], cells
            )

    def test_the_record_says_which_release_it_was(self) -> None:
        figure = peer._figure(
            *('a domain', 'Share with it', '0.7'),
            {'peer': [1.0], 'ours': [1.0]},
            {'peer': [], 'ours': []},
        )
        self.assertEqual('0.7', figure.details['version'])

    def test_only_sharing_is_on_the_clock(self) -> None:
        self.assertIn('--no-check', peer.words('image', 'domain'))

    def test_the_command_has_the_comparison(self) -> None:
        self.assertIs(peer.shared, command.COMPARISONS['share-domain'])


class InstalledTest(base.TestCase):
    def test_the_release_is_read_from_what_was_installed(self) -> None:
        frozen = 'munch==4.0.0\nthe-peer==0.7\nthe-peer-more==1\n'
        for wanted in (
            'the-peer',
            'the-peer>=0.5 # Apache-2.0',
            '# the-peer-more is not it\n\nthe-peer==0.7\n',
        ):
            self.assertEqual(
                [('the-peer', '0.7')], environments._installed(frozen, wanted)
            )

    def test_one_program_is_asked_for(self) -> None:
        name = 'openstack-image-manager'
        self.assertEqual(
            [(name, '1')],
            environments._installed(
                f'{name}==1\nmunch==4.0.0\n', environments._PEER.read_text()
            ),
        )
