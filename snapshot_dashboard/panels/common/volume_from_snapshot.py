# SPDX-License-Identifier: Apache-2.0
"""The dialog that creates a volume from a snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from horizon import messages

from snapshot_dashboard.cloud import block_storage
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.partial_reads import known
from snapshot_dashboard.cloud.session import Later
from snapshot_dashboard.panels.common import (
    consistency_note,
    dependency,
    problems,
    programs,
    quota,
)
from snapshot_dashboard.panels.common.create_once import CreateOnce
from snapshot_dashboard.panels.common.dates import shown
from snapshot_dashboard.panels.common.dialog import DialogView
from snapshot_dashboard.panels.common.forms import CreateVolumeForm
from snapshot_dashboard.panels.common.html import dialog_link, isolated, sentence, stated
from snapshot_dashboard.panels.common.links import launch_advice_url, lazy_page, page
from snapshot_dashboard.panels.common.object_links import object_link, remembered
from snapshot_dashboard.panels.common.outcome import volume_link, volumes_of_form
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.rules import consistency
from snapshot_dashboard.rules.programs.operation import Action, Field, Kind, Operation
from snapshot_dashboard.rules.snapshot import Source, as_source
from snapshot_dashboard.rules.volume import Volume

# The type that Cinder keeps for volumes without one; nobody chooses it.
_DEFAULT_TYPE = "__DEFAULT__"


# Python refuses to read thousands of digits, and no volume is this large.
_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Own:
    """The type and zone of the snapshot's volume, None where they cannot be read."""

    type_name: str | None
    zone: str | None


@dataclass(frozen=True, slots=True)
class Choices:
    """The types and zones to offer, those of the snapshot's volume first."""

    types: list[str]
    zones: list[str]


_DEPENDENCY: dict[str, str | Promise] = {
    "may": gettext_lazy(
        "While a volume made from this snapshot exists, the snapshot may not be deletable."
    ),
    "always": gettext_lazy(
        "While a volume made from this snapshot exists, the snapshot cannot be deleted."
    ),
    "never": "",
}


_BLOCKED = {
    Source.MOVING: problems.Problem(
        gettext_lazy("A volume cannot be made from this snapshot now"),
        gettext_lazy("Its status is %(status)s. A volume can be made when it is Available."),
        gettext_lazy("Reload this page in a moment."),
        tone="info",
    ),
    Source.UNUSABLE: problems.Problem(
        gettext_lazy("A volume cannot be made from this snapshot"),
        gettext_lazy("Its status is %(status)s, and only an Available snapshot can be used."),
        gettext_lazy("Choose another snapshot of the same volume."),
        tone="info",
    ),
    Source.FOREIGN: problems.Problem(
        gettext_lazy("This snapshot belongs to another project"),
        gettext_lazy(
            "A volume made here would belong to your project: the owner could not see it, and it "
            "might keep the owner from deleting the snapshot."
        ),
        gettext_lazy("Switch to the owner's project to make a volume."),
        tone="info",
    ),
}


class VolumeFromSnapshotView(DialogView):
    """Create Volume with stock's URL, fields and messages, and a choice of type and zone."""

    form_class = CreateVolumeForm
    ajax_template_name = "snapshot_dashboard/create_volume/_create_volume.html"
    modal_id = "create_volume_modal"
    form_id = "create_volume_form"
    page_title = gettext_lazy("Create Volume")
    success_url = lazy_page("horizon:project:snapshots:index")
    gone = problems.SNAPSHOT_GONE
    expired = problems.EXPIRED
    sending = gettext_lazy("Creating...")

    @cached_property
    def once(self) -> CreateOnce[Volume]:
        """Return what keeps the form from making a second volume."""
        return CreateOnce(
            self.request,
            "volumes",
            find=volumes_of_form,
            link=volume_link,
            outcome_url=reverse("horizon:project:volumes:create_outcome"),
        )

    def load(self) -> None:
        """Read the snapshot; beside it limits, types and zones; then its volume."""
        limits = quota.start(self.connection)
        types = self.connection.start(lambda: block_storage.type_names(self.connection))
        zones = self.connection.start(lambda: block_storage.availability_zones(self.connection))
        self.snapshot = self.connection.fetch(
            lambda: block_storage.snapshot(self.connection, self.source_id())
        )
        self.volume = self.parent()
        self.limits = quota.finish(limits)
        self.own = Own(None, None)
        if self.volume:
            self.own = Own(self.volume.type_name, self.volume.availability_zone)
        self.choices = Choices(
            types=self.offer("type", self.own.type_name, _optional(types)),
            zones=self.offer("availability_zone", self.own.zone, _optional(zones)),
        )
        source = as_source(self.snapshot, self.connection.project_id)
        if source is not Source.USABLE:
            self.usable = False
            problem = _BLOCKED[source]
            status = {"status": status_word(self.snapshot.status)}
            self.problem = replace(problem, text=str(problem.text) % status)

    def source_id(self) -> str:
        """Return the id of the snapshot, which stands in the address."""
        return str(self.request.GET["snapshot_id"])

    def parent(self) -> Volume | None:
        """Read the snapshot's volume: its type, zone and flags are inherited."""
        read = partial(block_storage.volume, self.connection, self.snapshot.volume_id)
        return known(partial(self.connection.fetch, read))

    def offer(self, name: str, own: str | None, others: tuple[str, ...] | None) -> list[str]:
        """Return the choices of a field, the source's own first.

        What was chosen already stays even when the choices cannot be read this time: Cinder
        judges it, and nothing is replaced behind the person's back.
        """
        choices = [own, *(each for each in others or () if each not in (own, _DEFAULT_TYPE))]
        offered = [each for each in choices if each] if own else []
        chosen = self.request.POST.get(name)
        if chosen and chosen not in offered and (own is None or others is None):
            return [*offered, chosen]
        return offered

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form its choices."""
        kwargs: dict[str, Any] = super().get_form_kwargs()
        only_own = self.choices.zones == [self.own.zone]
        zones = [] if only_own else self.choices.zones
        kwargs.update(smallest=self.snapshot.size or 1, types=self.choices.types, zones=zones)
        return kwargs

    def blind_form(self) -> CreateVolumeForm:
        """Return the form with what was typed, any choice allowed."""
        data = self.request.POST
        return self.form_class(
            data,
            smallest=1,
            types=data.getlist("type"),
            zones=data.getlist("availability_zone"),
        )

    def get_initial(self) -> dict[str, Any]:
        """Begin with the snapshot's own name, description and size."""
        return {
            "name": self.snapshot.name,
            "description": self.snapshot.description,
            "size": self.snapshot.size,
        }

    def form_valid(self, form: CreateVolumeForm) -> HttpResponse:
        """Make the volume, or come back with the reason."""
        if not self.usable:
            return self.again(form, self.problem)
        data = form.cleaned_data
        name = data["name"] or self.snapshot.label
        make = partial(
            block_storage.create_volume,
            self.connection,
            self.snapshot.id,
            name=name,
            description=data["description"],
            size=data["size"],
            metadata=self.notes(form),
            type_name=unless_own(data.get("type"), self.own.type_name),
            availability_zone=unless_own(data.get("availability_zone"), self.own.zone),
        )
        try:
            made = self.once.make(
                "volume.create", make, snapshot_id=self.snapshot.id, name=name, size=data["size"]
            )
        except CloudError as error:
            return self.again(form, self.once.outcome(error))
        self.tell(made)
        return self.finished()

    def notes(self, form: CreateVolumeForm) -> dict[str, str]:
        """Return what the volume remembers of where it comes from."""
        return {
            consistency.SNAPSHOT: self.snapshot.id,
            consistency.REQUEST: self.once.request_id,
        }

    def tell(self, made: Volume) -> None:
        """Leave stock's message for the page that follows; the name leads to the volume.

        The way to the choice of an instance for it is a message of its own.
        """
        named = volume_link(made, isolated(made.label))
        messages.info(self.request, stated(_('Creating volume "%s"'), named))
        attach = page("horizon:project:snapshots:investigate_choose", self.snapshot.id, made.id)
        if attach:
            messages.info(self.request, dialog_link(attach, _("Attach it when it is ready")))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add everything that the dialog says."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        snapshot, volume = self.snapshot, self.volume
        form = context["form"]
        # A new form begins with the volume's own type.
        chosen = (form["type"].value() if "type" in form.fields else None) or self.own.type_name
        context.update(
            submit_url=f"{reverse('horizon:project:volumes:create')}?snapshot_id={snapshot.id}",
            snapshot=snapshot,
            heading=self.heading(),
            taken_while=self.taken_while(),
            situated=not self.once.done,
            # What was typed can be sent again: the snapshot may be usable by then.
            retry=not self.usable and not self.once.done and self.request.method == "POST",
            size_help=self.size_help(),
            type_help=self.type_help(),
            inherited=_inherited(volume) if volume else "",
            quota=quota.texts(self.limits, "volumes", self.size(form), chosen),
            dependency=_DEPENDENCY[dependency.of_type(self.own.type_name)],
            advice_url=launch_advice_url(snapshot.id) if volume is None or volume.bootable else "",
            default_name=snapshot.label,
            **programs.shown(self.request, self.operation(form)),
        )
        return context

    def size_help(self) -> str:
        """Return how small the volume may be, where that is known."""
        if self.snapshot.size is None:
            return ""
        least = number_format(self.snapshot.size)
        return str(_("At least %(min)s GiB, the size of the snapshot.") % {"min": least})

    def type_help(self) -> SafeString:
        """Return which type is certain to be accepted, by name where it is known."""
        if not self.own.type_name:
            return sentence(_("Another type than that of the snapshot's volume may be refused."))
        text = _("Keep %(type)s if unsure: another type may be refused.")
        return sentence(text, type=isolated(self.own.type_name))

    def operation(self, form: CreateVolumeForm) -> Operation:
        """Return what the form asks for."""
        said = {name: form[name].value() for name in form.fields}
        smallest = str(self.snapshot.size or 1)
        zone, kind = self.own.zone or "", self.own.type_name or ""
        return Operation(
            Action.VOLUME,
            (
                Field("snapshot", self.snapshot.id),
                programs.typed(said, "name", default=self.snapshot.label),
                programs.typed(said, "description"),
                programs.typed(said, "size", default=smallest, kind=Kind.NUMBER),
                programs.typed(said, "type", own=kind),
                programs.typed(said, "zone", "availability_zone", own=zone),
            ),
            attached_to=self.attached_to(said),
        )

    def attached_to(self, said: Mapping[str, Any]) -> Field | None:
        """Return the instance that the volume is attached to afterwards, None for none."""
        return None

    def size(self, form: CreateVolumeForm) -> int:
        """Return the size in the form, the snapshot's while it is not a number."""
        typed = str(form["size"].value())
        number = int(typed) if typed.isdecimal() and len(typed) < _DIGITS else 0
        return max(number, self.snapshot.size or 1)

    def taken_while(self) -> SafeString:
        """Return what the snapshot's note says of what the volume will be worth."""
        label = consistency.read(self.snapshot.metadata)
        ids = [each for each, _state in label.instances]
        instance = remembered(self.connection, "instance", ids)
        return consistency_note.before_use(
            label, lambda each: object_link("instance", instance(each))
        )

    def heading(self) -> str:
        """Return where the new volume comes from."""
        return sentence(
            _('From snapshot "%(snapshot)s" of volume "%(volume)s", %(created)s'),
            snapshot=isolated(self.snapshot.label),
            volume=isolated(self.volume.label if self.volume else self.snapshot.volume_id),
            created=shown(self.request, self.snapshot.created_at),
        )


def _inherited(volume: Volume) -> str:
    """Return which properties of the snapshot's volume the new one will have.

    Cinder refuses a type whose encryption differs (cinder 29.0.0, volume/api.py:170 and 306).
    """
    if volume.bootable and volume.encrypted:
        return _("The new volume will be bootable and encrypted.")
    if volume.bootable:
        return _("The new volume will be bootable and not encrypted.")
    if volume.encrypted:
        return _("The new volume will be encrypted and not bootable.")
    return _("The new volume will be neither bootable nor encrypted.")


def unless_own(chosen: str | None, own: str | None) -> str | None:
    """Return what was chosen unless it is the source's own, which Cinder takes by itself."""
    return chosen if chosen and chosen != own else None


def _optional(asked: Later[tuple[str, ...]]) -> tuple[str, ...] | None:
    """Return a list that the dialog can do without, None when it cannot be read."""
    return known(asked.get)
