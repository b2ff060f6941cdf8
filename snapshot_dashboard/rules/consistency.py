# SPDX-License-Identifier: Apache-2.0
"""The consistency note in a snapshot's metadata: what was seen when it was requested.

It says what was true when Cinder was asked, no more: Cinder looks at a volume's attachments in
the API call only, the storage works later. Anybody in the project can edit metadata, so the note
is read defensively, and it never says more than its writer knew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from snapshot_dashboard.rules.attachment import Exposure, Verdict

# Cinder takes letters, digits and "-_:. /" in a key, and values of up to 255 characters.
PREFIX = "snapshot_dashboard:"
TAKEN = f"{PREFIX}taken_while"
INSTANCES = f"{PREFIX}instances"
ACKNOWLEDGED = f"{PREFIX}acknowledged"
LOWERED = f"{PREFIX}lowered"
# On a volume too: the dialog that made it.
REQUEST = f"{PREFIX}request"
# On an image: when it was asked for. A volume that is made from it has its note too, and so has
# what is made of that volume elsewhere: there this is not the time at which the image was made,
# and the note says nothing of it.
REQUESTED_AT = f"{PREFIX}requested_at"
AT_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
# On a volume: the snapshot that it was made from, by which members cannot filter.
SNAPSHOT = f"{PREFIX}snapshot"
LONGEST = 255
_INSTANCE = re.compile(r"([A-Za-z0-9-]{1,64})=([A-Z_]{0,40})")
_MORE = re.compile(r"\+([0-9]{1,6})")


class Taken(Enum):
    """The state of the volume and its instances when the snapshot was requested."""

    DETACHED = "detached"
    QUIESCED = "frozen"
    SHUT_OFF = "shut_off"
    SHELVED = "shelved"
    RUNNING = "running"
    PAUSED = "paused"
    SUSPENDED = "suspended"
    SEVERAL = "several"
    UNKNOWN = "unknown"
    NOT_RECORDED = "not_recorded"

    @property
    def risk(self) -> int:
        """Return how much has to be feared: 0 detached, 1 at rest, 2 anything else."""
        return _RISKS.get(self, 2)


# Frozen file systems are as sound as those of an instance at rest: what a database keeps to itself
# is missing all the same.
_RISKS = {Taken.DETACHED: 0, Taken.QUIESCED: 1, Taken.SHUT_OFF: 1, Taken.SHELVED: 1}


_BY_VERDICT = {
    Verdict.DETACHED: Taken.DETACHED,
    Verdict.SHUT_OFF: Taken.SHUT_OFF,
    Verdict.SHELVED: Taken.SHELVED,
    Verdict.RUNNING: Taken.RUNNING,
    Verdict.PAUSED: Taken.PAUSED,
    Verdict.SUSPENDED: Taken.SUSPENDED,
    Verdict.SEVERAL: Taken.SEVERAL,
}
# Written by nobody: it stands for the absence of a note.
_WORDS = {each.value: each for each in Taken if each is not Taken.NOT_RECORDED}


@dataclass(frozen=True, slots=True)
class ConsistencyNote:
    """One note; ``instances`` are ids with Nova's status, empty where it was not read.

    ``more`` counts instances that did not fit, and hosts. ``before`` is what was seen at the
    request where ``taken`` is worse, because it was so by the time the snapshot was finished.
    ``damaged`` tells that there is a note which cannot be read.
    """

    taken: Taken
    instances: tuple[tuple[str, str], ...] = ()
    more: int = 0
    acknowledged: bool = False
    before: Taken | None = None
    damaged: bool = False

    @property
    def count(self) -> int:
        """Return how many instances were attached."""
        return len(self.instances) + self.more

    @property
    def may_be_corrupted(self) -> bool:
        """Tell whether it warns: that nothing is recorded says neither that nor the opposite."""
        if self.taken is Taken.NOT_RECORDED:
            return False
        return self.before is not None or self.taken.risk >= Taken.UNKNOWN.risk


def of(exposure: Exposure) -> ConsistencyNote:
    """Return what is to be kept of a verdict; whatever is not known well counts as unknown."""
    instances = tuple(
        (holder.instance_id, holder.status) for holder in exposure.holders if holder.instance_id
    )
    return ConsistencyNote(
        taken=_BY_VERDICT.get(exposure.verdict, Taken.UNKNOWN),
        instances=instances,
        more=len(exposure.holders) - len(instances),
        acknowledged=exposure.acknowledgement is not None,
    )


def write(label: ConsistencyNote) -> dict[str, str]:
    """Return the metadata that say it: strings of at most 255 characters, and no person."""
    metadata = {TAKEN: label.taken.value, ACKNOWLEDGED: "yes" if label.acknowledged else "no"}
    if label.count:
        metadata[INSTANCES] = _listed(label)
    if label.before:
        metadata[LOWERED] = label.before.value
    return metadata


def _listed(label: ConsistencyNote) -> str:
    words = [f"{instance}={state}" for instance, state in label.instances]
    kept = len(words)
    while True:
        left = len(words) - kept + label.more
        text = " ".join([*words[:kept], *([f"+{left}"] if left else [])])
        if len(text) <= LONGEST:
            return text
        kept -= 1


def read(metadata: Mapping[str, str]) -> ConsistencyNote:
    """Return the note of a snapshot, whoever may have edited it."""
    word = metadata.get(TAKEN)
    if word is None:
        return ConsistencyNote(Taken.NOT_RECORDED)
    taken = _WORDS.get(word)
    if taken is None:
        return ConsistencyNote(Taken.NOT_RECORDED, damaged=True)
    instances, more = _parsed(metadata.get(INSTANCES, ""))
    return ConsistencyNote(
        taken=taken,
        instances=instances,
        more=more,
        acknowledged=metadata.get(ACKNOWLEDGED) == "yes",
        before=_WORDS.get(metadata.get(LOWERED, "")),
    )


def _parsed(text: str) -> tuple[tuple[tuple[str, str], ...], int]:
    found = []
    more = 0
    for word in text.split(" ") if text else ():
        if instance := _INSTANCE.fullmatch(word):
            found.append((instance[1], instance[2]))
        elif left := _MORE.fullmatch(word):
            more = int(left[1])
        else:
            return (), 0
    return tuple(found), more


def lowered(label: ConsistencyNote, now: Exposure) -> ConsistencyNote | None:
    """Return the note as it has to be when the snapshot is finished, None where it may stay.

    ``now`` is what is true a moment after the snapshot became available. A volume that is being
    attached, or is held, counts as attached to something unknown.
    """
    if label.taken is Taken.NOT_RECORDED or label.before or not _tells(now):
        return None
    current = of(now)
    if current.taken.risk <= label.taken.risk or _is_as_it_was(label, now):
        return None
    return replace(
        label,
        taken=current.taken,
        instances=current.instances,
        more=current.more,
        before=label.taken,
    )


def _is_as_it_was(label: ConsistencyNote, now: Exposure) -> bool:
    """Tell whether there is only what there was, though a verdict without the note is worse.

    That a quiesced instance runs on says nothing. Of a volume that is held for a shelved instance
    a snapshot is made with its group.
    """
    known = {instance for instance, _state in label.instances}
    using = {holder.instance_id for holder in now.holders}
    held = label.taken is Taken.SHELVED and now.verdict is Verdict.HELD_SHELVED
    return (held or label.taken is Taken.QUIESCED) and bool(using) and using <= known


def unproven(label: ConsistencyNote) -> ConsistencyNote | None:
    """Return the note as it has to be before somebody declares the snapshot Available.

    None where it may stay. Nobody knows then whether the snapshot was finished, and what was
    attached until it was: whatever is better than "State unknown" becomes that. A note that
    says "may be corrupted" already stays, because what it says of the instance is still true; so
    does one that says nothing.
    """
    if label.taken.risk >= Taken.UNKNOWN.risk:
        return None
    return replace(label, taken=Taken.UNKNOWN, before=label.taken)


def _tells(now: Exposure) -> bool:
    """Tell whether a verdict says anything of attachments: a volume that is busy may not."""
    if now.verdict is Verdict.FOREIGN:
        return False
    if now.verdict in (Verdict.VOLUME_BUSY, Verdict.VOLUME_FAILED):
        return bool(now.holders) or now.volume.status == "attaching"
    return True
