# SPDX-License-Identifier: Apache-2.0
"""Stock's panel; only the check whether to show its menu entry is replaced."""

from openstack_dashboard.dashboards.admin.volume_groups import panel as stock

from snapshot_dashboard.panels.common.registration import GroupsMenuEntry, keep_templates, urls

keep_templates("admin/volume_groups", stock)


class VolumeGroups(GroupsMenuEntry, stock.VolumeGroups):
    """Stock's panel: same name, slug, pages, permissions and policy."""

    urls = urls(__package__, stock)
