# SPDX-License-Identifier: Apache-2.0
"""The form that shows the plan of a revert in place before anything is done, and begins it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from horizon import messages
from openstack_dashboard import policy

from snapshot_dashboard.cloud import reimage, revert_records
from snapshot_dashboard.cloud import revert_options as cloud
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.idempotency import UnderWay
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.revert_options import Asked
from snapshot_dashboard.panels.common import audit, problems, quota, scope
from snapshot_dashboard.panels.common.delete_action import reason_of
from snapshot_dashboard.panels.common.dialog import DialogView
from snapshot_dashboard.panels.common.html import isolated, short
from snapshot_dashboard.panels.common.links import lazy_page, own_path, page, with_query
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.quota_of_several import together
from snapshot_dashboard.panels.features.revert_in_place import plan_shown
from snapshot_dashboard.panels.features.revert_in_place import plan_texts as words
from snapshot_dashboard.rules import revert_choice as choosing
from snapshot_dashboard.rules import revert_options as rules
from snapshot_dashboard.rules import sets
from snapshot_dashboard.rules.ids import as_uuid, is_id
from snapshot_dashboard.rules.quota import Fit
from snapshot_dashboard.rules.revert_plan import Plan, Reimaging
from snapshot_dashboard.rules.revert_record import Record

# What the one tick says, as it travels in the form.
_ACKNOWLEDGED = "lost"
# The name of a volume's field: this and the volume's id.
_CHOICE = "snapshot_"
# Of how many snapshots the instance is looked for, one after another.
_TRIED = 5
# Characters of the form's own account in the audit log: it comes from a browser.
_SHOWN = 1000


class PlanForm(forms.Form):
    """What was seen, and the ticks. Volumes and snapshots are read beside it."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    acknowledged = forms.CharField(max_length=32, required=False)
    copy = forms.BooleanField(required=False)


class PlanView(DialogView):
    """About one instance; ``?set=`` or ``?snapshot=`` (several) say what to go back to."""

    form_class = PlanForm
    ajax_template_name = "snapshot_dashboard/revert_in_place/_plan.html"
    modal_id = "revert_in_place"
    form_id = "revert_in_place_form"
    page_title = gettext_lazy("Revert in Place")
    success_url = lazy_page("horizon:project:instances:index")
    sending = gettext_lazy("Sending...")
    gone = problems.INSTANCE_GONE
    lost = words.LOST
    expired = words.EXPIRED
    keeps_typed = False
    plan: Plan | None = None

    def begin(self, request: HttpRequest) -> None:
        """Give a new form the id of its plan."""
        super().begin(request)
        self.plan_id = as_uuid(request.POST.get("request")) or str(uuid.uuid4())

    def load(self) -> None:
        """Read the instance with all that decides, and the limits for copies."""
        asked = quota.start(self.connection)
        found = cloud.read(self.connection, self.kwargs["instance_id"], self.asked())
        self.reading, self.errors, self.plan = found.reading, found.errors, found.plan
        ways = self.ways()
        self.lacking = _lacking(self.request, ways.values())
        self.options = rules.options(self.reading, ways, may=not self.lacking)
        self.choice = self.chosen(found.asked)
        self.limits = quota.finish(asked)
        self.usable = bool(self.options.possible)
        if self.choice.missing and self.usable:
            self.problem = words.MISSING

    def asked(self) -> Asked:
        """Return what the address asks for, or the form."""
        said = self.request.GET
        if self.request.method == "POST":
            return Asked(frozenset(self.typed().values()))
        ids = said.getlist("snapshot")[: sets.MOST]
        return Asked(frozenset(ids), as_uuid(said.get("set")))

    def typed(self) -> dict[str, str]:
        """Return the snapshot that the form names for each volume; no more than there can be."""
        fields = [each for each in self.request.POST if each.startswith(_CHOICE)][: sets.MOST]
        return {each.removeprefix(_CHOICE): self.request.POST[each] for each in fields}

    def ways(self) -> dict[str, Reimaging]:
        """Return what the operator allows for the type of each volume, by the volume's id."""
        return {
            volume_id: reimage.allowed(self.connection, each.volume.type_name)
            for volume_id, each in self.reading.exposures.items()
        }

    def chosen(self, asked: frozenset[str]) -> choosing.Choice:
        """Return the snapshots of the form, or those of a new one."""
        if self.request.method == "POST":
            included = self.request.POST.getlist("include")
            return choosing.chosen(self.options, self.typed(), included)
        return choosing.first_choice(self.options, asked)

    def unsent(self, error: CloudError) -> Problem:
        """Return what to say of a form that could not be acted on."""
        return words.not_begun(error)

    def unread(self, error: CloudError) -> Problem:
        """Return what to say when the instance cannot be read to begin with."""
        return words.unread(error)

    def switched(self) -> Problem:
        """Say that nothing was changed by a form of another project."""
        return scope.switched(self.request, self.scope, scope.NOT_CHANGED)

    @property
    def is_begun(self) -> bool:
        """Tell whether a revert of this instance goes on, or this form has begun one."""
        return self.plan is not None and (not self.plan.over or self.plan.id == self.plan_id)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the plan, or the page of one that goes on."""
        return self.progress() if self.is_begun else super().get(request, *args, **kwargs)

    def again(self, form: forms.Form, problem: Problem | None = None) -> HttpResponse:
        """Show the form again, as that of another plan.

        Copies and requests are told by the plan's id: one that was used before would take what was
        made then for its own.
        """
        self.plan_id = str(uuid.uuid4())
        return super().again(form, problem)

    def progress(self) -> HttpResponse:
        """Lead to the page that works through the plan."""
        name = "horizon:project:volumes:revert_in_place_progress"
        url = with_query(page(name, self.kwargs["instance_id"]), next=self.next_url)
        return HttpResponseRedirect(url or self.next_url)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Begin, or come back with what has to be read, chosen or ticked first."""
        if self.is_begun:
            return self.progress()
        if "revert" not in self.request.POST:
            return self.again(form, self.problem)
        problem = self.changed(form.cleaned_data["seen"]) or self.too_little_room(form)
        if problem:
            return self.again(form, problem)
        if not self.choice.targets:
            form.add_error(None, words.NOTHING_CHOSEN)
            return self.again(form)
        if form.cleaned_data["acknowledged"] != _ACKNOWLEDGED:
            form.add_error("acknowledged", words.UNTICKED)
            return self.again(form)
        return self.revert(form)

    def changed(self, seen: str) -> Problem | None:
        """Return what to say where this is not what was shown, or cannot be done now."""
        if not self.usable:
            return words.CHANGED_AND_BLOCKED
        if self.choice.missing:
            return words.MISSING
        if seen == self.seen:
            return None
        return words.CHANGED if seen else words.NOT_SEEN

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Return what was chosen in a form that cannot be shown now, to be sent again."""
        said = self.request.POST
        chosen = [(f"{_CHOICE}{each}", value) for each, value in self.typed().items()]
        included = [("include", each) for each in said.getlist("include")]
        # The button too: what only wanted to see a plan does not begin one when it is sent again.
        ticked = [(each, said[each]) for each in ("copy", "acknowledged", "revert") if each in said]
        return [*chosen, *included, *ticked]

    @property
    def seen(self) -> str:
        """Return what is shown, for the form to carry."""
        return choosing.fingerprint(self.options, self.choice, self.plan)

    def too_little_room(self, form: forms.Form) -> Problem | None:
        """Return what to say where what is to be made does not fit the limits."""
        made = plan_shown.sizes(self.options, self.choice, copy=self.copies(form))
        lines = sets.lines(self.limits or {}, made, "volumes") if made else ()
        return None if all(each.fit is Fit.FITS for each in lines) else words.NO_ROOM

    def copies(self, form: forms.Form) -> bool:
        """Tell whether the volumes are to be copied first."""
        return bool(form.cleaned_data["copy"]) and self.options.can_copy

    def revert(self, form: forms.Form) -> HttpResponse:
        """Write the plan down, once, and lead to the page that works through it."""
        records = choosing.records(
            self.options, self.choice, self.plan_id, copy=self.copies(form), now=int(time.time())
        )
        try:
            self.write(records)
        except UnderWay:
            return self.again(form, words.UNDER_WAY)
        except CloudError as error:
            return self.again(
                form, words.uncertain(error) if error.uncertain else words.not_begun(error)
            )
        return self.progress()

    def write(self, records: dict[str, Record]) -> None:
        """Write the plan to its volumes; where that fails, it is over.

        The volume that leads it comes last: whoever looks meanwhile finds a plan that is not
        complete, and that does nothing.

        :raises CloudError: it was not written, or that is not known; UnderWay: another one goes on.
        """
        instance = self.options.instance
        facts = {
            "object_project_id": self.reading.owner,
            "name": instance.name,
            "plan_id": self.plan_id,
            "snapshots": {each: record.snapshot_id for each, record in records.items()},
            "copy": any(each.copy for each in records.values()),
            "shown": str(self.request.POST.get("seen", ""))[:_SHOWN],
        }
        with audit.change(self.request, "instance.revert_in_place", instance.id, **facts):
            try:
                revert_records.begin(self.connection, dict(reversed(records.items())))
            except CloudError as error:
                if not isinstance(error, UnderWay):
                    cloud.withdraw(self.connection, records)
                raise

    def frame(self) -> dict[str, Any]:
        """Return what the frame of the form needs of this one."""
        return {"lost": self.lost, "request_id": self.plan_id}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add everything that the form says."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        found, choice = self.options, self.choice
        instance = found.instance
        context.update(
            submit_url=self.request.get_full_path(),
            subtitle=isolated(instance.name or short(instance.id)),
            boxes=plan_shown.boxes(found, self.reading, self.lacking),
            rows=plan_shown.rows(self.request, found, choice, self.errors),
            steps=plan_shown.steps(found, choice, copy=bool(self.request.POST.get("copy"))),
            happens=words.HAPPENS.get(found.before, ""),
            acknowledgement=plan_shown.acknowledgement(found, choice),
            accepts=_ACKNOWLEDGED,
            copying=_("Copy the volumes first"),
            can_copy=found.can_copy,
            quota=together(
                self.limits, plan_shown.sizes(found, choice, copy=found.can_copy), "volumes"
            ),
            helped=bool(choosing.helped(found, choice)),
            seen=self.seen,
            choice=_CHOICE,
            **plan_shown.together(found, choice),
        )
        said = self.request.POST
        context["ticked"] = said.get("seen") == self.seen and bool(said.get("acknowledged"))
        return context


class FindView(View):
    """Leads from ``?snapshot=`` (several) to the form of the instance that has the volume."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Look which instance that is; where there is not exactly one, say so."""
        ids = list(filter(is_id, request.GET.getlist("snapshot")))[: sets.MOST]
        back = own_path(request.GET.get("next", "")) or page("horizon:project:snapshots:index")
        try:
            found = cloud.instance_of(connect(request), ids[:_TRIED])
        except CloudError as error:
            met = words.unread(error)
            messages.error(request, format_html("{} {}", met.title, reason_of(error)))
            return HttpResponseRedirect(back)
        if not found:
            messages.error(request, words.NO_INSTANCE)
            return HttpResponseRedirect(back)
        query = urlencode([*(("snapshot", each) for each in ids), ("next", back)])
        address = reverse("horizon:project:volumes:revert_in_place", args=(found,))
        return HttpResponseRedirect(f"{address}?{query}")


def _lacking(request: HttpRequest, ways: Iterable[Reimaging]) -> tuple[str, ...]:
    """Return what the role does not allow, each in words."""
    target = {"project_id": request.user.project_id}
    by_image = words.RIGHTS_BY_IMAGE if Reimaging.IMAGE in ways else {}
    return tuple(
        str(text)
        for needed, text in {**words.RIGHTS, **by_image}.items()
        if not policy.check(needed, request, target)
    )
