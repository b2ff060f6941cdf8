# SPDX-License-Identifier: Apache-2.0
"""Force Delete, both dialogs for several snapshots, and the actions that open them."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import snapshot_changes
from snapshot_dashboard.panels.features.support_repair import views as support_repair_views
from tests.unit.cloud.wire import OTHER_PROJECT, SILENT, Wire, snapshot_json
from tests.unit.panels.audit_trail import outcomes
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import Answer, Person, user
from tests.unit.panels.support_dialogs import (
    ACTION,
    DELETE,
    DELETES,
    LIST,
    NOTE,
    UPDATES,
    buttons,
    fill,
    hear,
    listen,
    noted,
    there_is,
    writes,
)

THREE = "?id=s1&id=s2&id=s3&next=/admin/snapshots/%3Fsort%3Dname"
LONG = "1b5d2f0c-7a4e-4a53-9d0e-000000000001"


@pytest.fixture
def admin(log_in: LogIn) -> Person:
    """Somebody of the support staff, in a project of his own."""
    return log_in(user("admin"))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The messages for the page that follows."""
    return hear(monkeypatch)


@pytest.fixture
def audit(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """The audit log."""
    return listen(caplog)


def forced(admin: Person, typed: str, address: str = DELETE) -> Answer:
    """Open Force Delete, type something, and send it."""
    form = {**fill(admin.get(address, dialog=True)), "confirm": typed}
    return admin.post(address, form, dialog=True)


@pytest.fixture
def three(wire: Wire) -> None:
    """Three snapshots in different statuses."""
    there_is(wire, "creating", noted("detached"))
    there_is(wire, "error", snapshot_id="s2")
    there_is(wire, "deleting", snapshot_id="s3")


def test_force_delete_says_what_it_skips(wire: Wire, admin: Person) -> None:
    there_is(wire, "deleting")
    for dialog in (admin.get(DELETE, dialog=True), admin.get(DELETE)):
        assert dialog.explanation == (
            "Force Delete skips the state check The record goes away and the storage is asked "
            "to delete. If it is still being written, data may stay on the storage that nobody "
            "can see. This cannot be undone."
        )
        assert buttons(dialog) == [("btn btn-danger", "Force Delete")]
        # Stock's script asks its own question for every "form button.btn-danger".
        assert dialog.all("//form//button[contains(@class, 'btn-danger')]") == []
        assert "ordinary Delete" not in dialog.text


@pytest.mark.parametrize("status", ["available", "error"])
def test_where_the_ordinary_delete_is_enough_it_says_so(
    wire: Wire, admin: Person, status: str
) -> None:
    there_is(wire, status)
    said = f"Its status is {status.capitalize()}: the ordinary Delete is enough."
    assert said in admin.get(DELETE, dialog=True).text


def test_a_member_of_a_group_snapshot_cannot_be_deleted_alone(wire: Wire, admin: Person) -> None:
    there_is(wire, "error", group_snapshot_id="g1")
    assert "part of a group snapshot" in admin.get(DELETE, dialog=True).text


@pytest.mark.parametrize("typed", ["1b5d2f0c", "1B5D2F0C", " 1b5d2f0c "])
def test_the_short_id_confirms(
    wire: Wire, admin: Person, told: list[str], audit: Any, typed: str
) -> None:
    there_is(wire, "deleting", snapshot_id=LONG)
    address = f"{LIST}{LONG}/force_delete/"
    assert "Type 1b5d2f0c to confirm" in admin.get(address, dialog=True).text
    answer = forced(admin, typed, address)
    assert answer.headers["X-Horizon-Location"] == LIST
    (sent,) = wire.sent("POST", f"/snapshots/{LONG}/action")
    assert "os-force_delete" in sent.json()
    (said,) = told
    assert said.startswith("Scheduled deletion of Volume Snapshot: ")
    (line,) = outcomes(audit)
    assert (line["action"], line["id"]) == ("snapshot.force_delete", LONG)
    assert line["old_status"] == "deleting"


@pytest.mark.parametrize("typed", ["", " ", "s", "s10", "name of s1", "1"])
def test_anything_else_does_nothing(wire: Wire, admin: Person, typed: str) -> None:
    there_is(wire, "deleting")
    answer = forced(admin, typed)
    assert answer.status == 200
    assert answer.all("//*[@id='id_confirm_error']")
    assert writes(wire) == []


def test_several_are_listed_with_whose_they_are(three: None, wire: Wire, admin: Person) -> None:
    wire.fails("GET", "/snapshots/s2", 403, "not for you")
    page = admin.get(DELETES + THREE)
    lines = [" ".join(each.text_content().split()) for each in page.all("//ul/li[code]")]
    made = "volume name of v1 - 20GiB - Nov. 22, 2026, 6:10 a.m."
    assert lines[0] == f"name of s1 - s1 - {made} - project p-research - Creating"
    assert lines[1] == f"name of s3 - s3 - {made} - project p-research - Deleting"
    # The script asks for names that nobody remembers.
    assert page.all(f"//li/span[@data-sd-name='project:{OTHER_PROJECT}']")
    assert lines[2].startswith("s2 - Cannot be read, and is left alone.")
    assert "not for you" in lines[2]
    assert "Type 2 to confirm" in page.text
    assert page.one("//a[contains(@class, 'cancel')]").get("href") == f"{LIST}?sort=name"


def test_the_number_confirms_several(
    three: None, wire: Wire, admin: Person, told: list[str]
) -> None:
    assert forced(admin, "2", DELETES + THREE).all("//*[@id='id_confirm_error']")
    assert writes(wire) == []
    answer = forced(admin, "3", DELETES + THREE)
    assert answer.headers["X-Horizon-Location"] == f"{LIST}?sort=name"
    assert writes(wire) == [f"/snapshots/{each}/action" for each in ("s1", "s2", "s3")]
    (said,) = told
    assert said.startswith("Scheduled deletion of Volume Snapshots: ")


def test_each_that_stays_is_told(
    three: None, wire: Wire, admin: Person, told: list[str], audit: Any
) -> None:
    wire.fails("POST", ACTION, 400, "In a group.")
    wire.fails("POST", "/snapshots/s2/action", 500, "It broke.")
    forced(admin, "3", DELETES + THREE)
    stayed, unsure, done = told
    assert '"<bdi>name of s1</bdi>" was not deleted.' in stayed
    assert "In a group." in stayed
    assert unsure.startswith('It is not known whether "<bdi>name of s2</bdi>" is being deleted.')
    assert "It broke." in unsure
    assert done == "Scheduled deletion of Volume Snapshot: <bdi>name of s3</bdi>"
    assert [each["result"] for each in outcomes(audit)] == ["refused", "unknown", "accepted"]


def test_one_that_could_not_be_read_is_left_alone_and_told(
    three: None, wire: Wire, admin: Person, told: list[str]
) -> None:
    wire.fails("GET", "/snapshots/s2", 500)
    form = {**fill(admin.get(UPDATES + THREE)), "status": "error"}
    admin.post(UPDATES + THREE, form)
    assert writes(wire) == [ACTION, "/snapshots/s3/action"]
    left, done = told
    assert left.startswith('"<bdi>s2</bdi>" was not changed.')
    assert 'The status was set to "Error": <bdi>name of s1</bdi>, <bdi>name of s3</bdi>' == done


def test_one_that_can_be_read_only_now_was_not_confirmed(
    three: None, wire: Wire, admin: Person
) -> None:
    wire.fails("GET", "/snapshots/s2", 500)
    form = {**fill(admin.get(UPDATES + THREE)), "status": "error"}
    there_is(wire, "error", snapshot_id="s2")
    answer = admin.post(UPDATES + THREE, form)
    assert '"name of s2" could not be read before.' in answer.problem_text
    assert writes(wire) == []


def test_a_silent_service_is_not_asked_again(
    three: None, wire: Wire, admin: Person, told: list[str]
) -> None:
    wire.breaks("POST", ACTION, SILENT)
    form = {**fill(admin.get(UPDATES + THREE)), "status": "error"}
    admin.post(UPDATES + THREE, form)
    assert writes(wire) == [ACTION]
    assert len(told) == 3
    assert "It was not tried" in told[1]


def test_a_slow_service_is_not_waited_for_longer_than_a_proxy_does(
    three: None, wire: Wire, admin: Person, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {**fill(admin.get(UPDATES + THREE)), "status": "error"}
    monkeypatch.setattr(snapshot_changes, "_PATIENCE", -1.0)
    admin.post(UPDATES + THREE, form)
    assert writes(wire) == []
    assert len(told) == 3


def test_notes_of_several_are_lowered_where_they_are_better(
    three: None, wire: Wire, admin: Person
) -> None:
    form = {**fill(admin.get(UPDATES + THREE)), "status": "available"}
    assert admin.post(UPDATES + THREE, form).all("//*[@id='id_complete_error']")
    admin.post(UPDATES + THREE, {**form, "complete": "on"})
    assert writes(wire)[:2] == [NOTE, ACTION]
    assert len(writes(wire)) == 4


def test_several_in_one_status_that_may_be_left_undone_begin_with_error(
    three: None, wire: Wire, admin: Person
) -> None:
    assert admin.get(UPDATES + THREE).value("id_status") == ""
    there_is(wire, "creating", snapshot_id="s2")
    page = admin.get(UPDATES + THREE)
    assert page.value("id_status") == "error"
    assert "(current)" not in page.text


@pytest.mark.parametrize(
    ("count", "title"), [(0, "No snapshot was chosen"), (51, "Too many snapshots at once")]
)
@pytest.mark.parametrize("address", [UPDATES, DELETES])
def test_none_and_too_many_are_told_before_anything_is_read(
    wire: Wire, admin: Person, address: str, count: int, title: str
) -> None:
    query = "&".join(f"id=s{number}" for number in range(count))
    for answer in (admin.get(f"{address}?{query}"), admin.post(f"{address}?{query}", {})):
        assert (answer.problem, buttons(answer)) == (title, [])
    assert wire.mocker.request_history == []


def test_none_that_can_be_read_leaves_no_button(wire: Wire, admin: Person) -> None:
    for each in ("s1", "s2"):
        wire.fails("GET", f"/snapshots/{each}", 404)
    page = admin.get(f"{UPDATES}?id=s1&id=s2")
    assert (page.problem, buttons(page)) == ("None of these snapshots can be read", [])
    assert len(page.all("//li[code]")) == 2


def test_one_named_twice_is_one(wire: Wire, admin: Person) -> None:
    there_is(wire, "deleting")
    assert "Type s1 to confirm" in admin.get(f"{DELETES}?id=s1&id=s1").text


def test_fifty_are_read_in_threads_that_all_pages_share(
    wire: Wire, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []
    start = Connection.start

    def counted(self: Connection, call: Any, **more: Any) -> Any:
        started.append(call)
        return start(self, call, **more)

    monkeypatch.setattr(Connection, "start", counted)
    ids = [f"s{number}" for number in range(50)]
    for each in ids:
        there_is(wire, "error", snapshot_id=each)
    page = admin.get(f"{DELETES}?{'&'.join(f'id={each}' for each in ids)}")
    assert "Type 50 to confirm" in page.text
    # Each of them, the volumes of all, and the images that need one of them.
    assert len(started) == 50 + 2
    assert len(wire.mocker.request_history) <= 60


@pytest.mark.parametrize(
    ("name", "address"), [("update_statuses", UPDATES), ("force_deletes", DELETES)]
)
def test_the_buttons_above_the_list_lead_to_the_ticked_ones(
    wire: Wire, admin: Person, name: str, address: str
) -> None:
    form = {"action": f"volume_snapshots__{name}", "object_ids": ["s1", "s2"]}
    answer = admin.post(f"{LIST}?sort=name", form)
    assert answer.status == 302
    target = urlsplit(answer.headers["Location"])
    assert target.path == address
    assert parse_qs(target.query) == {"id": ["s1", "s2"], "next": [f"{LIST}?sort=name"]}


def test_more_than_fifty_stay_in_the_list(wire: Wire, admin: Person, told: list[str]) -> None:
    ids = [f"s{number}" for number in range(51)]
    form = {"action": "volume_snapshots__force_deletes", "object_ids": ids}
    answer = admin.post(LIST, form)
    assert (answer.status, answer.headers["Location"]) == (302, LIST)
    assert told == [
        "Too many snapshots at once. At most 50 snapshots are changed at once. Tick fewer of them."
    ]


def test_the_actions_ask_for_the_rules_that_cinder_asks_for() -> None:
    rule = "volume_extension:snapshot_admin_actions:"
    for action in (support_repair_views.UpdateStatus, support_repair_views.UpdateStatuses):
        assert action.policy_rules == (("volume", f"{rule}reset_status"),)
    for action in (support_repair_views.ForceDelete, support_repair_views.ForceDeletes):
        assert action.policy_rules == (("volume", f"{rule}force_delete"),)
    assert support_repair_views.UpdateStatus.name == "update_status"


def test_a_rows_links_open_dialogs_that_lead_back(wire: Wire, admin: Person) -> None:
    wire.holds("snapshots", snapshot_json(status="creating"))
    wire.holds("volumes")
    page = admin.get(f"{LIST}?sort=name")
    for action in ("update_status", "force_delete"):
        (link,) = page.all(f"//a[contains(@href, '/{action}/')]")
        assert "ajax-modal" in link.get("class")
        assert link.get("href").startswith(
            f"{LIST}s1/{action}/?next=%2Fadmin%2Fsnapshots%2F%3Fsort"
        )
    for button in page.all("//*[contains(@class, 'table_actions')]//button[@name='action']"):
        if "force" in button.get("value") or "update" in button.get("value"):
            assert "btn-danger" not in button.get("class")
            assert button.get("data-batch-action") == "true"
