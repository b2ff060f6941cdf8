# SPDX-License-Identifier: Apache-2.0
"""The Delete Volume dialog, and the delete action of the volumes table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from openstack_dashboard.dashboards.project.volumes import tables as stock

from snapshot_dashboard.cloud import (
    attachment,
    block_storage,
    dependents,
    names,
    snapshot_deletion,
)
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.partial_reads import known as read_or_none
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import audit, consistency_note, next_steps
from snapshot_dashboard.panels.common.dates import shown
from snapshot_dashboard.panels.common.html import isolated, link, sentence
from snapshot_dashboard.panels.common.links import lazy_page, page, snapshots_of
from snapshot_dashboard.panels.common.lists.rows import VolumeRow
from snapshot_dashboard.panels.common.next_steps import in_short
from snapshot_dashboard.panels.common.object_links import object_link, remembered
from snapshot_dashboard.panels.features.delete import texts
from snapshot_dashboard.panels.features.delete.dialog import (
    DeletingView,
    ExplainedDelete,
    RowFacts,
    RowsFacts,
)
from snapshot_dashboard.panels.features.delete.made_from import DependentsView, on_the_page
from snapshot_dashboard.rules import consistency as notes
from snapshot_dashboard.rules import deletion
from snapshot_dashboard.rules.attachment import assess
from snapshot_dashboard.rules.listing import Page, PageRequest
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.source_search import SourceSearch, search_of
from snapshot_dashboard.rules.volume import Volume

# More snapshots than this are not deleted with their volume from here: nobody reads such a list.
MOST = 200


@dataclass(frozen=True, slots=True)
class SnapshotToDelete:
    """A snapshot that blocks its volume; ``reason`` says why it cannot be deleted now."""

    name: SafeString
    created: str
    taken: SafeString
    reason: SafeString


class DeleteVolumeForm(forms.Form):
    """The tick for deleting the snapshots, and the snapshots that were shown."""

    cascade = forms.BooleanField(required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class DeleteVolumeView(DeletingView):
    """Deletes a volume, with its snapshots after a tick; shows what blocks it."""

    form_class = DeleteVolumeForm
    ajax_template_name = "snapshot_dashboard/delete/_volume.html"
    modal_id = "delete_volume_modal"
    form_id = "delete_volume_form"
    page_title = gettext_lazy("Delete Volume")
    success_url = lazy_page("horizon:project:volumes:index")
    deleted_pages = ("horizon:project:volumes:detail",)
    nouns = texts.VOLUME
    audit_action = "volume.delete"
    action = stock.DeleteVolume

    def load(self) -> None:
        """Read the volume with its attachments, its snapshots, and what only seems to depend.

        :raises CloudError: the volume or its snapshots cannot be read.
        """
        volume_id = self.object_id
        wanted = PageRequest(size=MOST, filters={"volume_id": volume_id})
        listing = self.connection.start(lambda: block_storage.snapshots(self.connection, wanted))
        backups = self.connection.start(lambda: dependents.backups_of(self.connection, volume_id))
        self.usable, self.next_steps, self.problem = True, (), None
        self.situation = attachment.read(self.connection, volume_id)
        self.page: Page[Snapshot] = listing.get()
        ids = self.snapshot_ids()
        images = self.connection.start(lambda: dependents.images_of(self.connection, ids))
        self._judge()
        self.backups = read_or_none(backups.get)
        self.images = read_or_none(images.get)

    def _judge(self) -> None:
        exposure = self.situation.exposure
        volume, snapshots = exposure.volume, self.page.items
        found = deletion.of_volume(exposure, snapshots, sees_all=False)
        self.blocked = {
            each.id: stuck for each in snapshots if (stuck := deletion.of_snapshot(each))
        }
        group: SafeString | str = ""
        if volume.group_id:
            names.look_up(self.connection, "group", [volume.group_id])
            known = remembered(self.connection, "group", [volume.group_id])
            group = object_link("group", known(volume.group_id))
        self.next_steps = next_steps.of_volume(volume, found, group)
        self.usable = not self.next_steps and not self.blocked and not self.page.more
        self.refuse_foreign(volume.project_id)

    @property
    def label(self) -> str:
        """Return the volume's name."""
        return self.situation.exposure.volume.label

    def facts(self) -> SafeString:
        """Return its date and size."""
        volume = self.situation.exposure.volume
        created = shown(self.request, volume.created_at)
        return sentence(_("Created %(created)s, %(size)s GiB"), created=created, size=volume.size)

    def snapshot_ids(self) -> list[str]:
        """Return its snapshots."""
        return [each.id for each in self.page.items]

    def source_search(self) -> SourceSearch:
        """Return its snapshots."""
        return search_of(self.page.items)

    def clear(self) -> bool:
        """A volume that has snapshots has something to say."""
        return not self.page.items and super().clear()

    def unconfirmed(self, form: forms.Form) -> HttpResponse | None:
        """Ask for the tick, and never delete a snapshot that was not shown."""
        if not self.page.items:
            return None
        seen = form.cleaned_data["seen"].split()
        if not set(self.snapshot_ids()) <= set(seen):
            self.change_shown = True
            return self.again(form, texts.CHANGED)
        if not form.cleaned_data["cascade"]:
            missing = ngettext(
                "Tick the box above to delete it too, or press Cancel.",
                "Tick the box above to delete them too, or press Cancel.",
                len(self.page.items),
            )
            form.add_error("cascade", missing)
            return self.again(form)
        if self._certainly_refused():
            return self.again(form, texts.DEPENDED_ON)
        return None

    # Whether the snapshots that this answer shows have changed since they were shown.
    change_shown = False

    def _certainly_refused(self) -> bool:
        """Tell whether the storage would refuse halfway, where there is no way back.

        By what the operator says of it, and as far as one part of the volumes tells.
        """
        if self.dependency() != "always":
            return False
        look = partial(dependents.part, size=dependents.PART, counted=False)
        asked = partial(look, self.connection, self.source_search())
        part = read_or_none(self.connection.start(asked).get)
        return part is not None and bool(part.volumes)

    def volume_type(self) -> str | None:
        """Return its type."""
        return self.situation.exposure.volume.type_name

    def remove(self) -> Callable[[Connection], None]:
        """Return the call: with the snapshots only where there are some, all of them ticked."""
        if not self.page.items:
            return partial(block_storage.delete_volume, volume_id=self.object_id)
        return partial(
            snapshot_deletion.delete_with_volume,
            volume_id=self.object_id,
            snapshots=self.page.items,
        )

    def for_audit(self) -> dict[str, Any]:
        """Return whose volume it is, and the snapshots that go with it."""
        gone = [{"id": each.id, "name": each.name, "size": each.size} for each in self.page.items]
        whose = audit.whose(self.situation.exposure.volume)
        return {**whose, "snapshots": gone} if gone else whose

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the snapshots, with why some cannot be deleted now."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        count = len(self.page.items)
        posted = self.request.method == "POST" and not self.change_shown
        context.update(
            volume=self.situation.exposure.volume,
            snapshots=self.lines,
            snapshots_title=_snapshots_title(count, more=self.page.more),
            stuck_title=_stuck_title(len(self.blocked)) if self.blocked else "",
            tick=_tick(count),
            ticked=posted and "cascade" in self.request.POST,
            seen=" ".join(self.snapshot_ids()),
            all_url=snapshots_of(self.object_id),
            too_many=self.page.more,
            dependents_url=self.dependents_address("horizon:project:volumes:dependents")
            if count
            else "",
            **on_the_page(
                self.request,
                self.connection,
                self.source_search(),
                self.dependency(),
                several=True,
            ),
        )
        return context

    @cached_property
    def lines(self) -> list[SnapshotToDelete]:
        """Return the snapshots, those that cannot be deleted first."""
        found = sorted(self.page.items, key=lambda each: each.id not in self.blocked)
        return [self._line(each) for each in found]

    def _line(self, snapshot: Snapshot) -> SnapshotToDelete:
        details = page("horizon:project:snapshots:detail", snapshot.id)
        findings = self.blocked.get(snapshot.id, ())
        found = next_steps.of_snapshot(self.request, snapshot, findings, _("unknown"))
        return SnapshotToDelete(
            name=link(details, isolated(snapshot.label)),
            created=shown(self.request, snapshot.created_at),
            taken=consistency_note.cell(notes.read(snapshot.metadata)),
            reason=in_short(found),
        )


def _snapshots_title(count: int, *, more: bool) -> str:
    if more:
        return _("This volume has more than %(count)d snapshots, which must go first") % {
            "count": count
        }
    title = ngettext(
        "This volume has %(count)d snapshot, which must go first",
        "This volume has %(count)d snapshots, which must go first",
        count,
    )
    return title % {"count": count}


def _stuck_title(count: int) -> str:
    title = ngettext(
        "%(count)d of them cannot be deleted now, so the volume cannot be deleted either.",
        "%(count)d of them cannot be deleted now, so the volume cannot be deleted either.",
        count,
    )
    return title % {"count": count}


def _tick(count: int) -> str:
    text = ngettext(
        "Delete this snapshot too. This cannot be undone.",
        "Delete these %(count)d snapshots too. This cannot be undone.",
        count,
    )
    return text % {"count": count} if "%(" in text else text


class VolumeDependentsView(DependentsView):
    """Searches volumes made from the snapshots of one volume."""

    several = True

    def source_search(
        self, connection: Connection, object_id: str, *, begins: bool
    ) -> SourceSearch:
        """Return the snapshots of the volume.

        :raises CloudError: they cannot be read.
        """
        wanted = PageRequest(size=MOST, filters={"volume_id": object_id})
        found = connection.fetch(lambda: block_storage.snapshots(connection, wanted))
        return search_of(found.items)


class ExplainedVolumeDelete(ExplainedDelete):
    """:class:`ExplainedDelete` for the volumes table."""

    audit_action = "volume.delete"
    dialog = "horizon:project:volumes:delete"
    details_page = "horizon:admin:volumes:detail"
    several = "horizon:project:volumes:delete_several"
    support_several = "horizon:admin:volumes:delete_several"

    def look(self, connection: Connection, rows: Sequence[VolumeRow]) -> RowsFacts:
        """Read whether these volumes have snapshots: a call for each that nothing else keeps."""
        kept = {row.id: in_short(self.known_next_steps(row)) for row in rows}
        wanted = [row.id for row in rows if not kept[row.id]]
        read = partial(_snapshots_of, connection)
        asked = {each: connection.start(partial(read, each)) for each in wanted}
        snapshots = {each: read_or_none(later.get) for each, later in asked.items()}
        found = RowsFacts()
        if None in snapshots.values():
            found.note = _("It could not be read whether each of them has snapshots.")
        for row in rows:
            its = snapshots.get(row.id)
            if its and its.items:
                title = _snapshots_title(len(its.items), more=its.more)
                kept[row.id] = sentence("%(title)s.", title=title)
            reason = format_html("{} {}", kept[row.id], self.why(row)) if kept[row.id] else ""
            found[row.id] = RowFacts(row.id, reason)
        return found

    def remove(self, connection: Connection, datum: VolumeRow) -> None:
        """Ask Cinder to delete the volume."""
        block_storage.delete_volume(connection, datum.id)

    def subject(self, datum: VolumeRow) -> Volume:
        """Return the volume."""
        return datum.volume

    def known_blockers(self, datum: VolumeRow) -> tuple[deletion.Finding, ...]:
        """Return what the row alone tells; its attachments are all that it knows of its use."""
        exposure = assess(datum.volume, (), {}, datum.volume.project_id or "")
        return deletion.of_volume(exposure, (), sees_all=False)

    def known_next_steps(self, datum: VolumeRow) -> tuple[next_steps.BlockerWithSteps, ...]:
        """Return the same in words; the group by its name."""
        group = object_link("group", datum.group) if datum.group else ""
        return next_steps.of_volume(datum.volume, self.known_blockers(datum), group)

    def unseen(self, connection: Connection, datum: VolumeRow) -> SafeString:
        """Return that it has snapshots, or that what keeps it cannot be seen: one call."""
        try:
            found = connection.fetch(partial(_snapshots_of, connection, datum.id))
        except CloudError:
            return SafeString("")
        if found.items:
            title = _snapshots_title(len(found.items), more=found.more)
            return sentence("%(title)s.", title=title)
        return sentence(texts.VOLUME.unseen, id=datum.id)


def _snapshots_of(connection: Connection, volume_id: str) -> Page[Snapshot]:
    wanted = PageRequest(size=MOST, filters={"volume_id": volume_id})
    return block_storage.snapshots(connection, wanted)
