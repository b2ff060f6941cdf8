# SPDX-License-Identifier: Apache-2.0
"""The part of the Create Snapshot dialog that is updated while the dialog is open."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from snapshot_dashboard.cloud.attachment import Situation
from snapshot_dashboard.panels.common.attachment_state.explanation import frozen_url
from snapshot_dashboard.panels.common.attachment_state.live import SituationView, situation_shown
from snapshot_dashboard.panels.common.html import isolated, link, sentence, short
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.rules.attachment import Exposure


def shown(request: HttpRequest, situation: Situation) -> dict[str, Any]:
    """Return what the templates need to tell a situation."""
    exposure = situation.exposure
    return situation_shown(request, situation, "snapshots") | {
        "quiesced_url": frozen_url(exposure),
        "set_link": whole_instance_link(exposure),
    }


class LiveView(SituationView):
    """Tells an open Create Snapshot dialog what has changed."""

    resource = "snapshots"

    def shown(self, request: HttpRequest, situation: Situation) -> dict[str, Any]:
        """Return what the dialog's templates need to tell a situation."""
        return shown(request, situation)


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
