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

"""Rules of where has to be looked, and of what counts as having looked."""

from mutations import change

_REGIONS = 'usage.test_endpoints.RegionsTest'
_LISTED = 'usage.test_endpoints.ListedTest'
_CONFIGURED = 'usage.test_endpoints.ConfigurationTest'
_PLACE = 'test_elsewhere.PlaceTest'
_PLAN = 'usage.test_plan.PlanTest.test_each_service_is_asked_or_not_seen'
_EVERY = 'usage.test_every_catalog.EveryCatalogTest.test_nothing_is_overlooked'

CHANGES = (
    change.Change(
        'a service that is missing in a region is nowhere',
        'usage/endpoints.py',
        'if kind in _EXPECTED and may_be_hidden:',
        'if False:',
        (
            f'{_PLACE}.test_a_region_without_nova_is_not_one_without_servers',
            f'{_PLACE}.test_nor_is_one_without_cinder_without_boot_volumes',
        ),
    ),
    change.Change(
        "the member's catalog shows all there is",
        'usage/endpoints.py',
        'asked.scope.services, self._own.services, self._listed or ()',
        'asked.scope.services, self._listed or ()',
        (
            f'{_PLACE}.test_what_is_hidden_from_the_member_is_asked',
            _EVERY,
        ),
    ),
    change.Change(
        "the caller's catalog shows all there is",
        'usage/endpoints.py',
        'asked.scope.services, self._own.services, self._listed or ()',
        'self._own.services, self._listed or ()',
        (
            f'{_PLACE}.test_the_callers_catalog_says_nothing_of_it',
            _EVERY,
        ),
    ),
    change.Change(
        'a service that is not where a client looks is nowhere',
        'usage/endpoints.py',
        'for service in found.unseen',
        'for service in ()',
        (
            f'{_CONFIGURED}.test_the_interface_of_each_service_counts',
            f'{_LISTED}.test_one_that_cannot_be_asked_is_a_gap',
            _EVERY,
        ),
    ),
    change.Change(
        "a region of which nobody can tell has the caller's images",
        'usage/endpoints.py',
        'if isinstance(same, str):',
        'if False:',
        (f'{_REGIONS}.test_what_cannot_be_told_is_a_gap',),
    ),
    change.Change(
        'an unknown image service is another one',
        'usage/endpoints.py',
        'found[region] = unknown[0] if unknown else False',
        'found[region] = False',
        (f'{_REGIONS}.test_what_cannot_be_told_is_a_gap',),
    ),
    change.Change(
        "only the caller's region is looked at",
        'usage/endpoints.py',
        'if True in verdicts:',
        'if False:',
        (
            f'{_PLACE}'
            '.test_servers_in_a_region_of_the_same_image_service_count',
            f'{_PLACE}.test_the_callers_endpoints_are_not_another_regions',
            _EVERY,
        ),
    ),
    change.Change(
        'servers without an image service use none',
        'usage/endpoints.py',
        'dict.fromkeys(sorted(used), True)',
        'dict.fromkeys(sorted(used), False)',
        (
            f'{_REGIONS}.test_a_region_without_image_service_may_use_this_one',
            f'{_CONFIGURED}.test_an_address_in_no_region_is_in_each',
            _EVERY,
        ),
    ),
    change.Change(
        "an administrator's catalog shows all there is",
        'usage/endpoints.py',
        'if asked.everyone:',
        'if False:',
        (
            f'{_LISTED}.test_what_is_listed_is_asked',
            f'{_LISTED}.test_one_that_cannot_be_asked_is_a_gap',
            f'{_LISTED}.test_lists_that_cannot_be_read_hide_anything',
        ),
    ),
    change.Change(
        'images that no Nova uses according to Keystone are used by none',
        'usage/endpoints.py',
        'may_be_hidden = self._listed is None or not somewhere',
        'may_be_hidden = self._listed is None',
        (f'{_LISTED}.test_images_without_any_nova_are_not_unused',),
    ),
    change.Change(
        'lists that cannot be read are empty',
        'usage/endpoints.py',
        'gaps.append(_unlisted(asked, exc))',
        'del exc',
        (f'{_LISTED}.test_lists_that_cannot_be_read_hide_anything',),
    ),
    change.Change(
        'an override speaks for every region',
        'usage/endpoints.py',
        'if region != (settings.region or self._own.region) or not override:',
        'if not override:',
        (f'{_PLACE}.test_the_callers_endpoints_are_not_another_regions',),
    ),
    change.Change(
        'an override speaks for every service of a region',
        'identity/catalog.py',
        'return found or (list(there) if _one(there) else [])',
        'return found or list(there)',
        (_PLAN, _EVERY),
    ),
    change.Change(
        'one address of a service stands for the others of its interface',
        'usage/plan.py',
        'or len(service.under(settings.interfaces)) > 1',
        'or False',
        (_PLAN,),
    ),
    change.Change(
        'only the first service of a region is asked',
        'usage/plan.py',
        'return Plan(tuple(asked.values()), unseen)',
        'return Plan(tuple(asked.values())[:1], unseen)',
        (
            _PLAN,
            f'{_CONFIGURED}.test_each_of_several_services_is_asked',
            _EVERY,
        ),
    ),
    change.Change(
        'a Nova without a Cinder beside it makes no servers',
        'usage/survey.py',
        'or compute.region not in regions',
        'or False',
        (f'{_CONFIGURED}.test_each_nova_is_asked_once_what_it_makes',),
    ),
    change.Change(
        "a volume's server is in the region of the volume",
        'usage/survey.py',
        '_nearest_first(computes, api), building',
        '_nearest_first(computes, api)[:1], building',
        (f'{_CONFIGURED}.test_a_server_may_be_far_from_its_volume',),
    ),
    change.Change(
        'services of one name are one service',
        'identity/catalog.py',
        ') and set(known.addresses) & set(service.addresses):',
        '):',
        (
            'identity.test_catalog.ServicesTest'
            '.test_two_catalogs_name_one_service_if_an_address_is_the_same',
        ),
    ),
    change.Change(
        'an address alone tells image services apart',
        'usage/image_services.py',
        'for url in service.under(interfaces)',
        'for url in ()',
        (
            f'{_REGIONS}'
            '.test_every_region_that_shares_the_image_service_is_asked',
        ),
    ),
    change.Change(
        'a 404 of anything tells of another image service',
        'usage/image_services.py',
        'if exc.status == 404 and at.certain and _has_images(api):',
        'if exc.status == 404:',
        (f'{_REGIONS}.test_what_cannot_be_told_is_a_gap',),
    ),
    change.Change(
        'a refusal tells of another image service',
        'usage/image_services.py',
        'if exc.status == 404 and at.certain and _has_images(api):',
        'if exc.status in (403, 404):',
        (f'{_REGIONS}.test_what_cannot_be_told_is_a_gap',),
    ),
    change.Change(
        'whatever answers in JSON is an image service',
        'usage/image_services.py',
        "isinstance(found, dict) and isinstance(found.get('images'), list)",
        'isinstance(found, dict)',
        (
            'usage.test_endpoints.RegionsTest'
            '.test_what_lists_no_images_has_not_been_asked_for_one',
        ),
    ),
    change.Change(
        'an answer that is no image tells of another image service',
        'usage/image_services.py',
        "if not isinstance(theirs, dict) or theirs.get('id') != "
        "ours.get('id'):",
        'if not isinstance(theirs, dict):',
        (f'{_REGIONS}.test_what_cannot_be_told_is_a_gap',),
    ),
    change.Change(
        'an image without its time is another image',
        'usage/image_services.py',
        'if not all(made):',
        "if not ours.get('created_at'):",
        (f'{_REGIONS}.test_what_cannot_be_told_is_a_gap',),
    ),
    change.Change(
        'a copy under the same ID is the same image',
        'usage/image_services.py',
        'if made[0] != made[1]:',
        'if False:',
        (f'{_REGIONS}.test_a_copy_of_the_image_is_not_the_image',),
    ),
    change.Change(
        'the same image with another content is another one',
        'usage/image_services.py',
        "_CONTENT = ('os_hash_value', 'checksum')",
        '_CONTENT = ()',
        (f'{_REGIONS}.test_the_same_image_with_another_content_is_a_gap',),
    ),
    change.Change(
        'what only Keystone lists is forgotten as the member',
        'usage/endpoints.py',
        'self._own.services, self._listed or ()',
        'self._own.services, (self._listed or ()) * asked.everyone',
        (f'{_LISTED}.test_what_is_listed_is_asked_as_the_member_too',),
    ),
    change.Change(
        "an override of another region's stands for the own one",
        'usage/endpoints.py',
        'if places and region not in places:',
        'if False:',
        (f'{_CONFIGURED}.test_one_that_is_another_regions_replaces_nothing',),
    ),
    change.Change(
        'a catalog that names nothing says that there is nothing',
        'usage/endpoints.py',
        'if not known:',
        'if False:',
        (f'{_CONFIGURED}.test_a_catalog_that_names_nothing_tells_nothing',),
    ),
    change.Change(
        "the caller's token goes where an unverified catalog leads",
        'usage/endpoints.py',
        'if scope.session.verify or not self._own.session.verify:',
        'if True:',
        (
            'test_elsewhere.MemberCloudTest'
            '.test_its_catalog_does_not_lead_the_callers_token_anywhere',
        ),
    ),
    change.Change(
        "an override of images stands for the only ones of its region",
        'identity/scopes.py',
        'found = [s for s in known if here in s.roots]',
        'found = []',
        (
            'identity.test_caller.OwnTest'
            '.test_an_override_that_is_another_regions_is_that_one',
        ),
    ),
    change.Change(
        'the interface of images is that of every service',
        'identity/authentication.py',
        'interfaces=_interfaces(config.get_interface(kind)),',
        "interfaces=_interfaces(config.get_interface('image')),",
        (
            f'{_CONFIGURED}.test_the_interface_of_each_service_counts',
            'identity.test_caller.OwnTest'
            '.test_the_interface_is_the_one_of_each_service',
        ),
    ),
    change.Change(
        'any image service of the name of the image will do',
        'identity/authentication.py',
        'name=config.get_service_name(kind) or None,',
        'name=None,',
        (
            'identity.test_caller.OwnTest'
            '.test_the_image_service_is_the_one_of_the_client',
        ),
    ),
)
