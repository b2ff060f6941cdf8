# SPDX-License-Identifier: Apache-2.0
"""Parsing Cinder's JSON: complete, incomplete and with invalid values."""

from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from snapshot_dashboard.cloud import answers
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Attachment, Volume
from tests.unit.cloud.wire import Json, attachment_json, snapshot_json, volume_json


def volume(**more: Any) -> Volume:
    """Return a volume as it is read."""
    found = answers.volume(volume_json(**more))
    assert found is not None
    return found


def snapshot(**more: Any) -> Snapshot:
    """Return a snapshot as it is read."""
    found = answers.snapshot(snapshot_json(**more))
    assert found is not None
    return found


HALF_PAST_SIX = datetime(2026, 11, 22, 6, 30, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22T06:30:00.000000", HALF_PAST_SIX),
        ("2026-11-22T06:30:00", HALF_PAST_SIX),
        ("2026-11-22T06:30:00Z", HALF_PAST_SIX),
        ("2026-11-22T07:30:00+01:00", HALF_PAST_SIX),
        (None, None),
        ("", None),
    ],
)
def test_times_are_utc_unless_they_say_otherwise(text: str | None, moment: datetime | None) -> None:
    assert answers.moment(text) == moment


def test_a_zone_that_is_told_is_kept() -> None:
    found = answers.moment("2026-11-22T07:30:00+01:00")
    assert found is not None
    assert found.tzinfo == timezone(timedelta(hours=1))


@pytest.mark.parametrize("said", ["yesterday", 5, [], {}, True])
def test_what_is_no_time_is_none(said: object) -> None:
    assert answers.moment(said) is None


def test_an_administrator_is_told_more_of_a_volume() -> None:
    found = volume(
        user_id="u-anna",
        updated_at="2026-11-22T06:30:00.000000",
        **{"os-vol-host-attr:host": "kvm@ssd#pool"},
    )
    assert (found.user_id, found.updated_at) == ("u-anna", HALF_PAST_SIX)
    assert found.host == "kvm@ssd#pool"


@pytest.mark.parametrize("said", ["true", "True", True])
def test_truth_comes_as_a_word_too(said: object) -> None:
    assert volume(bootable=said).bootable


@pytest.mark.parametrize("said", ["false", False, None, ""])
def test_anything_else_is_not_true(said: object) -> None:
    assert not volume(bootable=said).bootable


@pytest.mark.parametrize("device", [None, "", "na"])
def test_a_device_that_nobody_named_has_no_name(device: str | None) -> None:
    found = answers.attachment(attachment_json("i1", device=device))
    assert found == Attachment("a-i1", "i1", None, None)


def test_an_attachment_to_nobody_is_one_to_a_host_that_is_not_told() -> None:
    assert answers.attachment(attachment_json(None)).host == ""


def test_whether_a_snapshot_counts_may_not_be_told() -> None:
    raw = snapshot_json()
    del raw["consumes_quota"]
    for untold in (answers.snapshot_without_id(raw), snapshot(consumes_quota=None)):
        assert untold.counts_against_quota is None and not untold.temporary
    assert snapshot(consumes_quota=True).counts_against_quota is True
    assert snapshot(consumes_quota=False).temporary


# In the place of every field in turn: missing, null, and what is of another type.
ODD: list[object] = [None, True, -1, 5, 2.5, "", "odd", [], ["odd"], {}, {"odd": 1}, [[]], [None]]
READERS: list[tuple[Json, Any]] = [
    (volume_json(attachments=[attachment_json("i1")]), answers.volume),
    (snapshot_json(), answers.snapshot),
]


FIELDS = [(raw, read, key) for raw, read in READERS for key in raw]


@pytest.mark.parametrize(("raw", "read", "key"), FIELDS, ids=[key for _raw, _read, key in FIELDS])
def test_an_odd_field_leaves_the_others_as_they_are(raw: Json, read: Any, key: str) -> None:
    whole = asdict(read(raw))
    records = [{name: said for name, said in raw.items() if name != key}]
    records += [raw | {key: odd} for odd in ODD]
    for record in records:
        found = read(record)
        if found is None:
            assert key == "id"
            continue
        changed = {name for name, said in asdict(found).items() if said != whole[name]}
        assert len(changed) <= 1


@pytest.mark.parametrize("odd", [each for each in ODD if each != []])
def test_attachments_that_cannot_be_read_are_not_none(odd: object) -> None:
    assert volume(attachments=odd).attachments
    raw = volume_json()
    del raw["attachments"]
    found = answers.volume(raw)
    assert found is not None
    assert found.attachments


@pytest.mark.parametrize("odd", ODD)
def test_a_size_is_a_number_or_not_told(odd: object) -> None:
    assert volume(size=odd).size == snapshot(size=odd).size == (5 if odd == 5 else None)
