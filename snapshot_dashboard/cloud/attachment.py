# SPDX-License-Identifier: Apache-2.0
"""Reads a volume, its attachment records and its instances, and assesses them.

A failure to read the volume itself is an error; a failure to read anything about its
attachments only makes the verdict worse ("cannot be checked").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from snapshot_dashboard.cloud import block_storage, compute
from snapshot_dashboard.cloud.bounded_reads import Sparing
from snapshot_dashboard.cloud.errors import CloudError, NotFound
from snapshot_dashboard.cloud.partial_reads import begin, fact, facts, values
from snapshot_dashboard.cloud.session import Connection, Later
from snapshot_dashboard.rules import attachment as rules
from snapshot_dashboard.rules.attachment import Exposure, Reading, Unseen, Verdict
from snapshot_dashboard.rules.volume import Attachment, Volume


@dataclass(frozen=True)
class Situation:
    """The verdict on a volume, and the first error met while reading it."""

    exposure: Exposure
    trouble: CloudError | None = None

    @property
    def unseen(self) -> bool:
        """Tell whether something may use a volume of which no user could be read."""
        unread = self.trouble is not None or self.exposure.verdict is Verdict.ATTACHMENT_UNKNOWN
        used = self.exposure.volume.status in ("in-use", "reserved")
        return (unread or used) and not self.exposure.holders


# The records of so many volumes are not worth two lists of all that the project has.
_FEW = 2
# A volume, its records where they could be read, and the error met while reading them.
_Read = tuple[Volume, tuple[Attachment, ...] | None, list[CloudError]]


def read(
    connection: Connection,
    volume_id: str,
    *,
    as_owner: bool = False,
    likely: Iterable[str] = (),
) -> Situation:
    """Read the volume, its attachment records and its instances, and judge them.

    Records are read beside the volume; instances follow, all at once. Whatever is not there
    by the page's deadline counts as unknown. ``likely`` are instances that the volume was seen
    at before: they are read beside the volume, and count only where it is still there.

    A volume of another project is FOREIGN: nobody takes a snapshot of it. ``as_owner`` asks
    instead what its owner is told, to explain it to support staff; never to allow anything.

    :raises CloudError: the volume itself cannot be read.
    """
    asked = _start_records(connection, volume_id, all_projects=as_owner)
    begun = _begun(connection, likely)
    volume = connection.fetch(lambda: block_storage.volume(connection, volume_id))
    trouble: list[CloudError] = []
    records = _or_none(asked, trouble)
    if _is_foreign(connection, volume) and not as_owner:
        records = _or_none(_start_records(connection, volume_id, all_projects=True), trouble)
    return _judged_alone(connection, (volume, records, trouble), as_owner=as_owner, begun=begun)


def read_of(connection: Connection, volume: Volume, *, as_owner: bool = False) -> Situation:
    """Read what is attached to a volume that has just been read, and judge it as :func:`read`."""
    everywhere = as_owner or _is_foreign(connection, volume)
    trouble: list[CloudError] = []
    asked = _start_records(connection, volume.id, all_projects=everywhere)
    records = _or_none(asked, trouble)
    return _judged_alone(connection, (volume, records, trouble), as_owner=as_owner)


def read_all(
    connection: Connection, volume_ids: Iterable[str]
) -> Mapping[str, Situation | CloudError]:
    """Read several volumes, then the records of those that are there, and judge each as alone.

    An instance that uses several of them is read once. In the place of a volume that cannot be
    read is the error.
    """
    found, there = _volumes(connection, volume_ids)
    return {**found, **_with_records(connection, there)}


def read_all_again(
    connection: Connection,
    volume_ids: Iterable[str],
    listed: Callable[[], Iterable[Volume]] = tuple,
) -> Mapping[str, Situation | CloudError]:
    """Read several volumes as :func:`read_all` does, for a dialog that has shown them before.

    By lists, as far as there are any: two calls for all records together, the one call of
    ``listed`` for volumes, one for each volume that it does not tell, and one for each instance.
    The records of one or two volumes are read one by one, and those of any number where the lists
    do not tell all of them or cannot be read.
    """
    wanted = list(dict.fromkeys(volume_ids))
    together = len(wanted) > _FEW
    read_records = partial(block_storage.attachment_records_of_all, connection)
    asked = connection.start(read_records) if together else None
    # An operator may have taken the filter away (resource_filters.json).
    told = fact(partial(connection.fetch, listed)).value or ()
    found, there = _volumes(connection, wanted, {each.id: each for each in told})
    by_volume = fact(asked.get).value if asked else None
    if by_volume is None:
        return {**found, **_with_records(connection, there)}
    read: dict[str, _Read] = {
        volume_id: (volume, tuple(by_volume.get(volume_id, ())), [])
        for volume_id, volume in there.items()
    }
    return {**found, **_judged_all(connection, read)}


def _volumes(
    connection: Connection, volume_ids: Iterable[str], known: Mapping[str, Volume] | None = None
) -> tuple[dict[str, CloudError], dict[str, Volume]]:
    """Return errors of those that cannot be read, and volumes, those that are known included."""
    there = dict(known or {})
    wanted = list(dict.fromkeys(volume_ids))
    read = Sparing().each(partial(block_storage.volume, connection))
    asked = begin(connection, read, [each for each in wanted if each not in there])
    found: dict[str, CloudError] = {}
    for volume_id, later in asked.items():
        try:
            there[volume_id] = later.get()
        except CloudError as error:
            found[volume_id] = error
    return found, {each: there[each] for each in wanted if each in there}


def _with_records(connection: Connection, volumes: Mapping[str, Volume]) -> dict[str, Situation]:
    """Read the records of each of these volumes, and judge it."""
    there = {
        volume_id: (volume, _start_records(connection, volume_id, all_projects=False))
        for volume_id, volume in volumes.items()
    }
    known: dict[str, _Read] = {}
    for volume_id, (volume, records) in there.items():
        trouble: list[CloudError] = []
        known[volume_id] = (volume, _or_none(records, trouble), trouble)
    return _judged_all(connection, known)


def _judged_all(connection: Connection, known: Mapping[str, _Read]) -> dict[str, Situation]:
    used = {
        volume_id: rules.merge(volume.attachments, records or ())
        for volume_id, (volume, records, _trouble) in known.items()
    }
    unread: list[CloudError] = []
    everything = tuple(each for attachments in used.values() for each in attachments)
    readings = _instances(connection, everything, unread)
    for volume_id, (_volume, _records, trouble) in known.items():
        silent = (readings.get(each.instance_id or "") for each in used[volume_id])
        trouble += unread if Unseen.NO_ANSWER in silent else ()
    project_id = connection.project_id
    return {key: _judged(connection, read, readings, project_id) for key, read in known.items()}


def _is_foreign(connection: Connection, volume: Volume) -> bool:
    return volume.project_id != connection.project_id


def _start_records(
    connection: Connection, volume_id: str, *, all_projects: bool
) -> Later[tuple[Attachment, ...] | None]:
    """Begin to read the records; without all projects there are none of a foreign volume.

    Whoever can read such a volume at all gets its records too: for both, Cinder asks whether the
    caller is an administrator (cinder/db/api.py ``_volume_get``; api/v3/attachments.py).
    """
    return connection.start(
        lambda: block_storage.attachment_records(connection, volume_id, all_projects=all_projects)
    )


def _judged_alone(
    connection: Connection,
    read: _Read,
    *,
    as_owner: bool,
    begun: Mapping[str, Later[rules.Instance]] | None = None,
) -> Situation:
    volume, records, trouble = read
    together = rules.merge(volume.attachments, records or ())
    readings = _instances(connection, together, trouble, begun)
    # A volume whose owner is not told stays foreign.
    project_id = (as_owner and volume.project_id) or connection.project_id
    return _judged(connection, read, readings, project_id)


def _judged(
    connection: Connection, read: _Read, readings: Mapping[str, Reading], project_id: str
) -> Situation:
    volume, records, trouble = read
    if volume.status == "reserved" and records:
        records = _with_devices(connection, volume, records)
    exposure = rules.assess(volume, records, readings, project_id)
    return Situation(exposure, trouble[0] if trouble else None)


def _or_none(
    asked: Later[tuple[Attachment, ...] | None], trouble: list[CloudError]
) -> tuple[Attachment, ...] | None:
    try:
        return asked.get()
    except CloudError as error:
        trouble.append(error)
        return None


def _begun(connection: Connection, ids: Iterable[str]) -> dict[str, Later[rules.Instance]]:
    return begin(connection, partial(compute.instance, connection), ids)


def _instances(
    connection: Connection,
    attachments: tuple[Attachment, ...],
    trouble: list[CloudError],
    begun: Mapping[str, Later[rules.Instance]] | None = None,
) -> dict[str, Reading]:
    ids = dict.fromkeys(each.instance_id for each in attachments if each.instance_id)
    early = begun or {}
    late = _begun(connection, [each for each in ids if each not in early])
    asked = {each: early.get(each) or late[each] for each in ids}
    found: dict[str, Reading] = {}
    for instance_id, later in asked.items():
        try:
            found[instance_id] = later.get()
        except NotFound:
            found[instance_id] = Unseen.NOT_VISIBLE
        except CloudError as error:
            trouble.append(error)
            found[instance_id] = Unseen.NO_ANSWER
    return found


def _with_devices(
    connection: Connection, volume: Volume, records: tuple[Attachment, ...]
) -> tuple[Attachment, ...]:
    """Add device names, which Cinder forgets for a volume that is held for a shelved instance.

    A help for the person only, so a failure leaves the name out.
    """
    read = partial(compute.device_of, connection, volume_id=volume.id)
    devices = values(
        facts(connection, read, [each.instance_id for each in records if each.instance_id])
    )
    return tuple(
        replace(each, device=devices.get(each.instance_id)) if each.instance_id else each
        for each in records
    )
