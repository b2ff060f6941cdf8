# SPDX-License-Identifier: Apache-2.0
"""The result of each snapshot of a set, one line for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from snapshot_dashboard.cloud import consistency, messages
from snapshot_dashboard.cloud import sets as cloud
from snapshot_dashboard.cloud.idempotency import AttemptState
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.partial_reads import facts, values
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.cloud.sets import FoundSet
from snapshot_dashboard.panels.common import audit, causes, freed, recommended_step
from snapshot_dashboard.panels.common.html import isolated, link, sentence
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.lists.rows import Named
from snapshot_dashboard.panels.common.object_links import object_link, remembered
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.rules import sets
from snapshot_dashboard.rules.message import Message
from snapshot_dashboard.rules.sets import Plan
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Phase, phase


@dataclass(frozen=True, slots=True)
class VolumeLine:
    """One volume of a set; ``result`` is the result of its snapshot.

    ``missing`` tells that it may be tried again, ``moving`` that it is worth looking again.
    """

    volume_id: str
    name: SafeString
    result: SafeString
    made: bool = False
    missing: bool = False
    moving: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """All lines of a set and their summary; ``asked_for`` may exceed their number.

    ``snapshot_ids`` are those of the snapshots that were made, ``price`` is what they cost.
    """

    lines: tuple[VolumeLine, ...]
    asked_for: int
    snapshot_ids: tuple[str, ...] = ()
    price: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the volumes whose snapshots may be tried again."""
        return tuple(each.volume_id for each in self.lines if each.missing)

    @property
    def moving(self) -> bool:
        """Tell whether something is still going to change by itself."""
        return any(each.moving for each in self.lines)

    @property
    def summary(self) -> str:
        """Return how many of all there are."""
        text = ngettext(
            "%(ok)d of %(all)d snapshot requested.",
            "%(ok)d of %(all)d snapshots requested.",
            self.asked_for,
        )
        return text % {"ok": sum(each.made for each in self.lines), "all": self.asked_for}

    @property
    def others(self) -> str:
        """Return what is said of those that were asked for and are not among the lines."""
        count = self.asked_for - len(self.lines)
        if count < 1:
            return ""
        text = ngettext(
            "%(count)d more was asked for together with these. It was not created, or has been "
            "deleted.",
            "%(count)d more were asked for together with these. They were not created, or have "
            "been deleted.",
            count,
        )
        return text % {"count": count}


def read(
    request: HttpRequest, connection: Connection, set_id: str, ids: list[str], plan: Plan | None
) -> Lines:
    """Read a set and tell what became of each of its volumes.

    :raises CloudError: it cannot be read.
    """
    labels = dict(plan.volumes) if plan else {}
    found = cloud.find(connection, set_id, dict.fromkeys([*ids, *labels]))
    wanted = list(dict.fromkeys([*ids, *labels, *found.members]))[: sets.MOST]
    members = [each for each in map(found.of, wanted) if each]
    _settle(request, connection, members)
    teller = _Teller(connection, set_id, plan, found, _reasons(connection, members))
    by_id = remembered(connection, "volume", [each for each in wanted if each not in labels])

    def named(volume_id: str) -> SafeString:
        label = labels.get(volume_id)
        return object_link("volume", Named(volume_id, label) if label else by_id(volume_id))

    counts = [belongs.count for belongs in map(_membership, members) if belongs]
    lines = tuple(teller.line(each, named) for each in wanted)
    made = [each for each in members if sets.is_made(each)]
    ids_made = tuple(each.id for each in made)
    return Lines(
        lines, max([len(lines), *counts]), ids_made, freed.price(made, plan.types if plan else {})
    )


def _membership(snapshot: Snapshot) -> sets.Membership | None:
    return sets.membership(snapshot.metadata)


def _settle(request: HttpRequest, connection: Connection, members: list[Snapshot]) -> None:
    """Bring the notes down of those that were just finished, as the list's rows do."""
    consistency.watch(connection, members)
    finished = [each for each in members if each.usable]
    # Many may have been finished since the last look: the page's own time is for the page.
    afresh = connect(request, afresh=True) if finished else connection
    for each in finished:
        consistency.settled(afresh, each, audit.lowering(request))


def _reasons(connection: Connection, members: list[Snapshot]) -> Mapping[str, Message]:
    """Read why the storage could not make some, all at once; without, there is no reason."""
    failed = [each.id for each in members if not sets.is_made(each)]
    read = partial(messages.about, connection, limit=1)
    found = values(facts(connection, read, failed, decoration=True))
    return {snapshot_id: newest[0] for snapshot_id, newest in found.items() if newest}


@dataclass(frozen=True, slots=True)
class _Teller:
    connection: Connection
    set_id: str
    plan: Plan | None
    found: FoundSet
    reasons: Mapping[str, Message]

    def line(self, volume_id: str, named: Callable[[str], SafeString]) -> VolumeLine:
        """Tell what became of the snapshot of one volume."""
        name = named(volume_id)
        snapshot = self.found.of(volume_id)
        if snapshot is not None and sets.is_made(snapshot):
            moving = phase(snapshot.status) is Phase.MOVING
            return VolumeLine(volume_id, name, _shown(snapshot), made=True, moving=moving)
        if volume_id in self.found.unread:
            unread = causes.message(self.found.unread[volume_id].failure)
            result = format_html("{} {}", _("It cannot be checked right now."), unread)
            return VolumeLine(volume_id, name, result, moving=True)
        failed = self.found.failed(volume_id)
        state = cloud.state(self.connection, self.set_id, volume_id, failed)
        if state is AttemptState.UNDER_WAY:
            result = sentence(_("Not known yet: the storage service did not answer in time."))
            return VolumeLine(volume_id, name, result, moving=True)
        result = self.failed(snapshot) if snapshot else self.absent(volume_id, state)
        return VolumeLine(volume_id, name, result, missing=True)

    def failed(self, snapshot: Snapshot) -> SafeString:
        """Tell why the storage could not make a snapshot that was accepted."""
        message = self.reasons.get(snapshot.id)
        why = (recommended_step.why(message) or message.text) if message else ""
        reason = why or _("The storage service gave no reason.")
        return format_html("{} {}", _not_created(reason), _way_to(snapshot))

    def absent(self, volume_id: str, state: AttemptState) -> SafeString:
        """Tell what is known of a snapshot that is not there."""
        refusal = self.plan.refusals.get(volume_id) if self.plan else None
        if refusal is None or state is AttemptState.GIVEN_UP:
            return sentence(_("Not there: it was not created, or has been deleted."))
        result = format_html("{} {}", causes.cause(refusal), causes.advice(refusal))
        given = causes.given(refusal)
        reason = format_html(' <span class="sd-reason">{}</span>', given) if given else ""
        return format_html("{}{}", _not_created(result), reason)


def _not_created(reason: object) -> SafeString:
    return sentence(_("Not created: %(reason)s"), reason=reason)


def _shown(snapshot: Snapshot) -> SafeString:
    url = page("horizon:project:snapshots:detail", snapshot.id)
    return link(url, status_word(snapshot.status))


def _way_to(snapshot: Snapshot) -> SafeString:
    url = page("horizon:project:snapshots:detail", snapshot.id)
    return link(url, _("Show snapshot")) if url else isolated(snapshot.label)
