# SPDX-License-Identifier: Apache-2.0
"""Create Snapshot as a modal and as a page: subtitle, limits, notes and length."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.unit.cloud.wire import NOVA, PROJECT, REFUSED, SILENT, Wire
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.create_snapshot.test_create_snapshot_sent import accepting, fill
from tests.unit.panels.person import CREATE_SNAPSHOT, SNAPSHOTS, VOLUMES, Person, looker

HOSTILE = "<script>alert('x')</script>{$ 1 $}\"'&"


def test_a_detached_dialog_is_short(wire: Wire, person: Person) -> None:
    wire.volume(name="web-data")
    assert person.get(CREATE_SNAPSHOT, dialog=True).visible_words() <= 90


STATES = ["ACTIVE", "PAUSED", "SUSPENDED", "SHUTOFF", "SHELVED", "RESCUE", "ERROR", "RESIZE"]


@pytest.mark.parametrize("status", STATES)
@pytest.mark.parametrize("disk", ["data", "system"])
def test_an_attached_dialog_is_short(wire: Wire, person: Person, status: str, disk: str) -> None:
    device = {"data": "/dev/vdb", "system": "/dev/vda"}[disk]
    entry = {"attachment_id": "a-i1", "server_id": "i1", "device": device}
    bootable = "true" if disk == "system" else "false"
    wire.attached(("i1", status), name="web-data", bootable=bootable, attachments=[entry])
    wire.instance("i1", status, name="web-1")
    assert person.get(CREATE_SNAPSHOT, dialog=True).visible_words() <= 169


def test_an_unreadable_instance_leaves_the_dialog_short(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"), name="web-data")
    wire.breaks("GET", f"{NOVA}/servers/i1", SILENT)
    assert person.get(CREATE_SNAPSHOT, dialog=True).visible_words() <= 169


def test_a_system_disk_is_told_the_way_back_beforehand(
    wire: Wire, person: Person, settings: Any
) -> None:
    entry = {"attachment_id": "a-i1", "server_id": "i1", "device": "/dev/vda"}
    wire.attached(("i1", "ACTIVE"), bootable="true", attachments=[entry])
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    assert "looks like the system disk (root disk) of name of i1" in dialog.text
    assert "the disk itself cannot be reverted while the instance exists" in dialog.text
    settings.SNAPSHOT_DASHBOARD = {"REIMAGE_FROM_SNAPSHOT": "proved"}
    assert "revert the instance in place" in person.get(CREATE_SNAPSHOT, dialog=True).text


def test_the_dialog_leads_to_all_volumes_of_the_instance_by_its_name(
    wire: Wire, person: Person
) -> None:
    wire.attached(("i1", "ACTIVE"))
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    (link,) = dialog.all("//a[contains(@href, 'instance=i1')]")
    assert link.text_content() == "Snapshot all volumes of name of i1 instead"


def test_a_data_volume_has_no_note_of_a_system_disk(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"))
    assert "looks like the system disk" not in person.get(CREATE_SNAPSHOT, dialog=True).text


def test_the_dialog_names_the_volume_its_size_and_type(wire: Wire, person: Person) -> None:
    wire.volume()
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    assert dialog.said("//*[@class='sd-subtitle']") == "name of v1 - 20 GiB - ssd"
    assert dialog.said("//h3") == "Create Volume Snapshot"


def test_an_empty_name_is_explained_by_the_default(wire: Wire, person: Person) -> None:
    wire.volume()
    help_text = person.get(CREATE_SNAPSHOT, dialog=True).said("//*[@id='id_name_help']")
    assert help_text.startswith('Leave empty to name it "name of v1 20')


def test_the_fields_have_stocks_names_and_labels(wire: Wire, person: Person) -> None:
    wire.volume()
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    labels = {each.get("for"): each.text_content().strip() for each in dialog.all("//label")}
    ours = {"id_keep": "How long", "id_keep_date": "Keep Until"}
    ours["id_tags"] = "One in a line: name=value"
    assert labels == {"id_name": "Snapshot Name", "id_description": "Description", **ours}
    assert dialog.one("//*[@name='name']").get("id") == "id_name"
    assert dialog.one("//*[@name='volume_id']").value == "v1"
    assert dialog.one("//form").get("id") == "create_snapshot_form"
    assert dialog.one("//form").get("action") == CREATE_SNAPSHOT


def test_the_notes_tell_what_a_snapshot_is_not(wire: Wire, person: Person) -> None:
    wire.volume()
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    assert "While this snapshot exists, the volume cannot be deleted." in dialog.text
    assert "A snapshot is not a backup" in dialog.text
    backup = urlsplit(str(dialog.one("//a[.='Create Backup']").get("href")))
    assert backup.path == f"{VOLUMES}v1/create_backup/"
    assert parse_qs(backup.query)["next"][0].startswith(CREATE_SNAPSHOT)


def test_the_steps_are_folded_and_only_there_where_they_help(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"))
    steps = person.get(CREATE_SNAPSHOT, dialog=True).one("//details[contains(@class,'sd-steps')]")
    assert steps.get("open") is None
    assert "fsfreeze -f" in steps.text_content()
    wire.attached(("i1", "SHUTOFF"))
    assert person.get(CREATE_SNAPSHOT, dialog=True).all("//*[contains(@class,'sd-steps')]") == []


@pytest.mark.parametrize(
    ("used", "bar"),
    [
        (6, "sd-bar"),
        (7, "sd-bar sd-bar-high"),
        (9, "sd-bar sd-bar-high"),
        (10, "sd-bar sd-bar-over"),
    ],
)
def test_a_bar_has_the_colour_of_what_is_used_afterwards(
    wire: Wire, person: Person, used: int, bar: str
) -> None:
    wire.attached()
    wire.quota(snapshots=(used, 10))
    first, *_others = person.get(CREATE_SNAPSHOT, dialog=True).all("//progress")
    assert first.get("class") == bar


QUOTA = [
    ({}, "Snapshots: 7 of 10 used, 8 after this one."),
    ({}, "Storage: 940 of 1,000 GiB used, 960 GiB after this one."),
    ({"snapshots": (7, -1)}, "Snapshots: 7 used, no limit."),
    ({"snapshots_ssd": (1, 2)}, 'Snapshots of type "ssd": 1 of 2 used, 2 after this one.'),
    (
        {"snapshots": (10, 10)},
        "The limit of 10 snapshots is reached. This request will be refused unless a snapshot "
        "is deleted first.",
    ),
    (
        {"gigabytes": (990, 1000)},
        "This snapshot needs 20 GiB, only 10 GiB are left. The request will probably be refused.",
    ),
]


@pytest.mark.parametrize(("limits", "line"), QUOTA)
def test_limits_are_told_and_never_block(
    wire: Wire, person: Person, limits: dict[str, Any], line: str
) -> None:
    wire.volume()
    wire.quota(**limits)
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    assert line in dialog.said("//*[@class='sd-quota']")
    assert dialog.submits[0][0] == "btn btn-primary"
    assert "disabled" not in dialog.one("//*[@type='submit']").attrib


@pytest.mark.parametrize("how", [REFUSED, SILENT])
def test_limits_that_cannot_be_read_are_said_to_be_so(
    wire: Wire, person: Person, how: type[Exception]
) -> None:
    wire.volume()
    wire.breaks("GET", f"/os-quota-sets/{PROJECT}", how)
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    assert "Limits cannot be read right now. The request may still work." in dialog.text
    assert dialog.submits


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (404, "This volume no longer exists"),
        (500, "This cannot be shown right now"),
        (403, "This cannot be shown right now"),
    ],
)
def test_a_volume_that_cannot_be_read_leaves_a_dialog_that_says_why(
    wire: Wire, person: Person, status: int, title: str
) -> None:
    wire.volume()
    wire.fails("GET", "/volumes/v1", status)
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    assert (dialog.status, dialog.problem, dialog.submits) == (200, title, [])


def test_without_scripts_it_is_a_page_with_the_same_form(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"))
    page = person.get(CREATE_SNAPSHOT)
    assert page.status == 200
    assert page.said("//title").startswith("Create Volume Snapshot")
    assert page.tick == "I understand that this snapshot may be corrupted."
    assert page.one("//form[@id='create_snapshot_form']").get("method").upper() == "POST"


def test_without_scripts_success_leads_back_to_the_list(wire: Wire, person: Person) -> None:
    wire.volume()
    accepting(wire)
    answer = person.post(CREATE_SNAPSHOT, fill(person.get(CREATE_SNAPSHOT)))
    assert (answer.status, answer.headers["Location"]) == (302, VOLUMES)


def test_success_leads_back_to_where_the_dialog_was_opened(wire: Wire, person: Person) -> None:
    wire.volume()
    accepting(wire)
    here = f"{VOLUMES}?field=name&value=web"
    dialog = person.get(f"{CREATE_SNAPSHOT}?next={VOLUMES}%3Ffield%3Dname%26value%3Dweb")
    assert person.post(CREATE_SNAPSHOT, fill(dialog)).headers["Location"] == here


@pytest.mark.parametrize(
    "next_url",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "\t//evil.example",
        "/\t/evil.example",
        "evil",
    ],
)
def test_the_way_back_never_leaves_the_dashboard(wire: Wire, person: Person, next_url: str) -> None:
    wire.volume()
    accepting(wire)
    form = {**fill(person.get(CREATE_SNAPSHOT)), "next": next_url}
    assert person.post(CREATE_SNAPSHOT, form).headers["Location"] == VOLUMES


def test_success_is_told_with_the_way_to_the_snapshot(wire: Wire, person: Person) -> None:
    wire.volume(name=HOSTILE)
    accepting(wire)
    sent = fill(person.get(CREATE_SNAPSHOT))
    person.post(CREATE_SNAPSHOT, sent)
    wire.says("GET", "/snapshots/detail", {"snapshots": []})
    page = person.get(SNAPSHOTS)
    assert 'Creating volume snapshot "before <upgrade>".' in page.text
    link = page.one("//a[.='before <upgrade>']")
    assert link.get("href") == f"{SNAPSHOTS}?field=volume_id&value=v1"
    assert "<script>alert" not in page.html


def test_names_of_others_are_text_and_nothing_else(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"), name=HOSTILE, description=HOSTILE, volume_type=HOSTILE)
    wire.instance("i1", "ACTIVE", name=HOSTILE)
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    assert "<script>alert" not in dialog.html
    assert "{$" not in dialog.html
    assert dialog.explanation.count("alert('x')") == 3


def test_what_was_typed_comes_back_as_text(wire: Wire, person: Person) -> None:
    wire.volume()
    wire.fails("POST", "/snapshots", 400, HOSTILE.replace("$", ""))
    # Horizon itself rewrites "{$", which would start an Angular expression.
    typed = HOSTILE.replace("$", "")
    form = {**fill(person.get(CREATE_SNAPSHOT)), "name": typed, "description": typed}
    answer = person.post(CREATE_SNAPSHOT, form, dialog=True)
    assert "<script>alert" not in answer.html
    assert answer.value("id_name") == answer.value("id_description") == typed
    assert typed in answer.problem_text


def test_nova_is_not_asked_about_a_detached_volume(wire: Wire, person: Person) -> None:
    wire.volume()
    person.get(CREATE_SNAPSHOT, dialog=True)
    assert [each.url for each in wire.mocker.request_history if NOVA in each.url] == []


def test_somebody_who_may_not_make_backups_is_not_offered_one(wire: Wire, log_in: LogIn) -> None:
    wire.volume()
    wire.quota()
    reader = log_in(looker())
    assert reader.get(CREATE_SNAPSHOT, dialog=True).all("//a[.='Create Backup']") == []


@pytest.mark.parametrize(
    ("configured", "shown"),
    [
        ({"SUPPORT_TEXT": "Ask the help desk"}, True),
        ({}, False),
    ],
)
def test_a_dead_end_names_the_support_that_the_operator_configured(
    wire: Wire, person: Person, settings: Any, configured: dict[str, str], shown: bool
) -> None:
    settings.SNAPSHOT_DASHBOARD = configured
    wire.volume()
    wire.fails("POST", "/snapshots", 500)
    form = fill(person.get(CREATE_SNAPSHOT))
    answer = person.post(CREATE_SNAPSHOT, form, dialog=True)
    assert ("Ask the help desk" in answer.problem_text) is shown
