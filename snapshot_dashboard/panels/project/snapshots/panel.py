# SPDX-License-Identifier: Apache-2.0
"""Panel that replaces stock's Project > Volumes > Snapshots."""

from openstack_dashboard.dashboards.project.snapshots import panel as stock

from snapshot_dashboard.panels.common.registration import keep_templates, urls

keep_templates("project/snapshots", stock)


class Snapshots(stock.Snapshots):
    """Stock's panel: same name, slug, permissions and policy; this package's urls."""

    urls = urls(__package__, stock)
