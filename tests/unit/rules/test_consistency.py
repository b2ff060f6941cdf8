# SPDX-License-Identifier: Apache-2.0
"""The consistency note: accepted by Cinder, parsed from any input, only ever lowered."""

import re
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_dashboard.rules import consistency
from snapshot_dashboard.rules.attachment import (
    Exposure,
    Instance,
    Reading,
    Severity,
    Unseen,
    Verdict,
    assess,
)
from snapshot_dashboard.rules.consistency import ConsistencyNote, Taken, lowered, of, read, write
from snapshot_dashboard.rules.volume import Attachment
from tests.unit.rules.samples import (
    NOVA_STATUSES,
    OTHER_PROJECT,
    PROJECT,
    attached,
    exposures,
    instance,
    judge,
    volume,
)

# cinder/api/validation/parameter_types.py, which has this pattern for every kind of metadata.
CINDERS_KEY = re.compile(r"[a-zA-Z0-9-_:. /]{1,255}")
LONGEST = 255
UUID = "1b5d2f0c-7a4e-4a53-9d0e-{:012x}"
WRITTEN = frozenset(Taken) - {Taken.NOT_RECORDED}
# How bad each note is, said a second time: what the product says is compared with it.
RISK = {
    Taken.DETACHED: 0,
    Taken.QUIESCED: 1,
    Taken.SHUT_OFF: 1,
    Taken.SHELVED: 1,
    Taken.RUNNING: 2,
    Taken.PAUSED: 2,
    Taken.SUSPENDED: 2,
    Taken.SEVERAL: 2,
    Taken.UNKNOWN: 2,
    Taken.NOT_RECORDED: 2,
}


def crowd(count: int, status: str = "ACTIVE") -> Exposure:
    """Return the situation of a volume in use by so many instances with real ids."""
    ids = [UUID.format(number) for number in range(count)]
    found: dict[str, Reading] = {each: instance(status, each) for each in ids}
    return assess(volume("in-use"), [attached(each) for each in ids], found, PROJECT)


def understood(exposure: Exposure) -> bool:
    """Tell whether every status in it is written as Nova writes its words."""
    return all(each.status in ("", *NOVA_STATUSES) for each in exposure.holders)


@given(exposure=exposures())
def test_what_is_kept_can_be_read_again(exposure: Exposure) -> None:
    label = of(exposure)
    again = read(write(label))
    assert (again.taken, again.acknowledged) == (label.taken, label.acknowledged)
    assert (again.before, again.damaged) == (None, False)
    if understood(exposure):
        assert again == label


@given(exposure=exposures())
def test_keys_and_values_are_as_cinder_takes_them(exposure: Exposure) -> None:
    for key, value in write(of(exposure)).items():
        assert CINDERS_KEY.fullmatch(key)
        assert type(value) is str
        assert len(value) <= LONGEST


@pytest.mark.parametrize("key", [consistency.REQUEST, consistency.SNAPSHOT])
def test_the_other_keys_are_as_cinder_takes_them_and_ours(key: str) -> None:
    assert CINDERS_KEY.fullmatch(key)
    assert key.startswith(consistency.PREFIX)


@pytest.mark.parametrize("count", range(1, 41))
def test_any_number_of_instances_fits_and_is_counted(count: int) -> None:
    label = of(crowd(count))
    said = write(label)
    assert len(said[consistency.INSTANCES]) <= LONGEST
    again = read(said)
    assert again.count == count
    assert again.more == count - len(again.instances)
    assert again.instances == label.instances[: len(again.instances)]
    # As many as there is room for: another one would not fit.
    another = len(f" {UUID.format(0)}=ACTIVE")
    assert again.more == 0 or len(said[consistency.INSTANCES]) + another > LONGEST


def test_the_counted_rest_is_told_as_a_number() -> None:
    assert write(of(crowd(9)))[consistency.INSTANCES].endswith(" +4")


def test_a_note_that_was_cut_short_stays_as_it_is_when_it_is_written_again() -> None:
    said = write(of(crowd(40)))
    assert write(read(said)) == said


@given(exposure=exposures())
def test_no_name_and_no_person_is_kept(exposure: Exposure) -> None:
    said = " ".join([*write(of(exposure)), *write(of(exposure)).values()])
    assert "name of" not in said
    assert "web-data" not in said
    keys = set(write(of(exposure)))
    assert keys <= {consistency.TAKEN, consistency.INSTANCES, consistency.ACKNOWLEDGED}


def test_hosts_are_not_named() -> None:
    hosts = (Attachment("a1", host="kvm-1.example"), Attachment("a2", host="kvm-2.example"))
    said = write(of(judge("in-use", records=hosts)))
    assert "kvm" not in " ".join(said.values())


BY_STATUS = [
    ("ACTIVE", Taken.RUNNING),
    ("SHUTOFF", Taken.SHUT_OFF),
    ("PAUSED", Taken.PAUSED),
    ("SUSPENDED", Taken.SUSPENDED),
    ("SHELVED", Taken.SHELVED),
    ("SHELVED_OFFLOADED", Taken.SHELVED),
    ("RESCUE", Taken.UNKNOWN),
    ("ERROR", Taken.UNKNOWN),
    ("RESIZE", Taken.UNKNOWN),
    ("A_WORD_OF_TOMORROW", Taken.UNKNOWN),
]


@pytest.mark.parametrize(("status", "taken"), BY_STATUS)
def test_one_instance_is_kept_with_its_id_and_word(status: str, taken: Taken) -> None:
    label = of(judge("in-use", instance(status)))
    assert (label.taken, label.instances) == (taken, (("i1", status),))
    assert label.acknowledged


@pytest.mark.parametrize("reading", list(Unseen))
def test_an_instance_that_cannot_be_read_is_kept_without_a_word(reading: Unseen) -> None:
    label = of(judge("in-use", reading))
    assert (label.taken, label.instances) == (Taken.UNKNOWN, (("i1", ""),))
    assert read(write(label)) == label


def test_a_detached_volume_is_kept_as_such_and_as_not_warned_of() -> None:
    label = of(judge("available"))
    assert label == ConsistencyNote(Taken.DETACHED)
    assert write(label) == {consistency.TAKEN: "detached", consistency.ACKNOWLEDGED: "no"}


def test_several_are_kept_as_several() -> None:
    label = of(judge("in-use", instance("SHUTOFF", "i1"), instance("ACTIVE", "i2")))
    assert (label.taken, label.count) == (Taken.SEVERAL, 2)


def test_a_mismatch_of_the_records_is_kept_as_unknown() -> None:
    label = of(judge("available", instance("SHUTOFF")))
    assert (label.taken, label.acknowledged) == (Taken.UNKNOWN, True)


@pytest.mark.parametrize("taken", list(Taken))
def test_each_note_has_its_risk(taken: Taken) -> None:
    assert taken.risk == RISK[taken]


@given(exposure=exposures())
def test_a_note_is_never_better_than_what_was_seen(exposure: Exposure) -> None:
    least = {Severity.NONE: 0, Severity.LOW: 1}.get(exposure.severity, 2)
    assert RISK[of(exposure).taken] >= least


@given(exposure=exposures(("available", "in-use")))
def test_what_was_warned_of_is_kept_as_accepted(exposure: Exposure) -> None:
    warned = exposure.severity in (Severity.LOW, Severity.HIGH)
    assert of(exposure).acknowledged is warned


# What anybody may have put there.
_WORDS = st.sampled_from(
    [*(each.value for each in Taken), "RUNNING", "running ", "", "\x00", "<b>"]
)
_TEXTS = st.text(max_size=300) | _WORDS
_LISTS = st.lists(
    st.sampled_from(["i1=ACTIVE", "i1=", "=", "+3", "+", "+9999999", "<b>=ACTIVE", "i1=active", ""])
).map(" ".join)
_KEYS = [
    consistency.TAKEN,
    consistency.INSTANCES,
    consistency.ACKNOWLEDGED,
    consistency.LOWERED,
    consistency.REQUEST,
    "snapshot_dashboard:",
    "taken_while",
]
_METADATA = st.dictionaries(st.sampled_from(_KEYS), _TEXTS | _LISTS) | st.dictionaries(
    st.text(max_size=300), st.text(max_size=300)
)


@given(metadata=_METADATA)
def test_nothing_that_anybody_wrote_breaks_the_reading(metadata: Mapping[str, str]) -> None:
    label = read(metadata)
    known = {each.value: each for each in WRITTEN}
    word = metadata.get(consistency.TAKEN)
    if word is None or word not in known:
        assert label.taken in (Taken.NOT_RECORDED, Taken.UNKNOWN)
        assert RISK[label.taken] == 2
        assert label.instances == ()
    else:
        assert label.taken is known[word]
    for instance_id, state in label.instances:
        assert re.fullmatch(r"[A-Za-z0-9-]{1,64}", instance_id)
        assert re.fullmatch(r"[A-Z_]{0,40}", state)
    assert 0 <= label.more <= 999_999


@given(metadata=_METADATA)
def test_what_was_read_from_anybody_can_be_written_as_cinder_takes_it(
    metadata: Mapping[str, str],
) -> None:
    label = read(metadata)
    if label.taken in WRITTEN:
        assert all(len(each) <= LONGEST for each in write(label).values())


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"other": "detached"},
        {"taken_while": "detached"},
        {consistency.INSTANCES: "i1=ACTIVE"},
        {consistency.ACKNOWLEDGED: "yes", consistency.LOWERED: "detached"},
        {consistency.REQUEST: "6b6a3f1e"},
    ],
)
def test_a_snapshot_without_a_note_is_not_recorded(metadata: dict[str, str]) -> None:
    assert read(metadata) == ConsistencyNote(Taken.NOT_RECORDED)


@pytest.mark.parametrize(
    "word", ["", " ", "Detached", "detached ", "detached\n", "not_recorded", "consistent", "0", "é"]
)
def test_a_word_that_is_not_ours_is_damaged_and_never_a_good_note(word: str) -> None:
    said = {consistency.TAKEN: word, consistency.INSTANCES: "i1=SHUTOFF"}
    assert read(said) == ConsistencyNote(Taken.NOT_RECORDED, damaged=True)


@pytest.mark.parametrize(
    "listed",
    ["i1", "i1=ACTIVE,i2=ACTIVE", "i1=active", "<b>=ACTIVE", "i1=ACTIVE  i2=ACTIVE", "+-1"],
)
def test_a_damaged_list_leaves_the_word(listed: str) -> None:
    label = read({consistency.TAKEN: "running", consistency.INSTANCES: listed})
    assert (label.taken, label.instances, label.more) == (Taken.RUNNING, (), 0)


@pytest.mark.parametrize("word", ["", "no", "YES", "true", "yes "])
def test_only_our_own_word_counts_as_accepted(word: str) -> None:
    said = {consistency.TAKEN: "running", consistency.ACKNOWLEDGED: word}
    assert not read(said).acknowledged


# Situations in which a snapshot may be found when it is finished, and the note each deserves;
# None where nothing is told of attachments.
LATER: dict[str, tuple[Exposure, Taken | None]] = {
    "detached": (judge("available"), Taken.DETACHED),
    "records disagree": (judge("available", instance("SHUTOFF")), Taken.UNKNOWN),
    "shut off": (judge("in-use", instance("SHUTOFF")), Taken.SHUT_OFF),
    "shelved": (judge("in-use", instance("SHELVED")), Taken.SHELVED),
    "running": (judge("in-use", instance("ACTIVE")), Taken.RUNNING),
    "starting": (judge("in-use", instance("SHUTOFF", task="powering-on")), Taken.UNKNOWN),
    "paused": (judge("in-use", instance("PAUSED")), Taken.PAUSED),
    "suspended": (judge("in-use", instance("SUSPENDED")), Taken.SUSPENDED),
    "rescue": (judge("in-use", instance("RESCUE")), Taken.UNKNOWN),
    "gone": (judge("in-use", Unseen.NOT_VISIBLE), Taken.UNKNOWN),
    "several": (judge("in-use", instance(), instance("SHUTOFF", "i2")), Taken.SEVERAL),
    "attaching": (judge("attaching"), Taken.UNKNOWN),
    "detaching": (judge("detaching", instance("SHUTOFF")), Taken.UNKNOWN),
    "held": (judge("reserved", instance("SHELVED_OFFLOADED")), Taken.UNKNOWN),
    "extending alone": (judge("extending"), None),
    "deleting alone": (judge("deleting"), None),
    "failed alone": (judge("error"), None),
    "given away": (assess(volume("available", project_id=OTHER_PROJECT), (), {}, PROJECT), None),
}


@pytest.mark.parametrize("later", LATER)
@pytest.mark.parametrize("taken", list(Taken))
def test_a_note_is_lowered_exactly_when_something_worse_was_found(taken: Taken, later: str) -> None:
    label = ConsistencyNote(taken, (("i7", "SHUTOFF"),), more=2, acknowledged=True)
    now, found = LATER[later]
    result = lowered(label, now)
    recorded = taken is not Taken.NOT_RECORDED
    if not recorded or found is None or RISK[found] <= RISK[taken]:
        assert result is None
        return
    assert result is not None
    assert (result.taken, result.before) == (found, taken)
    assert (result.instances, result.more) == (of(now).instances, 0)
    assert result.acknowledged
    assert RISK[result.taken] > RISK[taken]


@given(before=exposures(("available", "in-use")), now=exposures())
def test_a_note_is_never_made_better(before: Exposure, now: Exposure) -> None:
    result = lowered(of(before), now)
    assert result is None or RISK[result.taken] > RISK[of(before).taken]
    if before.verdict is now.verdict:
        assert result is None


@given(before=exposures(("available", "in-use")), now=exposures(("available", "in-use")))
def test_a_worse_situation_is_never_missed(before: Exposure, now: Exposure) -> None:
    ours = now.verdict is not Verdict.FOREIGN
    result = lowered(of(before), now)
    assert (result is not None) is (ours and RISK[of(now).taken] > RISK[of(before).taken])


def test_a_lowered_note_can_be_read_again_with_what_it_was() -> None:
    result = lowered(of(judge("available")), judge("in-use", Instance("i1", "n", "ACTIVE")))
    assert result is not None
    said = write(result)
    assert said[consistency.LOWERED] == "detached"
    assert read(said) == result
    assert read(said).before is Taken.DETACHED


def test_a_lowered_note_is_not_lowered_again() -> None:
    once = lowered(of(judge("available")), judge("in-use", instance("SHUTOFF")))
    assert once is not None
    assert lowered(once, judge("in-use", instance("ACTIVE"))) is None


def test_a_volume_used_by_hosts_is_counted_with_them() -> None:
    hosts = (Attachment("a1", host="kvm-1.example"), Attachment("a2", host="kvm-2.example"))
    label = of(judge("in-use", records=hosts))
    # "Several" says how many: a note of two users must not come out as one or none.
    assert label.taken is not Taken.SEVERAL or label.count == 2
