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

"""``openstack image share accept``, and its base shared with ``reject``."""

from __future__ import annotations

import argparse
import typing

from osc_imageshare.commands import base

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

    from osc_imageshare.sharing import outcomes


class Answer(base.Lister):
    """What accepting and rejecting have in common."""

    FLOW = 'Answer'

    STATUS: typing.ClassVar[str]
    VERB: typing.ClassVar[str]

    HEADERS = (
        'Image ID',
        'Image Name',
        'Owner ID',
        'Owner Name',
        'Status',
        'Size',
        'Disk Format',
        'Hash',
        'Warnings',
    )
    OPTIONAL = frozenset({'Hash'})

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument(
            'images',
            metavar='<image>',
            nargs='*',
            help=f'Shared image to {self.VERB} (name or ID), pending or not',
        )
        parser.add_argument(
            '--expect-owner',
            metavar='<project>',
            help=(
                'Require this owner project (name or ID); also chooses '
                'between images of the same name'
            ),
        )
        parser.add_argument(
            '--expect-hash',
            metavar='<algorithm>:<hex>',
            help='Require this hash of the image data',
        )
        parser.set_defaults(everything=False)
        return parser

    def given(self, parsed_args: argparse.Namespace) -> dict[str, object]:
        return {'status': self.STATUS}

    def rows(
        self, outcome: outcomes.AnswerOutcome
    ) -> Iterator[tuple[object, ...]]:
        from osc_imageshare.image import inspection

        for offer in outcome.offers:
            record = offer.image.record
            yield (
                offer.image.id,
                offer.image.name,
                offer.owner.id,
                offer.owner.name,
                offer.status,
                record.get('size'),
                record.get('disk_format'),
                inspection.checksum(offer.image),
                offer.warnings,
            )


class ShareAccept(Answer):
    """Accept images that other projects share with yours.

    Accepting adds an image to the lists of your project, which can use it by
    its ID even before. The command inspects each image before it accepts it,
    and shows its owner, size, format and hash, and warnings.
    """

    STATUS = 'accepted'
    VERB = 'accept'
    EXAMPLES = (
        (
            'Accept an image by its name',
            'openstack image share accept ubuntu',
        ),
        (
            'Accept an image only if it belongs to a certain project',
            'openstack image share accept --expect-owner team-a ubuntu',
        ),
        (
            'Accept all pending images of a project',
            'openstack image share accept --all --expect-owner team-a',
        ),
    )

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument(
            '--all',
            dest='everything',
            action='store_true',
            help='Accept all pending images of the --expect-owner project',
        )
        return parser
