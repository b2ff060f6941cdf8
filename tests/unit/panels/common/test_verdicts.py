# SPDX-License-Identifier: Apache-2.0
"""The texts of every verdict."""

from hypothesis import HealthCheck, given, settings

from snapshot_dashboard.panels.common.attachment_state import verdicts
from snapshot_dashboard.rules.attachment import Exposure, Verdict
from tests.unit.rules.samples import exposures

# Samples take longer on a busy machine, which is no fault of theirs.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Nothing is attached, or the attachment is not what keeps it from being snapshotted.
SILENT = {Verdict.DETACHED, Verdict.FOREIGN, Verdict.VOLUME_BUSY, Verdict.VOLUME_FAILED}


@UNHURRIED
@given(exposure=exposures())
def test_whatever_is_attached_or_held_is_told_that_a_snapshot_may_be_corrupted(
    exposure: Exposure,
) -> None:
    if exposure.verdict not in SILENT:
        assert "corrupted" in str(verdicts.telling(exposure).risk)


def test_no_two_verdicts_are_the_same_in_a_few_words() -> None:
    said = {verdicts.brief(each) for each in Verdict}
    assert len(said) == len(Verdict)


@UNHURRIED
@given(exposure=exposures())
def test_an_owner_is_never_told_to_ask_the_owner(exposure: Exposure) -> None:
    if exposure.verdict not in (Verdict.DETACHED, Verdict.FOREIGN):
        said = verdicts.telling(exposure)
        assert "owner" not in f"{said.title} {said.risk} {said.advice}".lower()
