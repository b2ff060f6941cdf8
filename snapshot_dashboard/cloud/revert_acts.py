# SPDX-License-Identifier: Apache-2.0
"""Carries out one step of a revert in place, at most once.

Each step is claimed, then the volume's record is read again: whoever decided on an older one has
nothing to do any more. What the step will change is written into the record before it is sent.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from typing import Any

from snapshot_dashboard.cloud import block_storage, caching, compute, idempotency, reimage, revert
from snapshot_dashboard.cloud.caching import cache
from snapshot_dashboard.cloud.errors import CloudError, Refused
from snapshot_dashboard.cloud.idempotency import AlreadyMade, UnderWay
from snapshot_dashboard.cloud.images import images_with
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules import revert_plan as rules
from snapshot_dashboard.rules.consistency import REQUEST
from snapshot_dashboard.rules.failure import Failure
from snapshot_dashboard.rules.revert import COPY_BEFORE, COPY_OF
from snapshot_dashboard.rules.revert_plan import Act, Plan, Progress, Record, Stage, Step, Target
from snapshot_dashboard.rules.volume import Volume

# Seconds that the reason of the last refusal is kept for.
_REMEMBERED = 24 * 3600
# Seconds that a step may take with all its requests, after which somebody else may do one.
_LOCKED = 180
# Glance's word for an image that has not got its bytes.
_QUEUED = "queued"
# In Nova's words.
_ACTIONS = {
    Act.STOP: "os-stop",
    Act.SHELVE: "shelve",
    Act.UNSHELVE: "unshelve",
    Act.STOP_AGAIN: "os-stop",
    Act.START: "os-start",
}

About = Callable[[Step], AbstractContextManager[object]]
Named = Callable[[Volume], str]


def begin(connection: Connection, records: Mapping[str, Record]) -> None:
    """Write a plan into the metadata of its volumes, by id: nothing else is changed yet.

    :raises CloudError: some of it may not have been written; the plan then waits for a person.
    """
    for volume_id, record in records.items():
        _write(connection, volume_id, record)


def carry_out(connection: Connection, plan: Plan, step: Step, named: Named, about: About) -> None:
    """Carry out what comes next; nothing where somebody else does so, or has done.

    ``named`` names the copy of a volume, ``about`` surrounds what is sent.

    :raises CloudError: it was refused, and is written down; or, where it is ``uncertain``, that
        is not known, and is read later.
    """
    if step.act is None:
        return
    target = step.target or plan.lead
    what = _Doing(connection, plan, target, named)

    def make() -> Volume:
        with about(step):
            what.do(step.act)
        return target.volume

    def look() -> tuple[Volume, ...]:
        return _changed(connection, target)

    request_id = rules.claim(plan.id, step.act, target.record)
    with suppress(AlreadyMade, UnderWay), alone(connection, plan.id):
        try:
            idempotency.make_once(connection, request_id, look=look, make=make)
        except CloudError as error:
            remember(connection, request_id, error)
            raise


@contextmanager
def alone(connection: Connection, plan_id: str) -> Iterator[None]:
    """Keep everybody else from writing to the same plan meanwhile.

    :raises UnderWay: somebody is doing so.
    """
    name = caching.key(connection.region, connection.project_id, "revert-lock", plan_id)
    if not caching.added(name, True, _LOCKED):
        raise UnderWay
    try:
        yield
    finally:
        cache.delete(name)


def _changed(connection: Connection, target: Target) -> tuple[Volume, ...]:
    """Read a volume again, and return it where its record is not the one that was decided on."""
    volume = block_storage.volume(connection, target.volume.id)
    return (volume,) if rules.read(volume.metadata) != target.record else ()


class _Doing:
    """What one step does to one volume, or to the instance."""

    def __init__(self, connection: Connection, plan: Plan, target: Target, named: Named) -> None:
        self._connection = connection
        self._plan = plan
        self._target = target
        self._named = named

    def do(self, act: Act | None) -> None:
        """Carry out one act."""
        of_volume: Mapping[Act | None, Callable[[], None]] = {
            Act.COPY: self._copy,
            Act.WRITE: self._reimage,
            Act.KEEP: lambda: self._note(progress=Progress.NEW),
            Act.DESCRIBE: self._describe,
            Act.REMOVE_IMAGE: self._remove_image,
            Act.FINISH: self._finish,
        }
        if act in of_volume:
            of_volume[act]()
        elif act is not None:
            self._note(asked=act)
            compute.act(self._connection, self._target.record.instance_id, _ACTIONS[act])

    def _note(self, **changes: Any) -> None:
        _write(self._connection, self._target.volume.id, replace(self._target.record, **changes))

    def _copy(self) -> None:
        volume, record = self._target.volume, self._target.record
        self._note(progress=Progress.COPYING)
        metadata = {
            COPY_OF: volume.id,
            COPY_BEFORE: record.snapshot_id,
            REQUEST: rules.claim(self._plan.id, Act.COPY, record),
        }
        revert.copy_volume(self._connection, volume, name=self._named(volume), metadata=metadata)

    def _reimage(self) -> None:
        """Have the snapshot written into the volume; a refusal is written down.

        Refused before, or the first time, the volume holds what it held; afterwards that is not
        known.
        """
        unknown = self._target.record.progress is Progress.AGAIN
        try:
            image_id = self._source()
            self._note(progress=Progress.SENT)
            reimage.reimage(self._connection, self._target.volume.id, image_id)
        except CloudError as error:
            if not error.uncertain:
                self._note(progress=Progress.SENT if unknown else Progress.REFUSED)
            raise

    def _source(self) -> str:
        """Return the id of the image that stands for the snapshot; it is created once."""
        volume, record = self._target.volume, self._target.record
        snapshot = block_storage.snapshot(self._connection, record.snapshot_id)
        if snapshot.volume_id != volume.id or not snapshot.usable:
            raise Refused("The snapshot cannot be used, or it is of another volume.")
        for image in images_with(self._connection, rules.RECORD, self._plan.id):
            if snapshot.id in image.snapshot_ids:
                if image.status == _QUEUED:
                    reimage.fill(self._connection, image.id)
                return image.id
        former = {"metadata": dict(volume.image_metadata), "bootable": volume.bootable}
        properties = {
            rules.RECORD: self._plan.id,
            rules.FORMER: volume.image_metadata.get(rules.FORMER) or json.dumps(former),
        }
        name = f"[revert] volume {volume.id}"
        made = reimage.create_source(self._connection, snapshot, name=name, properties=properties)
        return made.id

    def _describe(self) -> None:
        """Put the volume's description back, then delete the image; done again, it goes on."""
        try:
            self._put_back()
        except CloudError as error:
            if not error.uncertain:
                self._note(progress=Progress.UNDESCRIBED)
            raise
        self._remove_image()
        self._note(progress=Progress.DONE)

    def _put_back(self) -> None:
        volume = self._target.volume
        written = volume.image_metadata.get(rules.FORMER)
        if written is None and self._target.image_id:
            properties = reimage.properties_of(self._connection, self._target.image_id)
            written = properties.get(rules.FORMER)
        if written is None:
            # It has been put back before.
            return
        former = json.loads(written)
        reimage.put_back_description(
            self._connection, volume, former["metadata"], bootable=former["bootable"]
        )

    def _remove_image(self) -> None:
        if self._target.image_id:
            reimage.delete_image(self._connection, self._target.image_id)

    def _finish(self) -> None:
        """Write that it is over, to each volume: its row in a list knows its own record only."""
        given_up = self._plan.stage is Stage.GIVING_UP
        stage = Stage.GIVEN_UP if given_up else Stage.FINISHED
        for each in reversed(self._plan.targets):
            _write(self._connection, each.volume.id, replace(each.record, stage=stage))


def go_on(connection: Connection, plan: Plan, step: Step) -> None:
    """Let a plan that has halted go on, as a person wants it: what was tried is tried again.

    :raises CloudError: it was not written down; UnderWay: somebody is writing to it.
    """
    lead = plan.lead
    with alone(connection, plan.id):
        record = lead.record
        if step.target and step.target.volume.id == lead.volume.id:
            record = rules.retried(lead)
        elif step.target:
            _rewrite(connection, step.target, rules.retried(step.target))
        _rewrite(connection, lead, rules.confirmed(record, int(time.time())))


def give_up(connection: Connection, plan: Plan) -> None:
    """Let a plan end where it is.

    :raises CloudError: it was not written down; UnderWay: somebody is writing to it.
    """
    with alone(connection, plan.id):
        _rewrite(connection, plan.lead, rules.given_up(plan.lead.record, int(time.time())))


def see(connection: Connection, plan: Plan, step: Step) -> None:
    """Write down that a plan has halted, or now and then that somebody sees it go on.

    :raises CloudError: it was not written down; UnderWay: somebody is writing to it.
    """
    changed = rules.seen(plan, step, int(time.time()))
    if changed is None:
        return
    with alone(connection, plan.id):
        _rewrite(connection, plan.lead, changed)


def _rewrite(connection: Connection, target: Target, record: Record) -> None:
    """Write a record in the place of the one that was read, unless somebody has changed that.

    :raises UnderWay: somebody has.
    """
    if _changed(connection, target):
        raise UnderWay
    _write(connection, target.volume.id, record)


def _write(connection: Connection, volume_id: str, record: Record) -> None:
    block_storage.note_volume(connection, volume_id, {rules.RECORD: rules.write(record)})


def remember(connection: Connection, request_id: str, error: CloudError) -> None:
    """Keep the reason why a step failed, for whoever looks at the plan.

    ``request_id`` is that of the step (see ``rules.revert_plan.claim``).
    """
    cache.set(_reason_key(connection, request_id), error.failure, _REMEMBERED)


def reason(connection: Connection, request_id: str) -> Failure | None:
    """Return the reason why a step failed, None where none is known (any more)."""
    found: Failure | None = cache.get(_reason_key(connection, request_id))
    return found


def _reason_key(connection: Connection, request_id: str) -> str:
    return caching.key(connection.region, connection.project_id, "revert-reason", request_id)
