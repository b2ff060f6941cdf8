# SPDX-License-Identifier: Apache-2.0
"""Updates open dialogs about a volume when its situation has changed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.generic import View

from snapshot_dashboard.cloud import attachment
from snapshot_dashboard.cloud.attachment import Situation
from snapshot_dashboard.cloud.errors import CloudError, NotFound
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.panels.common import changes, problems
from snapshot_dashboard.panels.common.attachment_state import verdicts
from snapshot_dashboard.panels.common.attachment_state.explanation import acknowledgement, explain
from snapshot_dashboard.panels.common.json_answers import JsonAnswer
from snapshot_dashboard.panels.common.scope import elsewhere
from snapshot_dashboard.rules import fingerprint

_FOLDER = "snapshot_dashboard/common"


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


class SituationView(View):
    """Tells an open dialog what has changed since ``?seen=``."""

    resource = ""

    def shown(self, request: HttpRequest, situation: Situation) -> dict[str, Any]:
        """Return what the dialog's templates need to tell a situation, its button included."""
        return situation_shown(request, situation, self.resource)

    def get(self, request: HttpRequest, volume_id: str) -> HttpResponse:
        """Read the verdict anew: one light request."""
        if elsewhere(request):
            # There the volume seems to be gone. The button says what is the matter.
            return JsonAnswer({})
        try:
            situation = attachment.read(connect(request), volume_id)
        except NotFound:
            context = {"problem": problems.VOLUME_GONE}
            return JsonAnswer({"gone": _rendered(request, "_problem.html", context)})
        except CloudError:
            # What was shown stays: the next look, or the button, reads it again.
            return HttpResponse(status=503)
        seen = request.GET.get("seen", "")
        if fingerprint.write(situation.exposure) == seen:
            return JsonAnswer({})
        return JsonAnswer(self.changed(request, situation, seen))

    def changed(self, request: HttpRequest, situation: Situation, seen: str) -> dict[str, Any]:
        """Return the parts of the dialog as they have to be now."""
        context = self.shown(request, situation)
        exposure = situation.exposure
        before = fingerprint.read(seen)
        worse = not fingerprint.covers(before, exposure)
        told, needed = context["explanation"], context["needed"]
        return {
            "seen": context["seen"],
            "blocked": exposure.blocked,
            "worse": worse,
            "needed": needed.value if needed else "",
            "explanation": _rendered(request, "_explanation.html", context) if told else "",
            "acknowledge": _rendered(request, "_acknowledge.html", context) if needed else "",
            "button": context["button"],
            "command": context.get("command_base", ""),
            "announce": changes.announced(before, exposure, worse=worse, resource=self.resource),
        }


def _rendered(request: HttpRequest, template: str, context: dict[str, Any]) -> str:
    return str(render_to_string(f"{_FOLDER}/{template}", context, request))
