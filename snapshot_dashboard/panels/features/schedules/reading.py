# SPDX-License-Identifier: Apache-2.0
"""Reads the volumes that a dialog about a schedule is for, and what their schedules have taken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from snapshot_dashboard.cloud import block_storage
from snapshot_dashboard.cloud import sets as cloud
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.partial_reads import facts, failed, known, values
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import problems, quota, scope
from snapshot_dashboard.panels.common.attachment_state import several, several_texts
from snapshot_dashboard.panels.common.attachment_state.several import SeveralVolumes
from snapshot_dashboard.panels.common.change_texts import EXPIRED
from snapshot_dashboard.panels.common.dialog import DialogView
from snapshot_dashboard.panels.common.links import lazy_page, page
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.snapshot_changes import write_seen
from snapshot_dashboard.panels.features.schedules import texts
from snapshot_dashboard.rules import sets
from snapshot_dashboard.rules.attachment import Instance
from snapshot_dashboard.rules.listing import Page, PageRequest
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


@dataclass(frozen=True, slots=True)
class Taken:
    """What schedules have taken, by volumes, and whether that is all of it."""

    by_volume: Mapping[str, Sequence[Snapshot]]
    complete: bool


def taken(connection: Connection, schedules: Mapping[str, Schedule]) -> Taken:
    """Return what carries the ids of these schedules, which are by volumes.

    One call for an instance's: what was taken of volumes that it has no longer is the schedule's
    own, too. One for each volume for all others, and where the cloud does not find them by the id.
    """
    together = next((each.id for each in schedules.values() if each.instance_id), "")
    if together:
        marked = partial(block_storage.snapshots_by_entry, connection, SCHEDULE, together, _NEWEST)
        found, complete = known(lambda: connection.fetch(marked)) or ([], False)
        if complete:
            by_volume: dict[str, list[Snapshot]] = defaultdict(list)
            for each in found:
                by_volume[each.volume_id].append(each)
            return Taken(by_volume, complete=True)
    pages = facts(connection, partial(_newest, connection), schedules)
    read = {each: _marked(page, schedules[each]) for each, page in values(pages).items()}
    whole = not together and not failed(pages)
    return Taken(read, whole and not any(each.more for each in values(pages).values()))


def taken_of(connection: Connection, schedule: Schedule, volume_id: str) -> tuple[Snapshot, ...]:
    """Return what carries the id of a volume's schedule, of this volume alone, the newest first.

    :raises CloudError: it cannot be read.
    """
    return _marked(_newest(connection, volume_id), schedule)


def _newest(connection: Connection, volume_id: str) -> Page[Snapshot]:
    newest = PageRequest(size=_NEWEST, filters={"volume_id": volume_id})
    return block_storage.snapshots(connection, newest)


def _marked(page: Page[Snapshot], schedule: Schedule) -> tuple[Snapshot, ...]:
    return tuple(each for each in page.items if each.metadata.get(SCHEDULE) == schedule.id)


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
            self.usable, self.problem = False, several_texts.nothing(len(ids), self.instance)
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

    def unread(self, error: CloudError) -> Problem:
        """Return what to say when the instance, or every one of the volumes, cannot be read."""
        if self.asking_compute:
            return problems.reading(error, problems.INSTANCE_GONE)
        return super().unread(error)

    def unsent(self, error: CloudError) -> Problem:
        """Say that nothing was saved."""
        return texts.SAVE.unsent(error)

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
