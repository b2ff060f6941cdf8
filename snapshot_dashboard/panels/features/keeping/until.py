# SPDX-License-Identifier: Apache-2.0
"""The dialog Keep Until, for one snapshot and for several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import messages

from snapshot_dashboard.panels.common import keep_until as fields
from snapshot_dashboard.panels.common.delete_action import names
from snapshot_dashboard.panels.common.html import sentence
from snapshot_dashboard.panels.common.snapshot_changes import SeenForm, SeveralMixin
from snapshot_dashboard.panels.features.keeping.views import KeepingView
from snapshot_dashboard.rules import keep_until
from snapshot_dashboard.rules.snapshot import Snapshot


class UntilForm(fields.KeepUntilForm, SeenForm):
    """How long; without a choice of its own where several have different days."""

    described = ("keep", "keep_date")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keep"].required = True
        first = ("", _("Choose how long"))
        self.fields["keep"].choices = [first, *self.fields["keep"].choices]


class KeepUntilView(KeepingView):
    """Notes the day until which a snapshot is to be kept, or takes it away."""

    form_class = UntilForm
    ajax_template_name = "snapshot_dashboard/keeping/_until.html"
    modal_id = "keep_until_modal"
    form_id = "keep_until_form"
    page_title: str | Promise = _("Keep Until")
    sending = _("Sending...")
    audit_action = "snapshot.keep_until"

    def get_initial(self) -> dict[str, Any]:
        """Begin with the day that they have, with none where these differ."""
        days = {keep_until.of(each.metadata) for each in self.snapshots}
        return dict(fields.initial(days.pop())) if len(days) == 1 else {"keep": ""}

    def state(self, snapshot: Snapshot) -> str:
        """Return the day that was shown."""
        day = keep_until.of(snapshot.metadata)
        return day.isoformat() if day else "none"

    def entries(self, form: Any) -> Mapping[str, str]:
        """Return the day, as the person reads the calendar."""
        return keep_until.write(form.until(self.request))

    def tell_done(self, form: Any, done: list[Snapshot]) -> None:
        """Say until when they are to be kept."""
        day = form.until(self.request)
        text = gettext("To be kept until %(date)s: %(names)s")
        if day is None:
            text = gettext("There is no date any more: %(names)s")
        parts = {"names": names(each.label for each in done)}
        date = fields.told(day, self.request) if day else ""
        messages.success(self.request, sentence(text, date=date, **parts))


class KeepSeveralUntilView(SeveralMixin, KeepUntilView):
    """Notes the day for several."""
