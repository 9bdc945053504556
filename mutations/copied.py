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

"""Copies that are none, and images of others that are taken for halves."""

from mutations import change

_DATA = 'api.test_data'
_FLOW = 'sharing.copy.test_flow'
_TROUBLE = 'sharing.copy.test_trouble'
_ONCE = f'{_DATA}.PutTest.test_no_answer_makes_it_go_out_again'
_OTHER_BYTES = (
    f'{_TROUBLE}.SourceTest.test_other_bytes_than_the_sources_are_no_copy'
)

CHANGES = (
    change.Change(
        'an upload is sent again with what is left of it',
        'api/data.py',
        'status_code_retries=0,\n            timeout=api.limit',
        'status_code_retries=1,\n            timeout=api.limit',
        (_ONCE,),
    ),
    change.Change(
        'an upload follows where somebody leads it',
        'api/data.py',
        'data=body if size else b\'\',\n'
        '            raise_exc=False,\n            redirect=False,',
        'data=body if size else b\'\',\n'
        '            raise_exc=False,\n            redirect=True,',
        (_ONCE,),
    ),
    change.Change(
        'an upload meets a token that may have ended',
        'api/tokens.py',
        'session.invalidate(auth)\n    return _headers(session, auth)',
        'return _headers(session, auth)',
        (f'{_DATA}.PutTest.test_the_token_is_new_each_time',),
    ),
    change.Change(
        'another part than was asked for is taken for the rest',
        'api/data.py',
        'if found is None or int(found[1]) != start:',
        'if False:',
        (
            f'{_DATA}.OpenedTest'
            '.test_another_part_than_the_one_asked_for_is_an_error',
        ),
    ),
    change.Change(
        'what a service without ranges repeats is sent twice',
        'api/data.py',
        'return Body(response, start)',
        'return Body(response)',
        (f'{_DATA}.OpenedTest.test_it_begins_where_it_is_to_begin',),
    ),
    change.Change(
        'nobody announces how long an image is',
        'image/uploads.py',
        "headers={'X-OpenStack-Image-Size': str(len(body))},",
        'headers={},',
        (f'{_FLOW}.StreamTest.test_the_size_is_announced',),
    ),
    change.Change(
        'nobody looks whether the bytes are those of the source',
        'sharing/copy/making.py',
        'if hashes.agree(sent, wanted) is False:',
        'if False:',
        (_OTHER_BYTES,),
    ),
    change.Change(
        'the size alone makes a copy',
        'sharing/copy/comparison.py',
        'same = hashes.agree(hashes.known(copy.record), wanted)',
        'same = True',
        (f'{_FLOW}.ServerTest.test_what_came_is_compared',),
    ),
    change.Change(
        'what cannot be compared is taken for the same',
        'sharing/copy/comparison.py',
        'if same is None:\n        # Their',
        'if False:\n        # Their',
        (f'{_FLOW}.AgainTest.test_other_hashes_are_compared_once_and_noted',),
    ),
    change.Change(
        'MD5 proves something beside a better hash',
        'image/hashes.py',
        'if common and {MD5} in (one.keys(), other.keys()):',
        'if common:',
        (
            'image.test_hashes.AgreeTest.test_it_says_no_more_than_can_be_known',
        ),
    ),
    change.Change(
        'what is converted passes for a copy',
        'sharing/copy/comparison.py',
        "if form != source.record.get('disk_format'):",
        'if False:',
        (
            f'{_TROUBLE}.DestinationTest'
            '.test_what_is_converted_cannot_be_verified',
        ),
    ),
    change.Change(
        'what is half made stays',
        'sharing/copy/making.py',
        '*exc.facts, self.discard(), advice=exc.advice',
        '*exc.facts, advice=exc.advice',
        (
            f'{_TROUBLE}.DestinationTest'
            '.test_an_upload_that_is_refused_leaves_nothing',
        ),
    ),
    change.Change(
        'a snapshot of a server is taken for half a copy and deleted',
        'sharing/copy/provenance.py',
        'if image.record.get(properties.COPY) != image.id:',
        'if False:',
        (
            f'{_FLOW}.AgainTest.test_what_only_inherits_the_marks_is_left_alone',
        ),
    ),
    change.Change(
        'a copy of another project is taken for half a copy',
        'sharing/copy/provenance.py',
        'if image.owner == owner and origin(image) == source.id',
        'if origin(image) == source.id',
        (
            'sharing.copy.test_provenance.ExistingTest.test_others_are_not_ours',
        ),
    ),
    change.Change(
        'a copy that somebody has deactivated is deleted',
        'sharing/copy/provenance.py',
        'return copy.status in uploads.UNFINISHED or (',
        'return copy.status != uploads.ACTIVE or (',
        (
            f'{_FLOW}.AgainTest'
            '.test_a_hidden_copy_is_found_and_a_deactivated_one_left',
        ),
    ),
    change.Change(
        "what others' images say leads to another image",
        'sharing/copy/sources.py',
        'if source is None or image.owner != own.scope.project_id:',
        'if source is None:',
        (f'{_FLOW}.AgainTest.test_the_marks_of_others_lead_nowhere',),
    ),
    change.Change(
        'an entry of clouds.yaml may be for any project',
        'sharing/copy/destinations.py',
        'if wanted.project is not None:\n                _check_project',
        'if False:\n                _check_project',
        (
            f'{_TROUBLE}.RefusedTest'
            '.test_what_cannot_be_done_is_refused_before_the_first_write',
        ),
    ),
    change.Change(
        "the owner's keys go along",
        'sharing/copy/refusals.py',
        'keys = [key for key in _KEYS if image.record.get(key)]',
        'keys = [key for key in _KEYS if False]',
        (
            'sharing.copy.test_refusals.ImageTest'
            '.test_what_would_be_of_no_use_is_refused',
        ),
    ),
    change.Change(
        'a stream is begun beside an import that is left',
        'sharing/copy/making.py',
        'if not way.otherwise or self.half_made is not None:',
        'if not way.otherwise:',
        (
            f'{_TROUBLE}.ImportTest'
            '.test_no_stream_is_begun_beside_an_import_that_is_left',
        ),
    ),
)
