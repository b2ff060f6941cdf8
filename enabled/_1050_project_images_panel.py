# SPDX-License-Identifier: Apache-2.0
"""Takes the place of stock's file of the same name."""

from snapshot_dashboard import switches

if switches.replaces(__name__):
    PANEL = "images"
    PANEL_DASHBOARD = "project"
    PANEL_GROUP = "compute"
    ADD_PANEL = "snapshot_dashboard.panels.project.images.panel.Images"
