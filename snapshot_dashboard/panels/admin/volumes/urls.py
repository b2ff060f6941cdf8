# SPDX-License-Identifier: Apache-2.0
"""Stock's URL patterns, with ours before them where we replace a page."""

from django.urls import path
from openstack_dashboard.dashboards.admin.volumes import urls as stock

from snapshot_dashboard.panels.admin.volumes import views
from snapshot_dashboard.panels.common.links import for_reader, with_ids
from snapshot_dashboard.panels.common.object_links import NamesView
from snapshot_dashboard.panels.features.lineage.more import LineageView
from snapshot_dashboard.panels.features.snapshot_restrictions.views import MigrateVolumeView
from snapshot_dashboard.panels.features.volume_snapshots.views import CountedView

urlpatterns = for_reader(
    [
        path("", views.VolumesView.as_view(), name="index"),
        path("names/shown/", NamesView.as_view(), name="names"),
        path(
            "snapshots/counted/", CountedView.as_view(dashboard="admin"), name="snapshots_counted"
        ),
        path("delete/several/", views.DeleteVolumesView.as_view(), name="delete_several"),
        path("<volume_id>/lineage/", LineageView.as_view(dashboard="admin"), name="lineage"),
        *with_ids([path("<volume_id>/migrate", MigrateVolumeView.as_view(), name="migrate")]),
        *with_ids(each for each in stock.urlpatterns if each.name != "detail"),
        path("<volume_id>/", views.DetailView.as_view(), name="detail"),
    ]
)
