# SPDX-License-Identifier: Apache-2.0
"""Carries out one step of a revert in place, at most once.

Under a lock the record of the volume, and that of the plan's first one, are read again: whoever
decided on an older one has nothing to do any more. Then the step is claimed, and what it will
change is written into the record before it is sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from typing import Any

from snapshot_dashboard.cloud import block_storage, caching, compute, idempotency, reimage, revert
from snapshot_dashboard.cloud.caching import cache
from snapshot_dashboard.cloud.errors import CloudError, Forbidden, NotFound, Refused
from snapshot_dashboard.cloud.idempotency import UnderWay
from snapshot_dashboard.cloud.images import images_with
from snapshot_dashboard.cloud.revert_plan import made_for
from snapshot_dashboard.cloud.revert_records import alone, is_changed, rewrite, write
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules import revert_plan as rules
from snapshot_dashboard.rules import revert_record
from snapshot_dashboard.rules.consistency import REQUEST
from snapshot_dashboard.rules.failure import Failure
from snapshot_dashboard.rules.revert import COPY_BEFORE, COPY_OF
from snapshot_dashboard.rules.revert_plan import Plan, Reimaging, Step, Target
from snapshot_dashboard.rules.revert_record import (
    FORMER,
    MADE_FOR,
    MOMENT,
    RECORD,
    STANDS_FOR,
    Act,
    Progress,
    Stage,
)
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Phase, Volume, phase

# Seconds that the reason of the last refusal is kept for.
_REMEMBERED = 24 * 3600
# Seconds after which a request to write is given up: it is the last of several.
_WRITTEN = 2 * idempotency.GIVEN_UP
# On the image metadata of a volume that was written, until they are put back.
_OURS = (STANDS_FOR, RECORD, FORMER)
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
        if not any(is_changed(connection, each) for each in decided.values()):
            idempotency.make_once(connection, request_id, look=tuple, make=make, patience=patience)


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
            Act.HELP: self._help,
            Act.UPLOAD: self._upload,
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
        write(self._connection, self._target.volume.id, replace(self._target.record, **changes))

    def _snapshot(self) -> Snapshot:
        """Read the snapshot to go back to.

        :raises CloudError: that cannot be done; Refused: it is of no use.
        """
        snapshot = block_storage.snapshot(self._connection, self._target.record.snapshot_id)
        if snapshot.volume_id != self._target.volume.id or not snapshot.usable:
            raise Refused("The snapshot cannot be used, or it is of another volume.")
        return snapshot

    def _help(self) -> None:
        """Ask for a volume of the snapshot, of which an image can be made."""
        # A refusal is seen by that nothing came of it.
        self._note(progress=Progress.HELPING)
        snapshot = self._snapshot()
        for each in self._helpers():
            if phase(each.status) is Phase.FAILED and each.metadata[STANDS_FOR] == snapshot.id:
                with suppress(*_KEPT, NotFound):
                    block_storage.delete_volume(self._connection, each.id)
        metadata = {
            MADE_FOR: self._plan.id,
            STANDS_FOR: snapshot.id,
            REQUEST: rules.claim(self._plan.id, Act.HELP, self._target.record),
        }
        name = f"[revert] snapshot {snapshot.id}"
        block_storage.create_volume(
            self._connection, snapshot.id, name=name, description="", size=None, metadata=metadata
        )

    def _upload(self) -> None:
        """Ask for an image of that volume."""
        helper, snapshot_id = self._target.helper, self._target.record.snapshot_id
        if helper is None:
            raise Refused("The volume that was made of the snapshot is not there any more.")
        self._note(progress=Progress.UPLOADING)
        properties = {RECORD: self._plan.id, STANDS_FOR: snapshot_id}
        name = f"[revert] volume {self._target.volume.id}"
        reimage.upload(self._connection, helper, name=name, properties=properties)

    def _copy(self) -> None:
        volume, record = self._target.volume, self._target.record
        self._note(progress=Progress.COPYING)
        metadata = {
            COPY_OF: volume.id,
            COPY_BEFORE: record.snapshot_id,
            MADE_FOR: self._plan.id,
            MOMENT: rules.moment(self._plan.instance),
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
        volume, snapshot = self._target.volume, self._snapshot()
        own = {key: each for key, each in volume.image_metadata.items() if key not in _OURS}
        former = json.dumps({"metadata": own, "bootable": volume.bootable})
        described = {FORMER: volume.image_metadata.get(FORMER) or former}
        if self._target.reimaging is Reimaging.IMAGE:
            return self._prepared(described)
        for image in images_with(self._connection, RECORD, self._plan.id):
            # Another one is that of a volume, and may be without its bytes.
            if snapshot.id in image.snapshot_ids and not image.stands_for:
                if image.status == _QUEUED:
                    reimage.fill(self._connection, image.id)
                return image.id
        properties = {RECORD: self._plan.id, **described}
        name = f"[revert] volume {volume.id}"
        made = reimage.create_source(self._connection, snapshot, name=name, properties=properties)
        return made.id

    def _prepared(self, described: Mapping[str, str]) -> str:
        """Return the id of the image with the bytes of the snapshot, once it has a description."""
        image = self._target.image
        if image is None or not self._target.is_prepared:
            raise Refused("The image that was made of the snapshot is not there any more.")
        if FORMER not in reimage.properties_of(self._connection, image.id):
            reimage.describe(self._connection, image.id, described)
        return image.id

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
        if written is None and self._target.image:
            properties = reimage.properties_of(self._connection, self._target.image.id)
            written = properties.get(FORMER)
        if written is None and RECORD not in volume.image_metadata:
            # It has been put back before.
            return
        metadata, bootable = _former(written)
        reimage.put_back_description(
            self._connection, volume, metadata, bootable=bootable, last=_OURS
        )

    def _remove_image(self) -> None:
        if self._target.image:
            reimage.delete_image(self._connection, self._target.image.id)

    def _fence(self) -> None:
        """Delete the image of a volume that is not to be written; a refusal does not halt it."""
        try:
            self._remove_image()
        except CloudError as error:
            if not error.uncertain:
                lead = self._plan.lead
                rewrite(self._connection, lead, replace(lead.record, halted=True))
            raise

    def _finish(self) -> None:
        """Delete what was made for the plan, and write to each volume that it is over.

        A row of a list knows its own volume's record only. Done again, it goes on: what a request
        that was lost still makes cannot be deleted yet.
        """
        helpers = [each for each in self._helpers() if each.status != "deleting"]
        moving = any(phase(each.status) is Phase.MOVING for each in helpers)
        if moving and not self._plan.halted:
            return
        undescribed = {
            each.record.snapshot_id
            for each in self._plan.targets
            if each.record.progress is Progress.UNDESCRIBED
        }
        for image in images_with(self._connection, RECORD, self._plan.id):
            snapshot_ids = {image.stands_for, *image.snapshot_ids}
            # It alone may know what the description of a volume was.
            if not snapshot_ids & undescribed and self._is_over_with(snapshot_ids):
                with suppress(*_KEPT):
                    reimage.delete_image(self._connection, image.id)
        for each in helpers:
            with suppress(*_KEPT, NotFound):
                block_storage.delete_volume(self._connection, each.id)
        self._note_end()

    def _helpers(self) -> list[Volume]:
        """Return the volumes that were made of snapshots, and are of no use any more."""
        return [
            each
            for each in made_for(self._connection, self._plan.id)
            if STANDS_FOR in each.metadata and self._is_over_with({each.metadata[STANDS_FOR]})
        ]

    def _is_over_with(self, snapshot_ids: set[str]) -> bool:
        """Tell whether what stands for snapshots can go.

        That of a volume which is not here stays: it may be read at this moment.
        """
        others = snapshot_ids - {each.record.snapshot_id for each in self._plan.targets} - {""}
        return not any(map(self._is_used, others))

    def _is_used(self, snapshot_id: str) -> bool:
        """Tell whether the volume of a snapshot is part of the plan, elsewhere."""
        try:
            snapshot = block_storage.snapshot(self._connection, snapshot_id)
            volume = block_storage.volume(self._connection, snapshot.volume_id)
        except NotFound:
            return False
        record = revert_record.read(volume.metadata)
        going = record is not None and record.plan_id == self._plan.id and not record.over
        return going or replace(self._target, volume=volume).is_being_written

    def _note_end(self) -> None:
        given_up = self._plan.stage in (Stage.GIVING_UP, Stage.GIVEN_UP)
        stage = Stage.GIVEN_UP if given_up else Stage.FINISHED
        for each in reversed(self._plan.targets):
            if each.record.stage is not stage:
                write(self._connection, each.volume.id, replace(each.record, stage=stage))


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
