# SPDX-License-Identifier: Apache-2.0
"""Takes the snapshots of one run of a schedule, by the rules of the dialogs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace

from snapshot_dashboard.cloud import attachment, block_storage, compute, quiesced, sets
from snapshot_dashboard.cloud.attachment import Situation
from snapshot_dashboard.cloud.errors import (
    CloudError,
    Forbidden,
    NotFound,
    QuotaExceeded,
    RequestFailed,
    SessionExpired,
)
from snapshot_dashboard.cloud.scheduled import Scheduled
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.cloud.sets import Order
from snapshot_dashboard.rules import consistency
from snapshot_dashboard.rules import quiesced as quiesced_rules
from snapshot_dashboard.rules import sets as set_rules
from snapshot_dashboard.rules.attachment import Exposure, used_by
from snapshot_dashboard.rules.failure import Failure
from snapshot_dashboard.rules.quiesced import NameMark
from snapshot_dashboard.rules.schedules import runs
from snapshot_dashboard.rules.schedules.last_run import Outcome
from snapshot_dashboard.rules.schedules.runs import Run
from snapshot_dashboard.rules.schedules.schedule import Schedule
from snapshot_dashboard.rules.schedules.slots import Slot
from snapshot_dashboard.rules.snapshot import Snapshot, default_name

_UNFINISHED = "The compute service has not finished freezing, or has given up in the middle."


@dataclass(frozen=True, slots=True)
class Found:
    """The volumes of a run, as they are now; in the place of one that cannot be read, why."""

    ids: tuple[str, ...]
    situations: Mapping[str, Situation | CloudError]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a run; ``reason`` is in English, ``failure`` what a service said."""

    outcome: Outcome
    made: tuple[Snapshot, ...] = ()
    reason: str = ""
    failure: Failure | None = None


def volumes_of(connection: Connection, job: Scheduled) -> Found:
    """Read the volumes: of a schedule for an instance those that it has now.

    :raises CloudError: it cannot be told which these are.
    """
    instance_id = job.schedule.instance_id
    ids: tuple[str, ...] = tuple(each.id for each in job.volumes)
    if instance_id:
        try:
            ids = compute.volumes_of(connection, instance_id)
        except NotFound:
            ids = ()
    read = attachment.read_all(connection, ids)
    if not instance_id:
        return Found(ids, read)
    # Nova says that the instance uses them, whatever Cinder's records say.
    used = {
        key: replace(each, exposure=used_by(each.exposure, instance_id))
        if isinstance(each, Situation)
        else each
        for key, each in read.items()
    }
    return Found(ids, used)


def refusal_of(schedule: Schedule, found: Found) -> Result | None:
    """Return why nothing is taken: of several volumes all are, or none."""
    if not found.ids:
        return Result(Outcome.NO_VOLUMES, reason="The instance is gone, or has no volumes.")
    if len(found.ids) > set_rules.MOST:
        many = f"The instance has more than {set_rules.MOST} volumes."
        return Result(Outcome.BLOCKED, reason=many)
    for each in found.situations.values():
        if isinstance(each, CloudError):
            return _because(each)
        exposure = each.exposure
        label = exposure.volume.label
        if exposure.blocked:
            said = f"The state of volume {label} allows none: {exposure.verdict.value}."
            return Result(Outcome.BLOCKED, reason=said)
        if exposure.acknowledgement and not schedule.attached:
            said = f"Volume {label} is in use: {exposure.verdict.value}."
            return Result(Outcome.IN_USE, reason=said)
    return None


def take(
    connection: Connection, schedule: Schedule, slot: Slot, again: Run | None, found: Found
) -> Result:
    """Take a snapshot of each volume that has none yet in the run that is gone on with ``again``.

    :raises SessionExpired: the credentials are not accepted any more.
    """
    refused = refusal_of(schedule, found)
    if refused:
        return refused
    exposures = {
        key: each.exposure for key, each in found.situations.items() if isinstance(each, Situation)
    }
    if schedule.quiesced and schedule.instance_id:
        result = _quiesced(connection, schedule, slot, exposures, begun=again is not None)
        if result:
            return result
    before = again.snapshots if again else ()
    made = {each.volume_id: each for each in before if set_rules.is_made(each)}
    failed = Counter(each.volume_id for each in before if not set_rules.is_made(each))
    orders = [
        _order(schedule, slot, exposure, len(exposures), failed[key])
        for key, exposure in exposures.items()
        if key not in made
    ]
    outcomes = sets.make(connection, orders, lambda _order, _outcome: None)
    errors = [each for each in outcomes.values() if isinstance(each, RequestFailed)]
    if expired := next((each for each in errors if isinstance(each, SessionExpired)), None):
        raise expired
    now = tuple(each for each in outcomes.values() if isinstance(each, Snapshot))
    if not errors:
        return Result(Outcome.TAKEN, now)
    result = _because(errors[0])
    some = bool(now or made)
    return replace(result, outcome=Outcome.INCOMPLETE if some else result.outcome, made=now)


def _order(schedule: Schedule, slot: Slot, exposure: Exposure, count: int, failed: int) -> Order:
    """Return one snapshot to be made, unforced where nothing uses the volume."""
    volume = exposure.volume
    marks = runs.marks(schedule, slot, volume.id, count=count, failed=failed)
    return Order(
        volume_id=volume.id,
        name=default_name(volume.label, slot.id),
        description="",
        force=exposure.acknowledgement is not None,
        metadata=consistency.write(consistency.of(exposure)) | marks,
        request_id=runs.request_id(schedule, slot, volume.id, failed),
    )


def _because(error: RequestFailed) -> Result:
    kinds = ((QuotaExceeded, Outcome.QUOTA), (Forbidden, Outcome.FORBIDDEN))
    found = (outcome for kind, outcome in kinds if isinstance(error, kind))
    return Result(next(found, Outcome.ERROR), failure=error.failure)


def _quiesced(
    connection: Connection,
    schedule: Schedule,
    slot: Slot,
    exposures: Mapping[str, Exposure],
    *,
    begun: bool,
) -> Result | None:
    """Take them with frozen file systems, None where that is not certain.

    Nova makes them all at once, and they get their marks afterwards: what a command that was
    killed has left is found by the id of the run. One that was ``begun`` is not made anew.
    """
    mark = NameMark(f"{schedule.instance_id} {slot.id}", runs.run_id(schedule, slot))
    try:
        made = quiesced.look(connection, mark.request_id)
        if not (made.image or made.snapshots):
            certain = quiesced_rules.is_certain(exposures.values(), schedule.instance_id)
            if begun or not certain:
                return None
            quiesced.create_image(connection, schedule.instance_id, mark)
            made = quiesced.look(connection, mark.request_id)
        made = quiesced.finish(connection, made, schedule.instance_id, nullcontext)
        # Another command may have had an image made at the same moment: its snapshots would stay.
        made = quiesced.look(connection, mark.request_id)
        made = quiesced.finish(connection, made, schedule.instance_id, nullcontext)
        for each in made.noted:
            name = default_name(_label(exposures, each), slot.id)
            count = len(exposures)
            marks = runs.marks(schedule, slot, each.volume_id, count=count, failed=0)
            block_storage.rename(connection, each.id, name)
            block_storage.note(connection, each.id, marks)
    except CloudError as error:
        return _because(error)
    missing = exposures.keys() - {each.volume_id for each in made.noted}
    if not missing:
        return Result(Outcome.TAKEN, made.noted)
    # Without an image Nova is not done, or has given up: nobody knows what they are.
    said = f"Not every volume has a snapshot: {', '.join(sorted(missing))}."
    return Result(Outcome.INCOMPLETE, made.noted, _UNFINISHED if made.unnoted else said)


def _label(exposures: Mapping[str, Exposure], snapshot: Snapshot) -> str:
    found = exposures.get(snapshot.volume_id)
    return found.volume.label if found else snapshot.volume_id
