# SPDX-License-Identifier: Apache-2.0
"""Stock's addresses, ours first where we replace a page."""

from django.urls import path
from openstack_dashboard.dashboards.project.snapshots import urls as stock

from snapshot_dashboard.panels.project.snapshots import views

urlpatterns = [
    path("", views.SnapshotsView.as_view(), name="index"),
    path("<snapshot_id>", views.DetailView.as_view(), name="detail"),
    *stock.urlpatterns,
]
