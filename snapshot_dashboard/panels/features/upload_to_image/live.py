# SPDX-License-Identifier: Apache-2.0
"""The part of the Upload to Image dialog that follows the volume while the dialog is open."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from snapshot_dashboard.cloud.attachment import Situation
from snapshot_dashboard.panels.common.attachment_state.live import SituationView, situation_shown
from snapshot_dashboard.rules.attachment import Acknowledgement


def shown(request: HttpRequest, situation: Situation) -> dict[str, Any]:
    """Return what the templates need to tell a situation."""
    context = situation_shown(request, situation, "images")
    return context | {"button": button(situation.exposure.acknowledgement)}


def button(needed: Acknowledgement | None) -> dict[str, str]:
    """Return class, label and title of the one button, forced or not."""
    if needed is None:
        return {"kind": "btn-primary", "label": _("Upload"), "title": ""}
    return {
        "kind": "btn-warning",
        "label": _("Upload (Force)"),
        "title": _("Creates the image although the volume is attached."),
    }


class UploadLiveView(SituationView):
    """Answers an open Upload to Image dialog."""

    resource = "images"

    def shown(self, request: HttpRequest, situation: Situation) -> dict[str, Any]:
        """Return what the dialog's templates need to tell a situation."""
        return shown(request, situation)
