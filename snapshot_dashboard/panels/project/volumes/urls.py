# SPDX-License-Identifier: Apache-2.0
"""Stock's URL patterns, with ours before them where we replace a page.

Every name of the stock panel stays: other panels link to them. The details come last: their
address is any word at all, and stock has words of its own (``accept_transfer/``).
"""

from django.urls import path
from openstack_dashboard.dashboards.project.volumes import urls as stock

from snapshot_dashboard.panels.common.attachment_state.live import SeveralView, SituationView
from snapshot_dashboard.panels.common.links import for_reader, with_ids
from snapshot_dashboard.panels.common.object_links import NamesView
from snapshot_dashboard.panels.common.outcome import (
    BackupOutcomeView,
    GroupOutcomeView,
    GroupSnapshotOutcomeView,
    ImageOutcomeView,
    SnapshotOutcomeView,
    VolumeOutcomeView,
)
from snapshot_dashboard.panels.features.attachments.views import EditAttachmentsView
from snapshot_dashboard.panels.features.create_backup.views import create_backup
from snapshot_dashboard.panels.features.create_snapshot.live import LiveView
from snapshot_dashboard.panels.features.create_snapshot.views import CreateSnapshotView
from snapshot_dashboard.panels.features.create_volume.views import create
from snapshot_dashboard.panels.features.delete.volume import (
    DeleteVolumeView,
    VolumeDependentsView,
)
from snapshot_dashboard.panels.features.group_copies.views import CloneGroupView, GroupSnapshotView
from snapshot_dashboard.panels.features.lineage.more import LineageView
from snapshot_dashboard.panels.features.quiesced.progress import QuiescedProgressView
from snapshot_dashboard.panels.features.quiesced.views import QuiescedOutcomeView, QuiescedView
from snapshot_dashboard.panels.features.revert_in_place.plan import FindView, PlanView
from snapshot_dashboard.panels.features.revert_in_place.progress import (
    InstanceProgressView,
    VolumeProgressView,
)
from snapshot_dashboard.panels.features.schedules.changes import PauseView, RemoveView, ResumeView
from snapshot_dashboard.panels.features.schedules.provider import schedule
from snapshot_dashboard.panels.features.snapshot_restrictions.views import (
    CreateTransferView,
    ExtendView,
    RetypeView,
)
from snapshot_dashboard.panels.features.snapshot_set.result import (
    ChosenView,
    SetOutcomeView,
    SetResultView,
)
from snapshot_dashboard.panels.features.snapshot_set.views import SnapshotSetView
from snapshot_dashboard.panels.features.upload_to_image.note import EraseNoteView
from snapshot_dashboard.panels.features.upload_to_image.views import upload_to_image
from snapshot_dashboard.panels.features.volume_snapshots.views import CountedView
from snapshot_dashboard.panels.project.volumes import views

urlpatterns = for_reader(
    [
        path("", views.VolumesView.as_view(), name="index"),
        path("delete/several/", views.DeleteVolumesView.as_view(), name="delete_several"),
        path("create/", create, name="create"),
        # Two words: a host that still runs stock would take one for a volume that is missing.
        path("names/shown/", NamesView.as_view(), name="names"),
        path("snapshots/counted/", CountedView.as_view(), name="snapshots_counted"),
        path("create/outcome/", VolumeOutcomeView.as_view(), name="create_outcome"),
        path("snapshot_set/", SnapshotSetView.as_view(), name="snapshot_set"),
        path("snapshot_set/chosen/", ChosenView.as_view(), name="snapshot_set_chosen"),
        path("snapshot_set/outcome/", SetOutcomeView.as_view(), name="snapshot_set_outcome"),
        path("snapshot_set/<uuid:set_id>/", SetResultView.as_view(), name="snapshot_set_result"),
        path("schedule/edit/", schedule, name="schedule"),
        path("schedule/pause/", PauseView.as_view(), name="schedule_pause"),
        path("schedule/resume/", ResumeView.as_view(), name="schedule_resume"),
        path("schedule/remove/", RemoveView.as_view(), name="schedule_remove"),
        path("revert_in_place/", FindView.as_view(), name="revert_in_place_of"),
        path("revert_in_place/<instance_id>/", PlanView.as_view(), name="revert_in_place"),
        # Here, so that they are there when an operator has removed the panel of the groups.
        path(
            "groups/create_snapshot/outcome/",
            GroupSnapshotOutcomeView.as_view(),
            name="group_snapshot_outcome",
        ),
        path("groups/clone/outcome/", GroupOutcomeView.as_view(), name="clone_group_outcome"),
        path(
            "groups/<group_id>/create_snapshot/", GroupSnapshotView.as_view(), name="group_snapshot"
        ),
        path(
            "groups/<group_id>/create_snapshot/live/",
            SeveralView.as_view(dialog=GroupSnapshotView),
            name="group_snapshot_live",
        ),
        path(
            "groups/<group_id>/clone/live/",
            SeveralView.as_view(dialog=CloneGroupView),
            name="clone_group_live",
        ),
        path("groups/<group_id>/clone/", CloneGroupView.as_view(), name="clone_group"),
        path(
            "revert_in_place/<instance_id>/progress/",
            InstanceProgressView.as_view(),
            name="revert_in_place_progress",
        ),
        path("<volume_id>/revert_progress/", VolumeProgressView.as_view(), name="revert_progress"),
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
        path(
            "<volume_id>/create_backup/live/",
            SituationView.as_view(resource="backups"),
            name="create_backup_live",
        ),
        path(
            "<volume_id>/create_backup/outcome/",
            BackupOutcomeView.as_view(),
            name="create_backup_outcome",
        ),
        path(
            "<volume_id>/upload_to_image/live/",
            SituationView.as_view(resource="images"),
            name="upload_to_image_live",
        ),
        path(
            "<volume_id>/upload_to_image/outcome/",
            ImageOutcomeView.as_view(),
            name="upload_to_image_outcome",
        ),
        path("<volume_id>/upload_to_image/erase_note/", EraseNoteView.as_view(), name="erase_note"),
        path("<volume_id>/delete/", DeleteVolumeView.as_view(), name="delete"),
        path("<volume_id>/lineage/", LineageView.as_view(), name="lineage"),
        path("<volume_id>/dependents/", VolumeDependentsView.as_view(), name="dependents"),
        path("<volume_id>/create_frozen/", QuiescedView.as_view(), name="create_frozen"),
        path(
            "<volume_id>/create_frozen/outcome/",
            QuiescedOutcomeView.as_view(),
            name="create_frozen_outcome",
        ),
        path("<volume_id>/frozen/<request_id>/", QuiescedProgressView.as_view(), name="frozen"),
        path("<volume_id>/attach/", EditAttachmentsView.as_view(), name="attach"),
        *with_ids(
            [
                path("<volume_id>/extend/", ExtendView.as_view(), name="extend"),
                path("<volume_id>/retype/", RetypeView.as_view(), name="retype"),
                path(
                    "<volume_id>/create_transfer/",
                    CreateTransferView.as_view(),
                    name="create_transfer",
                ),
                path("<volume_id>/create_backup/", create_backup, name="create_backup"),
                path("<volume_id>/upload_to_image/", upload_to_image, name="upload_to_image"),
                path(
                    "<volume_id>/create_backup/<snapshot_id>",
                    create_backup,
                    name="create_snapshot_backup",
                ),
            ]
        ),
        *with_ids(each for each in stock.urlpatterns if each.name != "detail"),
        path("<volume_id>/", views.DetailView.as_view(), name="detail"),
    ]
)
