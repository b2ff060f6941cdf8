# SPDX-License-Identifier: Apache-2.0
"""The Create Volume dialog of a snapshot: shown, sent, refused."""

import shlex
from typing import Any

import pytest

from tests.unit.cloud.wire import (
    OTHER_PROJECT,
    PROJECT,
    REFUSED,
    REQUEST_ID,
    SILENT,
    Wire,
    volume_json,
)
from tests.unit.panels.person import CREATE_VOLUME, SNAPSHOTS, VOLUMES, Answer, Person

HOSTILE = "<script>alert('x')</script>\"'&"


@pytest.fixture
def ready(wire: Wire) -> Wire:
    """A snapshot that can be used, and everything that the dialog reads beside it."""
    wire.snapshot(name="before upgrade", description="why")
    wire.volume(status="in-use", availability_zone="nova", bootable="true")
    types = [{"id": "t1", "name": "ssd"}, {"id": "t2", "name": "hdd"}, {"id": "t0"}]
    types[2]["name"] = "__DEFAULT__"
    wire.says("GET", "/types", {"volume_types": types})
    zones(wire, "nova")
    return wire


def zones(wire: Wire, *names: str) -> None:
    """Let these zones be usable."""
    found = [{"zoneName": name, "zoneState": {"available": True}} for name in names]
    wire.says("GET", "/os-availability-zone", {"availabilityZoneInfo": found})


def opened(person: Person) -> Answer:
    """Open the dialog as a modal."""
    return person.get(CREATE_VOLUME, dialog=True)


def send(person: Person, **more: str) -> Answer:
    """Send the form as it opens, with changes."""
    form = {"name": "copy", "description": "typed", "size": "20", "type": "ssd", **more}
    return person.post(CREATE_VOLUME, form, dialog=True)


def asked(wire: Wire) -> list[dict[str, Any]]:
    """Return the bodies of the requests for a volume."""
    return [request.json()["volume"] for request in wire.sent("POST", "/volumes")]


def accepting(wire: Wire) -> None:
    """Let Cinder accept whatever is asked."""
    wire.says("POST", "/volumes", {"volume": volume_json("v9", name="copy")}, 202)


def choices(dialog: Answer, field_id: str) -> list[str]:
    """Return the choices of a select."""
    return [each.get("value") for each in dialog.all(f"//select[@id='{field_id}']/option")]


def test_it_says_where_the_volume_comes_from(ready: Wire, person: Person) -> None:
    dialog = opened(person)
    assert dialog.said("//h3") == "Create Volume"
    assert dialog.said("//*[@class='sd-subtitle']").startswith(
        'From snapshot "before upgrade" of volume "name of v1", '
    )


def test_it_opens_with_the_snapshots_own_values(ready: Wire, person: Person) -> None:
    dialog = opened(person)
    assert dialog.value("id_name") == "before upgrade"
    assert dialog.value("id_description") == "why"
    assert dialog.value("id_size") == "20"
    assert dialog.value("id_snapshot_source") == "before upgrade (20 GiB)"
    assert dialog.submits == [("btn btn-primary", "Create Volume")]


def test_the_browser_refuses_a_smaller_size(ready: Wire, person: Person) -> None:
    dialog = opened(person)
    assert dialog.one("//*[@id='id_size']").get("min") == "20"
    assert dialog.said("//*[@id='id_size_help']") == "At least 20 GiB, the size of the snapshot."


@pytest.mark.parametrize("size", ["19", "0", "-1", "", "many", "20.5"])
def test_the_dashboard_refuses_a_size_that_is_none_or_too_small(
    ready: Wire, person: Person, size: str
) -> None:
    answer = send(person, size=size)
    assert asked(ready) == []
    assert answer.status == 200
    assert answer.value("id_size") == size
    assert answer.value("id_description") == "typed"


def test_too_small_is_explained(ready: Wire, person: Person) -> None:
    said = "Enter 20 GiB or more: a volume cannot be smaller than its snapshot."
    assert said in send(person, size="19").text


def test_the_sources_own_type_comes_first_and_internal_ones_are_left_out(
    ready: Wire, person: Person
) -> None:
    assert choices(opened(person), "id_type") == ["ssd", "hdd"]


def test_a_zone_is_asked_for_only_where_there_is_a_choice(ready: Wire, person: Person) -> None:
    assert choices(opened(person), "id_availability_zone") == []
    zones(ready, "az2", "nova")
    assert choices(opened(person), "id_availability_zone") == ["nova", "az2"]


def test_the_defaults_are_left_to_the_service(ready: Wire, person: Person) -> None:
    accepting(ready)
    zones(ready, "az2", "nova")
    answer = send(person, availability_zone="nova")
    assert answer.headers["X-Horizon-Location"] == SNAPSHOTS
    (body,) = asked(ready)
    assert (body["snapshot_id"], body["size"], body["name"]) == ("s1", 20, "copy")
    assert (body["volume_type"], body["availability_zone"]) == (None, None)


def test_what_was_chosen_is_asked_for(ready: Wire, person: Person) -> None:
    accepting(ready)
    zones(ready, "az2", "nova")
    send(person, type="hdd", availability_zone="az2", size="30")
    (body,) = asked(ready)
    assert (body["volume_type"], body["availability_zone"], body["size"]) == ("hdd", "az2", 30)


@pytest.mark.parametrize("more", [{"type": "secret"}, {"availability_zone": "elsewhere"}])
def test_a_choice_that_was_not_offered_makes_nothing(
    ready: Wire, person: Person, more: dict[str, str]
) -> None:
    zones(ready, "az2", "nova")
    assert send(person, **more).status == 200
    assert asked(ready) == []


NOTES = [
    ("may", "While a volume made from this snapshot exists, the snapshot may not be deletable."),
    ("always", "While a volume made from this snapshot exists, the snapshot cannot be deleted."),
    ("wrong", "While a volume made from this snapshot exists, the snapshot may not be deletable."),
]


@pytest.mark.parametrize(("configured", "note"), NOTES)
def test_the_dependency_is_told_as_the_operator_knows_it(
    ready: Wire, person: Person, settings: Any, configured: str, note: str
) -> None:
    settings.SNAPSHOT_DASHBOARD = {"SNAPSHOT_DEPENDENCY": configured}
    assert note in opened(person).text


def test_no_dependency_is_told_where_there_is_none(
    ready: Wire, person: Person, settings: Any
) -> None:
    settings.SNAPSHOT_DASHBOARD = {"SNAPSHOT_DEPENDENCY": {"*": "always", "s*": "never"}}
    assert "While a volume made from this" not in opened(person).text


def test_it_tells_limits_image_and_what_is_inherited(ready: Wire, person: Person) -> None:
    said = opened(person).text
    assert "Volumes: 4 of 20 used, 5 after this one." in said
    assert "Storage: 940 of 1,000 GiB used, 960 GiB after this one." in said
    assert "For new instances, an image is the better source." in said
    assert "The new volume will be bootable and not encrypted." in said


def test_the_command_does_the_same(ready: Wire, person: Person) -> None:
    shown = opened(person).one("//pre[@data-sd-program='openstack']")
    words = shlex.split(shown.text_content())
    assert words[0] == "openstack" and words[2:4] == ["volume", "create"]
    assert {"--snapshot=s1", "--size=20", "--description=why"} <= set(words)
    assert words[-2:] == ["--", "before upgrade"]


def test_types_zones_and_limits_that_cannot_be_read_leave_the_dialog_usable(
    ready: Wire, person: Person
) -> None:
    for path in ("/types", "/os-availability-zone", f"/os-quota-sets/{PROJECT}"):
        ready.fails("GET", path, 500)
    dialog = opened(person)
    assert "Limits cannot be read right now." in dialog.text
    assert choices(dialog, "id_type") == ["ssd"]
    assert dialog.submits


def test_a_volume_that_cannot_be_read_leaves_the_dialog_usable(ready: Wire, person: Person) -> None:
    ready.fails("GET", "/volumes/v1", 404)
    accepting(ready)
    dialog = opened(person)
    assert choices(dialog, "id_type") == []
    assert send(person).headers["X-Horizon-Location"] == SNAPSHOTS


BLOCKED = [
    ("creating", "A volume cannot be made from this snapshot now"),
    ("error", "A volume cannot be made from this snapshot"),
    ("error_deleting", "A volume cannot be made from this snapshot"),
]


@pytest.mark.parametrize(("status", "title"), BLOCKED)
def test_a_snapshot_that_is_not_available_is_explained(
    ready: Wire, person: Person, status: str, title: str
) -> None:
    ready.snapshot(status=status)
    dialog = opened(person)
    assert (dialog.status, dialog.problem, dialog.submits) == (200, title, [])


def test_a_snapshot_of_another_project_is_refused_and_makes_nothing(
    ready: Wire, person: Person
) -> None:
    ready.snapshot(**{"os-extended-snapshot-attributes:project_id": OTHER_PROJECT})
    assert opened(person).submits == []
    answer = send(person)
    assert answer.problem == "This snapshot belongs to another project"
    assert asked(ready) == []


def test_a_snapshot_that_is_gone_is_told_so(ready: Wire, person: Person) -> None:
    ready.fails("GET", "/snapshots/s1", 404)
    dialog = opened(person)
    assert (dialog.problem, dialog.submits) == ("This snapshot no longer exists", [])


FAILURES = [
    (400, "Not created: the storage service refused the request"),
    (403, "Your role does not allow this"),
    (404, "Not created"),
    (413, "Not created: your project has reached a limit"),
    (500, "It is not known yet whether the volume was created"),
]


@pytest.mark.parametrize(("status", "title"), FAILURES)
def test_a_refusal_keeps_everything_and_gives_reason_and_request_id(
    ready: Wire, person: Person, status: int, title: str
) -> None:
    ready.fails("POST", "/volumes", status, "Because of it")
    answer = send(person, size="25", type="hdd")
    assert (answer.status, answer.problem) == (200, title)
    assert "Because of it" in answer.problem_text
    assert REQUEST_ID in answer.problem_text
    kept = [answer.value(f"id_{each}") for each in ("name", "description", "size", "type")]
    assert kept == ["copy", "typed", "25", "hdd"]


@pytest.mark.parametrize(
    ("how", "title"),
    [
        (REFUSED, "Not created: the storage service cannot be reached"),
        (SILENT, "It is not known yet whether the volume was created"),
    ],
)
def test_no_answer_is_told_as_what_is_known(
    ready: Wire, person: Person, how: type[Exception], title: str
) -> None:
    ready.breaks("POST", "/volumes", how)
    answer = send(person)
    assert (answer.status, answer.problem) == (200, title)
    assert answer.value("id_name") == "copy"


def test_names_are_text_and_nothing_else(ready: Wire, person: Person) -> None:
    ready.snapshot(name=HOSTILE, description=HOSTILE)
    ready.volume(name=HOSTILE, volume_type=HOSTILE)
    dialog = opened(person)
    assert "<script>alert" not in dialog.html
    assert HOSTILE in dialog.said("//*[@class='sd-subtitle']")


def test_success_is_told_with_the_way_to_the_volume(ready: Wire, person: Person) -> None:
    accepting(ready)
    form = {"name": "copy", "description": "", "size": "20", "type": "ssd"}
    answer = person.post(CREATE_VOLUME, form)
    assert (answer.status, answer.headers["Location"]) == (302, SNAPSHOTS)
    ready.says("GET", "/snapshots/detail", {"snapshots": []})
    page = person.get(SNAPSHOTS)
    assert 'Creating volume "copy"' in page.text
    assert page.one("//a[.='copy']").get("href") == f"{VOLUMES}v9/"
    assert page.one("//a[.='Attach it when it is ready']").get("href").endswith("/investigate/v9/")


def test_the_fields_have_stocks_names_and_labels(ready: Wire, person: Person) -> None:
    zones(ready, "az2", "nova")
    dialog = opened(person)
    labels = {each.get("for"): each.text_content().strip() for each in dialog.all("//label")}
    assert labels == {
        "id_name": "Volume Name",
        "id_description": "Description",
        "id_snapshot_source": "Snapshot",
        "id_size": "Size (GiB)",
        "id_type": "Type",
        "id_availability_zone": "Availability Zone",
    }
