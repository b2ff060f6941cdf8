# SPDX-License-Identifier: Apache-2.0
"""The Create Snapshot dialog: tells the truth, asks once, and never forces silently."""

from __future__ import annotations

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
from snapshot_dashboard.panels.common import programs, quota, tags
from snapshot_dashboard.panels.common.attachment_state.confirmed import ConfirmedView
from snapshot_dashboard.panels.common.attachment_state.explanation import system_disk_note
from snapshot_dashboard.panels.common.create_once import CreateOnce
from snapshot_dashboard.panels.common.dates import stamp
from snapshot_dashboard.panels.common.forms import CreateSnapshotForm
from snapshot_dashboard.panels.common.html import isolated, stated
from snapshot_dashboard.panels.common.links import group_snapshot_url, lazy_page, with_query
from snapshot_dashboard.panels.common.outcome import snapshot_link, snapshots_of_form
from snapshot_dashboard.panels.features.create_snapshot.instance_hint import likely_holders
from snapshot_dashboard.panels.features.create_snapshot.live import shown
from snapshot_dashboard.rules import consistency, keep_until
from snapshot_dashboard.rules.programs.operation import Action, Field, Operation
from snapshot_dashboard.rules.snapshot import Snapshot, default_name
from snapshot_dashboard.rules.tags import of_volume


class CreateSnapshotView(ConfirmedView[Snapshot]):
    """Stock's address and fields; the verdict is read anew for every request."""

    form_class = CreateSnapshotForm
    ajax_template_name = "snapshot_dashboard/create_snapshot/_create_snapshot.html"
    modal_id = "create_snapshot_modal"
    form_id = "create_snapshot_form"
    page_title = gettext_lazy("Create Volume Snapshot")
    success_url = lazy_page("horizon:project:volumes:index")

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

    def get_form(self, form_class: type[CreateSnapshotForm] | None = None) -> CreateSnapshotForm:
        """Show the default name in the empty field too; the help text below it stays."""
        form: CreateSnapshotForm = super().get_form(form_class)
        form.fields["name"].widget.attrs["placeholder"] = self.default_name()
        return form

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
            metadata=form.tagged(volume)
            | consistency.write(consistency.of(self.exposure))
            | {consistency.REQUEST: self.once.request_id}
            | keep_until.noted(form.until(self.request)),
        )
        facts = self.judged(form) | {"name": name}
        return self.send(form, "snapshot.create", make, force=force, **facts)

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
        context.update(
            submit_url=reverse("horizon:project:volumes:create_snapshot", args=(volume.id,)),
            volume=volume,
            situated=not self.once.done,
            usable=self.usable and not self.exposure.blocked,
            # What was typed can be sent again: the state may have settled by then.
            retry=self.exposure.blocked and self.request.method == "POST" and not self.once.done,
            default_name=self.default_name(),
            quota=quota.texts(self.limits, "snapshots", volume.size, volume.type_name),
            copied_tags=tags.offered([volume]),
            system_disk_note=system_disk_note(self.exposure),
            backup_url=self.backup_url(),
            group_url=self.group_url(),
            **programs.shown(self.request, self.operation()),
        )
        if not self.once.done:
            live_url = reverse("horizon:project:volumes:create_snapshot_live", args=(volume.id,))
            context.update(shown(self.request, self.situation), live_url=live_url)
        return context

    def operation(self) -> Operation:
        """Return what the form asks for."""
        said = self.request.POST
        return Operation(
            Action.SNAPSHOT,
            (
                Field("volume", self.exposure.volume.id),
                programs.forced(needed=self.needs_tick),
                programs.typed(said, "name", default=self.default_name()),
                programs.typed(said, "description"),
                programs.tagged(said, of_volume(self.exposure.volume.metadata)),
            ),
        )

    def group_url(self) -> str:
        """Return the address of the dialog about the volume's group, empty where there is none."""
        group_id = self.exposure.volume.group_id
        rule = ((("volume", "group:create_group_snapshot"),), self.request)
        return group_snapshot_url(group_id) if group_id and policy.check(*rule) else ""

    def backup_url(self) -> str:
        """Return the address of Create Backup, empty where this person cannot make one."""
        rule = ((("volume", "backup:create"),), self.request)
        if not stock_api.volume_backup_supported(self.request) or not policy.check(*rule):
            return ""
        url = reverse("horizon:project:volumes:create_backup", args=(self.exposure.volume.id,))
        return with_query(url, next=self.here())
