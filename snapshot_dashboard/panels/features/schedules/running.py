# SPDX-License-Identifier: Apache-2.0
"""Ready-made texts with which a project runs the command of schedules itself."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from snapshot_dashboard import settings
from snapshot_dashboard.cloud.identity import public_catalog, public_identity
from snapshot_dashboard.rules.programs import scheduling
from snapshot_dashboard.rules.programs.scheduling import Place
from snapshot_dashboard.rules.schedules.access_rules import access_rules


@dataclass(frozen=True, slots=True)
class Ready:
    """A text to copy, and what it is."""

    title: str
    text: str


def texts(request: HttpRequest, *, quiesced: bool) -> list[Ready]:
    """Return how to run it, with this cloud and project; nothing where the operator does.

    ``quiesced`` tells whether file systems are to be frozen, for which more has to be allowed.
    """
    if settings.get("SCHEDULES") != "user":
        return []
    user = request.user
    place = Place(public_identity(request), user.services_region or "", user.project_name)
    roles = sorted(each["name"] for each in user.roles)
    role = "member" if "member" in roles or not roles else roles[0]
    return [
        Ready(
            _("1. Credentials that may do this and nothing else"),
            scheduling.credential(role, _rules(request, quiesced=quiesced)),
        ),
        Ready(_("2. Where the command finds them"), scheduling.clouds_yaml(place)),
        Ready(_("3. Either cron runs it"), scheduling.cron()),
        Ready(_("Or a timer of systemd"), scheduling.systemd()),
        Ready(_("Or a CronJob of Kubernetes"), scheduling.kubernetes()),
    ]


def _rules(request: HttpRequest, *, quiesced: bool) -> str:
    """Return the access rules as JSON, one in a line."""
    found = access_rules(public_catalog(request), quiesced=quiesced)
    return "[\n " + ",\n ".join(json.dumps(each) for each in found) + "\n]"
