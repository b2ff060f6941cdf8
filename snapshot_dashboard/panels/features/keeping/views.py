# SPDX-License-Identifier: Apache-2.0
"""The dialogs Hold and Release Hold, for one snapshot and for several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from horizon import messages

from snapshot_dashboard.cloud import block_storage, names
from snapshot_dashboard.panels.common import audit, hold_texts
from snapshot_dashboard.panels.common import keep_until as keep_until_texts
from snapshot_dashboard.panels.common.change_texts import FailedChange
from snapshot_dashboard.panels.common.dates import shown
from snapshot_dashboard.panels.common.delete_action import attempt
from snapshot_dashboard.panels.common.delete_action import names as named
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.panels.common.links import lazy_page
from snapshot_dashboard.panels.common.lists.rows import Named
from snapshot_dashboard.panels.common.object_links import named_link, remembered
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.snapshot_changes import (
    SeenForm,
    SeveralMixin,
    SnapshotChangesView,
)
from snapshot_dashboard.panels.features.keeping import texts
from snapshot_dashboard.rules import holds, keep_until
from snapshot_dashboard.rules.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class SnapshotLine:
    """A snapshot in the list of a dialog, with what is noted already."""

    name: SafeString
    volume: SafeString
    created: str
    notes: tuple[SafeString | str, ...]


class HoldForm(SeenForm):
    """The reason."""

    described = ("reason",)

    reason = forms.CharField(
        max_length=200,
        label=_("Reason"),
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )

    def clean_reason(self) -> str:
        """Return it as it is written into the metadata, where it can be read there."""
        reason = holds.one_line(self.cleaned_data["reason"])
        if not reason:
            raise forms.ValidationError(texts.NO_REASON)
        return reason


class KeepingView(SnapshotChangesView):
    """Writes entries of metadata; a subclass says in :meth:`entries` which."""

    words = texts.WORDS
    not_seen = texts.NOT_SEEN
    lost = texts.WORDS.unknown
    details_page = "horizon:project:snapshots:detail"
    success_url = lazy_page("horizon:project:snapshots:index")
    audit_action = ""
    # Said of those that were changed; has a place for their names.
    done: str | Promise = ""

    def refusal(self, snapshot: Snapshot) -> Problem | None:
        """Return that it belongs to another project: an administrator's token reads them all."""
        return None if snapshot.project_id == self.connection.project_id else texts.FOREIGN

    def changed(self, found: Iterable[Snapshot], seen: Mapping[str, str]) -> Problem:
        """Return what to say where one is not as it was shown."""
        return texts.CHANGED

    def entries(self, form: SeenForm) -> Mapping[str, str]:
        """Return what is written."""
        raise NotImplementedError

    def act(self, form: SeenForm, snapshot: Snapshot) -> FailedChange | None:
        """Write it."""
        entries = self.entries(form)
        error = attempt(
            self.request,
            partial(block_storage.note, snapshot_id=snapshot.id, metadata=entries),
            self.audit_action,
            snapshot.id,
            **audit.whose(snapshot),
            written=dict(entries),
        )
        return None if error is None else FailedChange(self.words, error)

    def tell_done(self, form: SeenForm, done: list[Snapshot]) -> None:
        """Say which were changed."""
        text = sentence(self.done, names=named(each.label for each in done))
        messages.success(self.request, text)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the snapshots, so that each can be told from another of its name."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        ids = [each.volume_id for each in self.snapshots]
        names.look_up(self.connection, "volume", ids)
        volume = remembered(self.connection, "volume", ids)
        context["lines"] = [self._line(each, volume(each.volume_id)) for each in self.snapshots]
        context["note_only"] = hold_texts.NOTE_ONLY
        context["grouped"] = any(each.group_snapshot_id for each in self.snapshots)
        return context

    def _line(self, snapshot: Snapshot, volume: Named) -> SnapshotLine:
        hold, day = holds.of(snapshot.metadata), keep_until.of(snapshot.metadata)
        held = hold_texts.told(hold, self.request) if hold else ""
        until = keep_until_texts.said(day, self.request) if day else ""
        return SnapshotLine(
            isolated(snapshot.label),
            named_link("", "volume", volume),
            shown(self.request, snapshot.created_at),
            tuple(each for each in (held, until) if each),
        )


class HoldView(KeepingView):
    """Puts a snapshot on hold; one that is on hold already keeps its reason."""

    form_class = HoldForm
    ajax_template_name = "snapshot_dashboard/keeping/_hold.html"
    modal_id = "hold_snapshot_modal"
    form_id = "hold_snapshot_form"
    page_title: str | Promise = _("Hold Snapshot")
    sending = _("Putting on hold...")
    audit_action = "snapshot.hold"
    done = _("Put on hold: %(names)s")
    keeps_typed = True

    def refusal(self, snapshot: Snapshot) -> Problem | None:
        """Return that it is another project's, or on hold already."""
        hold = holds.of(snapshot.metadata)
        already = texts.held_already(hold, self.request) if hold else None
        return super().refusal(snapshot) or already

    def state(self, snapshot: Snapshot) -> str:
        """Return that it was shown: there is no hold."""
        return "free"

    def entries(self, form: SeenForm) -> Mapping[str, str]:
        """Return the reason, with who and when."""
        now = datetime.now(timezone.utc)
        return holds.write(form.cleaned_data["reason"], self.request.user.username, now)


class HoldSeveralView(SeveralMixin, HoldView):
    """Puts several on hold."""

    page_title = _("Hold Snapshots")


class ReleaseHoldView(KeepingView):
    """Takes away the hold that was shown."""

    form_class = SeenForm
    ajax_template_name = "snapshot_dashboard/keeping/_release_hold.html"
    modal_id = "release_hold_modal"
    form_id = "release_hold_form"
    page_title: str | Promise = _("Release Hold")
    sending = _("Releasing...")
    audit_action = "snapshot.release_hold"
    done = _("The hold was released: %(names)s")

    def refusal(self, snapshot: Snapshot) -> Problem | None:
        """Return that it is another project's, or not on hold."""
        free = None if holds.of(snapshot.metadata) else texts.NOT_HELD
        return super().refusal(snapshot) or free

    def state(self, snapshot: Snapshot) -> str:
        """Return which hold was shown."""
        hold = holds.of(snapshot.metadata)
        return hold.mark if hold else "free"

    def entries(self, form: SeenForm) -> Mapping[str, str]:
        """Return what takes a hold away."""
        return holds.RELEASED


class ReleaseHoldsView(SeveralMixin, ReleaseHoldView):
    """Releases several."""
