# SPDX-License-Identifier: Apache-2.0
"""Stock's URL patterns, with ours before them where we replace a page."""

from django.urls import path
from openstack_dashboard.dashboards.project.instances import urls as stock

from snapshot_dashboard.panels.common.links import for_reader, with_ids
from snapshot_dashboard.panels.common.object_links import NamesView
from snapshot_dashboard.panels.project.instances import views

urlpatterns = for_reader(
    [
        path("", views.IndexView.as_view(), name="index"),
        path("names/shown/", NamesView.as_view(), name="names"),
        path("<instance_id>/", views.DetailView.as_view(), name="detail"),
        *with_ids(stock.urlpatterns),
    ]
)
