# SPDX-License-Identifier: Apache-2.0
"""The part of the Create Snapshot dialog that is updated while the dialog is open."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.generic import View

from snapshot_dashboard.cloud import attachment
from snapshot_dashboard.cloud.attachment import Situation
from snapshot_dashboard.cloud.errors import CloudError, NotFound
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.panels.common import changes, problems
from snapshot_dashboard.panels.common.attachment_state import verdicts
from snapshot_dashboard.panels.common.attachment_state.explanation import explain
from snapshot_dashboard.panels.common.html import isolated, link, sentence, short
from snapshot_dashboard.panels.common.json_answers import JsonAnswer
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.scope import elsewhere
from snapshot_dashboard.rules import commands, fingerprint
from snapshot_dashboard.rules.attachment import Acknowledgement, Exposure
from snapshot_dashboard.rules.quiesced import blocker


def shown(request: HttpRequest, situation: Situation) -> dict[str, Any]:
    """Return what the templates need to tell a situation."""
    exposure = situation.exposure
    needed = exposure.acknowledgement
    volume_id = exposure.volume.id
    return {
        "explanation": explain(situation, request.user),
        "quiesced_url": offer_url(exposure),
        "blocked": exposure.blocked,
        "needed": needed,
        "acknowledgement": verdicts.acknowledgement(needed) if needed else "",
        "seen": fingerprint.write(exposure),
        "button": button(needed),
        "attach_url": reverse("horizon:project:volumes:attach", args=(volume_id,)),
        "set_link": whole_instance_link(exposure),
        "command_base": commands.snapshot_base(volume_id, force=needed is not None),
    }


def button(needed: Acknowledgement | None) -> dict[str, str]:
    """Return class, label and title of the one button, forced or not."""
    if needed is None:
        return {"kind": "btn-primary", "label": _("Create Volume Snapshot"), "title": ""}
    return {
        "kind": "btn-warning",
        "label": _("Create Volume Snapshot (Force)"),
        "title": _("Creates the snapshot although the volume is attached."),
    }


class LiveView(View):
    """Tells an open dialog what has changed since ``?seen=``."""

    def get(self, request: HttpRequest, volume_id: str) -> HttpResponse:
        """Read the verdict anew: one light request."""
        if elsewhere(request):
            # There the volume seems to be gone. The button says what is the matter.
            return JsonAnswer({})
        try:
            situation = attachment.read(connect(request), volume_id)
        except NotFound:
            return JsonAnswer({"gone": _rendered(request, problem=problems.VOLUME_GONE)})
        except CloudError:
            # What was shown stays: the next look, or the button, reads it again.
            return HttpResponse(status=503)
        seen = request.GET.get("seen", "")
        if fingerprint.write(situation.exposure) == seen:
            return JsonAnswer({})
        return JsonAnswer(_changed(request, situation, seen))


def _rendered(request: HttpRequest, **context: Any) -> str:
    return str(render_to_string("snapshot_dashboard/common/_problem.html", context, request))


def _changed(request: HttpRequest, situation: Situation, seen: str) -> dict[str, Any]:
    context = shown(request, situation)
    exposure = situation.exposure
    folder = "snapshot_dashboard"
    before = fingerprint.read(seen)
    worse = not fingerprint.covers(before, exposure)
    return {
        "seen": context["seen"],
        "blocked": exposure.blocked,
        "worse": worse,
        "needed": context["needed"].value if context["needed"] else "",
        "explanation": (
            render_to_string(f"{folder}/common/_explanation.html", context, request)
            if context["explanation"]
            else ""
        ),
        "acknowledge": (
            render_to_string(f"{folder}/common/_acknowledge.html", context, request)
            if context["needed"]
            else ""
        ),
        "button": context["button"],
        "command": context["command_base"],
        "announce": changes.announced(before, exposure, worse=worse),
    }


def offer_url(exposure: Exposure) -> str:
    """Return where quiesced snapshots are created, empty where quiescing is not certain."""
    if blocker(exposure) is not None:
        return ""
    return page("horizon:project:volumes:create_frozen", exposure.volume.id)


def whole_instance_link(exposure: Exposure) -> SafeString | str:
    """Return a link to the dialog about all volumes of the one instance that uses this volume."""
    instances = [each.instance for each in exposure.holders if each.instance]
    dialog = page("horizon:project:volumes:snapshot_set")
    if len(instances) != 1 or exposure.blocked or not dialog:
        return ""
    (instance,) = instances
    name = isolated(instance.name or short(instance.id))
    text = sentence(_("Snapshot all volumes of %(instance)s instead"), instance=name)
    return link(f"{dialog}?{urlencode({'instance': instance.id})}", text)
