# SPDX-License-Identifier: Apache-2.0
"""The Revert Volume dialog where the operator has proved that a volume can be re-imaged."""

from dataclasses import replace
from typing import Any

import pytest

from snapshot_dashboard.rules.revert_record import RECORD, Progress, Stage, read, write
from tests.unit.cloud.wire import Wire, snapshot_json
from tests.unit.panels.features.revert.reverting import (
    CHANGED_AT,
    asked,
    buttons,
    opened,
    prepare,
    press,
    titles,
)
from tests.unit.panels.person import Person

METADATA = "/volumes/v1/metadata"


@pytest.fixture
def older(wire: Wire, person: Person, settings: Any) -> Wire:
    """A snapshot that is not the newest, of a volume that may be re-imaged."""
    settings.SNAPSHOT_DASHBOARD = {"REIMAGE_FROM_SNAPSHOT": {"*": "never", "ssd": "proved"}}
    prepare(wire)
    wire.volume(name="data", updated_at=CHANGED_AT, size=30)
    hostile = [snapshot_json(f"n{each}", name=f"<b>newer {each}</b>") for each in range(2)]
    wire.holds("snapshots", *hostile, snapshot_json(name="before"))
    wire.says("POST", METADATA, {"metadata": {}})
    return wire


def begun(wire: Wire) -> list[Any]:
    """Return the records that were written to the volume."""
    return [read(each.json()["metadata"]) for each in wire.sent("POST", METADATA)]


def test_an_older_snapshot_of_an_extended_volume_is_copied_back(
    older: Wire, person: Person
) -> None:
    dialog = opened(person)
    assert titles(dialog)[0].startswith('Everything written to "data" since ')
    said = dialog.text
    assert "The content of the snapshot is copied into the volume" in said
    assert "keeps its ID and its size of 30 GiB." in said
    assert 'Newer snapshots stay: "<b>newer 0</b>", "<b>newer 1</b>".' in said
    assert "Do not take a new snapshot for this" not in said
    assert buttons(dialog) == ["copy", "revert"]

    answer = press(person, "revert", dialog)
    assert answer.headers["X-Horizon-Location"] == "/project/volumes/v1/revert_progress/"
    (record,) = begun(older)
    assert (record.snapshot_id, record.instance_id, record.count) == ("s1", "", 1)
    assert (record.progress, record.stage) == (Progress.OLD, Stage.GOING)
    assert record.changed_at > 1
    assert asked(older) == []


def test_the_same_form_begins_one_plan(older: Wire, person: Person) -> None:
    dialog = opened(person)
    press(person, "revert", dialog)
    metadata = older.sent("POST", METADATA)[0].json()["metadata"]
    older.volume(name="data", updated_at=CHANGED_AT, size=30, metadata=metadata)
    answer = press(person, "revert", dialog)
    assert answer.headers["X-Horizon-Location"] == "/project/volumes/v1/revert_progress/"
    assert len(begun(older)) == 1


def test_the_same_form_begins_no_other_one_after_it_is_over(older: Wire, person: Person) -> None:
    dialog = opened(person)
    press(person, "revert", dialog)
    (record,) = begun(older)
    metadata = {RECORD: write(replace(record, stage=Stage.FINISHED))}
    older.volume(name="data", updated_at=CHANGED_AT, size=30, metadata=metadata)
    answer = press(person, "revert", dialog)
    assert answer.headers["X-Horizon-Location"] == "/project/volumes/v1/revert_progress/"
    assert len(begun(older)) == 1


def test_without_the_tick_nothing_is_begun(older: Wire, person: Person) -> None:
    press(person, "revert", tick=False)
    assert begun(older) == []


def test_a_volume_of_another_type_is_as_before(older: Wire, person: Person) -> None:
    older.volume(name="data", updated_at=CHANGED_AT, volume_type="hdd")
    said = "With Revert Volume only the newest snapshot can be reverted to"
    assert titles(opened(person)) == [said]


@pytest.mark.parametrize("versions", ["3.67"])
def test_an_older_cinder_is_as_before(older: Wire, person: Person, versions: str) -> None:
    older.versions(versions)
    assert titles(opened(person)) == ["The volume has been extended since this snapshot was taken"]


def test_the_newest_one_goes_back_by_cinders_own_revert(older: Wire, person: Person) -> None:
    older.volume(name="data", updated_at=CHANGED_AT)
    older.holds("snapshots", snapshot_json(name="before"))
    assert "is copied into the volume" not in opened(person).text
    press(person, "revert")
    assert asked(older) == [{"revert": {"snapshot_id": "s1"}}]
    assert begun(older) == []


def test_one_that_has_begun_leads_to_its_page(older: Wire, person: Person) -> None:
    press(person, "revert")
    metadata = older.sent("POST", METADATA)[0].json()["metadata"]
    assert RECORD in metadata
    older.volume(name="data", metadata=metadata)
    dialog = opened(person)
    assert titles(dialog) == ["A revert of this volume has begun, and has not ended"]
    link = dialog.one("//a[.='Show revert']").get("href")
    assert link == "/project/volumes/v1/revert_progress/"
