# SPDX-License-Identifier: Apache-2.0
"""Takes the place of stock's file of the same name.

The first import fails when the package is gone: Horizon then skips this file, and stock's
panel stays.
"""

import snapshot_dashboard  # noqa: F401

PANEL = "vg_snapshots"
PANEL_DASHBOARD = "project"
PANEL_GROUP = "volumes"
ADD_PANEL = "snapshot_dashboard.panels.project.vg_snapshots.panel.GroupSnapshots"
