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

"""Uses of an image that are overlooked, or not missed."""

from mutations import change

_REDIRECT = 'api.test_rest.RedirectTest'
_NO_ADMINISTRATOR = 'sharing.test_usage.NoAdministratorTest'
_SILENT = 'usage.test_volumes.SilentTest'
_BOOTED = 'usage.test_volumes.BootedFromTest'
_MAKING = 'usage.test_volumes.MakingTest'
_NOVAS = 'usage.test_volumes.SeveralNovasTest'
_UNLIKE = 'test_unlike_loopback'

_FOLLOWING = (
    f'{_REDIRECT}.test_nobody_else_hears_of_the_token_or_is_believed',
    f'{_REDIRECT}.test_the_address_that_is_not_asked_is_named',
    f'{_REDIRECT}.test_a_redirection_within_the_server_does_not_hide_another',
    'test_elsewhere.RedirectionTest.test_its_servers_are_not_looked_for_there',
    'test_elsewhere.RedirectionTest.test_an_image_is_not_looked_for_there',
)

CHANGES = (
    change.Change(
        'a cluster template of another image hides those behind it',
        'usage/cluster_templates.py',
        "if record.get('image_id') not in names:\n            continue",
        "if record.get('image_id') not in names:\n            break",
        (
            'usage.test_cluster_templates.ClusterTemplatesTest'
            '.test_an_image_is_named_by_id_or_by_name',
        ),
    ),
    change.Change(
        "snapshots of other projects are the member's use",
        'usage/snapshots.py',
        "if mine and record.get('id')",
        "if record.get('id')",
        (
            'usage.test_snapshots.SnapshotsTest'
            '.test_snapshots_of_others_are_not_this_projects_use',
        ),
    ),
    change.Change(
        'records of other projects prove something',
        'usage/consumers.py',
        "if found not in (None, '', self.scope.project_id):",
        'if False:',
        (
            f'{_UNLIKE}.CarelessNovaTest'
            '.test_servers_of_others_are_not_the_members',
            'usage.test_servers.MadeOfTest'
            '.test_servers_of_another_project_are_an_error',
            'usage.test_volumes.MadeOfTest'
            '.test_volumes_of_another_project_are_an_error',
        ),
    ),
    change.Change(
        'a filter that Nova drops is trusted',
        'usage/servers.py',
        "if made_of.get('id') == image_id:",
        'if True:',
        (
            f'{_UNLIKE}.CarelessNovaTest'
            '.test_a_filter_that_is_dropped_makes_no_use_of_it',
            'usage.test_servers.MadeOfTest'
            '.test_a_filter_that_was_dropped_is_noticed',
        ),
    ),
    change.Change(
        'cells that are down are not asked about',
        'usage/servers.py',
        'yield from _down_cells(asked, api)',
        'pass',
        (
            f'{_UNLIKE}.DownCellTest'
            '.test_its_servers_are_unknown_and_not_none',
            f'{_UNLIKE}.DownCellTest.test_only_who_allows_it_revokes_unseen',
            f'{_UNLIKE}.OldNovaTest.test_no_server_is_never_certain',
        ),
    ),
    change.Change(
        'a Nova that cannot tell of cells that are down has none',
        'usage/servers.py',
        'if exc.status != 406:\n            raise\n        yield',
        'if exc.status != 406:\n            raise\n        return\n'
        '        yield',
        (f'{_UNLIKE}.OldNovaTest.test_no_server_is_never_certain',),
    ),
    change.Change(
        'a page full of servers that are unknown is all of them',
        'usage/servers.py',
        "if down and asked.everyone and answer.get('servers_links'):",
        'if False:',
        (
            'usage.test_servers.DownCellsTest'
            '.test_a_page_full_of_them_may_not_be_all',
        ),
    ),
    change.Change(
        'a microversion that was not spoken was heeded',
        'api/rest.py',
        'if microversion not in (None, response.headers.get(_VERSION)):',
        'if False:',
        (
            f'{_UNLIKE}.OldNovaTest.test_no_server_is_never_certain',
            'api.test_rest.MicroversionTest'
            '.test_a_service_that_says_nothing_of_it_does_not_speak_it',
        ),
    ),
    change.Change(
        'an administrator trusts the filters of an old Cinder',
        'usage/volumes.py',
        'microversion=_FILTERS',
        'microversion=None',
        (
            f'{_UNLIKE}.OldCinderTest.test_an_administrator_does_not_trust_it',
            'usage.test_volumes.MadeOfTest'
            '.test_a_cinder_that_ignores_filters_is_not_believed',
        ),
    ),
    change.Change(
        'a volume without image metadata was made of no image',
        'usage/volumes.py',
        "elif 'volume_image_metadata' not in record and (",
        'elif False and (',
        (
            f'{_SILENT}.test_what_an_administrator_asked_for_is_of_the_image',
            f'{_SILENT}.test_one_that_a_server_boots_from_may_be',
            f'{_SILENT}.test_so_may_that_of_a_shelved_server',
        ),
    ),
    change.Change(
        'servers booted from a volume are overlooked',
        'usage/volumes.py',
        'yield from _booted_from(asked, api, computes, record)',
        'pass',
        (
            f'{_UNLIKE}.OldCinderTest'
            '.test_a_server_booted_from_a_volume_is_found_by_the_member',
            f'{_UNLIKE}.PagesTest'
            '.test_the_last_page_stands_against_a_revocation',
        ),
    ),
    change.Change(
        'a volume that is being made is made of no image',
        'usage/volumes.py',
        'elif in_the_making(record):',
        'elif False:',
        (
            f'{_MAKING}'
            '.test_the_status_tells_whether_cinder_may_name_another_image',
            f'{_MAKING}.test_an_administrator_learns_whose_they_are',
        ),
    ),
    change.Change(
        'a volume that is overwritten stays what it was',
        'usage/volumes.py',
        'return status in _OVERWRITING',
        'return status in _OVERWRITING and not _image_of(volume)',
        (
            f'{_MAKING}'
            '.test_the_status_tells_whether_cinder_may_name_another_image',
        ),
    ),
    change.Change(
        'metadata without an image names one',
        'usage/volumes.py',
        'return not _image_of(volume)',
        "return 'volume_image_metadata' not in volume",
        (
            f'{_MAKING}'
            '.test_the_status_tells_whether_cinder_may_name_another_image',
        ),
    ),
    change.Change(
        'what is being made passes the filter of an administrator',
        'usage/volumes.py',
        "records = {one['id']: one for one in making if in_the_making(one)}",
        'records = {}',
        (f'{_MAKING}.test_every_page_of_them_is_read',),
    ),
    change.Change(
        'a server that is being built boots from nothing',
        'usage/volumes.py',
        'begun += servers.begun(asked, compute)',
        'pass',
        (
            f'{_MAKING}.test_a_server_whose_volume_is_not_known_is_a_gap',
            f'{_MAKING}.test_each_project_has_its_own_servers',
        ),
    ),
    change.Change(
        'a server that is being rebuilt keeps its image',
        'usage/servers.py',
        "_BEGUN = ('BUILD', 'REBUILD')",
        "_BEGUN = ('BUILD',)",
        (f'{_MAKING}.test_a_server_whose_volume_is_not_known_is_a_gap',),
    ),
    change.Change(
        'a Nova that failed builds no servers',
        'usage/volumes.py',
        'except errors.ServiceError as exc:\n            yield',
        'except errors.ServiceError as exc:\n            continue\n'
        '            yield',
        (f'{_MAKING}.test_a_nova_that_fails_hides_them_and_no_volumes',),
    ),
    change.Change(
        'servers are asked for after their volumes',
        'usage/volumes.py',
        'begun: list[servers.Begun] = []\n',
        'begun: list[servers.Begun] = []\n'
        '    list(_made_of(asked, api, computes))\n',
        (f'{_MAKING}.test_servers_are_read_before_volumes',),
    ),
    change.Change(
        'a data disk is known by itself',
        'usage/servers.py',
        'return _root_volume(api, str(server[\'id\'])) in (None, volume_id)',
        'return _root_volume(api, str(server[\'id\'])) == volume_id',
        (
            f'{_BOOTED}'
            '.test_only_what_nova_says_makes_it_another_ones_data_disk',
            f'{_BOOTED}.test_a_nova_that_does_not_tell_proves_nothing',
        ),
    ),
    change.Change(
        'one Nova speaks for every other',
        'usage/volumes.py',
        '    if failed is not None:\n        raise failed\n',
        '',
        (f'{_NOVAS}.test_it_is_gone_only_if_every_one_says_so',),
    ),
    change.Change(
        'a server that the first Nova has not is gone',
        'usage/volumes.py',
        'if server is not None:\n            return compute, server',
        'return (compute, server) if server else None',
        (f'{_NOVAS}.test_the_one_that_knows_it_counts',),
    ),
    change.Change(
        'one page is all of them',
        'api/rest.py',
        'if link is None:',
        'if True:',
        (
            f'{_UNLIKE}.PagesTest.test_everything_is_found',
            f'{_UNLIKE}.PagesTest'
            '.test_the_last_page_stands_against_a_revocation',
            f'{_UNLIKE}.PagesTest.test_every_share_is_listed',
        ),
    ),
    change.Change(
        'a list that was cut short is all of it',
        'api/rest.py',
        "if answer.get('truncated'):",
        'if False:',
        (
            'identity.test_projects.DirectoryTest'
            '.test_a_list_that_was_cut_short_is_no_full_one',
        ),
    ),
    change.Change(
        'what the identity service answers, another service has answered',
        'api/rest.py',
        'uncertain=not advice,',
        "uncertain=not advice, status=getattr(exc, 'http_status', None),",
        (
            'api.test_rest.ReauthenticationTest'
            '.test_its_answer_is_not_the_answer_of_the_service',
        ),
    ),
    change.Change(
        'keystoneauth follows wherever it is led',
        'api/rest.py',
        'redirect=False,',
        'redirect=reading,',
        _FOLLOWING,
    ),
    change.Change(
        'another server is asked, with the token, because one refers to it',
        'api/rest.py',
        'onward = urls.onward(response.url, named)',
        'onward = named',
        _FOLLOWING,
    ),
    change.Change(
        'what listens on another port is the same service',
        'api/urls.py',
        'return scheme, parts.hostname, parts.port or _USUAL_PORT.get(scheme)',
        'return scheme, parts.hostname, None',
        (
            f'{_REDIRECT}.test_the_address_that_is_not_asked_is_named',
            f'{_REDIRECT}.test_only_the_same_server_is_followed_to',
        ),
    ),
    change.Change(
        'a redirection takes the token out of TLS',
        'api/urls.py',
        'places = [(here.scheme, here.netloc)]',
        "places = [(here.scheme, here.netloc), ('http', here.netloc)]",
        (f'{_REDIRECT}.test_only_the_same_server_is_followed_to',),
    ),
    change.Change(
        'a service that failed has nothing',
        'usage/survey.py',
        "yield asked.gap(' '.join(exc.lines), api.service, api.region)",
        'return',
        (
            'usage.test_survey.GapTest'
            '.test_a_service_that_gives_no_usable_answer_is_a_gap',
            f'{_UNLIKE}.PagesTest.test_a_page_that_is_missing_is_a_gap',
        ),
    ),
    change.Change(
        'whose role Nova does not know is an administrator all the same',
        'usage/survey.py',
        'if not found.compute_unseen:',
        'if True:',
        (
            'usage.test_survey.ScopeTest.'
            'test_an_administrator_who_is_none_to_nova_looks_as_the_member',
        ),
    ),
    change.Change(
        'an administrator who is none to Nova sees what there is',
        'sharing/usage.py',
        'if not everyone.compute_unseen:',
        'if True:',
        (
            f'{_NO_ADMINISTRATOR}.test_its_projects_and_members_are_looked_at',
            f'{_NO_ADMINISTRATOR}.test_so_are_member_clouds',
            f'{_NO_ADMINISTRATOR}.test_so_are_those_of_the_owner',
        ),
    ),
    change.Change(
        'what was seen in two ways is there twice',
        'sharing/usage.py',
        'if (one.kind, one.id) not in known',
        'if True',
        (f'{_NO_ADMINISTRATOR}.test_its_projects_and_members_are_looked_at',),
    ),
    change.Change(
        'what could not be seen counts as none',
        'usage/survey.py',
        'if any(gap.service in (None, *services) for gap in self.gaps):',
        'if False:',
        (
            f'{_UNLIKE}.DownCellTest'
            '.test_its_servers_are_unknown_and_not_none',
            'test_elsewhere.UnseenTest.test_a_user_may_have_no_role_there',
            'usage.test_survey.CountTest.'
            'test_a_number_is_known_only_if_all_it_depends_on_was_seen',
        ),
    ),
    change.Change(
        'what could not be seen does not refuse',
        'sharing/revoke/verdict.py',
        'if usage.gaps and not allow_unseen:\n        return',
        'if False:\n        return',
        (
            f'{_UNLIKE}.DownCellTest.test_only_who_allows_it_revokes_unseen',
            'test_elsewhere.UnseenTest.test_rescoping_may_be_forbidden',
            'sharing.revoke.test_verdict.ObstacleTest'
            '.test_neither_override_implies_the_other',
        ),
    ),
    change.Change(
        'what is in use does not refuse',
        'sharing/revoke/verdict.py',
        'if usage.refusing and not force:',
        'if False:',
        (
            'test_elsewhere.PlaceTest.test_its_servers_are_found_there',
            'sharing.revoke.test_flow.RevokeTest.test_what_is_in_use_is_not',
        ),
    ),
    change.Change(
        '--force implies --allow-unseen',
        'sharing/revoke/verdict.py',
        'if usage.gaps and not allow_unseen:\n        return',
        'if usage.gaps and not allow_unseen and not force:\n        return',
        (
            f'{_UNLIKE}.DownCellTest.test_only_who_allows_it_revokes_unseen',
            'sharing.revoke.test_flow.RevokeTest'
            '.test_each_override_is_for_one_thing',
        ),
    ),
    change.Change(
        '--allow-unseen implies --force',
        'sharing/revoke/verdict.py',
        'if usage.refusing and not force:',
        'if usage.refusing and not force and not allow_unseen:',
        (
            'sharing.revoke.test_flow.RevokeTest'
            '.test_each_override_is_for_one_thing',
        ),
    ),
    change.Change(
        'nobody looks again after a revocation',
        'sharing/revoke/recheck.py',
        'if not _removed(outcome):\n',
        'if True:\n',
        (
            f'{_UNLIKE}.DownCellTest'
            '.test_a_cell_that_fails_meanwhile_is_reported',
            'sharing.revoke.test_trouble.AfterwardsTest'
            '.test_a_server_that_came_up_meanwhile_is_named',
        ),
    ),
    change.Change(
        'the projects of an old share are not mentioned',
        'sharing/usage.py',
        'if members is None and not administrator:',
        'if False:',
        (
            'sharing.test_usage.UsageTest'
            '.test_projects_of_an_old_share_are_warned_about',
        ),
    ),
    change.Change(
        'the gate does not mind what is in use',
        'sharing/usage.py',
        'if request.fail_in_use and outcome.consumers:',
        'if False:',
        (
            'sharing.test_usage.UsageTest.test_the_gate_says_whether_it_is_in_use',
        ),
    ),
)
