# SPDX-License-Identifier: Apache-2.0
"""Reads all that is needed to judge a volume's attachments, and never less than it says.

A failure to read the volume itself is an error; a failure to read anything about its
attachments only makes the verdict worse ("cannot be checked").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from snapshot_dashboard.cloud import block_storage, compute
from snapshot_dashboard.cloud.errors import CloudError, NotFound, SessionExpired
from snapshot_dashboard.cloud.session import Connection, Later
from snapshot_dashboard.rules import attachment as rules
from snapshot_dashboard.rules.attachment import Exposure, Reading, Unseen
from snapshot_dashboard.rules.volume import Attachment, Volume


@dataclass(frozen=True)
class Situation:
    """The verdict, and the first failure met on the way to it (for "reason given")."""

    exposure: Exposure
    trouble: CloudError | None = None


def read(connection: Connection, volume_id: str) -> Situation:
    """Read the volume, its attachment records and its instances, and judge them.

    Records are read beside the volume; instances follow, all at once. Whatever is not there
    by the page's deadline counts as unknown.

    :raises CloudError: the volume itself cannot be read.
    """
    asked = connection.start(lambda: block_storage.attachment_records(connection, volume_id))
    volume = connection.fetch(lambda: block_storage.volume(connection, volume_id))
    trouble: list[CloudError] = []
    records = _or_none(asked, trouble)
    if volume.project_id != connection.project_id:
        # Without all projects the list is empty for a volume that is not ours.
        everywhere = connection.start(
            lambda: block_storage.attachment_records(connection, volume_id, all_projects=True)
        )
        records = _or_none(everywhere, trouble)
    together = rules.merge(volume.attachments, records or ())
    readings = _instances(connection, together, trouble)
    if volume.status == "reserved" and records:
        records = _with_devices(connection, volume, records)
    exposure = rules.assess(volume, records, readings, connection.project_id)
    return Situation(exposure, trouble[0] if trouble else None)


def _or_none(
    asked: Later[tuple[Attachment, ...] | None], trouble: list[CloudError]
) -> tuple[Attachment, ...] | None:
    try:
        return asked.get()
    except SessionExpired:
        raise
    except CloudError as error:
        trouble.append(error)
        return None


def _instances(
    connection: Connection, attachments: tuple[Attachment, ...], trouble: list[CloudError]
) -> dict[str, Reading]:
    ids = [each.instance_id for each in attachments if each.instance_id]
    asked = {each: connection.start(_reader(connection, each)) for each in ids}
    found: dict[str, Reading] = {}
    for instance_id, later in asked.items():
        try:
            found[instance_id] = later.get()
        except SessionExpired:
            raise
        except NotFound:
            found[instance_id] = Unseen.NOT_VISIBLE
        except CloudError as error:
            trouble.append(error)
            found[instance_id] = Unseen.NO_ANSWER
    return found


def _reader(connection: Connection, instance_id: str) -> Callable[[], rules.Instance]:
    return lambda: compute.instance(connection, instance_id)


def _with_devices(
    connection: Connection, volume: Volume, records: tuple[Attachment, ...]
) -> tuple[Attachment, ...]:
    """Add device names, which Cinder forgets for a volume that is held for a shelved instance.

    A help for the person only, so a failure leaves the name out.
    """
    asked = {
        each.instance_id: connection.start(_device_reader(connection, each.instance_id, volume))
        for each in records
        if each.instance_id
    }
    return tuple(
        replace(each, device=_device(asked[each.instance_id])) if each.instance_id else each
        for each in records
    )


def _device_reader(
    connection: Connection, instance_id: str, volume: Volume
) -> Callable[[], str | None]:
    return lambda: compute.device_of(connection, instance_id, volume.id)


def _device(asked: Later[str | None]) -> str | None:
    try:
        return asked.get()
    except SessionExpired:
        raise
    except CloudError:
        return None
