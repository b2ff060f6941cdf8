# SPDX-License-Identifier: Apache-2.0
"""Panel that replaces stock's Project > Compute > Instances."""

from openstack_dashboard.dashboards.project.instances import panel as stock

from snapshot_dashboard.panels.common.registration import keep_templates, urls

keep_templates("project/instances", stock)


class Instances(stock.Instances):
    """Stock's panel: same name, slug and permissions, more row actions."""

    urls = urls(__package__, stock)
