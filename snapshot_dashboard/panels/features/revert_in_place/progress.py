# SPDX-License-Identifier: Apache-2.0
"""The page that works through a revert in place, one step with each form that is sent.

Opening it changes nothing. A script sends its form again and again; without one a person does, by
a button. Everything is read anew under the token of whoever looks, so that another tab, another
person of the project, or the same one after a restart goes on where it stopped.
"""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, suppress
from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openstack_dashboard import policy

from snapshot_dashboard.cloud import (
    block_storage,
    messages,
    revert_acts,
    revert_plan,
    revert_records,
)
from snapshot_dashboard.cloud.errors import CloudError, NotFound
from snapshot_dashboard.cloud.idempotency import UnderWay
from snapshot_dashboard.cloud.partial_reads import known
from snapshot_dashboard.panels.common import audit, problems, scope
from snapshot_dashboard.panels.common.dates import stamp
from snapshot_dashboard.panels.common.dialog import DialogView
from snapshot_dashboard.panels.common.json_answers import JsonAnswer, problem_html, rendered
from snapshot_dashboard.panels.common.links import lazy_page, page, with_query
from snapshot_dashboard.panels.common.problems import Problem, because
from snapshot_dashboard.panels.features.revert_in_place import progress_shown as showing
from snapshot_dashboard.panels.features.revert_in_place import progress_texts as words
from snapshot_dashboard.panels.features.revert_in_place.plan_texts import RULES_BY_IMAGE
from snapshot_dashboard.rules import revert_changes as changes
from snapshot_dashboard.rules import revert_plan as rules
from snapshot_dashboard.rules import revert_progress, revert_record, revert_steps
from snapshot_dashboard.rules.failure import Failure
from snapshot_dashboard.rules.message import Message
from snapshot_dashboard.rules.revert_plan import Halt, Plan, Reimaging, Step
from snapshot_dashboard.rules.revert_record import Record
from snapshot_dashboard.rules.snapshot import default_name
from snapshot_dashboard.rules.volume import Volume

STEP, GO_ON, GIVE_UP = "step", "go_on", "give_up"


class DoForm(forms.Form):
    """What is to be done: the next step, to go on after a halt, or to end the plan."""

    do = forms.ChoiceField(choices=[(each, each) for each in (STEP, GO_ON, GIVE_UP)])
    sure = forms.CharField(required=False)
    seen = forms.CharField(required=False)


class ProgressView(DialogView):
    """The page of one plan; a subclass reads it."""

    form_class = DoForm
    template_name = "snapshot_dashboard/revert_in_place/progress.html"
    ajax_template_name = "snapshot_dashboard/revert_in_place/_progress.html"
    modal_id = "revert_in_place_modal"
    form_id = "revert_in_place_form"
    page_title = gettext_lazy("Revert in Place")
    success_url = lazy_page("horizon:project:volumes:index")
    lost = problems.UNREADABLE
    expired = words.EXPIRED
    keeps_typed = False
    policy_rules: tuple[tuple[str, str], ...]
    plan: Plan | None = None
    # Why the step that was just carried out has failed.
    failure: CloudError | None = None

    def load(self) -> None:
        """Read the plan, and decide what comes next.

        :raises CloudError: it cannot be read; NotFound where it is of another project, too.
        """
        self.plan = self.read()
        self.step = revert_steps.next_step(self.plan, int(time.time())) if self.plan else Step()

    def read(self) -> Plan | None:
        """Read the plan.

        :raises CloudError: it cannot be read.
        """
        raise NotImplementedError

    def plan_url(self) -> str:
        """Return where another revert is planned, empty where there is no such page."""
        raise NotImplementedError

    @cached_property
    def allowed(self) -> bool:
        """Tell whether the role of whoever looks allows all that the plan takes."""
        target = {"project_id": self.request.user.project_id}
        targets = self.plan.targets if self.plan else ()
        by_image = any(each.reimaging is Reimaging.IMAGE for each in targets)
        needed = (*self.policy_rules, *(RULES_BY_IMAGE if by_image else ()))
        return bool(policy.check(needed, self.request, target))

    def is_script(self) -> bool:
        """Tell whether the page's script asks."""
        return "auto" in self.request.POST

    def unsent(self, error: CloudError) -> Problem:
        """Say of a form that could not be acted on what is said of a page."""
        return self.unread(error)

    def unreadable(self, error: CloudError) -> HttpResponse:
        """Answer that it cannot be read now: a script tries again."""
        if not self.is_script():
            return super().unreadable(error)
        if isinstance(error, NotFound):
            html = problem_html(self.request, self.unread(error))
            return JsonAnswer({"key": "gone", "html": html, "pending": False, "announce": ""})
        return HttpResponse(status=503)

    def switched(self) -> Problem:
        """Say that the page is about something elsewhere."""
        posted = self.request.method == "POST"
        texts = words.NOT_DONE_ELSEWHERE if posted else scope.THIS_PAGE
        return scope.switched(self.request, self.scope, texts)

    def elsewhere(self) -> HttpResponse:
        """Answer that another project or region is the current one."""
        return HttpResponse(status=409) if self.is_script() else super().elsewhere()

    def form_valid(self, form: DoForm) -> HttpResponse:
        """Do one thing, and show how far it is."""
        asked = form.cleaned_data
        if self.plan is not None and self.allowed:
            self.do(self.plan, asked["do"], sure=bool(asked["sure"]), seen=asked["seen"])
        if self.is_script():
            return self.answer()
        if self.problem or self.failure:
            return self.form_invalid(form)
        return HttpResponseRedirect(self.request.get_full_path())

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """Show the page again; a script gets what it can show."""
        return self.answer() if self.is_script() else super().form_invalid(form)

    def do(self, plan: Plan, deed: str, *, sure: bool, seen: str) -> None:
        """Do what was asked for, unless the situation is another one than was shown."""
        if deed == STEP:
            self.carry_out(plan)
        elif seen != revert_progress.fingerprint(plan, self.step):
            self.problem = words.CHANGED
        elif deed == GO_ON and revert_steps.can_retry(plan, self.step):
            if sure or not revert_progress.needs_tick(plan, self.step):
                self.let(
                    "go_on", plan, lambda: revert_records.go_on(self.connection, plan, self.step)
                )
            else:
                self.problem = words.UNTICKED
        elif deed == GIVE_UP and revert_steps.can_give_up(plan, self.step):
            if sure:
                self.let(
                    "give_up",
                    plan,
                    lambda: revert_records.give_up(self.connection, plan, self.step),
                )
            else:
                self.problem = words.UNTICKED

    def let(self, deed: str, plan: Plan, act: Any) -> None:
        """Write down what a person has chosen, and read the plan again."""
        try:
            with self.audited(f"revert_in_place.{deed}", plan, Step(halt=self.step.halt)):
                act()
        except UnderWay:
            self.problem = words.CHANGED
        except CloudError as error:
            self.problem = because(words.UNSAVED, error)
        self.look_again()

    def carry_out(self, plan: Plan) -> None:
        """Carry out the next step, if there is one, and write down that somebody looks."""
        if self.step.act:
            try:
                revert_acts.carry_out(
                    self.connection, plan, self.step, self.copy_name, self.about(plan)
                )
            except CloudError as error:
                self.failure = error
            self.look_again()
        self.see()

    def look_again(self) -> None:
        """Read the plan again; where that fails, what was known before stays."""
        with suppress(CloudError):
            self.reload()

    def see(self) -> None:
        """Write down that it has halted, or that somebody sees it go on."""
        plan, step = self.plan, self.step
        if plan is None or changes.seen(plan, step, int(time.time())) is None:
            return
        # Another look will do it.
        with suppress(CloudError), self.audited("revert_in_place.see", plan, step):
            revert_records.see(self.connection, plan, step)

    def about(self, plan: Plan) -> revert_acts.About:
        """Return what surrounds a step: the lines of the audit log."""

        def about(step: Step) -> AbstractContextManager[object]:
            return self.audited(f"revert_in_place.{step.act.value if step.act else ''}", plan, step)

        return about

    def audited(self, action: str, plan: Plan, step: Step) -> AbstractContextManager[object]:
        """Return what writes a change into the audit log."""
        target = step.target or plan.lead
        return audit.change(
            self.request,
            action,
            target.volume.id,
            **audit.whose(target.volume),
            plan_id=plan.id,
            snapshot_id=target.record.snapshot_id,
            instance_id=target.record.instance_id,
        )

    def copy_name(self, volume: Volume) -> str:
        """Return the name of a volume's copy."""
        return default_name(
            volume.label, _("before revert %(date)s") % {"date": stamp(self.request)}
        )

    def reason(self) -> Failure | None:
        """Return why the step was refused after which the plan has halted."""
        plan = self.plan
        act = revert_progress.asked(plan, self.step) if plan else None
        if plan is None or act is None:
            return None
        record = (self.step.target or plan.lead).record
        return revert_acts.reason(self.connection, rules.claim(plan.id, act, record))

    def message(self) -> Message | None:
        """Read why the storage service has failed; the page can do without."""
        target = self.step.target
        if target is None:
            return None
        about = {Halt.WRITE_FAILED: target.volume, Halt.NOT_PREPARED: target.helper}
        volume = about.get(self.step.halt) if self.step.halt else None
        if volume is None:
            return None
        found = known(lambda: messages.about(self.connection, volume.id, 1))
        return next(iter(found or ()), None)

    def state(self) -> dict[str, Any]:
        """Return what the page shows of the plan."""
        plan = self.plan
        if plan is None:
            return {"state": words.NO_PLAN, "plan_url": self.plan_url(), "pending": False}
        looked = showing.Looked(
            plan,
            self.step,
            revert_plan.snapshots_of(self.connection, plan),
            self.reason(),
            self.message(),
        )
        context = showing.context(self.request, looked, allowed=self.allowed)
        # Where it has halted, the state says why.
        untold = self.failure if not self.step.halt else None
        context["failed"] = because(words.FAILED, untold) if untold else None
        context["plan_url"] = self.plan_url() if plan.over else ""
        return context

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add how far the plan is."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(self.state())
        context.update(
            submit_url=self.request.get_full_path(),
            no_answer=words.NO_ANSWER,
            expired=words.EXPIRED,
            elsewhere=words.ELSEWHERE,
        )
        return context

    def answer(self) -> JsonAnswer:
        """Answer the page's script."""
        context = self.get_context_data(form=None)
        path = "snapshot_dashboard/revert_in_place/_state.html"
        failed = context.get("failed")
        return JsonAnswer(
            {
                "key": f"{context.get('key', '')} {failed.title if failed else ''}".strip(),
                "html": rendered(self.request, path, context),
                "pending": context["pending"],
                "announce": context.get("announce", ""),
            }
        )


class InstanceProgressView(ProgressView):
    """The page of the plan of an instance."""

    gone = words.INSTANCE_GONE
    policy_rules = words.RULES_OF_INSTANCE

    def read(self) -> Plan | None:
        """Read the plan of the instance.

        :raises CloudError: it cannot be read; NotFound for an instance of another project.
        """
        machine = revert_plan.read_machine(self.connection, self.kwargs["instance_id"])
        if machine.project_id != self.connection.project_id:
            raise NotFound
        return revert_plan.of_instance(self.connection, machine)

    def plan_url(self) -> str:
        """Return where another revert of the instance is planned."""
        return page("horizon:project:volumes:revert_in_place", self.kwargs["instance_id"])


class VolumeProgressView(ProgressView):
    """The page of the plan of one detached volume."""

    gone = problems.VOLUME_GONE
    policy_rules = words.RULES_OF_VOLUME
    record: Record | None = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the plan; that of an instance has its own page."""
        if self.plan is None and self.record and self.record.instance_id:
            name = "horizon:project:volumes:revert_in_place_progress"
            url = with_query(page(name, self.record.instance_id), next=self.next_url)
            return HttpResponseRedirect(url or self.next_url)
        return super().get(request, *args, **kwargs)

    def read(self) -> Plan | None:
        """Read the plan of the volume.

        :raises CloudError: it cannot be read; NotFound for a volume of another project.
        """
        link, volume_id = self.connection, self.kwargs["volume_id"]
        volume = link.fetch(lambda: block_storage.volume(link, volume_id))
        if volume.project_id != link.project_id:
            raise NotFound
        self.record = revert_record.read(volume.metadata)
        return revert_plan.of_volume(link, volume)

    def plan_url(self) -> str:
        """Return where the snapshots of the volume are listed."""
        return ""
