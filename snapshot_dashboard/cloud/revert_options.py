# SPDX-License-Identifier: Apache-2.0
"""Reads what decides which volumes of an instance can be reverted in place, and to which snapshots.

The number of calls follows from the volumes of this one instance: of each the volume, its
attachment records and its newest snapshots.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from snapshot_dashboard.cloud import (
    attachment,
    block_storage,
    compute,
    instance_snapshots,
    reimage,
    revert_plan,
    sets,
)
from snapshot_dashboard.cloud.bounded_reads import Sparing
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.partial_reads import begin, fact, facts, finished, known, values
from snapshot_dashboard.cloud.revert_records import write
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules import revert_record
from snapshot_dashboard.rules.attachment import Exposure, used_by
from snapshot_dashboard.rules.listing import PageRequest
from snapshot_dashboard.rules.revert_options import Reading
from snapshot_dashboard.rules.revert_plan import Plan
from snapshot_dashboard.rules.revert_record import Record, Stage
from snapshot_dashboard.rules.sets import MOST
from snapshot_dashboard.rules.snapshot import Snapshot

# As many snapshots of a volume as can be chosen from, besides those that are asked for.
NEWEST = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address or a form asks for: snapshots by id, or those of a set."""

    snapshot_ids: frozenset[str] = frozenset()
    set_id: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What was read; ``asked`` are the ids of snapshots that were asked for.

    ``errors`` tell why a volume could not be read. ``plan`` is the revert in place that the
    volumes tell of, if any.
    """

    reading: Reading
    asked: frozenset[str]
    errors: Mapping[str, CloudError]
    plan: Plan | None


def read(connection: Connection, instance_id: str, asked: Asked) -> Found:
    """Read an instance, its volumes with all that uses them, and their snapshots.

    :raises CloudError: the instance, the list of its volumes, or a plan that goes on cannot be
        read.
    """
    local = connection.start(partial(compute.ephemeral_size, connection, instance_id))
    machine = instance_snapshots.read(connection, instance_id)
    few = list(machine.devices) if len(machine.devices) <= MOST else []
    listed = begin(connection, partial(_newest, connection), few)
    wanted = connection.start(partial(_asked, connection, asked, few))
    read_volumes = attachment.read_all(connection, few)
    exposures, errors = _sorted(read_volumes, instance_id)
    found = known(wanted.get)
    snapshots = values(finished(listed))
    reading = Reading(
        instance=machine.instance,
        owner=machine.project_id,
        project_id=connection.project_id,
        devices=machine.devices,
        exposures=exposures,
        snapshots=_with_older(connection, snapshots, asked, found or ()),
        ephemeral=known(local.get),
        supported=reimage.is_supported(connection),
    )
    told = {volume_id: each.volume for volume_id, each in exposures.items()}
    plan = revert_plan.of_instance(
        connection, revert_plan.Machine(machine.instance, machine.project_id, told)
    )
    ids = asked.snapshot_ids | {each.id for each in found or ()}
    if not found:
        # What was asked for and is not there is told, and nothing is chosen in its place.
        ids |= {asked.set_id} - {""}
    return Found(reading, ids, errors, plan)


def withdraw(connection: Connection, records: Mapping[str, Record]) -> None:
    """Let a plan that could not be written to all of its volumes be over, where it was written.

    What cannot be reached now stays: the plan is not complete, and does nothing by itself.
    """
    for volume_id, record in records.items():
        fact(partial(_withdrawn, connection, volume_id, record))


def _withdrawn(connection: Connection, volume_id: str, record: Record) -> None:
    volume = block_storage.volume(connection, volume_id)
    written = revert_record.read(volume.metadata)
    if written is not None and written.plan_id == record.plan_id:
        write(connection, volume_id, replace(written, stage=Stage.GIVEN_UP))


def _sorted(
    read_volumes: Mapping[str, attachment.Situation | CloudError], instance_id: str
) -> tuple[dict[str, Exposure], dict[str, CloudError]]:
    """Return the verdict on each volume, as Nova says that the instance uses it, and errors."""
    exposures, errors = {}, {}
    for volume_id, each in read_volumes.items():
        if isinstance(each, CloudError):
            errors[volume_id] = each
        else:
            exposures[volume_id] = used_by(each.exposure, instance_id)
    return exposures, errors


def _newest(connection: Connection, volume_id: str) -> tuple[Snapshot, ...]:
    wanted = PageRequest(size=NEWEST, filters={"volume_id": volume_id})
    found = block_storage.snapshots(connection, wanted).items
    # A filter that is ignored would find those of other volumes.
    return tuple(each for each in found if each.volume_id == volume_id)


def _asked(connection: Connection, asked: Asked, volume_ids: Iterable[str]) -> list[Snapshot]:
    """Read the snapshots of a set that is asked for.

    :raises CloudError: they cannot be read.
    """
    if not asked.set_id:
        return []
    members = sets.find(connection, asked.set_id, volume_ids).members
    return [each for some in members.values() for each in some]


def _each(connection: Connection, ids: Collection[str]) -> Iterable[Snapshot]:
    read = Sparing().each(partial(block_storage.snapshot, connection))
    return values(facts(connection, read, sorted(ids)[:MOST])).values()


def _with_older(
    connection: Connection,
    listed: Mapping[str, tuple[Snapshot, ...]],
    asked: Asked,
    found: Iterable[Snapshot],
) -> dict[str, tuple[Snapshot, ...]]:
    """Return the snapshots of each volume with those that are asked for and older."""
    by_id = {each.id: each for some in listed.values() for each in some}
    missing = asked.snapshot_ids - by_id.keys() - {each.id for each in found}
    older = {each.id: each for each in (*found, *_each(connection, missing))}
    return {
        volume_id: (
            *some,
            *(
                each
                for each in older.values()
                if each.volume_id == volume_id and each.id not in by_id
            ),
        )
        for volume_id, some in listed.items()
    }


def instance_of(connection: Connection, snapshot_ids: Iterable[str]) -> str:
    """Return the one instance that has the volume of one of these snapshots, empty for none.

    They are looked at one after another, until one is found whose volume one instance has.

    :raises CloudError: a snapshot, or its volume, cannot be read.
    """
    for each in snapshot_ids:
        snapshot = block_storage.snapshot(connection, each)
        exposure = attachment.read(connection, snapshot.volume_id).exposure
        if len(exposure.holders) == 1 and exposure.holders[0].instance_id:
            return exposure.holders[0].instance_id
    return ""
