# SPDX-License-Identifier: Apache-2.0
"""The dialog that launches a new instance from a set: what it says, and what it makes."""

from typing import Any

import pytest
from openstack_dashboard import policy

from tests.unit.cloud.wire import NOVA, OTHER_PROJECT, SILENT, Wire
from tests.unit.panels.features.delete.deletion import dependency
from tests.unit.panels.features.set_launch.set_launching import (
    DIALOG,
    LAUNCH,
    ROOT,
    Storage,
    answered,
    form_of,
    keys,
    noted,
    query_of,
    sent,
    server,
    there_is,
)
from tests.unit.panels.person import SNAPSHOTS, Answer, Person
from tests.unit.panels.support_dialogs import fill, writes


def shown(person: Person) -> Answer:
    """Open the dialog."""
    return person.get(DIALOG, dialog=True)


def rows(dialog: Answer) -> list[list[str]]:
    """Return the cells of each disk."""
    found = dialog.all("//table/tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in found]


def settings(dialog: Answer) -> dict[str, str]:
    """Return what is taken over."""
    labels = [each.text_content() for each in dialog.all("//dl/dt")]
    return dict(zip(labels, [each.text_content() for each in dialog.all("//dl/dd")], strict=True))


def test_it_shows_the_disks_in_order_and_what_is_taken_over(wire: Wire, person: Person) -> None:
    there_is(wire)
    dialog = shown(person)
    assert rows(dialog) == [
        ["before root", "web-root", "20 GiB", "System disk", "Running may be corrupted"],
        ["before data", "web-data", "30 GiB", "Data disk", "Running may be corrupted"],
    ]
    assert settings(dialog) == {
        "Flavor": "m1.large",
        "Networks": "front, back",
        "Security Groups": "web, ssh",
        "Key Pair": "anna-key",
        "Availability Zone": "zone-a",
    }
    assert "These snapshots may be corrupted: the new instance may not start" in dialog.text
    assert "From the inside it is a copy of <web>" in dialog.text
    assert "Addresses that are written down on the disks are then in use twice." in dialog.text
    assert "While the new volumes exist, the snapshots may not be deletable." in dialog.text
    assert 'Leave empty to name it "<web> ' in dialog.text
    assert writes(wire) == []


def test_the_limits_of_both_services_are_told_before(wire: Wire, person: Person) -> None:
    there_is(wire)
    wire.quota(volumes=(19, 20), gigabytes=(940, 1000))
    said = shown(person).said("//*[@class='sd-quota']")
    assert "Volumes: 19 of 20 used, 21 after these." in said
    assert "2 are needed, only 1 is left. This request will be refused." in said
    assert "Storage: 940 of 1,000 GiB used, 990 GiB after these." in said
    assert "Instances: 10 of 10 used, 11 after this one." in said
    assert "1 are needed, 0 are left." in said
    assert "VCPUs: 4 of 20 used, 8 after this one." in said
    assert "RAM: 4,096 MiB used, no limit." in said


def test_what_cannot_be_read_of_the_limits_keeps_nobody_from_it(wire: Wire, person: Person) -> None:
    there_is(wire)
    wire.breaks("GET", f"{NOVA}/limits", SILENT)
    dialog = shown(person)
    assert "Instances:" not in dialog.text
    assert dialog.submits == [("btn btn-primary", "Launch New Instance")]


@pytest.mark.parametrize(
    ("how", "says"),
    [("never", ""), ("always", "While the new volumes exist, the snapshots cannot be deleted.")],
)
def test_the_dependency_is_as_the_operator_says(
    wire: Wire, person: Person, settings: Any, how: str, says: str
) -> None:
    dependency(settings, how)
    there_is(wire)
    text = shown(person).text
    assert says in text if says else "While the new volumes exist" not in text


def test_a_sound_set_is_not_called_corrupted(wire: Wire, person: Person) -> None:
    there_is(wire, "shut_off")
    assert "may be corrupted" not in shown(person).text


def test_what_nobody_noted_is_told_as_not_recorded(wire: Wire, person: Person) -> None:
    there_is(wire)
    wire.attached(("i1", "ACTIVE"), volume_id="v1", **ROOT)
    wire.snapshot("s1", volume_id="v1")
    server(wire)
    text = shown(person).text
    assert "Of 1 snapshot it is not recorded whether an instance was writing" in text
    assert "1 of these snapshots may be corrupted" in text


def test_of_two_system_disks_one_is_chosen(wire: Wire, person: Person) -> None:
    there_is(wire)
    wire.volume("v2", name="web-data", bootable="true")
    Storage(wire)
    dialog = shown(person)
    offered = dialog.all("//select[@name='boot']/option")
    assert [each.get("value") for each in offered] == ["s1", "s2"]
    assert query_of(sent(person, boot="s2"))["id"] == ["s2", "s1"]
    assert "boot" not in fill(person.get(DIALOG, dialog=True))


def test_a_key_pair_of_somebody_else_is_left_out_and_told(wire: Wire, person: Person) -> None:
    there_is(wire)
    keys(wire, "other")
    assert settings(shown(person))["Key Pair"].startswith("None: anna-key is not one of your")


def test_each_volume_is_made_once_and_named_after_instance_and_volume(
    wire: Wire, person: Person
) -> None:
    there_is(wire)
    storage = Storage(wire)
    place = sent(person, name="web2")
    made = {each["name"]: each["size"] for each in storage.made}
    assert made == {"web2 web-root": 20, "web2 web-data": 30}
    assert {each["metadata"][LAUNCH] for each in storage.made} == {form_of(place)}
    said = query_of(place)
    assert said["id"] == ["s1", "s2"]
    assert (said["instance"], said["name"]) == (["i1"], ["web2"])
    # Nova is asked for nothing before the volumes are there.
    assert set(writes(wire)) == {"/volumes"}


def test_the_same_form_makes_nothing_twice(wire: Wire, person: Person) -> None:
    there_is(wire)
    storage = Storage(wire)
    form = fill(shown(person))
    places = {
        person.post(DIALOG, form, dialog=True).headers["X-Horizon-Location"].partition("&name=")[0]
        for _time in range(3)
    }
    assert len(storage.made) == 2 and len(places) == 1


def test_where_some_are_refused_the_page_that_follows_says_so(wire: Wire, person: Person) -> None:
    there_is(wire)
    storage = Storage(wire, refuses="s2")
    assert "/launch_set/" in sent(person)
    assert [each["snapshot_id"] for each in storage.made] == ["s1"]


def test_where_all_are_refused_what_was_typed_comes_back(wire: Wire, person: Person) -> None:
    there_is(wire)
    wire.fails("POST", "/volumes", 413, "VolumeLimitExceeded")
    again = answered(person, name="web2")
    assert again.problem == "Not created: your project has reached a limit"
    assert again.value("id_name") == "web2"


@pytest.mark.parametrize("status", ["creating", "error", "deleting"])
def test_a_snapshot_that_is_not_available_blocks_it(
    wire: Wire, person: Person, status: str
) -> None:
    there_is(wire)
    wire.snapshot("s2", volume_id="v2", status=status, metadata=noted("running"))
    dialog = shown(person)
    assert dialog.problem == "An instance cannot be launched from this set now"
    assert dialog.submits == []


def test_a_snapshot_of_another_project_blocks_it(wire: Wire, person: Person) -> None:
    there_is(wire)
    owner = {"os-extended-snapshot-attributes:project_id": OTHER_PROJECT}
    wire.snapshot("s2", volume_id="v2", metadata=noted("running"), **owner)
    assert shown(person).problem == "A snapshot of this set belongs to another project"


def test_without_a_system_disk_it_says_what_to_do_instead(wire: Wire, person: Person) -> None:
    there_is(wire)
    wire.volume("v1", name="web-root")
    assert shown(person).problem == "An instance cannot start from this set"


def test_an_instance_that_is_gone_is_told_with_the_way_round(wire: Wire, person: Person) -> None:
    there_is(wire)
    wire.fails("GET", f"{NOVA}/servers/i1", 404)
    dialog = shown(person)
    assert dialog.problem == "The instance that this set was taken of no longer exists"
    assert dialog.all(f"//a[@href='{SNAPSHOTS}s1/launch/']")
    assert dialog.submits == []


def test_an_instance_of_another_project_is_not_copied(wire: Wire, person: Person) -> None:
    # An administrator could read it, and anybody in the project can write its id into a note.
    there_is(wire, tenant_id=OTHER_PROJECT)
    assert shown(person).problem == "The instance that this set was taken of no longer exists"


def test_networks_that_cannot_be_read_are_not_taken_for_none(wire: Wire, person: Person) -> None:
    there_is(wire)
    wire.fails("GET", f"{NOVA}/servers/i1/os-interface", 403, "Policy doesn't allow it")
    dialog = shown(person)
    assert dialog.problem == "The instance that this set was taken of cannot be read"
    assert dialog.submits == []


def test_snapshots_of_two_instances_have_no_instance_in_common(wire: Wire, person: Person) -> None:
    there_is(wire)
    wire.snapshot("s2", volume_id="v2", metadata=noted("running", "i2"))
    assert shown(person).problem == "It is not known which instance this set was taken of"


def test_without_a_note_the_attachments_of_now_tell_the_instance(
    wire: Wire, person: Person
) -> None:
    there_is(wire)
    wire.snapshot("s1", volume_id="v1")
    wire.snapshot("s2", volume_id="v2")
    wire.attached(("i1", "ACTIVE"), volume_id="v1", bootable="true")
    wire.volume("v2", name="web-data")
    server(wire)
    assert shown(person).submits == [("btn btn-primary", "Launch New Instance")]


def test_a_role_that_may_not_is_told_before_anything_is_read(
    wire: Wire, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(*_said: Any) -> bool:
        return False

    monkeypatch.setattr(policy, "check", check)
    dialog = shown(person)
    assert dialog.problem == "Your role does not allow this"
    assert dialog.submits == []


def test_without_snapshots_there_is_nothing_to_do(person: Person) -> None:
    assert person.get(f"{SNAPSHOTS}launch_set/new/", dialog=True).problem == (
        "No snapshots were chosen"
    )
