# SPDX-License-Identifier: Apache-2.0
"""Stock's two pages that show an instance's actions, with our table."""

from __future__ import annotations

from typing import Any

from openstack_dashboard.dashboards.project.instances import views as stock

from snapshot_dashboard.panels.project.instances.tables import InstancesTable


class IndexView(stock.IndexView):
    """The list of instances."""

    table_class = InstancesTable


class DetailView(stock.DetailView):
    """An instance's details."""

    def _get_actions(self, instance: Any) -> Any:
        return InstancesTable(self.request).render_row_actions(instance)
