# SPDX-License-Identifier: Apache-2.0
"""Reads the volumes that a dialog about a schedule is for, and what their schedules have taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from snapshot_dashboard.cloud import block_storage
from snapshot_dashboard.cloud import sets as cloud
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.partial_reads import facts, failed, values
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import problems, quota, scope
from snapshot_dashboard.panels.common.attachment_state import several
from snapshot_dashboard.panels.common.attachment_state.several import SeveralVolumes
from snapshot_dashboard.panels.common.change_texts import EXPIRED
from snapshot_dashboard.panels.common.dialog import DialogView
from snapshot_dashboard.panels.common.links import lazy_page, page
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.snapshot_changes import write_seen
from snapshot_dashboard.panels.features.schedules import texts
from snapshot_dashboard.rules import sets
from snapshot_dashboard.rules.attachment import Instance
from snapshot_dashboard.rules.listing import PageRequest
from snapshot_dashboard.rules.quota import Limit
from snapshot_dashboard.rules.schedules import state
from snapshot_dashboard.rules.schedules.schedule import SCHEDULE, Schedule, read
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume

_TAB = "volume_details__schedule_tab"
# As many snapshots of a volume are read: the most that Cinder gives at once.
_NEWEST = 999


def tab_url(volume_id: str) -> str:
    """Return the address of the tab Schedule of a volume, empty where there is none."""
    url = page("horizon:project:volumes:detail", volume_id)
    return f"{url}?tab={_TAB}" if url else ""


def own_schedule(volume: Volume, project_id: str) -> Schedule | None:
    """Return the schedule of a volume that was made for this project, None for none."""
    found = read(volume.metadata)
    return found if found and found.of_project(project_id) else None


def taken(
    connection: Connection, schedules: Mapping[str, Schedule]
) -> tuple[Mapping[str, tuple[Snapshot, ...]], bool]:
    """Return what carries the ids of these schedules, by volumes, and whether all could be read.

    One call for each volume.
    """
    found = facts(connection, partial(taken_of, connection, schedules), schedules)
    return values(found), not failed(found)


def taken_of(
    connection: Connection, schedules: Mapping[str, Schedule], volume_id: str
) -> tuple[Snapshot, ...]:
    """Return what carries the id of the schedule of a volume, the newest first.

    :raises CloudError: it cannot be read.
    """
    newest = PageRequest(size=_NEWEST, filters={"volume_id": volume_id})
    found = block_storage.snapshots(connection, newest).items
    mark = schedules[volume_id].id
    return tuple(each for each in found if each.metadata.get(SCHEDULE) == mark)


class VolumesDialog(DialogView):
    """``?id=`` for each of several volumes, ``?instance=`` for all volumes of an instance.

    A volume whose schedule is that of an instance stands for all volumes of it: they are taken
    together. Where the instance is gone it stands for itself.
    """

    success_url = lazy_page("horizon:project:volumes:index")
    gone = problems.VOLUME_GONE
    lost = texts.LOST
    expired = EXPIRED
    instance: Instance | None = None
    # Whether the instance is what is being read, and so what an error is about.
    asking_compute = False
    limits: Mapping[str, Limit] | None = None

    def load(self) -> None:
        """Read the volumes with all that is attached, and the limits beside them."""
        self.usable, self.problem = True, None
        self.volumes = SeveralVolumes()
        self.foreign: list[Volume] = []
        ids = self.named()
        if not 0 < len(ids) <= sets.MOST:
            self.usable, self.problem = False, self.nothing(len(ids))
            return
        asked = quota.start(self.connection)
        self.read_volumes(ids)
        self.limits = quota.finish(asked)
        if not self.volumes.situations and self.foreign:
            self.usable, self.problem = False, texts.FOREIGN
        elif not self.volumes.situations:
            raise next(iter(self.volumes.left.values()))

    def named(self) -> tuple[str, ...]:
        """Return the ids that the address names, or those of its instance's volumes.

        :raises CloudError: the instance cannot be read.
        """
        instance_id = self.request.GET.get("instance", "")
        if not instance_id:
            return tuple(dict.fromkeys(self.request.GET.getlist("id")))
        self.asking_compute = True
        self.instance, used = cloud.instance(self.connection, instance_id)
        self.asking_compute = False
        return used

    def read_volumes(self, ids: Iterable[str]) -> None:
        """Read them; of a single one of an instance all volumes of it."""
        self.keep_own(several.read(self.connection, ids))
        alone = self.own()
        if self.instance is None and len(alone) == 1 and not self.volumes.left:
            schedule = self.schedule_of(alone[0])
            if schedule and schedule.instance_id:
                self.read_instance(alone[0], schedule.instance_id)

    def read_instance(self, volume: Volume, instance_id: str) -> None:
        """Read the other volumes of an instance, unless it has gone or has lost this one."""
        try:
            instance, used = cloud.instance(self.connection, instance_id)
        except CloudError:
            return
        if volume.id in used and len(used) <= sets.MOST:
            self.instance = instance
            self.keep_own(several.read(self.connection, used))

    def keep_own(self, found: SeveralVolumes) -> None:
        """Keep those of this project: an administrator's token reads them all."""
        mine = self.connection.project_id
        own, self.foreign = {}, []
        for volume_id, each in found.situations.items():
            volume = each.exposure.volume
            if volume.project_id == mine:
                own[volume_id] = each
            else:
                self.foreign.append(volume)
        self.volumes = SeveralVolumes(own, found.left)

    def own(self) -> list[Volume]:
        """Return the volumes that are changed."""
        return [each.volume for each in self.volumes.exposures]

    def schedule_of(self, volume: Volume) -> Schedule | None:
        """Return the schedule of a volume that was made for this project."""
        return own_schedule(volume, self.connection.project_id)

    def nothing(self, count: int) -> Problem:
        """Return what to say where there is nothing to be done, or too much at once."""
        if count:
            return texts.too_many()
        return texts.without_volumes(self.instance.name) if self.instance else texts.NONE_CHOSEN

    def unread(self, error: CloudError) -> Problem:
        """Return what to say when the instance, or every one of the volumes, cannot be read."""
        if self.asking_compute:
            return problems.reading(error, texts.INSTANCE_GONE)
        return super().unread(error)

    def unsent(self, error: CloudError) -> Problem:
        """Say that nothing was saved."""
        return texts.unsent(error)

    def switched(self) -> Problem:
        """Return what to say of a form that was opened in another project or region."""
        return scope.switched(self.request, self.scope, scope.NOT_CHANGED)

    def states(self) -> Mapping[str, str]:
        """Return what there is of the schedules, for the form to carry."""
        return {each.id: state.seen(each.metadata) for each in self.own()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what each of these dialogs needs."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(
            submit_url=self.request.get_full_path(),
            states=write_seen(self.states()),
            foreign=[each.label for each in self.foreign],
        )
        return context
