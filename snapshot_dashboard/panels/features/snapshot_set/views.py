# SPDX-License-Identifier: Apache-2.0
"""Snapshots of all volumes of an instance, or of several volumes: one dialog, one tick."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from snapshot_dashboard.cloud import idempotency
from snapshot_dashboard.cloud import sets as cloud
from snapshot_dashboard.cloud.attachment import Situation
from snapshot_dashboard.cloud.errors import CloudError, RequestFailed, SessionExpired
from snapshot_dashboard.cloud.sets import FoundSet, Order, Outcome
from snapshot_dashboard.panels.common import audit, problems, programs, quota, tags
from snapshot_dashboard.panels.common.attachment_state import several, several_texts
from snapshot_dashboard.panels.common.attachment_state.several import SeveralVolumes
from snapshot_dashboard.panels.common.dates import stamp
from snapshot_dashboard.panels.common.dialog import DialogView
from snapshot_dashboard.panels.common.forms import CreateSnapshotForm
from snapshot_dashboard.panels.common.html import isolated, sentence, short
from snapshot_dashboard.panels.common.links import lazy_page, oldest_snapshots
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.quota_of_several import quota_texts
from snapshot_dashboard.panels.common.tags import SeveralTagsForm
from snapshot_dashboard.panels.features.snapshot_set import texts
from snapshot_dashboard.panels.features.snapshot_set.volumes import instance_notes, result_url
from snapshot_dashboard.rules import consistency, keep_until, sets
from snapshot_dashboard.rules.attachment import Exposure, Instance, used_by
from snapshot_dashboard.rules.ids import as_uuid
from snapshot_dashboard.rules.programs.operation import Action, Field, Operation, flag
from snapshot_dashboard.rules.sets import Plan
from snapshot_dashboard.rules.snapshot import default_name
from snapshot_dashboard.rules.tags import of_volume


class SetForm(SeveralTagsForm, CreateSnapshotForm):
    """Name and description for all, what was seen of each, and which are to be included."""

    unticked = gettext_lazy("Tick the box above to create these snapshots, or press Cancel.")
    name = forms.CharField(
        max_length=sets.LONGEST_PATTERN,
        required=False,
        label=gettext_lazy("Snapshot Name"),
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    include = forms.Field(
        widget=forms.MultipleHiddenInput,
        error_messages={"required": gettext_lazy("Tick at least one volume.")},
    )


class SnapshotSetView(DialogView):
    """``?instance=`` for all volumes of an instance, ``?id=`` for each of several volumes.

    With both, the instance is what the title and the notice speak of.
    """

    form_class = SetForm
    ajax_template_name = "snapshot_dashboard/snapshot_set/_create.html"
    modal_id = "snapshot_set_modal"
    form_id = "snapshot_set_form"
    page_title = gettext_lazy("Create Volume Snapshots")
    success_url = lazy_page("horizon:project:volumes:index")
    sending = gettext_lazy("Creating...")
    gone = problems.VOLUME_GONE
    attach_again = True
    lost = texts.LOST
    expired = problems.EXPIRED
    instance: Instance | None = None
    # The volumes that Nova says the instance has.
    used: Sequence[str] = ()
    # Whether the instance is what is being read, and so what an error is about.
    asking_compute = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Give a new form the id of its set before anything else."""
        known = as_uuid(request.POST.get("request") or request.GET.get("set"))
        self.set_id = known or str(uuid.uuid4())
        return super().dispatch(request, *args, **kwargs)

    def load(self) -> None:
        """Read the instance, its volumes with all that is attached, and the limits."""
        self.volumes = SeveralVolumes()
        self.limits = None
        ids = self.volume_ids()
        if not 0 < len(ids) <= sets.MOST:
            self.usable, self.problem = False, several_texts.nothing(len(ids), self.instance)
            return
        asked = quota.start(self.connection)
        self.volumes = several.read(self.connection, ids).judged(self.judge)
        self.limits = quota.finish(asked)
        if not self.volumes.situations:
            raise next(iter(self.volumes.left.values()))
        self.usable = any(not each.blocked for each in self.volumes.exposures)

    def judge(self, situation: Situation) -> Exposure:
        """Return the verdict on a volume; Cinder may not know that the instance uses it."""
        exposure = situation.exposure
        if self.instance is None or exposure.volume.id not in self.used:
            return exposure
        return used_by(exposure, self.instance.id)

    def volume_ids(self) -> Sequence[str]:
        """Return the ids that the address names, or those of its instance's volumes.

        :raises CloudError: the instance cannot be read, and nothing else says which volumes.
        """
        ids = list(dict.fromkeys(self.request.GET.getlist("id")))
        instance_id = self.request.GET.get("instance", "")
        if instance_id and not ids:
            self.asking_compute = True
            self.instance, self.used = cloud.instance(self.connection, instance_id)
            self.asking_compute = False
            return self.used
        if instance_id and len(ids) <= sets.MOST:
            try:
                self.instance, self.used = cloud.instance(self.connection, instance_id)
            except CloudError:
                # The title and the notice speak of it, and Cinder knows what it uses, as a rule.
                self.instance = None
        return ids

    @cached_property
    def plan(self) -> Plan | None:
        """Return what an earlier sending of this form has asked for."""
        return cloud.remembered(self.connection, self.request.user.id, self.set_id)

    def unread(self, error: CloudError) -> Problem:
        """Return what to say when the instance, or every one of the volumes, cannot be read."""
        return texts.unread(error) if self.asking_compute else super().unread(error)

    def unsent(self, error: CloudError) -> Problem:
        """Say that nothing was created, unless the form was sent before."""
        sent = hasattr(self, "connection") and self.plan is not None
        return texts.LOST if sent else problems.unsent(error, "snapshots")

    def form_valid(self, form: SetForm) -> HttpResponse:
        """Make the snapshots that are missing, or come back with what has to be read first."""
        chosen = list(dict.fromkeys(form.cleaned_data["include"]))
        try:
            found = self.made_before(chosen)
        except CloudError as error:
            return self.again(form, problems.because(texts.UNCHECKED, error))
        missing = [each for each in chosen if not _is_made(found, each)]
        if not missing:
            return HttpResponseRedirect(self.result_url(chosen))
        again = self.plan is not None or bool(found.members)
        problem = self.volumes.news(form.cleaned_data["seen"], missing, again=again)
        if problem is not None:
            return self.again(form, problem)
        ticked = form.cleaned_data["acknowledged"] == sets.ACKNOWLEDGED
        if self.volumes.needs_tick(missing) and not ticked:
            form.ask_for_tick()
            return self.again(form)
        return self.create(form, missing, found)

    def made_before(self, chosen: Sequence[str]) -> FoundSet:
        """Return the snapshots of this set that there may be already.

        :raises CloudError: they cannot be read.
        """
        if self.plan is not None or self.request.GET.get("set") or not idempotency.is_shared():
            return cloud.find(self.connection, self.set_id, chosen)
        return FoundSet({}, {})

    def create(self, form: SetForm, missing: Sequence[str], found: FoundSet) -> HttpResponse:
        """Ask for each snapshot, and go on to the page that shows what became of them."""
        plan = self.planned(form, missing)
        cloud.remember(self.connection, self.request.user.id, plan)
        self.changes: dict[str, audit.Change] = {}
        orders = [self.order(form, plan, each, found.failed(each)) for each in missing]
        outcomes = cloud.make(self.connection, orders, self.told)
        errors = [each for each in outcomes.values() if isinstance(each, CloudError)]
        refusals = cloud.refusals(outcomes)
        plan = replace(plan, refusals={**plan.refusals, **refusals})
        cloud.remember(self.connection, self.request.user.id, plan)
        if len(refusals) < len(plan.volumes):
            return HttpResponseRedirect(self.result_url(plan.volumes))
        for outcome in outcomes.values():
            if isinstance(outcome, SessionExpired):
                raise outcome
        # Nothing at all was created: what was typed and chosen can be changed and sent again.
        return self.again(form, problems.creating(errors[0], "snapshots"))

    def planned(self, form: SetForm, missing: Iterable[str]) -> Plan:
        """Return what is asked for now, together with what was before."""
        volumes = [self.volumes.situations[each].exposure.volume for each in missing]
        now = Plan(
            set_id=self.set_id,
            instance_id=self.request.GET.get("instance", ""),
            volumes={each.id: each.label for each in volumes},
            types={each.id: each.type_name for each in volumes},
            name=form.cleaned_data["name"],
            description=form.cleaned_data["description"],
            acknowledged=form.cleaned_data["acknowledged"],
            seen=form.cleaned_data["seen"],
            more={name: self.request.POST.get(name, "") for name in sets.MORE},
        )
        return now.joined(self.plan)

    def order(self, form: SetForm, plan: Plan, volume_id: str, failed: int) -> Order:
        """Return one snapshot to be made: by the same rules as if it were the only one.

        Unforced for a detached volume: Cinder refuses it if that is no longer true.
        """
        exposure = self.volumes.situations[volume_id].exposure
        label = exposure.volume.label
        pattern = form.cleaned_data["name"]
        return Order(
            volume_id=volume_id,
            name=sets.name_of(pattern, label) if pattern else default_name(label, self.moment),
            description=form.cleaned_data["description"],
            force=exposure.acknowledgement is not None,
            metadata={
                **form.tagged(exposure.volume),
                **consistency.write(consistency.of(exposure)),
                **sets.metadata(self.set_id, max(len(plan.volumes), self.asked_for())),
                **keep_until.noted(form.until(self.request)),
            },
            request_id=sets.request_id(self.set_id, volume_id, failed),
        )

    @cached_property
    def moment(self) -> str:
        """Return the time that all of these snapshots are named after."""
        return stamp(self.request)

    def asked_for(self) -> int:
        """Return how many snapshots an earlier form of this set asked for, 0 if not known."""
        said = self.request.GET.get("of", "")
        known = said.isascii() and said.isdigit() and len(said) <= 2
        return min(int(said), sets.MOST) if known else 0

    def told(self, order: Order, outcome: Outcome | None) -> None:
        """Write a line of the audit log before a request is sent, and for its answer."""
        if outcome is None:
            exposure = self.volumes.situations[order.volume_id].exposure
            facts = {
                **audit.whose(exposure.volume),
                "name": order.name,
                "verdict": exposure.verdict.value,
                "acknowledged": order.force,
                "set_id": self.set_id,
            }
            change = audit.Change(self.request, "snapshot.create", None, facts)
            self.changes[order.volume_id] = change
        elif isinstance(outcome, RequestFailed):
            self.changes[order.volume_id].failed(outcome)
        else:
            self.changes[order.volume_id].made = outcome.id
            self.changes[order.volume_id].accepted()

    def result_url(self, volume_ids: Iterable[str]) -> str:
        """Return the address of what became of this set, which goes on to hold."""
        ids = {**(self.plan.volumes if self.plan else {}), **dict.fromkeys(volume_ids, "")}
        instance_id = self.request.GET.get("instance", "")
        return result_url(self.request, self.set_id, ids, instance_id, self.next_url)

    def included(self) -> frozenset[str]:
        """Return which volumes are ticked: all of them in a new form."""
        if self.request.method == "POST":
            return frozenset(self.request.POST.getlist("include"))
        return frozenset(self.volumes.situations)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add everything that the dialog says."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        included = self.included()
        context.update(
            submit_url=self.request.get_full_path(),
            page_title=self.title(isolated),
            # A browser's tab shows text alone.
            tab_title=self.title(str),
            rows=several.rows(self.volumes, self.request.user, included),
            # What was typed can be sent again: the states may have settled by then.
            retry=not self.usable
            and bool(self.volumes.situations)
            and self.request.method == "POST",
            accepts={"value": sets.ACKNOWLEDGED},
            acknowledgement=several_texts.ACKNOWLEDGEMENT,
            seen=self.volumes.seen,
            not_at_once=several_texts.NOT_AT_ONCE,
            copied_tags=tags.offered(each.volume for each in self.volumes.exposures),
            chosen_url=reverse("horizon:project:volumes:snapshot_set_chosen"),
            **self.choice(included),
            **programs.shown(self.request, *self.operations(included)),
            **instance_notes(self.connection, self.instance),
        )
        return context

    def choice(self, included: frozenset[str]) -> dict[str, Any]:
        """Return what depends on the volumes that are ticked; the script asks for it anew."""
        possible = [each for each in self.volumes.exposures if not each.blocked]
        chosen = [each for each in possible if each.volume.id in included]
        sizes = [(each.volume.size, each.volume.type_name) for each in chosen]
        needed = sets.needs_tick(chosen)
        return {
            "tickable": sets.needs_tick(possible),
            "needed": needed,
            "explanation": several_texts.summary(possible),
            "button": texts.button(len(chosen), force=needed),
            "quota": quota_texts(self.limits, sizes),
        }

    def operations(self, included: frozenset[str]) -> list[Operation]:
        """Return what the form asks for: a snapshot of each volume that is ticked."""
        possible = [each for each in self.volumes.exposures if not each.blocked]
        return [self.operation(each, included) for each in possible]

    def operation(self, exposure: Exposure, included: frozenset[str]) -> Operation:
        """Return the snapshot of one volume; it is left out while the volume is not ticked."""
        volume, said = exposure.volume, self.request.POST
        own_name = default_name(volume.label, self.moment)
        return Operation(
            Action.SNAPSHOT,
            (
                Field("volume", volume.id),
                flag("force", said=exposure.acknowledgement is not None),
                programs.typed(said, "name", default=own_name, ending=f" {volume.label}"),
                programs.typed(said, "description"),
                programs.tagged(said, of_volume(volume.metadata)),
            ),
            only=volume.id,
            chosen=volume.id in included,
        )

    def title(self, named: Callable[[str], str]) -> str:
        """Return the title: it names the instance where there is one."""
        if self.instance is None:
            return str(self.page_title)
        name = named(self.instance.name or short(self.instance.id))
        return sentence(_("Snapshot All Volumes of %(instance)s"), instance=name)

    def frame(self) -> dict[str, Any]:
        """Return what lets a script follow the form, and the way to what uses up a limit."""
        return {
            "request_id": self.set_id,
            "outcome_url": reverse("horizon:project:volumes:snapshot_set_outcome"),
            "lost": self.lost,
            "oldest_url": oldest_snapshots(),
        }


def _is_made(found: FoundSet, volume_id: str) -> bool:
    snapshot = found.of(volume_id)
    return snapshot is not None and sets.is_made(snapshot)
