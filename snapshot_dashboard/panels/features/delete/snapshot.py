# SPDX-License-Identifier: Apache-2.0
"""The Delete Volume Snapshot dialog, and the delete action of the snapshots table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openstack_dashboard.dashboards.project.snapshots import tables as stock

from snapshot_dashboard.cloud import block_storage, dependents, names, snapshot_deletion
from snapshot_dashboard.cloud.partial_reads import known as read_or_none
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import (
    audit,
    dependency,
    next_steps,
    schedule_texts,
    status_note,
)
from snapshot_dashboard.panels.common.dates import shown
from snapshot_dashboard.panels.common.html import sentence
from snapshot_dashboard.panels.common.image_warnings import unread_images, warnings_of
from snapshot_dashboard.panels.common.links import lazy_page
from snapshot_dashboard.panels.common.lists.rows import SnapshotRow
from snapshot_dashboard.panels.common.next_steps import in_short
from snapshot_dashboard.panels.common.object_links import object_link, remembered
from snapshot_dashboard.panels.features.delete import texts
from snapshot_dashboard.panels.features.delete.dialog import (
    DeletingView,
    ExplainedDelete,
    RowFacts,
    RowsFacts,
)
from snapshot_dashboard.panels.features.delete.made_from import (
    DependentsView,
    made_from,
    made_warnings,
    on_the_page,
    unsearched,
)
from snapshot_dashboard.rules import deletion
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.source_search import SourceSearch, search_of


class DeleteSnapshotView(DeletingView):
    """Deletes a snapshot; shows what blocks it and why the last deletion failed."""

    form_class = forms.Form
    ajax_template_name = "snapshot_dashboard/delete/_snapshot.html"
    modal_id = "delete_volume_snapshot_modal"
    form_id = "delete_volume_snapshot_form"
    page_title = gettext_lazy("Delete Volume Snapshot")
    success_url = lazy_page("horizon:project:snapshots:index")
    deleted_pages = ("horizon:project:snapshots:detail",)
    nouns = texts.SNAPSHOT
    audit_action = "snapshot.delete"
    action = stock.DeleteVolumeSnapshot
    type_name: str | None = None

    def load(self) -> None:
        """Read the snapshot, and beside it what is made from it, as far as it can be asked for.

        :raises CloudError: the snapshot cannot be read.
        """
        link, snapshot_id = self.connection, self.object_id
        images = link.start(lambda: dependents.images_of(link, [snapshot_id]))
        self.usable, self.problem = True, None
        self.snapshot = link.fetch(lambda: block_storage.snapshot(link, snapshot_id))
        volume_id = self.snapshot.volume_id
        backups = link.start(lambda: dependents.backups_of(link, volume_id))
        # Not from what is remembered: the type may have been changed since.
        asked = dependency.differs()
        origin = link.start(lambda: block_storage.volume(link, volume_id)) if asked else None
        self.status_text = status_note.of(link, self.snapshot, wanted_deleted=True)
        self._judge()
        found = read_or_none(backups.get)
        self.images = read_or_none(images.get)
        volume = read_or_none(origin.get) if origin else None
        self.type_name = volume.type_name if volume else None
        self.backups = found and tuple(each for each in found if each.snapshot_id == snapshot_id)

    def _judge(self) -> None:
        group: SafeString | str = ""
        if group_id := self.snapshot.group_snapshot_id:
            names.look_up(self.connection, "group_snapshot", [group_id])
            known = remembered(self.connection, "group_snapshot", [group_id])
            group = object_link("group_snapshot", known(group_id))
        self.next_steps = next_steps.of_snapshot(
            self.request, self.snapshot, deletion.of_snapshot(self.snapshot), group
        )
        self.usable = not self.next_steps
        self.refuse_foreign(self.snapshot.project_id)

    @property
    def label(self) -> str:
        """Return the snapshot's name."""
        return self.snapshot.label

    def facts(self) -> SafeString:
        """Return its volume, date and size."""
        volume_id = self.snapshot.volume_id
        names.look_up(self.connection, "volume", [volume_id])
        volume = remembered(self.connection, "volume", [volume_id])(volume_id)
        return sentence(
            _('Of volume "%(volume)s", created %(created)s, %(size)s GiB'),
            volume=object_link("volume", volume),
            created=shown(self.request, self.snapshot.created_at),
            size=self.snapshot.size,
        )

    def source_search(self) -> SourceSearch:
        """Return the snapshot."""
        return search_of([self.snapshot])

    def volume_type(self) -> str | None:
        """Return the type of its volume, where the words of the operator differ by it."""
        return self.type_name

    def clear(self) -> bool:
        """One that came back last time has that to say."""
        return self.status_text is None and super().clear()

    def remove(self) -> Callable[[Connection], None]:
        """Return the call."""
        return partial(delete, snapshot=self.snapshot)

    def for_audit(self) -> dict[str, Any]:
        """Return whose snapshot it is."""
        return audit.whose(self.snapshot)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add why it is still there, and where volumes made from it are looked for."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(
            snapshot=self.snapshot,
            status_text=self.status_text.text if self.status_text else "",
            by_schedule=schedule_texts.DELETES_ITSELF
            if schedule_texts.is_of_a_schedule(self.snapshot.metadata)
            else "",
            dependents_url=self.dependents_address("horizon:project:snapshots:dependents"),
            **on_the_page(self.request, self.connection, self.source_search(), self.dependency()),
        )
        return context


def delete(connection: Connection, snapshot: Snapshot) -> None:
    """Ask for a snapshot to be deleted, and remember it in case it comes back.

    :raises CloudError: Refused with Cinder's reason; OnHold.
    """
    snapshot_deletion.delete(connection, snapshot)
    dependents.remember_deletion(connection, snapshot.id)


class SnapshotDependentsView(DependentsView):
    """Searches volumes made from one snapshot."""

    def source_search(
        self, connection: Connection, object_id: str, *, begins: bool
    ) -> SourceSearch:
        """Return the snapshot, with its age where it can be read.

        Only volumes that this person can read are looked at.
        """
        snapshot = read_or_none(partial(_read, connection, object_id)) if begins else None
        return search_of([snapshot]) if snapshot else SourceSearch(frozenset([object_id]))


def _read(connection: Connection, snapshot_id: str) -> Snapshot:
    return connection.fetch(lambda: block_storage.snapshot(connection, snapshot_id))


class ExplainedSnapshotDelete(ExplainedDelete):
    """:class:`ExplainedDelete` for the snapshots table."""

    audit_action = "snapshot.delete"
    dialog = "horizon:project:snapshots:delete"
    details_page = "horizon:admin:snapshots:detail"
    several = "horizon:project:snapshots:delete_several"
    support_several = "horizon:admin:snapshots:delete_several"

    def look(self, connection: Connection, rows: Sequence[SnapshotRow]) -> RowsFacts:
        """Read the images that need these snapshots, and the volumes made from them: two calls."""
        kept = {row.id: in_short(self.known_next_steps(row)) for row in rows}
        going = [row.snapshot for row in rows if not kept[row.id]]
        ids = [each.id for each in going]
        asked = connection.start(lambda: dependents.images_of(connection, ids))
        words = {each.id: dependency.of_volume(connection, each.volume_id) for each in going}
        made = made_from(
            connection, search_of([each for each in going if words[each.id] != "never"])
        )
        images = read_or_none(asked.get)
        found = RowsFacts()
        found.images = images.images if images else ()
        found.note = " ".join(each for each in (unread_images(images), unsearched(made)) if each)
        for row in rows:
            lost = warnings_of(images, row.id)
            warnings = (*lost.values(), *made_warnings(made, row.id, words.get(row.id, "")))
            reason = format_html("{} {}", kept[row.id], self.why(row)) if kept[row.id] else ""
            found[row.id] = RowFacts(row.id, reason, warnings, tuple(lost))
        return found

    def remove(self, connection: Connection, datum: SnapshotRow) -> None:
        """Ask Cinder to delete the snapshot."""
        delete(connection, datum.snapshot)

    def subject(self, datum: SnapshotRow) -> Snapshot:
        """Return the snapshot."""
        return datum.snapshot

    def known_blockers(self, datum: SnapshotRow) -> tuple[deletion.Finding, ...]:
        """Return what the row tells: its status and its group."""
        return deletion.of_snapshot(datum.snapshot)

    def known_next_steps(self: Any, datum: SnapshotRow) -> tuple[next_steps.BlockerWithSteps, ...]:
        """Return the same in words; the group by its name."""
        group = datum.group_snapshot
        named = object_link("group_snapshot", group) if group else ""
        request: HttpRequest = self.table.request
        return next_steps.of_snapshot(request, datum.snapshot, self.known_blockers(datum), named)

    def unseen(self, connection: Connection, datum: SnapshotRow) -> SafeString:
        """Return that what keeps it cannot be seen."""
        return sentence(texts.SNAPSHOT.unseen, id=datum.id)
