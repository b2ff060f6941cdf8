# SPDX-License-Identifier: Apache-2.0
"""The subjects of the benchmark: pages, dialogs and refreshes that stock Horizon has too."""

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
    """The ids of objects in a project of one size.

    ``server`` is the instance that holds ``attached``, which is on the page of the list that
    ``attached_page`` leads to; ``parent`` is the volume of ``snapshot``. ``volumes`` and
    ``snapshots`` are those of the first page of each list, ``detached`` among them.
    """

    detached: str
    attached: str
    attached_page: str
    server: str
    snapshot: str
    parent: str
    volumes: tuple[str, ...]
    snapshots: tuple[str, ...]


class Kind(enum.Enum):
    """The kinds of subjects that goals and tables distinguish."""

    FRAME = "frame"
    PAGE = "page"
    DIALOG = "dialog"
    SENT = "sent"
    ROWS = "rows"
    DRAWN = "drawn"


@dataclass(frozen=True)
class Subject:
    """One thing that a browser asks for, for a member or for an administrator.

    It opens a ``page``; there it clicks on a link whose address begins with ``link``, or rows are
    ``moving``: which kind of objects, and which of them. ``many`` is for the large project alone:
    a small one has no page of 100 rows. Stock's Horizon is left out without ``stock``.
    """

    name: str
    kind: Kind
    page: Callable[[Things], str]
    link: Callable[[Things], str] | None = None
    moving: Callable[[Things], tuple[str, Sequence[str]]] | None = None
    admin: bool = False
    rows: int = USUAL_ROWS
    stock: bool = True

    @property
    def many(self) -> bool:
        """Tell whether a small project has not enough for it."""
        return self.rows > USUAL_ROWS


def _page(name: str, path: str, *, admin: bool = False, rows: int = USUAL_ROWS) -> Subject:
    shown = name if rows == USUAL_ROWS else f"{name}, {rows} rows"
    return Subject(shown, Kind.PAGE, lambda _: path, admin=admin, rows=rows)


def _dialogs(
    name: str, page: Callable[[Things], str], link: Callable[[Things], str]
) -> Sequence[Subject]:
    """Return a dialog as it is shown, and as it is sent."""
    shown = Subject(name, Kind.DIALOG, page, link)
    return shown, replace(shown, name=f"{name}, sent", kind=Kind.SENT)


def _rows(
    resource: str, page: Callable[[Things], str], ids: Callable[[Things], Sequence[str]], count: int
) -> Sequence[Subject]:
    """Return the refresh of rows as it mostly is, and of rows that have all changed."""
    one = {"volumes": "volume's row", "snapshots": "snapshot's row"}[resource]
    name = f"1 {one}" if count == 1 else f"{count} {resource}' rows"
    usual = Subject(
        name,
        Kind.ROWS,
        page,
        moving=lambda of: (resource, ids(of)),
        rows=max(count, USUAL_ROWS),
        stock=count <= USUAL_ROWS,
    )
    changed = replace(usual, name=f"{name}, changed", kind=Kind.DRAWN, stock=False)
    return usual, changed


_volume_rows = partial(_rows, "volumes")
_snapshot_rows = partial(_rows, "snapshots", lambda _: SNAPSHOTS)

SUBJECTS = (
    Subject("Frame", Kind.FRAME, lambda _: FRAME),
    Subject("Admin frame", Kind.FRAME, lambda _: FRAME, admin=True),
    _page("Volumes", VOLUMES),
    _page("Snapshots", SNAPSHOTS),
    _page("Admin Volumes", ADMIN_VOLUMES, admin=True),
    _page("Admin Snapshots", ADMIN_SNAPSHOTS, admin=True),
    _page("Volumes", VOLUMES, rows=100),
    _page("Snapshots", SNAPSHOTS, rows=100),
    _page("Admin Volumes", ADMIN_VOLUMES, admin=True, rows=100),
    _page("Admin Snapshots", ADMIN_SNAPSHOTS, admin=True, rows=100),
    *_dialogs(
        "Create Snapshot, detached",
        lambda _: VOLUMES,
        lambda of: f"{VOLUMES}{of.detached}/create_snapshot/",
    ),
    *_dialogs(
        "Create Snapshot, attached",
        lambda of: of.attached_page,
        lambda of: f"{VOLUMES}{of.attached}/create_snapshot/",
    ),
    *_dialogs(
        "Create Volume",
        lambda _: SNAPSHOTS,
        lambda of: f"{VOLUMES}create/?snapshot_id={of.snapshot}",
    ),
    *_volume_rows(lambda of: of.attached_page, lambda of: [of.attached], 1),
    *_volume_rows(lambda _: VOLUMES, lambda of: of.volumes[:20], 20),
    *_volume_rows(lambda _: VOLUMES, lambda of: of.volumes[:100], 100),
    *_snapshot_rows(lambda of: [of.snapshot], 1),
    *_snapshot_rows(lambda of: of.snapshots[:20], 20),
    *_snapshot_rows(lambda of: of.snapshots[:100], 100),
)
