# SPDX-License-Identifier: Apache-2.0
"""Horizon's own Create Backup, which comes back to the dialog that it was opened from."""

from __future__ import annotations

from typing import Any

from openstack_dashboard.dashboards.project.backups import views as stock

from snapshot_dashboard.panels.common.links import own_path, with_query


class StockBackupView(stock.CreateBackupView):
    """Stock's dialog with stock's way on, unless its address names another one."""

    def get_success_url(self) -> str:
        """Return where to go afterwards."""
        return own_path(self.request.GET.get("next", "")) or str(self.success_url)

    def get_cancel_url(self) -> str:
        """Return where Cancel leads on the plain page."""
        return self.get_success_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Let the form know the way back."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        back = own_path(self.request.GET.get("next", ""))
        if back:
            context["submit_url"] = with_query(context["submit_url"], next=back)
        return context
