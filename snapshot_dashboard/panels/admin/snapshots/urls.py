# SPDX-License-Identifier: Apache-2.0
"""Stock's URL patterns, with ours before them where we replace a page.

The details come last: their address is any word at all.
"""

from django.urls import path
from openstack_dashboard.dashboards.admin.snapshots import urls as stock

from snapshot_dashboard.panels.admin.snapshots import tables, views
from snapshot_dashboard.panels.common.links import for_reader, with_ids
from snapshot_dashboard.panels.common.object_links import NamesView
from snapshot_dashboard.panels.features.clean_up.support import SupportCleanUpView
from snapshot_dashboard.panels.features.support_attention.views import AttentionView
from snapshot_dashboard.panels.features.support_find.views import FindView
from snapshot_dashboard.panels.features.support_repair.views import (
    ForceDeletesView,
    ForceDeleteView,
    UpdateStatusesView,
    UpdateStatusView,
)
from snapshot_dashboard.panels.features.support_report.export import ExportView
from snapshot_dashboard.panels.features.support_report.views import ReportCsvView, ReportView

urlpatterns = for_reader(
    [
        path("", views.SnapshotsView.as_view(), name="index"),
        path("names/shown/", NamesView.as_view(), name="names"),
        path("delete/several/", views.DeleteSnapshotsView.as_view(), name="delete_several"),
        path(
            "attention/", AttentionView.as_view(table_class=tables.AttentionTable), name="attention"
        ),
        path("clean_up/<project_id>/", SupportCleanUpView.as_view(), name="clean_up"),
        path("find/", FindView.as_view(), name="find"),
        path(
            "update_status/",
            UpdateStatusesView.as_view(),
            name="update_statuses",
        ),
        path("force_delete/", ForceDeletesView.as_view(), name="force_deletes"),
        path(
            "<snapshot_id>/update_status/",
            UpdateStatusView.as_view(),
            name="update_status",
        ),
        path(
            "<snapshot_id>/force_delete/",
            ForceDeleteView.as_view(),
            name="force_delete",
        ),
        path("<snapshot_id>", views.DetailView.as_view(), name="detail"),
        path("report/", ReportView.as_view(), name="report"),
        path("report/csv/", ReportCsvView.as_view(), name="report_csv"),
        path("export/", ExportView.as_view(table_class=tables.VolumeSnapshotsTable), name="export"),
        *with_ids(stock.urlpatterns),
    ]
)
