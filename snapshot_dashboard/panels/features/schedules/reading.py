# SPDX-License-Identifier: Apache-2.0
"""Reads the volumes that a dialog about a schedule is for, and what their schedules have taken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from horizon import messages

from snapshot_dashboard.cloud import block_storage
from snapshot_dashboard.cloud import sets as cloud
from snapshot_dashboard.cloud.errors import AnswerLost, CloudError, Unreachable
from snapshot_dashboard.cloud.partial_reads import facts, failed, known, values
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import audit, problems, quota, scope
from snapshot_dashboard.panels.common.attachment_state import several, several_texts
from snapshot_dashboard.panels.common.attachment_state.several import SeveralVolumes
from snapshot_dashboard.panels.common.change_texts import EXPIRED, NOT_TRIED
from snapshot_dashboard.panels.common.delete_action import attempt
from snapshot_dashboard.panels.common.dialog import DialogView
from snapshot_dashboard.panels.common.html import short
from snapshot_dashboard.panels.common.links import lazy_page, page
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.snapshot_changes import read_seen, write_seen
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


@dataclass(frozen=True, slots=True)
class Written:
    """The volumes that were written on; of a single one the problem that kept it from that."""

    done: list[Volume]
    problem: Problem | None = None


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
    # Whether a change since the form was shown is told in this answer.
    change_shown = False

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

    def news(self, form: forms.Form) -> Problem | None:
        """Return what to say where the schedules are not as the form has shown them."""
        seen = read_seen(form.cleaned_data["seen"])
        if seen == dict(self.states()):
            return None
        self.change_shown = True
        return texts.CHANGED if seen else texts.NOT_SEEN

    def seen(self) -> str:
        """Return what counts as shown; a form that comes back otherwise keeps what it said."""
        if self.request.method == "POST" and not self.change_shown:
            return str(self.request.POST.get("seen", ""))
        return write_seen(self.states())

    def note(
        self, volume: Volume, entries: Mapping[str, str], action: str = "volume.schedule"
    ) -> CloudError | None:
        """Write entries on one volume; return why they were not."""
        call = partial(block_storage.note_volume, volume_id=volume.id, metadata=dict(entries))
        return self.sent(volume, call, entries, action)

    def forget(self, volume: Volume, key: str) -> CloudError | None:
        """Take an entry of one volume away; return why it was not."""
        call = partial(block_storage.forget_of_volume, volume_id=volume.id, key=key)
        return self.sent(volume, call, {key: ""}, "volume.schedule")

    def sent(
        self,
        volume: Volume,
        call: Callable[[Connection], None],
        entries: Mapping[str, str],
        action: str,
    ) -> CloudError | None:
        """Send a change of one volume beside a line of the audit log."""
        facts = audit.whose(volume)
        return attempt(self.request, call, action, volume.id, **facts, written=dict(entries))

    def write_each(
        self, volumes: Iterable[Volume], write: Callable[[Volume], CloudError | None]
    ) -> Written:
        """Write on one volume after another, and say of each that stayed why.

        A service that does not answer is not asked again for the rest. Of a single one nothing is
        said here: its form stays open.
        """
        chosen = list(volumes)
        failed: dict[str, CloudError] = {}
        done: list[Volume] = []
        for each in chosen:
            if any(isinstance(error, AnswerLost | Unreachable) for error in failed.values()):
                break
            error = write(each)
            if error:
                failed[each.id] = error
            else:
                done.append(each)
        if len(chosen) == len(failed) == 1:
            return Written([], texts.SAVE.problem(failed[chosen[0].id]))
        self.tell_stayed(chosen, done, failed)
        return Written(done)

    def tell_stayed(
        self,
        chosen: Iterable[Volume],
        done: Collection[Volume],
        failed: Mapping[str, CloudError],
    ) -> None:
        """Leave a message about each volume on which nothing was written, or perhaps nothing."""
        for each in chosen:
            if each.id in failed:
                messages.error(self.request, texts.SAVE.message(each.label, failed[each.id]))
            elif each not in done:
                messages.error(self.request, texts.SAVE.left(each.label, NOT_TRIED))
        for volume_id, error in self.volumes.left.items():
            messages.error(self.request, texts.SAVE.message(short(volume_id), error))
        for each in self.foreign:
            messages.error(self.request, texts.SAVE.left(each.label, f"{texts.FOREIGN.title}."))

    def onwards(self, volume: Volume) -> HttpResponse:
        """Go on to the tab of a volume; where there are several that are no instance's, back."""
        url = tab_url(volume.id) if self.instance or len(self.own()) == 1 else ""
        return HttpResponseRedirect(url) if url else self.finished()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what each of these dialogs needs."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(
            submit_url=self.request.get_full_path(),
            seen=self.seen(),
            foreign=[each.label for each in self.foreign],
        )
        return context
