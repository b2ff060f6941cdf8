# SPDX-License-Identifier: Apache-2.0
"""Deleting, with the reason where it is refused, for the tables of both panels."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import shortcuts
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from horizon import exceptions, messages
from horizon.utils import functions

from snapshot_dashboard.cloud.errors import AnswerLost, CloudError, SessionExpired, Unreachable
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels import audit
from snapshot_dashboard.panels.html import isolated, sentence


class ReasonedDelete:
    """Mixed into stock's delete actions: every object that stays is told with its reason.

    Horizon's own batch action says only "Unable to delete volume: x" for whatever happened,
    our own bugs included. ``audit_action`` is what the audit log calls it.
    """

    audit_action = ""

    def remove(self, connection: Connection, object_id: str) -> None:
        """Delete one object; a subclass says how."""
        raise NotImplementedError

    def refusal(
        self, request: HttpRequest, connection: Connection, datum: Any, error: CloudError
    ) -> SafeString:
        """Return why an object stayed; a subclass may know more than the service says."""
        return reason_of(error)

    def handle(self: Any, table: Any, request: HttpRequest, obj_ids: list[str]) -> HttpResponse:
        """Delete each object, and report what was asked for and what was refused.

        A service that does not answer is not asked again for the rest.
        """
        done: list[str] = []
        silent = False
        for object_id in obj_ids:
            datum = table.get_object_by_id(object_id)
            label = table.get_object_display(datum) or object_id
            if silent or not table._filter_action(self, request, datum):
                reason = _NOT_ASKED if silent else _NOT_ALLOWED
                messages.error(request, not_deleted(label, str(reason)))
                continue
            call = partial(self.remove, object_id=object_id)
            error = attempt(request, call, self.audit_action, object_id)
            silent = isinstance(error, AnswerLost | Unreachable)
            if error is None:
                done.append(label)
                self.success_ids.append(object_id)
            elif error.uncertain:
                messages.error(request, sentence(_UNKNOWN, name=isolated(label)))
            else:
                reason = self.refusal(request, connect(request), datum, error)
                messages.error(request, not_deleted(label, reason))
        if done:
            names = functions.lazy_join(", ", done)
            messages.info(request, f"{self._get_action_name(done, past=True)}: {names}")
        return shortcuts.redirect(self.get_success_url(request))


_NOT_ALLOWED = gettext_lazy("Its state or your role does not allow it.")
_NOT_ASKED = gettext_lazy("It was not tried, because the storage service does not answer.")
_UNKNOWN = gettext_lazy(
    'It is not known whether "%(name)s" was deleted: the storage service did not answer in time. '
    "Look again in a moment."
)


def not_deleted(label: str, reason: object) -> SafeString:
    """Return the message for one object that stays."""
    text = _('"%(name)s" was not deleted. %(reason)s')
    return sentence(text, name=isolated(label), reason=reason)


def attempt(
    request: HttpRequest,
    call: Callable[[Connection], None],
    action: str,
    object_id: str,
    **facts: str,
) -> CloudError | None:
    """Make a change, write it into the audit log, and return None or the error that it met.

    :raises NotAuthenticated: the person has to log in again.
    """
    met: CloudError | None = None
    try:
        call(connect(request))
    except CloudError as error:
        met = error
    audit.record(request, action, object_id, met, **facts)
    if isinstance(met, SessionExpired):
        raise exceptions.NotAuthenticated from met
    return met


def reason_of(error: CloudError) -> SafeString:
    """Return the service's reason, which is English, and its request id."""
    if not error.status:
        return sentence(_("The service did not answer."))
    return sentence(
        _("Reason given by the service: %(reason)s Request ID: %(request_id)s"),
        reason=format_html('<bdi lang="en">{}</bdi>', error.reason),
        request_id=error.request_id,
    )
