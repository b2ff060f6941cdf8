# SPDX-License-Identifier: Apache-2.0
"""The page that shows the progress and the result of quiesced snapshots.

Each look is under the token of whoever looks. Looking changes nothing; what is left to do is
done by a button.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from snapshot_dashboard.cloud import attachment, idempotency, quiesced, snapshot_deletion
from snapshot_dashboard.cloud.errors import CloudError, NotFound
from snapshot_dashboard.panels.common import audit, freed, problems, scope
from snapshot_dashboard.panels.common import consistency_note as notes
from snapshot_dashboard.panels.common.delete_action import attempt
from snapshot_dashboard.panels.common.dialog import DialogView
from snapshot_dashboard.panels.common.html import isolated, link
from snapshot_dashboard.panels.common.links import lazy_page, page
from snapshot_dashboard.panels.common.problems import Problem, because
from snapshot_dashboard.panels.common.set_use import of_set
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.panels.features.quiesced import texts as words
from snapshot_dashboard.panels.features.quiesced.views import is_asking, progress_url, settle
from snapshot_dashboard.rules import consistency
from snapshot_dashboard.rules import quiesced as rules
from snapshot_dashboard.rules.ids import as_uuid
from snapshot_dashboard.rules.quiesced import Made, Stage
from snapshot_dashboard.rules.snapshot import Snapshot

_FINISH, _DISCARD = "finish", "discard"
_BUTTONS: dict[Stage, tuple[str, str | Promise]] = {
    Stage.UNFINISHED: (_FINISH, gettext_lazy("Try Again")),
    Stage.LEFTOVERS: (_DISCARD, gettext_lazy("Delete These Snapshots")),
}


class NextForm(forms.Form):
    """The choice between finishing and discarding."""

    do = forms.ChoiceField(choices=[(_FINISH, _FINISH), (_DISCARD, _DISCARD)])


@dataclass(frozen=True, slots=True)
class SnapshotLine:
    """One of the snapshots with its status and note."""

    name: SafeString
    status: str
    taken: SafeString


class QuiescedProgressView(DialogView):
    """Shows the snapshots of one form, and a button for what remains to be done."""

    form_class = NextForm
    ajax_template_name = "snapshot_dashboard/quiesced/_progress.html"
    modal_id = "frozen_modal"
    form_id = "frozen_form"
    page_title = gettext_lazy("Frozen Snapshots")
    success_url = lazy_page("horizon:project:snapshots:index")
    gone = Problem(gettext_lazy("There are no snapshots"), gettext_lazy("The address is wrong."))
    lost = problems.UNREADABLE
    expired = problems.EXPIRED
    close_label = gettext_lazy("Close")
    # Nothing is typed here, so Cancel would be the wrong word.
    usable = False

    def load(self) -> None:
        """Look once.

        :raises NotFound: the address is none of ours.
        """
        request_id = as_uuid(self.kwargs["request_id"])
        if not request_id:
            raise NotFound
        self.made: Made = quiesced.look(self.connection, request_id)
        self.stage = rules.stage(self.made, asking=self.is_asking())

    def switched(self) -> Problem:
        """Say that the snapshots are elsewhere than the person works now."""
        return scope.switched(self.request, self.scope, scope.SNAPSHOTS_ELSEWHERE)

    def is_asking(self) -> bool:
        """Tell whether Nova may still be at work: by the claim, without one by the clock."""
        if is_asking(self.connection, self.kwargs["request_id"]):
            return True
        made = [each.created_at for each in self.made.snapshots if each.created_at]
        if idempotency.is_shared() or not made:
            return False
        return self.connection.now() - max(made) < timedelta(seconds=idempotency.GIVEN_UP)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Do what is left to do, and look again."""
        discard = form.cleaned_data["do"] == _DISCARD
        error = self.discard() if discard else self.finish()
        if error is not None:
            self.reload()
            return self.again(form, because(words.result(self.made, self.stage), error))
        return HttpResponseRedirect(
            progress_url(self.request, self.kwargs["volume_id"], self.made.request_id)
        )

    def finish(self) -> CloudError | None:
        """Write names and notes, delete the image; return why something is still left."""
        return settle(self, self.instance_id(), self.made.request_id)

    def instance_id(self) -> str:
        """Return which instance has the system disk now, empty where nobody can say."""
        try:
            exposure = attachment.read(self.connection, self.kwargs["volume_id"]).exposure
        except CloudError:
            return ""
        holder = rules.sole_holder(exposure)
        return (holder.instance_id if holder else None) or ""

    def discard(self) -> CloudError | None:
        """Delete what Nova left behind; return the first reason against it."""
        failed = None
        for each in rules.leftovers(self.made) if self.stage is Stage.LEFTOVERS else ():
            call = partial(snapshot_deletion.delete, snapshot=each)
            facts = audit.whose(each)
            error = attempt(self.request, call, "snapshot.delete", each.id, **facts)
            failed = failed or error
        return failed

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what there is, and what can be done about it."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        stage = self.stage
        do, label = _BUTTONS.get(stage, ("", ""))
        context.update(
            submit_url=self.request.get_full_path(),
            problem=None,
            result=self.problem or words.result(self.made, stage),
            lines=[self.line(each) for each in self.made.snapshots],
            price=freed.price(self.made.snapshots, {}),
            following=not stage.is_final,
            do=do,
            do_label=label,
            volume_url=page("horizon:project:volumes:create_frozen", self.kwargs["volume_id"])
            if stage in (Stage.NOTHING, Stage.FAILED)
            else "",
            snapshots_url=page("horizon:project:snapshots:index"),
            use=of_set(self.request, [each.id for each in self.made.snapshots])
            if stage is Stage.DONE
            else None,
        )
        return context

    def line(self, snapshot: Snapshot) -> SnapshotLine:
        """Return one snapshot with its status and its note."""
        url = page("horizon:project:snapshots:detail", snapshot.id)
        label = consistency.read(snapshot.metadata)
        return SnapshotLine(
            name=link(url, isolated(snapshot.label)),
            status=status_word(snapshot.status),
            taken=notes.cell(label),
        )
