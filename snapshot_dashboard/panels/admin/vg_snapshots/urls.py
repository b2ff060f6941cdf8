# SPDX-License-Identifier: Apache-2.0
"""Stock's URL patterns, unchanged."""

from openstack_dashboard.dashboards.admin.vg_snapshots import urls as stock

from snapshot_dashboard.panels.common.links import for_reader, with_ids

urlpatterns = for_reader(with_ids(stock.urlpatterns))
