# SPDX-License-Identifier: Apache-2.0
"""The consistency note after a snapshot's status was reset to Available."""

import pytest
from hypothesis import given

from snapshot_dashboard.rules import consistency
from snapshot_dashboard.rules.attachment import Exposure
from snapshot_dashboard.rules.consistency import ConsistencyNote, Taken, of, read, unproven, write
from snapshot_dashboard.rules.snapshot import SETTABLE
from tests.unit.rules.samples import exposures

BETTER = {Taken.DETACHED, Taken.QUIESCED, Taken.SHUT_OFF, Taken.SHELVED}


@pytest.mark.parametrize("taken", Taken)
def test_whatever_is_better_than_unknown_becomes_that(taken: Taken) -> None:
    lower = unproven(ConsistencyNote(taken))
    if taken in BETTER:
        assert lower == ConsistencyNote(Taken.UNKNOWN, before=taken)
    else:
        assert lower is None


@given(exposure=exposures())
def test_nothing_else_of_the_note_is_lost_and_it_is_lowered_once(exposure: Exposure) -> None:
    label = of(exposure)
    lower = unproven(label)
    if lower is None:
        return
    assert (lower.instances, lower.more) == (label.instances, label.more)
    assert lower.acknowledged == label.acknowledged
    again = read({**write(label), **write(lower)})
    assert (again.taken, again.before) == (Taken.UNKNOWN, label.taken)
    assert unproven(again) is None


def test_a_note_that_cannot_be_read_stays() -> None:
    assert unproven(read({consistency.TAKEN: "perhaps"})) is None


def test_deleted_cannot_be_set() -> None:
    assert "deleted" not in SETTABLE
    assert len(set(SETTABLE)) == len(SETTABLE)
