# SPDX-License-Identifier: Apache-2.0
"""What is measured: pages, dialogs and refreshes that stock Horizon has too."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bench.sides import USUAL_ROWS

VOLUMES = "/project/volumes/"
SNAPSHOTS = "/project/snapshots/"
ADMIN_VOLUMES = "/admin/volumes/"
ADMIN_SNAPSHOTS = "/admin/snapshots/"
# Horizon's own page without content: what every page costs before ours begins.
FRAME = "/settings/password/"


@dataclass(frozen=True)
class Things:
    """Objects of a project of one size to ask for, by id.

    ``server`` is the instance that holds ``attached``, ``parent`` the volume of ``snapshot``;
    ``volumes`` and ``snapshots`` are those of the first page of each list.
    """

    detached: str
    attached: str
    server: str
    snapshot: str
    parent: str
    volumes: tuple[str, ...]
    snapshots: tuple[str, ...]


class Kind(enum.StrEnum):
    """What the goals and the tables tell apart."""

    FRAME = "frame"
    PAGE = "page"
    DIALOG = "dialog"
    SENT = "sent"
    ROWS = "rows"
    DRAWN = "drawn"


@dataclass(frozen=True)
class Subject:
    """One thing to ask for, as a member or as an administrator.

    ``paths`` are asked for one after another; a Horizon that can has ``together`` in their place,
    and ours ``linked``: the address that its own list leads to. ``moving`` are the objects, and
    their kind, that have to be moving for it.
    ``many`` is for the large project alone: a small one has no page of 100 rows. Stock's Horizon
    is left out without ``stock``.
    """

    name: str
    kind: Kind
    paths: Callable[[Things], Sequence[str]]
    together: Callable[[Things], str] | None = None
    linked: Callable[[Things], str] | None = None
    moving: Callable[[Things], tuple[str, Sequence[str]]] | None = None
    admin: bool = False
    rows: int = USUAL_ROWS
    stock: bool = True

    @property
    def many(self) -> bool:
        """Tell whether a small project has not enough for it."""
        return self.rows > USUAL_ROWS

    @property
    def as_script(self) -> bool:
        """Tell whether a script asks for it."""
        return self.kind in (Kind.DIALOG, Kind.SENT, Kind.ROWS, Kind.DRAWN)


def _page(name: str, path: str, *, admin: bool = False, rows: int = USUAL_ROWS) -> Subject:
    shown = name if rows == USUAL_ROWS else f"{name}, {rows} rows"
    return Subject(shown, Kind.PAGE, lambda _: [path], admin=admin, rows=rows)


def _snapshot_of_detached(of: Things) -> Sequence[str]:
    return [f"{VOLUMES}{of.detached}/create_snapshot/"]


def _snapshot_of_attached(of: Things) -> Sequence[str]:
    return [f"{VOLUMES}{of.attached}/create_snapshot/"]


def _linked_to_attached(of: Things) -> str:
    return f"{VOLUMES}{of.attached}/create_snapshot/?holder={of.server}"


def _volume(of: Things) -> Sequence[str]:
    return [f"{VOLUMES}create/?snapshot_id={of.snapshot}"]


def together(page: str, table: str, ids: Sequence[str]) -> str:
    """Return the address at which all moving rows of a page are refreshed (refresh.js)."""
    return f"{page}?action=rows_update&table={table}&obj_id={','.join(ids)}"


def _each(page: str, table: str, ids: Sequence[str]) -> list[str]:
    return [f"{page}?action=row_update&table={table}&obj_id={each}" for each in ids]


def _rows(
    resource: str, page: str, table: str, ids: Callable[[Things], Sequence[str]], count: int
) -> Sequence[Subject]:
    """Return the refresh of rows as it mostly is, and of rows that have all changed."""
    one = {"volumes": "volume's row", "snapshots": "snapshot's row"}[resource]
    name = f"1 {one}" if count == 1 else f"{count} {resource}' rows"
    usual = Subject(
        name,
        Kind.ROWS,
        lambda of: _each(page, table, ids(of)),
        together=lambda of: together(page, table, ids(of)),
        moving=lambda of: (resource, ids(of)),
        rows=max(count, USUAL_ROWS),
        stock=count <= USUAL_ROWS,
    )
    changed = replace(usual, name=f"{name}, changed", kind=Kind.DRAWN, stock=False)
    return usual, changed


_volume_rows = partial(_rows, "volumes", VOLUMES, "volumes")
_snapshot_rows = partial(_rows, "snapshots", SNAPSHOTS, "volume_snapshots")

SUBJECTS = (
    Subject("Frame", Kind.FRAME, lambda _: [FRAME]),
    Subject("Admin frame", Kind.FRAME, lambda _: [FRAME], admin=True),
    _page("Volumes", VOLUMES),
    _page("Snapshots", SNAPSHOTS),
    _page("Admin Volumes", ADMIN_VOLUMES, admin=True),
    _page("Admin Snapshots", ADMIN_SNAPSHOTS, admin=True),
    _page("Volumes", VOLUMES, rows=100),
    _page("Snapshots", SNAPSHOTS, rows=100),
    _page("Admin Volumes", ADMIN_VOLUMES, admin=True, rows=100),
    _page("Admin Snapshots", ADMIN_SNAPSHOTS, admin=True, rows=100),
    Subject("Create Snapshot, detached", Kind.DIALOG, _snapshot_of_detached),
    Subject(
        "Create Snapshot, attached",
        Kind.DIALOG,
        _snapshot_of_attached,
        linked=_linked_to_attached,
    ),
    Subject("Create Volume", Kind.DIALOG, _volume),
    Subject("Create Snapshot, detached, sent", Kind.SENT, _snapshot_of_detached),
    Subject("Create Snapshot, attached, sent", Kind.SENT, _snapshot_of_attached),
    Subject("Create Volume, sent", Kind.SENT, _volume),
    *_volume_rows(lambda of: [of.attached], 1),
    *_volume_rows(lambda of: of.volumes[:20], 20),
    *_volume_rows(lambda of: of.volumes[:100], 100),
    *_snapshot_rows(lambda of: [of.snapshot], 1),
    *_snapshot_rows(lambda of: of.snapshots[:20], 20),
    *_snapshot_rows(lambda of: of.snapshots[:100], 100),
)
