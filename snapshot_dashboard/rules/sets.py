# SPDX-License-Identifier: Apache-2.0
"""Rules for sets: snapshots of several volumes created together.

A set is its snapshots: each carries the set's id and size in its metadata, and is made under an
id of its own, so that sending the form again makes only those that are missing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from snapshot_dashboard.rules import fingerprint
from snapshot_dashboard.rules.attachment import Exposure
from snapshot_dashboard.rules.consistency import PREFIX
from snapshot_dashboard.rules.failure import Failure
from snapshot_dashboard.rules.fingerprint import Seen
from snapshot_dashboard.rules.ids import as_uuid
from snapshot_dashboard.rules.quota import Limit, QuotaLine
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume

# How many volumes one set may hold: each costs a few calls to read, and one to make.
MOST = 50
SET = f"{PREFIX}set"
SIZE = f"{PREFIX}set_size"
# What the one tick of a set says, as it travels in the form.
ACKNOWLEDGED = "set"
# Fields that are typed once for all, and that each snapshot needs.
MORE = ("keep", "keep_date", "tags", "copy_tags")
# Cinder takes names of up to this many characters; the person's own part leaves room for a volume.
_LONGEST_NAME = 255
LONGEST_PATTERN = 180


@dataclass(frozen=True, slots=True)
class Membership:
    """The set named in a snapshot's metadata, and how many snapshots it was to have."""

    set_id: str
    count: int


@dataclass(frozen=True, slots=True)
class VolumeChange:
    """How a volume has changed since it was shown, for the worse or the better.

    ``before`` is None for a new one, and where it cannot be read what was shown of it.
    """

    volume: Volume
    before: Seen | None
    now: Exposure


@dataclass(frozen=True, slots=True)
class Plan:
    """The request for a set, kept for as long as it may be sent again.

    ``volumes`` are names by id, in the order shown; ``refusals`` are of those whose snapshot was
    not made. ``more`` are the fields ``MORE`` of the form as they were typed; ``types`` are of
    the volumes.
    """

    set_id: str
    instance_id: str = ""
    volumes: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    description: str = ""
    acknowledged: str = ""
    seen: str = ""
    more: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str | None] = field(default_factory=dict)
    refusals: Mapping[str, Failure] = field(default_factory=dict)

    def joined(self, earlier: Plan | None) -> Plan:
        """Return this plan together with the volumes that were asked for before it."""
        if earlier is None:
            return self
        kept = {
            each: reason for each, reason in earlier.refusals.items() if each not in self.volumes
        }
        return replace(
            self,
            instance_id=self.instance_id or earlier.instance_id,
            volumes={**earlier.volumes, **self.volumes},
            types={**earlier.types, **self.types},
            refusals={**kept, **self.refusals},
        )


def request_id(set_id: str, volume_id: str, failed: int) -> str:
    """Return the id under which one snapshot of a set is made.

    The same for everybody who sends the same form. ``failed`` counts the set's snapshots of this
    volume that Cinder accepted and the storage could not make: the next one is another one.
    """
    return str(uuid.uuid5(uuid.UUID(set_id), f"{volume_id}/{failed}"))


def metadata(set_id: str, count: int) -> dict[str, str]:
    """Return the entries that make a snapshot part of a set."""
    return {SET: set_id, SIZE: str(count)}


def membership(entries: Mapping[str, str]) -> Membership | None:
    """Return the set that a snapshot's metadata tell of, whoever may have edited them."""
    set_id = as_uuid(entries.get(SET))
    size = entries.get(SIZE, "")
    if not set_id or not (size.isascii() and size.isdigit() and len(size) <= 3):
        return None
    return Membership(set_id, int(size)) if int(size) > 1 else None


def name_of(pattern: str, volume_label: str) -> str:
    """Return a snapshot's name: what was typed, then the volume's name, which is shortened."""
    return f"{pattern[:LONGEST_PATTERN]} {volume_label}"[:_LONGEST_NAME]


def is_made(snapshot: Snapshot) -> bool:
    """Tell whether a snapshot counts as made; one that the storage could not make does not."""
    return snapshot.status != "error"


def write_seen(exposures: Iterable[Exposure]) -> str:
    """Return what was shown of each volume, for a form to carry."""
    return " ".join(f"{each.volume.id}:{fingerprint.write(each)}" for each in exposures)


def read_seen(text: str) -> Mapping[str, Seen | None]:
    """Return what a form has shown of each volume, None where that cannot be read."""
    pairs = (word.partition(":") for word in text.split())
    return {volume_id: fingerprint.read(seen) for volume_id, colon, seen in pairs if colon}


def news(
    seen: Mapping[str, Seen | None], shown: Iterable[Exposure], chosen: Iterable[str]
) -> tuple[VolumeChange, ...]:
    """Return what a person has to read before anything is made.

    Whatever has become worse of a volume that was chosen, or keeps it from being snapshotted;
    and each volume that was not there when the form was shown.
    """
    wanted = set(chosen)
    found = []
    for exposure in shown:
        volume = exposure.volume
        before = seen.get(volume.id)
        if volume.id not in seen:
            found.append(VolumeChange(volume, None, exposure))
        elif volume.id in wanted and (exposure.blocked or not fingerprint.covers(before, exposure)):
            found.append(VolumeChange(volume, before, exposure))
    return tuple(found)


def differences(
    seen: Mapping[str, Seen | None], now: Iterable[Exposure]
) -> tuple[VolumeChange, ...]:
    """Return each volume that is not as it was shown, whether it is worse or better."""
    return tuple(
        VolumeChange(each.volume, seen.get(each.volume.id), each)
        for each in now
        if each.volume.id not in seen
        or seen[each.volume.id] != fingerprint.read(fingerprint.write(each))
    )


def needs_tick(exposures: Iterable[Exposure]) -> bool:
    """Tell whether anything has to be accepted: one volume that is not detached is enough."""
    return any(each.acknowledgement is not None for each in exposures)


def lines(
    limits: Mapping[str, Limit],
    chosen: Iterable[tuple[int | None, str | None]],
    resource: str = "snapshots",
) -> tuple[QuotaLine, ...]:
    """Return the lines for one snapshot (or volume) of each volume, told by size in GiB and type.

    As ``quota.lines`` does for one: the project's own limits, then those of each type; of GiB
    only where each size is known.
    """
    wanted = list(chosen)
    types = dict.fromkeys(name for _size, name in wanted if name)
    found = []
    for type_name in (None, *types):
        sizes = [size for size, name in wanted if type_name in (None, name)]
        for counted, need in ((resource, len(sizes)), ("gigabytes", _together(sizes))):
            limit = limits.get(counted if type_name is None else f"{counted}_{type_name}")
            if limit and need is not None and (type_name is None or limit.ceiling is not None):
                found.append(QuotaLine(counted, type_name, limit, need))
    return tuple(found)


def _together(sizes: Iterable[int | None]) -> int | None:
    """Return the sum, None where one of them is not known."""
    known = list(sizes)
    return None if None in known else sum(each or 0 for each in known)
