# SPDX-License-Identifier: Apache-2.0
"""Takes the place of stock's file of the same name."""

from snapshot_dashboard import switches

if switches.replaces(__name__):
    PANEL = "application_credentials"
    PANEL_DASHBOARD = "identity"
    PANEL_GROUP = "default"
    ADD_PANEL = (
        "snapshot_dashboard.panels.identity.application_credentials.panel"
        ".ApplicationCredentialsPanel"
    )
