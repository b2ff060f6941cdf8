# SPDX-License-Identifier: Apache-2.0
"""Properties of the assessment that hold for any answers of the services."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from snapshot_dashboard.rules.attachment import (
    Acknowledgement,
    Exposure,
    Instance,
    Severity,
    Unseen,
    Verdict,
    assess,
    instance_verdict,
)
from snapshot_dashboard.rules.volume import Attachment
from tests.unit.rules.samples import (
    ATTACHMENTS,
    IDS,
    NOVA_STATUSES,
    PROJECT,
    READINGS,
    VOLUME_STATUSES,
    attached,
    exposures,
    volume,
)

SETTLED = ("available", "in-use")


@given(status=st.sampled_from(VOLUME_STATUSES), ids=st.lists(IDS, max_size=3, unique=True))
def test_a_volume_is_never_called_detached_when_its_records_cannot_be_read(
    status: str, ids: list[str]
) -> None:
    subject = volume(status, *map(attached, ids))
    assert assess(subject, None, {}, PROJECT).verdict is not Verdict.DETACHED


@given(exposure=exposures())
def test_a_volume_with_a_holder_is_never_called_detached(exposure: Exposure) -> None:
    if exposure.holders:
        assert exposure.verdict is not Verdict.DETACHED
        assert exposure.severity > Severity.NONE


@given(exposure=exposures())
def test_nothing_is_ever_forced_without_an_acknowledgement(exposure: Exposure) -> None:
    detached = exposure.verdict is Verdict.DETACHED
    assert detached or exposure.blocked or exposure.acknowledgement is not None


@given(exposure=exposures())
def test_what_is_blocked_cannot_be_acknowledged(exposure: Exposure) -> None:
    if exposure.blocked:
        assert exposure.acknowledgement is None


@given(exposure=exposures())
def test_a_calm_verdict_needs_one_instance_that_was_read_at_rest(exposure: Exposure) -> None:
    if exposure.severity is Severity.LOW:
        assert [holder.status for holder in exposure.holders] in (["SHUTOFF"], ["SHELVED"])


@given(word=st.text().filter(lambda word: word not in NOVA_STATUSES))
def test_a_status_word_of_tomorrow_counts_as_running(word: str) -> None:
    reading = Instance("i1", "web-1", word, power_state=4)
    assert instance_verdict(reading).severity is Severity.HIGH
    assert instance_verdict(reading).acknowledgement is Acknowledgement.CORRUPTED


@given(
    data=st.data(),
    status=st.sampled_from(SETTLED),
    ids=st.lists(IDS, min_size=2, max_size=4, unique=True),
)
def test_one_more_holder_never_makes_the_verdict_quieter(
    data: st.DataObject, status: str, ids: list[str]
) -> None:
    seen = {each: data.draw(READINGS[each]) for each in ids}
    everything = tuple(data.draw(ATTACHMENTS[each]) for each in ids)
    fewer = assess(volume(status), everything[:-1], seen, PROJECT)
    more = assess(volume(status), everything, seen, PROJECT)
    assert more.severity >= fewer.severity


@given(data=st.data(), exposure=exposures(SETTLED))
def test_losing_an_answer_never_makes_the_verdict_quieter(
    data: st.DataObject, exposure: Exposure
) -> None:
    known = {each.instance_id: each.instance for each in exposure.holders if each.instance}
    records = tuple(Attachment(f"a{n}", h.instance_id) for n, h in enumerate(exposure.holders))
    subject = replace(exposure.volume, attachments=(), project_id=PROJECT)
    before = assess(subject, records, _answers(known), PROJECT)
    lost = data.draw(st.sets(st.sampled_from(sorted(_answers(known))))) if known else set()
    remaining = {key: value for key, value in _answers(known).items() if key not in lost}
    after = assess(subject, records, remaining, PROJECT)
    blind = assess(subject, None, remaining, PROJECT)
    assert before.severity <= after.severity <= blind.severity


def _answers(known: dict[str | None, Instance]) -> dict[str, Instance]:
    return {key: value for key, value in known.items() if key}


@given(ids=st.lists(IDS, min_size=1, max_size=3, unique=True), why=st.sampled_from(Unseen))
def test_instances_that_cannot_be_read_are_all_listed(ids: list[str], why: Unseen) -> None:
    now = assess(volume("in-use"), tuple(map(attached, ids)), dict.fromkeys(ids, why), PROJECT)
    assert [holder.instance_id for holder in now.holders] == ids
