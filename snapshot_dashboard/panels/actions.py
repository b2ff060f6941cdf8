# SPDX-License-Identifier: Apache-2.0
"""Deleting, with the reason where it is refused, for the tables of both panels."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import shortcuts
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from horizon import exceptions, messages
from horizon.utils import functions

from snapshot_dashboard.cloud.errors import CloudError, SessionExpired
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.html import isolated, sentence


class ReasonedDelete:
    """Mixed into stock's delete actions: every object that stays is told with its reason.

    Horizon's own batch action says only "Unable to delete volume: x" for whatever happened,
    our own bugs included.
    """

    def remove(self, connection: Connection, object_id: str) -> None:
        """Delete one object; a subclass says how."""
        raise NotImplementedError

    def handle(self: Any, table: Any, request: HttpRequest, obj_ids: list[str]) -> HttpResponse:
        """Delete each object, and report what was asked for and what was refused."""
        done, kept = [], []
        for object_id in obj_ids:
            datum = table.get_object_by_id(object_id)
            label = table.get_object_display(datum) or object_id
            if not table._filter_action(self, request, datum):
                kept.append((label, _("Its state or your role does not allow it.")))
                continue
            reason = attempt(request, partial(self.remove, object_id=object_id))
            if reason is None:
                done.append(label)
                self.success_ids.append(object_id)
            else:
                kept.append((label, reason))
        self.report(request, done, kept)
        return shortcuts.redirect(self.get_success_url(request))

    def report(
        self: Any, request: HttpRequest, done: list[str], kept: list[tuple[str, str]]
    ) -> None:
        """Put one message in stock's words for what was asked, one for each that stays."""
        for label, reason in kept:
            messages.error(
                request,
                sentence(
                    _('"%(name)s" was not deleted. %(reason)s'),
                    name=isolated(label),
                    reason=reason,
                ),
            )
        if done:
            action = self._get_action_name(done, past=True)
            names = functions.lazy_join(", ", done)
            messages.info(request, f"{action}: {names}")


def attempt(request: HttpRequest, call: Callable[[Connection], None]) -> str | None:
    """Make a change; return None, or the reason why it was refused.

    :raises NotAuthenticated: the person has to log in again.
    """
    try:
        call(connect(request))
    except SessionExpired as error:
        raise exceptions.NotAuthenticated from error
    except CloudError as error:
        return reason_of(error)
    return None


def reason_of(error: CloudError) -> str:
    """Return the service's reason and request id in one sentence."""
    if not error.status:
        return _("The storage service did not answer.")
    return _("Reason given by the service: %(reason)s Request ID: %(request_id)s") % {
        "reason": error.reason,
        "request_id": error.request_id,
    }
