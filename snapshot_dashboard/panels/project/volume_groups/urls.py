# SPDX-License-Identifier: Apache-2.0
"""Stock's URL patterns, with our dialogs at the addresses of what copies a group."""

from django.urls import path
from openstack_dashboard.dashboards.project.volume_groups import urls as stock

from snapshot_dashboard.panels.common.links import for_reader, with_ids
from snapshot_dashboard.panels.features.group_copies.views import clone_group, create_snapshot

urlpatterns = for_reader(
    with_ids(
        [
            path("<group_id>/create_snapshot/", create_snapshot, name="create_snapshot"),
            path("<group_id>/clone_group/", clone_group, name="clone_group"),
            *(
                each
                for each in stock.urlpatterns
                if each.name not in ("create_snapshot", "clone_group")
            ),
        ]
    )
)
