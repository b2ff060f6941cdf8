# SPDX-License-Identifier: Apache-2.0
"""Stock's panel; only the check whether to show its menu entry is replaced."""

from typing import Any

from openstack_dashboard.dashboards.identity.application_credentials import panel as stock

from snapshot_dashboard.cloud import frame
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.panels.common.registration import keep_templates, urls

keep_templates("identity/application_credentials", stock)


class ApplicationCredentialsPanel(stock.ApplicationCredentialsPanel):
    """Stock's panel: same name, slug, pages and policy.

    Stock asks Keystone for its version on every page, without a time limit: an identity service
    that hangs would keep our pages from being shown at all.
    """

    urls = urls(__package__, stock)

    def can_access(self, context: dict[str, Any]) -> bool:
        """Decide as stock does, from a version that is remembered and asked for in time."""
        try:
            return frame.has_application_credentials(connect(context["request"]))
        except CloudError:
            return False
