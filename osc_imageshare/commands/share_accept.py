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

"""``openstack image share accept``, and what rejecting has in common."""

from __future__ import annotations

import argparse
import typing

from osc_imageshare.commands import arguments
from osc_imageshare.commands import base

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

    from openstack import connection as sdk_connection

    from osc_imageshare.sharing import outcomes


class Answer(base.Lister):
    """What accepting and rejecting have in common."""

    STATUS: typing.ClassVar[str]

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
            help='Image that is offered (name or ID; pending ones as well)',
        )
        parser.add_argument(
            '--expect-owner',
            metavar='<project>',
            help=(
                'Change nothing unless this project is the owner (name or '
                'ID); also decides between images of the same name'
            ),
        )
        parser.add_argument(
            '--expect-hash',
            metavar='<algorithm>:<hex>',
            help='Change nothing unless the image data has this hash',
        )
        parser.set_defaults(everything=False)
        return parser

    def flow(
        self,
        connection: sdk_connection.Connection,
        parsed_args: argparse.Namespace,
    ) -> base.Flow:
        from osc_imageshare import sharing

        return sharing.Answer(
            connection,
            arguments.request(
                sharing.AnswerRequest, parsed_args, status=self.STATUS
            ),
            self.context,
        )

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
    """Accept images that other projects share with yours

    Shows what is offered before the answer is given. Accepting makes the
    image appear in the lists of your project; it could be used by its ID
    before.
    """

    STATUS = 'accepted'

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument(
            '--all',
            dest='everything',
            action='store_true',
            help='Accept every pending offer of the owner that is expected',
        )
        return parser
