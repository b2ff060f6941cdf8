# SPDX-License-Identifier: Apache-2.0
"""Plans of a revert in place, made and generated (hypothesis)."""

from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from snapshot_dashboard.rules.attachment import Instance
from snapshot_dashboard.rules.image import Image
from snapshot_dashboard.rules.revert_plan import Plan, Reimaging, Target, claim
from snapshot_dashboard.rules.revert_record import (
    MOMENT,
    RECORD,
    Act,
    Before,
    Progress,
    Record,
    Stage,
)
from snapshot_dashboard.rules.volume import Volume
from tests.unit.rules.samples import NOVA_STATUSES, VOLUME_STATUSES

PLAN = "11111111-1111-4111-8111-111111111111"
INSTANCE = "22222222-2222-4222-8222-222222222222"
NOW = 1_780_000_000
CHANGED = datetime.fromisoformat("2026-11-30T00:00:00+00:00")


def snapshot_id(index: int) -> str:
    """Return the id of the snapshot of a volume."""
    return f"33333333-3333-4333-8333-{index:012}"


def record(index: int = 0, **more: Any) -> Record:
    """Return the record of a volume of an instance that was running."""
    said: dict[str, Any] = {"instance_id": INSTANCE, "before": Before.RUNNING, "seen_at": NOW}
    return Record(PLAN, snapshot_id(index), index=index, **(said | more))


def target(index: int = 0, status: str = "in-use", written: bool = False, **more: Any) -> Target:
    """Return a volume of a plan; ``written``: it has the mark of the plan's image."""
    about = {key: more.pop(key) for key in ("image", "copy") if key in more}
    marks = {RECORD: PLAN} if written else {}
    volume = Volume(
        f"v{index}", f"data {index}", 1, status, image_metadata=marks, updated_at=CHANGED
    )
    return Target(volume, record(index, **more), **about)


def plan(*targets: Target, status: str | None = "ACTIVE", **more: Any) -> Plan:
    """Return a plan of an instance of this status, None for one without an instance."""
    about = {key: more.pop(key) for key in ("missing", "asking") if key in more}
    instance = Instance(INSTANCE, "shop", status, **more) if status else None
    return Plan(targets, instance, **about)


def detached(index: int = 0, status: str = "available", **more: Any) -> Target:
    """Return the volume of a plan without an instance."""
    none: dict[str, Any] = {
        "instance_id": "",
        "before": Before.NONE,
        "changed_at": int(CHANGED.timestamp()),
    }
    return target(index, status, **(none | more))


def asking(act: Act, of: Target) -> frozenset[str]:
    """Return the claim of an act that is under way."""
    return frozenset({claim(PLAN, act, of.record)})


IMAGES = [
    Image("i1", "[revert]", frozenset(), status, size)
    for status, size in (("active", 0), ("active", 9), ("saving", None), ("queued", None))
]
COPIES = st.none() | st.builds(
    lambda status, moment: Volume("c1", "copy", 1, status, metadata={MOMENT: moment}),
    st.sampled_from(VOLUME_STATUSES),
    st.sampled_from([" ", " ", "then then"]),
)


def records(index: int, **fixed: Any) -> st.SearchStrategy[Record]:
    """Generate the record of one volume."""
    said: dict[str, Any] = {
        "progress": st.sampled_from(Progress),
        "stage": st.sampled_from(Stage),
        "asked": st.none() | st.sampled_from([each for each in Act if each.of_instance]),
        "attempt": st.integers(0, 999),
        "turn": st.integers(0, 999),
        "seen_at": st.integers(NOW - 2000, NOW + 2000),
        "halted": st.booleans(),
        "changed_at": st.sampled_from([0, 1, int(CHANGED.timestamp())]),
    }
    given = {key: st.just(value) for key, value in fixed.items()}
    return st.builds(record, st.just(index), **(said | given))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Generate a plan in whatever state somebody may have brought it to."""
    count = draw(st.integers(1, 3))
    shelved = draw(st.booleans())
    common = {
        "count": count,
        "copy": draw(st.booleans()),
        "before": draw(st.sampled_from([each for each in Before if each is not Before.NONE])),
    }
    statuses = st.sampled_from(("reserved",) if shelved else VOLUME_STATUSES)
    targets = []
    for index in range(count):
        kept = draw(records(index, **common))
        made = target(index, draw(statuses), draw(st.booleans()), copy=draw(COPIES))
        image = draw(st.none() | st.sampled_from(IMAGES))
        way = draw(st.sampled_from([Reimaging.PROVED, *Reimaging]))
        helper = draw(COPIES)
        targets.append(Target(made.volume, kept, image, made.copy, helper, way))
    words = ("SHELVED_OFFLOADED",) if shelved else NOVA_STATUSES
    claims = [claim(PLAN, act, each.record) for act in Act for each in targets]
    return plan(
        *targets,
        status=draw(st.sampled_from(words)),
        task=draw(st.sampled_from([None, None, None, "powering-off"])),
        locked=draw(st.sampled_from([False, False, True, None])),
        missing=draw(st.sampled_from([False, False, False, True])),
        asking=frozenset(draw(st.sets(st.sampled_from(claims), max_size=2))),
    )
