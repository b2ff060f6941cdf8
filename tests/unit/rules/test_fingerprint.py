# SPDX-License-Identifier: Apache-2.0
"""The fingerprint of what a dialog has shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_dashboard.rules import fingerprint
from snapshot_dashboard.rules.attachment import Exposure, Reading, Severity, Unseen, assess
from snapshot_dashboard.rules.fingerprint import covers, read, write
from snapshot_dashboard.rules.volume import Attachment
from tests.unit.rules.samples import (
    PROJECT,
    attached,
    exposures,
    instance,
    judge,
    volume,
)


def shown(exposure: Exposure) -> fingerprint.Seen:
    """Return what a form that showed this exposure brings back."""
    seen = read(write(exposure))
    assert seen is not None
    return seen


@given(exposure=exposures())
def test_what_is_written_can_be_read(exposure: Exposure) -> None:
    assert shown(exposure).verdict is exposure.verdict
    assert len(shown(exposure).holders) == len(exposure.holders)


@given(exposure=exposures())
def test_the_text_is_plain_and_fits_one_form_field(exposure: Exposure) -> None:
    text = write(exposure)
    assert text.isascii()
    assert text.isprintable()
    assert len(text) < 1000


@given(exposure=exposures())
def test_an_unchanged_situation_is_covered_unless_it_blocks(exposure: Exposure) -> None:
    assert covers(shown(exposure), exposure) is not exposure.blocked


@given(before=exposures(), now=exposures())
def test_a_louder_state_is_never_covered(before: Exposure, now: Exposure) -> None:
    if now.severity > before.severity:
        assert not covers(shown(before), now)


@given(before=exposures(), now=exposures(("in-use",)))
def test_a_holder_that_was_not_shown_is_never_covered(before: Exposure, now: Exposure) -> None:
    def named(exposure: Exposure) -> set[tuple[str | None, str | None]]:
        return {(h.instance_id, None if h.instance_id else h.host) for h in exposure.holders}

    if named(now) - named(before):
        assert not covers(shown(before), now)


@given(now=exposures())
def test_a_form_that_carries_nothing_covers_only_a_detached_volume(now: Exposure) -> None:
    assert covers(None, now) is (now.severity is Severity.NONE)


@given(before=exposures(("creating", "reserved", "error")), now=exposures(("in-use",)))
def test_an_explanation_of_a_block_has_warned_of_nothing(before: Exposure, now: Exposure) -> None:
    assert not covers(shown(before), now)


@given(before=exposures())
def test_a_volume_that_was_detached_meanwhile_is_always_covered(before: Exposure) -> None:
    assert covers(shown(before), judge("available"))


@pytest.mark.parametrize(
    ("before", "after", "good_enough"),
    [
        (instance("ACTIVE"), instance("SHUTOFF"), True),
        (instance("ACTIVE"), instance("PAUSED"), True),
        (instance("ACTIVE"), Unseen.NO_ANSWER, True),
        (instance("SHUTOFF"), instance("ACTIVE"), False),
        (instance("SHUTOFF"), Unseen.NO_ANSWER, False),
        (instance("SHUTOFF"), instance("SHELVED"), False),
        (instance("SHELVED"), instance("SHUTOFF"), False),
        (instance("SHUTOFF"), instance("SHUTOFF"), True),
    ],
)
def test_a_change_of_one_instance_counts_when_it_is_worse_or_another_sentence(
    before: Reading, after: Reading, good_enough: bool
) -> None:
    assert covers(shown(judge("in-use", before)), judge("in-use", after)) is good_enough


def test_another_instance_at_rest_is_news_even_after_a_loud_warning() -> None:
    before = judge("in-use", instance("ACTIVE"))
    later = assess(volume("in-use"), [attached("i2")], {"i2": instance("SHUTOFF", "i2")}, PROJECT)
    assert not covers(shown(before), later)


@pytest.mark.parametrize(
    "now", [instance("ACTIVE", "i2"), instance("SHUTOFF", "i2", task="powering-on")]
)
def test_one_of_several_that_was_started_meanwhile_is_news(now: Reading) -> None:
    both = [attached("i1"), attached("i2")]
    off = {"i1": instance("SHUTOFF", "i1"), "i2": instance("SHUTOFF", "i2")}
    before = assess(volume("in-use"), both, off, PROJECT)
    later = assess(volume("in-use"), both, {**off, "i2": now}, PROJECT)
    assert covers(shown(before), before)
    assert not covers(shown(before), later)


def test_a_second_host_is_news() -> None:
    one = (Attachment("a1", host="kvm-1.example"),)
    both = (*one, Attachment("a2", host="kvm-2.example"))
    assert not covers(shown(judge("in-use", records=one)), judge("in-use", records=both))


def test_a_second_host_is_news_to_somebody_who_is_told_no_hosts_names() -> None:
    one = (Attachment("a1", host=""),)
    both = (*one, Attachment("a2", host=""))
    assert not covers(shown(judge("in-use", records=one)), judge("in-use", records=both))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "1|running",
        "1|running|i1=ACTIVE|more",
        "0|running|i1=ACTIVE",
        "2|running|i1=ACTIVE",
        "1|no_such_verdict|",
        "1|RUNNING|",
        "1|running|i1",
        "1|running|i1=ACTIVE,",
        "1|running|i1=active",
        "1|running|<b>=ACTIVE",
        "1|running|i1=ACTIVE\n",
        "1|running|" + "i" * 65 + "=ACTIVE",
        "gAAAAAB-signed-by-somebody-else",
        "\x00",
    ],
)
def test_a_damaged_or_older_text_counts_as_not_seen(text: str) -> None:
    assert read(text) is None


@given(text=st.text())
def test_no_text_at_all_breaks_the_reading(text: str) -> None:
    seen = read(text)
    assert seen is None or text.startswith("1|")


@given(exposure=exposures(("in-use",)), cut=st.integers(0, 200))
def test_a_text_that_was_cut_short_never_covers_more_than_the_whole(
    exposure: Exposure, cut: int
) -> None:
    text = write(exposure)[:cut]
    seen = read(text)
    if seen is not None:
        assert len(seen.holders) <= len(exposure.holders)
