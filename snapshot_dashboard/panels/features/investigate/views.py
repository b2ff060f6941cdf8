# SPDX-License-Identifier: Apache-2.0
"""The dialogs of Create Volume and Attach.

The volume is made here; it is attached by the page that follows (progress.py), as soon
as it is Available.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from snapshot_dashboard.cloud import block_storage, investigation
from snapshot_dashboard.cloud.errors import CloudError, NotFound
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import problems, programs, scope
from snapshot_dashboard.panels.common.create_once import CreateOnce
from snapshot_dashboard.panels.common.dialog import DialogView
from snapshot_dashboard.panels.common.html import isolated, link, sentence
from snapshot_dashboard.panels.common.links import lazy_page
from snapshot_dashboard.panels.common.lists.row_links import WayBackLink
from snapshot_dashboard.panels.common.outcome import (
    VolumeOutcomeView,
    volume_link,
    volumes_of_form,
)
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.volume_from_snapshot import VolumeFromSnapshotView
from snapshot_dashboard.panels.features.investigate import instance_picker
from snapshot_dashboard.panels.features.investigate.instance_picker import (
    ChooseForm,
    CreateAndAttachForm,
    Search,
)
from snapshot_dashboard.panels.features.investigate.texts import (
    EXPIRED,
    FOREIGN_VOLUME,
    LOST,
    NOT_ATTACHED,
    UNREAD,
)
from snapshot_dashboard.rules import investigation as rules
from snapshot_dashboard.rules.programs.operation import Field
from snapshot_dashboard.rules.volume import Volume


class CreateVolumeAndAttach(WayBackLink):
    """The row action of a snapshot; the dialog explains a status that does not allow it."""

    name = "create_volume_and_attach"
    verbose_name = gettext_lazy("Create Volume and Attach")
    url = "horizon:project:snapshots:create_volume_and_attach"
    classes = ("ajax-modal",)
    icon = "search"
    policy_rules = (
        ("volume", "volume:create"),
        ("compute", "os_compute_api:os-volumes-attachments:create"),
    )


def progress_url(request: HttpRequest, volume: Volume, instance_id: str, way_back: str = "") -> str:
    """Return the address of the page that attaches a volume and says how far it is."""
    parts = (volume.snapshot_id or "", volume.id, instance_id)
    address = reverse("horizon:project:snapshots:investigate", args=parts)
    query = scope.current(request).pairs + ([("next", way_back)] if way_back else [])
    return f"{address}?{urlencode(query)}"


def progress_link(request: HttpRequest, made: Volume) -> SafeString:
    """Return the way to the page that attaches a volume of ours, else to the volume."""
    instance_id = made.metadata.get(rules.INSTANCE, "")
    try:
        return link(progress_url(request, made, instance_id), _("Show progress"))
    except NoReverseMatch:
        return volume_link(made)


class Choosing(DialogView):
    """Mixin of a dialog with an instance search, started in its ``load``."""

    search: Search
    suspects: frozenset[str] = frozenset()

    def begin_search(self) -> None:
        """Begin to look for instances, beside whatever else is read."""
        data = self.request.POST
        self.search = Search(self.connection, data.get("search", ""), data.get("instance", ""))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the dialog again where only the search was asked for."""
        if "find" in request.POST:
            # Without errors: nothing was sent yet, and everything typed stays.
            sent = ("data", "files")
            kept = {key: each for key, each in self.get_form_kwargs().items() if key not in sent}
            kept["initial"] = request.POST.dict()
            return self.form_invalid(self.get_form_class()(**kept))
        answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer

    def refuses(self, form: forms.Form) -> bool:
        """Tell whether the chosen instance cannot be used; the form says why."""
        why = instance_picker.unusable(self.connection, form.cleaned_data["instance"])
        if why:
            form.add_error("instance", why)
        return bool(why)

    def picking(self, snapshot_id: str) -> dict[str, Any]:
        """Return what the list of instances shows."""
        return {
            "picker": self.search.finish(self.suspects),
            "instances_url": reverse(
                "horizon:project:snapshots:investigate_instances", args=(snapshot_id,)
            ),
        }


class CreateAndAttachView(Choosing, VolumeFromSnapshotView):
    """Create Volume with an instance to which the volume is attached when Available."""

    form_class = CreateAndAttachForm
    ajax_template_name = "snapshot_dashboard/investigate/_create.html"
    modal_id = "create_volume_and_attach_modal"
    form_id = "create_volume_and_attach_form"
    page_title = gettext_lazy("Create Volume and Attach")

    @cached_property
    def once(self) -> CreateOnce[Volume]:
        """Return what keeps the form from making a second volume."""
        args = (self.source_id(),)
        return CreateOnce(
            self.request,
            "volumes",
            find=volumes_of_form,
            link=partial(progress_link, self.request),
            outcome_url=reverse("horizon:project:snapshots:investigate_outcome", args=args),
        )

    def source_id(self) -> str:
        """Return the id of the snapshot, which stands in the address."""
        return str(self.kwargs["snapshot_id"])

    def load(self) -> None:
        """Read what Create Volume reads, and instances beside it."""
        self.begin_search()
        super().load()

    def parent(self) -> Volume | None:
        """Read the snapshot's volume, and what it is attached to now."""
        records = instance_picker.records_of(self.connection, self.snapshot.volume_id)
        found = super().parent()
        self.suspects = instance_picker.suspects(self.snapshot, found, records)
        return found

    def form_valid(self, form: CreateAndAttachForm) -> HttpResponse:
        """Make the volume for an instance that can be used, or come back with the reason."""
        if self.usable and self.refuses(form):
            return self.again(form)
        self.instance_id = form.cleaned_data["instance"]
        return super().form_valid(form)

    def attached_to(self, said: Mapping[str, Any]) -> Field | None:
        """Return the instance that was chosen."""
        return programs.typed(said, "instance", default=programs.INSTANCE)

    def notes(self, form: CreateAndAttachForm) -> dict[str, str]:
        """Let the volume remember the instance, too."""
        return {**super().notes(form), rules.INSTANCE: form.cleaned_data["instance"]}

    def tell(self, made: Volume) -> None:
        """Go on to the page that attaches the volume, and leads back where this was opened."""
        investigation.want(self.connection, made.id, self.instance_id)
        self.next_url = progress_url(
            self.request,
            replace(made, snapshot_id=self.snapshot.id),
            self.instance_id,
            self.next_url,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the instances, and where the form goes."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(self.picking(self.snapshot.id))
        address = "horizon:project:snapshots:create_volume_and_attach"
        context["submit_url"] = reverse(address, args=(self.snapshot.id,))
        return context


class InvestigateOutcomeView(VolumeOutcomeView):
    """The outcome of Create Volume and Attach: a link to the progress page."""

    def found(self, connection: Connection, request_id: str) -> Sequence[SafeString]:
        """Look for volumes."""
        made = volumes_of_form(connection, request_id)
        return [progress_link(self.request, each) for each in made]


class ChooseInstanceView(Choosing):
    """Chooses an instance for a volume already made from a snapshot."""

    form_class = ChooseForm
    ajax_template_name = "snapshot_dashboard/investigate/_choose_instance.html"
    modal_id = "choose_instance_modal"
    form_id = "choose_instance_form"
    page_title = gettext_lazy("Attach Volume")
    success_url = lazy_page("horizon:project:volumes:index")
    gone = problems.VOLUME_GONE
    lost = LOST
    expired = EXPIRED
    sending: str | Promise = gettext_lazy("Attaching...")

    def load(self) -> None:
        """Read the volume, instances, and what these are to be marked by.

        :raises CloudError: NotFound for a volume that was not made from this snapshot.
        """
        self.begin_search()
        volume_id, snapshot_id = self.kwargs["volume_id"], self.kwargs["snapshot_id"]
        self.volume = made_from(self.connection, volume_id, snapshot_id)
        if self.volume.project_id != self.connection.project_id:
            self.usable, self.problem = False, FOREIGN_VOLUME
            return
        self.suspects = self.suspected(snapshot_id)

    def suspected(self, snapshot_id: str) -> frozenset[str]:
        """Read what is to be marked; a snapshot that is gone marks none."""
        link = self.connection
        try:
            snapshot = link.fetch(lambda: block_storage.snapshot(link, snapshot_id))
        except CloudError:
            return frozenset()
        return instance_picker.suspects(
            snapshot, None, instance_picker.records_of(link, snapshot.volume_id)
        )

    def unsent(self, error: CloudError) -> Problem:
        """Say that nothing was attached."""
        return problems.telling(error, UNREAD, NOT_ATTACHED)

    def form_valid(self, form: ChooseForm) -> HttpResponse:
        """Go on to the page that attaches the volume."""
        if not self.usable or self.refuses(form):
            return self.again(form, self.problem)
        instance_id = form.cleaned_data["instance"]
        investigation.want(self.connection, self.volume.id, instance_id)
        self.next_url = progress_url(self.request, self.volume, instance_id, self.next_url)
        return self.finished()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the instances, and what is to be attached."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(self.picking(self.kwargs["snapshot_id"]))
        context["submit_url"] = self.request.path
        context["heading"] = sentence(
            _('Volume "%(volume)s", made from a snapshot'), volume=isolated(self.volume.label)
        )
        return context


def made_from(connection: Connection, volume_id: str, snapshot_id: str) -> Volume:
    """Read a volume that was made from a snapshot.

    :raises CloudError: NotFound where there is none, or it was made from something else.
    """
    found = connection.fetch(lambda: block_storage.volume(connection, volume_id))
    if found.snapshot_id != snapshot_id:
        raise NotFound
    return found
