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

"""The members of a revocation, and which of them it can remove."""

from __future__ import annotations

import typing

from osc_imageshare import errors
from osc_imageshare.image import images
from osc_imageshare.sharing import claims
from osc_imageshare.sharing import outcomes

if typing.TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from osc_imageshare.identity import projects
    from osc_imageshare.identity import scopes


def read_members(
    outcome: outcomes.RevokeOutcome,
    glance: images.Images,
    image: images.Image,
    *,
    everyone: bool,
) -> dict[str, images.Member]:
    """Return the members by ID.

    :raises errors.Refused: for an image that can have none, except a private
        image whose every share is to be revoked.
    """
    members = glance.members_if_shared(image)
    if members is not None:
        if not members and everyone:
            outcome.note(
                claims.whole(
                    f'Image {image} has no members: there is nothing to '
                    'revoke.',
                    image,
                    claims.State.WITHOUT_MEMBERS,
                )
            )
        return {member.id: member for member in members}
    if everyone and image.visibility == images.PRIVATE:
        outcome.note(
            claims.whole(
                f'Image {image} is private: no other project can use it.',
                image,
                claims.State.PRIVATE,
            )
        )
        return {}
    if image.visibility == images.PRIVATE:
        raise errors.Refused(
            claims.whole(
                f'Image {image} is private: no other project can use it, and '
                'Glance neither lists nor removes the members of a private '
                'image.',
                image,
                claims.State.PRIVATE,
            ),
            advice=(
                'Previous members regain access when the image is shared '
                'again; "openstack image share-to --drop-members" removes '
                'them then.',
            ),
        )
    raise errors.Refused(
        claims.whole(
            f'Image {image} is {image.visibility}: every project can use it, '
            'and it has no members.',
            image,
            claims.State.of_image(image.visibility),
        ),
        advice=(
            'To make it private, after a check with "openstack image share '
            'usage --fail-in-use": '
            + glance.scope.command(
                'image', 'set', '--private', operands=(image.id,)
            ),
        ),
    )


def choose(
    outcome: outcomes.RevokeOutcome,
    image: images.Image,
    members: Collection[str],
    chosen: Sequence[projects.Project],
    status: str,
) -> None:
    """Add each project to the outcome, once; set the result if it must stay.

    :param members: the member strings of the image.
    :param status: the command that lists the members.
    """
    for project in {project.id: project for project in chosen}.values():
        revoked = outcomes.Revoked(project)
        outcome.projects.append(revoked)
        if project.id not in members:
            revoked.result = outcomes.NO_MEMBER
            outcome.fail(
                errors.FAILED,
                claims.member(
                    f'Project {project} is not a member of image {image}: '
                    'there is no share to revoke.',
                    image,
                    project.id,
                    claims.State.NO_MEMBER,
                ),
                'To list the members: ' + status,
            )
        elif not images.addressable(project.id):
            revoked.result = outcomes.FAILED
            outcome.fail(
                errors.FAILED,
                f'Member {project.id!r} cannot be removed through the API; it '
                'ends when the image is deleted. No request was sent.',
            )


def check_clouds(
    outcome: outcomes.RevokeOutcome,
    image: images.Image,
    members: Collection[str],
    clouds: Mapping[str, scopes.Scope],
    *,
    everyone: bool,
) -> None:
    """Check that each member cloud is for a project of the revocation.

    :param clouds: project ID to scope.
    :param everyone: whether every share is to be revoked. A cloud is only a
        way to look then, and a former member's cloud must not stop a
        repetition of the command.
    :raises errors.Refused: when the projects were named, and a cloud is for
        another one.
    """
    named = {revoked.project.id for revoked in outcome.projects}
    for project_id, scope in clouds.items():
        if project_id in named:
            continue
        whose = f'The {scope.label} is for project {project_id}, which '
        sentence = (
            whose + 'is not one of the specified projects.'
            if project_id in members
            else claims.member(
                f'{whose}is not a member of image {image}.',
                image,
                project_id,
                claims.State.NO_MEMBER,
            )
        )
        if not everyone:
            raise errors.Refused(sentence)
        outcome.warn(sentence)
