# SPDX-License-Identifier: Apache-2.0
"""Does what the schedules of one project say: takes snapshots, and deletes what is not kept.

What is done follows from what there is (rules/schedules/runs.py), so that it can be done again at
any moment: a command that was killed is gone on with by the next one. Each snapshot is made under
an id that follows from its schedule, slot and volume; it is looked for before and after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from snapshot_dashboard.cloud import block_storage, scheduled, snapshot_deletion
from snapshot_dashboard.cloud.attachment import Situation
from snapshot_dashboard.cloud.errors import CloudError, NotFound
from snapshot_dashboard.cloud.scheduled import Inventory, Needed, Scheduled
from snapshot_dashboard.cloud.scheduled_run import Found, Result, refusal_of, take, volumes_of
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules import revert_record, sets
from snapshot_dashboard.rules.failure import Failure
from snapshot_dashboard.rules.schedules import last_run, runs, slots
from snapshot_dashboard.rules.schedules import schedule as schedules
from snapshot_dashboard.rules.schedules.last_run import LastRun, Outcome
from snapshot_dashboard.rules.schedules.runs import Run
from snapshot_dashboard.rules.schedules.schedule import SCHEDULE, Schedule
from snapshot_dashboard.rules.schedules.slots import Slot
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume


class What(Enum):
    """What an event is about."""

    TAKEN = "taken"
    WOULD_TAKE = "would_take"
    NOT_TAKEN = "not_taken"
    DELETED = "deleted"
    WOULD_DELETE = "would_delete"
    NOT_DELETED = "not_deleted"
    # Something has changed since it was read: the next command decides.
    CHANGED = "changed"
    # The entry of a volume is not understood.
    NOT_UNDERSTOOD = "not_understood"
    # A schedule of another project, which came with its volume, means nothing here.
    OTHER_PROJECT = "other_project"
    # Snapshots stay, because it is not known whether something needs them.
    NOT_KNOWN = "not_known"
    # A schedule could not be looked after, or what became of it could not be written down.
    FAILED = "failed"


_CLOCKS = (
    "The clocks of the block storage service and of this machine are more than a day apart. "
    "Nothing is taken or deleted until that is put right."
)
_REASONS = {
    Outcome.FAILED: "The storage could not make it.",
    Outcome.INCOMPLETE: "The command that has begun it has ended in the middle.",
}
_FAILURES = frozenset(
    {What.NOT_TAKEN, What.NOT_DELETED, What.NOT_UNDERSTOOD, What.NOT_KNOWN, What.FAILED}
)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was done, or was to be done and was not.

    ``reason`` is in English, ``failure`` what a service said.
    """

    what: What
    schedule_id: str = ""
    volume: Volume | None = None
    slot_id: str = ""
    snapshot: Snapshot | None = None
    outcome: Outcome | None = None
    reason: str = ""
    failure: Failure | None = None

    @property
    def failed(self) -> bool:
        """Tell whether somebody has to look after it."""
        return self.what in _FAILURES


@dataclass(frozen=True, slots=True)
class How:
    """How the command was asked to work.

    ``now`` takes the place of the cloud's own clock, ``needed_by_volumes`` tells that a snapshot
    depends on the volumes made from it.
    """

    dry_run: bool = False
    needed_by_volumes: bool = True
    now: datetime | None = None


def keep(connect: Callable[[], Connection], how: How) -> Iterator[Event]:
    """Look after every schedule of the project that ``connect`` gives connections to.

    :raises RequestFailed: the volumes or the snapshots cannot be read; SessionExpired at any time,
        also where ``connect`` gets no token any more.
    """
    connection = connect()
    inventory = scheduled.read(connection)
    if inventory.jobs and how.now is None and connection.has_doubtful_clock:
        # By a clock that is ahead, days would be over of everything that is to be kept.
        yield Event(What.FAILED, reason=_CLOCKS)
        return
    for volume in inventory.unclear:
        found = schedules.read(volume.metadata)
        yield Event(What.OTHER_PROJECT if found else What.NOT_UNDERSTOOD, volume=volume)
    for job in inventory.jobs:
        try:
            yield from _Keeping(connect, inventory, job, how).work()
        except CloudError as error:
            yield Event(What.FAILED, job.schedule.id, volume=job.volumes[0], failure=error.failure)


class _Keeping:
    """Looks after one schedule."""

    def __init__(
        self, connect: Callable[[], Connection], inventory: Inventory, job: Scheduled, how: How
    ) -> None:
        self.connect = connect
        self.job = job
        self.how = how
        self.schedule: Schedule = job.schedule
        self.now = how.now or connect().now()
        self.carried = frozenset(each.id for each in job.volumes)
        self.taken = runs.runs(self.schedule, inventory.taken(job))
        self.last = _last_run(job.volumes)

    def work(self) -> Iterator[Event]:
        """Take what is due, then delete what is not kept any more.

        :raises RequestFailed: it cannot be gone on with.
        """
        done = self.last.slot_id if self.last and self.last.outcome is Outcome.TAKEN else ""
        plan = runs.plan(self.schedule, self.taken, self.now, done=done)
        if plan.take:
            yield from self._take(plan.take, plan.again)
        else:
            yield from self._settle()
        yield from self._clear([each for each in plan.delete if each.usable], done)

    def _clear(self, usable: Sequence[Snapshot], done: str) -> Iterator[Event]:
        """Delete what is not kept: of these, which can be used, what nothing needs.

        That is read now: to take something can last, and so can the schedules before this one.
        """
        by_volumes = self.how.needed_by_volumes
        needed = scheduled.needed(self.connect(), usable, by_volumes=by_volumes)
        try:
            volumes = self._afresh(usable)
        except CloudError as error:
            volumes, needed = [], Needed(None, failure=error.failure)
        if changed := self._changed(volumes):
            yield replace(self._about(What.CHANGED), volume=changed)
            return
        # Any may be what a revert in place goes back to.
        if reverted := next((each.label for each in volumes if _is_reverted(each)), ""):
            needed = Needed(None, f"A revert in place of volume {reverted} is not finished.")
        if needed.ids is None:
            yield replace(self._about(What.NOT_KNOWN), reason=needed.why, failure=needed.failure)
        plan = runs.plan(self.schedule, self.taken, self.now, needed=needed.ids, done=done)
        for each in plan.delete:
            yield self._delete(each)

    def _afresh(self, snapshots: Sequence[Snapshot]) -> list[Volume]:
        """Read the volumes of the schedule and of these snapshots again, if there are any.

        :raises CloudError: one of them cannot be read; one that is gone is left out.
        """
        found = []
        ids = {each.volume_id for each in snapshots}
        for each in sorted(ids | self.carried) if ids else ():
            with suppress(NotFound):
                found.append(block_storage.volume(self.connect(), each))
        return found

    def _changed(self, volumes: Iterable[Volume]) -> Volume | None:
        """Return a volume whose schedule is not as it was read; a new one has none before."""
        before = {each.id: each.metadata[SCHEDULE] for each in self.job.volumes}
        changed = (
            each
            for each in volumes
            if each.id in before and each.metadata.get(SCHEDULE) != before[each.id]
        )
        return next(changed, None)

    def _about(self, what: What, slot_id: str = "") -> Event:
        return Event(what, self.schedule.id, self.job.volumes[0], slot_id)

    def _take(self, slot: Slot, again: Run | None) -> Iterator[Event]:
        """Take the slot that is due, and write down what became of it."""
        found = volumes_of(self.connect(), self.job)
        if found.ids and not self.carried.intersection(found.ids):
            # Nobody has given a schedule to what the instance has now.
            yield from self._tell_detached(found, slot.id)
            return
        read = (each for each in found.situations.values() if isinstance(each, Situation))
        if changed := self._changed(each.exposure.volume for each in read):
            yield replace(self._about(What.CHANGED, slot.id), volume=changed)
            return
        told = self._told(found)
        if self.how.dry_run:
            result = refusal_of(self.schedule, found) or Result(Outcome.TAKEN)
        else:
            yield from self._note(told, LastRun(self.now, slot.id, Outcome.BEGUN))
            result = take(self.connect(), self.schedule, slot, again, found)
        # Told before it is written down: that can fail, too.
        yield from self._events(slot.id, result)
        if not self.how.dry_run:
            yield from self._note(told, self._after(slot.id, result))
        yield from self._tell_detached(found, slot.id)

    def _told(self, found: Found) -> list[str]:
        """Return the volumes into which the run is written: not over a schedule of their own.

        Where the instance has none, they are those that carry its schedule.
        """
        if not found.ids:
            return sorted(self.carried)
        return [
            volume_id
            for volume_id, read in found.situations.items()
            if volume_id in self.carried
            or (isinstance(read, Situation) and not schedules.has(read.exposure.volume.metadata))
        ]

    def _tell_detached(self, found: Found, slot_id: str) -> Iterator[Event]:
        """Tell of volumes that carry the schedule of an instance and are not attached to it."""
        detached = [each for each in self.job.volumes if found.ids and each.id not in found.ids]
        if detached and not self.how.dry_run:
            ids = [each.id for each in detached]
            yield from self._note(ids, LastRun(self.now, slot_id, Outcome.DETACHED))
        for each in detached:
            yield replace(
                self._about(What.NOT_TAKEN, slot_id),
                volume=each,
                outcome=Outcome.DETACHED,
                reason="It is not attached to the instance of its schedule.",
            )

    def _events(self, slot_id: str, result: Result) -> Iterator[Event]:
        done = What.WOULD_TAKE if self.how.dry_run else What.TAKEN
        about = replace(self._about(done, slot_id), outcome=result.outcome)
        for each in result.made:
            yield replace(about, snapshot=each)
        if not result.outcome.good:
            yield replace(about, what=What.NOT_TAKEN, reason=result.reason, failure=result.failure)
        elif not result.made:
            yield about

    def _after(self, slot_id: str, result: Result) -> LastRun:
        said = result.failure
        parts = (said.reason, said.request_id) if said else (result.reason,)
        reason = " ".join(each for each in parts if each)
        return LastRun(self.now, slot_id, result.outcome, reason)

    def _note(self, volume_ids: Sequence[str], run: LastRun) -> Iterator[Event]:
        """Write it into each volume, with the schedule: one that was attached since has none.

        Where one cannot be written, the others are, and snapshots are taken all the same.
        """
        connection = self.connect()
        for each in volume_ids:
            entries = {} if each in self.carried else schedules.write(self.schedule)
            try:
                block_storage.note_volume(connection, each, entries | last_run.write(run))
            except CloudError as error:
                said = f"The last run could not be written into volume {each}."
                failed = self._about(What.FAILED, run.slot_id)
                yield replace(failed, reason=said, failure=error.failure)

    def _settle(self) -> Iterator[Event]:
        """Write down what has become of the last run since that was written into the volumes.

        The storage may have failed at what it had accepted, and the last command may have been
        killed, or not have heard what it had made. A failure is told until the next run.
        """
        taken = runs.reached(self.schedule, self.taken, self.now)
        newest = taken[-1] if taken else None
        outcome = self._outcome(newest) if newest else None
        if newest is None or outcome is None:
            return
        part = {each.volume_id for each in newest.snapshots}
        begun = self._begun(newest)
        own = [each for each in self.job.volumes if each.id in part or each in begun]
        wrong = [each.id for each in own if self._is_wrong(each, newest, outcome)]
        if wrong and not self.how.dry_run:
            yield from self._note(wrong, LastRun(self.now, newest.slot.id, outcome))
        if outcome is not Outcome.TAKEN:
            failed = replace(self._about(What.NOT_TAKEN, newest.slot.id), outcome=outcome)
            yield replace(failed, reason=_REASONS[outcome])

    def _outcome(self, newest: Run) -> Outcome | None:
        """Return what has become of a run, None where that is said, or is not known yet."""
        if newest.good:
            return Outcome.TAKEN
        if _is_failed(newest):
            return Outcome.FAILED
        # Of one that was complete somebody may have deleted a part.
        return Outcome.INCOMPLETE if self._begun(newest) and not newest.under_way else None

    def _begun(self, newest: Run) -> list[Volume]:
        """Return the volumes that say of a run that it has begun, and no more."""
        notes = ((each, last_run.read(each.metadata)) for each in self.job.volumes)
        begun = (newest.slot.id, Outcome.BEGUN)
        return [each for each, note in notes if note and (note.slot_id, note.outcome) == begun]

    def _is_wrong(self, volume: Volume, newest: Run, outcome: Outcome) -> bool:
        """Tell whether a volume says of its last run what is not, or is no longer, true.

        What was refused stays as it was written, at this slot or a later one: the reason is
        with it.
        """
        note = last_run.read(volume.metadata)
        if note is None or (note.slot_id, note.outcome) == (newest.slot.id, outcome):
            return False
        about = slots.named(self.schedule, note.slot_id)
        later = about is not None and about > newest.slot
        if about and later and not slots.is_ahead(self.schedule, about, self.now):
            return False
        return newest.good or note.outcome in (Outcome.BEGUN, Outcome.TAKEN)

    def _delete(self, snapshot: Snapshot) -> Event:
        """Delete a snapshot that is as it was when that was decided."""
        slot = runs.slot_of(self.schedule, snapshot)
        about = replace(self._about(What.WOULD_DELETE, slot.id if slot else ""), snapshot=snapshot)
        if self.how.dry_run:
            return about
        connection = self.connect()
        try:
            now = block_storage.snapshot(connection, snapshot.id)
            if (now.status, now.metadata) != (snapshot.status, snapshot.metadata):
                return replace(about, what=What.CHANGED)
            snapshot_deletion.delete(connection, now)
        except NotFound:
            # Another command, or somebody, was quicker.
            return replace(about, what=What.CHANGED)
        except CloudError as error:
            return replace(about, what=What.NOT_DELETED, failure=error.failure)
        return replace(about, what=What.DELETED)


def _is_reverted(volume: Volume) -> bool:
    """Tell whether a revert in place may be under way; a record that cannot be read counts."""
    record = revert_record.read(volume.metadata)
    return bool(volume.metadata.get(revert_record.RECORD)) and not (record and record.over)


def _last_run(volumes: Sequence[Volume]) -> LastRun | None:
    """Return what was written last into any of the volumes: of several, what was taken."""
    found = (last_run.read(each.metadata) for each in volumes)
    known = [each for each in found if each]
    return max(known, key=lambda each: (each.at, each.outcome is Outcome.TAKEN), default=None)


def _is_failed(run: Run) -> bool:
    """Tell whether the storage has failed, and nothing is being made any more."""
    failed = any(not sets.is_made(each) for each in run.snapshots)
    return failed and not run.good and not run.under_way
