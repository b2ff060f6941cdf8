# SPDX-License-Identifier: Apache-2.0
"""Stock's URL patterns, with ours before them where we replace a page."""

from django.urls import path
from openstack_dashboard.dashboards.project.snapshots import urls as stock

from snapshot_dashboard.panels.common.links import for_reader, with_ids
from snapshot_dashboard.panels.common.object_links import NamesView
from snapshot_dashboard.panels.common.usage import UsageView
from snapshot_dashboard.panels.features.clean_up.views import CleanUpView
from snapshot_dashboard.panels.features.delete.snapshot import (
    DeleteSnapshotView,
    SnapshotDependentsView,
)
from snapshot_dashboard.panels.features.image_snapshots.mentions import ImagesView
from snapshot_dashboard.panels.features.image_snapshots.views import (
    GroupSnapshotsView,
    ImageSnapshotsView,
)
from snapshot_dashboard.panels.features.investigate.instance_picker import InstancesView
from snapshot_dashboard.panels.features.investigate.progress import InvestigationView, StepView
from snapshot_dashboard.panels.features.investigate.views import (
    ChooseInstanceView,
    CreateAndAttachView,
    InvestigateOutcomeView,
)
from snapshot_dashboard.panels.features.keeping.until import KeepSeveralUntilView, KeepUntilView
from snapshot_dashboard.panels.features.keeping.views import (
    HoldSeveralView,
    HoldView,
    ReleaseHoldsView,
    ReleaseHoldView,
)
from snapshot_dashboard.panels.features.launch.views import LaunchAdviceView
from snapshot_dashboard.panels.features.revert.live import RevertLiveView
from snapshot_dashboard.panels.features.revert.views import RevertView
from snapshot_dashboard.panels.features.set_launch.progress import (
    LaunchProgressView,
    LaunchStepView,
)
from snapshot_dashboard.panels.features.set_launch.views import LaunchSetView
from snapshot_dashboard.panels.project.snapshots import views

urlpatterns = for_reader(
    [
        path("", views.SnapshotsView.as_view(), name="index"),
        path("names/shown/", NamesView.as_view(), name="names"),
        path("usage/shown/", UsageView.as_view(), name="usage"),
        path("images/shown/", ImagesView.as_view(), name="images"),
        *with_ids(
            [
                path("of_image/<image_id>/", ImageSnapshotsView.as_view(), name="of_image"),
                path(
                    "of_group_snapshot/<group_snapshot_id>/",
                    GroupSnapshotsView.as_view(),
                    name="of_group_snapshot",
                ),
            ]
        ),
        path("clean_up/", CleanUpView.as_view(), name="clean_up"),
        path("delete/several/", views.DeleteSnapshotsView.as_view(), name="delete_several"),
        path("hold/several/", HoldSeveralView.as_view(), name="hold_several"),
        path("release_hold/several/", ReleaseHoldsView.as_view(), name="release_holds"),
        path("keep_until/several/", KeepSeveralUntilView.as_view(), name="keep_several_until"),
        path("launch_set/new/", LaunchSetView.as_view(), name="launch_set"),
        path("launch_set/<request_id>/", LaunchProgressView.as_view(), name="launch_set_progress"),
        path("launch_set/<request_id>/step/", LaunchStepView.as_view(), name="launch_set_step"),
        path("<snapshot_id>/revert/", RevertView.as_view(), name="revert"),
        path("<snapshot_id>/revert/live/", RevertLiveView.as_view(), name="revert_live"),
        path("<snapshot_id>/hold/", HoldView.as_view(), name="hold"),
        path("<snapshot_id>/release_hold/", ReleaseHoldView.as_view(), name="release_hold"),
        path("<snapshot_id>/keep_until/", KeepUntilView.as_view(), name="keep_until"),
        path("<snapshot_id>/delete/", DeleteSnapshotView.as_view(), name="delete"),
        path("<snapshot_id>/dependents/", SnapshotDependentsView.as_view(), name="dependents"),
        path("<snapshot_id>/launch/", LaunchAdviceView.as_view(), name="launch"),
        path(
            "<snapshot_id>/create_volume_and_attach/",
            CreateAndAttachView.as_view(),
            name="create_volume_and_attach",
        ),
        path(
            "<snapshot_id>/create_volume_and_attach/outcome/",
            InvestigateOutcomeView.as_view(),
            name="investigate_outcome",
        ),
        path(
            "<snapshot_id>/create_volume_and_attach/instances/",
            InstancesView.as_view(),
            name="investigate_instances",
        ),
        path(
            "<snapshot_id>/investigate/<volume_id>/",
            ChooseInstanceView.as_view(),
            name="investigate_choose",
        ),
        path(
            "<snapshot_id>/investigate/<volume_id>/<instance_id>/",
            InvestigationView.as_view(),
            name="investigate",
        ),
        path(
            "<snapshot_id>/investigate/<volume_id>/<instance_id>/step/",
            StepView.as_view(),
            name="investigate_step",
        ),
        path("<snapshot_id>", views.DetailView.as_view(), name="detail"),
        *with_ids(stock.urlpatterns),
    ]
)
