# SPDX-License-Identifier: Apache-2.0
"""The base of dialogs that make something: each form makes one thing, once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from snapshot_dashboard.cloud import idempotency
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.idempotency import AlreadyMade
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.panels.common import audit, problems
from snapshot_dashboard.panels.common.dialog import DialogView
from snapshot_dashboard.panels.common.html import dialog_link
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.problems import EXPIRED, LOST, Problem
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume

# What a dialog makes.
Made = TypeVar("Made", Snapshot, Volume)


class MakingView(DialogView, Generic[Made]):
    """A dialog that makes a snapshot or a volume, and knows afterwards what its form has made.

    A subclass gives ``resource`` (``snapshots`` or ``volumes``), and tells in :meth:`look` and
    :meth:`page_of` how what was made is found and linked.
    """

    resource = ""
    expired = EXPIRED
    sending = _("Creating...")
    # The form has made its object before: there is nothing to fill in any more.
    done = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Give a new form its id before anything else."""
        self.request_id = _as_request_id(request.POST.get("request"))
        return super().dispatch(request, *args, **kwargs)

    def again(
        self, form: forms.Form, problem: Problem | None = None, *, looked: bool = False
    ) -> HttpResponse:
        """Show the dialog again with what was typed, and what went wrong.

        Unless the form was sent before, and made something or may have: then that is to be told.
        ``looked`` says that this is known already.
        """
        earlier = None if looked else self.earlier(form)
        return super().again(form, problem) if earlier is None else earlier

    def earlier(self, form: forms.Form) -> HttpResponse | None:
        """Answer with what an earlier sending of this form has made, None where there is none."""
        state = self.sent_before()
        if state is idempotency.AttemptState.NONE and idempotency.is_shared():
            return None
        try:
            found = self.look()
        except CloudError:
            # What cannot be looked for may be there.
            return self.again(form, problems.under_way(self.resource), looked=True)
        if found:
            return self.not_made(form, AlreadyMade(found))
        if state is idempotency.AttemptState.UNDER_WAY:
            return self.again(form, problems.under_way(self.resource), looked=True)
        return None

    def sent_before(self) -> idempotency.AttemptState:
        """Tell what is known of an earlier sending of this form where it was opened."""
        return idempotency.state(self.scope.region, self.scope.project_id, self.request_id)

    def unsent(self, error: CloudError) -> Problem:
        """Say that nothing was created, unless the form was sent before."""
        if self.sent_before() is not idempotency.AttemptState.NONE:
            return problems.under_way(self.resource)
        return problems.unsent(error, self.resource)

    def switched(self) -> Problem:
        """Say that nothing was created, unless the form was sent before."""
        if self.sent_before() is not idempotency.AttemptState.NONE:
            return problems.under_way(self.resource)
        return super().switched()

    def outcome_url(self) -> str:
        """Return where a script asks what became of a form whose answer was lost."""
        raise NotImplementedError

    def look(self) -> Sequence[Made]:
        """Return what this form has made so far.

        :raises CloudError: it cannot be read.
        """
        raise NotImplementedError

    def make_once(self, action: str, call: Callable[[], Made], **facts: Any) -> Made:
        """Make what the form asks for unless it has done so, and write the audit log.

        :raises CloudError: it was not made, that is not known, or it was made before.
        """
        sent: list[audit.Change] = []

        def audited() -> Made:
            with audit.change(self.request, action, None, **facts) as change:
                sent.append(change)
                made = call()
                change.made = made.id
            return made

        def look() -> Sequence[Made]:
            # Slow reads before it, or a write that timed out, have used up the page's time.
            self.connection = connect(self.request, afresh=True)
            return self.look()

        made = idempotency.make_once(self.connection, self.request_id, look=look, make=audited)
        for change in sent:
            if change.made is None:
                change.made = made.id
                change.accepted(found_later=True)
        return made

    def page_of(self, made: Made) -> SafeString:
        """Return a link to what was made."""
        raise NotImplementedError

    def not_made(self, form: forms.Form, error: CloudError) -> HttpResponse:
        """Come back with what went wrong, or with what the form has made before."""
        if not isinstance(error, AlreadyMade):
            return self.again(form, problems.creating(error, self.resource), looked=True)
        links: tuple[SafeString, ...] = tuple(self.page_of(each) for each in error.found)
        another = dialog_link(self.request.get_full_path(), _("Create Another"))
        names = [each.label for each in error.found]
        self.usable, self.done = False, True
        problem = problems.already_made(self.resource, names, (*links, another))
        return self.again(form, problem, looked=True)

    def frame(self) -> dict[str, Any]:
        """Return what lets a script follow the form, and the way to what uses up a limit."""
        return {
            "request_id": self.request_id,
            "outcome_url": self.outcome_url(),
            "lost": LOST[self.resource],
            "paused": problems.PAUSED,
            "oldest_url": _oldest_first(),
        }


def _as_request_id(text: str | None) -> str:
    """Return the request id that a form carries, a new one for a form without (stock's)."""
    try:
        return str(uuid.UUID(text or ""))
    except ValueError:
        return str(uuid.uuid4())


def _oldest_first() -> str:
    """Return the address of the oldest snapshots, empty where there is no such page."""
    snapshots = page("horizon:project:snapshots:index")
    return f"{snapshots}?sort=created_at" if snapshots else ""
