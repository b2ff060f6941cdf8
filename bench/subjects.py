# SPDX-License-Identifier: Apache-2.0
"""What is measured: pages, dialogs and refreshes that stock Horizon has too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

VOLUMES = "/project/volumes/"
SNAPSHOTS = "/project/snapshots/"
ADMIN_VOLUMES = "/admin/volumes/"
ADMIN_SNAPSHOTS = "/admin/snapshots/"
# Horizon's own page without content: what every page costs before ours begins.
FRAME = "/settings/password/"


@dataclass(frozen=True)
class Things:
    """Objects of a project of one size to ask for."""

    detached: str
    attached: str
    snapshot: str


@dataclass(frozen=True)
class Subject:
    """One thing to ask for.

    ``dialog`` is asked for as a script does; ``sends`` posts the form that is shown; ``admin`` is
    asked for by an administrator.
    """

    name: str
    path: Callable[[Things], str]
    dialog: bool = False
    sends: bool = False
    admin: bool = False
    # The query of a row's refresh stays when ours is asked for otherwise than stock's.
    rows: int = 0


def _row(page: str, table: str, object_id: str) -> str:
    return f"{page}?action=row_update&table={table}&obj_id={object_id}"


SUBJECTS = (
    Subject("Frame", lambda _: FRAME),
    Subject("Volumes", lambda _: VOLUMES),
    Subject("Snapshots", lambda _: SNAPSHOTS),
    Subject("Admin Volumes", lambda _: ADMIN_VOLUMES, admin=True),
    Subject("Admin Snapshots", lambda _: ADMIN_SNAPSHOTS, admin=True),
    Subject(
        "Create Snapshot, detached",
        lambda of: f"{VOLUMES}{of.detached}/create_snapshot/",
        dialog=True,
    ),
    Subject(
        "Create Snapshot, attached",
        lambda of: f"{VOLUMES}{of.attached}/create_snapshot/",
        dialog=True,
    ),
    Subject("Create Volume", lambda of: f"{VOLUMES}create/?snapshot_id={of.snapshot}", dialog=True),
    Subject(
        "Create Snapshot, sent",
        lambda of: f"{VOLUMES}{of.detached}/create_snapshot/",
        dialog=True,
        sends=True,
    ),
    Subject(
        "Create Volume, sent",
        lambda of: f"{VOLUMES}create/?snapshot_id={of.snapshot}",
        dialog=True,
        sends=True,
    ),
    Subject(
        "A volume's row", lambda of: _row(VOLUMES, "volumes", of.attached), dialog=True, rows=1
    ),
    Subject(
        "A snapshot's row",
        lambda of: _row(SNAPSHOTS, "volume_snapshots", of.snapshot),
        dialog=True,
        rows=1,
    ),
)
