# SPDX-License-Identifier: Apache-2.0
"""Updates open dialogs about a volume, or several, when their situation has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.generic import View

from snapshot_dashboard.cloud import attachment
from snapshot_dashboard.cloud.attachment import Situation
from snapshot_dashboard.cloud.errors import CloudError, NotFound
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.panels.common import changes, problems
from snapshot_dashboard.panels.common.attachment_state import verdicts
from snapshot_dashboard.panels.common.attachment_state.confirmed_several import ConfirmedSeveralView
from snapshot_dashboard.panels.common.attachment_state.explanation import acknowledgement, explain
from snapshot_dashboard.panels.common.json_answers import JsonAnswer, problem_html, rendered
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.scope import elsewhere
from snapshot_dashboard.rules import fingerprint

_FOLDER = "snapshot_dashboard/common"
# What else there is in a dialog about several volumes, by the name of its part.
_PARTS = {
    "subtitle": "_subtitle.html",
    "makes": "_makes.html",
    "volumes": "_volumes.html",
    "limits": "_limits.html",
}


def situation_shown(request: HttpRequest, situation: Situation, resource: str) -> dict[str, Any]:
    """Return what the shared templates need to tell a situation to whoever wants ``resource``."""
    exposure = situation.exposure
    needed = exposure.acknowledgement
    return {
        "explanation": explain(situation, request.user, resource=resource),
        "blocked": exposure.blocked,
        "needed": needed,
        "acknowledgement": acknowledgement(exposure, resource),
        "seen": fingerprint.write(exposure),
        "attach_url": reverse("horizon:project:volumes:attach", args=(exposure.volume.id,)),
        "button": verdicts.button(resource, force=needed is not None),
    }


class ChangesView(View):
    """Tells an open dialog what has changed since ``seen``, which its form carries.

    ``seen`` is in the address; in the body where it is about more volumes than that may hold.
    """

    def get(self, request: HttpRequest, **ids: str) -> HttpResponse:
        """Read the verdict anew."""
        return self.looked(request, request.GET.get("seen", ""), ids)

    def post(self, request: HttpRequest, **ids: str) -> HttpResponse:
        """Answer as :meth:`get`: this makes nothing."""
        seen = request.POST.get("seen", "")
        # The body is no form of the dialog's, which would be taken for one that is sent.
        request.method = "GET"
        return self.looked(request, seen, ids)

    def looked(self, request: HttpRequest, seen: str, ids: Mapping[str, str]) -> HttpResponse:
        """Answer with what has changed, with nothing where nothing has."""
        if elsewhere(request):
            # There everything seems to be gone. The button says what is the matter.
            return JsonAnswer({})
        try:
            return JsonAnswer(self.news(request, seen, ids))
        except CloudError:
            # What was shown stays: the next look, or the button, reads it again.
            return HttpResponse(status=503)

    def news(self, request: HttpRequest, seen: str, ids: Mapping[str, str]) -> dict[str, Any]:
        """Return the parts of the dialog that have changed.

        :raises CloudError: it cannot be read whether any have.
        """
        raise NotImplementedError


class SituationView(ChangesView):
    """Tells a dialog about one volume what has changed: two or three calls, and one an instance.

    Where the volume is another project's, Keystone is asked for its name, too.
    """

    resource = ""

    def shown(self, request: HttpRequest, situation: Situation) -> dict[str, Any]:
        """Return what the dialog's templates need to tell a situation, its button included."""
        return situation_shown(request, situation, self.resource)

    def news(self, request: HttpRequest, seen: str, ids: Mapping[str, str]) -> dict[str, Any]:
        """Return the parts of the dialog that have changed."""
        try:
            situation = attachment.read(connect(request), ids["volume_id"])
        except NotFound:
            return _gone(request, problems.VOLUME_GONE)
        exposure = situation.exposure
        if fingerprint.write(exposure) == seen:
            return {}
        context = self.shown(request, situation)
        before = fingerprint.read(seen)
        worse = not fingerprint.covers(before, exposure)
        return {
            **_situation(request, context, blocked=exposure.blocked, worse=worse),
            "needed": exposure.acknowledgement.value if exposure.acknowledgement else "",
            "announce": changes.announced(before, exposure, worse=worse, resource=self.resource),
        }


class SeveralView(ChangesView):
    """Tells a dialog about several volumes what has changed.

    ``dialog`` is its view: what is shown is what it would show if it were opened now. Its ``look``
    says how many calls that takes; its ``load_rest`` is one more for the limits, or two with the
    type of a group, where something has changed.
    """

    dialog: type[ConfirmedSeveralView[Any]] = ConfirmedSeveralView

    def news(self, request: HttpRequest, seen: str, ids: Mapping[str, str]) -> dict[str, Any]:
        """Return the parts of the dialog that have changed."""
        dialog = self.dialog()
        dialog.setup(request, **ids)
        dialog.begin(request)
        dialog.connection = connect(request)
        try:
            dialog.look()
        except NotFound:
            return _gone(request, dialog.gone, _PARTS)
        if dialog.problem:
            return _gone(request, dialog.problem, _PARTS)
        if dialog.seen_now == seen:
            return {}
        dialog.load_rest()
        context = dialog.get_context_data()
        worse = dialog.news(seen) is not None
        return {
            **_situation(request, context, blocked=not context["usable"], worse=worse),
            "needed": context["needed"]["value"] if context["needed"] else "",
            "parts": {
                name: _rendered(request, template, context) for name, template in _PARTS.items()
            },
            "announce": dialog.announced(seen, worse=worse),
        }


def _situation(
    request: HttpRequest, context: dict[str, Any], *, blocked: bool, worse: bool
) -> dict[str, Any]:
    """Return what is told of every situation: warning, tick and button."""
    needed, told = context["needed"], context["explanation"]
    return {
        "seen": context["seen"],
        "blocked": blocked,
        "worse": worse,
        "explanation": _rendered(request, "_explanation.html", context) if told else "",
        "acknowledge": _rendered(request, "_acknowledge.html", context) if needed else "",
        "button": context["button"],
    }


def _gone(request: HttpRequest, problem: Problem, parts: Iterable[str] = ()) -> dict[str, Any]:
    """Return what to say where there is nothing to be copied; ``parts`` are emptied."""
    return {"gone": problem_html(request, problem), "parts": dict.fromkeys(parts, "")}


def _rendered(request: HttpRequest, template: str, context: dict[str, Any]) -> str:
    return rendered(request, f"{_FOLDER}/{template}", context)
