# SPDX-License-Identifier: Apache-2.0
"""Stock's panel of images; the dialog that makes one of an instance is replaced."""

from openstack_dashboard.dashboards.project.images import panel as stock

from snapshot_dashboard.panels.common.registration import keep_templates, urls

keep_templates("project/images", stock)


class Images(stock.Images):
    """Stock's panel: same name, slug, pages, permissions and policy."""

    urls = urls(__package__, stock)
