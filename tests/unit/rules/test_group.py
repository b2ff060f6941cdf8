# SPDX-License-Identifier: Apache-2.0
"""What a copy of a volume would be worth that is made together with its group."""

from dataclasses import replace

import pytest

from snapshot_dashboard.rules import consistency
from snapshot_dashboard.rules.attachment import Exposure, Unseen, Verdict
from snapshot_dashboard.rules.consistency import Taken
from snapshot_dashboard.rules.group import as_member, blocks_clone
from snapshot_dashboard.rules.volume import Attachment
from tests.unit.rules.samples import attached, instance, judge, volume


@pytest.mark.parametrize(
    ("held", "verdict"),
    [
        (judge("reserved", instance("SHELVED_OFFLOADED", power_state=4)), Verdict.SHELVED),
        (judge("reserved", instance("ACTIVE")), Verdict.RUNNING),
        (judge("reserved", Unseen.NOT_VISIBLE), Verdict.NOT_VISIBLE),
        (judge("reserved", Unseen.NO_ANSWER), Verdict.STATE_UNKNOWN),
        (judge("reserved"), Verdict.ATTACHMENT_UNKNOWN),
        (judge("reserved", readable=False), Verdict.ATTACHMENT_UNKNOWN),
        (judge("reserved", instance("SHUTOFF"), instance("ACTIVE", "i2")), Verdict.SEVERAL),
    ],
)
def test_a_held_volume_counts_as_attached(held: Exposure, verdict: Verdict) -> None:
    member = as_member(held)
    assert held.blocked
    assert (member.verdict, member.holders) == (verdict, held.holders)
    assert member.acknowledgement is not None


@pytest.mark.parametrize(
    ("held", "complete", "verdict"),
    [
        (judge("reserved", instance("SHUTOFF")), False, Verdict.ATTACHMENT_UNKNOWN),
        (judge("reserved", instance("SHUTOFF")), True, Verdict.SHUT_OFF),
    ],
)
def test_what_could_not_be_read_is_feared(held: Exposure, complete: bool, verdict: Verdict) -> None:
    assert as_member(held, complete=complete).verdict is verdict


def test_a_host_beside_the_instance_is_not_forgotten() -> None:
    records = (attached("i1"), Attachment(id="a-host", instance_id=None, host="kvm-1"))
    held = judge("reserved", instance("SHELVED_OFFLOADED"), records=records)
    assert as_member(held).verdict is Verdict.SEVERAL


@pytest.mark.parametrize("status", ["available", "in-use", "attaching", "error", "maintenance"])
def test_any_other_volume_is_judged_as_alone(status: str) -> None:
    alone = judge(status, instance("ACTIVE"))
    assert as_member(alone) is alone


@pytest.mark.parametrize("status", ["in-use", "reserved", "attaching", "error"])
def test_a_group_is_cloned_only_of_available_volumes(status: str) -> None:
    assert blocks_clone(as_member(judge(status)))
    assert not blocks_clone(judge("available"))
    # Whatever Cinder says of one that was not read.
    assert not blocks_clone(replace(judge("available"), volume=volume("")))


def test_a_note_of_a_held_volume_stays_while_it_is_held_for_the_same_instance() -> None:
    held = judge("reserved", instance("SHELVED_OFFLOADED"))
    note = consistency.of(as_member(held))
    assert note.taken is Taken.SHELVED
    assert consistency.lowered(note, held) is None
    running = judge("in-use", instance("ACTIVE"))
    lower = consistency.lowered(note, running)
    assert lower is not None
    assert lower.taken is Taken.RUNNING
