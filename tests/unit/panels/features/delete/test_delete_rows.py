# SPDX-License-Identifier: Apache-2.0
"""Delete in a row and above the lists: always offered, without more calls."""

from typing import Any

import pytest

from tests.unit.cloud.wire import (
    CINDER,
    PROJECT,
    Json,
    Wire,
    attachment_json,
    snapshot_json,
    volume_json,
)
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import SNAPSHOTS, VOLUMES, Answer, Person, looker, user
from tests.unit.panels.support_dialogs import hear

BOTH = pytest.mark.parametrize(
    ("address", "table", "one"),
    [(VOLUMES, "volumes", volume_json), (SNAPSHOTS, "volume_snapshots", snapshot_json)],
)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The messages for the page that follows."""
    return hear(monkeypatch)


def delete(page: Answer, table: str, object_id: str = "x1") -> Any:
    """Return the row's action, under stock's id."""
    return page.one(f"//*[@id='{table}__row_{object_id}__action_delete']")


def listed(wire: Wire, address: str, *found: Json) -> None:
    """Let a list hold these."""
    wire.holds(address.strip("/").split("/")[1], *found)


@BOTH
def test_where_nothing_is_known_to_stand_in_the_way_it_is_stocks_button(
    wire: Wire, person: Person, address: str, table: str, one: Any
) -> None:
    listed(wire, address, one("x1"))
    button = delete(person.get(address), table)
    assert (button.tag, button.get("type"), button.get("name")) == ("button", "submit", "action")
    assert button.get("value") == f"{table}__delete__x1"
    assert {"btn-danger", "data-table-action"} <= set(button.get("class").split())
    assert button.get("data-batch-action") == "true"
    assert button.get("data-sd-delete").startswith(f"{address}x1/delete/?next=")


HINDERED = [
    (VOLUMES, "volumes", volume_json("x1", status="in-use", attachments=[attachment_json("i1")])),
    # The status was reset by hand.
    (VOLUMES, "volumes", volume_json("x1", attachments=[attachment_json("i1")])),
    (VOLUMES, "volumes", volume_json("x1", status="reserved")),
    (VOLUMES, "volumes", volume_json("x1", status="deleting")),
    (VOLUMES, "volumes", volume_json("x1", status="error_deleting")),
    (VOLUMES, "volumes", volume_json("x1", group_id="g1")),
    (SNAPSHOTS, "volume_snapshots", snapshot_json("x1", status="creating")),
    (SNAPSHOTS, "volume_snapshots", snapshot_json("x1", status="backing-up")),
    (SNAPSHOTS, "volume_snapshots", snapshot_json("x1", status="error_deleting")),
    (SNAPSHOTS, "volume_snapshots", snapshot_json("x1", group_snapshot_id="gs1")),
]


@pytest.mark.parametrize(("address", "table", "row"), HINDERED)
def test_where_something_is_known_it_leads_to_the_dialog(
    wire: Wire, person: Person, address: str, table: str, row: Json
) -> None:
    listed(wire, address, row)
    page = person.get(f"{address}?field=name&value=web")
    link = delete(page, table)
    assert link.tag == "a" and "ajax-modal" in link.get("class").split()
    assert link.get("href").startswith(f"{address}x1/delete/?next=%2Fproject%2F")
    assert link.text_content().strip().startswith("Delete Volume")
    assert link.get("data-batch-action") is None
    calls = {each.path for each in wire.mocker.request_history}
    messages = {"/v3/messages"} if row["status"] == "error_deleting" else set()
    resource = address.strip("/").split("/")[1]
    lists = {f"/v3/{resource}/detail", f"/v3/os-quota-sets/{PROJECT}", "/"}
    assert calls <= lists | (messages if address == SNAPSHOTS else set())


@pytest.mark.parametrize("status", ["available", "error", "error_restoring", "error_extending"])
def test_statuses_that_cinder_deletes_keep_the_button(
    wire: Wire, person: Person, status: str
) -> None:
    listed(wire, VOLUMES, volume_json("x1", status=status))
    assert delete(person.get(VOLUMES), "volumes").tag == "button"


def test_one_rows_link_does_not_change_anothers_button(wire: Wire, person: Person) -> None:
    rows = [volume_json("x1", group_id="g1"), volume_json("x2"), volume_json("x3", group_id="g1")]
    listed(wire, VOLUMES, *rows)
    page = person.get(VOLUMES)
    found = [delete(page, "volumes", each["id"]) for each in rows]
    assert [each.tag for each in found] == ["a", "button", "a"]
    above = page.one("//*[@id='volumes__action_delete']")
    assert (above.tag, above.get("data-batch-action")) == ("button", "true")


@BOTH
def test_a_role_that_may_not_delete_is_not_offered_it(
    wire: Wire, log_in: LogIn, person: Person, address: str, table: str, one: Any
) -> None:
    listed(wire, address, one("x1", status="in-use" if table == "volumes" else "creating"))
    page = log_in(looker()).get(address)
    assert page.all(f"//*[@id='{table}__row_x1__action_delete']") == []


def refuse(wire: Wire, address: str, *ids: str) -> None:
    """Let Cinder refuse to delete these."""
    for each in ids:
        wire.fails("DELETE", f"/{address.strip('/').split('/')[1]}/{each}", 400, "generic")


def tick(person: Person, address: str, table: str, *ids: str) -> Answer:
    """Tick rows and press the button above the list."""
    return person.post(address, {"action": f"{table}__delete", "object_ids": list(ids)})


def test_each_of_several_has_its_own_outcome_and_reason(
    wire: Wire, person: Person, told: list[str]
) -> None:
    listed(wire, VOLUMES, *(volume_json(each) for each in ("x1", "x2", "x3")))
    wire.says("DELETE", "/volumes/x1", None, 202)
    refuse(wire, VOLUMES, "x2", "x3")
    tick(person, VOLUMES, "volumes", "x1", "x2", "x3")
    second, third, done = told
    assert "generic" in second and f'href="{VOLUMES}x2/delete/' in second and ">Why?</a>" in second
    assert "generic" in third and f'href="{VOLUMES}x3/delete/' in third
    assert done == "Scheduled deletion of Volume: <bdi>name of x1</bdi>"


def then(wire: Wire, *answers: Json | int) -> None:
    """Let the list of snapshots be empty, and the next time what is said."""
    said = [{"json": each} if isinstance(each, dict) else {"status_code": each} for each in answers]
    wire.mocker.register_uri("GET", f"{CINDER}/snapshots/detail", [{"json": EMPTY}, *said])


EMPTY: Json = {"snapshots": []}


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([snapshot_json("s1")], "This volume has 1 snapshot, which must go first."),
        ([], "it is probably a snapshot of another project. Contact support"),
    ],
)
def test_a_refusal_that_the_row_does_not_explain_is_looked_into(
    wire: Wire, person: Person, told: list[str], found: list[Json], said: str
) -> None:
    listed(wire, VOLUMES, volume_json("x1"))
    then(wire, {"snapshots": found})
    refuse(wire, VOLUMES, "x1")
    person.post(VOLUMES, {"action": "volumes__delete__x1"})
    (message,) = told
    assert said in message and "generic" in message and ">Why?</a>" in message
    assert wire.query("/snapshots/detail")["volume_id"] == "x1"


def test_a_refusal_that_cannot_be_looked_into_keeps_the_services_reason(
    wire: Wire, person: Person, told: list[str]
) -> None:
    listed(wire, VOLUMES, volume_json("x1"))
    then(wire, 500)
    refuse(wire, VOLUMES, "x1")
    person.post(VOLUMES, {"action": "volumes__delete__x1"})
    assert "generic" in told[0] and ">Why?</a>" in told[0]


def test_a_refused_snapshot_says_that_what_keeps_it_cannot_be_seen(
    wire: Wire, person: Person, told: list[str]
) -> None:
    listed(wire, SNAPSHOTS, snapshot_json("x1"))
    refuse(wire, SNAPSHOTS, "x1")
    tick(person, SNAPSHOTS, "volume_snapshots", "x1")
    assert "Nothing that you can see stands in the way." in told[0]


def test_in_the_support_desks_list_it_leads_to_the_details(
    wire: Wire, log_in: LogIn, told: list[str]
) -> None:
    admin = log_in(user("admin", "member", "reader"))
    listed(wire, VOLUMES, volume_json("x1", group_id="g1"), volume_json("x2"))
    wire.says("GET", "http://identity.test/v3/projects", {"projects": []})
    wire.holds("snapshots")
    wire.says("GET", f"http://identity.test/v3/projects/{PROJECT}", {"project": {"id": PROJECT}})
    page = admin.get("/admin/volumes/")
    link = delete(page, "volumes")
    assert (link.tag, link.get("href")) == ("a", "/admin/volumes/x1/")
    assert "ajax-modal" not in link.get("class")
    asks = "/admin/volumes/delete/several/?next=%2Fadmin%2Fvolumes%2F&id=x2"
    assert delete(page, "volumes", "x2").get("data-sd-delete") == asks
    refuse(wire, VOLUMES, "x2")
    admin.post("/admin/volumes/", {"action": "volumes__delete__x2"})
    assert 'href="/admin/volumes/x2/"' in told[0] and "generic" in told[0]
