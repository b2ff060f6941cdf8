# SPDX-License-Identifier: Apache-2.0
"""Stock's addresses, ours first where we replace a page.

Every name of the stock panel stays: other panels link to them. The details come last: their
address is any word at all, and stock has words of its own (``accept_transfer/``).
"""

from django.urls import path
from openstack_dashboard.dashboards.project.volumes import urls as stock

from snapshot_dashboard.panels.mentions import NamesView
from snapshot_dashboard.panels.project.volumes import views
from snapshot_dashboard.panels.project.volumes.attachments import EditAttachmentsView
from snapshot_dashboard.panels.project.volumes.create_snapshot import CreateSnapshotView
from snapshot_dashboard.panels.project.volumes.create_volume import create
from snapshot_dashboard.panels.project.volumes.outcome import (
    SnapshotOutcomeView,
    VolumeOutcomeView,
)
from snapshot_dashboard.panels.project.volumes.situation import LiveView

urlpatterns = [
    path("", views.VolumesView.as_view(), name="index"),
    path("create/", create, name="create"),
    # Two words: a host that still runs stock would take one for a volume that is missing.
    path("names/shown/", NamesView.as_view(), name="names"),
    path("create/outcome/", VolumeOutcomeView.as_view(), name="create_outcome"),
    path("<volume_id>/create_snapshot/", CreateSnapshotView.as_view(), name="create_snapshot"),
    path(
        "<volume_id>/create_snapshot/live/",
        LiveView.as_view(),
        name="create_snapshot_live",
    ),
    path(
        "<volume_id>/create_snapshot/outcome/",
        SnapshotOutcomeView.as_view(),
        name="create_snapshot_outcome",
    ),
    path("<volume_id>/attach/", EditAttachmentsView.as_view(), name="attach"),
    *(pattern for pattern in stock.urlpatterns if pattern.name != "detail"),
    path("<volume_id>/", views.DetailView.as_view(), name="detail"),
]
