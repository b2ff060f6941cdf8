# SPDX-License-Identifier: Apache-2.0
"""Sets of snapshots: ids, names, fingerprints and limits."""

import uuid
from dataclasses import replace

import pytest

from snapshot_dashboard.rules import fingerprint, sets
from snapshot_dashboard.rules.attachment import Disk, Exposure, Holder, Verdict
from snapshot_dashboard.rules.failure import Cause, Failure
from snapshot_dashboard.rules.quota import Fit, Limit
from snapshot_dashboard.rules.sets import Plan
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume

SET = "0f0e0d0c-0b0a-4908-8706-050403020100"
# Every word that can be seen, as a holder of a volume in use.
HOLDER = Holder("i1", "/dev/vdb", None, Verdict.RUNNING, Disk.DATA)


def volume(volume_id: str, size: int = 1, type_name: str | None = None) -> Volume:
    """Return a volume."""
    return Volume(volume_id, f"name of {volume_id}", size, "available", type_name=type_name)


def exposure(volume_id: str, verdict: Verdict = Verdict.DETACHED) -> Exposure:
    """Return what is known of a volume; in use by one instance unless detached or blocked."""
    attached = verdict.acknowledgement is not None
    holders = (replace(HOLDER, verdict=verdict),) if attached else ()
    return Exposure(volume(volume_id), verdict, holders)


def test_each_volume_has_an_id_of_its_own_that_is_always_the_same() -> None:
    ids = {sets.request_id(SET, each, failed) for each in ("a", "b") for failed in (0, 1)}
    assert len(ids) == 4
    assert all(str(uuid.UUID(each)) == each for each in ids)
    assert sets.request_id(SET, "a", 0) == sets.request_id(SET, "a", 0)
    assert sets.request_id(str(uuid.uuid4()), "a", 0) not in ids


def test_a_snapshot_tells_which_set_it_belongs_to() -> None:
    found = sets.membership(sets.metadata(SET, 3))
    assert found is not None
    assert (found.set_id, found.count) == (SET, 3)


@pytest.mark.parametrize(
    "entries",
    [
        {},
        {sets.SET: SET},
        {sets.SIZE: "3"},
        {sets.SET: "mine", sets.SIZE: "3"},
        {sets.SET: SET, sets.SIZE: "-3"},
        {sets.SET: SET, sets.SIZE: "1"},
        {sets.SET: SET, sets.SIZE: "9" * 100},
        {sets.SET: SET, sets.SIZE: "³"},
    ],
)
def test_edited_metadata_tell_of_no_set(entries: dict[str, str]) -> None:
    assert sets.membership(entries) is None


def test_a_name_is_what_was_typed_and_the_name_of_the_volume() -> None:
    assert sets.name_of("before upgrade", "db-data") == "before upgrade db-data"


def test_a_name_fits_and_keeps_something_of_both() -> None:
    name = sets.name_of("p" * 300, "v" * 300)
    assert len(name) == 255
    assert name.startswith("p" * sets.LONGEST_PATTERN + " vvv")


def test_a_failed_snapshot_does_not_count_as_made() -> None:
    made = Snapshot("s", "", 1, "creating", "v")
    assert sets.is_made(made)
    assert sets.is_made(replace(made, status="deleting"))
    assert not sets.is_made(replace(made, status="error"))


@pytest.mark.parametrize("verdict", [Verdict.DETACHED, Verdict.RUNNING, Verdict.VOLUME_BUSY])
def test_what_was_seen_of_each_volume_is_read_again(verdict: Verdict) -> None:
    shown = [exposure("a", verdict), exposure("b")]
    read = sets.read_seen(sets.write_seen(shown))
    assert read == {each.volume.id: fingerprint.read(fingerprint.write(each)) for each in shown}


def test_damaged_text_has_shown_nothing() -> None:
    assert sets.read_seen("") == {}
    assert sets.read_seen("x y:z") == {"y": None}


def news(before: list[Exposure], now: list[Exposure], *chosen: str) -> list[tuple[str, str]]:
    """Return volume and verdict of each piece of news."""
    seen = sets.read_seen(sets.write_seen(before))
    return [(each.volume.id, each.now.verdict.value) for each in sets.news(seen, now, chosen)]


def test_nothing_is_news_while_nothing_gets_worse() -> None:
    before = [exposure("a", Verdict.RUNNING), exposure("b")]
    assert news(before, before, "a", "b") == []
    assert news(before, [exposure("a"), exposure("b")], "a", "b") == []


@pytest.mark.parametrize("verdict", [each for each in Verdict if each is not Verdict.DETACHED])
def test_whatever_becomes_of_a_detached_volume_is_news(verdict: Verdict) -> None:
    now = [exposure("a", verdict), exposure("b")]
    assert news([exposure("a"), exposure("b")], now, "a", "b") == [("a", verdict.value)]


def test_what_was_left_out_is_no_news() -> None:
    now = [exposure("a", Verdict.RUNNING), exposure("b")]
    assert news([exposure("a"), exposure("b")], now, "b") == []


def test_a_volume_that_was_not_there_is_news() -> None:
    found = sets.news(
        sets.read_seen(sets.write_seen([exposure("a")])), [exposure("a"), exposure("b")], ["a"]
    )
    assert [(each.volume.id, each.before) for each in found] == [("b", None)]


def test_a_blocked_volume_is_never_made_though_it_was_seen_blocked() -> None:
    blocked = [exposure("a", Verdict.FOREIGN)]
    assert news(blocked, blocked, "a") == [("a", "foreign")]


def test_one_attached_volume_is_enough_for_the_tick() -> None:
    assert not sets.needs_tick([exposure("a"), exposure("b")])
    assert sets.needs_tick([exposure("a"), exposure("b", Verdict.SHUT_OFF)])


LIMITS = {
    "snapshots": Limit(8, 10),
    "gigabytes": Limit(90, 100),
    "snapshots_ssd": Limit(0, 2),
    "gigabytes_ssd": Limit(0, None),
}


def test_the_limits_count_all_volumes_together_and_those_of_each_type() -> None:
    lines = sets.lines(LIMITS, [(5, "ssd"), (5, "hdd"), (2, "ssd")])
    assert [(each.resource, each.type_name, each.need, each.after) for each in lines] == [
        ("snapshots", None, 3, 11),
        ("gigabytes", None, 12, 102),
        ("snapshots", "ssd", 2, 2),
    ]
    assert [each.fit for each in lines] == [Fit.REACHED, Fit.SHORT, Fit.FITS]


def test_a_plan_goes_on_from_the_one_before() -> None:
    refusals = {"b": Failure(Cause.LIMIT), "c": Failure(Cause.FORBIDDEN)}
    first = Plan(SET, "i1", {"a": "A", "b": "B", "c": "C"}, refusals=refusals)
    again = Plan(SET, volumes={"b": "B"}, name="typed").joined(first)
    assert again.volumes == {"a": "A", "b": "B", "c": "C"}
    assert again.refusals == {"c": Failure(Cause.FORBIDDEN)}
    assert (again.instance_id, again.name) == ("i1", "typed")
    assert first.joined(None) is first
