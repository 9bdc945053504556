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

"""What a command says is true, in a form that can be compared with the truth.

Knows the sentences of the commands, and nothing of when they are due.
"""

from collections.abc import Iterator
import dataclasses
import re

from tests.faults import truth

# "name (ID)" or "ID", for an image and a project.
_IMAGE = r'(?:[Tt]he )?[Ii]mage \S+(?: \([^)]*\))?'
_PROJECT = r'(?:\S+ \((?P<id>[0-9a-f]{32})\)|(?P<bare>[0-9a-f]{32}))'

#: What is said of a project's membership; a status, or what it comes to.
_OF_PROJECTS = (
    (rf'{_IMAGE} is shared with project {_PROJECT}, status (?P<s>\w+)', None),
    (rf'{_IMAGE} is still shared with project {_PROJECT}', 'member'),
    (rf'{_IMAGE} is in use by project {_PROJECT}; the share is not', 'member'),
    (rf'The share with project {_PROJECT} is (?P<s>pending|accepted)', None),
    (rf'Whether project {_PROJECT} uses .*; the share is not', 'member'),
    (rf'{_IMAGE} is not shared with project {_PROJECT}', 'none'),
    (rf'{_IMAGE} is \w+ and not shared with project {_PROJECT}', 'none'),
    (rf'Project {_PROJECT} is no member of {_IMAGE}', 'none'),
    (rf'Whether {_IMAGE} is (?:still )?shared with project {_PROJECT}', '?'),
)
_OF_VISIBILITY = (
    (rf'{_IMAGE} is private again', 'private'),
    (rf'{_IMAGE} is left shared', 'shared'),
    (rf'{_IMAGE} stays shared', 'shared'),
    (rf'{_IMAGE} could not be made private again', '?'),
    (rf'{_IMAGE} is probably still shared', '?'),
)


@dataclasses.dataclass(frozen=True)
class Claim:
    """One thing that was said.

    :ivar project: None when it is about the image.
    :ivar said: a status; ``member`` whatever the status; ``none``; ``?`` for
        what could not be read back; else a visibility.
    """

    project: str | None
    said: str

    def holds(self, state: truth.State) -> bool:
        """Tell whether it is so."""
        if self.said == '?':
            return True
        if self.project is None:
            return state.visibility == self.said
        status = state.status(self.project)
        if self.said == 'member':
            return status is not None
        return (status or 'none') == self.said


def made(stderr: str, answering: str | None = None) -> Iterator[Claim]:
    """Yield what *stderr* claims.

    :param answering: the project that accepts or rejects, which is not named
        in the sentences about its own shares.
    """
    for pattern, said in _OF_PROJECTS:
        for match in re.finditer(pattern, stderr):
            found = match.groupdict()
            yield Claim(found['id'] or found['bare'], said or found['s'])
    for pattern, visibility in _OF_VISIBILITY:
        if re.search(pattern, stderr):
            yield Claim(None, visibility)
    if answering is not None:
        for match in re.finditer(
            rf'The share of {_IMAGE} is (\w+)', stderr, re.I
        ):
            said = match.group(1).replace('revoked', 'none')
            yield Claim(answering, said)
        if re.search(rf'Whether the share of {_IMAGE} was answered', stderr):
            yield Claim(answering, '?')


def nothing_changed(stderr: str) -> bool:
    """Tell whether it says that all is as it was."""
    return 'Nothing has been changed' in stderr
