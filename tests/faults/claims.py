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
_PROJECTS = r'(?P<several>[0-9a-f]{32}(?:, [0-9a-f]{32})*)'
# Of what could not be read nothing is claimed.
_STILL = rf'(?<!Whether ){_IMAGE} is still shared with'

#: What is said of a project's membership; a status, or what it comes to.
_OF_PROJECTS = (
    (rf'{_IMAGE} is shared with project {_PROJECT}, status (?P<s>\w+)', None),
    (rf'{_STILL} project {_PROJECT}', 'member'),
    (rf'{_IMAGE} is in use by project {_PROJECT}; the share is not', 'member'),
    (rf'The share with project {_PROJECT} is (?P<s>\w+)', None),
    (
        rf'Project {_PROJECT} has not .*; the share stands and is pending',
        'pending',
    ),
    (rf'Project {_PROJECT} has rejected the share', 'rejected'),
    (rf'Project {_PROJECT} is a member of {_IMAGE} again', 'member'),
    (rf'Whether project {_PROJECT} uses .*; the share is not', 'member'),
    (rf'{_IMAGE} is left shared, because .*: {_PROJECTS}', 'member'),
    (rf'{_IMAGE} stays shared, because .*: {_PROJECTS}', 'member'),
    (rf'Members of an old share removed: {_PROJECTS}', 'none'),
    (rf'{_IMAGE} is not shared with project {_PROJECT}', 'none'),
    (rf'{_IMAGE} is \w+ and not shared with project {_PROJECT}', 'none'),
    (
        rf'{_IMAGE} is private, .*: it is not shared with project {_PROJECT}',
        'none',
    ),
    (rf'Project {_PROJECT} is no member any more', 'none'),
    (rf'project {_PROJECT}, which is no member of {_IMAGE}', 'none'),
    (rf'Project {_PROJECT} is no member of {_IMAGE}', 'none'),
    (
        rf'Project {_PROJECT} has begun to use {_IMAGE} while .* revoked',
        'none',
    ),
    (rf'Whether {_IMAGE} is (?:still )?shared with project {_PROJECT}', '?'),
)
#: What is said when the image has become shared, and is true while it is.
_OF_OTHERS = (
    (rf'Members of an old share can use .*: {_PROJECTS}', 'member'),
    (rf'Members that somebody else has added .*: {_PROJECTS}', 'member'),
)
_OF_VISIBILITY = (
    (rf'{_IMAGE} is private again', 'private'),
    (rf'{_IMAGE} is private and not shared', 'private'),
    (rf'{_IMAGE} is private, as it was before', 'private'),
    (
        rf'{_IMAGE} is private: no (?:other project|member) can use it',
        'private',
    ),
    (rf'{_IMAGE} does not exist any more', truth.DELETED),
    (rf'{_IMAGE} is shared with no project', 'no members'),
    (rf'{_IMAGE} is left shared', 'shared'),
    (rf'{_IMAGE} stays shared', 'shared'),
    (rf'{_IMAGE} could not be made private again', '?'),
    (rf'{_IMAGE} is probably (?:still shared|shared still)', '?'),
    (rf'Whether {_IMAGE} is still shared could not be read back', '?'),
    ('The shares were revoked, but .* could not be read back', '?'),
    ('What is true now was not read back', '?'),
)
#: The same without a project, for the only one that answers a share.
_OF_ANSWERS = (
    (rf'The share of {_IMAGE} is (?P<s>\w+)', None),
    (rf'{_IMAGE} is hidden from your lists. Rejecting', 'rejected'),
    (rf'Project {_PROJECT} offers nothing that is pending', 'not pending'),
    (rf'Whether the share of {_IMAGE} was answered', '?'),
)

#: A line that may say who can use the image, or how it is shared.
_OF_STATES = re.compile(
    r'\b(?:shared?|shares|private|members?|pending|accepted|rejected|'
    r'revoked?)\b'
)
#: Lines of which this cannot be said: what a service answers, what is found
#: out besides, and what to do.
_ADVICE = re.compile(
    r'(?:  |'
    r'The (?:\S+ service|cloud|token|likely reason:) |No token |'
    r'Could not (?:act|see)|'
    r'(?:If|For|How|Its|Run|To|Would run:) |'
    r'Nothing has been changed|What (?:had been done|was asked for)|'
    r'Revoke it again|The share is revoked\. To share|'
    r'Members of an old share, which cannot be listed|'
    r'The share with project .* would be |'
    r'What is offered is listed by: |'
    r'The members of .* are missing from this list|'
    r'This list is not complete|No such share was found|'
    r'Answering a share takes the role|'
    r'Project .* could not be verified|'
    r'Image .* was shared before, and making it)'
)


@dataclasses.dataclass(frozen=True)
class Claim:
    """One thing that was said.

    :ivar project: None when it is about the image.
    :ivar said: a status; ``member`` whatever the status; ``not pending`` for
        any other one; ``none``; ``?`` for what could not be read back;
        else a visibility, or ``no members`` for an image that no other
        project can use.
    """

    project: str | None
    said: str

    @property
    def of_everybody(self) -> bool:
        """Whether nothing is left to say of any project."""
        return self.project is None and self.said != 'shared'

    def holds(self, state: truth.State) -> bool:
        """Tell whether it is so."""
        if self.said == '?':
            return True
        if self.said == 'no members':
            return not state.access
        if self.project is None:
            return self.said == state.visibility
        status = state.status(self.project)
        if self.said == 'member':
            return status is not None
        if self.said == 'not pending':
            return status != 'pending'
        return (status or 'none') == self.said


def made(stderr: str, answering: str | None = None) -> Iterator[Claim]:
    """Yield what *stderr* claims.

    :param answering: the project that accepts or rejects, which is not named
        in the sentences about its own shares.
    """
    of_image = [
        Claim(None, visibility)
        for pattern, visibility in _OF_VISIBILITY
        if re.search(pattern, stderr)
    ]
    yield from of_image
    # Nobody says again of each of those that the image is private after all.
    hidden = any(claim.of_everybody for claim in of_image)
    found: list[tuple[int, Claim]] = []
    # What somebody else has done since is said later, and holds instead.
    since: dict[str, int] = {}
    for pattern, said in (*_OF_PROJECTS, *(() if hidden else _OF_OTHERS)):
        for match in re.finditer(f'(?:{pattern}).*', stderr):
            words, position = match.groupdict(), match.start()
            for project in _projects(words):
                claim = Claim(project, said or _status(words['s']))
                found.append((position, claim))
                if 'somebody has' in match.group():
                    since[project] = max(position, since.get(project, 0))
    for position, claim in found:
        if position >= since.get(str(claim.project), 0):
            yield claim
    if answering is not None:
        for pattern, said in _OF_ANSWERS:
            for match in re.finditer(pattern, stderr):
                yield Claim(answering, said or _status(match['s']))


def _projects(found: dict[str, str]) -> list[str]:
    if found.get('several'):
        return found['several'].split(', ')
    return [found['id'] or found['bare']]


def _status(word: str) -> str:
    return 'none' if word == 'revoked' else word


def unknown(stderr: str) -> Iterator[str]:
    """Yield each line about a state that is compared with nothing.

    So whoever words a sentence anew is told to word it here as well.
    """
    known = (*_OF_PROJECTS, *_OF_OTHERS, *_OF_VISIBILITY, *_OF_ANSWERS)
    patterns = [pattern for pattern, _ in known]
    for line in stderr.splitlines():
        if (
            _OF_STATES.search(line)
            and not _ADVICE.match(line)
            and not any(re.search(pattern, line) for pattern in patterns)
        ):
            yield line


def nothing_changed(stderr: str) -> bool:
    """Tell whether it says that all is as it was."""
    return 'Nothing has been changed' in stderr
