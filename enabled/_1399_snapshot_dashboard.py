# SPDX-License-Identifier: Apache-2.0
"""What the panels share. Only this file names the application: twice stops Horizon.

It holds when the plugin is switched off by a setting, too. Horizon that compresses scripts and
styles beforehand answers every page with an error when their list is another one than then.
"""

from snapshot_dashboard import switches  # without the package this file fails, as it should

FEATURE = "snapshot_dashboard"
ADD_INSTALLED_APPS = ["snapshot_dashboard"]
ADD_JS_FILES = [
    # The others use it. They may come in any order: it says which of them hears of an event first.
    "snapshot_dashboard/js/common/shared.js",
    "snapshot_dashboard/js/common/dialog.js",
    "snapshot_dashboard/js/common/live.js",
    "snapshot_dashboard/js/common/outcome.js",
    "snapshot_dashboard/js/common/kept.js",
    "snapshot_dashboard/js/common/programs.js",
    "snapshot_dashboard/js/common/copy.js",
    "snapshot_dashboard/js/common/names.js",
    "snapshot_dashboard/js/common/rows.js",
    "snapshot_dashboard/js/common/refresh.js",
    "snapshot_dashboard/js/common/list.js",
    "snapshot_dashboard/js/common/search.js",
    "snapshot_dashboard/js/common/later.js",
    "snapshot_dashboard/js/common/messages.js",
    "snapshot_dashboard/js/create_snapshot/live.js",
    "snapshot_dashboard/js/create_backup/source.js",
    "snapshot_dashboard/js/snapshot_set/snapshot_set.js",
    "snapshot_dashboard/js/revert/revert.js",
    "snapshot_dashboard/js/revert_in_place/progress.js",
    "snapshot_dashboard/js/launch/launch.js",
    "snapshot_dashboard/js/quiesced/quiesced.js",
    "snapshot_dashboard/js/delete/made_from.js",
    "snapshot_dashboard/js/delete/delete.js",
    "snapshot_dashboard/js/lineage/search.js",
    "snapshot_dashboard/js/lineage/lineage.js",
    "snapshot_dashboard/js/image_snapshots/images.js",
    "snapshot_dashboard/js/upload_to_image/note.js",
    "snapshot_dashboard/js/investigate/instance_picker.js",
    "snapshot_dashboard/js/investigate/progress.js",
    "snapshot_dashboard/js/clean_up/clean_up.js",
]
ADD_SCSS_FILES = [switches.styles()]
