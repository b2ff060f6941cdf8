# SPDX-License-Identifier: Apache-2.0
"""The plain text of a ticket: one fact a line, in English, with times in UTC.

Names come from anybody. Control characters become spaces, so that no name can add a line, and
names in quotation marks hold none themselves, so that none can add a fact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

from snapshot_dashboard.rules import attachment, holds, keep_until
from snapshot_dashboard.rules.attachment import Holder
from snapshot_dashboard.rules.attention import (
    AnyConcern,
    Concern,
    NextStep,
    StorageService,
    VolumeConcern,
)
from snapshot_dashboard.rules.deletion import DeletionBlocker, Finding, belongs_elsewhere
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.text import plain
from snapshot_dashboard.rules.volume import Volume

UNKNOWN = "unknown"
NONE = "none"
_NOTHING = "none that is known of"
# An empty list of users proves nothing for these.
_USED = frozenset({"in-use", "reserved"})
# A line holds as many; the list, filtered by the volume, has all of them.
_NAMED = 20

# What a restart does to unfinished work, and what it does not: rules/attention.py.
NEXT_STEPS: Mapping[NextStep, str] = {
    NextStep.BRING_UP: (
        "The storage service on %(host)s has been down since %(time)s. Bring it up first, then "
        "look again: an unfinished creation turns to Error by itself, any other status stays."
    ),
    NextStep.WAIT: "Still within the usual time for %(size)s GiB. Wait.",
    NextStep.CHECK: (
        "Check on the storage whether it is still working. If not: reset to Error, then delete."
    ),
    NextStep.RECREATE: "It cannot be used. The owner can delete it and try again.",
    NextStep.FIND_OUT: (
        "Find out why the storage refused (see the message). When solved: reset to Error and "
        "delete again, or reset to Available if it is still complete on the storage."
    ),
    NextStep.CHECK_DELETION: (
        "Check on the storage. Already gone there: Force Delete. Still there: reset to Error, "
        "then delete again."
    ),
    NextStep.ASK_OWNER: (
        "The volume may be half reverted. Do not use it before the owner has checked it."
    ),
    NextStep.CHECK_BACKUP: (
        "The snapshot itself is complete, do not delete it. Look at the backup: if it is not "
        "being made any more, reset the snapshot to Available."
    ),
    NextStep.CHECK_OTHER: (
        "Check on the storage whether it is still working. If not: reset to Available if the "
        "snapshot is complete there, otherwise to Error."
    ),
    NextStep.REVERT_FAILED: (
        "A revert of this volume has failed, and it may be half reverted. Nobody should use "
        "it, or delete any of its snapshots, before the owner has checked it. Then reset the "
        "volume to Available, and a snapshot that is still Restoring, too."
    ),
    NextStep.REVERT_UNFINISHED: (
        "Check on the storage whether it is still working. If not: the volume may be half "
        "reverted. Do not use it before the owner has checked it."
    ),
    NextStep.BRING_UP_VOLUME: (
        "The storage service on %(host)s has been down since %(time)s. Bring it up first, "
        "then look again: an unfinished creation turns to Error by itself, an unfinished "
        "deletion goes on, any other status may stay."
    ),
    NextStep.VOLUME_FAILED: (
        "Find out what failed (see the message). What was never made holds nothing. Anything "
        "else may still hold its data: have them checked on the storage, then reset to "
        "Available, or to In-use while it is attached."
    ),
    NextStep.EXTENSION_FAILED: (
        "It still has its data. Compare its size with the one on the storage, then reset to "
        "Available, or to In-use while it is attached."
    ),
    NextStep.RESTORE_FAILED: (
        "It may hold half of a backup. Look at the backup service. Nobody should use the "
        "volume before the owner has restored it again, or has checked it."
    ),
    NextStep.BACKUP_UNFINISHED: (
        "The volume itself is complete. Look at the backup: if it is not being made any "
        "more, reset the volume to Available, or to In-use while it is attached."
    ),
    NextStep.MANAGE_FAILED: (
        "It was not taken under management, and what lies on the storage is as it was. Find "
        "out why (see the message), before anything is deleted."
    ),
    NextStep.CHECK_ATTACHMENTS: (
        "Look at the instance and at the attachments of the volume, which its page lists. If "
        "nothing is going on there: delete the attachment that is left over. Reset the "
        "status only if that does not help."
    ),
    NextStep.CHECK_VOLUME_DELETION: (
        "Check on the storage whether it is still working. If not: reset to Error. The owner "
        "can delete it again."
    ),
    NextStep.CHECK_VOLUME: (
        "Check on the storage whether it is still working. If not: have the data checked, "
        "then reset to Available, or to In-use while it is attached."
    ),
}

KEPT = "What the volume held before it is in the temporary snapshot %(snapshot)s."

BLOCKERS: Mapping[DeletionBlocker, str] = {
    DeletionBlocker.BUSY: "status %(status)s, which ends by itself",
    DeletionBlocker.CREATING: "still being created",
    DeletionBlocker.TRANSFER: "waiting to be transferred, cancel the transfer first",
    DeletionBlocker.NOT_VISIBLE: "perhaps used by something that could not be read: %(holders)s",
    DeletionBlocker.LEFT_OVER: (
        "marked as attached to an instance that no longer exists: %(holders)s; check the "
        "hypervisor, then delete the attachment; reset the status only if that does not help"
    ),
    DeletionBlocker.SYSTEM_DISK: (
        "looks like the system disk of %(holders)s, can be deleted only after the instance"
    ),
    DeletionBlocker.ATTACHED: "attached to %(holders)s, detach it first",
    DeletionBlocker.STATUS: "status %(status)s, which does not allow it",
    DeletionBlocker.GROUP: "in group %(group)s, remove it from the group first",
    DeletionBlocker.GROUP_SNAPSHOT: "part of a group snapshot, delete that instead",
    DeletionBlocker.ON_HOLD: "on hold, its owner has to release it first",
    DeletionBlocker.FOREIGN_SNAPSHOTS: "snapshots of another project: %(count)d: %(snapshots)s",
    DeletionBlocker.SNAPSHOTS: "snapshots that must go first: %(count)d: %(snapshots)s",
}

LOCKED = "; locked: %(locked)s, unlock it first, unless an administrator does this"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The context of a volume or snapshot; None for what could not be read.

    ``holders`` are the names and states of what the volume is attached to. ``message`` is
    Cinder's reason in words, ``request_id`` that of the request which led to it; both are empty
    where there is none.
    """

    region: str
    project_name: str | None = None
    user_name: str | None = None
    holders: tuple[tuple[str, str], ...] | None = None
    service: StorageService | None = None
    message: str | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class SnapshotFacts:
    """The facts of a snapshot in a ticket; None for what could not be read."""

    snapshot: Snapshot
    around: Surroundings
    volume_name: str | None = None
    volume_status: str | None = None
    volume_host: str | None = None
    concern: Concern | None = None
    volume_project: str | None = None


@dataclass(frozen=True, slots=True)
class VolumeFacts:
    """The facts of a volume in a ticket.

    ``snapshots`` is their number, and ``blockers`` keep it from being deleted; None for what
    was not read.
    """

    volume: Volume
    around: Surroundings
    snapshots: int | None = None
    blockers: tuple[Finding, ...] | None = ()
    concern: VolumeConcern | None = None


def duration(seconds: int) -> str:
    """Return a duration in English, rounded down: "12 min", "3 h 05 min", from two days "2 d"."""
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if not minutes:
        return "less than 1 min"
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes % 60:02} min" if days < 2 else f"{days} d"


def utc(moment: datetime | None) -> str:
    """Return a moment (with its time zone) to the minute, in UTC."""
    return UNKNOWN if moment is None else f"{moment.astimezone(timezone.utc):%Y-%m-%dT%H:%MZ}"


def next_step(concern: AnyConcern | None, host: str | None) -> str:
    """Return in English what to do next; ``host`` as the volume names it, with its pool."""
    if concern is None:
        return NONE
    service = concern.service
    step = NEXT_STEPS[concern.step] % {
        "host": service.host if service else host or UNKNOWN,
        "time": utc(service.reported_at if service else None),
        "size": concern.subject.gib,
    }
    kept = concern.kept if isinstance(concern, VolumeConcern) else None
    return f"{step} {KEPT % {'snapshot': _titled(kept.id, kept.name)}}" if kept else step


def of_snapshot(facts: SnapshotFacts) -> str:
    """Return the ticket text of a snapshot, without a line break at the end."""
    snapshot, around, concern = facts.snapshot, facts.around, facts.concern
    service = around.service or (concern.service if concern else None)
    attached = _attached(around.holders, facts.volume_status)
    return _text(
        f"Snapshot {_titled(snapshot.id, snapshot.name)}  {_place(snapshot.project_id, around)}",
        f"Volume {_titled(snapshot.volume_id, facts.volume_name or '')} "
        f"{_word(facts.volume_status)}, {attached}{_elsewhere(facts)}",
        f"Status {_lasting(snapshot.status, concern)}, "
        f"{_requested(snapshot.created_at, snapshot.user_id, around)}",
        _host(facts.volume_host, service),
        *((f"Group snapshot {snapshot.group_snapshot_id}",) if snapshot.group_snapshot_id else ()),
        *kept(snapshot),
        *_reasons(around),
        f"Next step: {next_step(concern, facts.volume_host)}",
    )


def of_volume(facts: VolumeFacts) -> str:
    """Return the ticket text of a volume and of what keeps it from being deleted."""
    volume, around = facts.volume, facts.around
    return _text(
        f"Volume {_titled(volume.id, volume.name)}  {_place(volume.project_id, around)}",
        f"Status {_lasting(volume.status, facts.concern)}, "
        f"{_requested(volume.created_at, volume.user_id, around)}",
        f"Use: {_attached(around.holders, volume.status)}",
        f"Snapshots: {UNKNOWN if facts.snapshots is None else facts.snapshots}",
        _host(volume.host, around.service),
        *_in_the_way(facts),
        *_reasons(around),
        f"Next step: {next_step(facts.concern, volume.host)}",
    )


def kept(snapshot: Snapshot) -> tuple[str, ...]:
    """Return a line about the hold of a snapshot and one about its day, where it has them."""
    hold, day = holds.of(snapshot.metadata), keep_until.of(snapshot.metadata)
    reason = _quoted(hold.reason) if hold and hold.reason else "no reason given"
    by = _quoted(hold.by) if hold and hold.by else UNKNOWN
    held = (f"On hold since {utc(hold.at)} by {by}: {reason}",) if hold else ()
    return held + ((f"To be kept until {day.isoformat()}",) if day else ())


def _in_the_way(facts: VolumeFacts) -> tuple[str, ...]:
    if facts.blockers is None:
        return (f"In the way of deleting it: {UNKNOWN}",)
    found = [_blocker(each, facts.volume) for each in facts.blockers]
    return tuple(f"In the way of deleting it: {each}" for each in found or [_NOTHING])


def _lasting(status: str, concern: AnyConcern | None) -> str:
    seconds = concern.seconds if concern else None
    return status if seconds is None else f"{status} for {duration(seconds)}"


def _text(*lines: str) -> str:
    return "\n".join(plain(line) for line in lines)


def _quoted(name: str) -> str:
    inside = name.replace('"', "'")
    return f'"{inside}"'


def _titled(resource_id: str, name: str) -> str:
    return f"{resource_id} {_quoted(name)}" if name else resource_id


def _word(status: str | None) -> str:
    return status.capitalize() if status else f"status {UNKNOWN}"


def _place(project_id: str | None, around: Surroundings) -> str:
    # A name that nobody has looked up is left out: "unknown" would sound like a fault.
    named = around.project_name and f"project {around.project_name} ({project_id or UNKNOWN})"
    project = named or f"project {project_id or UNKNOWN}"
    return f"{project}  region {around.region or UNKNOWN}"


def _requested(created_at: datetime | None, user_id: str | None, around: Surroundings) -> str:
    return f"requested {utc(created_at)} by user {around.user_name or user_id or UNKNOWN}"


def _attached(holders: tuple[tuple[str, str], ...] | None, volume_status: str | None) -> str:
    if holders is None:
        return f"attachments {UNKNOWN}"
    if not holders:
        return f"attached to {UNKNOWN}" if volume_status in _USED else "not attached"
    named = (f"{_quoted(name) if name else UNKNOWN} ({_word(state)})" for name, state in holders)
    return f"attached to {', '.join(named)}"


def named_holder(holder: Holder) -> tuple[str, str]:
    """Return the name of what uses a volume, and its state where that is known."""
    name = holder.instance.name if holder.instance else holder.instance_id or holder.host or ""
    state = (holder.status, *(("locked",) if holder.locked else ()))
    return name, ", ".join(filter(None, state))


def _host(host: str | None, service: StorageService | None) -> str:
    text = f"Host {host or UNKNOWN}, storage service"
    if service is None:
        return f"{text} {UNKNOWN}"
    state = "up, last report" if service.up else "down since"
    disabled = "" if service.enabled else ", disabled for new volumes"
    return f"{text} {state} {utc(service.reported_at)}{disabled}"


def _reasons(around: Surroundings) -> tuple[str, str]:
    message = UNKNOWN if around.message is None else around.message or NONE
    request_id = UNKNOWN if around.request_id is None else around.request_id or NONE
    return f"Message: {message}", f"Request id {request_id}"


def _blocker(finding: Finding, volume: Volume) -> str:
    locked = ", ".join(map(_holder, attachment.locked(finding.holders)))
    text = f"{BLOCKERS[finding.blocker]}{LOCKED if locked else ''}"
    return text % {
        "locked": locked,
        "status": volume.status,
        "group": volume.group_id or UNKNOWN,
        "count": len(finding.snapshots),
        "snapshots": _snapshots(finding.snapshots, volume.project_id) or UNKNOWN,
        "holders": ", ".join(map(_holder, finding.holders)) or UNKNOWN,
    }


def _elsewhere(facts: SnapshotFacts) -> str:
    """Return whose the volume is, where that is another project than the snapshot's."""
    foreign = belongs_elsewhere(facts.snapshot, facts.volume_project)
    return f", of another project: {facts.volume_project}" if foreign else ""


def _snapshots(found: Sequence[Snapshot], volume_project: str | None) -> str:
    """Return snapshots by id and name, and whose they are where the volume is not theirs."""
    named = [
        f"{_titled(each.id, each.name)} of project {each.project_id}"
        if belongs_elsewhere(each, volume_project)
        else _titled(each.id, each.name)
        for each in found[:_NAMED]
    ]
    more = [f"and {len(found) - _NAMED} more"] if len(found) > _NAMED else []
    return ", ".join([*named, *more])


def _holder(holder: Holder) -> str:
    if holder.instance:
        return f"{_quoted(holder.instance.name)} ({holder.instance.id})"
    if holder.instance_id:
        return holder.instance_id
    return f"host {holder.host}" if holder.host else UNKNOWN
