# SPDX-License-Identifier: Apache-2.0
"""What the operator says of volumes made from a snapshot, by the type of the snapshot's volume."""

from __future__ import annotations

from snapshot_dashboard import settings
from snapshot_dashboard.cloud import names
from snapshot_dashboard.cloud.session import Connection


def of_type(type_name: str | None) -> str:
    """Return "may", "always" or "never"; None is a type that is not known."""
    return settings.by_type("SNAPSHOT_DEPENDENCY", type_name)


def differs() -> bool:
    """Tell whether the type has to be known."""
    return settings.differs_by_type("SNAPSHOT_DEPENDENCY")


def of_volume(connection: Connection, volume_id: str) -> str:
    """Return the same of a volume whose type may be remembered: no service is asked for it.

    "never" only where that holds for every type: the volume may have another one by now.
    """
    found = names.remembered(connection, "volume", [volume_id]).get(volume_id)
    word = of_type(found.type_name if found else None)
    return of_type(None) if word == "never" else word
