# SPDX-License-Identifier: Apache-2.0
"""Columns that are empty on the whole page, and the age beside a date."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from snapshot_dashboard.rules.holds import HOLD
from tests.unit.cloud.wire import Wire, snapshot_json, volume_json
from tests.unit.panels.person import SNAPSHOTS, VOLUMES, Answer, Person


def folded(page: Answer) -> set[str]:
    """Return the columns that the table hides."""
    names = page.one("//table[contains(@class, 'sd-list')]").get("class").split()
    return {each.removeprefix("sd-folds-") for each in names if each.startswith("sd-folds-")}


def cells(page: Answer, column: str) -> list[Any]:
    """Return head and cells of a column."""
    return page.all(f"//*[self::th or self::td][contains(@class, 'sd-column-{column}')]")


@pytest.mark.parametrize(
    ("more", "hidden"),
    [
        ({"description": None}, {"description", "group_snapshot", "keep"}),
        ({"description": "monthly"}, {"group_snapshot", "keep"}),
        ({"description": None, "group_snapshot_id": "gs1"}, {"description", "keep"}),
        ({"description": None, "consumes_quota": False}, {"group_snapshot", "keep"}),
        ({"metadata": {HOLD: "audit"}}, {"description", "group_snapshot"}),
    ],
)
def test_snapshots_hide_what_no_row_has(
    wire: Wire, person: Person, more: dict[str, Any], hidden: set[str]
) -> None:
    wire.holds("snapshots", snapshot_json("s0", description=None), snapshot_json("s1", **more))
    page = person.get(SNAPSHOTS)
    assert folded(page) == hidden
    assert len(cells(page, "description")) == len(cells(page, "group_snapshot")) == 3


@pytest.mark.parametrize(
    ("more", "hidden"),
    [({}, {"description", "group", "schedule"}), ({"group_id": "g1"}, {"description", "schedule"})],
)
def test_volumes_hide_what_no_row_has(
    wire: Wire, person: Person, more: dict[str, Any], hidden: set[str]
) -> None:
    wire.holds("volumes", volume_json("v1", description="", **more))
    assert folded(person.get(VOLUMES)) == hidden


def test_a_list_without_rows_hides_nothing(wire: Wire, person: Person) -> None:
    wire.holds("snapshots")
    assert folded(person.get(SNAPSHOTS)) == set()


def test_a_row_that_is_read_again_has_the_same_cells(wire: Wire, person: Person) -> None:
    wire.holds("snapshots", snapshot_json("s1", description=None, status="creating"))
    page = person.get(SNAPSHOTS)
    wire.snapshot(description=None, status="creating")
    again = person.get(
        f"{SNAPSHOTS}?action=row_update&table=volume_snapshots&obj_id=s1", dialog=True
    )
    shown = [each.get("class") for each in page.all("//tr[@data-object-id]/td")]
    assert [each.get("class") for each in again.all("//tr/td")] == shown
    assert len(cells(again, "description")) == 1


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(days=3, hours=2), "3 days old"),
        (timedelta(days=400), "1 year old"),
        (timedelta(minutes=-5), "0 minutes old"),
    ],
)
def test_a_date_has_its_age_and_its_time_zone(
    wire: Wire, person: Person, ago: timedelta, said: str
) -> None:
    made = (datetime.now(timezone.utc) - ago).replace(tzinfo=None).isoformat()
    wire.holds("snapshots", snapshot_json("s1", created_at=made))
    person.client.cookies["django_timezone"] = "Asia/Tokyo"
    (told,) = person.get(SNAPSHOTS).all("//span[starts-with(@title, 'Time zone')]")
    assert told.get("title") == "Time zone: Asia/Tokyo (JST)"
    assert told.xpath("./small")[0].text.replace("\xa0", " ") == said
