# SPDX-License-Identifier: Apache-2.0
"""What the panels share. Only this file names the application: twice stops Horizon.

It holds when the plugin is switched off by a setting, too. Horizon that compresses scripts and
styles beforehand answers every page with an error when their list is another one than then.
"""

import snapshot_dashboard  # noqa: F401 - without the package this file fails, as it should

FEATURE = "snapshot_dashboard"
ADD_INSTALLED_APPS = ["snapshot_dashboard"]
ADD_JS_FILES = [
    # Before dialog.js: it may keep a form from being sent.
    "snapshot_dashboard/js/situation.js",
    "snapshot_dashboard/js/live.js",
    # Before dialog.js too: it says which button was pressed.
    "snapshot_dashboard/js/revert.js",
    "snapshot_dashboard/js/outcome.js",
    "snapshot_dashboard/js/dialog.js",
    # After dialog.js, which makes a dialog's script ready for what comes back.
    "snapshot_dashboard/js/kept.js",
    "snapshot_dashboard/js/command.js",
    "snapshot_dashboard/js/copy.js",
    "snapshot_dashboard/js/names.js",
    "snapshot_dashboard/js/rows.js",
    "snapshot_dashboard/js/refresh.js",
    "snapshot_dashboard/js/list.js",
    "snapshot_dashboard/js/set.js",
    "snapshot_dashboard/js/launch.js",
    "snapshot_dashboard/js/frozen.js",
    "snapshot_dashboard/js/dependents.js",
    "snapshot_dashboard/js/deleting.js",
    "snapshot_dashboard/js/lineage_look.js",
    "snapshot_dashboard/js/lineage.js",
    "snapshot_dashboard/js/picker.js",
    "snapshot_dashboard/js/investigate.js",
]
ADD_SCSS_FILES = ["snapshot_dashboard/scss/snapshot_dashboard.scss"]
