# SPDX-License-Identifier: Apache-2.0
"""The Create Backup dialog: never forces what nobody has accepted, and offers snapshots instead.

A backup of a snapshot needs no warning about what uses the volume now; what the snapshot was taken
while is told, and kept with the backup.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from horizon import messages

from snapshot_dashboard.cloud import attachment, backups, block_storage
from snapshot_dashboard.cloud.errors import NotFound, Refused
from snapshot_dashboard.cloud.partial_reads import Fact, fact, known
from snapshot_dashboard.panels.common import consistency_note, problems, programs, quota
from snapshot_dashboard.panels.common.attachment_state import verdicts
from snapshot_dashboard.panels.common.attachment_state.confirmed import ConfirmedView
from snapshot_dashboard.panels.common.attachment_state.live import situation_shown
from snapshot_dashboard.panels.common.create_once import CreateOnce
from snapshot_dashboard.panels.common.html import isolated, stated
from snapshot_dashboard.panels.common.links import lazy_page, own_path, page, with_query
from snapshot_dashboard.panels.common.object_links import object_link, remembered
from snapshot_dashboard.panels.common.outcome import backup_link, backups_of_form
from snapshot_dashboard.panels.common.switched import switched
from snapshot_dashboard.panels.features.create_backup import sources
from snapshot_dashboard.panels.features.create_backup.forms import CreateBackupForm
from snapshot_dashboard.panels.features.create_backup.stock import StockBackupView
from snapshot_dashboard.rules import consistency
from snapshot_dashboard.rules.attachment import Verdict
from snapshot_dashboard.rules.backup import Backup
from snapshot_dashboard.rules.programs.operation import Action, Field, Kind, Operation
from snapshot_dashboard.rules.snapshot import Snapshot


class CreateBackupView(ConfirmedView[Backup]):
    """Stock's addresses, fields and messages: of a volume, or of one snapshot of it.

    With a snapshot in the address it is about that one alone. Otherwise one may be chosen.
    """

    form_class = CreateBackupForm
    ajax_template_name = "snapshot_dashboard/create_backup/_create_backup.html"
    modal_id = "create_backup_modal"
    form_id = "create_backup_form"
    page_title = gettext_lazy("Create Volume Backup")
    success_url = lazy_page("horizon:project:backups:index")

    @cached_property
    def once(self) -> CreateOnce[Backup]:
        """Return what keeps the form from making a second backup."""
        volume_id = self.kwargs["volume_id"]
        outcome_url = reverse("horizon:project:volumes:create_backup_outcome", args=(volume_id,))
        return CreateOnce(
            self.request,
            "backups",
            find=partial(backups_of_form, volume_id=volume_id),
            link=backup_link,
            outcome_url=outcome_url,
            findable=backups.keep_notes,
        )

    @property
    def fixed(self) -> str:
        """Return the id of the snapshot that the dialog is about, empty for the volume's."""
        return str(self.kwargs.get("snapshot_id", ""))

    @property
    def wanted(self) -> str:
        """Return the id of the snapshot to back up, empty for the volume itself."""
        return self.fixed or self.request.POST.get("snapshot_id", "")

    def load(self) -> None:
        """Read everything side by side; only what is to be backed up has to be readable."""
        connection, volume_id = self.connection, self.kwargs["volume_id"]
        if self.fixed:
            self.gone = problems.SNAPSHOT_GONE
        limits = quota.start(connection)
        offered = None if self.fixed else sources.start(connection, volume_id)
        former = connection.start(lambda: backups.newest(connection, volume_id))
        wanted = (
            connection.start(lambda: block_storage.snapshot(connection, self.wanted))
            if self.wanted
            else None
        )
        self.situation = attachment.read(connection, volume_id)
        self.limits = quota.finish(limits)
        self.offered = known(offered.get) if offered else None
        self.former = known(former.get)
        self.chosen = fact(wanted.get) if wanted else Fact(None)
        if self.fixed and self.chosen.error:
            raise self.chosen.error

    @property
    def snapshots(self) -> list[Snapshot]:
        """Return the snapshots that are offered in the place of the volume."""
        if self.foreign:
            return []
        return sources.usable(self.offered, self.exposure.volume.id, self.connection.project_id)

    @property
    def foreign(self) -> bool:
        """Tell whether nothing of this volume may be backed up here: it is another project's."""
        return self.exposure.verdict is Verdict.FOREIGN

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form its choices; what was chosen already stays one, and is judged later."""
        kwargs: dict[str, Any] = super().get_form_kwargs()
        if self.fixed and self.chosen.value:
            choices = [(self.fixed, sources.label(self.request, self.chosen.value))]
        else:
            choices = sources.choices(self.request, self.snapshots)
        if self.wanted not in dict(choices):
            known_as = self.chosen.value.label if self.chosen.value else self.wanted
            choices.append((self.wanted, known_as))
        ready = any(each.status == "available" for each in self.former or ())
        incremental = ready or "incremental" in self.request.POST
        return kwargs | {"sources": choices, "incremental": incremental}

    def blind_form(self) -> CreateBackupForm:
        """Return the form with what was typed, any choice allowed."""
        said = self.request.POST
        choice = self.wanted
        return self.form_class(
            said, sources=[(choice, choice or "-")], incremental="incremental" in said
        )

    def form_valid(self, form: CreateBackupForm) -> HttpResponse:
        """Make the backup of the volume as its warning demands, or that of a snapshot."""
        if not self.wanted or (self.foreign and not self.fixed):
            return super().form_valid(form)
        error = self.chosen.error
        if error and not isinstance(error, NotFound):
            return self.again(form, self.once.unsent(error))
        reason = self.why_not() if self.chosen.value else str(problems.SNAPSHOT_GONE.title)
        if reason:
            form.add_error("snapshot_id", reason)
            return self.again(form)
        # Cinder looks at no status of the volume then: there is nothing to force.
        return self.create(form, force=False)

    def why_not(self) -> str:
        """Return why the snapshot cannot be backed up, empty where it can, or none is chosen."""
        if not self.chosen.value:
            return ""
        volume = self.exposure.volume
        return sources.why_not(self.chosen.value, volume, self.connection.project_id)

    def create(self, form: CreateBackupForm, *, force: bool) -> HttpResponse:
        """Ask Cinder, unforced for a detached volume: it refuses if that is no longer true."""
        said = form.cleaned_data
        snapshot_id = self.wanted or None
        if snapshot_id:
            self.gone = problems.SNAPSHOT_GONE
        make = partial(
            backups.create,
            self.connection,
            self.exposure.volume.id,
            name=said["name"],
            description=said["description"],
            container=said["container_name"],
            snapshot_id=snapshot_id,
            incremental=said.get("incremental", False),
            force=force,
            metadata=self.note() | {consistency.REQUEST: self.once.request_id},
        )
        facts = self.judged(form) | {"name": said["name"], "snapshot_id": snapshot_id}
        return self.send(form, "backup.create", make, force=force, **facts)

    def note(self) -> dict[str, str]:
        """Return what the backup was made while: for that of a snapshot, the snapshot's own."""
        if not self.chosen.value:
            return consistency.write(consistency.of(self.exposure))
        note = consistency.read(self.chosen.value.metadata)
        # Of one that says nothing there is nothing to write down.
        return {} if note.taken is consistency.Taken.NOT_RECORDED else consistency.write(note)

    def refused(self, form: CreateBackupForm, error: Refused) -> HttpResponse:
        """Look again after a refusal, unless a snapshot was to be backed up."""
        if self.wanted:
            return self.again(form, problems.creating(error, self.once.resource))
        return super().refused(form, error)

    def tell(self, made: Backup, *, force: bool) -> None:
        """Leave stock's message for the page that follows; the name leads to the backup."""
        named = backup_link(made, isolated(made.label))
        messages.info(self.request, stated(_('Creating volume backup "%s"'), named))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add everything that the dialog says."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        volume, exposure = self.exposure.volume, self.exposure
        blocked = exposure.blocked and not self.snapshots
        if self.fixed:
            blocked = bool(self.why_not())
        context.update(
            submit_url=self.address(),
            volume=volume,
            situated=not self.once.done,
            usable=self.usable and not blocked,
            retry=blocked and self.request.method == "POST" and not self.once.done,
            quota=quota.texts(self.limits, "backups", volume.size, None),
            **self.source_shown(),
            **programs.shown(self.request, self.operation()),
        )
        if self.once.done:
            return context
        if self.fixed:
            return context | {
                "button": verdicts.button("backups", force=False),
                "unusable": self.why_not(),
            }
        live_url = reverse("horizon:project:volumes:create_backup_live", args=(volume.id,))
        return (
            context
            | situation_shown(self.request, self.situation, "backups")
            | {"live_url": live_url}
        )

    def operation(self) -> Operation:
        """Return what the form asks for."""
        said = self.request.POST
        of_snapshot = Field("snapshot", self.fixed)
        if not self.fixed:
            of_snapshot = programs.typed(said, "snapshot", "snapshot_id")
        incremental = programs.typed(said, "incremental", kind=Kind.FLAG)
        return Operation(
            Action.BACKUP,
            (
                Field("volume", self.exposure.volume.id),
                programs.forced(needed=self.needs_tick and not self.fixed),
                programs.typed(said, "name", default=programs.NAME),
                programs.typed(said, "description"),
                programs.typed(said, "container", "container_name"),
                of_snapshot,
                incremental,
            ),
        )

    def source_shown(self) -> dict[str, Any]:
        """Return what the dialog says of the volume's snapshots, or of the one that it is about."""
        unread = self.not_incremental() if self.former is None else ""
        if self.fixed:
            return {
                "fixed": self.fixed,
                "snapshot": self.chosen.value,
                "taken_while": self.taken_while(),
                "backups_unread": unread,
            }
        needed = self.exposure.acknowledgement is not None
        offered = bool(self.snapshots)
        create = page("horizon:project:volumes:create_snapshot", self.exposure.volume.id)
        lonely = needed and not offered and self.offered is not None
        return {
            "offers_snapshots": offered,
            "snapshots_first": offered and (needed or self.exposure.blocked),
            "snapshots_unread": self.offered is None,
            "more_snapshots": sources.OFFERED if self.offered and self.offered.more else 0,
            "create_snapshot_url": with_query(create, next=self.here()) if lonely else "",
            "backups_unread": unread,
        }

    def not_incremental(self) -> SafeString:
        """Return why an incremental backup is not offered, in stock's words."""
        text = _(
            "Unable to retrieve volume backup list "
            'for volume "%s", so incremental '
            "backup is disabled."
        )
        return stated(text, self.exposure.volume.id)

    def taken_while(self) -> SafeString | str:
        """Return what the snapshot's note says of what the backup will be worth."""
        if not self.chosen.value:
            return ""
        note = consistency.read(self.chosen.value.metadata)
        instance = remembered(
            self.connection, "instance", [each for each, _state in note.instances]
        )
        return consistency_note.before_use(
            note, lambda each: object_link("instance", instance(each))
        )

    def address(self) -> str:
        """Return the dialog's own address, with the way back if it has one."""
        args = [self.kwargs["volume_id"], self.fixed] if self.fixed else [self.kwargs["volume_id"]]
        name = "create_snapshot_backup" if self.fixed else "create_backup"
        url = reverse(f"horizon:project:volumes:{name}", args=args)
        back = own_path(self.request.GET.get("next", ""))
        return with_query(url, next=back) if back else url


create_backup = switched("CREATE_BACKUP", CreateBackupView.as_view(), StockBackupView.as_view())
