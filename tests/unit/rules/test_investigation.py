# SPDX-License-Identifier: Apache-2.0
"""The progress of attaching a volume, and which instances are marked."""

import pytest

from snapshot_dashboard.rules import investigation
from snapshot_dashboard.rules.consistency import INSTANCES, TAKEN
from snapshot_dashboard.rules.investigation import AttachStep, Candidate
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Attachment, Volume


def volume(status: str, *instance_ids: str) -> Volume:
    """Return a volume that is attached as the volume itself tells it."""
    entries = tuple(Attachment(f"a-{each}", each, f"/dev/{each}") for each in instance_ids)
    return Volume("v1", "copy", 1, status, attachments=entries)


def records(*instance_ids: str) -> tuple[Attachment, ...]:
    """Return attachment records."""
    return tuple(Attachment(f"a-{each}", each) for each in instance_ids)


STEPS = [
    ("creating", (), (), AttachStep.CREATING),
    ("downloading", (), (), AttachStep.CREATING),
    ("available", (), (), AttachStep.READY),
    ("reserved", (), ("i1",), AttachStep.ATTACHING),
    ("attaching", (), ("i1",), AttachStep.ATTACHING),
    ("in-use", ("i1",), ("i1",), AttachStep.ATTACHED),
    ("in-use", (), ("i1",), AttachStep.ATTACHED),
    ("in-use", ("i2", "i1"), (), AttachStep.ATTACHED),
    ("in-use", ("i2",), ("i2",), AttachStep.ELSEWHERE),
    ("reserved", (), ("i2",), AttachStep.ELSEWHERE),
    ("attaching", (), (), AttachStep.ELSEWHERE),
    ("error", (), (), AttachStep.FAILED),
    ("error", ("i1",), ("i1",), AttachStep.FAILED),
    ("error_deleting", (), (), AttachStep.FAILED),
    ("detaching", ("i1",), ("i1",), AttachStep.ELSEWHERE),
    ("deleting", (), (), AttachStep.ELSEWHERE),
    ("a-new-word", (), (), AttachStep.ELSEWHERE),
]


@pytest.mark.parametrize(("status", "told", "recorded", "expected"), STEPS)
def test_the_step_follows_from_status_and_both_sources(
    status: str, told: tuple[str, ...], recorded: tuple[str, ...], expected: AttachStep
) -> None:
    assert investigation.step(volume(status, *told), records(*recorded), "i1") is expected


def test_records_that_cannot_be_read_leave_a_held_volume_on_its_way() -> None:
    assert investigation.step(volume("reserved"), None, "i1") is AttachStep.ATTACHING
    assert investigation.step(volume("in-use", "i2"), None, "i1") is AttachStep.ELSEWHERE


def test_a_volume_that_is_held_for_a_shelved_instance_has_arrived() -> None:
    held, shelved = volume("reserved"), "SHELVED_OFFLOADED"
    assert investigation.step(held, records("i1"), "i1", shelved) is AttachStep.ATTACHED
    assert investigation.step(held, None, "i1", shelved) is AttachStep.ATTACHING
    assert (
        investigation.step(volume("attaching"), records("i1"), "i1", shelved)
        is AttachStep.ATTACHING
    )


def test_the_device_is_that_of_the_one_instance() -> None:
    assert investigation.device(volume("in-use", "i2", "i1"), "i1") == "/dev/i1"
    assert investigation.device(volume("in-use", "i2"), "i1") == ""


ACCEPTS = [
    ("ACTIVE", None, True),
    ("PAUSED", None, True),
    ("SHUTOFF", None, True),
    ("VERIFY_RESIZE", None, True),
    ("SHELVED", None, True),
    ("SHELVED_OFFLOADED", None, True),
    ("ACTIVE", "rebooting", False),
    ("SUSPENDED", None, False),
    ("RESCUE", None, False),
    ("ERROR", None, False),
    ("BUILD", "spawning", False),
    ("SOFT_DELETED", None, False),
    ("active", None, False),
]


@pytest.mark.parametrize(("status", "task", "expected"), ACCEPTS)
def test_an_instance_accepts_a_volume_where_nova_attaches_one(
    status: str, task: str | None, expected: bool
) -> None:
    assert Candidate("i1", "tools", status, task, "p").accepts is expected


def test_the_instances_of_the_note_and_of_the_volume_are_suspects() -> None:
    noted = {TAKEN: "several", INSTANCES: "i1=ACTIVE i2=SHUTOFF"}
    taken = Snapshot("s1", "", 1, "available", "v1", metadata=noted)
    attached = volume("in-use", "i3")
    assert investigation.suspects(taken, attached, records("i4")) == {"i1", "i2", "i3", "i4"}
    assert investigation.suspects(taken, None, None) == {"i1", "i2"}


def test_a_host_is_no_suspect() -> None:
    taken = Snapshot("s1", "", 1, "available", "v1")
    by_hand = (Attachment("a1", None, host="storage-1"),)
    assert investigation.suspects(taken, None, by_hand) == frozenset()
