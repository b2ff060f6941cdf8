# SPDX-License-Identifier: Apache-2.0
"""Follows a volume until it is attached to an instance, and attaches it once.

What is to be remembered between two looks is in the shared cache: that somebody wants the volume
attached as soon as it is Available, and what became of the attempt. Without the cache nothing is
attached by itself, and the page offers its button.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import partial

from snapshot_dashboard.cloud import block_storage, caching, compute
from snapshot_dashboard.cloud.caching import cache
from snapshot_dashboard.cloud.errors import CloudError, SessionExpired
from snapshot_dashboard.cloud.partial_reads import known
from snapshot_dashboard.cloud.session import Connection, Later
from snapshot_dashboard.rules import investigation as rules
from snapshot_dashboard.rules.failure import Failure
from snapshot_dashboard.rules.investigation import AttachStep, Candidate
from snapshot_dashboard.rules.volume import Volume

# Seconds that a wish, and the outcome of an attempt, are remembered.
_REMEMBERED = 6 * 3600
# Seconds after a write's own that nobody else sends the same request to Nova. Two at the same
# moment would both be carried out: Cinder lets an instance have a volume twice
# (nova/compute/api.py, _check_volume_already_attached).
_ALONE = 30.0


class Outcome(Enum):
    """The result of a request to attach a volume."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    # No answer came: it may have been carried out.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to attach, and why it was not accepted."""

    outcome: Outcome
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class AttachProgress:
    """The state of a volume and its instance; ``instance`` is None where it cannot be read.

    ``trouble`` is why not, NotFound for one that is gone. ``wanted`` tells that the volume is to
    be attached as soon as it can be.
    """

    volume: Volume
    instance_id: str
    instance: Candidate | None
    step: AttachStep
    wanted: bool
    attempt: Attempt | None = None
    trouble: CloudError | None = None

    @property
    def device(self) -> str:
        """Return the device's name on the instance, an empty string where it is not known."""
        return rules.device(self.volume, self.instance_id)


def read(connection: Connection, volume_id: str, instance_id: str) -> AttachProgress:
    """Read the volume, its records and the instance, all at once.

    :raises CloudError: the volume cannot be read.
    """
    reader = connection.start(lambda: compute.candidate(connection, instance_id))
    records = connection.start(lambda: block_storage.attachment_records(connection, volume_id))
    volume = connection.fetch(lambda: block_storage.volume(connection, volume_id))
    instance, trouble = _instance(reader)
    step = rules.step(volume, known(records.get), instance_id, instance.status if instance else "")
    note = _Notes(connection, volume.id, instance_id)
    if step is AttachStep.ATTACHED:
        note.forget()
    return AttachProgress(
        volume, instance_id, instance, step, note.wanted(), note.attempt(), trouble
    )


def _instance(asked: Later[Candidate]) -> tuple[Candidate | None, CloudError | None]:
    try:
        return asked.get(), None
    except CloudError as error:
        return None, error


def want(connection: Connection, volume_id: str, instance_id: str) -> None:
    """Remember that the volume is to be attached as soon as it is Available."""
    _Notes(connection, volume_id, instance_id).want()


def take_wish(connection: Connection, volume_id: str, instance_id: str) -> bool:
    """Tell whether the volume is wanted; True only once, to whoever asks first."""
    return _Notes(connection, volume_id, instance_id).take_wish()


def attach(connection: Connection, volume: Volume, instance_id: str) -> None:
    """Attach the volume, unless another request is about to; what Nova says is remembered.

    :raises CloudError: Nova refused, or did not answer.
    """
    note = _Notes(connection, volume.id, instance_id)
    if not note.claim(connection.write_seconds + _ALONE):
        return
    note.take_wish()
    try:
        compute.attach(connection, instance_id, volume, None)
    except SessionExpired:
        note.release()
        raise
    except CloudError as error:
        note.tell(_failed(error))
        # One whose answer was lost may still be carried out.
        if not error.uncertain:
            note.release()
        raise
    note.tell(Attempt(Outcome.ACCEPTED))
    note.release()


def _failed(error: CloudError) -> Attempt:
    outcome = Outcome.UNKNOWN if error.uncertain else Outcome.REFUSED
    return Attempt(outcome, error.failure)


class _Notes:
    """The cache entries about one volume and one instance."""

    def __init__(self, connection: Connection, volume_id: str, instance_id: str) -> None:
        key = partial(caching.key, connection.region, connection.project_id, "investigation")
        self._wish = key("wish", volume_id, instance_id)
        self._attempt = key("attempt", volume_id, instance_id)
        self._alone = key("alone", volume_id, instance_id)

    def want(self) -> None:
        cache.set(self._wish, True, _REMEMBERED)

    def wanted(self) -> bool:
        return bool(cache.get(self._wish))

    def take_wish(self) -> bool:
        # Only one of those who ask at the same moment finds it there to delete.
        return bool(cache.delete(self._wish))

    def claim(self, seconds: float) -> bool:
        return bool(cache.add(self._alone, True, seconds))

    def release(self) -> None:
        cache.delete(self._alone)

    def tell(self, attempt: Attempt) -> None:
        cache.set(self._attempt, attempt, _REMEMBERED)

    def attempt(self) -> Attempt | None:
        found: Attempt | None = cache.get(self._attempt)
        return found

    def forget(self) -> None:
        cache.delete_many([self._wish, self._attempt])
