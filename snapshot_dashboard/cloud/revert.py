# SPDX-License-Identifier: Apache-2.0
"""Reads what decides a revert, copies the volume, and requests the revert."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from snapshot_dashboard.cloud import answers, attachment, block_storage, reimage
from snapshot_dashboard.cloud.attachment import Situation
from snapshot_dashboard.cloud.errors import NotFound, Refused, checked
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.listing import PageRequest
from snapshot_dashboard.rules.revert import Copy, Preconditions, copy_among, has_failed
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume

# VOLUME_REVERT in cinder/api/microversions.py; below it the address answers 404.
_REVERT = (3, 40)
# How far to look back for a copy that was made before this revert, and for newer snapshots.
_NEWEST = 50


class VolumeUnseen(NotFound):
    """The snapshot is there, and its volume cannot be read from this project."""


@dataclass(frozen=True)
class RevertReading:
    """What decides a revert, the copy made before it, and the errors met while reading."""

    now: Preconditions
    copy: Copy | None
    situation: Situation

    @property
    def snapshot(self) -> Snapshot:
        """Return the snapshot."""
        return self.now.snapshot

    @property
    def volume(self) -> Volume:
        """Return the volume."""
        return self.now.volume


def read(connection: Connection, snapshot_id: str) -> RevertReading:
    """Read the snapshot; beside it the newest volumes; then its volume, and what that has.

    A copy is looked for among the newest volumes of the project. Only what an attachment is, or
    an instance, may stay unknown, and counts as in use then.

    :raises CloudError: something cannot be read; VolumeUnseen where it is the volume.
    """
    recent = connection.start(
        lambda: block_storage.volumes(connection, PageRequest(size=_NEWEST)).items
    )
    snapshot = connection.fetch(lambda: block_storage.snapshot(connection, snapshot_id))
    listed = connection.start(lambda: _listed(connection, snapshot.volume_id))
    try:
        situation = attachment.read(connection, snapshot.volume_id)
    except NotFound as error:
        raise VolumeUnseen.because(error) from error
    now = Preconditions(
        snapshot=snapshot,
        exposure=situation.exposure,
        listed=listed.get(),
        project_id=connection.project_id,
        supported=connection.cinder_version() >= _REVERT,
        reimaging=reimage.allowed(connection, situation.exposure.volume.type_name),
    )
    return RevertReading(now, copy_among(recent.get(), now.volume, snapshot.id), situation)


def _listed(connection: Connection, volume_id: str, most: int = _NEWEST) -> tuple[Snapshot, ...]:
    """Read the newest snapshots of a volume, as Cinder looks for the newest (db/api.py:3973-3985).

    To an administrator those of all projects count, to anybody else only the project's own; a
    member who asks for all gets the same (tried).
    """
    wanted = PageRequest(size=most, filters={"volume_id": volume_id, "all_tenants": "1"})
    return tuple(block_storage.snapshots(connection, wanted).items)


def left_over(connection: Connection, volume: Volume) -> Snapshot | None:
    """Return the temporary snapshot that a failed revert of this volume has left; one call.

    Only for a volume in an error state, for which it tells why: Cinder leaves no message.

    :raises CloudError: it cannot be read.
    """
    newest = next(iter(_listed(connection, volume.id, most=1)), None)
    return newest if has_failed(newest, volume) else None


def copy_volume(
    connection: Connection, volume: Volume, *, name: str, metadata: Mapping[str, str]
) -> Volume:
    """Ask for a new volume with what a volume holds now; Cinder gives it size, type and zone.

    :raises CloudError: Refused, QuotaExceeded: nothing was made; AnswerLost, ServiceFailed: it is
        not known.
    """
    wanted = {"size": volume.size, "source_volid": volume.id, "name": name}
    made = connection.cinder(
        "POST", "/volumes", body={"volume": wanted | {"metadata": dict(metadata)}}
    )
    return made.one("volume", answers.volume)


def revert(connection: Connection, volume_id: str, snapshot_id: str) -> None:
    """Ask for a volume to be reverted; it is accepted when this returns, not yet done.

    :raises CloudError: Refused: nothing was changed (a cloud that is too old, too); AnswerLost,
        ServiceFailed: it is not known.
    """
    if connection.cinder_version() < _REVERT:
        raise Refused("Reverting needs version 3.40 of the Block Storage API.")
    body = {"revert": {"snapshot_id": checked(snapshot_id)}}
    connection.cinder("POST", f"/volumes/{checked(volume_id)}/action", body=body)
