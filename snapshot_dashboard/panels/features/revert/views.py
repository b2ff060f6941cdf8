# SPDX-License-Identifier: Apache-2.0
"""The Revert Volume dialog: says what will be lost, offers a copy first, and reverts once."""

from __future__ import annotations

import time
import uuid
from dataclasses import replace
from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from horizon import messages

from snapshot_dashboard.cloud import idempotency, revert, revert_records
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.idempotency import AlreadyMade, UnderWay
from snapshot_dashboard.panels.common import audit, problems, quota, scope
from snapshot_dashboard.panels.common.create_once import CreateOnce
from snapshot_dashboard.panels.common.dates import shown, stamp
from snapshot_dashboard.panels.common.dialog import DialogView
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.panels.common.links import lazy_page
from snapshot_dashboard.panels.common.outcome import volume_link, volumes_of_form
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.panels.features.revert import texts as words
from snapshot_dashboard.panels.features.revert.live import (
    copy_quota,
    live_url,
    needed,
    progress_url,
    shown_of,
)
from snapshot_dashboard.rules import consistency, revert_plan, revert_record
from snapshot_dashboard.rules import revert as rules
from snapshot_dashboard.rules.revert import Copy, CopyState, Way
from snapshot_dashboard.rules.revert_record import Record
from snapshot_dashboard.rules.snapshot import default_name
from snapshot_dashboard.rules.volume import Volume

# Characters of the form's own account in the audit log: it comes from a browser.
_SHOWN = 1000


class RevertForm(forms.Form):
    """What was seen, and the tick. Which button was pressed is read beside it."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    acknowledged = forms.CharField(max_length=32, required=False)

    def ask_for_tick(self) -> None:
        """Say at the tick that it is missing."""
        self.add_error(
            "acknowledged", _("Tick the box above to revert the volume, or press Cancel.")
        )


class RevertView(DialogView):
    """About one snapshot. The copy is made once per form; the revert is asked for once."""

    form_class = RevertForm
    ajax_template_name = "snapshot_dashboard/revert/_revert.html"
    modal_id = "revert_volume_modal"
    form_id = "revert_volume_form"
    page_title = gettext_lazy("Revert Volume to Snapshot")
    success_url = lazy_page("horizon:project:snapshots:index")
    sending = gettext_lazy("Sending...")
    gone = problems.SNAPSHOT_GONE
    attach_again = True
    expired = words.EXPIRED

    @cached_property
    def copying(self) -> CreateOnce[Volume]:
        """Return what keeps the form from making a second copy.

        What it has made is part of what the dialog shows: it is not looked for besides.
        """
        return CreateOnce(self.request, "volumes", find=volumes_of_form, link=volume_link)

    def load(self) -> None:
        """Read limits and everything that decides side by side."""
        asked = quota.start(self.connection)
        self.reading = revert.read(self.connection, self.kwargs["snapshot_id"])
        self.limits = quota.finish(asked)

    @property
    def pressed(self) -> str:
        """Return which button sent the form: "copy", "revert", or neither.

        A browser sends the button; a script, which cannot, says its name.
        """
        said = self.request.POST
        named = said.get("pressed") or next(
            (each for each in ("copy", "revert") if each in said), ""
        )
        return named if named in ("copy", "revert") else ""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Copy the volume, or revert it, or come back with what has to be read or ticked first."""
        if self.pressed == "copy":
            return self.copy(form)
        if self.pressed == "revert" and (self.sent_already() or self.is_begun()):
            return self.accepted() if self.is_running() else self.again(form, words.UNDER_WAY)
        problem = self.changed(form.cleaned_data["seen"]) or self.copy_unfinished()
        if problem or self.pressed != "revert":
            return self.again(form, problem)
        if form.cleaned_data["acknowledged"] != needed(self.reading):
            form.ask_for_tick()
            return self.again(form)
        return self.revert(form)

    def sent_already(self) -> bool:
        """Tell whether this form has asked for the revert a moment ago."""
        state = idempotency.state(self.scope.region, self.scope.project_id, self.revert_id)
        return state is idempotency.AttemptState.UNDER_WAY

    def is_running(self) -> bool:
        """Tell whether the volume is being reverted to this snapshot."""
        statuses = (self.reading.volume.status, self.reading.snapshot.status)
        return statuses == ("reverting", "restoring") or self.is_begun()

    def is_begun(self) -> bool:
        """Tell whether this form has begun the last revert in place, over or not."""
        record = revert_record.read(self.reading.volume.metadata)
        return record is not None and record.plan_id == self.plan_id

    @property
    def plan_id(self) -> str:
        """Return the id of the revert in place that this form begins."""
        return str(uuid.uuid5(uuid.UUID(self.copying.request_id), "revert"))

    @property
    def revert_id(self) -> str:
        """Return the name under which the revert is claimed: the form's id is the copy's."""
        return f"{self.copying.request_id}:revert"

    def changed(self, seen: str) -> Problem | None:
        """Return what to say where this is not what was shown, or it cannot be reverted."""
        same = seen == rules.fingerprint(self.reading.now, self.reading.copy)
        if rules.blockers(self.reading.now):
            return words.BLOCKED if same else words.CHANGED_AND_BLOCKED
        if same:
            return None
        return words.CHANGED if seen else words.NOT_SEEN

    def copy_unfinished(self) -> Problem | None:
        """Return what to say while a copy that was begun is not known to be finished."""
        copy = self.reading.copy
        if copy is not None:
            return words.COPY_FIRST if copy.state is CopyState.COPYING else None
        return self.copy_under_way()

    def copy_under_way(self) -> Problem | None:
        """Return what to say of a copy that may have been made, None where none was asked for.

        No script follows it: the dialog itself does.
        """
        begun = self.copying.unsettled
        return replace(begun, pending=False) if begun else None

    def copy(self, form: forms.Form) -> HttpResponse:
        """Make a copy, unless there is one that holds what the volume holds now."""
        if rules.blockers(self.reading.now):
            return self.again(form, self.changed(form.cleaned_data["seen"]))
        known = self.reading.copy
        if known and known.state in (CopyState.COPYING, CopyState.READY):
            return self.copied(form)
        facts = {"volume_id": self.reading.volume.id, "snapshot_id": self.reading.snapshot.id}
        try:
            made = self.copying.make("volume.copy", self.make_copy, **facts)
        except AlreadyMade as error:
            made = error.found[-1]
        except CloudError as error:
            return self.again(form, replace(self.copying.outcome(error), pending=False))
        self.reading = replace(self.reading, copy=Copy(made, CopyState.COPYING))
        return self.copied(form)

    def make_copy(self) -> Volume:
        """Ask Cinder for the copy.

        :raises CloudError: it was not made, or that is not known.
        """
        volume, snapshot = self.reading.volume, self.reading.snapshot
        before = _("before revert %(date)s") % {"date": stamp(self.request)}
        metadata = {
            rules.COPY_OF: volume.id,
            rules.COPY_BEFORE: snapshot.id,
            consistency.REQUEST: self.copying.request_id,
        }
        name = default_name(volume.label, before)
        return revert.copy_volume(self.connection, volume, name=name, metadata=metadata)

    def copied(self, form: forms.Form) -> HttpResponse:
        """Show the dialog with the copy; without a script as a page that can be reloaded."""
        # The form has made what it makes; another copy, or the revert, is another form's.
        self.copying.renew()
        if self.request.headers.get("X-Requested-With") == "XMLHttpRequest":
            return self.again(form)
        return HttpResponseRedirect(f"{self.own_url()}?{urlencode({'next': self.next_url})}")

    def revert(self, form: forms.Form) -> HttpResponse:
        """Ask Cinder, once: it refuses by itself whatever has changed since we looked."""
        try:
            # What a revert has come to is seen at the volume: there is nothing to find.
            idempotency.make_once(self.connection, self.revert_id, look=tuple, make=self.ask)
        except UnderWay:
            return self.again(form, words.UNDER_WAY)
        except CloudError as error:
            return self.unclear(form, error) if error.uncertain else self.refused(form, error)
        return self.accepted()

    def ask(self) -> Volume:
        """Ask Cinder, and write the audit log.

        :raises CloudError: it was refused, or it is not known.
        """
        volume, snapshot = self.reading.volume, self.reading.snapshot
        copy = self.reading.copy
        facts: dict[str, Any] = {
            **audit.whose(volume),
            "snapshot_id": snapshot.id,
            "copy_id": copy.volume.id if copy else None,
            "way": rules.way(self.reading.now).value,
            "shown": str(self.request.POST.get("seen", ""))[:_SHOWN],
        }
        with audit.change(self.request, "volume.revert", volume.id, **facts) as change:
            self.change = change
            if rules.way(self.reading.now) is Way.REVERT:
                revert.revert(self.connection, volume.id, snapshot.id)
            else:
                revert_records.begin(self.connection, {volume.id: self.record()})
        return volume

    def record(self) -> Record:
        """Return what is written to the volume to begin a revert in place."""
        volume = self.reading.volume
        return Record(
            plan_id=self.plan_id,
            snapshot_id=self.reading.snapshot.id,
            seen_at=int(time.time()),
            changed_at=revert_plan.changed_at(volume),
        )

    def refused(self, form: forms.Form, error: CloudError) -> HttpResponse:
        """Look again after a refusal: its cause may be something that has changed."""
        self.look_again()
        return self.again(form, words.not_reverted(error))

    def unclear(self, form: forms.Form, error: CloudError) -> HttpResponse:
        """Look at the volume before anything is said of a revert whose answer was lost."""
        before = self.reading.volume
        looked = self.look_again()
        volume = self.reading.volume
        if looked and self.is_running():
            self.change.accepted(found_later=True)
            return self.accepted()
        if not looked:
            return self.again(form, words.not_known(error, _("unknown"), moved=False))
        moved = volume.updated_at != before.updated_at
        status = status_word(volume.status)
        return self.again(form, words.not_known(error, status, moved=moved))

    def look_again(self) -> bool:
        """Read everything anew; where that fails, what was read stays."""
        try:
            self.reload()
        except CloudError:
            return False
        return True

    def accepted(self) -> HttpResponse:
        """Leave a message for the list, whose rows tell how it goes on; or show how it does."""
        if rules.way(self.reading.now) is Way.REIMAGE or self.is_begun():
            return HttpResponseRedirect(progress_url(self.reading.volume.id))
        text = _('Reverting volume "%(volume)s" to snapshot "%(snapshot)s". %(show)s')
        messages.success(
            self.request,
            sentence(
                text,
                volume=isolated(self.reading.volume.label),
                snapshot=isolated(self.reading.snapshot.label),
                show=volume_link(self.reading.volume),
            ),
        )
        return self.finished()

    def unsent(self, error: CloudError) -> Problem:
        """Say that nothing was changed, unless a copy may have been made."""
        return self.copy_under_way() or words.not_reverted(error)

    def unread(self, error: CloudError) -> Problem:
        """Return what to say when something cannot be read to begin with."""
        return words.unreadable(error)

    def switched(self) -> Problem:
        """Say that nothing was changed, unless a copy may have been made."""
        moved = scope.switched(self.request, self.scope, scope.NOT_CHANGED)
        return self.copy_under_way() or moved

    def own_url(self) -> str:
        """Return the address of this dialog."""
        return reverse("horizon:project:snapshots:revert", args=(self.kwargs["snapshot_id"],))

    def frame(self) -> dict[str, Any]:
        """Return what lets a script follow the situation: volume and copy, not the form."""
        return self.copying.frame() | {"lost": words.LOST}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add everything that the dialog says."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(
            shown_of(self.request, self.reading),
            submit_url=self.own_url(),
            live_url=live_url(self.kwargs["snapshot_id"]),
            heading=self.heading(),
            quota=copy_quota(self.reading, self.limits),
        )
        context["ticked"] = self.ticked(context)
        return context

    def ticked(self, context: dict[str, Any]) -> bool:
        """Tell whether the tick stays: only for what it was given for."""
        said = self.request.POST
        same = said.get("seen") == context["seen"]
        return same and said.get("acknowledged") == context["needed"]

    def heading(self) -> SafeString:
        """Return what is to be reverted to what."""
        return sentence(
            _('Volume "%(volume)s" to snapshot "%(snapshot)s", %(created)s'),
            volume=isolated(self.reading.volume.label),
            snapshot=isolated(self.reading.snapshot.label),
            created=shown(self.request, self.reading.snapshot.created_at),
        )
