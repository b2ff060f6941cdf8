# SPDX-License-Identifier: Apache-2.0
"""What blocks the deletion of a volume or a snapshot, and what is related."""

import json

import pytest

from tests.unit.cloud.wire import OTHER_PROJECT, REFUSED, Json, Wire, attachment_json, snapshot_json
from tests.unit.panels.audit_trail import outcomes
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.delete.deletion import (
    BOTH,
    HOSTILE,
    OF_SNAPSHOT,
    OF_VOLUME,
    asks,
    backups,
    blockers,
    deleted,
    first,
    heads,
    send,
    snapshots,
    there_is,
)
from tests.unit.panels.person import CATALOG, VOLUMES, Person, user
from tests.unit.panels.support_dialogs import buttons, fill, hear, listen

GLANCE = "http://image.test"


@pytest.fixture(autouse=True)
def can_be_deleted(wire: Wire, person: Person) -> None:
    """A volume and a snapshot that can be deleted."""
    there_is(wire)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The messages for the page that follows."""
    return hear(monkeypatch)


@BOTH
def test_where_nothing_stands_in_the_way_the_dialog_offers_to_delete(
    wire: Wire, person: Person, told: list[str], address: str, path: str
) -> None:
    dialog = person.get(address, dialog=True)
    assert (blockers(dialog), heads(dialog), dialog.problem) == ([], [], "")
    ((kind, label),) = buttons(dialog)
    assert kind == "btn btn-danger" and label.startswith("Delete Volume")
    answer = send(person, address)
    assert answer.headers["X-Horizon-Location"] == address.partition("v1")[0].partition("s1")[0]
    assert deleted(wire) == [path]
    assert told[0].startswith("Scheduled deletion of Volume")
    assert "<bdi>name of" in told[0]


@BOTH
def test_the_deletion_is_in_the_audit_log(
    wire: Wire, person: Person, caplog: pytest.LogCaptureFixture, address: str, path: str
) -> None:
    received = listen(caplog)
    send(person, address)
    (line,) = outcomes(received)
    assert line["action"] == f"{path.split('/')[1].removesuffix('s')}.delete"
    assert (line["id"], line["result"]) == (path.split("/")[2], "accepted")


VOLUME_CASES: list[tuple[Json, str]] = [
    ({"status": "awaiting-transfer"}, "This volume is waiting to be transferred"),
    ({"status": "extending"}, "It is busy: Extending"),
    ({"status": "maintenance"}, "Its status does not allow it: Maintenance"),
    ({"status": "error_deleting"}, "Its status does not allow it: "),
    ({"group_id": "g1"}, 'This volume belongs to the group "name of the group"'),
]


@pytest.mark.parametrize(("more", "said"), VOLUME_CASES)
def test_what_keeps_a_volume_is_told_and_nothing_is_sent(
    wire: Wire, person: Person, more: Json, said: str
) -> None:
    wire.volume(**more)
    wire.says("GET", "/groups/g1", {"group": {"id": "g1", "name": "name of the group"}})
    dialog = person.get(OF_VOLUME, dialog=True)
    assert [each.startswith(said) for each in blockers(dialog)] == [True]
    assert heads(dialog) == ["Must go first"]
    assert buttons(dialog) == []
    assert dialog.one("//a[contains(@class, 'cancel')]").text_content() == "Close"
    answer = person.post(OF_VOLUME, fill(dialog), dialog=True)
    assert answer.problem.startswith("Nothing was deleted: the situation changed")
    assert deleted(wire) == []


def test_an_attached_volume_leads_to_detaching(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"), name=HOSTILE)
    dialog = person.get(OF_VOLUME, dialog=True)
    (said,) = blockers(dialog)
    assert said.startswith("This volume is attached to name of i1 Detach the volume first.")
    link = dialog.one("//ol//a[contains(@class, 'ajax-modal')]")
    assert link.get("href") == f"{VOLUMES}v1/attach/"
    assert "<script>alert" not in dialog.html


def test_a_system_disk_leads_to_its_instance(wire: Wire, person: Person) -> None:
    entry = attachment_json("i1", device="/dev/vda")
    wire.attached(("i1", "ACTIVE"), attachments=[entry], bootable="true")
    (said,) = blockers(person.get(OF_VOLUME, dialog=True))
    assert (
        "It looks like the system disk (root disk): it can be deleted only after the instance."
        in said
    )
    assert "Show instance" in said and "Manage Attachments" not in said


def test_a_member_is_not_told_more_of_a_missing_instance_than_is_known(
    wire: Wire, person: Person
) -> None:
    wire.attached(("i1", "ACTIVE"))
    wire.fails("GET", "http://compute.test/v2.1/servers/i1", 404)
    (said,) = blockers(person.get(OF_VOLUME, dialog=True))
    assert said.startswith(
        "This volume is still marked as attached to an instance that no longer exists, or that "
        "you cannot see: i1 The instance may no longer exist. Contact support and give this ID: v1"
    )


def test_a_compute_service_that_is_down_is_not_an_instance_that_is_gone(
    wire: Wire, person: Person
) -> None:
    wire.attached(("i1", "ACTIVE"))
    wire.breaks("GET", "http://compute.test/v2.1/servers/i1", REFUSED)
    (said,) = blockers(person.get(OF_VOLUME, dialog=True))
    assert said.startswith("This volume is attached to i1")


SNAPSHOT_CASES: list[tuple[Json, str]] = [
    ({"status": "creating"}, "This snapshot is still being created and cannot be deleted yet"),
    ({"status": "backing-up"}, "It is busy: Backing Up"),
    ({"status": "error_deleting"}, "Its status does not allow it: "),
    ({"group_snapshot_id": "gs1"}, 'This snapshot is part of the group snapshot "name of it"'),
]


@pytest.mark.parametrize(("more", "said"), SNAPSHOT_CASES)
def test_what_keeps_a_snapshot_is_told_and_nothing_is_sent(
    wire: Wire, person: Person, more: Json, said: str
) -> None:
    wire.snapshot(**more)
    found = {"group_snapshot": {"id": "gs1", "name": "name of it", "group_id": "g1"}}
    wire.says("GET", "/group_snapshots/gs1", found)
    dialog = person.get(OF_SNAPSHOT, dialog=True)
    assert blockers(dialog)[0].startswith(said)
    assert buttons(dialog) == []
    person.post(OF_SNAPSHOT, fill(dialog), dialog=True)
    assert deleted(wire) == []


@BOTH
def test_another_projects_is_not_deleted_from_here(
    wire: Wire, log_in: LogIn, address: str, path: str
) -> None:
    admin = log_in(user("admin"))
    owner: Json = {"os-vol-tenant-attr:tenant_id": OTHER_PROJECT}
    wire.volume(**owner)
    wire.says("GET", "/attachments?volume_id=v1&all_tenants=1", {"attachments": []})
    wire.snapshot(**{"os-extended-snapshot-attributes:project_id": OTHER_PROJECT})
    answer = send(admin, address)
    assert answer.problem.endswith("belongs to another project")
    assert deleted(wire) == []


# The snapshots of a volume.


def test_snapshots_are_listed_and_go_with_the_volume_after_a_tick(
    wire: Wire, person: Person, told: list[str]
) -> None:
    snapshots(wire, snapshot_json("s1"), snapshot_json("s2", name=HOSTILE))
    dialog = person.get(OF_VOLUME, dialog=True)
    assert "This volume has 2 snapshots, which must go first" in dialog.text
    assert "A volume cannot be deleted while it has snapshots." in dialog.text
    assert [each.split(" - ")[0] for each in first(dialog)] == ["name of s1", HOSTILE]
    assert "<script>alert" not in dialog.html
    assert "Not recorded" in first(dialog)[0]
    tick = dialog.said("//label[@for='id_cascade']")
    assert tick == "Delete these 2 snapshots too. This cannot be undone."
    assert not dialog.all("//input[@id='id_cascade'][@checked]")
    assert buttons(dialog) == [("btn btn-danger", "Delete Volume and Snapshots")]
    refused = person.post(OF_VOLUME, fill(dialog), dialog=True)
    assert refused.said("//*[@id='id_cascade_error']").startswith("Tick the box above")
    assert (refused.problem, deleted(wire)) == ("", [])
    person.post(OF_VOLUME, {**fill(refused), "cascade": "on"}, dialog=True)
    assert deleted(wire) == ["/volumes/v1?cascade=True"]
    assert told == ["Scheduled deletion of Volume: <bdi>name of v1</bdi>"]


def test_one_that_cannot_go_keeps_all(wire: Wire, person: Person) -> None:
    snapshots(wire, snapshot_json("s1"), snapshot_json("s2", status="creating"))
    dialog = person.get(OF_VOLUME, dialog=True)
    assert "1 of them cannot be deleted now" in dialog.text
    assert first(dialog)[0].endswith(
        "This snapshot is still being created and cannot be deleted yet."
    )
    assert buttons(dialog) == [] and not dialog.all("//input[@id='id_cascade']")
    person.post(OF_VOLUME, {**fill(dialog), "cascade": "on"}, dialog=True)
    assert deleted(wire) == []


@pytest.mark.parametrize(("count", "which"), [(1, "it"), (2, "them")])
def test_a_missing_tick_is_told_by_the_number_of_snapshots(
    wire: Wire, person: Person, count: int, which: str
) -> None:
    snapshots(wire, *(snapshot_json(f"s{number}") for number in range(count)))
    refused = person.post(OF_VOLUME, fill(person.get(OF_VOLUME, dialog=True)), dialog=True)
    error = refused.said("//*[@id='id_cascade_error']")
    assert error == f"Tick the box above to delete {which} too, or press Cancel."


def test_a_snapshot_that_was_not_shown_is_never_deleted(wire: Wire, person: Person) -> None:
    snapshots(wire, snapshot_json("s1"))
    form = fill(person.get(OF_VOLUME, dialog=True)) | {"cascade": "on"}
    snapshots(wire, snapshot_json("s1"), snapshot_json("s2"))
    again = person.post(OF_VOLUME, form, dialog=True)
    assert again.problem.startswith("Nothing was deleted: the situation changed")
    assert not again.all("//input[@id='id_cascade'][@checked]")
    assert deleted(wire) == []
    person.post(OF_VOLUME, {**fill(again), "cascade": "on"}, dialog=True)
    assert deleted(wire) == ["/volumes/v1?cascade=True"]


def test_a_forged_form_without_what_was_shown_deletes_nothing(wire: Wire, person: Person) -> None:
    snapshots(wire, snapshot_json("s1"))
    person.post(OF_VOLUME, {"cascade": "on"}, dialog=True)
    assert deleted(wire) == []


def test_snapshots_that_have_gone_meanwhile_are_not_asked_for(wire: Wire, person: Person) -> None:
    snapshots(wire, snapshot_json("s1"))
    form = fill(person.get(OF_VOLUME, dialog=True)) | {"cascade": "on"}
    snapshots(wire)
    person.post(OF_VOLUME, form, dialog=True)
    assert deleted(wire) == ["/volumes/v1"]


def test_too_many_snapshots_are_not_deleted_with_their_volume(wire: Wire, person: Person) -> None:
    snapshots(wire, *(snapshot_json(f"s{number}") for number in range(201)))
    dialog = person.get(OF_VOLUME, dialog=True)
    assert "This volume has more than 200 snapshots" in dialog.text
    assert buttons(dialog) == []
    person.post(OF_VOLUME, {**fill(dialog), "cascade": "on"}, dialog=True)
    assert deleted(wire) == []


# What is only related.


def test_backups_never_stand_in_the_way(wire: Wire, person: Person) -> None:
    backups(
        wire,
        {"id": "b1", "name": HOSTILE, "volume_id": "v1", "snapshot_id": "s1"},
        {"id": "b2", "name": "of another snapshot", "volume_id": "v1", "snapshot_id": "s2"},
    )
    dialog = person.get(OF_SNAPSHOT, dialog=True)
    assert heads(dialog) == ["Related"]
    assert f'The backup "{HOSTILE}" is kept.' in dialog.text
    assert "of another snapshot" not in dialog.text
    assert "of another snapshot" in person.get(OF_VOLUME, dialog=True).text
    assert buttons(dialog)
    assert asks(person, OF_VOLUME)


@BOTH
def test_what_is_related_and_cannot_be_read_is_said_and_keeps_nothing(
    wire: Wire, person: Person, address: str, path: str
) -> None:
    wire.fails("GET", "/backups/detail", 500)
    dialog = person.get(address, dialog=True)
    assert "It could not be read whether there are backups." in dialog.text
    assert buttons(dialog)


@BOTH
def test_an_image_that_will_stop_working_is_a_warning(
    wire: Wire, log_in: LogIn, address: str, path: str
) -> None:
    endpoint = {"interface": "public", "region": "RegionOne", "region_id": "RegionOne"}
    image = {"type": "image", "name": "image", "endpoints": [endpoint | {"url": GLANCE}]}
    person = log_in(user("member", "reader", catalog=[*CATALOG, image]))
    mapping = json.dumps([{"snapshot_id": "s1"}])
    found = {"id": "im1", "name": "web image", "block_device_mapping": mapping}
    wire.says("GET", f"{GLANCE}/v2/images", {"images": [found]})
    snapshots(wire, snapshot_json("s1"))
    dialog = person.get(address, dialog=True)
    warning = dialog.said("//*[contains(@class, 'sd-alert')]")
    assert warning == 'Image "web image" starts instances from this snapshot and will stop working.'
    assert buttons(dialog)
    assert not asks(person, address)
    wire.fails("GET", f"{GLANCE}/v2/images", 500)
    assert "It could not be read whether images are made of it." in person.get(address).text
