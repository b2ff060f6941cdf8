# SPDX-License-Identifier: Apache-2.0
"""The dialog about several volumes: its texts, and the actions that open it."""

import ast
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from openstack_auth.user import User

from snapshot_dashboard.rules import sets
from tests.unit.cloud.wire import (
    NOVA,
    OTHER_PROJECT,
    Wire,
)
from tests.unit.panels.features.snapshot_set.snapshot_sets import (
    CHANGED,
    OF_INSTANCE,
    SET,
    SEVERAL,
    accepting,
    asked,
    fill,
    running,
    volumes_of,
)
from tests.unit.panels.person import VOLUMES, Person, user

TICK = "I understand that these snapshots may be corrupted and are not taken at the same instant."


def test_an_instance_with_all_its_volumes(wire: Wire, person: Person) -> None:
    running(wire, "v1", "v2")
    dialog = person.get(OF_INSTANCE, dialog=True)
    assert dialog.said("//h3") == "Snapshot All Volumes of name of i1"
    rows = [
        " ".join(each.text_content().split()) for each in dialog.all("//li[@class='sd-set-row']")
    ]
    assert len(rows) == 2
    assert rows[0].startswith("name of v1 - 20 GiB - ssd name of i1 is running and may be writing")
    assert "name of i1 - Active - /dev/vdb" in rows[0]
    assert "2 of these volumes are attached" in dialog.explanation
    assert (
        "name of i1 is running and may be writing to them. Their snapshots may be corrupted."
        in dialog.explanation
    )
    assert "Open name of i1" in dialog.text
    assert dialog.tick == TICK
    assert not dialog.one("//input[@name='acknowledged']").checked
    assert dialog.submits == [("btn btn-warning", "Create 2 Snapshots (Force)")]
    assert "not at the same instant. If a database or file system spans" in dialog.text
    assert "is not a volume" not in dialog.text
    assert "Each snapshot gets this name and the name of its volume." in dialog.text


def test_only_an_instance_that_was_read_as_running_is_said_to_run(
    wire: Wire, person: Person
) -> None:
    running(wire, "v1", "v2")
    wire.instance("i1", "PAUSED")
    said = person.get(OF_INSTANCE, dialog=True).explanation
    assert "Something may be writing to them. Their snapshots may be corrupted." in said
    assert "is running" not in said


def test_its_cost_is_that_of_its_volumes(wire: Wire, person: Person) -> None:
    running(wire, "v1", "v2")
    # Which version to speak is known from then on.
    person.get(VOLUMES)
    before = len(wire.mocker.request_history)
    person.get(OF_INSTANCE, dialog=True)
    # The instance twice (itself, and as what uses the volumes), its list of volumes, two calls a
    # volume, the limits.
    assert len(wire.mocker.request_history) - before == 2 + 1 + 4 + 1


def test_detached_volumes_need_no_tick(wire: Wire, person: Person) -> None:
    for each in ("v1", "v2"):
        wire.volume(each)
    dialog = person.get(SEVERAL, dialog=True)
    assert dialog.said("//h3") == "Create Volume Snapshots"
    assert dialog.tick == ""
    assert dialog.submits == [("btn btn-primary", "Create 2 Snapshots")]


def test_a_resting_instance_is_told_more_calmly(wire: Wire, person: Person) -> None:
    running(wire, "v1", status="SHUTOFF")
    dialog = person.get(OF_INSTANCE, dialog=True)
    assert dialog.all("//*[contains(@class, 'sd-explanation-calm')]")
    assert "sound only if the instance shut down normally" in dialog.explanation


def test_a_system_disk_that_is_no_volume_is_said_to_be_left_out(wire: Wire, person: Person) -> None:
    running(wire, "v1", image={"id": "g1"})
    volumes_of(wire, "v1", disks="b")
    dialog = person.get(OF_INSTANCE, dialog=True)
    notice = dialog.said("//*[contains(@class, 'sd-left-out')]")
    assert notice.startswith(
        "The system disk (root disk) of name of i1 is not a volume and is not included"
    )
    assert "To keep it too, use Create Snapshot on the Instances page" in notice
    link = dialog.one("//*[contains(@class, 'sd-left-out')]//a[contains(@class, 'btn')]")
    assert link.get("href").endswith("/images/i1/create/")


def test_an_instance_started_from_an_image_of_snapshots_leaves_nothing_out(
    wire: Wire, person: Person
) -> None:
    """Nova names the image as its origin; its system disk is a volume all the same."""
    running(wire, "v1", "v2", image={"id": "g1"})
    dialog = person.get(OF_INSTANCE, dialog=True)
    assert "is not included" not in dialog.text and dialog.submits


def test_an_instance_without_volumes_says_so(wire: Wire, person: Person) -> None:
    wire.instance("i1", image={"id": "g1"})
    volumes_of(wire)
    dialog = person.get(OF_INSTANCE, dialog=True)
    assert dialog.problem == "name of i1 has no volumes"
    assert "is not a volume and is not included" in dialog.text
    assert dialog.submits == []


def test_the_limits_are_for_all_together(wire: Wire, person: Person) -> None:
    running(wire, "v1", "v2", "v3")
    wire.quota(snapshots=(8, 10), snapshots_ssd=(0, 5))
    dialog = person.get(OF_INSTANCE, dialog=True)
    said = dialog.said("//*[@class='sd-quota']")
    assert "Snapshots: 8 of 10 used, 11 after these." in said
    assert (
        "3 snapshots are needed, only 2 are left. Some will be refused: leave volumes out" in said
    )
    assert "Storage: 940 of 1,000 GiB used, 1,000 GiB after these." in said
    assert 'Snapshots of type "ssd": 0 of 5 used, 3 after these.' in said
    assert dialog.submits


def test_a_blocked_volume_is_listed_with_the_reason_and_cannot_be_chosen(
    wire: Wire, person: Person
) -> None:
    wire.volume("v1", status="backing-up")
    wire.volume("v2")
    dialog = person.get(SEVERAL, dialog=True)
    assert "Not included: A backup of this volume is being made" in dialog.text
    assert [each.get("value") for each in dialog.all("//input[@name='include']")] == ["v2"]
    assert dialog.submits == [("btn btn-primary", "Create 1 Snapshot")]


def test_where_all_are_blocked_there_is_no_button(wire: Wire, person: Person) -> None:
    for each in ("v1", "v2"):
        wire.volume(each, status="error")
    dialog = person.get(SEVERAL, dialog=True)
    assert dialog.submits == []
    assert dialog.said("//a[contains(@class, 'cancel')]") == "Close"


def test_a_volume_of_another_project_is_never_taken(
    wire: Wire, person: Person, log_in: Callable[[User], Person]
) -> None:
    admin = log_in(user("admin"))
    wire.volume("v1", **{"os-vol-tenant-attr:tenant_id": OTHER_PROJECT})
    wire.volume("v2")
    accepting(wire)
    dialog = admin.get(SEVERAL, dialog=True)
    assert "Not included: This volume belongs to another project" in dialog.text
    answer = admin.post(SEVERAL, fill(dialog, "v1", "v2", tick=True), dialog=True)
    assert answer.problem == CHANGED
    assert asked(wire) == {}


def test_a_volume_that_cannot_be_read_is_listed_and_left_out(wire: Wire, person: Person) -> None:
    wire.volume("v1")
    wire.volume("v2")
    wire.fails("GET", "/volumes/v2", 404, "not found")
    dialog = person.get(SEVERAL, dialog=True)
    assert "Cannot be read, and is not included." in dialog.text
    assert [each.get("value") for each in dialog.all("//input[@name='include']")] == ["v1"]


def test_names_are_text(wire: Wire, person: Person) -> None:
    running(wire, "v1", name="<b>web</b>")
    wire.attached(("i1", "ACTIVE"), volume_id="v1", name="<i>data</i>")
    wire.instance("i1", name="<b>web</b>")
    dialog = person.get(OF_INSTANCE, dialog=True)
    assert not dialog.all("//b | //i")
    assert "<b>web</b>" in dialog.said("//h3")


@pytest.mark.parametrize(
    ("address", "title"),
    [
        (SET, "No volume was chosen"),
        (SET + "?" + "&".join(f"id=v{n}" for n in range(51)), "Too many volumes"),
    ],
)
def test_none_and_too_many_make_nothing(
    wire: Wire, person: Person, address: str, title: str
) -> None:
    dialog = person.get(address, dialog=True)
    assert (dialog.problem, dialog.submits) == (title, [])


def test_an_instance_that_is_gone_is_said_to_be(wire: Wire, person: Person) -> None:
    wire.fails("GET", f"{NOVA}/servers/i1", 404)
    wire.fails("GET", f"{NOVA}/servers/i1/os-volume_attachments", 404)
    assert person.get(OF_INSTANCE, dialog=True).problem == "This instance no longer exists"


def test_the_filter_for_a_set_is_written_as_cinder_reads_it(wire: Wire, person: Person) -> None:
    address = f"{SET}{'0' * 8}-0000-4000-8000-{'0' * 12}/?id=v1"
    person.get(address)
    query = wire.query("/snapshots/detail")
    assert ast.literal_eval(query["metadata"]) == {sets.SET: address.removeprefix(SET)[:36]}


def test_the_script_is_told_what_the_ticked_volumes_need(wire: Wire, person: Person) -> None:
    answer = person.client.get(f"{SET}chosen/?size=20&type=ssd&size=x&type=&size=50&type=&force=1")
    said = answer.json()
    assert said["button"]["label"] == "Create 2 Snapshots (Force)"
    assert "Snapshots: 7 of 10 used, 9 after these." in said["quota"]
    assert "Storage: 940 of 1,000 GiB used, 1,010 GiB after these." in said["quota"]


def test_a_single_volume_leads_to_all_of_its_instance(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"))
    dialog = person.get(f"{VOLUMES}v1/create_snapshot/", dialog=True)
    link = dialog.one("//*[@id='sd-explanation']//a[contains(@href, 'snapshot_set')]")
    assert link.get("href") == OF_INSTANCE
    wire.volume("v1")
    assert "snapshot_set" not in person.get(f"{VOLUMES}v1/create_snapshot/", dialog=True).html


def test_ticked_rows_lead_to_the_dialog(wire: Wire, person: Person) -> None:
    data = {"action": "volumes__create_snapshots", "object_ids": ["v1", "v2"]}
    answer = person.post(VOLUMES, data)
    address = urlsplit(answer.headers["Location"])
    assert address.path == SET
    assert parse_qs(address.query) == {"id": ["v1", "v2"], "next": [VOLUMES]}


def test_too_many_ticked_rows_are_said_to_be(wire: Wire, person: Person) -> None:
    ids = [f"v{n}" for n in range(51)]
    answer = person.post(VOLUMES, {"action": "volumes__create_snapshots", "object_ids": ids})
    assert answer.headers["Location"] == VOLUMES


def test_how_many_can_be_chosen_is_said_before(wire: Wire, person: Person) -> None:
    wire.holds("volumes")
    button = person.get(VOLUMES).one("//button[contains(@id, 'create_snapshots')]")
    assert button.get("title") == "At most 50 volumes can be chosen at a time."
    assert button.text_content().strip() == "Create Snapshots"
