# SPDX-License-Identifier: Apache-2.0
"""Writes the records of a revert in place into the metadata of its volumes, one writer at a time.

A record is written in the place of the one that was decided on, under a lock: whoever has read an
older one has nothing to do any more.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from snapshot_dashboard import settings
from snapshot_dashboard.cloud import block_storage, caching
from snapshot_dashboard.cloud.caching import cache
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.idempotency import UnderWay
from snapshot_dashboard.cloud.revert_plan import of_instance, of_volume, read_machine
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules import revert_changes as changes
from snapshot_dashboard.rules import revert_record
from snapshot_dashboard.rules.revert_plan import Plan, Step, Target
from snapshot_dashboard.rules.revert_record import RECORD, Record
from snapshot_dashboard.rules.revert_steps import can_end_without

# Seconds that a step may take with all its requests, after which somebody else may do one; more
# where an operator lets a request take longer.
_LOCKED = 180
_TIMES_WORKING = 9


def begin(connection: Connection, records: Mapping[str, Record]) -> None:
    """Write a plan into the metadata of its volumes, by id: nothing else is changed yet.

    :raises CloudError: some of it may not have been written; the plan then waits for a person.
        UnderWay: nothing was written, since another one is not over, or is just being begun.
    """
    volume_id, record = next(iter(records.items()))
    with alone(connection, record.instance_id or volume_id, lost=True):
        former = _former_plan(connection, record.instance_id, volume_id)
        if former and not former.over:
            raise UnderWay
        for each, written in records.items():
            write(connection, each, written)


def _former_plan(connection: Connection, instance_id: str, volume_id: str) -> Plan | None:
    if instance_id:
        return of_instance(connection, read_machine(connection, instance_id))
    return of_volume(connection, block_storage.volume(connection, volume_id))


@contextmanager
def alone(connection: Connection, plan_id: str, *, lost: bool = False) -> Iterator[None]:
    """Keep everybody else from writing to the same plan meanwhile.

    ``lost``: longer where an answer was lost, since what was sent may still be written.

    :raises UnderWay: somebody is doing so.
    """
    name = caching.key(connection.region, connection.project_id, "revert-lock", plan_id)
    mine = str(uuid.uuid4())
    working = settings.get("PAGE_SECONDS") + settings.get("WRITE_SECONDS")
    if not caching.added(name, mine, max(_LOCKED, _TIMES_WORKING * working)):
        raise UnderWay
    kept = False
    try:
        yield
    except CloudError as error:
        kept = lost and error.uncertain and not isinstance(error, UnderWay)
        raise
    finally:
        # After its time it may be somebody else's.
        if not kept and cache.get(name) == mine:
            cache.delete(name)


def is_changed(connection: Connection, target: Target) -> bool:
    """Read a volume again, and tell whether its record is not the one that was decided on."""
    volume = block_storage.volume(connection, target.volume.id)
    return revert_record.read(volume.metadata) != target.record


def go_on(connection: Connection, plan: Plan, step: Step) -> None:
    """Let a plan that has halted go on, as a person wants it: what was tried is tried again.

    :raises CloudError: it was not written down; UnderWay: somebody is writing to it.
    """
    lead = plan.lead
    with alone(connection, plan.id):
        record = lead.record
        for each in plan.targets:
            again = step.target is not None and step.target.volume.id == each.volume.id
            changed = changes.retried(each) if again else each.record
            if each is lead:
                record = changed
            elif again or each.record.halted:
                rewrite(connection, each, replace(changed, halted=False))
        rewrite(connection, lead, changes.confirmed(record, step.halt, int(time.time())))


def give_up(connection: Connection, plan: Plan, step: Step) -> None:
    """Let a plan end where it is, or without what it waits for in the end.

    :raises CloudError: it was not written down; UnderWay: somebody is writing to it.
    """
    record = plan.lead.record
    with alone(connection, plan.id):
        without = can_end_without(plan, step)
        changed = changes.given_up(record, int(time.time()))
        rewrite(connection, plan.lead, changes.ended_without(record) if without else changed)


def see(connection: Connection, plan: Plan, step: Step) -> None:
    """Write down that a plan has halted, or now and then that somebody sees it go on.

    :raises CloudError: it was not written down; UnderWay: somebody is writing to it.
    """
    changed = changes.seen(plan, step, int(time.time()))
    if changed is None:
        return
    with alone(connection, plan.id):
        rewrite(connection, plan.lead, changed)


def rewrite(connection: Connection, target: Target, record: Record) -> None:
    """Write a record in the place of the one that was read, unless somebody has changed that.

    :raises UnderWay: somebody has.
    """
    if is_changed(connection, target):
        raise UnderWay
    write(connection, target.volume.id, record)


def write(connection: Connection, volume_id: str, record: Record) -> None:
    """Write a record to a volume, whatever is written there.

    :raises CloudError: it was not written, or that is not known.
    """
    block_storage.note_volume(connection, volume_id, {RECORD: revert_record.write(record)})
