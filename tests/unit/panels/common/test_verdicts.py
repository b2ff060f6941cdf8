# SPDX-License-Identifier: Apache-2.0
"""The texts of every verdict, for every kind of copy."""

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from snapshot_dashboard.panels.common import problems
from snapshot_dashboard.panels.common.attachment_state import verdicts
from snapshot_dashboard.panels.common.attachment_state.copies import CopyTexts
from snapshot_dashboard.rules.attachment import Acknowledgement, Disk, Exposure, Holder, Verdict
from snapshot_dashboard.rules.volume import Volume
from tests.unit.rules.samples import exposures

# Samples take longer on a busy machine, which is no fault of theirs.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Nothing is attached, or the attachment is not what keeps it from being copied.
SILENT = {Verdict.DETACHED, Verdict.FOREIGN, Verdict.VOLUME_BUSY, Verdict.VOLUME_FAILED}
KINDS = list(verdicts.KINDS)
NOUNS = {kind: kind.removesuffix("s") for kind in KINDS}

KVM = Holder(None, None, "kvm-7", Verdict.HOST, Disk.UNKNOWN)


def told(verdict: Verdict, kind: str, *, status: str = "creating") -> str:
    """Return all that is said of a verdict to whoever wants a kind of copy."""
    exposure = Exposure(Volume("v1", "data", 1, status, "p"), verdict, (KVM,))
    texts = verdicts.telling(exposure, kind)
    return f"{texts.title} {texts.risk} {texts.advice}".lower()


@pytest.mark.parametrize("kind", KINDS)
@UNHURRIED
@given(exposure=exposures())
def test_whatever_is_attached_or_held_is_told_that_the_copy_may_be_corrupted(
    kind: str, exposure: Exposure
) -> None:
    if exposure.verdict not in SILENT:
        assert "corrupted" in str(verdicts.telling(exposure, kind).risk)


def test_no_two_verdicts_are_the_same_in_a_few_words() -> None:
    said = {verdicts.brief(each) for each in Verdict}
    assert len(said) == len(Verdict)


@pytest.mark.parametrize("kind", KINDS)
@UNHURRIED
@given(exposure=exposures())
def test_an_owner_is_never_told_to_ask_the_owner(kind: str, exposure: Exposure) -> None:
    if exposure.verdict not in (Verdict.DETACHED, Verdict.FOREIGN):
        said = verdicts.telling(exposure, kind)
        assert "owner" not in f"{said.title} {said.risk} {said.advice}".lower()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("field", [each.name for each in fields(CopyTexts)])
def test_no_kind_of_copy_lacks_a_text_that_another_one_has(kind: str, field: str) -> None:
    def parts(texts: CopyTexts) -> Any:
        found = getattr(texts, field)
        return set(found) if isinstance(found, dict) else bool(found)

    assert parts(verdicts.KINDS[kind]) == parts(verdicts.KINDS["snapshots"])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("verdict", sorted(set(Verdict) - {Verdict.DETACHED}, key=str))
def test_every_verdict_has_title_and_risk_for_every_kind_of_copy(
    kind: str, verdict: Verdict
) -> None:
    exposure = Exposure(Volume("v1", "data", 1, "creating", "p"), verdict, (KVM,))
    texts = verdicts.telling(exposure, kind)
    assert texts.title
    assert texts.advice
    # Of a volume that is in an error state the title says it all.
    assert texts.risk or verdict is Verdict.VOLUME_FAILED


@pytest.mark.parametrize("kind", KINDS)
def test_every_sentence_and_every_disk_is_known_to_every_kind_of_copy(kind: str) -> None:
    texts = verdicts.KINDS[kind]
    assert set(texts.held_advice) == set(Disk)
    assert set(texts.acknowledgements) == set(Acknowledgement)
    for each in Acknowledgement:
        assert f"this {NOUNS[kind]}" in verdicts.acknowledgement(each, kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("verdict", sorted(set(Verdict) - {Verdict.DETACHED}, key=str))
def test_no_text_speaks_of_another_kind_of_copy(kind: str, verdict: Verdict) -> None:
    others = [noun for other, noun in NOUNS.items() if other != kind]
    for status in ("creating", "deleting", "awaiting-transfer", "maintenance"):
        said = told(verdict, kind, status=status)
        assert not [each for each in others if each in said], said


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_copy_has_its_texts_of_failures(kind: str) -> None:
    for found in (
        problems.LOST,
        problems.BLOCKED,
        problems.FOUND,
        problems.NOT_FOUND,
        problems.UNCHECKED,
        problems._FORBIDDEN,
    ):
        said = found[kind]
        assert NOUNS[kind] in f"{said.title} {said.text} {said.advice}"
    assert all(
        NOUNS[kind] in str(each) or "%(name)s" in str(each) for each in problems._ALREADY[kind]
    )
