# SPDX-License-Identifier: Apache-2.0
"""Reads a revert in place: its volumes, its instance, and what it has made.

Everything that has to survive a restart is in Cinder, Nova and Glance: the plan in the metadata of
its volumes, and on the image that stands for a snapshot what the volume's description was. The
shared cache only keeps two people from doing the same step at the same moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from snapshot_dashboard.cloud import block_storage, caching, compute, idempotency
from snapshot_dashboard.cloud.caching import cache
from snapshot_dashboard.cloud.errors import AnswerUnreadable, CloudError, NotFound, Service
from snapshot_dashboard.cloud.idempotency import AttemptState
from snapshot_dashboard.cloud.images import images_with
from snapshot_dashboard.cloud.partial_reads import facts, values
from snapshot_dashboard.cloud.reimage import allowed
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules import revert_plan as rules
from snapshot_dashboard.rules import revert_record
from snapshot_dashboard.rules.attachment import Instance
from snapshot_dashboard.rules.consistency import REQUEST
from snapshot_dashboard.rules.image import Image
from snapshot_dashboard.rules.listing import PageRequest
from snapshot_dashboard.rules.revert import COPY_OF
from snapshot_dashboard.rules.revert_plan import Plan, Reimaging, Target
from snapshot_dashboard.rules.revert_record import MADE_FOR, RECORD, STANDS_FOR, Act, Record, Stage
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Phase, Volume, phase

_OF_VOLUME = (Act.HELP, Act.UPLOAD, Act.COPY, Act.WRITE)
# More than a plan has copies; and how far to look back where a filter is ignored.
_NEWEST = 100
# Seconds that the name and the date of a snapshot are remembered for.
_REMEMBERED = 600


@dataclass(frozen=True, slots=True)
class Machine:
    """An instance with its project, and its volumes by id in the order of their devices.

    ``volumes`` has the reason in the place of a volume that could not be read.
    """

    instance: Instance
    project_id: str | None
    volumes: Mapping[str, Volume | CloudError]


def read_machine(connection: Connection, instance_id: str) -> Machine:
    """Read an instance and its volumes.

    :raises CloudError: NotFound when it is gone; the list of its volumes cannot be read.
    """
    listed = connection.start(partial(compute.volumes_of, connection, instance_id))
    ask = partial(compute.instance_and_owner, connection, instance_id)
    instance, project_id = connection.fetch(ask)
    read = facts(connection, partial(block_storage.volume, connection), listed.get())
    volumes: dict[str, Volume | CloudError] = {}
    for volume_id, found in read.items():
        told = found.value or found.error
        volumes[volume_id] = told if told is not None else NotFound()
    return Machine(instance, project_id, volumes)


def of_instance(connection: Connection, machine: Machine) -> Plan | None:
    """Return the plan that the volumes of an instance tell of, None where there is none.

    :raises CloudError: a volume, or something else that decides, cannot be read.
    """
    for each in machine.volumes.values():
        # One that was deleted is missing; of any other it is not known what it says.
        if isinstance(each, CloudError) and not isinstance(each, NotFound):
            raise each
    volumes = [each for each in machine.volumes.values() if isinstance(each, Volume)]
    records = {each.id: revert_record.read(each.metadata) for each in volumes}
    mine = [
        (each, record)
        for each in volumes
        if (record := records[each.id]) and record.instance_id == machine.instance.id
    ]
    return _plan(connection, mine, machine.instance)


def of_volume(connection: Connection, volume: Volume) -> Plan | None:
    """Return the plan of one volume without an instance, None where there is none.

    What is left of the plan of an instance that was deleted, or does not have the volume any more,
    is that of the volume alone.

    :raises CloudError: something that decides cannot be read.
    """
    record = revert_record.read(volume.metadata)
    if record is None or (record.instance_id and _has(connection, record.instance_id, volume)):
        return None
    return _plan(connection, [(volume, record)], None)


def _has(connection: Connection, instance_id: str, volume: Volume) -> bool:
    """Tell whether an instance exists in this project, and has a volume.

    :raises CloudError: that is not known.
    """
    try:
        return volume.id in compute.volumes_of(connection, instance_id)
    except NotFound:
        return False


def _plan(
    connection: Connection, mine: Sequence[tuple[Volume, Record]], instance: Instance | None
) -> Plan | None:
    if not mine:
        return None
    # Of two plans the one that was confirmed last: an earlier one has left a volume behind.
    latest = max(mine, key=lambda each: each[1].seen_at)[1].plan_id
    mine = sorted(
        (each for each in mine if each[1].plan_id == latest), key=lambda each: each[1].index
    )
    targets = tuple(Target(volume, record) for volume, record in mine)
    indices = {record.index for _volume, record in mine}
    plan = Plan(targets, instance, missing=len(indices) < max(mine[0][1].count, len(mine)))
    if not plan.over:
        return _with_the_rest(connection, plan)
    # What remains of it is told.
    copied = plan.lead.record.copy
    return _with_volumes(plan, made_for(connection, plan.id)) if copied else plan


def _with_the_rest(connection: Connection, plan: Plan) -> Plan:
    """Add images, copies and what may be on its way: a call for each kind, where it matters."""
    records = [each.record for each in plan.targets]
    ways = [allowed(connection, each.volume.type_name) for each in plan.targets]
    images = volumes = None
    begun = any(not each.progress.is_before for each in records)
    if plan.stage is Stage.GIVING_UP or begun or Reimaging.IMAGE in ways:
        images = connection.start(partial(images_with, connection, RECORD, plan.id))
    copied = records[0].copy and not all(each.progress.is_after for each in records)
    if copied or Reimaging.IMAGE in ways:
        volumes = connection.start(partial(made_for, connection, plan.id))
    found = images.get() if images else ()
    targets = tuple(
        replace(each, image=_image_of(each.record, found, way), reimaging=way)
        for each, way in zip(plan.targets, ways, strict=True)
    )
    plan = replace(plan, targets=targets, asking=_asking(connection, plan))
    return _with_volumes(plan, volumes.get() if volumes else ())


def _image_of(record: Record, images: Sequence[Image], way: Reimaging) -> Image | None:
    """Return the image that stands for a snapshot; of several the one that can be used now."""

    def fits(image: Image) -> tuple[bool, bool, int]:
        right = bool(image.stands_for) is (way is Reimaging.IMAGE)
        return right, image.status == "active", image.size or 0

    snapshot_id = record.snapshot_id
    found = [
        each
        for each in images
        if snapshot_id in each.snapshot_ids or snapshot_id == each.stands_for
    ]
    return max(found, key=fits, default=None)


def _with_volumes(plan: Plan, volumes: Iterable[Volume]) -> Plan:
    """Add the copies of the volumes, and what was made of their snapshots.

    A person who lets the plan go on counts the first volume's attempts up, too: an earlier one
    that has not failed is as good.
    """
    by_request = {each.metadata.get(REQUEST, ""): each for each in volumes}

    def made(act: Act, target: Target) -> Volume | None:
        record = target.record
        key, of = (
            (COPY_OF, target.volume.id) if act is Act.COPY else (STANDS_FOR, record.snapshot_id)
        )
        for attempt in range(record.attempt, -1, -1):
            made = rules.claim(plan.id, act, replace(record, attempt=attempt))
            found = by_request.get(made)
            if found and found.metadata.get(key) != of:
                continue
            if found and (attempt == record.attempt or phase(found.status) is not Phase.FAILED):
                return found
        return None

    targets = tuple(
        replace(each, copy=made(Act.COPY, each), helper=made(Act.HELP, each))
        for each in plan.targets
    )
    return replace(plan, targets=targets)


def snapshots_of(connection: Connection, plan: Plan) -> Mapping[str, Snapshot]:
    """Read the snapshots of a plan by their ids, for their names and dates.

    They are remembered for a while; one that cannot be read is left out.
    """
    names = {
        each.record.snapshot_id: caching.key(
            connection.region,
            connection.project_id,
            "revert-snapshot",
            connection.rights,
            each.record.snapshot_id,
        )
        for each in plan.targets
    }
    known = cache.get_many(names.values())
    lacking = [each for each, name in names.items() if name not in known]
    read = values(facts(connection, partial(block_storage.snapshot, connection), lacking))
    for snapshot_id, found in read.items():
        cache.set(names[snapshot_id], found, _REMEMBERED)
    return {each: known[name] for each, name in names.items() if name in known} | read


def made_for(connection: Connection, plan_id: str) -> tuple[Volume, ...]:
    """Read the volumes that a plan has made, failed ones too.

    :raises CloudError: they cannot be read.
    """
    # Cinder reads it as a Python literal, and compares each pair (tried).
    wanted = {"metadata": str({MADE_FOR: plan_id})}
    page = block_storage.volumes(connection, PageRequest(size=_NEWEST, filters=wanted))
    if page.unread:
        # It might be the copy that is looked for, which would be made a second time.
        raise AnswerUnreadable("a record has no id", service=Service.BLOCK_STORAGE)
    return tuple(each for each in page.items if each.metadata.get(MADE_FOR) == plan_id)


def _asking(connection: Connection, plan: Plan) -> frozenset[str]:
    wanted = [rules.claim(plan.id, act, plan.lead.record) for act in Act if act.of_instance]
    for target in plan.targets:
        wanted += [rules.claim(plan.id, act, target.record) for act in _OF_VOLUME]
    return frozenset(
        each
        for each in wanted
        if idempotency.state(connection.region, connection.project_id, each)
        is AttemptState.UNDER_WAY
    )
