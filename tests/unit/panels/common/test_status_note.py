# SPDX-License-Identifier: Apache-2.0
"""Status notes of snapshots that take long, failed or were not deleted."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from django.core.cache import cache

from snapshot_dashboard import settings as ours
from snapshot_dashboard.cloud import dependents
from snapshot_dashboard.panels.common.statuses import STATUS_CHOICES
from tests.unit.cloud.wire import Json, Wire, connection, snapshot_json
from tests.unit.panels.person import SNAPSHOTS, VOLUMES, Answer, Person

HOSTILE = "<script>alert('x')</script>\"'&"
# The actions of a row: the one that is a button, then those of its menu.
ACTIONS = "//tr[@data-object-id]//*[contains(@class, 'data-table-action')]"
CAME_BACK = "Not deleted: it is in use, probably by a volume made from it."


def ago(**duration: float) -> str:
    """Return a moment of the past as Cinder writes it."""
    return f"{datetime.now(timezone.utc) - timedelta(**duration):%Y-%m-%dT%H:%M:%S.%f}"


def message(codes: str, object_id: str = "s1", **more: Any) -> Json:
    """Return a message about a snapshot."""
    return {
        "id": f"m-{object_id}",
        "event_id": f"VOLUME_VOLUME_SNAPSHOT_{codes}",
        "user_message": HOSTILE,
        "message_level": "ERROR",
        "created_at": ago(hours=1),
        "request_id": "req-of-the-failure",
        "resource_type": "VOLUME_SNAPSHOT",
        "resource_uuid": object_id,
    } | more


def returned(snapshot_id: str = "s1", **more: Any) -> Json:
    """Return a snapshot whose deletion was refused an hour ago."""
    times = {"created_at": ago(days=3), "updated_at": ago(hours=1, seconds=1)}
    return snapshot_json(snapshot_id, **(times | more))


@pytest.fixture(autouse=True)
def wanted_deleted(person: Person) -> None:
    """Somebody has asked for s1 to be deleted."""
    dependents.remember_deletion(connection(), "s1")


def status_text(page: Answer, snapshot_id: str = "s1") -> str:
    """Return what stands below the status of a row, an empty string for nothing."""
    found = page.all(f"//tr[@data-object-id='{snapshot_id}']//div[@class='sd-remark']")
    return " ".join(found[0].text_content().split()) if found else ""


def listed(wire: Wire, person: Person, *found: Json) -> Answer:
    """Open the list of these snapshots."""
    wire.holds("snapshots", *found)
    return person.get(SNAPSHOTS)


def lookups(wire: Wire) -> int:
    """Return how often messages were asked for."""
    return len(wire.sent("GET", "/messages"))


def test_a_page_on_which_all_is_well_asks_for_no_reason(wire: Wire, person: Person) -> None:
    fresh = snapshot_json("s2", created_at=ago(minutes=3), updated_at=ago(minutes=1))
    young = snapshot_json("s3", status="creating", created_at=ago(minutes=3))
    page = listed(wire, person, snapshot_json("s0"), fresh, young)
    assert [status_text(page, each) for each in ("s0", "s2", "s3")] == ["", "", ""]
    assert lookups(wire) == 0


def test_one_that_takes_long_says_so_and_leads_to_its_page(wire: Wire, person: Person) -> None:
    old = snapshot_json("s1", status="creating", created_at=ago(hours=3, minutes=12, seconds=1))
    page = listed(wire, person, old)
    said = "Creating for 3 hours, longer than usual. What now?"
    assert status_text(page) == said
    link = page.one("//div[@class='sd-remark']/a")
    assert link.get("href") == f"{SNAPSHOTS}s1#sd-what-now"
    assert lookups(wire) == 0


def test_what_is_usual_is_the_operators_to_say(wire: Wire, person: Person, settings: Any) -> None:
    slow = {"SLOW_SECONDS": 60.0, "SLOW_SECONDS_PER_GIB": 60.0}
    settings.SNAPSHOT_DASHBOARD = {**ours.configured(), **slow}
    old = snapshot_json("s1", status="creating", created_at=ago(minutes=20), size=10)
    large = snapshot_json("s2", status="creating", created_at=ago(minutes=20), size=20)
    page = listed(wire, person, old, large)
    assert status_text(page).startswith("Creating for 20 minutes") and not status_text(page, "s2")


FAILURES = [
    ("error", "009_013", "Not created: The storage could not make the snapshot. What now?"),
    ("error", "009_014", "Not created: The details could not be saved. What now?"),
    ("error", "009_001", f"Not created: {HOSTILE} What now?"),
    ("error", "010_016", "The storage could not delete the snapshot. What now?"),
    ("error_deleting", "010_016", "Not deleted: The storage could not delete the snapshot."),
    ("error_deleting", "010_015", CAME_BACK),
]


@pytest.mark.parametrize(("status", "codes", "said"), FAILURES)
def test_a_failure_says_why(wire: Wire, person: Person, status: str, codes: str, said: str) -> None:
    wire.messages(message(codes))
    page = listed(wire, person, snapshot_json("s1", status=status))
    assert status_text(page).startswith(said)
    assert "<script>alert" not in page.html
    assert lookups(wire) == 1
    assert wire.query("/messages")["resource_uuid"] == "s1"


def test_a_failure_without_a_reason_says_that(wire: Wire, person: Person) -> None:
    page = listed(wire, person, snapshot_json("s1", status="error"))
    assert status_text(page) == "The storage service gave no reason. What now?"
    wire.fails("GET", "/messages", 500)
    page = listed(wire, person, snapshot_json("s1", status="error"))
    assert status_text(page) == "The reason could not be read. What now?"


def test_a_page_asks_once_however_many_failed(wire: Wire, person: Person) -> None:
    wire.messages(message("009_013", "x1"), message("009_013", "of-another-project"))
    failed = [snapshot_json(f"x{number}", status="error") for number in range(1, 15)]
    page = listed(wire, person, *failed)
    assert status_text(page, "x1").startswith(
        "Not created: The storage could not make the snapshot."
    )
    # The newest of the cloud are not all that there are.
    assert (
        status_text(page, "x2")
        == "The storage service gave no reason that is still known. What now?"
    )
    assert lookups(wire) == 1
    assert "of-another-project" not in page.html


def test_one_that_came_back_says_why_and_leads_to_the_dialog(wire: Wire, person: Person) -> None:
    wire.messages(message("010_015"))
    page = listed(wire, person, returned())
    assert status_text(page) == f"{CAME_BACK} Why? Hide"
    link = page.one("//div[@class='sd-remark']/a")
    assert (link.get("href"), link.get("class")) == (f"{SNAPSHOTS}s1/delete/", "ajax-modal")
    box = page.one("//div[@class='sd-remark']")
    assert box.get("data-sd-remark") == "m-s1"
    # It needs a script.
    assert box.xpath("./button[@hidden][@data-sd-hide]")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        # Minutes ago.
        (25 * 60 + 1, 25 * 60),
        # Something was done with it since.
        (1, 60),
    ],
)
def test_it_is_not_told_for_ever(wire: Wire, person: Person, changed: int, told: int) -> None:
    wire.messages(message("010_015", created_at=ago(minutes=told)))
    page = listed(wire, person, returned(updated_at=ago(minutes=changed)))
    assert status_text(page) == ""


def test_one_that_came_back_and_whose_messages_cannot_be_read_says_nothing(
    wire: Wire, person: Person
) -> None:
    wire.fails("GET", "/messages", 500)
    page = listed(wire, person, returned())
    assert (page.status, status_text(page)) == (200, "")


def test_a_deletion_that_we_asked_for_is_looked_after_at_once(wire: Wire, person: Person) -> None:
    just_made = {"created_at": ago(minutes=2), "updated_at": ago(seconds=1)}
    found = returned("s-just-made1", **just_made)
    wire.messages(message("010_015", "s-just-made1", created_at=ago()))
    assert status_text(listed(wire, person, found), "s-just-made1") == ""
    wire.says("DELETE", "/snapshots/s-just-made1", None, 202)
    person.post(SNAPSHOTS, {"action": "volume_snapshots__delete__s-just-made1"})
    assert status_text(listed(wire, person, found), "s-just-made1").startswith(CAME_BACK)


def test_a_refreshed_row_says_it_too(wire: Wire, person: Person) -> None:
    wire.messages(message("010_015"))
    wire.says("GET", "/snapshots/s1", {"snapshot": returned()})
    row = person.get(f"{SNAPSHOTS}?action=row_update&table=volume_snapshots&obj_id=s1", dialog=True)
    assert CAME_BACK in row.text
    assert "status_up" in row.html


def test_the_snapshots_of_a_volume_say_it_too(wire: Wire, person: Person) -> None:
    wire.volume()
    wire.holds("snapshots", returned())
    wire.messages(message("010_015"))
    page = person.get(f"{VOLUMES}v1/?tab=volume_details__snapshots_tab")
    assert status_text(page).startswith(CAME_BACK)


# The snapshot's own page.


def own_page(wire: Wire, person: Person, **more: Any) -> Answer:
    """Open the page of a snapshot."""
    wire.volume()
    wire.snapshot(**more)
    return person.get(f"{SNAPSHOTS}s1")


def test_a_page_of_one_with_which_all_is_well_says_nothing(wire: Wire, person: Person) -> None:
    cache.clear()
    assert not own_page(wire, person).all("//*[@id='sd-what-now']")
    assert lookups(wire) == 0
    assert wire.sent("GET", "/attachments") == []


def test_what_can_be_done_about_one_that_takes_long(
    wire: Wire, person: Person, settings: Any
) -> None:
    whom = {"SUPPORT_TEXT": "Ask <us>", "SUPPORT_URL": "https://help.test/"}
    settings.SNAPSHOT_DASHBOARD = {**ours.configured(), **whom}
    page = own_page(wire, person, status="creating", created_at=ago(hours=3))
    said = page.said("//*[@id='sd-what-now']")
    assert said.startswith(
        "Creating for 3 hours, longer than usual. It may still finish: large volumes can take "
        "hours. Until then it cannot be deleted, and the volume can still be used. If it does "
        "not change, contact support. Ask <us> Copy Details for Support"
    )
    assert page.one("//*[@id='sd-what-now']//a").get("href") == "https://help.test/"


def test_what_can_be_done_about_a_failure(wire: Wire, person: Person) -> None:
    wire.messages(message("009_013"))
    said = own_page(wire, person, status="error").said("//*[@id='sd-what-now']")
    assert said.startswith(
        "Not created: The storage could not make the snapshot. You can delete it and try again."
    )


def test_one_that_came_back_leads_to_why(wire: Wire, person: Person) -> None:
    wire.messages(message("010_015"))
    page = own_page(wire, person, created_at=ago(days=3), updated_at=ago(hours=1, seconds=1))
    assert page.said("//*[@id='sd-what-now']").startswith(f"{CAME_BACK} Why?")


def test_the_text_for_support_holds_what_a_member_may_read(wire: Wire, person: Person) -> None:
    wire.messages(message("009_013", user_message='it "broke"\nSecond line'))
    page = own_page(wire, person, status="error", name="nightly")
    ticket = page.one("//*[@id='sd-what-now']//pre").text_content().splitlines()
    assert ticket[0].startswith('Snapshot s1 "nightly"  project Web & Shop')
    assert ticket[1] == 'Volume v1 "name of v1" Available, not attached'
    assert any(each.startswith("Host unknown, storage service unknown") for each in ticket)
    assert 'Message: it "broke" Second line' in ticket
    assert "Request id req-of-the-failure" in ticket


def test_a_volume_that_cannot_be_read_leaves_the_rest_of_the_text(
    wire: Wire, person: Person
) -> None:
    wire.snapshot(status="error")
    wire.fails("GET", "/volumes/v1", 500)
    wire.records("v1")
    page = person.get(f"{SNAPSHOTS}s1")
    assert "attachments unknown" in page.said("//*[@id='sd-what-now']//pre")


def test_what_failed_can_be_deleted_and_tried_again_from_its_own_page(
    wire: Wire, person: Person
) -> None:
    page = own_page(wire, person, status="error")
    links = page.all("//*[@id='sd-what-now']//a[contains(@class, 'ajax-modal')]")
    assert [(each.text_content(), each.get("href")) for each in links] == [
        ("Delete Volume Snapshot", f"{SNAPSHOTS}s1/delete/"),
        ("Create Snapshot", "/project/volumes/v1/create_snapshot/"),
    ]


@pytest.mark.parametrize("status", [value for value, _shown in STATUS_CHOICES])
def test_what_needs_an_available_snapshot_comes_last_for_any_other(
    wire: Wire, person: Person, status: str
) -> None:
    page = listed(wire, person, snapshot_json("s1", status=status))
    actions = [" ".join(each.text_content().split()) for each in page.all(ACTIONS)]
    first = "Create Volume" if status == "available" else "Edit Snapshot"
    assert actions[0] == first
    assert "Create Volume" in actions
