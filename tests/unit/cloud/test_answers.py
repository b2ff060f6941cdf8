# SPDX-License-Identifier: Apache-2.0
"""How Cinder's JSON is read: whole, bare, and with values that are no such values."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from snapshot_dashboard.cloud import answers
from snapshot_dashboard.rules.volume import Attachment
from tests.unit.cloud.wire import Json, attachment_json, snapshot_json, volume_json

HALF_PAST_SIX = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)


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


def test_what_is_no_time_is_an_error() -> None:
    with pytest.raises(ValueError, match="yesterday"):
        answers.moment("yesterday")


def test_an_administrator_is_told_more_of_a_volume() -> None:
    raw = volume_json(
        user_id="u-anna",
        updated_at="2026-11-22T06:30:00.000000",
        **{"os-vol-host-attr:host": "kvm@ssd#pool"},
    )
    found = answers.volume(raw)
    assert (found.user_id, found.updated_at) == ("u-anna", HALF_PAST_SIX)
    assert found.host == "kvm@ssd#pool"


@pytest.mark.parametrize("said", ["true", "True", True])
def test_truth_comes_as_a_word_too(said: object) -> None:
    assert answers.volume(volume_json(bootable=said)).bootable


@pytest.mark.parametrize("said", ["false", False, None, ""])
def test_anything_else_is_not_true(said: object) -> None:
    assert not answers.volume(volume_json(bootable=said)).bootable


@pytest.mark.parametrize("device", [None, "", "na"])
def test_a_device_that_nobody_named_has_no_name(device: str | None) -> None:
    found = answers.attachment(attachment_json("i1", device=device))
    assert found == Attachment("a-i1", "i1", None, None)


def test_an_attachment_to_nobody_is_one_to_a_host_that_is_not_told() -> None:
    assert answers.attachment(attachment_json(None)).host == ""


def test_a_snapshot_counts_unless_it_is_said_not_to() -> None:
    raw = snapshot_json()
    del raw["consumes_quota"]
    assert answers.snapshot(raw).counts_against_quota
    assert answers.snapshot(snapshot_json(consumes_quota=None)).counts_against_quota
    assert not answers.snapshot(snapshot_json(consumes_quota=False)).counts_against_quota


@pytest.mark.parametrize("missing", ["id", "size", "volume_id"])
def test_a_snapshot_without_what_makes_it_one_is_an_error(missing: str) -> None:
    raw: Json = snapshot_json()
    del raw[missing]
    with pytest.raises(KeyError):
        answers.snapshot(raw)
