# SPDX-License-Identifier: Apache-2.0
"""The Create Volume dialog of a snapshot. Every other way to make a volume stays stock's."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from openstack_dashboard.dashboards.project.volumes import views as stock

from snapshot_dashboard.panels.common.volume_from_snapshot import VolumeFromSnapshotView

_create_any = stock.CreateView.as_view()


def create(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Serve stock's address of both dialogs: ours where a snapshot is named, else stock's."""
    view = VolumeFromSnapshotView.as_view() if request.GET.get("snapshot_id") else _create_any
    response: HttpResponse = view(request, *args, **kwargs)
    return response
