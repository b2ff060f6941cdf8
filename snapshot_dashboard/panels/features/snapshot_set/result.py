# SPDX-License-Identifier: Apache-2.0
"""The result page of a set, and the answers to the scripts of a set's pages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from horizon.views import HorizonTemplateView

from snapshot_dashboard.cloud import compute, idempotency
from snapshot_dashboard.cloud import sets as cloud
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import outcome, problems, quota, scope
from snapshot_dashboard.panels.common.attachment_state import several_texts
from snapshot_dashboard.panels.common.html import isolated, link, sentence
from snapshot_dashboard.panels.common.json_answers import JsonAnswer, rendered
from snapshot_dashboard.panels.common.links import oldest_snapshots, own_path, page
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.quota_of_several import quota_texts
from snapshot_dashboard.panels.common.scope import elsewhere
from snapshot_dashboard.panels.common.set_use import of_set
from snapshot_dashboard.panels.features.snapshot_set import progress, texts
from snapshot_dashboard.panels.features.snapshot_set.progress import Lines
from snapshot_dashboard.panels.features.snapshot_set.volumes import instance_notes, result_url
from snapshot_dashboard.rules import sets
from snapshot_dashboard.rules.attachment import Instance
from snapshot_dashboard.rules.ids import as_uuid
from snapshot_dashboard.rules.sets import Plan

_LINES = "snapshot_dashboard/snapshot_set/_progress.html"


class SetResultView(HorizonTemplateView):
    """The result page with one line for each volume; for a script only the lines."""

    template_name = "snapshot_dashboard/snapshot_set/result.html"
    page_title = gettext_lazy("Set of Snapshots")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Read the set and show it."""
        self.set_id = str(kwargs["set_id"])
        ids = list(dict.fromkeys(request.GET.getlist("id")))[: sets.MOST]
        alone = request.headers.get("X-Requested-With") == "XMLHttpRequest"
        if elsewhere(request):
            return HttpResponse(status=503) if alone else self.shown(problem=_elsewhere(request))
        try:
            connection = connect(request)
            plan = cloud.remembered(connection, request.user.id, self.set_id)
            lines = progress.read(request, connection, self.set_id, ids, plan)
            if not lines.lines:
                return HttpResponse(status=404) if alone else self.shown(problem=texts.NO_SET)
            context = self.context(lines, plan)
            if alone:
                return HttpResponse(rendered(request, _LINES, self.framed(**context)))
            return self.shown(
                **context, **instance_notes(connection, self.instance(connection, plan))
            )
        except CloudError as error:
            if alone:
                return HttpResponse(status=503)
            return self.shown(problem=problems.because(problems.UNREADABLE, error))

    def shown(self, **context: Any) -> HttpResponse:
        """Answer with the whole page."""
        return self.render_to_response(self.get_context_data(**self.framed(**context)))

    def framed(self, **context: Any) -> dict[str, Any]:
        """Add what the page and its lines say whatever has become of the set."""
        return {
            "not_at_once": several_texts.NOT_AT_ONCE,
            "again_url": self.request.get_full_path(),
            "next_url": own_path(self.request.GET.get("next", ""))
            or page("horizon:project:volumes:index"),
            **context,
        }

    def instance(self, connection: Connection, plan: Plan | None) -> Instance | None:
        """Read the instance, whose system disk may not be among the volumes."""
        instance_id = self.request.GET.get("instance") or (plan.instance_id if plan else "")
        if not instance_id:
            return None
        try:
            return connection.fetch(lambda: compute.instance(connection, instance_id))
        except CloudError:
            # It only adds a notice to what is known of the snapshots.
            return None

    def context(self, lines: Lines, plan: Plan | None) -> dict[str, Any]:
        """Return what the lines' template shows, and what it takes to try again."""
        missing = lines.missing
        query = [("id", each) for each in missing]
        instance_id = self.request.GET.get("instance", "")
        query += [("instance", instance_id)] if instance_id else []
        known = plan is not None and set(missing) <= set(plan.volumes)
        if not known:
            # It is decided anew, by whoever it is.
            query += [("set", self.set_id), ("of", str(lines.asked_for))]
        dialog = reverse("horizon:project:volumes:snapshot_set")
        return {
            "result": lines,
            "use": of_set(self.request, lines.snapshot_ids),
            "set_id": self.set_id,
            "plan": plan if known else None,
            "missing": missing,
            "retry_url": f"{dialog}?{urlencode(query)}" if missing else "",
            "scope": scope.current(self.request),
        }


class ChosenView(View):
    """Answers an open dialog with the limits and the button for the selected volumes.

    ``?size=&type=`` of each volume, and ``force=1`` where one of them is attached. It makes
    nothing and decides nothing: what is sent is judged from a fresh reading.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Read the limits: one call."""
        if elsewhere(request):
            # The limits are those of where the dialog was opened.
            return HttpResponse(status=409)
        query = request.GET
        pairs = zip(query.getlist("size"), query.getlist("type"), strict=False)
        sizes = [(size, kind or None) for size, kind in pairs if _is_size(size)][: sets.MOST]
        # One whose size is not known has none.
        chosen = [(int(size) if size else None, kind) for size, kind in sizes]
        try:
            limits = quota.finish(quota.start(connect(request)))
        except CloudError:
            limits = None
        context = {"quota": quota_texts(limits, chosen), "oldest_url": oldest_snapshots()}
        return JsonAnswer(
            {
                "quota": rendered(request, "snapshot_dashboard/common/_quota.html", context),
                "button": texts.button(len(chosen), force=query.get("force") == "1"),
            }
        )


class SetOutcomeView(View):
    """Answers ``?request=`` for a form whose answer was lost with a link to the set."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonAnswer:
        """Look once whether the form has arrived; the set's own page tells the rest."""
        set_id = as_uuid(request.GET.get("request"))
        if not set_id or elsewhere(request):
            return outcome.answer(request, "unknown", texts.UNCHECKED)
        try:
            connection = connect(request)
        except CloudError:
            return outcome.answer(request, "unknown", texts.UNCHECKED)
        plan = cloud.remembered(connection, request.user.id, set_id)
        if plan is not None:
            url = result_url(request, set_id, plan.volumes, plan.instance_id)
            return outcome.answer(request, "made", texts.found(link(url, _("Show set"))))
        if not idempotency.is_shared():
            return outcome.answer(request, "unknown", texts.UNCHECKED)
        return outcome.answer(request, "none", texts.NOT_FOUND)


def _elsewhere(request: HttpRequest) -> Problem:
    """Say that the set is elsewhere than the person works now."""
    then = scope.opened_in(request)
    back = scope.switch(request, then)
    way = link(back.url, sentence(_('Switch to "%(name)s"'), name=isolated(back.name)))
    problem = scope.switched(request, then, scope.SNAPSHOTS_ELSEWHERE)
    return replace(problem, tone="info", links=(way,))


def _is_size(text: str) -> bool:
    return not text or (text.isascii() and text.isdigit() and len(text) < 10)
