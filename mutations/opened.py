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

"""Scopes that are not the member's, if nobody looks."""

from mutations import change

_ELSEWHERE = 'test_elsewhere'

CHANGES = (
    change.Change(
        'a token is used whatever project it is for',
        'identity/authentication.py',
        'if scope.project_id != project_id:',
        'if False:',
        (
            f'{_ELSEWHERE}.UnseenTest'
            '.test_the_token_may_be_for_the_own_project',
            f'{_ELSEWHERE}.UnseenTest'
            '.test_the_token_may_be_for_a_third_project',
            'identity.test_caller.SpeakingTest'
            '.test_a_token_for_another_project_is_never_used',
        ),
    ),
    change.Change(
        'a member cloud may be in another Keystone',
        'identity/member_cloud.py',
        'if urls.root(here) != urls.root(there):',
        'if False:',
        (
            f'{_ELSEWHERE}.MemberCloudTest.test_another_keystone',
            f'{_ELSEWHERE}.MemberCloudTest'
            '.test_another_keystone_on_the_same_host',
            'identity.test_caller.MemberCloudTest.test_another_keystone_never_hears_of_it',
        ),
    ),
    change.Change(
        'Keystones are told apart by their host alone',
        'api/urls.py',
        """return f'{scheme}://{host or ""}{parts.path}'""",
        "return f'{scheme}://{host}'",
        (
            f'{_ELSEWHERE}.MemberCloudTest'
            '.test_another_keystone_on_the_same_host',
            'api.test_urls.RootTest'
            '.test_addresses_of_the_same_service_become_the_same',
        ),
    ),
    change.Change(
        'a member cloud may have another image service',
        'identity/member_cloud.py',
        ' or urls.root(there) not in own.image_roots:',
        ':',
        (
            f'{_ELSEWHERE}.MemberCloudTest.test_an_image_endpoint_elsewhere',
            f'{_ELSEWHERE}.MemberCloudTest'
            '.test_another_image_service_in_its_catalog',
        ),
    ),
    change.Change(
        "any region of the member's catalog will do",
        'identity/member_cloud.py',
        'region=own.region or None,',
        'region=None,',
        (
            f'{_ELSEWHERE}.MemberCloudTest'
            '.test_its_images_are_in_another_region',
        ),
    ),
    change.Change(
        "a member cloud is asked in its own entry's region",
        'identity/member_cloud.py',
        'entry = clouds_yaml.load(name, own.region)',
        "entry = clouds_yaml.load(name, '')\n"
        '    own = dataclasses.replace('
        'own, region=entry.config.region_name or own.region)',
        (
            'identity.test_caller.MemberCloudTest'
            '.test_it_is_asked_in_the_callers_region',
        ),
    ),
    change.Change(
        "the environment's project becomes the member's",
        'identity/clouds_yaml.py',
        'config = loader.get_one(cloud=name, region_name=region or None)',
        'import os\n'
        '            config = loader.get_one(cloud=name, region_name=region, '
        "project_id=os.environ.get('OS_PROJECT_ID'), "
        "project_name=os.environ.get('OS_PROJECT_NAME'))",
        (
            f'{_ELSEWHERE}.EnvironmentTest'
            '.test_no_variable_makes_somebody_else_the_member',
            f'{_ELSEWHERE}.EnvironmentTest'
            '.test_nor_do_all_the_variables_of_an_openrc_file',
            'identity.test_caller.MemberCloudTest'
            '.test_the_environment_of_the_caller_does_not_leak_into_it',
        ),
    ),
    change.Change(
        'share-to takes a member cloud of a project that nobody named',
        'sharing/share/refusals.py',
        'if project_id not in named:\n',
        'if False:\n',
        (
            f'{_ELSEWHERE}.MemberCloudTest'
            '.test_one_that_is_for_a_project_nobody_named',
        ),
    ),
    change.Change(
        'revoke takes a member cloud of a project that nobody named',
        'sharing/revoke/selection.py',
        'if project_id in named:',
        'if True:',
        (
            f'{_ELSEWHERE}.MemberCloudTest'
            '.test_one_that_is_for_a_project_nobody_named',
        ),
    ),
    change.Change(
        'trusts and application credentials are rescoped',
        'identity/caller.py',
        'if why_not:',
        'if False:',
        (
            f'{_ELSEWHERE}.UnseenTest'
            '.test_an_application_credential_speaks_for_one_project',
            'identity.test_caller.SpeakingTest'
            '.test_tokens_that_keystone_does_not_rescope_are_not_tried',
        ),
    ),
    change.Change(
        'Keystone is asked for tokens that it cannot give',
        'identity/caller.py',
        'if project_id not in {project.id for project in mine}:',
        'if False:',
        (
            'identity.test_caller.SpeakingTest'
            '.test_a_project_without_role_costs_no_failed_attempt',
        ),
    ),
    change.Change(
        'who cannot be rescoped looks as itself',
        'identity/caller.py',
        "return scopes.NoScope(f'you have no role in project {project_id}')",
        'return self.own',
        (
            f'{_ELSEWHERE}.UnseenTest.test_a_user_may_have_no_role_there',
            'sharing.revoke.test_flow.RevokeTest.test_what_nobody_could_see_is_not',
        ),
    ),
    change.Change(
        'a failure to rescope is taken for a missing role',
        'identity/caller.py',
        "return scopes.NoScope(' '.join(exc.lines), failed=True)\n"
        '        if mine',
        "return scopes.NoScope(' '.join(exc.lines))\n        if mine",
        (
            'identity.test_caller.SpeakingTest'
            '.test_a_keystone_that_does_not_tell_is_a_failure',
        ),
    ),
    change.Change(
        "the caller's word on certificates replaces the member's",
        'identity/member_cloud.py',
        "if session.verify is True and not entry.says('verify', 'insecure'):",
        'if True:',
        (
            'identity.test_caller.MemberCloudTest'
            '.test_the_callers_word_on_certificates_holds_unless_it_has_one',
        ),
    ),
    change.Change(
        'a name that nobody could look up becomes a member',
        'identity/projects.py',
        'if looks_like_id(words) and (\n            answered',
        'if True or (\n            answered',
        (
            'test_hostile_requests.MemberTest'
            '.test_a_word_that_is_no_project_becomes_no_member',
            'sharing.share.test_flow.RefusalTest'
            '.test_what_makes_no_sense_is_refused',
        ),
    ),
    change.Change(
        'an image of somebody else is shared and revoked',
        'sharing/target.py',
        'if scopes.administrator or image.owner == scope.project_id:',
        'if True:',
        (
            'sharing.revoke.test_flow.RefusalTest'
            '.test_a_member_is_told_that_it_can_only_reject',
            'sharing.test_target.CheckOwnerTest'
            '.test_a_member_is_told_what_it_can_do',
        ),
    ),
    change.Change(
        'the ID of a project that does not exist is the name of another',
        'identity/projects.py',
        'if looks_like_id(words):\n            found = _with_id(words, (',
        'if looks_like_id(words) and False:\n            found = _with_id('
        'words, (',
        (
            'sharing.share.test_flow.RefusalTest'
            '.test_an_id_is_never_the_name_of_another_project',
            'identity.test_projects.NamedTest.test_an_id_is_never_a_name',
        ),
    ),
    change.Change(
        'the ID of no member is looked up as if it could be a name',
        'sharing/revoke/naming.py',
        'if projects.looks_like_id(words):\n            member',
        'if words in self._members:\n            member',
        ('sharing.revoke.test_naming.MatchTest.test_an_id_is_always_an_id',),
    ),
    change.Change(
        'a name is taken from the own list though others have it',
        'identity/projects.py',
        '                *self._own(words),\n'
        '                *(Project(r.id, r.name) for r in answered or ()),\n',
        '                *(self._own(words) or\n'
        '                 [Project(r.id, r.name) for r in answered or ()]),\n',
        (
            'identity.test_projects.NamedTest'
            '.test_a_name_of_the_own_list_is_taken_where_no_other_has_it',
            'identity.test_projects.NamedTest'
            '.test_the_name_of_the_own_project_may_be_that_of_another',
        ),
    ),
    change.Change(
        'a listed image of others hides the own hidden one',
        'image/search.py',
        "return found if 'os_hidden' in more else _with_own(glance, found)",
        'return found',
        (
            'sharing.test_target.HiddenTest'
            '.test_it_is_the_owners_whatever_others_show',
        ),
    ),
    change.Change(
        'every member is an administrator',
        'sharing/target.py',
        'if image.id not in {one.id for one in listed}:',
        'if False:',
        (
            'sharing.test_target.CheckOwnerTest'
            '.test_a_member_is_told_what_it_can_do',
        ),
    ),
    change.Change(
        'what one project sees are the shares of all',
        'sharing/listing.py',
        'if not self._foreign:',
        'if False:',
        (
            'sharing.test_listing.AdministratorTest'
            '.test_all_projects_is_for_whoever_sees_them',
            'sharing.test_listing.AdministratorTest'
            '.test_all_projects_lists_every_membership_once',
        ),
    ),
    change.Change(
        'whoever may be an administrator is one, whatever Nova says',
        'usage/survey.py',
        'if administrator or not found.refused:',
        'if True:',
        (
            'usage.test_survey.ScopeTest'
            '.test_whoever_may_be_an_administrator_is_what_nova_says',
        ),
    ),
    change.Change(
        'a list of own projects that may not be read is a failure',
        'identity/caller.py',
        'if exc.status not in REFUSALS:',
        'if True:',
        (
            'identity.test_projects.NamedTest.test_optional_look_ups_may_be_refused',
            'identity.test_caller.OwnProjectsTest'
            '.test_a_refusal_is_no_failure_and_is_not_asked_for_again',
        ),
    ),
    change.Change(
        'an offer of anybody is accepted',
        'sharing/expectations.py',
        'if owner is not None and image.owner != owner:',
        'if False:',
        (
            'sharing.test_answer.ExpectationTest'
            '.test_every_unmet_expectation_is_named',
        ),
    ),
)
