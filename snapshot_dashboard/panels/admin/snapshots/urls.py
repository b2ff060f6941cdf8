# SPDX-License-Identifier: Apache-2.0
"""Stock's addresses, ours first where we replace a page.

The details come last: their address is any word at all.
"""

from django.urls import path
from openstack_dashboard.dashboards.admin.snapshots import urls as stock

from snapshot_dashboard.panels.addresses import for_reader, with_ids
from snapshot_dashboard.panels.admin.find import FindView
from snapshot_dashboard.panels.admin.snapshots import attention, export, fixing, report, views
from snapshot_dashboard.panels.mentions import NamesView

urlpatterns = for_reader(
    [
        path("", views.SnapshotsView.as_view(), name="index"),
        path("names/shown/", NamesView.as_view(), name="names"),
        path("delete/several/", views.DeleteSnapshotsView.as_view(), name="delete_several"),
        path("attention/", attention.AttentionView.as_view(), name="attention"),
        path("find/", FindView.as_view(), name="find"),
        path("update_status/", fixing.UpdateStatusesView.as_view(), name="update_statuses"),
        path("force_delete/", fixing.ForceDeletesView.as_view(), name="force_deletes"),
        path("<snapshot_id>/update_status/", fixing.UpdateStatusView.as_view(), name="update_status"),
        path("<snapshot_id>/force_delete/", fixing.ForceDeleteView.as_view(), name="force_delete"),
        path("<snapshot_id>", views.DetailView.as_view(), name="detail"),
        path("report/", report.ReportView.as_view(), name="report"),
        path("report/csv/", report.ReportCsvView.as_view(), name="report_csv"),
        path("export/", export.ExportView.as_view(), name="export"),
        *with_ids(stock.urlpatterns),
    ]
)
