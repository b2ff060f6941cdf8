# SPDX-License-Identifier: Apache-2.0
"""Asks for snapshots to be deleted, unless they are on hold; nothing else of ours does.

Each function takes snapshots as they have just been read under the person's own token: an id alone
does not say whether there is a hold. What is of a volume is deleted with it only if none is.
"""

from __future__ import annotations

from collections.abc import Iterable

from snapshot_dashboard.cloud.errors import OnHold, checked
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules import holds
from snapshot_dashboard.rules.snapshot import Snapshot


def delete(connection: Connection, snapshot: Snapshot) -> None:
    """Ask for a snapshot to be deleted.

    :raises CloudError: OnHold, nothing was sent; Refused with Cinder's reason.
    """
    _refuse_held([snapshot])
    connection.cinder("DELETE", f"/snapshots/{checked(snapshot.id)}")


def force_delete(connection: Connection, snapshot: Snapshot) -> None:
    """Ask, as an administrator, for a snapshot to be deleted whatever its status is.

    :raises CloudError: as for :func:`delete`.
    """
    _refuse_held([snapshot])
    path = f"/snapshots/{checked(snapshot.id)}/action"
    connection.cinder("POST", path, body={"os-force_delete": None})


def delete_with_volume(
    connection: Connection, volume_id: str, snapshots: Iterable[Snapshot]
) -> None:
    """Ask for a volume to be deleted with all of its snapshots, which are these.

    Cinder refuses unless each can be deleted and none is of another project
    (volume/api.py:482-491).

    :raises CloudError: as for :func:`delete`, where one is on hold.
    """
    _refuse_held(snapshots)
    connection.cinder("DELETE", f"/volumes/{checked(volume_id)}", query={"cascade": "True"})


def _refuse_held(snapshots: Iterable[Snapshot]) -> None:
    for each in snapshots:
        if hold := holds.of(each.metadata):
            raise OnHold(hold)
