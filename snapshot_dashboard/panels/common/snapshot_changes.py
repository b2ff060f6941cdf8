# SPDX-License-Identifier: Apache-2.0
"""Base of dialogs that change one snapshot or several, each by a request of its own.

They act on what was shown: a snapshot that is otherwise by then, because the storage service
finished its work or somebody else was faster, is shown again, and nothing is done.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from horizon import messages

from snapshot_dashboard.cloud import block_storage
from snapshot_dashboard.cloud.bounded_reads import Sparing
from snapshot_dashboard.cloud.errors import (
    AnswerLost,
    CloudError,
    Forbidden,
    NotFound,
    Unreachable,
)
from snapshot_dashboard.cloud.partial_reads import facts, failed, values
from snapshot_dashboard.panels.common import change_texts, problems, scope
from snapshot_dashboard.panels.common.change_texts import ChangeTexts, FailedChange
from snapshot_dashboard.panels.common.delete_action import reason_of
from snapshot_dashboard.panels.common.dialog import DialogView
from snapshot_dashboard.panels.common.forms import DescribedForm
from snapshot_dashboard.panels.common.html import link, short
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.lists.bulk import BulkAction
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.rules.snapshot import Snapshot

# How many are done at once: each is a call or two to read and to change.
MOST = 50
# Seconds after which the rest of several is left alone: no proxy waits much longer.
_PATIENCE = 20.0


class SeenForm(DescribedForm):
    """What was shown of each snapshot, as :func:`write_seen` writes it."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def forget(self) -> None:
        """Take back what was typed to confirm: it was meant for what was shown then."""


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A snapshot that is not changed, and why; ``read`` is whether it could be read."""

    label: str
    reason: SafeString | str
    read: bool = True


class SnapshotChangesView(DialogView):
    """A dialog about the snapshot named in its URL.

    A subclass says in :meth:`act` what is done with each, and in :meth:`tell_done` what is said
    when it was. ``words`` are for what was not, ``not_seen`` for a form that has shown nothing.
    """

    words: ChangeTexts
    not_seen: Problem
    details_page = ""
    # Whether a change since the form was shown is told in this answer.
    change_shown = False
    keeps_typed = False
    gone = problems.SNAPSHOT_GONE
    expired = change_texts.EXPIRED

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Return the ids that the address names."""
        return (self.kwargs["snapshot_id"],)

    @property
    def several(self) -> bool:
        """Tell whether the dialog is about more than one."""
        return len(self.ids) > 1

    def load(self) -> None:
        """Read each snapshot; of several, those that cannot be changed are listed and left alone.

        :raises CloudError: the only one cannot be read.
        """
        self.snapshots: list[Snapshot] = []
        self.left: list[LeftAlone] = []
        self.usable, self.problem = True, None
        if not 0 < len(self.ids) <= MOST:
            self.usable = False
            self.problem = change_texts.too_many(MOST) if self.ids else change_texts.NONE_CHOSEN
            return
        one = Sparing().each(partial(block_storage.snapshot, self.connection))
        read = facts(self.connection, one, self.ids)
        unread = failed(read)
        if unread and not self.several:
            raise next(iter(unread.values()))
        for each in values(read).values():
            self._take(each)
        self.left += [LeftAlone(short(key), reason_of(why), False) for key, why in unread.items()]
        if not self.snapshots and not self.problem:
            known = any(each.read for each in self.left)
            self.problem = change_texts.NONE_FIT if known else change_texts.NONE_READ
            self.usable = False

    def _take(self, snapshot: Snapshot) -> None:
        refusal = self.refusal(snapshot)
        if refusal is None:
            self.snapshots.append(snapshot)
            return
        parts = [f"{refusal.title}.", refusal.text, refusal.advice]
        reason = format_html_join(" ", "{}", ((each,) for each in parts if each))
        self.left.append(LeftAlone(snapshot.label, reason))
        if not self.several:
            self.usable, self.problem = False, refusal

    def refusal(self, snapshot: Snapshot) -> Problem | None:
        """Return why one that was read is not to be changed, None where it may be."""
        return None

    def state(self, snapshot: Snapshot) -> str:
        """Return what the form carries of what it has shown: one word."""
        raise NotImplementedError

    def unsent(self, error: CloudError) -> Problem:
        """Return what to say when the snapshot cannot be read to be acted on."""
        return self.words.unsent(error)

    def unread(self, error: CloudError) -> Problem:
        """Return what to say when the snapshot cannot be read to begin with."""
        if isinstance(error, Forbidden):
            return change_texts.forbidden(error)
        return super().unread(error)

    def switched(self) -> Problem:
        """Return what to say of a form that was opened in another project or region."""
        return scope.switched(self.request, self.scope, scope.NOT_CHANGED)

    def form_valid(self, form: SeenForm) -> HttpResponse:
        """Do it, unless a snapshot is not as it was shown."""
        if not self.usable:
            return self.again(form, self.problem)
        seen = read_seen(form.cleaned_data["seen"])
        changed = [each for each in self.snapshots if seen.get(each.id) != self.state(each)]
        if changed:
            form.forget()
            self.change_shown = True
            return self.again(form, self.changed(changed, seen) if seen else self.not_seen)
        if not self.several:
            return self.change_one(form, self.snapshots[0])
        return self.change_all(form)

    def changed(self, found: Iterable[Snapshot], seen: Mapping[str, str]) -> Problem:
        """Return what to say of those that have changed since the form was shown."""
        raise NotImplementedError

    def change_one(self, form: SeenForm, snapshot: Snapshot) -> HttpResponse:
        """Act on the only snapshot; an error keeps the dialog open."""
        failure = self.act(form, snapshot)
        if failure is None:
            self.tell_done(form, [snapshot])
            return self.finished()
        self.usable = not isinstance(failure.error, NotFound)
        problem = failure.words.problem(failure.error)
        if failure.error.uncertain:
            url = page(self.details_page, snapshot.id)
            problem = replace(problem, links=(link(url, _("Show snapshot")),))
        return self.again(form, problem)

    def change_all(self, form: SeenForm) -> HttpResponse:
        """Act on one after another, and leave a message for each that stayed.

        A service that does not answer, or takes too long, is not asked again for the rest.
        """
        for each in self.left:
            messages.error(self.request, self.words.left(each.label, each.reason))
        end = time.monotonic() + _PATIENCE
        silent = False
        done = []
        for snapshot in self.snapshots:
            if silent or time.monotonic() > end:
                reason = change_texts.NOT_TRIED
                messages.error(self.request, self.words.left(snapshot.label, reason))
                continue
            failure = self.act(form, snapshot)
            if failure is None:
                done.append(snapshot)
                continue
            messages.error(self.request, failure.words.message(snapshot.label, failure.error))
            silent = isinstance(failure.error, AnswerLost | Unreachable)
        if done:
            self.tell_done(form, done)
        return self.finished()

    def act(self, form: SeenForm, snapshot: Snapshot) -> FailedChange | None:
        """Do to one snapshot what the form says, and return what kept it from being done."""
        raise NotImplementedError

    def tell_done(self, form: SeenForm, done: list[Snapshot]) -> None:
        """Leave a message about those that were done."""
        raise NotImplementedError

    def seen(self) -> str:
        """Return what counts as shown: what is true now, once it cannot be overlooked.

        A form that comes back for another reason keeps what it said: a change is told first.
        """
        if self.request.method == "POST" and not self.change_shown:
            return str(self.request.POST.get("seen", ""))
        return write_seen({each.id: self.state(each) for each in self.snapshots})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what each of these dialogs says."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(
            submit_url=self.request.get_full_path(),
            seen=self.seen(),
            left=self.left if self.several else (),
        )
        return context


class SeveralMixin:
    """Mixin of a dialog about the snapshots named by ``?id=``."""

    @cached_property
    def ids(self: Any) -> tuple[str, ...]:
        """Return the ids that the address names, each once."""
        return tuple(dict.fromkeys(self.request.GET.getlist("id")))


class ChangeSeveral(BulkAction):
    """Action of the selected rows that opens such a dialog about them."""

    most = MOST

    def too_many(self) -> Problem:
        """Return what to say when more rows are selected than are possible at once."""
        return change_texts.too_many(MOST)


def write_seen(states: Mapping[str, str]) -> str:
    """Return ids and states for a form to carry."""
    return " ".join(f"{key}={state}" for key, state in states.items())


def read_seen(text: str) -> Mapping[str, str]:
    """Return the state of each id that a form has shown; what is not ours says nothing."""
    pairs = (word.partition("=") for word in text.split())
    return {snapshot_id: state for snapshot_id, _sign, state in pairs if state}
