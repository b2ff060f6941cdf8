# SPDX-License-Identifier: Apache-2.0
"""Stock's URL patterns in their two namespaces, with ours before those of ``snapshots``."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from openstack_dashboard.dashboards.project.images import urls as stock

from snapshot_dashboard.panels.common.attachment_state.live import SeveralView
from snapshot_dashboard.panels.common.links import for_reader, with_ids
from snapshot_dashboard.panels.features.instance_snapshot.views import (
    InstanceSnapshotOutcomeView,
    InstanceSnapshotView,
    create_snapshot,
)

_OURS = [
    *with_ids([path("<instance_id>/create/", create_snapshot, name="create")]),
    path(
        "<instance_id>/create/live/",
        SeveralView.as_view(dialog=InstanceSnapshotView),
        name="create_live",
    ),
    path(
        "<instance_id>/create/outcome/",
        InstanceSnapshotOutcomeView.as_view(),
        name="create_outcome",
    ),
]


def _with_ours(stocks: URLPattern | URLResolver) -> URLPattern | URLResolver:
    if isinstance(stocks, URLPattern):
        return for_reader([stocks])[0]
    ours = _OURS if stocks.namespace == "snapshots" else []
    return path("", include((for_reader([*ours, *with_ids(stocks.url_patterns)]), stocks.app_name)))


urlpatterns = [_with_ours(each) for each in stock.urlpatterns]
