# SPDX-License-Identifier: Apache-2.0
"""Create Volume and Attach: the choice of an instance, and what is sent."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.unit.cloud.wire import NOVA, OTHER_PROJECT, PROJECT, REFUSED, SILENT, Wire, volume_json
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.investigate.analysis import (
    CHOOSE,
    CREATE_AND_ATTACH,
    INSTANCES,
    MADE_FOR,
    PROGRESS,
    SERVERS,
    copy,
    made,
    server_json,
    there_are,
)
from tests.unit.panels.person import SNAPSHOTS, Answer, Person, looker

HOSTILE = "<script>alert('x')</script>\"'&"
UUID = "11111111-2222-4333-8444-555555555555"
SUSPECT = "not recommended: the snapshot was probably taken of this instance"
TOLD = {
    "snapshot_dashboard:taken_while": "running",
    "snapshot_dashboard:instances": "i1=ACTIVE",
}


@pytest.fixture
def ready(wire: Wire) -> Wire:
    """A snapshot of web's volume, and two instances to choose from."""
    wire.snapshot(name="before upgrade", metadata=TOLD)
    wire.volume(status="in-use")
    wire.says("GET", "/types", {"volume_types": [{"id": "t1", "name": "ssd"}]})
    wire.says("GET", "/os-availability-zone", {"availabilityZoneInfo": []})
    there_are(wire, server_json("i1", name="web"), server_json("i2", "SHUTOFF", name="tools"))
    return wire


def opened(person: Person) -> Answer:
    """Open the dialog."""
    return person.get(CREATE_AND_ATTACH, dialog=True)


def send(person: Person, **more: str) -> Answer:
    """Send the form as it opens, with changes."""
    form = {"name": "copy", "description": "typed", "size": "25", "type": "ssd", "search": "to"}
    return person.post(CREATE_AND_ATTACH, {**form, "instance": "i2", **more}, dialog=True)


def offered(answer: Answer) -> dict[str, str]:
    """Return the instances to choose, by id, with what is said of each."""
    return {
        each.get("value"): answer.said(f"//label[@for='{each.get('id')}']")
        for each in answer.all("//input[@type='radio'][@name='instance']")
    }


def buttons(answer: Answer) -> list[str]:
    """Return the labels of the buttons that make something; the search has one, too."""
    return [label for kind, label in answer.submits if "btn-primary" in kind]


def chosen(answer: Answer) -> list[str]:
    """Return the instance that is chosen."""
    return [each.get("value") for each in answer.all("//input[@name='instance'][@checked]")]


def asked(wire: Wire) -> list[dict[str, Any]]:
    """Return the bodies of the requests for a volume."""
    return [request.json()["volume"] for request in wire.sent("POST", "/volumes")]


def test_it_offers_instances_and_marks_the_one_under_investigation(
    ready: Wire, person: Person
) -> None:
    dialog = opened(person)
    assert dialog.said("//h3") == "Create Volume and Attach"
    assert offered(dialog) == {"i1": f"web - Active {SUSPECT}", "i2": "tools - Shutoff"}
    assert chosen(dialog) == []
    assert buttons(dialog) == ["Create Volume and Attach"]


def test_what_the_volume_is_attached_to_now_is_marked_too(ready: Wire, person: Person) -> None:
    ready.records("v1", "i2")
    assert offered(opened(person))["i2"] == f"tools - Shutoff {SUSPECT}"


def test_it_tells_what_create_volume_tells_and_what_to_mind(ready: Wire, person: Person) -> None:
    said = opened(person).text
    assert "was running: this snapshot may be corrupted." in said
    assert "Volumes: 4 of 20 used, 5 after this one." in said
    assert "Choose an instance that you use for analysis, not the one under investigation." in said
    assert "Before you look at the copy" in said
    assert "mount -o ro,noload (ext4), mount -o ro,norecovery,nouuid (XFS)" in said
    assert "Do not start or unshelve the suspect instance." in said


def test_nova_is_asked_once_for_those_that_accept_a_volume(ready: Wire, person: Person) -> None:
    opened(person)
    (request,) = ready.sent("GET", SERVERS)
    query = parse_qs(urlsplit(request.url).query)
    assert query["limit"] == ["50"]
    assert "SHELVED_OFFLOADED" in query["status"] and "ERROR" not in query["status"]
    assert "name" not in query and "all_tenants" not in query


def test_what_does_not_accept_a_volume_or_is_not_ours_is_not_offered(
    ready: Wire, person: Person
) -> None:
    there_are(
        ready,
        server_json("i3", "ACTIVE", **{"OS-EXT-STS:task_state": "rebooting"}),
        server_json("i4", "RESCUE"),
        server_json("i5", tenant_id=OTHER_PROJECT),
    )
    dialog = opened(person)
    assert offered(dialog) == {}
    assert "This project has no instance that accepts a volume." in dialog.text


def test_equal_names_get_a_short_id(ready: Wire, person: Person) -> None:
    rest = "0000-4000-8000-000000000000"
    first, second = f"11112222-{rest}", f"33334444-{rest}"
    there_are(ready, server_json(first, name="x"), server_json(second, name="x"))
    assert list(offered(opened(person)).values()) == [
        "x (11112222) - Active",
        "x (33334444) - Active",
    ]


def test_names_are_text_and_nothing_else(ready: Wire, person: Person) -> None:
    there_are(ready, server_json("i1", name=HOSTILE))
    dialog = opened(person)
    assert "<script>alert" not in dialog.html
    assert HOSTILE in offered(dialog)["i1"]


def test_the_volume_is_made_and_remembers_its_instance(ready: Wire, person: Person) -> None:
    place = made(person, ready)
    assert urlsplit(place).path == PROGRESS
    # The address says where it is from, so that it is not taken for one of another region.
    opened_in = {"project": [PROJECT], "region": ["RegionOne"]}
    assert parse_qs(urlsplit(place).query) == opened_in | {"next": [SNAPSHOTS]}
    (body,) = asked(ready)
    assert (body["snapshot_id"], body["size"], body["name"]) == ("s1", 20, "copy")
    assert body["metadata"][MADE_FOR] == "i2"
    assert body["metadata"]["snapshot_dashboard:snapshot"] == "s1"


def test_the_suspect_may_be_chosen_all_the_same(ready: Wire, person: Person) -> None:
    ready.says("POST", "/volumes", {"volume": volume_json("v9")}, 202)
    assert "/i1/" in send(person, instance="i1").headers["X-Horizon-Location"]


REFUSALS = [
    ({"tenant_id": OTHER_PROJECT}, "This instance belongs to another project."),
    ({"status": "ERROR"}, '"name of i7" does not accept a volume now: its status is Error.'),
    ({"OS-EXT-STS:task_state": "rebooting"}, '"name of i7" is busy'),
]


@pytest.mark.parametrize(("how", "said"), REFUSALS)
def test_an_instance_that_cannot_be_used_makes_nothing_and_keeps_what_was_typed(
    ready: Wire, person: Person, how: dict[str, Any], said: str
) -> None:
    ready.says("GET", f"{NOVA}/servers/i7", {"server": server_json("i7", **how)})
    answer = send(person, instance="i7")
    assert said in answer.said("//*[@id='id_instance_error']")
    kept = [answer.value(f"id_{each}") for each in ("name", "description", "size", "search")]
    assert kept == ["copy", "typed", "25", "to"]
    assert asked(ready) == []


def test_an_instance_that_is_gone_makes_nothing(ready: Wire, person: Person) -> None:
    ready.fails("GET", f"{NOVA}/servers/i7", 404)
    assert "no longer exists, or you cannot see it" in send(person, instance="i7").text
    assert "Choose an instance." in send(person, instance="").text
    assert "no longer exists" in send(person, instance="../i2").text
    assert asked(ready) == []


def test_an_instance_that_cannot_be_checked_makes_nothing(ready: Wire, person: Person) -> None:
    ready.breaks("GET", f"{NOVA}/servers/i2", SILENT)
    answer = send(person)
    assert "The instance cannot be checked right now. The compute service did not" in answer.text
    assert asked(ready) == []


def test_instances_that_cannot_be_listed_leave_the_dialog(ready: Wire, person: Person) -> None:
    ready.breaks("GET", SERVERS, REFUSED)
    dialog = opened(person)
    assert "Instances cannot be shown right now" in dialog.text
    assert buttons(dialog)


def test_what_was_chosen_stays_whatever_is_searched_for(ready: Wire, person: Person) -> None:
    there_are(ready, server_json("i2", name="tools"))
    there_are(ready)
    answer = send(person, search="else", size="1")
    assert chosen(answer) == ["i2"]


def test_without_scripts_the_search_has_a_button_that_makes_nothing(
    ready: Wire, person: Person
) -> None:
    answer = send(person, search="too*l", find="1", size="nonsense")
    assert asked(ready) == []
    assert answer.problem == ""
    assert answer.all("//*[contains(@class, 'has-error')]") == []
    assert answer.value("id_size") == "nonsense"
    assert answer.value("id_description") == "typed"
    assert answer.value("id_search") == "too*l"
    assert chosen(answer) == ["i2"]
    (request,) = ready.sent("GET", SERVERS)
    assert parse_qs(urlsplit(request.url).query)["name"] == [r"too\*l"]


def test_an_id_is_looked_up_as_one(ready: Wire, person: Person) -> None:
    there_are(ready, server_json(UUID, name="by id"))
    answer = send(person, search=UUID, find="1", instance="")
    assert offered(answer) == {UUID: "by id - Active"}
    assert ready.sent("GET", SERVERS) == []


def test_an_id_that_does_not_accept_a_volume_says_why(ready: Wire, person: Person) -> None:
    there_are(ready, server_json(UUID, "RESCUE", name="by id"))
    answer = send(person, search=UUID, find="1", instance="")
    assert '"by id" does not accept a volume now: its status is Rescue.' in answer.text


def test_an_id_of_another_project_is_not_told(ready: Wire, person: Person) -> None:
    there_are(ready, server_json(UUID, name="secret", tenant_id=OTHER_PROJECT))
    answer = send(person, search=UUID, find="1", instance="")
    assert offered(answer) == {}
    assert "secret" not in answer.html


def test_the_list_follows_what_is_typed(ready: Wire, person: Person) -> None:
    there_are(ready, server_json("i1", name="web"), server_json("i2"), more=True)
    answer = person.client.get(f"{INSTANCES}?search=web&instance=i2")
    said = json.loads(answer.content)
    assert said["said"] == "2 instances are shown."
    assert SUSPECT in said["html"]
    assert "More: type a part of the name." in said["html"]
    assert ready.query(SERVERS)["name"] == "web"


def test_the_list_is_not_for_another_project(ready: Wire, person: Person) -> None:
    answer = person.client.get(f"{INSTANCES}?project={OTHER_PROJECT}")
    assert json.loads(answer.content) == {}
    ready.breaks("GET", "/snapshots/s1", SILENT)
    assert person.client.get(INSTANCES).status_code == 503


def test_a_second_form_leads_to_the_progress_of_the_first(ready: Wire, person: Person) -> None:
    dialog = opened(person)
    request = dialog.one("//input[@name='request']").value
    mine = {"snapshot_dashboard:request": request, MADE_FOR: "i2"}
    ready.holds("volumes", volume_json("v9", snapshot_id="s1", metadata=mine))
    answer = send(person, request=request)
    assert answer.problem == "This volume already exists"
    place = answer.one("//a[.='Show progress']").get("href")
    assert place == f"{PROGRESS}?project={PROJECT}&region=RegionOne"
    assert asked(ready) == []


@pytest.mark.parametrize("status", ["creating", "error"])
def test_a_snapshot_that_is_not_available_is_explained(
    ready: Wire, person: Person, status: str
) -> None:
    ready.snapshot(status=status)
    dialog = opened(person)
    assert dialog.problem.startswith("A volume cannot be made from this snapshot")
    assert buttons(dialog) == []
    assert send(person).status == 200
    assert asked(ready) == []


def test_a_snapshot_of_another_project_is_refused(ready: Wire, person: Person) -> None:
    ready.snapshot(**{"os-extended-snapshot-attributes:project_id": OTHER_PROJECT})
    assert send(person).problem == "This snapshot belongs to another project"
    assert asked(ready) == []


def test_a_refusal_keeps_the_instance(ready: Wire, person: Person) -> None:
    ready.fails("POST", "/volumes", 413, "Too many")
    answer = send(person)
    assert answer.problem == "Not created: your project has reached a limit"
    assert chosen(answer) == ["i2"]


def test_what_was_chosen_survives_a_snapshot_that_cannot_be_read(
    ready: Wire, person: Person
) -> None:
    ready.breaks("GET", "/snapshots/s1", SILENT)
    answer = send(person)
    assert answer.one("//input[@name='instance']").value == "i2"
    assert answer.value("id_size") == "25"
    assert asked(ready) == []


def test_only_who_may_attach_is_offered_the_action(
    ready: Wire, person: Person, log_in: LogIn
) -> None:
    ready.holds("snapshots", {"id": "s1", "size": 1, "status": "available", "volume_id": "v1"})
    link = "//a[contains(@href, 'create_volume_and_attach')]"
    (action,) = person.get(SNAPSHOTS).all(link)
    assert action.text_content().strip() == "Create Volume and Attach"
    assert log_in(looker()).get(SNAPSHOTS).all(link) == []


def test_a_volume_that_exists_gets_an_instance(ready: Wire, person: Person) -> None:
    copy(ready, "available")
    dialog = person.get(f"{CHOOSE}?next={SNAPSHOTS}", dialog=True)
    assert buttons(dialog) == ["Attach Volume"]
    assert SUSPECT in offered(dialog)["i1"]
    form = {"instance": "i2", "search": "", "next": SNAPSHOTS}
    answer = person.post(CHOOSE, form, dialog=True)
    assert urlsplit(answer.headers["X-Horizon-Location"]).path == PROGRESS


@pytest.mark.parametrize(
    ("how", "title"),
    [
        ({"snapshot_id": "s2"}, "This volume no longer exists"),
        ({"os-vol-tenant-attr:tenant_id": OTHER_PROJECT}, "This volume belongs to another project"),
    ],
)
def test_a_volume_of_another_snapshot_or_project_gets_none(
    ready: Wire, person: Person, how: dict[str, str], title: str
) -> None:
    copy(ready, "available", **how)
    dialog = person.get(CHOOSE, dialog=True)
    assert (dialog.problem, buttons(dialog)) == (title, [])
    answer = person.post(CHOOSE, {"instance": "i2"}, dialog=True)
    assert "X-Horizon-Location" not in answer.headers


@pytest.mark.parametrize("found_by_id", [True, False])
def test_a_choice_outlives_a_compute_service_that_fails(
    ready: Wire, person: Person, *, found_by_id: bool
) -> None:
    if found_by_id:
        there_are(ready, server_json("i2", name="tools"))
    ready.breaks("GET", SERVERS, SILENT)
    if not found_by_id:
        ready.breaks("GET", f"{NOVA}/servers/i2", SILENT)
    answer = send(person, size="1")
    assert chosen(answer) == ["i2"]
    query = {"search": "x", "instance": "i2"}
    said = json.loads(person.client.get(INSTANCES, query).content)
    assert 'value="i2" checked' in said["html"]
    assert said["said"].startswith("Instances cannot be shown right now")
