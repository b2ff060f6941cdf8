# SPDX-License-Identifier: Apache-2.0
"""Ready-made texts with which a project runs the command of schedules itself."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openstack_auth.utils import get_admin_roles

from snapshot_dashboard import settings
from snapshot_dashboard.cloud.identity import public_catalog, public_identity
from snapshot_dashboard.rules.programs import scheduling
from snapshot_dashboard.rules.programs.scheduling import Place
from snapshot_dashboard.rules.schedules.access_rules import access_rules

_ADMINISTRATOR = gettext_lazy(
    'Of your roles here only "%(role)s" can take snapshots, and it may do far more than this '
    'needs. Better have somebody make these credentials who has the role "member" in this project.'
)
_READER = gettext_lazy(
    'Your role here, "reader", cannot take snapshots. Have somebody make these credentials who has '
    'the role "member" in this project.'
)


@dataclass(frozen=True, slots=True)
class Ready:
    """A text to copy, and what it is; ``warning`` is read before it."""

    title: str
    text: str
    warning: str = ""


def texts(request: HttpRequest, *, quiesced: bool) -> list[Ready]:
    """Return how to run it, with this cloud and project; nothing where the operator does.

    ``quiesced`` tells whether file systems are to be frozen, for which more has to be allowed.
    """
    if settings.get("SCHEDULES") != "user":
        return []
    user = request.user
    place = Place(public_identity(request), user.services_region or "", user.project_name)
    role = _role([each["name"] for each in user.roles])
    return [
        Ready(
            _("1. Credentials that may do this and nothing else"),
            scheduling.credential(role, _rules(request, quiesced=quiesced)),
            _warning(role),
        ),
        Ready(_("2. Where the command finds them"), scheduling.clouds_yaml(place)),
        Ready(_("3. Either cron runs it"), scheduling.cron()),
        Ready(_("Or a timer of systemd"), scheduling.systemd()),
        Ready(_("Or a CronJob of Kubernetes"), scheduling.kubernetes()),
    ]


def _role(mine: Collection[str]) -> str:
    """Return the role that the command is to have: one that may change something, not much more."""
    rest = sorted(mine, key=lambda each: (each == "reader", _is_administrator(each), each))
    return "member" if "member" in rest or not rest else rest[0]


def _warning(role: str) -> str:
    """Return what is wrong with a role; empty where nothing is."""
    if role == "reader":
        return str(_READER)
    return _ADMINISTRATOR % {"role": role} if _is_administrator(role) else ""


def _is_administrator(role: str) -> bool:
    return role.lower() in get_admin_roles()


def _rules(request: HttpRequest, *, quiesced: bool) -> str:
    """Return the access rules as JSON, one in a line."""
    found = access_rules(public_catalog(request), quiesced=quiesced)
    return "[\n " + ",\n ".join(json.dumps(each) for each in found) + "\n]"
