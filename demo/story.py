# Licensed under the Apache License, Version 2.0 (the "License"); you may
# not use this file except in compliance with the License. You may obtain
# a copy of the License at
#
#      http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS, WITHOUT
# WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the
# License for the specific language governing permissions and limitations
# under the License.

"""The story: an image is shared, used, and taken back without an accident.

Knows what two people type and what has to come of it; how it is run and shown
is the stage's business.
"""

from __future__ import annotations

from pathlib import Path

from demo import stage as stage_

IMAGE = 'demo-image'
COPY = 'demo-copy'
SERVER = 'demo-server'
DISK = 'disk.raw'
FILE = 'shares.yaml'

A = ('--os-cloud', 'alice')
B = ('--os-cloud', 'bob')


def make_disk(directory: Path) -> None:
    """Write the file that the image is made of."""
    with open(directory / DISK, 'wb') as disk:
        disk.truncate(1024 * 1024)


def tidy(stage: stage_.Stage) -> None:
    """Remove what an earlier telling has left in the cloud."""
    servers = stage.ask(*B, 'server', 'list', '--name', f'^{SERVER}$')
    if servers:
        ids = [server['ID'] for server in servers]
        stage.do(*B, 'server', 'delete', '--wait', *ids)
    for who, name in (A, IMAGE), (B, COPY):
        images = stage.ask(*who, 'image', 'list', '--name', name)
        if images:
            ids = [image['ID'] for image in images]
            stage.do(*who, 'image', 'delete', *ids)


def tell(stage: stage_.Stage) -> None:
    """Tell it.

    :raises stage.OtherThanSaid: at the first step that is not as said.
    """
    stage.say(
        """
        Two projects: A (project-a, its user is alice) and B (project-b, bob).
        A makes an image. It is private: B cannot use it.
        """
    )
    image_id = _make_image(stage)
    stage.say('B does not see it:')
    _not_seen(stage, image_id)
    project_id = _share(stage, image_id)
    server_id = _use(stage)
    _take_back(stage, image_id, server_id)
    stage.say('B can no longer see the image, and has its own:')
    _not_seen(stage, image_id)
    _copy_stays(stage)
    owner_id = _without_the_other(stage, image_id, project_id)
    stage.say('And again B can no longer see it:')
    _not_seen(stage, image_id)
    _as_a_file(stage, owner_id, project_id)
    stage.say('And B can no longer see it:')
    _not_seen(stage, image_id)


def _make_image(stage: stage_.Stage) -> str:
    made = stage.type(
        *A,
        *('image', 'create', '--private', '--disk-format', 'raw'),
        *('--container-format', 'bare', '--file', DISK),
        *('-c', 'id', '-c', 'name', '-c', 'visibility', IMAGE),
        # Not its status: old clients show what it was before the upload. An
        # image that is not active could not be shared next.
        expect='there should be a private image',
        holds=lambda shown: (
            shown.field('visibility') == 'private' and shown.field('id') != ''
        ),
    )
    return made.field('id')


def _not_seen(stage: stage_.Stage, image_id: str) -> None:
    stage.type(
        *B,
        *('image', 'show', image_id),
        code=1,
        expect='B should not have found the image',
        holds=lambda shown: 'No Image found' in shown.text,
    )


def _share(stage: stage_.Stage, image_id: str) -> str:
    """Share in one step, and return the ID of B's project."""
    stage.say(
        """
        A shares it. "bob" is an entry of clouds.yaml: the command asks that
        entry which project it is for, makes the image shared, adds the
        project, accepts as the project, and reads the image as the project.
        """
    )
    shared = stage.type(
        *A,
        *('image', 'share-to', IMAGE, '--member-cloud', 'bob'),
        expect='project-b should have accepted the image and can read it',
        holds=lambda shown: shown.has_row(
            Image_ID=image_id,
            Project_Name='project-b',
            Status='accepted',
            Changes='visibility member status',
            Verified='True',
        ),
    )
    return shared.rows[0]['Project ID']


def _use(stage: stage_.Stage) -> str:
    """Boot a server and look at it, and return its ID."""
    stage.say('B boots a server from it.')
    made = stage.type(
        *B,
        *('server', 'create', '--image', IMAGE, '--flavor', 'm1.nano'),
        *('--nic', 'none', '--wait', '-c', 'id', '-c', 'name', '-c', 'image'),
        *('-c', 'status', SERVER),
        expect='the server should be ACTIVE',
        holds=lambda shown: (
            shown.field('status') == 'ACTIVE' and shown.field('id') != ''
        ),
    )
    server_id = made.field('id')
    stage.say('Who may use the image, and who does?')
    stage.type(
        *A,
        *('image', 'share', 'status', IMAGE, '--member-cloud', 'bob'),
        expect='one server of project-b should have been counted',
        holds=lambda shown: shown.has_row(
            Project_Name='project-b',
            Status='accepted',
            Servers='1',
            Volumes='0',
        ),
    )
    stage.say('What exactly, and what would break if A took the image back?')
    stage.type(
        *A,
        *('image', 'share', 'usage', IMAGE, '--member-cloud', 'bob'),
        expect='the server should be listed with what breaks',
        holds=lambda shown: shown.has_row(
            Type='server', ID=server_id, Breaks='rebuild rescue'
        ),
    )
    return server_id


def _take_back(stage: stage_.Stage, image_id: str, server_id: str) -> None:
    revoke = ('image', 'share', 'revoke', IMAGE, 'project-b')
    stage.say('A tries to take it back all the same. That is refused:')
    stage.type(
        *A,
        *revoke,
        *('--member-cloud', 'bob'),
        code=3,
        expect='it should have named the server and revoked nothing',
        holds=lambda shown: (
            f'server {server_id} {SERVER}' in shown.text
            and 'The share was not revoked' in shown.text
            and shown.has_row(Project_Name='project-b', Result='in use')
        ),
    )
    _become_independent(stage, image_id)
    stage.say('Now nothing stands against it.')
    stage.type(
        *A,
        *revoke,
        *('--member-cloud', 'bob'),
        expect='the share with project-b should be revoked',
        holds=lambda shown: shown.has_row(
            Project_Name='project-b', Result='revoked', In_Use_By=''
        ),
    )


def _copy_stays(stage: stage_.Stage) -> None:
    stage.type(
        *B,
        *('image', 'show', COPY, '-c', 'name', '-c', 'status'),
        *('-c', 'visibility'),
        expect='the copy should be active and private',
        holds=lambda shown: (
            (shown.field('status'), shown.field('visibility'))
            == ('active', 'private')
        ),
    )


def _become_independent(stage: stage_.Stage, image_id: str) -> None:
    """Let B have an image of its own, and its server be made of that."""
    stage.say(
        """
        B still needs the image, and makes an independent copy of it. Nothing
        of it passes the client here: the image service fetches it by itself,
        and the command compares it bit for bit.
        """
    )
    copied = stage.type(
        *B,
        *('image', 'share', 'copy', IMAGE, '--name', COPY),
        *('-c', 'Image ID', '-c', 'Copy ID', '-c', 'Method', '-c', 'Size'),
        *('-c', 'Verified', '-c', 'Changes'),
        expect='there should be a copy that was compared',
        holds=lambda shown: shown.has_row(
            Image_ID=image_id, Verified='True', Changes='image'
        ),
    )
    copy_id = copied.rows[0]['Copy ID']
    stage.say('The server goes on naming the old image until it is rebuilt:')
    stage.type(
        *B,
        *('server', 'rebuild', '--wait', '--image', copy_id, SERVER),
        *('-c', 'id', '-c', 'name', '-c', 'image'),
        expect='the server should have been rebuilt with the copy',
        holds=lambda shown: copy_id in shown.text,
    )


def _without_the_other(
    stage: stage_.Stage, image_id: str, project_id: str
) -> str:
    """Do it again as two people who do not have each other's credentials.

    Returns the ID of A's project.
    """
    stage.say(
        """
        Now as two people who do not have each other's credentials: A knows
        only the ID of B's project, and cannot accept for it.
        """
    )
    stage.type(
        *A,
        *('image', 'share-to', IMAGE, project_id),
        expect='the share should be pending, with the command for B',
        holds=lambda shown: (
            shown.has_row(Project_ID=project_id, Status='pending')
            and f'image set --accept {image_id}' in shown.text
        ),
    )
    stage.say('B sees what is offered, and accepts it by its name.')
    stage.type(
        *B,
        *('image', 'share', 'list', '--incoming'),
        expect='the pending offer should be listed',
        holds=lambda shown: shown.has_row(
            Direction='incoming', Image_ID=image_id, Status='pending'
        ),
    )
    accepted = stage.type(
        *B,
        *('image', 'share', 'accept', IMAGE, '-c', 'Image ID'),
        *('-c', 'Owner ID', '-c', 'Status', '-c', 'Warnings'),
        expect='the image should be accepted',
        holds=lambda shown: shown.has_row(
            Image_ID=image_id, Status='accepted'
        ),
    )
    stage.say(
        """
        A cannot see what B does with it, and what nobody could look at is not
        revoked, unless A says so.
        """
    )
    revoke = ('image', 'share', 'revoke', IMAGE, project_id)
    stage.type(
        *A,
        *revoke,
        code=4,
        expect='it should have revoked nothing',
        holds=lambda shown: (
            '--allow-unseen' in shown.text
            and shown.has_row(Project_ID=project_id, Result='unseen')
        ),
    )
    stage.type(
        *A,
        *revoke,
        '--allow-unseen',
        expect='the share should be revoked',
        holds=lambda shown: shown.has_row(
            Project_ID=project_id, Result='revoked', In_Use_By='unknown'
        ),
    )
    return accepted.rows[0]['Owner ID']


def _as_a_file(stage: stage_.Stage, owner_id: str, project_id: str) -> None:
    """Say in a file who may use the image, and change that."""
    stage.say(
        """
        A keeps in a file who may use the image, and the file in Git. "diff"
        shows what would change, and "apply" makes it so.
        """
    )
    columns = ('-c', 'Image Name', '-c', 'Project ID', '-c', 'Action')
    share = ('image', 'share')
    _write(stage, owner_id, '{cloud: bob}')
    stage.type(
        *A,
        *(*share, 'diff', '--file', FILE, *columns),
        code=5,
        expect='it should have said that the image is to be shared',
        holds=lambda shown: shown.has_row(
            Project_ID=project_id, Action='share'
        ),
    )
    stage.type(
        *A,
        *(*share, 'apply', '--file', FILE, *columns, '-c', 'Result'),
        expect='the image should be shared with project-b',
        holds=lambda shown: shown.has_row(
            Project_ID=project_id, Action='share', Result='shared'
        ),
    )
    stage.type(
        *A,
        *(*share, 'diff', '--file', FILE, *columns),
        expect='nothing should differ',
        holds=lambda shown: shown.has_row(
            Project_ID=project_id, Action='keep'
        ),
    )
    stage.say('What is shared can be written as a file, too.')
    stage.type(
        *A,
        *(*share, 'export', '--image', IMAGE),
        expect='the project should be in the file',
        holds=lambda shown: f'- project: {project_id}' in shown.text,
    )
    stage.say(
        """
        Whoever is left out goes only with --prune, and only where nobody uses
        the image.
        """
    )
    _write(stage, owner_id)
    stage.type(
        *A,
        *(*share, 'apply', '--file', FILE, '--prune'),
        *('--member-cloud', 'bob', *columns, '-c', 'Result'),
        expect='the share with project-b should have ended',
        holds=lambda shown: shown.has_row(
            Project_ID=project_id, Action='prune', Result='pruned'
        ),
    )


def _write(stage: stage_.Stage, owner_id: str, *members: str) -> None:
    stage.write(
        FILE,
        f'version: 1\nowner: "{owner_id}"\nimages:\n  - name: {IMAGE}\n'
        f'    members: [{", ".join(members)}]\n    exact: true\n',
    )
