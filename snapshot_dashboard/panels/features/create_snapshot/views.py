# SPDX-License-Identifier: Apache-2.0
"""The Create Snapshot dialog: tells the truth, asks once, and never forces silently."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from horizon import messages
from openstack_dashboard import policy
from openstack_dashboard.api import cinder as stock_api

from snapshot_dashboard.cloud import attachment, block_storage
from snapshot_dashboard.cloud.errors import CloudError, NotFound, Refused
from snapshot_dashboard.panels.common import audit, changes, problems, quota
from snapshot_dashboard.panels.common.attachment_state.explanation import system_disk_note
from snapshot_dashboard.panels.common.create_once import CreateOnce
from snapshot_dashboard.panels.common.dates import stamp
from snapshot_dashboard.panels.common.dialog import DialogView
from snapshot_dashboard.panels.common.forms import CreateSnapshotForm
from snapshot_dashboard.panels.common.html import isolated, stated
from snapshot_dashboard.panels.common.links import lazy_page, with_query
from snapshot_dashboard.panels.common.outcome import snapshot_link, snapshots_of_form
from snapshot_dashboard.panels.features.create_snapshot.instance_hint import likely_holders
from snapshot_dashboard.panels.features.create_snapshot.live import shown
from snapshot_dashboard.rules import commands, consistency, fingerprint
from snapshot_dashboard.rules.attachment import Acknowledgement, Exposure
from snapshot_dashboard.rules.snapshot import Snapshot, default_name

# Characters of the form's own account in the audit log: it comes from a browser.
_SHOWN = 1000


def accepted(ticked: str, needed: Acknowledgement) -> bool:
    """Tell whether the ticked sentence accepts what has to be accepted.

    "May be corrupted" accepts the calmer cases too; a calmer sentence accepts only its own.
    """
    return ticked in (needed.value, Acknowledgement.CORRUPTED.value)


class CreateSnapshotView(DialogView):
    """Stock's address and fields; the verdict is read anew for every request."""

    form_class = CreateSnapshotForm
    ajax_template_name = "snapshot_dashboard/create_snapshot/_create_snapshot.html"
    modal_id = "create_snapshot_modal"
    form_id = "create_snapshot_form"
    page_title = gettext_lazy("Create Volume Snapshot")
    success_url = lazy_page("horizon:project:volumes:index")
    gone = problems.VOLUME_GONE
    expired = problems.EXPIRED
    sending = gettext_lazy("Creating...")
    attach_again = True

    @cached_property
    def once(self) -> CreateOnce[Snapshot]:
        """Return what keeps the form from making a second snapshot."""
        volume_id = self.kwargs["volume_id"]
        outcome_url = reverse("horizon:project:volumes:create_snapshot_outcome", args=(volume_id,))
        return CreateOnce(
            self.request,
            "snapshots",
            find=partial(snapshots_of_form, volume_id=volume_id),
            link=snapshot_link,
            outcome_url=outcome_url,
        )

    def load(self) -> None:
        """Read limits and the situation side by side.

        The list says in the link at which instances it has seen the volume: then nobody waits
        for these twice. What is sent is judged by what is read in its order.
        """
        asked = quota.start(self.connection)
        seen_at = () if self.request.method == "POST" else likely_holders(self.request.GET)
        volume_id = self.kwargs["volume_id"]
        self.situation = attachment.read(self.connection, volume_id, likely=seen_at)
        self.limits = quota.finish(asked)

    @property
    def exposure(self) -> Exposure:
        """Return the verdict that was read last."""
        return self.situation.exposure

    def get_form(self, form_class: type[CreateSnapshotForm] | None = None) -> CreateSnapshotForm:
        """Show the default name in the empty field too; the help text below it stays."""
        form: CreateSnapshotForm = super().get_form(form_class)
        form.fields["name"].widget.attrs["placeholder"] = self.default_name()
        return form

    def form_valid(self, form: CreateSnapshotForm) -> HttpResponse:
        """Make the snapshot, or come back with what has to be read or ticked first."""
        seen = fingerprint.read(form.cleaned_data["seen"])
        if self.exposure.blocked or not fingerprint.covers(seen, self.exposure):
            return self.again(form, self.changed(seen))
        needed = self.exposure.acknowledgement
        if needed and not accepted(form.cleaned_data["acknowledged"], needed):
            form.ask_for_tick()
            return self.again(form)
        return self.create(form, force=needed is not None)

    def create(self, form: CreateSnapshotForm, *, force: bool) -> HttpResponse:
        """Ask Cinder, unforced for a detached volume: it refuses if that is no longer true."""
        volume = self.exposure.volume
        name = form.cleaned_data["name"] or self.default_name()
        make = partial(
            block_storage.create_snapshot,
            self.connection,
            volume.id,
            name=name,
            description=form.cleaned_data["description"],
            force=force,
            metadata=consistency.write(consistency.of(self.exposure))
            | {consistency.REQUEST: self.once.request_id},
        )
        facts = {**audit.whose(volume), "name": name, "shown": form.cleaned_data["seen"][:_SHOWN]}
        facts |= {"verdict": self.exposure.verdict.value, "acknowledged": force}
        try:
            made = self.once.make("snapshot.create", make, **facts)
        except Refused as error:
            return self.refused(form, error)
        except NotFound as error:
            return self.again(form, problems.reading(error, self.gone))
        except CloudError as error:
            return self.again(form, self.once.outcome(error))
        self.tell(made, force=force)
        return self.finished()

    def refused(self, form: CreateSnapshotForm, error: Refused) -> HttpResponse:
        """Look again after a refusal: its cause is more often a changed volume than a fault."""
        acted_on = fingerprint.read(fingerprint.write(self.exposure))
        problem = problems.creating(error, self.once.resource)
        try:
            self.reload()
        except CloudError:
            return self.again(form, problem)
        if self.exposure.blocked or not fingerprint.covers(acted_on, self.exposure):
            problem = self.changed(acted_on)
        return self.again(form, problem)

    def changed(self, seen: fingerprint.Seen | None) -> problems.Problem:
        """Say what was shown, and what is true now."""
        problem = problems.CHANGED_AND_BLOCKED if self.exposure.blocked else problems.CHANGED
        if seen is None and not self.exposure.blocked:
            return problems.OLD_FORM if self.request.POST.get("seen") else problems.NOT_SEEN
        if seen is None:
            return problem
        text = changes.then_and_now(seen, self.exposure)
        if self.exposure.blocked and not text:
            return problems.BLOCKED
        return replace(problem, text=text)

    def tell(self, made: Snapshot, *, force: bool) -> None:
        """Leave stock's message for the page that follows; the name leads to the snapshot."""
        text = _('Creating volume snapshot "%s".')
        if force:
            text = _('Forcing to create snapshot "%s" from attached volume.')
        messages.info(self.request, stated(text, snapshot_link(made, isolated(made.label))))

    def default_name(self) -> str:
        """Return the name that an empty field stands for."""
        return default_name(self.exposure.volume.label, stamp(self.request))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add everything that the dialog says."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        volume = self.exposure.volume
        own_name = self.request.POST.get("name") or self.default_name()
        context.update(
            submit_url=reverse("horizon:project:volumes:create_snapshot", args=(volume.id,)),
            volume=volume,
            situated=not self.once.done,
            usable=self.usable and not self.exposure.blocked,
            # What was typed can be sent again: the state may have settled by then.
            retry=self.exposure.blocked and self.request.method == "POST" and not self.once.done,
            default_name=self.default_name(),
            quota=quota.texts(self.limits, "snapshots", volume.size, volume.type_name),
            system_disk_note=system_disk_note(self.exposure),
            backup_url=self.backup_url(),
            command=commands.create_snapshot(
                volume.id,
                own_name,
                self.request.POST.get("description", ""),
                force=self.exposure.acknowledgement is not None,
            ),
        )
        if not self.once.done:
            live_url = reverse("horizon:project:volumes:create_snapshot_live", args=(volume.id,))
            context.update(shown(self.request, self.situation), live_url=live_url)
        return context

    def backup_url(self) -> str:
        """Return the address of Create Backup, empty where this person cannot make one."""
        rule = ((("volume", "backup:create"),), self.request)
        if not stock_api.volume_backup_supported(self.request) or not policy.check(*rule):
            return ""
        url = reverse("horizon:project:volumes:create_backup", args=(self.exposure.volume.id,))
        return with_query(url, next=self.here())
