# SPDX-License-Identifier: Apache-2.0
"""Delete actions that report the reason for each object that was not deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django import shortcuts
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from horizon import messages

from snapshot_dashboard.cloud.errors import AnswerLost, CloudError, Unreachable
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import audit, causes
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume


class ReasonedDelete:
    """Mixin of stock's delete actions that reports each remaining object with its reason.

    Horizon's own batch action says only "Unable to delete volume: x" for whatever happened,
    our own bugs included. ``audit_action`` is what the audit log calls it.
    """

    audit_action = ""

    def remove(self, connection: Connection, datum: Any) -> None:
        """Delete what a row is about; a subclass says how."""
        raise NotImplementedError

    def subject(self, datum: Any) -> Snapshot | Volume:
        """Return what a row is about, for the audit log."""
        raise NotImplementedError

    def refusal(
        self, request: HttpRequest, connection: Connection, datum: Any, error: CloudError
    ) -> SafeString:
        """Return why an object stayed; a subclass may know more than the service says."""
        return reason_of(error)

    def handle(self: Any, table: Any, request: HttpRequest, obj_ids: list[str]) -> HttpResponse:
        """Delete each object, unless there is something to be told and confirmed before."""
        first = self.confirmation_url(table, request, obj_ids)
        if first is None:
            self.delete_each(table, request, obj_ids)
        elif not first:
            messages.error(request, _NO_DIALOG)
        return shortcuts.redirect(first or self.get_success_url(request))

    def confirmation_url(self, table: Any, request: HttpRequest, obj_ids: list[str]) -> str | None:
        """Return the address of the dialog that has to be seen before, None where none has to be.

        Empty where one has to be, and this person cannot open it.
        """
        return None

    def delete_each(
        self: Any, table: Any, request: HttpRequest, obj_ids: list[str], *, whole: bool = True
    ) -> list[str]:
        """Delete each object, report each result, and return the ids of those that go away.

        A service that does not answer is not asked again for the rest. ``whole`` is False where
        there were others, which have stayed.
        """
        done: list[str] = []
        accepted: list[str] = []
        silent = False
        for object_id in obj_ids:
            datum = table.get_object_by_id(object_id)
            label = table.get_object_display(datum) or object_id
            if not table._filter_action(self, request, datum):
                messages.error(request, not_allowed(self, label))
                continue
            if silent:
                messages.error(request, unable(self, label, _NOT_ASKED))
                continue
            call = partial(self.remove, datum=datum)
            facts = audit.whose(self.subject(datum))
            error = attempt(request, call, self.audit_action, object_id, **facts)
            silent = isinstance(error, AnswerLost | Unreachable)
            if error is None:
                done.append(label)
                accepted.append(object_id)
                self.success_ids.append(object_id)
            elif error.uncertain:
                parts = {"name": isolated(label), "reason": reason_of(error)}
                messages.error(request, sentence(_UNKNOWN, **parts))
            else:
                reason = self.refusal(request, connect(request), datum, error)
                messages.error(request, unable(self, label, reason))
        say_done(request, self, done, complete=whole and len(done) == len(obj_ids))
        return accepted


_NO_DIALOG = gettext_lazy(
    "Nothing was deleted: something has to be read and confirmed first, on a page that you cannot "
    "open. Ask somebody who can, or contact support."
)
_NOT_ALLOWED = gettext_lazy("Your role does not allow it.")
_NOT_ASKED = gettext_lazy("It was not tried, because the storage service does not answer.")
_UNKNOWN = gettext_lazy(
    'It is not known whether "%(name)s" was deleted. Look again in a moment. %(reason)s'
)


def say_done(request: HttpRequest, action: Any, labels: list[str], *, complete: bool) -> None:
    """Say stock's message of what an action did, at stock's level; nothing where it did nothing."""
    if labels:
        level = action.default_message_level if complete else "info"
        parts = {"action": action._get_action_name(labels, past=True), "objs": names(labels)}
        getattr(messages, level)(request, sentence(_("%(action)s: %(objs)s"), **parts))


def names(labels: Iterable[str]) -> SafeString:
    """Return several names, each kept apart from the text around it."""
    return format_html_join(", ", "{}", ((isolated(each),) for each in labels))


def unable(action: Any, label: str, reason: object) -> SafeString:
    """Return stock's message for one object that stays as it is, with the reason."""
    verb = action._get_action_name([label]).lower()
    failed = sentence(_("Unable to %(action)s: %(objs)s"), action=verb, objs=isolated(label))
    return format_html("{}. {}", failed, reason)


def not_allowed(action: Any, label: str) -> SafeString:
    """Return stock's message for one object that the role does not allow to change."""
    verb = action._get_action_name([label]).lower()
    text = _("You are not allowed to %(action)s: %(objs)s")
    refused = sentence(text, action=verb, objs=isolated(label))
    return format_html("{}. {}", refused, _NOT_ALLOWED)


def attempt(
    request: HttpRequest,
    call: Callable[[Connection], None],
    action: str,
    object_id: str,
    **facts: Any,
) -> CloudError | None:
    """Make a change, write it into the audit log, and return None or the error that it met."""
    try:
        link = connect(request)
        with audit.change(request, action, object_id, **facts):
            call(link)
    except CloudError as error:
        return error
    return None


def reason_of(error: CloudError) -> SafeString:
    """Return why something was not done, for a message."""
    return causes.message(error.failure)
