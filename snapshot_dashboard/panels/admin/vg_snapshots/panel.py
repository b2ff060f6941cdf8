# SPDX-License-Identifier: Apache-2.0
"""Stock's panel; only the check whether to show its menu entry is replaced."""

from openstack_dashboard.dashboards.admin.vg_snapshots import panel as stock

from snapshot_dashboard.panels.common.registration import GroupsMenuEntry, keep_templates, urls

keep_templates("admin/vg_snapshots", stock)


class GroupSnapshots(GroupsMenuEntry, stock.GroupSnapshots):
    """Stock's panel: same name, slug, pages, permissions and policy."""

    urls = urls(__package__, stock)
