# SPDX-License-Identifier: Apache-2.0
"""Manage Attachments, also for a volume that is held for a shelved instance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import shortcuts
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from horizon import exceptions, messages
from horizon.utils.memoized import memoized_method
from novaclient import exceptions as nova
from openstack_dashboard.dashboards.project.volumes import forms as stock_forms
from openstack_dashboard.dashboards.project.volumes import tables as stock_tables
from openstack_dashboard.dashboards.project.volumes import views as stock

from snapshot_dashboard.cloud import attachment, compute
from snapshot_dashboard.cloud.errors import AnswerLost, CloudError
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import audit, causes, scope
from snapshot_dashboard.panels.common.attachment_state.locks import UNLOCK_CHOSEN, unlock_first
from snapshot_dashboard.panels.common.delete_action import attempt, reason_of, say_done, unable
from snapshot_dashboard.panels.common.dialog import DIALOG_PAGE
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.panels.common.links import way_back, with_query
from snapshot_dashboard.panels.common.lists.rows import VolumeRow, listed_instance, locked_name
from snapshot_dashboard.panels.common.lists.table import AddressTable
from snapshot_dashboard.panels.common.object_links import object_link
from snapshot_dashboard.panels.common.reattach import PARAMETER, to_attach
from snapshot_dashboard.rules.volume import Volume

_UNKNOWN = gettext_lazy(
    'It is not known whether "%(name)s" was detached: the compute service did not answer in '
    "time. Look again in a moment."
)
# HTTP status codes of failures, which are no refusals, begin here.
_FAILURES = 500
_SHELVED = ("SHELVED", "SHELVED_OFFLOADED")


class DetachVolume(stock_tables.DetachVolume):
    """Stock's action with a microversion that accepts shelved instances."""

    # Stock names a rule that Nova does not have, which everybody passes.
    policy_rules = (("compute", "os_compute_api:os-volumes-attachments:delete"),)

    def handle(self, table: Any, request: HttpRequest, obj_ids: list[str]) -> Any:
        """Detach from each instance; a refusal is told with Nova's reason."""
        entries = [table.get_object_by_id(each) for each in obj_ids]
        done = [entry for entry in entries if self._detached(table, request, entry)]
        labels = [str(table.get_object_display(entry)) for entry in done]
        say_done(request, self, labels, complete=len(done) == len(obj_ids))
        return shortcuts.redirect(self._next(request, done))

    def get_success_url(self, request: HttpRequest) -> str:
        """Return the page that this one was opened from: a page of a filtered list, or a dialog."""
        return way_back(request) or str(super().get_success_url(request))

    def _next(self, request: HttpRequest, done: list[dict[str, Any]]) -> str:
        """Return where to go, and remind of attaching again where that is a dialog for it."""
        url = self.get_success_url(request)
        if not _attaches_again(url):
            return url
        for entry in done:
            volume_id, instance_id = entry["id"], entry["server_id"]
            names = entry["volume_name"], entry["instance"].name
            messages.info(request, to_attach(volume_id, names[0], instance_id, names[1]))
            url = with_query(url, **{PARAMETER: f"{volume_id}/{instance_id}"})
        return url

    def _detached(self, table: Any, request: HttpRequest, entry: dict[str, Any]) -> bool:
        instance_id = entry["server_id"]
        error = attempt(
            request,
            lambda link: compute.detach(link, instance_id, entry["id"]),
            "volume.detach",
            entry["id"],
            **audit.whose(entry["volume"]),
            instance_id=instance_id,
        )
        if error is not None and error.uncertain:
            messages.error(request, sentence(_UNKNOWN, name=isolated(entry["volume_name"])))
        elif error is not None:
            said = unable(self, str(table.get_object_display(entry)), reason_of(error))
            first = unlock_first([isolated(entry["instance"].name)] if entry["locked"] else [])
            messages.error(request, format_html("{} {}", said, first) if first else said)
        return error is None


def is_failed(row: VolumeRow) -> bool:
    """Tell whether a volume is attached and has failed: Cinder refuses to detach it then."""
    return row.status.startswith("error") and bool(row.attachments)


def is_locked(server: Any) -> bool:
    """Tell whether stock has read of an instance that it is locked."""
    return getattr(server, "locked", None) is True


def _attaches_again(url: str) -> bool:
    """Tell whether an address is that of a dialog after which a volume is attached again."""
    try:
        view = resolve(url.partition("?")[0]).func
    except Resolver404:
        return False
    return bool(getattr(getattr(view, "view_class", None), "attach_again", False))


class InstanceColumn(stock_tables.AttachedInstanceColumn):
    """The linked instance, by short id where it cannot be read."""

    def get_raw_data(self, entry: dict[str, Any]) -> SafeString:
        """Return the link."""
        return object_link("instance", listed_instance(entry) or entry["instance"])


class AttachmentsTable(AddressTable, stock_tables.AttachmentsTable):
    """Stock's table of the attachments known from the volume and from Cinder's records."""

    gone_message = gettext_lazy("Nothing was detached: the volume is not attached there any more.")
    instance = InstanceColumn("instance", verbose_name=gettext_lazy("Instance"))

    def get_full_url(self) -> str:
        """Return where its form is sent, which leads back to where the dialog was opened."""
        return _sent_to(self.request)

    def get_object_display(self, entry: dict[str, Any]) -> str:
        """Return stock's "volume on instance"."""
        return _("Volume %(volume_name)s on instance %(instance_name)s") % {
            "volume_name": entry["volume_name"],
            "instance_name": entry["instance"].name,
        }

    class Meta(stock_tables.AttachmentsTable.Meta):
        """Stock's names with our action."""

        table_actions = (DetachVolume,)
        row_actions = (DetachVolume,)


class AttachForm(stock_forms.AttachForm):
    """Stock's form that offers shelved instances too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        initial = kwargs.get("initial", {})
        self.shelved = {
            each.id: each.name for each in initial.get("instances", ()) if each.status in _SHELVED
        }
        field = self.fields["instance"]
        if self.shelved:
            ready = [choice for choice in field.choices if choice[0]]
            shelved = [(key, f"{name} ({key})") for key, name in self.shelved.items()]
            field.choices = [("", _("Select an instance")), *ready, *shelved]
        locked = {each.id for each in initial.get("instances", ()) if is_locked(each)}
        field.choices = [
            (key, locked_name(name) if key in locked else name) for key, name in field.choices
        ]

    def handle(self, request: HttpRequest, data: dict[str, Any]) -> bool:
        """Attach as stock does; to a shelved instance at a microversion that it accepts."""
        volume = self.initial["volume"].volume
        if data["instance"] not in self.shelved:
            return self._attach_as_stock(request, data, volume)
        name = self.shelved[data["instance"]]

        def attach(link: Connection) -> None:
            device = compute.attach(link, data["instance"], volume, data.get("device") or None)
            # Nova chooses the device when the instance is unshelved.
            text = _("Attaching volume %(vol)s to instance %(inst)s on %(dev)s.")
            parts = {"vol": isolated(volume.label), "inst": isolated(name), "dev": device or "-"}
            messages.info(request, sentence(text, **parts))

        facts = {**audit.whose(volume), "instance_id": data["instance"]}
        error = attempt(request, attach, "volume.attach", volume.id, **facts)
        if error is not None:
            text = format_html("{} {}", _("Unable to attach volume."), reason_of(error))
            messages.error(request, text)
        return error is None

    def _attach_as_stock(self, request: HttpRequest, data: dict[str, Any], volume: Volume) -> bool:
        """Let stock attach, which leaves for the list when Nova refuses."""
        facts = {**audit.whose(volume), "instance_id": data["instance"]}
        change = audit.Change(request, "volume.attach", volume.id, facts)
        try:
            done = bool(super().handle(request, data))
        except exceptions.HorizonException as error:
            change.failed(_met(error.__context__))
            raise
        change.accepted()
        return done


def _met(error: BaseException | None) -> CloudError:
    """Return the error that stock has met: what Nova has not refused may have been done.

    Stock reads the volume again afterwards, which Cinder may refuse.
    """
    if isinstance(error, nova.ClientException) and error.code < _FAILURES:
        return CloudError(error.message, status=error.code)
    return AnswerLost()


def _sent_to(request: HttpRequest) -> str:
    """Return where the dialog is sent: with where it was opened, and the way back from it."""
    query, back = dict(scope.current(request).pairs), way_back(request)
    return with_query(request.path, **query, **({"next": back} if back else {}))


class EditAttachmentsView(stock.EditAttachmentsView):
    """Stock's dialog, which also opens when the volume's instance cannot be read."""

    table_class = AttachmentsTable
    form_class = AttachForm
    template_name = DIALOG_PAGE
    ajax_template_name = "snapshot_dashboard/attachments/_attach.html"
    stock_template = "project/volumes/_attach.html"

    def get_success_url(self) -> str:
        """Return the page that this one was opened from."""
        return way_back(self.request) or str(self.success_url)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Let the form, and Cancel on the plain page, lead back."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["submit_url"] = _sent_to(self.request)
        context["cancel_url"] = self.get_success_url()
        context["failed"] = is_failed(self.get_object())
        context["unlock_first"] = self.unlock_first(context["form"].initial["instances"])
        return context

    def unlock_first(self, offered: Iterable[Any]) -> SafeString | str:
        """Return what to do first where the volume is attached to a locked instance, or can be."""
        if any(map(is_locked, offered)):
            return str(UNLOCK_CHOSEN)
        held = (each for each in self.get_data() if each["locked"])
        return unlock_first([object_link("instance", each["instance"]) for each in held])

    @memoized_method
    def get_object(self) -> VolumeRow:
        """Read the volume with everything that is known of its attachments.

        :raises Http302: it cannot be read; the list says why.
        """
        try:
            situation = attachment.read(connect(self.request), self.kwargs["volume_id"])
        except CloudError as error:
            text = _("Unable to retrieve volume information.")
            messages.error(self.request, causes.after(text, error.failure))
            raise exceptions.Http302(reverse("horizon:project:volumes:index")) from error
        row = VolumeRow(situation.exposure.volume)
        row.hold(situation.exposure.holders)
        return row

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Detach, which needs no list of instances; or attach. Neither in another project."""
        answer: HttpResponse
        if scope.elsewhere(request):
            said = scope.switched(request, scope.opened_in(request), scope.NOT_CHANGED)
            messages.error(request, format_html("{}. {}", said.title, said.text))
            return shortcuts.redirect(self.get_success_url())
        if "action" in request.POST:
            answer = self.get(request, *args, **kwargs)
        else:
            answer = super().post(request, *args, **kwargs)
        return answer

    def get_data(self) -> list[dict[str, Any]]:
        """Return the attachments to instances."""
        return [entry for entry in self.get_object().attachments if entry["server_id"]]

    def get_initial(self) -> dict[str, Any]:
        """List instances only for a volume that can be attached: there can be thousands."""
        if self.get_object().status == "available":
            initial: dict[str, Any] = super().get_initial()
            return initial | {"instance": self.request.GET.get("instance", "")}
        return {"volume": self.get_object(), "instances": []}
