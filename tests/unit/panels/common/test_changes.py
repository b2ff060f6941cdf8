# SPDX-License-Identifier: Apache-2.0
"""Texts about changes while a dialog is open, and after it was sent."""

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import html

from snapshot_dashboard.panels.common import changes
from snapshot_dashboard.rules import fingerprint
from snapshot_dashboard.rules.attachment import Exposure, Unseen, Verdict
from tests.unit.rules.samples import exposures, instance, judge

# Samples take longer on a busy machine, which is no fault of theirs.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def seen(exposure: Exposure) -> fingerprint.Seen:
    """Return what a form carries of a situation."""
    found = fingerprint.read(fingerprint.write(exposure))
    assert found is not None
    return found


def said(before: Exposure, now: Exposure) -> str:
    """Return what an open dialog says."""
    worse = not fingerprint.covers(seen(before), now)
    return str(html.fromstring(changes.announced(seen(before), now, worse=worse)).text_content())


RUNS, RESTS = instance("ACTIVE"), instance("SHUTOFF")
BOTH_REST = (RESTS, instance("SHUTOFF", "i2"))


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        (
            judge("in-use", RESTS),
            judge("in-use", RUNS),
            "Changed: the volume is now attached to an instance that is running. "
            "name of i1 is running now. Read the warning again.",
        ),
        (
            judge("in-use", *BOTH_REST),
            judge("in-use", RESTS, instance("ACTIVE", "i2")),
            "name of i2 is running now. Read the warning again.",
        ),
        (
            judge("in-use", RUNS),
            judge("available"),
            "Changed: the volume is now detached. No confirmation is needed.",
        ),
        (
            judge("in-use", RUNS, instance("PAUSED", "i2")),
            judge("in-use", RUNS),
            "Changed: the volume is now attached to an instance that is running. "
            "1 instance that used this volume no longer does.",
        ),
        (
            judge("available"),
            judge("reserved", Unseen.NOT_VISIBLE),
            "Changed: the volume is now held for an instance that you cannot see. "
            "i1 uses this volume now. No snapshot can be taken now. Read why below.",
        ),
    ],
)
def test_a_change_is_told_with_what_to_do(before: Exposure, now: Exposure, told: str) -> None:
    assert said(before, now) == told


@UNHURRIED
@given(before=exposures(), now=exposures())
def test_every_change_is_told(before: Exposure, now: Exposure) -> None:
    differs = fingerprint.write(before) != fingerprint.write(now)
    assert bool(changes.then_and_now(seen(before), now)) is differs
    if differs:
        assert changes.announced(seen(before), now, worse=True)
        calm = now.verdict is Verdict.DETACHED or now.blocked
        assert calm or "Read the warning again." in changes.announced(seen(before), now, worse=True)
