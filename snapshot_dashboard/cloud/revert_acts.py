# SPDX-License-Identifier: Apache-2.0
"""Carries out one step of a revert in place, at most once.

Under a lock the record of the volume, and that of the plan's first one, are read again: whoever
decided on an older one has nothing to do any more. Then the step is claimed, and what it will
change is written into the record before it is sent.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from typing import Any

from snapshot_dashboard import settings
from snapshot_dashboard.cloud import block_storage, caching, compute, idempotency, reimage, revert
from snapshot_dashboard.cloud.caching import cache
from snapshot_dashboard.cloud.errors import CloudError, Forbidden, Refused
from snapshot_dashboard.cloud.idempotency import UnderWay
from snapshot_dashboard.cloud.images import images_with
from snapshot_dashboard.cloud.revert_plan import of_instance, of_volume, read_machine
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules import revert_changes as changes
from snapshot_dashboard.rules import revert_plan as rules
from snapshot_dashboard.rules import revert_record
from snapshot_dashboard.rules.consistency import REQUEST
from snapshot_dashboard.rules.failure import Failure
from snapshot_dashboard.rules.revert import COPY_BEFORE, COPY_OF
from snapshot_dashboard.rules.revert_plan import Plan, Step, Target
from snapshot_dashboard.rules.revert_record import FORMER, RECORD, Act, Progress, Record, Stage
from snapshot_dashboard.rules.volume import Phase, Volume, phase

# Seconds that the reason of the last refusal is kept for.
_REMEMBERED = 24 * 3600
# Seconds that a step may take with all its requests, after which somebody else may do one; more
# where an operator lets a request take longer.
_LOCKED = 180
_TIMES_WORKING = 9
# Seconds after which a request to write is given up: it is the last of several.
_WRITTEN = 2 * idempotency.GIVEN_UP
# On the image metadata of a volume that was written, until they are put back.
_OURS = (RECORD, FORMER)
# What Glance says of an image that somebody has protected: it is his.
_KEPT = (Forbidden, Refused)
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
        UnderWay: nothing was written, since another one is not over, or is just being begun.
    """
    volume_id, record = next(iter(records.items()))
    with alone(connection, record.instance_id or volume_id, lost=True):
        former = _former_plan(connection, record.instance_id, volume_id)
        if former and not former.over:
            raise UnderWay
        for each, written in records.items():
            _write(connection, each, written)


def _former_plan(connection: Connection, instance_id: str, volume_id: str) -> Plan | None:
    if instance_id:
        return of_instance(connection, read_machine(connection, instance_id))
    return of_volume(connection, block_storage.volume(connection, volume_id))


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

    request_id = rules.claim(plan.id, step.act, target.record)

    def make() -> Volume:
        try:
            with about(step):
                what.do(step.act)
        except CloudError as error:
            remember(connection, request_id, error)
            raise
        return target.volume

    patience = _WRITTEN if step.act is Act.WRITE else idempotency.GIVEN_UP
    # On the first volume it is written down whether the plan is to go on at all.
    decided = {each.volume.id: each for each in (target, plan.lead)}
    with suppress(UnderWay), alone(connection, plan.id):
        # Nobody else writes a record meanwhile, so that one look is enough.
        if not any(_is_changed(connection, each) for each in decided.values()):
            idempotency.make_once(connection, request_id, look=tuple, make=make, patience=patience)


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


def _is_changed(connection: Connection, target: Target) -> bool:
    """Read a volume again, and tell whether its record is not the one that was decided on."""
    volume = block_storage.volume(connection, target.volume.id)
    return revert_record.read(volume.metadata) != target.record


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
            Act.REMOVE_IMAGE: self._fence,
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
        """Have the snapshot written into the volume; a refusal is written down."""
        try:
            image_id = self._source()
            self._note(progress=Progress.SENT)
            reimage.reimage(
                self._connection,
                self._target.volume.id,
                image_id,
                reserved=self._plan.instance is not None,
            )
        except CloudError as error:
            if not error.uncertain:
                self._note(progress=self._refused())
            raise

    def _refused(self) -> Progress:
        """Tell what a refusal means: the first time, that the volume holds what it held.

        Cinder also refuses a volume that is being written already, by somebody who shares no cache
        with us; and leaves it so where the image is deleted at that moment (tried).

        :raises CloudError: the volume cannot be read.
        """
        if self._target.record.progress is Progress.AGAIN:
            return Progress.SENT
        volume = block_storage.volume(self._connection, self._target.volume.id)
        now = replace(self._target, volume=volume)
        touched = now.is_written or now.is_being_written or phase(volume.status) is Phase.FAILED
        return Progress.DOUBTED if touched else Progress.REFUSED

    def _source(self) -> str:
        """Return the id of the image that stands for the snapshot; it is created once."""
        volume, record = self._target.volume, self._target.record
        snapshot = block_storage.snapshot(self._connection, record.snapshot_id)
        if snapshot.volume_id != volume.id or not snapshot.usable:
            raise Refused("The snapshot cannot be used, or it is of another volume.")
        for image in images_with(self._connection, RECORD, self._plan.id):
            if snapshot.id in image.snapshot_ids:
                if image.status == _QUEUED:
                    reimage.fill(self._connection, image.id)
                return image.id
        own = {key: each for key, each in volume.image_metadata.items() if key not in _OURS}
        former = {"metadata": own, "bootable": volume.bootable}
        properties = {
            RECORD: self._plan.id,
            FORMER: volume.image_metadata.get(FORMER) or json.dumps(former),
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
        with suppress(*_KEPT):
            self._remove_image()
        self._note(progress=Progress.DONE)

    def _put_back(self) -> None:
        volume = block_storage.volume(self._connection, self._target.volume.id)
        written = volume.image_metadata.get(FORMER)
        if written is None and self._target.image_id:
            properties = reimage.properties_of(self._connection, self._target.image_id)
            written = properties.get(FORMER)
        if written is None and RECORD not in volume.image_metadata:
            # It has been put back before.
            return
        metadata, bootable = _former(written)
        reimage.put_back_description(
            self._connection, volume, metadata, bootable=bootable, last=_OURS
        )

    def _remove_image(self) -> None:
        if self._target.image_id:
            reimage.delete_image(self._connection, self._target.image_id)

    def _fence(self) -> None:
        """Delete the image of a volume that is not to be written; a refusal does not halt it."""
        try:
            self._remove_image()
        except CloudError as error:
            if not error.uncertain:
                lead = self._plan.lead
                _rewrite(self._connection, lead, replace(lead.record, halted=True))
            raise

    def _finish(self) -> None:
        """Delete what images are left, and write to each volume that it is over.

        A row of a list knows its own volume's record only.
        """
        for image in images_with(self._connection, RECORD, self._plan.id):
            with suppress(*_KEPT):
                reimage.delete_image(self._connection, image.id)
        given_up = self._plan.stage is Stage.GIVING_UP
        stage = Stage.GIVEN_UP if given_up else Stage.FINISHED
        for each in reversed(self._plan.targets):
            _write(self._connection, each.volume.id, replace(each.record, stage=stage))


def _former(written: str | None) -> tuple[dict[str, str], bool]:
    """Read what the description of a volume was.

    :raises Refused: somebody has edited or removed it.
    """
    try:
        found = json.loads(written or "")
    except (ValueError, RecursionError):
        found = None
    told = found if isinstance(found, dict) else {}
    metadata, bootable = told.get("metadata"), told.get("bootable")
    if not (isinstance(metadata, dict) and isinstance(bootable, bool) and _are_texts(metadata)):
        raise Refused("What the image metadata of the volume were is not known any more.")
    return metadata, bootable


def _are_texts(metadata: Mapping[str, object]) -> bool:
    return all(isinstance(each, str) for each in metadata.values())


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
                _rewrite(connection, each, replace(changed, halted=False))
        _rewrite(connection, lead, changes.confirmed(record, step.halt, int(time.time())))


def give_up(connection: Connection, plan: Plan) -> None:
    """Let a plan end where it is.

    :raises CloudError: it was not written down; UnderWay: somebody is writing to it.
    """
    with alone(connection, plan.id):
        _rewrite(connection, plan.lead, changes.given_up(plan.lead.record, int(time.time())))


def see(connection: Connection, plan: Plan, step: Step) -> None:
    """Write down that a plan has halted, or now and then that somebody sees it go on.

    :raises CloudError: it was not written down; UnderWay: somebody is writing to it.
    """
    changed = changes.seen(plan, step, int(time.time()))
    if changed is None:
        return
    with alone(connection, plan.id):
        _rewrite(connection, plan.lead, changed)


def _rewrite(connection: Connection, target: Target, record: Record) -> None:
    """Write a record in the place of the one that was read, unless somebody has changed that.

    :raises UnderWay: somebody has.
    """
    if _is_changed(connection, target):
        raise UnderWay
    _write(connection, target.volume.id, record)


def _write(connection: Connection, volume_id: str, record: Record) -> None:
    block_storage.note_volume(connection, volume_id, {RECORD: revert_record.write(record)})


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
