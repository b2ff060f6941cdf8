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
    "snapshot_dashboard/js/outcome.js",
    "snapshot_dashboard/js/dialog.js",
    "snapshot_dashboard/js/command.js",
    "snapshot_dashboard/js/copy.js",
    "snapshot_dashboard/js/names.js",
    "snapshot_dashboard/js/list.js",
]
ADD_SCSS_FILES = ["snapshot_dashboard/scss/snapshot_dashboard.scss"]
