# SPDX-License-Identifier: Apache-2.0
"""The dialogs Update Status and Force Delete, and the actions that open them."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from horizon import messages
from openstack_dashboard.dashboards.project.snapshots import tables as stock

from snapshot_dashboard.cloud import (
    administration,
    block_storage,
    dependents,
    snapshot_deletion,
)
from snapshot_dashboard.cloud.images import EmptyImages
from snapshot_dashboard.cloud.partial_reads import known as read_or_none
from snapshot_dashboard.panels.common import audit, blockers
from snapshot_dashboard.panels.common.change_texts import FailedChange
from snapshot_dashboard.panels.common.delete_action import attempt, names, say_done
from snapshot_dashboard.panels.common.html import sentence, short, stated
from snapshot_dashboard.panels.common.image_warnings import unread_images, warnings_of
from snapshot_dashboard.panels.common.lists.row_links import WayBackLink
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.snapshot_changes import MOST, ChangeSeveral, SeveralMixin
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.panels.features.support_repair import texts
from snapshot_dashboard.panels.features.support_repair.dialog import FixingView
from snapshot_dashboard.panels.features.support_repair.forms import (
    ForceDeleteForm,
    UpdateStatusForm,
)
from snapshot_dashboard.rules import consistency, holds
from snapshot_dashboard.rules.deletion import SNAPSHOT_STATUSES
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import MOVING

# With a snapshot that is being backed up nothing is wrong: "Error" could lead to its deletion.
_UNFINISHED = MOVING - {"backing-up"}


class UpdateStatusView(FixingView):
    """Update Status with stock's URL, field and messages; Available needs a tick."""

    form_class = UpdateStatusForm
    ajax_template_name = "snapshot_dashboard/support_repair/_update_status.html"
    modal_id = "update_volume_snapshot_status"
    form_id = "update_volume_snapshot_status_form"
    page_title = gettext_lazy("Update Volume Snapshot Status")
    sending = gettext_lazy("Updating...")
    words = texts.UPDATE
    lost = words.unknown

    def get_initial(self) -> dict[str, Any]:
        """Begin with Error where work was left undone: never with Available."""
        unfinished = [each.status in _UNFINISHED for each in self.snapshots]
        return {"status": "error" if unfinished and all(unfinished) else ""}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form what is set now."""
        kwargs: dict[str, Any] = super().get_form_kwargs()
        current = {each.status for each in self.snapshots}
        kwargs.update(current=current, several=self.several)
        return kwargs

    def act(self, form: UpdateStatusForm, snapshot: Snapshot) -> FailedChange | None:
        """Set the status; a snapshot never shows Available with a better note than it deserves."""
        status = form.cleaned_data["status"]
        failure = self.lower_note(snapshot) if status == "available" else None
        if failure is not None:
            return failure
        error = attempt(
            self.request,
            partial(administration.reset_status, snapshot_id=snapshot.id, status=status),
            "snapshot.reset_status",
            snapshot.id,
            **audit.whose(snapshot),
            old_status=snapshot.status,
            new_status=status,
        )
        return None if error is None else FailedChange(self.words, error)

    def lower_note(self, snapshot: Snapshot) -> FailedChange | None:
        """Let the note say no more than is known of a snapshot that may not be complete."""
        lower = _lower(snapshot)
        if lower is None:
            return None
        error = attempt(
            self.request,
            partial(
                block_storage.note,
                snapshot_id=snapshot.id,
                metadata=consistency.write(lower),
            ),
            "snapshot.lower_note",
            snapshot.id,
            **audit.whose(snapshot),
            taken_while=lower.taken.value,
        )
        return None if error is None else FailedChange(texts.NOTE, error)

    def tell_done(self, form: UpdateStatusForm, done: list[Snapshot]) -> None:
        """Say stock's message for one; for several, which."""
        status = status_word(form.cleaned_data["status"])
        if not self.several:
            text = _('Successfully updated volume snapshot status: "%s".')
            messages.success(self.request, stated(text, status))
            return
        text = _('The status was set to "%(status)s": %(names)s')
        messages.success(
            self.request, sentence(text, status=status, names=names(each.label for each in done))
        )

    def texts_context(self) -> dict[str, Any]:
        """Return what a reset of the status does, and whether it would lower a note."""
        return {
            "explanation": {
                "tone": "neutral",
                "title": _("A reset changes only what the database says"),
                "risk": _(
                    "It does not stop work on the storage, does not remove data there, does not "
                    "free quota, and does not repair anything."
                ),
            },
            "lowers": any(_lower(each) for each in self.snapshots),
        }


class ForceDeleteView(FixingView):
    """Deletes in any status, after the warning and a typed confirmation."""

    form_class = ForceDeleteForm
    ajax_template_name = "snapshot_dashboard/support_repair/_force_delete.html"
    modal_id = "force_delete_volume_snapshot"
    form_id = "force_delete_volume_snapshot_form"
    page_title = gettext_lazy("Force Delete Volume Snapshot")
    sending = gettext_lazy("Deleting...")
    deleted_pages = ("horizon:admin:snapshots:detail",)
    words = texts.DELETE
    lost = words.unknown
    images: EmptyImages | None = None

    def load(self) -> None:
        """Read the snapshots, and beside them the images that are nothing without them.

        :raises CloudError: the only snapshot cannot be read.
        """
        ids = self.ids[:MOST]
        asked = self.connection.start(lambda: dependents.images_of(self.connection, ids))
        super().load()
        self.images = read_or_none(asked.get)

    def refusal(self, snapshot: Snapshot) -> Problem | None:
        """Return that it is on hold, and how a hold is taken away."""
        hold = holds.of(snapshot.metadata)
        if hold is None:
            return None
        return texts.on_hold(blockers.on_hold(hold, self.request, snapshot.id, "admin"))

    @property
    def expected(self) -> str:
        """Return what has to be typed: the short id, for several how many there are to delete."""
        if not self.several:
            return short(self.ids[0]) if self.ids else ""
        # Not read yet, when the form comes back without the snapshots.
        return str(len(getattr(self, "snapshots", self.ids)))

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form what has to be typed."""
        kwargs: dict[str, Any] = super().get_form_kwargs()
        kwargs.update(expected=self.expected)
        return kwargs

    def blind_form(self) -> ForceDeleteForm:
        """Return the form with what was typed, without knowing the snapshots."""
        return ForceDeleteForm(self.request.POST, expected=self.expected)

    def act(self, form: ForceDeleteForm, snapshot: Snapshot) -> FailedChange | None:
        """Ask Cinder to delete it without looking at its status."""
        error = attempt(
            self.request,
            partial(snapshot_deletion.force_delete, snapshot=snapshot),
            "snapshot.force_delete",
            snapshot.id,
            **audit.whose(snapshot),
            old_status=snapshot.status,
        )
        return None if error is None else FailedChange(self.words, error)

    def tell_done(self, form: ForceDeleteForm, done: list[Snapshot]) -> None:
        """Say what stock says of ordinary deletions."""
        labels = [each.label for each in done]
        complete = len(done) == len(self.ids)
        say_done(self.request, stock.DeleteVolumeSnapshot(), labels, complete=complete)

    def texts_context(self) -> dict[str, Any]:
        """Return what a forced deletion does, and what else is known of these snapshots."""
        return {
            "explanation": {
                "tone": "warning",
                "title": _("Force Delete skips the state check"),
                "risk": _(
                    "The record goes away and the storage is asked to delete. If it is still "
                    "being written, data may stay on the storage that nobody can see. This "
                    "cannot be undone."
                ),
            },
            "hints": [each for each in (self.ordinary(), self.grouped()) if each],
            "lost_images": self.lost_images(),
        }

    def lost_images(self) -> list[SafeString | str]:
        """Return a warning for each image that will stop working, and what was not looked at."""
        found = [warnings_of(self.images, each.id).values() for each in self.snapshots]
        unread = unread_images(self.images)
        return [*(warning for each in found for warning in each), *([unread] if unread else [])]

    def ordinary(self) -> str:
        """Return that the ordinary Delete is enough, where it is."""
        found = [each for each in self.snapshots if each.status in SNAPSHOT_STATUSES]
        if not found:
            return ""
        if not self.several:
            text = _("Its status is %(status)s: the ordinary Delete is enough.")
            return text % {"status": status_word(found[0].status)}
        text = ngettext(
            "For %(count)d of them, which is Available or Error, the ordinary Delete is enough.",
            "For %(count)d of them, which are Available or Error, the ordinary Delete is enough.",
            len(found),
        )
        return text % {"count": len(found)}

    def grouped(self) -> str:
        """Return that a member of a group snapshot cannot be deleted alone (volume/api.py:1236)."""
        count = sum(each.group_snapshot_id is not None for each in self.snapshots)
        if not count:
            return ""
        text = ngettext(
            "%(count)d snapshot is part of a group snapshot: the storage service refuses to "
            "delete it alone.",
            "%(count)d snapshots are part of a group snapshot: the storage service refuses to "
            "delete them alone.",
            count,
        )
        return text % {"count": count}


class UpdateStatusesView(SeveralMixin, UpdateStatusView):
    """Update Status of the selected snapshots."""


class ForceDeletesView(SeveralMixin, ForceDeleteView):
    """Force Delete of the selected snapshots."""


class UpdateStatus(WayBackLink):
    """Stock's row action with the policy rule that Cinder checks (stock names a member's)."""

    name = "update_status"
    verbose_name = gettext_lazy("Update Status")
    url = "horizon:admin:snapshots:update_status"
    classes = ("ajax-modal",)
    icon = "pencil"
    policy_rules = (("volume", "volume_extension:snapshot_admin_actions:reset_status"),)


class ForceDelete(WayBackLink):
    """Row action that opens Force Delete."""

    name = "force_delete"
    verbose_name = gettext_lazy("Force Delete")
    url = "horizon:admin:snapshots:force_delete"
    classes = ("ajax-modal", "btn-danger")
    policy_rules = (("volume", "volume_extension:snapshot_admin_actions:force_delete"),)


class UpdateStatuses(ChangeSeveral):
    """Action of the selected rows that opens Update Status."""

    name = "update_statuses"
    verbose_name = gettext_lazy("Update Status")
    verbose_name_plural = verbose_name
    url = "horizon:admin:snapshots:update_statuses"
    policy_rules = UpdateStatus.policy_rules


class ForceDeletes(ChangeSeveral):
    """Action of the selected rows that opens Force Delete."""

    name = "force_deletes"
    verbose_name = gettext_lazy("Force Delete")
    verbose_name_plural = verbose_name
    url = "horizon:admin:snapshots:force_deletes"
    policy_rules = ForceDelete.policy_rules


def _lower(snapshot: Snapshot) -> consistency.ConsistencyNote | None:
    """Return the note for a reset to Available, None where nothing is to be changed."""
    if snapshot.usable:
        return None
    return consistency.unproven(consistency.read(snapshot.metadata))
