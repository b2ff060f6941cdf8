# SPDX-License-Identifier: Apache-2.0
"""What the panels share. Only this file names the application: twice stops Horizon."""

from snapshot_dashboard import switches

if switches.wanted():
    FEATURE = "snapshot_dashboard"
    ADD_INSTALLED_APPS = ["snapshot_dashboard"]
    ADD_JS_FILES = [
        "snapshot_dashboard/js/dialog.js",
        "snapshot_dashboard/js/command.js",
        "snapshot_dashboard/js/copy.js",
        "snapshot_dashboard/js/names.js",
    ]
    ADD_SCSS_FILES = ["snapshot_dashboard/scss/snapshot_dashboard.scss"]
