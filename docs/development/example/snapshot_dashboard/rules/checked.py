# SPDX-License-Identifier: Apache-2.0
"""The entry in a snapshot's metadata that says that somebody has checked its content."""

from __future__ import annotations

from collections.abc import Mapping

from snapshot_dashboard.rules.consistency import PREFIX
from snapshot_dashboard.rules.snapshot import Snapshot

CHECKED = f"{PREFIX}checked"
_YES = "yes"


def entry() -> Mapping[str, str]:
    """Return the metadata that say it."""
    return {CHECKED: _YES}


def is_checked(snapshot: Snapshot) -> bool:
    """Tell whether a snapshot is marked; members of the project can edit its metadata."""
    return snapshot.metadata.get(CHECKED) == _YES
