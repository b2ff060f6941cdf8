# SPDX-License-Identifier: Apache-2.0
"""The lists of Clean Up: a snapshot with its size, its notes, and what depends on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from snapshot_dashboard.cloud.clean_up import Inventory
from snapshot_dashboard.panels.common import (
    consistency_note,
    keep_until,
    next_steps,
    prices,
    schedule_texts,
)
from snapshot_dashboard.panels.common.dates import with_age
from snapshot_dashboard.panels.common.html import isolated, link, sentence
from snapshot_dashboard.panels.common.image_warnings import warnings_of
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.lists.rows import Named
from snapshot_dashboard.panels.common.next_steps import in_short
from snapshot_dashboard.panels.common.object_links import object_link, remembered
from snapshot_dashboard.panels.features.clean_up import texts
from snapshot_dashboard.rules import consistency, deletion
from snapshot_dashboard.rules import keep_until as rules
from snapshot_dashboard.rules.clean_up import Candidate, Reason, Wanted, by_reason
from snapshot_dashboard.rules.snapshot import Snapshot

# As many of one reason are listed; the others are counted.
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A snapshot in a list; ``stays`` is what keeps it from being deleted, empty for nothing.

    ``price`` is for a script that adds it up, empty where it is not known.
    """

    snapshot: Snapshot
    name: SafeString
    volume: SafeString
    taken: SafeString
    created: SafeString
    notes: tuple[SafeString | str, ...]
    stays: SafeString | str
    ticked: bool
    price: str


@dataclass(frozen=True, slots=True)
class Section:
    """The snapshots that are listed for one reason; ``more`` counts those that are not shown."""

    title: str
    explained: str
    lines: tuple[Line, ...]
    more: int


def sections(
    request: HttpRequest, inventory: Inventory, found: Sequence[Candidate], wanted: Wanted
) -> list[Section]:
    """Return the lists, each in the order in which they were found.

    Of another project's snapshots the links lead to the pages of administrators.
    """
    ids = [each.snapshot.volume_id for each in found]
    volume = remembered(inventory.connection, "volume", ids)
    return [
        Section(
            title=texts.title(reason, wanted),
            explained=texts.explained(reason),
            lines=tuple(
                _line(request, inventory, each, volume(each.snapshot.volume_id), wanted)
                for each in listed[:SHOWN]
            ),
            more=max(len(listed) - SHOWN, 0),
        )
        for reason, listed in by_reason(found).items()
    ]


def _line(
    request: HttpRequest, inventory: Inventory, found: Candidate, volume: Named, wanted: Wanted
) -> Line:
    snapshot = found.snapshot
    dashboard = _dashboard(inventory)
    details = page(f"horizon:{dashboard}:snapshots:detail", snapshot.id)
    blocked = next_steps.of_snapshot(
        request, snapshot, deletion.of_snapshot(snapshot), _("unknown")
    )
    return Line(
        snapshot=snapshot,
        name=link(details, isolated(snapshot.label)),
        volume=object_link("volume", volume, dashboard),
        taken=consistency_note.cell(consistency.read(snapshot.metadata)),
        created=with_age(request, snapshot.created_at),
        notes=tuple(_notes(request, inventory, found, wanted)),
        stays=in_short(blocked),
        ticked=found.ticked and not blocked,
        price=prices.for_script(snapshot, inventory.types),
    )


def _dashboard(inventory: Inventory) -> str:
    return "admin" if inventory.project_id else "project"


def _notes(
    request: HttpRequest, inventory: Inventory, found: Candidate, wanted: Wanted
) -> list[SafeString | str]:
    """Return the other reasons, the day, and what depends on the snapshot."""
    snapshot = found.snapshot
    notes: list[SafeString | str] = []
    if day := rules.of(snapshot.metadata):
        notes.append(keep_until.cell(day, request))
    if schedule_texts.is_of_a_schedule(snapshot.metadata):
        notes.append(str(schedule_texts.DELETES_ITSELF))
    others = [each for each in found.reasons[1:] if each is not Reason.BIG]
    notes += [f"{texts.title(each, wanted)}." for each in others]
    if made := (inventory.made or {}).get(snapshot.id):
        address = f"horizon:{_dashboard(inventory)}:volumes:detail"
        names = [link(page(address, each.id), isolated(each.label)) for each in made]
        listed = format_html_join(", ", "{}", ((each,) for each in names))
        notes.append(sentence(_("Volumes made from it: %(names)s"), names=listed))
    notes += warnings_of(inventory.images, snapshot.id).values()
    return notes
