# SPDX-License-Identifier: Apache-2.0
"""Base of Update Status and Force Delete: one snapshot of any project, or several.

They act on the status that was shown: a snapshot that has another one by then, because Cinder
finished its work or somebody else was faster, is shown again, and nothing is done.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from horizon import messages
from openstack_dashboard.dashboards.project.volumes import tables as stock

from snapshot_dashboard.cloud import block_storage, names
from snapshot_dashboard.cloud.bounded_reads import Sparing
from snapshot_dashboard.cloud.errors import (
    AnswerLost,
    CloudError,
    Forbidden,
    NotFound,
    Unreachable,
)
from snapshot_dashboard.cloud.partial_reads import facts, failed, values
from snapshot_dashboard.panels.common import problems, scope
from snapshot_dashboard.panels.common.dates import shown
from snapshot_dashboard.panels.common.delete_action import reason_of
from snapshot_dashboard.panels.common.dialog import DialogView
from snapshot_dashboard.panels.common.html import link, short
from snapshot_dashboard.panels.common.links import lazy_page, page
from snapshot_dashboard.panels.common.lists.rows import Named
from snapshot_dashboard.panels.common.object_links import named_link
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.panels.common.support.rows import SupportSnapshotRow, snapshot_rows
from snapshot_dashboard.panels.features.support_repair import texts
from snapshot_dashboard.panels.features.support_repair.forms import FixingForm
from snapshot_dashboard.panels.features.support_repair.texts import FailedRepair, RepairTexts
from snapshot_dashboard.rules.snapshot import Snapshot

# How many are done at once: each is a call or two to read and to change.
MOST = 50
# Seconds after which the rest of several is left alone: no proxy waits much longer.
_PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class SnapshotToRepair:
    """A snapshot in the list of a dialog; ``reason`` says why it is unreadable and skipped."""

    short_id: str
    name: str = ""
    volume: SafeString | str = ""
    project: SafeString | str = ""
    size: str = ""
    created: str = ""
    status: str = ""
    reason: SafeString | str = ""


class FixingView(DialogView):
    """A dialog about the snapshot named in its URL.

    A subclass says in :meth:`act` what is done with each, and in :meth:`tell_done` what is said
    when it was. ``words`` are for what was not.
    """

    words: RepairTexts
    # Whether a change since the form was shown is told in this answer.
    change_shown = False
    keeps_typed = False
    gone = problems.SNAPSHOT_GONE
    expired = texts.EXPIRED
    success_url = lazy_page("horizon:admin:snapshots:index")

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Return the ids that the address names."""
        return (self.kwargs["snapshot_id"],)

    @property
    def several(self) -> bool:
        """Tell whether the dialog is about more than one."""
        return len(self.ids) > 1

    def load(self) -> None:
        """Read each snapshot; of several, those that cannot be read are listed and left alone.

        :raises CloudError: the only one cannot be read.
        """
        self.snapshots: list[Snapshot] = []
        self.left: dict[str, CloudError] = {}
        if not 0 < len(self.ids) <= MOST:
            self.usable = False
            self.problem = texts.too_many(MOST) if self.ids else texts.NONE_CHOSEN
            return
        one = Sparing().each(partial(block_storage.snapshot, self.connection))
        read = facts(self.connection, one, self.ids)
        self.snapshots, self.left = list(values(read).values()), failed(read)
        if self.left and not self.several:
            raise next(iter(self.left.values()))
        if not self.snapshots:
            self.usable, self.problem = False, texts.NONE_READ

    def unsent(self, error: CloudError) -> Problem:
        """Return what to say when the snapshot cannot be read to be acted on."""
        return self.words.unsent(error)

    def unread(self, error: CloudError) -> Problem:
        """Return what to say when the snapshot cannot be read to begin with."""
        if isinstance(error, Forbidden):
            return texts.forbidden(error)
        return super().unread(error)

    def switched(self) -> Problem:
        """Return what to say of a form that was opened in another project or region."""
        return scope.switched(self.request, self.scope, scope.NOT_CHANGED)

    def form_valid(self, form: FixingForm) -> HttpResponse:
        """Do it, unless a status is not the one that was shown."""
        if not self.usable:
            return self.again(form, self.problem)
        seen = read_seen(form.cleaned_data["seen"])
        changed = [each for each in self.snapshots if seen.get(each.id) != each.status]
        if changed:
            return self.shown_anew(form, changed, seen)
        if not self.several:
            return self.fix_one(form, self.snapshots[0])
        return self.fix_all(form)

    def shown_anew(
        self, form: FixingForm, changed: list[Snapshot], seen: Mapping[str, str]
    ) -> HttpResponse:
        """Come back with what has changed since the form was shown, to be confirmed anew."""
        form.forget()
        self.change_shown = True
        if not seen:
            return self.again(form, texts.NOT_SEEN)
        found = ((each.label, seen.get(each.id), each.status) for each in changed)
        return self.again(form, texts.changed(found))

    def fix_one(self, form: FixingForm, snapshot: Snapshot) -> HttpResponse:
        """Act on the only snapshot; an error keeps the dialog open."""
        failure = self.act(form, snapshot)
        if failure is None:
            self.tell_done(form, [snapshot])
            return self.finished()
        self.usable = not isinstance(failure.error, NotFound)
        problem = failure.words.problem(failure.error)
        if failure.error.uncertain:
            url = page("horizon:admin:snapshots:detail", snapshot.id)
            problem = replace(problem, links=(link(url, _("Show snapshot")),))
        return self.again(form, problem)

    def fix_all(self, form: FixingForm) -> HttpResponse:
        """Act on one after another, and leave a message for each that stayed.

        A service that does not answer, or takes too long, is not asked again for the rest.
        """
        for snapshot_id, error in self.left.items():
            messages.error(self.request, self.words.left(short(snapshot_id), reason_of(error)))
        end = time.monotonic() + _PATIENCE
        silent = False
        done = []
        for snapshot in self.snapshots:
            if silent or time.monotonic() > end:
                reason = texts.NOT_TRIED
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

    def act(self, form: FixingForm, snapshot: Snapshot) -> FailedRepair | None:
        """Do to one snapshot what the form says, and return what kept it from being done."""
        raise NotImplementedError

    def tell_done(self, form: FixingForm, done: list[Snapshot]) -> None:
        """Leave a message about those that were done."""
        raise NotImplementedError

    def seen(self) -> str:
        """Return what counts as shown: the statuses of now, once they cannot be overlooked.

        A form that comes back for another reason keeps what it said: a change is told first.
        """
        if self.request.method == "POST" and not self.change_shown:
            return str(self.request.POST.get("seen", ""))
        return write_seen(self.snapshots)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add everything that the dialog says."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(
            submit_url=self.request.get_full_path(),
            lines=self.lines(),
            seen=self.seen(),
            **self.texts_context(),
        )
        return context

    def lines(self) -> list[SnapshotToRepair]:
        """Return the snapshots so that each can be told from any other, those left alone last."""
        if not self.several:
            names.look_up(self.connection, "project", _projects(self.snapshots))
        rows = snapshot_rows(self.connection, self.snapshots)
        left = [
            SnapshotToRepair(short(each), reason=reason_of(error))
            for each, error in self.left.items()
        ]
        return [_line(self.request, row) for row in rows] + left

    def texts_context(self) -> dict[str, Any]:
        """Return what this dialog says of the snapshots that it has read."""
        raise NotImplementedError


class SeveralMixin:
    """Mixin of a dialog about the snapshots named by ``?id=``."""

    @cached_property
    def ids(self: Any) -> tuple[str, ...]:
        """Return the ids that the address names, each once."""
        return tuple(dict.fromkeys(self.request.GET.getlist("id")))


def write_seen(snapshots: Iterable[Snapshot]) -> str:
    """Return ids and statuses for a form to carry."""
    return " ".join(f"{each.id}={each.status}" for each in snapshots)


def read_seen(text: str) -> Mapping[str, str]:
    """Return the status of each id that a form has shown; what is not ours says nothing."""
    pairs = (word.partition("=") for word in text.split())
    return {snapshot_id: status for snapshot_id, _sign, status in pairs if status}


def _projects(snapshots: Iterable[Snapshot]) -> set[str]:
    return {each.project_id for each in snapshots if each.project_id}


def _line(request: HttpRequest, row: SupportSnapshotRow) -> SnapshotToRepair:
    return SnapshotToRepair(
        short(row.id),
        row.snapshot.name,
        volume=_unlinked("volume", row._volume),
        project=_unlinked("project", row.owner) if row.owner else _("-"),
        size=stock.get_size(row),
        created=shown(request, row.created),
        status=status_word(row.status),
    )


def _unlinked(kind: str, other: Named) -> SafeString:
    """Return a name that leads nowhere, not to lose the dialog; its whole id until it is known."""
    return named_link("", kind, other if other.known else replace(other, name=other.id))
