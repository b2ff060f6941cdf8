# SPDX-License-Identifier: Apache-2.0
"""Asks Horizon's own policy files which actions it shows to somebody with some roles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest
from openstack_auth import policy
from openstack_auth.user import User

from snapshot_dashboard.rules.cloud_features import RULES, scope_of

_NOBODY = "nobody"


class Roles:
    """Backend of Django's for the person of a request that nobody has sent."""

    request: Any = None

    def get_user(self, _user_id: str) -> User:
        """Return who is asked about."""
        found: User = self.request.person
        return found


def allowed(roles: Sequence[str]) -> dict[str, bool]:
    """Return of each rule that decides about our actions whether these roles fulfil it."""
    request: Any = HttpRequest()
    backend = f"{Roles.__module__}.{Roles.__name__}"
    request.session = {SESSION_KEY: _NOBODY, BACKEND_SESSION_KEY: backend}
    named = [{"name": each} for each in roles]
    request.person = User(id=_NOBODY, project_id=_NOBODY, roles=named, enabled=True)
    return {rule: bool(policy.check(((scope_of(rule), rule),), request)) for rule in RULES}
