# SPDX-License-Identifier: Apache-2.0
"""Takes the place of stock's file of the same name."""

from snapshot_dashboard import switches

if switches.replaces(__name__):
    PANEL = "vg_snapshots"
    PANEL_DASHBOARD = "admin"
    PANEL_GROUP = "volume"
    ADD_PANEL = "snapshot_dashboard.panels.admin.vg_snapshots.panel.GroupSnapshots"
