# SPDX-License-Identifier: Apache-2.0
"""The Launch New Instance dialog: makes the volumes; the page that follows launches the instance.

``?id=`` for each snapshot of the set.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openstack_dashboard import policy

from snapshot_dashboard.cloud import set_launch
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.partial_reads import known
from snapshot_dashboard.cloud.set_launch import Order
from snapshot_dashboard.panels.common import audit, consistency_note, problems, quota, scope
from snapshot_dashboard.panels.common.dates import stamp
from snapshot_dashboard.panels.common.dialog import DialogView
from snapshot_dashboard.panels.common.forms import DescribedForm, OneLine
from snapshot_dashboard.panels.common.html import isolated, link, sentence
from snapshot_dashboard.panels.common.links import launch_advice_url, lazy_page, page
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.quota_of_several import together
from snapshot_dashboard.panels.common.set_use import LAUNCH_RULES
from snapshot_dashboard.panels.features.set_launch import texts
from snapshot_dashboard.rules import consistency, sets
from snapshot_dashboard.rules import set_launch as rules
from snapshot_dashboard.rules.ids import as_uuid
from snapshot_dashboard.rules.set_launch import Disk, Model, NewVolumes
from snapshot_dashboard.rules.snapshot import default_name
from snapshot_dashboard.rules.volume import Volume


class LaunchForm(DescribedForm):
    """The name of the instance, and the snapshot that it starts from where there is a choice."""

    name = OneLine(
        max_length=rules.LONGEST_NAME,
        required=False,
        label=gettext_lazy("Instance Name"),
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    boot = forms.ChoiceField(
        required=False,
        label=gettext_lazy("System Disk"),
        widget=forms.Select(attrs={"class": "form-control"}),
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(choices) > 1:
            self.fields["boot"].choices = choices
        else:
            del self.fields["boot"]


@dataclass(frozen=True, slots=True)
class DiskLine:
    """One disk of the new instance."""

    snapshot: SafeString
    volume: str
    size: int | str
    role: str
    taken: SafeString


class LaunchSetView(DialogView):
    """Shows what will be made of a set, and makes the volumes."""

    form_class = LaunchForm
    ajax_template_name = "snapshot_dashboard/set_launch/_launch.html"
    modal_id = "set_launch_modal"
    form_id = "set_launch_form"
    page_title = gettext_lazy("Launch New Instance")
    success_url = lazy_page("horizon:project:snapshots:index")
    gone = texts.GONE
    lost = texts.LOST
    expired = texts.EXPIRED
    sending: str | Promise = gettext_lazy("Creating...")
    model: Model | None = None
    disks: tuple[Disk, ...] = ()
    startable: tuple[Disk, ...] = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Give a new form its id before anything else."""
        self.launch_id = as_uuid(request.POST.get("request")) or str(uuid.uuid4())
        return super().dispatch(request, *args, **kwargs)

    def load(self) -> None:
        """Read the snapshots with their volumes, the limits, and the instance to be like.

        :raises CloudError: a snapshot or its volume cannot be read.
        """
        self.usable, self.limits, self.compute_limits = True, None, None
        ids = tuple(dict.fromkeys(self.request.GET.getlist("id")))
        self.problem = self.unwanted(ids)
        if self.problem is None:
            asked = quota.start(self.connection)
            counted = self.connection.start(partial(set_launch.limits, self.connection))
            self.disks = set_launch.disks(self.connection, ids)
            self.problem = self.judge()
            self.limits = quota.finish(asked)
            self.compute_limits = known(counted.get)
        self.usable = self.problem is None

    def unwanted(self, ids: Sequence[str]) -> Problem | None:
        """Return why nothing is read at all."""
        if not ids:
            return texts.NONE_CHOSEN
        if len(ids) > sets.MOST:
            return texts.too_many()
        return None if policy.check(LAUNCH_RULES, self.request) else texts.FORBIDDEN

    def judge(self) -> Problem | None:
        """Read the instance, and return why no other one can be launched, if so."""
        blocked = texts.blocked(self.disks, self.connection.project_id)
        if blocked is not None:
            return blocked
        if not any(each.volume.bootable for each in self.disks):
            return texts.NOT_BOOTABLE
        instance_id = rules.instance_of(self.disks)
        if not instance_id:
            return self.instead(texts.NO_MODEL)
        try:
            self.model = set_launch.model(self.connection, instance_id)
        except CloudError as error:
            return self.instead(texts.unread_model(error))
        self.disks = rules.ordered(self.disks, self.model.devices)
        self.startable = rules.bootable(self.disks, self.model.devices)
        return None

    def instead(self, problem: Problem) -> Problem:
        """Add the way to Launch as Instance, of the snapshot of the system disk."""
        first = rules.bootable(self.disks, {})[0].snapshot
        url = launch_advice_url(first.id) or page("horizon:project:snapshots:detail", first.id)
        text = sentence(_('Launch an instance from "%(snapshot)s"'), snapshot=isolated(first.label))
        return replace(problem, links=(link(url, text),))

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form the disks that the instance can start from."""
        kwargs: dict[str, Any] = super().get_form_kwargs()
        kwargs["choices"] = [(each.snapshot.id, each.snapshot.label) for each in self.startable]
        return kwargs

    def unsent(self, error: CloudError) -> Problem:
        """Say that nothing was created, unless this form may have been sent before."""
        sent = self.scope and set_launch.was_sent(
            self.scope.region, self.scope.project_id, self.launch_id, self.request.GET.getlist("id")
        )
        return texts.LOST if sent else problems.unsent(error, "volumes")

    def form_valid(self, form: LaunchForm) -> HttpResponse:
        """Make the volumes that are missing, and go on to the page that shows the rest."""
        if not self.usable or self.model is None:
            return self.again(form, self.problem)
        name = form.cleaned_data["name"] or self.default_name()
        boot = form.cleaned_data.get("boot") or self.startable[0].snapshot.id
        try:
            there = self.connection.fetch(partial(set_launch.made, self.connection, self.launch_id))
        except CloudError as error:
            return self.again(form, problems.unsent(error, "volumes"))
        orders = [self.order(each, name, there) for each in self.disks]
        errors = set_launch.make_volumes(
            self.connection, self.launch_id, orders, sending(self.request)
        )
        certain = [each for each in errors.values() if not each.uncertain]
        if len(certain) == len(orders) and not there.all:
            return self.again(form, problems.creating(certain[0], "volumes"))
        set_launch.want(self.connection, self.launch_id)
        return HttpResponseRedirect(self.progress_url(name, boot))

    def order(self, disk: Disk, name: str, there: NewVolumes) -> Order:
        """Return the volume to be made of one disk; it is named after instance and volume."""
        request_id = rules.request_id(self.launch_id, disk.snapshot.id, there)
        return Order(disk, sets.name_of(name, disk.volume.label), request_id)

    def progress_url(self, name: str, boot: str) -> str:
        """Return the address of what becomes of this form; it holds all that is left to do."""
        ids = [boot, *(each.snapshot.id for each in self.disks if each.snapshot.id != boot)]
        query = [("id", each) for each in ids]
        query += [("instance", self.model.id if self.model else ""), ("name", name)]
        query += [*scope.current(self.request).pairs, ("next", self.next_url)]
        address = reverse("horizon:project:snapshots:launch_set_progress", args=(self.launch_id,))
        return f"{address}?{urlencode(query)}"

    def default_name(self) -> str:
        """Return the name that an empty field stands for."""
        model = self.model
        label = (model.name or model.id) if model else ""
        return default_name(label, stamp(self.request), rules.LONGEST_NAME)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add everything that the dialog says."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(submit_url=self.request.get_full_path(), request_id=self.launch_id)
        if self.model is None:
            return context
        risky = [each for each in self.disks if _note(each).may_be_corrupted]
        sizes = [(each.snapshot.size, each.volume.type_name) for each in self.disks]
        context.update(
            heading=sentence(
                _("Like %(instance)s, from %(count)s snapshots"),
                instance=isolated(self.model.name or self.model.id),
                count=len(self.disks),
            ),
            corrupted=texts.corrupted(self.disks, risky),
            unrecorded=texts.unrecorded([_note(each) for each in self.disks]),
            lines=[self.line(each) for each in self.disks],
            beforehand=texts.beforehand(self.model),
            settings=texts.settings(self.model),
            not_taken_over=texts.NOT_TAKEN_OVER,
            depending=texts.depending(self.disks),
            quota=(
                *together(self.limits, sizes, "volumes"),
                *texts.quota(self.compute_limits, self.model.flavor),
            ),
            default_name=self.default_name(),
        )
        return context

    def line(self, disk: Disk) -> DiskLine:
        """Return one disk with what its snapshot was taken while."""
        url = page("horizon:project:snapshots:detail", disk.snapshot.id)
        return DiskLine(
            snapshot=link(url, isolated(disk.snapshot.label)),
            volume=disk.volume.label,
            size=disk.snapshot.gib,
            role=_("System disk") if disk == self.startable[0] else _("Data disk"),
            taken=consistency_note.cell(_note(disk)),
        )


def sending(request: HttpRequest) -> set_launch.SendVolume:
    """Return what sends the request for a volume between two lines of the audit log."""

    def send(snapshot_id: str, ask: Callable[[], Volume]) -> Volume:
        with audit.change(request, "volume.create", None, snapshot_id=snapshot_id) as change:
            made = ask()
            change.made = made.id
        return made

    return send


def _note(disk: Disk) -> consistency.ConsistencyNote:
    return consistency.read(disk.snapshot.metadata)
