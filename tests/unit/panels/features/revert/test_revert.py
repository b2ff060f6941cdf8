# SPDX-License-Identifier: Apache-2.0
"""The Revert Volume dialog: its texts, and what blocks a revert."""

from typing import Any

import pytest
from django.test import RequestFactory
from openstack_auth import policy

from snapshot_dashboard.cloud.versions import versions
from tests.unit.cloud.wire import (
    OTHER_PROJECT,
    PROJECT,
    Wire,
    snapshot_json,
)
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.revert.reverting import (
    CHANGED_AT,
    REVERT,
    UNDER_WAY,
    asked,
    buttons,
    copies,
    opened,
    prepare,
    press,
    titles,
)
from tests.unit.panels.person import SNAPSHOTS, Person, user


@pytest.fixture
def ready(wire: Wire, person: Person) -> Wire:
    """A volume that can be reverted, and a Cinder that accepts whatever it is asked."""
    prepare(wire)
    return wire


def test_it_says_what_is_lost_and_offers_a_copy_first(ready: Wire, person: Person) -> None:
    dialog = opened(person)
    assert dialog.said("//h3") == "Revert Volume to Snapshot"
    said = dialog.text
    assert titles(dialog)[0].startswith('Everything written to "data" since ')
    assert 'The volume goes back to the state in snapshot "before", taken ' in said
    assert "ago. This cannot be undone." in said
    assert "Keep a copy first (recommended)" in said
    assert "Makes a new volume with today's content. It needs 20 GiB of quota." in said
    assert "Volumes: 4 of 20 used, 5 after this one." in said
    assert "with Revert Volume only the newest snapshot can be reverted to." in said
    assert "the volume may be in an error state until support resets it." in said
    assert "Not recorded: it is not known whether" in said
    assert dialog.tick.startswith("I understand that changes since ")
    assert buttons(dialog) == ["copy", "revert"]
    danger = ("btn btn-danger", "Revert Volume")
    assert dialog.submits[-1] == danger


def test_it_is_offered_with_every_snapshot_that_is_not_temporary(
    ready: Wire, person: Person
) -> None:
    ready.holds(
        "snapshots",
        snapshot_json("s1", status="creating"),
        snapshot_json("s2", status="error"),
        snapshot_json("s3", consumes_quota=False),
    )
    page = person.get(SNAPSHOTS)
    found = [each.get("href") for each in page.all("//a[contains(@href, '/revert/')]")]
    assert [each.partition("?")[0] for each in found] == [REVERT, f"{SNAPSHOTS}s2/revert/"]


def test_a_reader_is_not_offered_it(ready: Wire, log_in: LogIn) -> None:
    ready.holds("snapshots", snapshot_json())
    reader = user("reader")
    page = log_in(reader).get(SNAPSHOTS)
    assert "name of s1" in page.text
    request = RequestFactory().get(SNAPSHOTS)
    request.user = reader
    # The policy that comes with Horizon 24.0 lets everybody in a project do it.
    allowed = policy.check(
        [("volume", "volume:revert_to_snapshot")], request, {"project_id": PROJECT}
    )
    assert bool(page.all("//a[contains(@href, '/revert/')]")) is allowed


def test_a_revert_is_asked_for_once_and_told(ready: Wire, person: Person) -> None:
    dialog = opened(person)
    answer = press(person, "revert", dialog)
    assert answer.headers["X-Horizon-Location"] == SNAPSHOTS
    assert asked(ready) == [{"revert": {"snapshot_id": "s1"}}]
    page = person.get(SNAPSHOTS)
    assert 'Reverting volume "data" to snapshot "before". Show volume' in page.text
    # A second sending of the same form, at whatever moment.
    again = press(person, "revert", dialog)
    assert again.problem == UNDER_WAY
    assert len(asked(ready)) == 1


def test_a_second_sending_is_told_that_it_goes_on(ready: Wire, person: Person) -> None:
    dialog = opened(person)
    press(person, "revert", dialog)
    ready.volume(status="reverting")
    ready.snapshot(status="restoring")
    assert "X-Horizon-Location" in press(person, "revert", dialog).headers
    assert len(asked(ready)) == 1


@pytest.mark.parametrize("ticked", ["", "corrupted", "lost_without_copy"])
def test_without_its_own_tick_nothing_is_asked_for(
    ready: Wire, person: Person, ticked: str
) -> None:
    answer = press(person, "revert", tick=False, acknowledged=ticked)
    assert asked(ready) == []
    error = "Tick the box above to revert the volume, or press Cancel."
    assert answer.said("//*[@id='id_acknowledged_error']") == error


@pytest.mark.parametrize("name", ["", "something"])
def test_a_form_without_a_button_does_nothing(ready: Wire, person: Person, name: str) -> None:
    answer = press(person, name)
    assert (answer.status, asked(ready), copies(ready)) == (200, [], [])


CHANGES = [
    {"updated_at": "2026-11-22T07:00:01"},
    {"status": "in-use"},
    {"size": 30},
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_told_first_and_the_tick_is_gone(
    ready: Wire, person: Person, change: dict[str, Any]
) -> None:
    dialog = opened(person)
    ready.volume(**({"name": "data", "updated_at": CHANGED_AT} | change))
    answer = press(person, "revert", dialog)
    assert asked(ready) == []
    assert answer.problem == "Nothing was changed: the situation changed while this form was open"
    assert answer.all("//*[@id='id_acknowledged'][@checked]") == []


def test_a_form_that_has_shown_nothing_is_shown_first(ready: Wire, person: Person) -> None:
    answer = press(person, "revert", seen="")
    assert answer.problem.startswith("Nothing was changed yet: this form has not shown")
    assert asked(ready) == []


BLOCKED = [
    ({"volume": {"size": 30}}, "The volume has been extended since this snapshot was taken"),
    ({"volume": {"status": "reverting"}}, "This volume is busy: Reverting"),
    ({"volume": {"status": "error"}}, "This volume is in an error state (Error)"),
    (
        {"volume": {"status": "maintenance"}},
        "This volume cannot be reverted now: its status is Maintenance",
    ),
    ({"snapshot": {"status": "backing-up"}}, "The snapshot is busy: Backing Up"),
    ({"snapshot": {"status": "error"}}, "A volume cannot be reverted to this snapshot"),
    ({"snapshot": {"consumes_quota": False}}, "A volume cannot be reverted to this snapshot"),
    (
        {"snapshot": {"os-extended-snapshot-attributes:project_id": OTHER_PROJECT}},
        "This snapshot or its volume belongs to another project",
    ),
    (
        {"newest": {"name": "newer"}},
        "With Revert Volume only the newest snapshot can be reverted to",
    ),
    ({"versions": "3.39"}, "This cloud's storage service cannot revert volumes"),
]


@pytest.mark.parametrize(("facts", "title"), BLOCKED)
def test_what_stands_in_the_way_is_explained_and_nothing_can_be_sent(
    ready: Wire, person: Person, facts: dict[str, Any], title: str
) -> None:
    before = opened(person)
    if "versions" in facts:
        ready.versions(facts["versions"])
        versions.forget()
    ready.volume(**({"name": "data", "updated_at": CHANGED_AT} | facts.get("volume", {})))
    ready.snapshot(**facts.get("snapshot", {}))
    if "newest" in facts:
        ready.holds("snapshots", snapshot_json("s2", **facts["newest"]), snapshot_json())
    dialog = opened(person)
    assert titles(dialog) == [title]
    assert buttons(dialog) == []
    assert dialog.tick == ""
    # And whoever sends a form from before.
    for name in ("revert", "copy"):
        answer = press(person, name, before)
        assert titles(answer) == [title]
        assert answer.problem
    assert asked(ready) == [] and copies(ready) == []


def test_an_attached_volume_leads_to_manage_attachments(ready: Wire, person: Person) -> None:
    ready.attached(("i1", "ACTIVE"))
    dialog = opened(person)
    assert titles(dialog) == ["Detach the volume first: it is attached to name of i1"]
    assert len(dialog.all("//*[@id='sd-explanation']//ol/li")) == 4
    assert dialog.one("//a[.='Manage Attachments']").get("href") == "/project/volumes/v1/attach/"


def test_a_system_disk_has_three_ways(ready: Wire, person: Person) -> None:
    root = {"device": "/dev/vda", "attachment_id": "a1", "server_id": "i1", "id": "v1"}
    ready.attached(("i1", "ACTIVE"), bootable="true", attachments=[root])
    dialog = opened(person)
    said = "The system disk (root disk) of name of i1 cannot be reverted while the instance exists"
    assert titles(dialog) == [said]
    ways = dialog.all("//ol[@class='sd-ways']/li")
    assert [len(each.xpath("./a")) for each in ways][::2] == [1, 0]
    assert ways[0].xpath("./a")[0].get("href") == "/project/volumes/create/?snapshot_id=s1"
    assert dialog.all("//a[.='Manage Attachments']") == []


@pytest.mark.parametrize("word, offered", [("never", False), ("proved", True)])
def test_a_system_disk_leads_to_its_instance_where_that_is_switched_on(
    ready: Wire, person: Person, settings: Any, word: str, offered: bool
) -> None:
    settings.SNAPSHOT_DASHBOARD = {"REIMAGE_FROM_SNAPSHOT": {"*": "never", "ssd": word}}
    root = {"device": "/dev/vda", "attachment_id": "a1", "server_id": "i1", "id": "v1"}
    ready.attached(("i1", "ACTIVE"), bootable="true", attachments=[root])
    dialog = opened(person)
    found = dialog.all("//a[.='Revert the Instance in Place']")
    plan = "/project/volumes/revert_in_place/i1/?snapshot=s1"
    assert [each.get("href") for each in found] == ([plan] if offered else [])
    assert len(dialog.all("//ol[@class='sd-ways']/li")) == (4 if offered else 3)
    assert ("only together with the instance" in titles(dialog)[0]) == offered


def test_a_failed_revert_says_whom_to_ask(ready: Wire, person: Person, settings: Any) -> None:
    settings.SNAPSHOT_DASHBOARD = {"SUPPORT_TEXT": "Ask the desk", "SUPPORT_URL": "/desk"}
    ready.volume(status="error")
    name = "[revert] volume v1 backup snapshot"
    kept = snapshot_json("s9", name=name, consumes_quota=False)
    ready.holds("snapshots", kept, snapshot_json())
    dialog = opened(person)
    looks = "This volume is in an error state, and it looks like a revert has failed"
    assert titles(dialog) == [looks]
    assert "Contact support and give this ID: v1" in dialog.text
    assert dialog.one("//*[@id='sd-explanation']//a[.='Ask the desk']").get("href") == "/desk"
    assert dialog.one("//a[.='Create Volume']").get("href").endswith("?snapshot_id=s9")
    details = person.get("/project/volumes/v1/")
    assert "It looks like a revert of this volume has failed" in details.text
    ready.holds("snapshots", snapshot_json())
    assert "revert" not in person.get("/project/volumes/v1/").text


def test_the_details_of_any_other_volume_cost_no_call_more(ready: Wire, person: Person) -> None:
    person.get("/project/volumes/v1/")
    assert ready.sent("GET", "/snapshots/detail") == []
