# SPDX-License-Identifier: Apache-2.0
"""The snapshots that a person chooses for a revert in place, and the records that follow."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from snapshot_dashboard.rules import consistency, sets
from snapshot_dashboard.rules.revert_options import RevertOptions
from snapshot_dashboard.rules.revert_plan import Plan, Reimaging, Target
from snapshot_dashboard.rules.revert_record import Record
from snapshot_dashboard.rules.snapshot import Snapshot

_FORMAT = "1"


class Chosen(Enum):
    """Where the choice of snapshots comes from."""

    # A person has made it, or the address that led here.
    ASKED = "asked"
    # The newest that were taken together of all volumes.
    SET = "set"
    # The newest of each volume, taken at different times.
    NEWEST = "newest"


def taken_together(snapshot: Snapshot) -> str:
    """Return what snapshots have in common that were taken together, empty for one alone.

    A set of ours, a group snapshot, or one request of ours to Nova, which makes snapshots of all
    volumes. Anybody may have edited the metadata: nothing is allowed because of it.
    """
    membership = sets.membership(snapshot.metadata)
    if membership:
        return f"set {membership.set_id}"
    if snapshot.group_snapshot_id:
        return f"group {snapshot.group_snapshot_id}"
    request = snapshot.metadata.get(consistency.REQUEST, "")
    return f"request {request}" if request else ""


def are_together(snapshots: Iterable[Snapshot]) -> bool:
    """Tell whether snapshots were taken together; one alone is."""
    found = list(snapshots)
    if len(found) < 2:
        return True
    names = {taken_together(each) for each in found}
    return len(names) == 1 and "" not in names


@dataclass(frozen=True, slots=True)
class Choice:
    """The snapshot chosen for each volume, by id; ``included`` are the volumes that go back.

    A volume that is left out has one too, for the case that it is included after all.
    """

    snapshots: Mapping[str, Snapshot]
    included: frozenset[str]
    source: Chosen = Chosen.ASKED
    # What an address or a form named that cannot be used now.
    missing: frozenset[str] = field(default_factory=frozenset)

    @property
    def targets(self) -> dict[str, Snapshot]:
        """Return the snapshot of each volume that goes back, in the order of the volumes."""
        return {each: found for each, found in self.snapshots.items() if each in self.included}


def first_choice(found: RevertOptions, asked: Collection[str] = ()) -> Choice:
    """Return what a new form has chosen: what was asked for, with all that was taken together.

    Without that the newest set that all volumes have; without one, the newest of each.
    """
    newest = {each.id: each.usable[0] for each in found.possible}
    if asked:
        return _asked(found, newest, asked)
    for name in _names_by_age(found):
        together = _of(found, name)
        if len(together) == len(newest):
            return Choice(together, frozenset(together), Chosen.SET)
    single = len(newest) < 2
    return Choice(newest, frozenset(newest), Chosen.SET if single else Chosen.NEWEST)


def _asked(found: RevertOptions, newest: Mapping[str, Snapshot], asked: Collection[str]) -> Choice:
    """Return what was asked for; volumes of which nothing was asked for are left out."""
    usable = [each for volume in found.possible for each in volume.usable]
    named = [each for each in usable if each.id in asked]
    wanted = {each.volume_id: each for each in named}
    for name in filter(None, map(taken_together, named)):
        wanted = {**_of(found, name), **wanted}
    missing = frozenset(asked) - {each.id for each in named}
    return Choice({**newest, **wanted}, frozenset(wanted), Chosen.ASKED, missing)


def _of(found: RevertOptions, name: str) -> dict[str, Snapshot]:
    """Return the snapshots of each volume that were taken together, in the volumes' order."""
    return {
        volume.id: snapshot
        for volume in found.possible
        for snapshot in reversed(volume.usable)
        if taken_together(snapshot) == name
    }


def _names_by_age(found: RevertOptions) -> list[str]:
    """Return what snapshots of the first volume have in common with others, newest first."""
    first = found.possible[0].usable if found.possible else ()
    return list(dict.fromkeys(filter(None, map(taken_together, first))))


def chosen(found: RevertOptions, wanted: Mapping[str, str], included: Collection[str]) -> Choice:
    """Return what a form has chosen: snapshot ids by volume, and the volumes to include."""
    snapshots = {}
    missing = {each for each in included if each not in {one.id for one in found.possible}}
    for volume in found.possible:
        by_id = {each.id: each for each in volume.usable}
        snapshot_id = wanted.get(volume.id, "")
        if snapshot_id not in by_id and volume.id in included:
            missing.add(snapshot_id or volume.id)
        snapshots[volume.id] = by_id.get(snapshot_id, volume.usable[0])
    kept = frozenset(each for each in snapshots if each in included)
    return Choice(snapshots, kept, Chosen.ASKED, frozenset(missing))


def records(
    found: RevertOptions, choice: Choice, plan_id: str, *, copy: bool, now: int
) -> dict[str, Record]:
    """Return what is to be written to each volume that goes back, in the order of the volumes.

    ``now``: seconds of Unix time.
    """
    targets = choice.targets
    return {
        volume_id: Record(
            plan_id=plan_id,
            snapshot_id=snapshot.id,
            instance_id=found.instance.id,
            before=found.before,
            copy=copy and found.can_copy,
            count=len(targets),
            index=index,
            seen_at=now,
        )
        for index, (volume_id, snapshot) in enumerate(targets.items())
    }


def as_plan(found: RevertOptions, written: Mapping[str, Record]) -> Plan:
    """Return the plan that there will be once its records are written; there has to be one."""
    by_id = {each.id: each for each in found.volumes}
    targets = tuple(
        Target(each.volume, record, reimaging=each.reimaging)
        for each, record in ((by_id[volume_id], one) for volume_id, one in written.items())
        if each.volume
    )
    return Plan(targets, found.instance)


def helped(found: RevertOptions, choice: Choice) -> tuple[Snapshot, ...]:
    """Return the snapshots of which a volume and an image have to be made first."""
    by_image = {each.id for each in found.volumes if each.reimaging is Reimaging.IMAGE}
    return tuple(snapshot for each, snapshot in choice.targets.items() if each in by_image)


def fingerprint(found: RevertOptions, choice: Choice, plan: Plan | None) -> str:
    """Return what was shown, for a form to carry: whatever is different later is told first.

    ``plan`` is the last one: what a form has shown does not hold after another one any more. Not
    signed: it only ever makes the form come back. Names are in the sentence that is ticked.
    """
    instance = found.instance
    names = [instance.name, *(each.label for each in found.volumes)]
    parts = [
        _FORMAT,
        plan.id if plan else "-",
        instance.status,
        ",".join(each.value for each in found.blockers),
        hashlib.sha256("\0".join(names).encode()).hexdigest()[:16],
    ]
    targets = choice.targets
    for each in found.volumes:
        volume = each.volume
        said = targets[each.id].id if each.id in targets else "-"
        told = f"{volume.status}/{volume.size}" if volume else "-"
        parts.append(f"{each.id}={said}/{told}/{each.blocker.value if each.blocker else '-'}")
    return "|".join(parts)
