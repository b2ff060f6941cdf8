# SPDX-License-Identifier: Apache-2.0
"""Each dialog shows how a program does the same, with what was typed."""

from typing import Any

import pytest

from snapshot_dashboard.rules.programs.program import Language
from tests.unit.cloud.wire import NOVA, Wire, backup_json
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.group_copies import group_dialogs
from tests.unit.panels.features.instance_snapshot import instance_dialog
from tests.unit.panels.features.investigate import analysis
from tests.unit.panels.features.revert import reverting
from tests.unit.panels.features.snapshot_set import snapshot_sets
from tests.unit.panels.features.upload_to_image import upload_dialog
from tests.unit.panels.person import (
    CREATE_BACKUP,
    CREATE_SNAPSHOT,
    CREATE_VOLUME,
    Answer,
    Person,
)
from tests.unit.rules.program_readers import READERS

HOSTILE = 'it\'s "x" $(id) {{ 7 }} ${y} <b> & \\'


def programs(dialog: Answer) -> dict[Language, str]:
    """Return the text of each program that is shown."""
    shown = dialog.all("//details[contains(@class, 'sd-programs')]//pre")
    return {Language(each.get("data-sd-program")): each.text_content() for each in shown}


def said(dialog: Answer) -> dict[Language, Any]:
    """Return what each language reads in its program."""
    return {language: READERS[language](text)[1] for language, text in programs(dialog).items()}


ALL_BUT_TERRAFORM = {Language.OPENSTACK, Language.API, Language.PYTHON, Language.ANSIBLE}


@pytest.mark.parametrize(("status", "force"), [("available", False), ("in-use", True)])
def test_create_snapshot_does_the_same_as_the_button(
    wire: Wire, person: Person, status: str, force: bool
) -> None:
    wire.attached(*([("i1", "ACTIVE")] if force else []), status=status, name="it's $HOME")
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    read = said(dialog)
    assert set(read) == ALL_BUT_TERRAFORM
    name = read[Language.API]["name"]
    assert name.startswith("it's $HOME 20")
    forced = {"force": True} if force else {}
    assert read[Language.API] == {"volume_id": "v1", "name": name, **forced}
    assert read[Language.PYTHON] == read[Language.API]
    assert read[Language.ANSIBLE] == {"volume": "v1", "name": name, **forced}
    assert read[Language.OPENSTACK].get("force", False) is force


def test_the_form_of_a_dialog_that_comes_back_is_in_the_programs(
    wire: Wire, person: Person
) -> None:
    wire.attached(("i1", "ACTIVE"))
    typed = {"name": HOSTILE, "description": f"--force {HOSTILE}"}
    read = said(person.post(CREATE_SNAPSHOT, typed, dialog=True))
    for language in ALL_BUT_TERRAFORM - {Language.OPENSTACK}:
        assert read[language]["name"] == HOSTILE
        assert read[language]["description"] == f"--force {HOSTILE}"
    assert read[Language.OPENSTACK]["last"] == HOSTILE


def test_what_a_script_writes_is_described_by_what_is_shown(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"))
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    first = "//pre[@data-sd-program='openstack']/span"
    force, description, tags, name = dialog.all(first)
    assert force.get("data-sd-typed") == "acknowledged"
    assert (description.text, description.get("data-sd-before")) == (None, " --description=")
    assert (tags.get("data-sd-typed"), tags.get("data-sd-quoting")) == ("tags", "properties")
    assert name.get("data-sd-before") == " -- "
    assert name.get("data-sd-default") in dialog.value("id_name") or name.get("data-sd-default")


def test_tags_that_are_typed_and_copied_are_in_the_programs(wire: Wire, person: Person) -> None:
    wire.volume(metadata={"env": "prod", "owner": "it's", "readonly": "False"})
    typed = {"tags": "env=test\r\nurl = a=b\r\nhalf", "copy_tags": "on"}
    dialog = person.post(CREATE_SNAPSHOT, typed, dialog=True)
    read = said(dialog)
    wanted = {"env": "test", "owner": "it's", "url": "a=b"}
    assert read[Language.API]["metadata"] == read[Language.PYTHON]["metadata"] == wanted
    assert read[Language.OPENSTACK]["property"] == ["env=test", "owner=it's", "url=a=b"]
    assert "metadata" not in read[Language.ANSIBLE]
    assert "Its module takes no tags." in dialog.text


def offering(wire: Wire) -> None:
    """Let there be a snapshot, and everything that the dialogs read beside it."""
    wire.snapshot(name="before")
    wire.volume()
    wire.says("GET", "/types", {"volume_types": [{"id": "t1", "name": "ssd"}]})
    wire.says("GET", "/os-availability-zone", {"availabilityZoneInfo": []})


def test_create_volume_has_terraform_too(wire: Wire, person: Person) -> None:
    offering(wire)
    read = said(person.get(CREATE_VOLUME, dialog=True))
    assert set(read) == {*Language}
    wanted = {"snapshot_id": "s1", "name": "before", "size": 20}
    for language in (Language.API, Language.PYTHON, Language.TERRAFORM):
        assert read[language] == wanted


def test_a_backup_says_what_the_form_says(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"))
    wire.holds("backups", backup_json())
    typed = {"name": "", "container_name": "mine", "incremental": "on"}
    dialog = person.post(CREATE_BACKUP, typed, dialog=True)
    assert said(dialog)[Language.API] == {
        "volume_id": "v1",
        "force": True,
        "name": "NAME",
        "container": "mine",
        "incremental": True,
    }
    assert "Its module takes no container name" in dialog.text


def test_an_upload_says_the_format(wire: Wire, log_in: LogIn) -> None:
    person = upload_dialog.uploader(wire, log_in)
    wire.attached(("i1", "ACTIVE"))
    dialog = person.get(upload_dialog.UPLOAD, dialog=True)
    assert said(dialog)[Language.API] == {"image_name": "NAME", "disk_format": "raw", "force": True}
    assert "Ansible has no module for this." in dialog.text


@pytest.mark.parametrize(
    ("address", "body"),
    [
        (group_dialogs.CREATE, {"group_id": "g1", "name": "NAME"}),
        (group_dialogs.CLONE, {"source_group_id": "g1", "name": "NAME"}),
    ],
)
def test_a_copy_of_a_group(wire: Wire, person: Person, address: str, body: dict[str, str]) -> None:
    group_dialogs.there_is_a_group(wire, "v1", "v2")
    dialog = person.get(address, dialog=True)
    assert said(dialog)[Language.API] == said(dialog)[Language.PYTHON] == body
    refused = address == group_dialogs.CLONE
    assert ("The openstack client sends a request for this that is refused." in dialog.text) is (
        refused
    )


@pytest.mark.parametrize("with_volumes", [True, False])
def test_the_compute_service_is_asked_for_the_image_of_an_instance(
    wire: Wire, person: Person, log_in: LogIn, with_volumes: bool
) -> None:
    person = upload_dialog.uploader(wire, log_in)
    instance_dialog.tell(wire, "ACTIVE", with_volumes=with_volumes)
    shown = programs(person.get(instance_dialog.ADDRESS, dialog=True))
    assert READERS[Language.API](shown[Language.API]) == (
        f"POST {NOVA}/servers/i1/action compute 2.1 createImage",
        {"name": "NAME"},
    )


def test_a_set_has_a_snapshot_of_each_volume_that_is_ticked(wire: Wire, person: Person) -> None:
    snapshot_sets.running(wire, "v1", "v2")
    wire.volume("v3")
    wire.records("v3")
    address = f"{snapshot_sets.SET}?id=v1&id=v2&id=v3"
    form = {"include": ["v1", "v3"], "name": "before"}
    dialog = person.post(address, form, dialog=True)
    lines = programs(dialog)[Language.OPENSTACK].splitlines()
    assert [READERS[Language.OPENSTACK](line)[1] for line in lines] == [
        {
            "os-volume-api-version": "3.0",
            "volume": "v1",
            "force": True,
            "last": "before name of v1",
        },
        {"os-volume-api-version": "3.0", "volume": "v3", "last": "before name of v3"},
    ]
    left_out = dialog.all("//pre[@data-sd-program='openstack']//span[@data-sd-only='v2']")
    assert "volume snapshot create" in left_out[0].get("data-sd-before")
    assert "".join(each.text_content() for each in left_out) == ""


def test_a_volume_is_made_and_attached(wire: Wire, person: Person) -> None:
    offering(wire)
    analysis.there_are(wire, analysis.server_json("i2"))
    shown = programs(person.get(analysis.CREATE_AND_ATTACH, dialog=True))
    assert set(shown) == ALL_BUT_TERRAFORM
    for text in shown.values():
        assert "INSTANCE_ID" in text


def test_a_revert_is_one_request(wire: Wire, person: Person) -> None:
    reverting.prepare(wire)
    dialog = reverting.opened(person)
    assert set(programs(dialog)) == ALL_BUT_TERRAFORM - {Language.ANSIBLE}
    assert said(dialog)[Language.API] == {"snapshot_id": "s1"}


def test_a_revert_that_copies_the_snapshot_has_no_program(
    wire: Wire, person: Person, settings: Any
) -> None:
    settings.SNAPSHOT_DASHBOARD = {"REIMAGE_FROM_SNAPSHOT": "proved"}
    reverting.prepare(wire)
    wire.volume(name="data", updated_at=reverting.CHANGED_AT, size=30)
    dialog = reverting.opened(person)
    assert programs(dialog) == {}
    assert "No program is shown for this: the revert takes many steps" in dialog.text


def test_what_this_cloud_has_no_version_for_is_explained(wire: Wire, person: Person) -> None:
    wire.versions("3.13")
    group_dialogs.there_is_a_group(wire, "v1")
    dialog = person.get(group_dialogs.OWN_CREATE, dialog=True)
    assert programs(dialog) == {}
    assert "needs version 3.14 of the Block Storage API for this, and this cloud has 3.13" in (
        dialog.text
    )


def test_volumes_of_the_same_name_have_no_playbook(wire: Wire, person: Person) -> None:
    for each in ("v1", "v2"):
        wire.volume(each, name="data")
    dialog = person.get(snapshot_sets.SEVERAL, dialog=True)
    assert Language.ANSIBLE not in programs(dialog)
    assert "Ansible makes one thing of each name, and some of these have the same." in dialog.text
