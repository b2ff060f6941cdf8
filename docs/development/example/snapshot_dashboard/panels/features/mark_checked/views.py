# SPDX-License-Identifier: Apache-2.0
"""The Mark as Checked dialog, and the row action that opens it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from horizon import messages
from horizon.tables import LinkAction

from snapshot_dashboard.cloud import block_storage
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.panels.common import audit, problems, scope
from snapshot_dashboard.panels.common.dialog import DialogView
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.panels.common.links import lazy_page
from snapshot_dashboard.panels.common.lists.rows import SnapshotRow
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.features.mark_checked import texts
from snapshot_dashboard.rules import checked


class MarkChecked(LinkAction):
    """The action of a snapshot's row."""

    name = "mark_checked"
    verbose_name = gettext_lazy("Mark as Checked")
    url = "horizon:project:snapshots:mark_checked"
    classes = ("ajax-modal",)
    icon = "check"
    policy_rules = (("volume", "volume:update_snapshot_metadata"),)

    def get_link_url(self, datum: SnapshotRow) -> str:
        """Return the address of the dialog, which leads back to this page of the list."""
        return str(self.table.with_way_back(super().get_link_url(datum)))


class MarkCheckedView(DialogView):
    """Reads the snapshot, shows what will be written, and writes it."""

    form_class = forms.Form
    ajax_template_name = "snapshot_dashboard/mark_checked/_mark_checked.html"
    modal_id = "mark_checked_modal"
    form_id = "mark_checked_form"
    page_title = gettext_lazy("Mark Snapshot as Checked")
    success_url = lazy_page("horizon:project:snapshots:index")
    gone = problems.SNAPSHOT_GONE
    lost = texts.LOST
    expired = texts.EXPIRED
    sending = gettext_lazy("Marking...")
    keeps_typed = False

    def load(self) -> None:
        """Read the snapshot under the person's own token.

        :raises CloudError: it cannot be read.
        """
        snapshot_id, link = self.kwargs["snapshot_id"], self.connection
        self.snapshot = link.fetch(lambda: block_storage.snapshot(link, snapshot_id))
        if self.snapshot.project_id != link.project_id:
            # An administrator's token reads the snapshots of every project.
            self.usable, self.problem = False, texts.FOREIGN

    def unsent(self, error: CloudError) -> Problem:
        """Return what to say when the snapshot cannot be read to be marked."""
        return problems.telling(error, *texts.REASONS)

    def switched(self) -> Problem:
        """Return what to say of a form that was opened in another project or region."""
        return scope.switched(self.request, self.scope, scope.NOT_CHANGED)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Write the mark, or come back with the reason why it was not written."""
        if not self.usable:
            return self.again(form, self.problem)
        facts = audit.whose(self.snapshot)
        try:
            with audit.change(self.request, "snapshot.mark_checked", self.snapshot.id, **facts):
                block_storage.note(self.connection, self.snapshot.id, checked.entry())
        except CloudError as error:
            reasons = (texts.LOST,) if error.uncertain else texts.REASONS
            return self.again(form, problems.telling(error, *reasons))
        said = _('Marked "%(name)s" as checked.')
        messages.success(self.request, sentence(said, name=isolated(self.snapshot.label)))
        return self.finished()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the template shows."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(
            submit_url=self.request.path,
            snapshot=self.snapshot,
            checked=checked.is_checked(self.snapshot),
        )
        return context
