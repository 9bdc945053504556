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

"""The words in which results are told: of the file, the manual and the rules.

Plain English, one constant each. A rule about what breaks says the same.
"""

# How an image is withdrawn from the member.
NONE = 'none'
REVOKED = 'revoked'
PRIVATE = 'private'
DELETED = 'deleted'
DEACTIVATED = 'deactivated'

# What a server's disk is.
#: Nova's default: a layer on a base file in the host's cache of images.
QCOW2 = 'qcow2'
#: A full copy (images_type=raw, use_cow_images=false).
FLAT = 'flat'
#: qcow2, of an image with kernel_id and ramdisk_id; all three are withdrawn.
KERNEL = 'kernel'
#: The same, and only the main image is withdrawn.
KERNEL_MAIN = 'kernel-main'
#: A volume that was made of the image.
VOLUME = 'volume'

# Who acts.
MEMBER = 'member'
#: Of the member's project, with the role "manager".
MANAGER = 'manager'
ADMINISTRATOR = 'administrator'

# What is done.
REBOOT = 'reboot'
HARD_REBOOT = 'hard reboot'
STOP = 'stop'
START = 'start'
SUSPEND = 'suspend'
RESUME = 'resume'
RESIZE = 'resize'
CONFIRM = 'confirm'
REVERT = 'revert'
MIGRATE = 'migrate'
LIVE_MIGRATE = 'live migrate'
MIGRATE_BY_MANAGER = 'migrate (manager)'
LIVE_MIGRATE_BY_MANAGER = 'live migrate (manager)'
SHELVE = 'shelve'
UNSHELVE = 'unshelve'
SNAPSHOT = 'snapshot'
SERVER_OF_SNAPSHOT = 'server of the snapshot'
REBUILD = 'rebuild'
REBUILD_FROM_ANOTHER = 'rebuild from another image'
RESCUE = 'rescue'
RESCUE_WITH_ANOTHER = 'rescue with another image'
UNRESCUE = 'unrescue'
NEW_SERVER = 'new server'
NEW_VOLUME = 'new volume'
EVACUATE = 'evacuate'

# When. "The base" of images with a kernel is all their files in the cache.
ALWAYS = ''
OTHER_LACKS = 'the other host lacks the base'
OTHER_HAS = 'the other host has the base'
OWN_LACKS = 'its own host lacks the base'
NEITHER_HAS = 'neither host has the base'
BOTH_HAVE = 'both hosts have the base'
AFTER_RESIZE = 'after a resize'
AFTER_FAILED_RESIZE = 'after a failed resize'
AFTER_FAILED_RESIZE_RESTORED = 'after a failed resize, with access restored'
AFTER_MIGRATION = 'after a migration'
AFTER_FAILED_MIGRATION = 'after a failed migration'
AFTER_FAILED_MIGRATION_RESTORED = (
    'after a failed migration, with access restored'
)
AFTER_LIVE_MIGRATION = 'after a live migration'
AFTER_RESCUE = 'after a rescue'
AFTER_REBUILD = 'after a rebuild from another image'
AFTER_UNSHELVE = 'after an unshelve without the base'
AFTER_UNSHELVE_AND_MIGRATION = (
    'after an unshelve without the base and a failed migration'
)
AFTER_UNSHELVE_AND_RESIZE = (
    'after an unshelve without the base and a failed resize'
)
AFTER_EVACUATION = 'after an evacuation'
AFTER_FAILED_EVACUATION = 'after a failed evacuation, its host is back'
ON_SERVER_OF_SNAPSHOT = 'a server of the snapshot, its host lacks the base'
OF_EARLIER_VOLUME = 'of a volume that was made earlier'

# What comes of it.
#: The server is as was wished, and its guest has read its disk again.
WORKS = 'works'
#: The API answers with an error, and nothing has changed.
REFUSED = 'refused'
#: The API accepts it, then it fails; the server is as it was.
FAILS = 'fails'
#: The server has the status ERROR, or its guest is down.
ERROR = 'error'

# What the guest does, where one should run.
RUNS = 'runs'
DOWN = 'down'
