# SPDX-License-Identifier: Apache-2.0
"""The two deletion dialogs: what must go first, what does not, and what is deleted after that."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from snapshot_dashboard import settings as ours
from tests.unit.cloud.wire import (
    OTHER_PROJECT,
    PROJECT,
    REFUSED,
    REQUEST_ID,
    SILENT,
    Json,
    Wire,
    attachment_json,
    snapshot_json,
    volume_json,
)
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.desk import audited, buttons, fill, hear, listen
from tests.unit.panels.person import CATALOG, SNAPSHOTS, VOLUMES, Answer, Person, user

OF_VOLUME = f"{VOLUMES}v1/delete/"
OF_SNAPSHOT = f"{SNAPSHOTS}s1/delete/"
BOTH = pytest.mark.parametrize(
    ("address", "path"), [(OF_VOLUME, "/volumes/v1"), (OF_SNAPSHOT, "/snapshots/s1")]
)
HOSTILE = "<script>alert('x')</script>\"'&"
GLANCE = "http://image.test"


@pytest.fixture(autouse=True)
def there_is(wire: Wire, person: Person) -> None:
    """A detached volume without snapshots, and a snapshot; Cinder deletes what is asked."""
    wire.volume()
    wire.snapshot()
    backups(wire)
    wire.says("DELETE", "/volumes/v1", None, 202)
    wire.says("DELETE", "/snapshots/s1", None, 202)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The messages for the page that follows."""
    return hear(monkeypatch)


def backups(wire: Wire, *found: Json) -> None:
    """Let Cinder have these backups."""
    wire.says("GET", "/backups/detail", {"backups": list(found)})


def dependency(settings: Any, how: str) -> None:
    """Let the operator say how the storage does it."""
    settings.SNAPSHOT_DASHBOARD = {**ours.configured(), "SNAPSHOT_DEPENDENCY": how}


def obstacles(dialog: Answer) -> list[str]:
    """Return what stands in the way, a line each."""
    found = dialog.all("//ol[@class='sd-obstacles']/li")
    return [" ".join(each.text_content().split()) for each in found]


def first(dialog: Answer) -> list[str]:
    """Return the snapshots that must go first."""
    found = dialog.all("//ul[@class='sd-first']/li")
    return [" ".join(each.text_content().split()) for each in found]


def heads(dialog: Answer) -> list[str]:
    """Return the heads of the lists that are shown."""
    return [each.text_content() for each in dialog.all("//h4[not(@hidden)]")]


def deleted(wire: Wire) -> list[str]:
    """Return what was asked to be deleted."""
    asked = (each for each in wire.mocker.request_history if each.method == "DELETE")
    return [each.url.partition("/v3")[2] for each in asked]


def send(person: Person, address: str, **more: str) -> Answer:
    """Open a dialog and send what a browser would."""
    form = fill(person.get(address, dialog=True))
    return person.post(address, {**form, **more}, dialog=True)


def asks(person: Person, address: str) -> bool:
    """Tell whether a script would leave it to stock's question."""
    return bool(json.loads(person.get(f"{address}?ask", dialog=True).html)["clear"])


@BOTH
def test_where_nothing_stands_in_the_way_the_dialog_offers_to_delete(
    wire: Wire, person: Person, told: list[str], address: str, path: str
) -> None:
    dialog = person.get(address, dialog=True)
    assert (obstacles(dialog), heads(dialog), dialog.problem) == ([], [], "")
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
    (line,) = audited(received)
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
    assert [each.startswith(said) for each in obstacles(dialog)] == [True]
    assert heads(dialog) == ["Must go first"]
    assert buttons(dialog) == []
    assert dialog.one("//a[contains(@class, 'cancel')]").text_content() == "Close"
    answer = person.post(OF_VOLUME, fill(dialog), dialog=True)
    assert answer.problem.startswith("Nothing was deleted: the situation changed")
    assert deleted(wire) == []


def test_an_attached_volume_leads_to_detaching(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"), name=HOSTILE)
    dialog = person.get(OF_VOLUME, dialog=True)
    (said,) = obstacles(dialog)
    assert said.startswith("This volume is attached to name of i1 Detach it first.")
    link = dialog.one("//ol//a[contains(@class, 'ajax-modal')]")
    assert link.get("href") == f"{VOLUMES}v1/attach/"
    assert "<script>alert" not in dialog.html


def test_a_system_disk_leads_to_its_instance(wire: Wire, person: Person) -> None:
    entry = attachment_json("i1", device="/dev/vda")
    wire.attached(("i1", "ACTIVE"), attachments=[entry], bootable="true")
    (said,) = obstacles(person.get(OF_VOLUME, dialog=True))
    assert "It looks like the system disk: it can be deleted only after the instance." in said
    assert "Show instance" in said and "Manage Attachments" not in said


def test_a_member_is_not_told_more_of_a_missing_instance_than_is_known(
    wire: Wire, person: Person
) -> None:
    wire.attached(("i1", "ACTIVE"))
    wire.fails("GET", "http://compute.test/v2.1/servers/i1", 404)
    (said,) = obstacles(person.get(OF_VOLUME, dialog=True))
    assert said.startswith(
        "This volume is still marked as attached to an instance that no longer exists, or that "
        "you cannot see: i1 Contact support and give this ID: v1"
    )


def test_a_compute_service_that_is_down_is_not_an_instance_that_is_gone(
    wire: Wire, person: Person
) -> None:
    wire.attached(("i1", "ACTIVE"))
    wire.breaks("GET", "http://compute.test/v2.1/servers/i1", REFUSED)
    (said,) = obstacles(person.get(OF_VOLUME, dialog=True))
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
    assert obstacles(dialog)[0].startswith(said)
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


def snapshots(wire: Wire, *found: Json) -> None:
    """Let the volume have snapshots."""
    wire.holds("snapshots", *found)


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
    assert heads(dialog) == ["Related, does not need to be deleted"]
    assert f"Backups are kept and are not affected. {HOSTILE}" in dialog.text
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
    warning = dialog.said("//*[@class='alert alert-warning']")
    assert warning == 'Image "web image" starts instances from this snapshot and will stop working.'
    assert buttons(dialog)
    assert not asks(person, address)
    wire.fails("GET", f"{GLANCE}/v2/images", 500)
    assert "It could not be read whether images are made of it." in person.get(address).text


# Refusals and what else may happen.


@BOTH
def test_a_refusal_for_a_cause_that_cannot_be_seen_is_said_as_such(
    wire: Wire, person: Person, address: str, path: str
) -> None:
    wire.fails("DELETE", path, 400, "generic")
    answer = send(person, address)
    assert answer.problem == "Not deleted: the storage service refused the request"
    assert "Nothing that you can see stands in the way" in answer.problem_text
    assert path.rpartition("/")[2] in answer.problem_text
    assert "generic" in answer.problem_text and REQUEST_ID in answer.problem_text
    assert ("a snapshot of another project" in answer.problem_text) == ("volumes" in path)
    assert buttons(answer)


def test_a_refusal_is_explained_by_what_is_in_the_way_by_now(wire: Wire, person: Person) -> None:
    form = fill(person.get(OF_SNAPSHOT, dialog=True))
    states = iter(["available", "backing-up"])

    def snapshot(request: Any, context: Any) -> Json:
        return {"snapshot": snapshot_json(status=next(states))}

    wire.mocker.register_uri("GET", "http://storage.test/v3/snapshots/s1", json=snapshot)
    wire.fails("DELETE", "/snapshots/s1", 400, "generic")
    answer = person.post(OF_SNAPSHOT, form, dialog=True)
    assert answer.problem.startswith("Nothing was deleted: the situation changed")
    assert obstacles(answer)[0].startswith("It is busy: Backing Up")
    assert "generic" in answer.problem_text


@BOTH
@pytest.mark.parametrize(
    ("status", "title"),
    [
        (403, "Your role does not allow this"),
        (404, "no longer exists"),
        (500, "It is not known whether the deletion was accepted"),
    ],
)
def test_each_error_says_what_became_of_it(
    wire: Wire, person: Person, address: str, path: str, status: int, title: str
) -> None:
    wire.fails("DELETE", path, status)
    assert title in send(person, address).problem


@BOTH
@pytest.mark.parametrize(
    ("how", "title"),
    [(REFUSED, "cannot be reached"), (SILENT, "It is not known whether the deletion")],
)
def test_no_answer_says_whether_anything_was_sent(
    wire: Wire, person: Person, address: str, path: str, how: type[Exception], title: str
) -> None:
    wire.breaks("DELETE", path, how)
    assert title in send(person, address).problem


@BOTH
def test_what_has_gone_is_said(wire: Wire, person: Person, address: str, path: str) -> None:
    form = fill(person.get(address, dialog=True))
    wire.fails("GET", path, 404)
    assert "no longer exists" in person.get(address, dialog=True).problem
    assert "no longer exists" in person.post(address, form, dialog=True).problem
    assert deleted(wire) == []


@BOTH
def test_a_form_of_another_project_deletes_nothing(
    wire: Wire, person: Person, address: str, path: str
) -> None:
    form = {"opened_in": f"{OTHER_PROJECT} Research"}
    answer = person.post(address, form, dialog=True)
    assert answer.problem.startswith("You have switched to project")
    assert "Nothing was deleted." in answer.problem_text
    assert deleted(wire) == []


@BOTH
def test_only_own_pages_are_gone_to(wire: Wire, person: Person, address: str, path: str) -> None:
    answer = send(person, address, next="https://evil.test/")
    assert answer.headers["X-Horizon-Location"].startswith("/project/")


@BOTH
def test_a_snapshot_list_that_cannot_be_read_deletes_nothing(
    wire: Wire, person: Person, address: str, path: str
) -> None:
    form = fill(person.get(address, dialog=True))
    for each in ("/snapshots/detail", "/snapshots/s1"):
        wire.fails("GET", each, 500)
    answer = person.post(address, form, dialog=True)
    assert answer.problem == "Not deleted: the storage service cannot be reached"
    assert deleted(wire) == []


def test_why_it_came_back_is_told_whoever_asked_for_it(wire: Wire, person: Person) -> None:
    when = datetime.now(UTC)
    wire.snapshot(updated_at=f"{when:%Y-%m-%dT%H:%M:%S.%f}")
    busy = {"id": "m1", "event_id": "VOLUME_VOLUME_SNAPSHOT_010_015", "resource_uuid": "s1"}
    wire.messages(busy | {"created_at": f"{when:%Y-%m-%dT%H:%M:%S.%f}"})
    said = person.get(OF_SNAPSHOT, dialog=True).said("//p[@class='sd-remark']")
    assert said == "Not deleted: it is in use, probably by a volume made from it."
    assert not asks(person, OF_SNAPSHOT)


# Whether stock's question is enough.


def test_stock_asks_where_there_is_nothing_to_tell(wire: Wire, person: Person) -> None:
    assert asks(person, OF_VOLUME) and asks(person, OF_SNAPSHOT)


def test_stock_does_not_ask_where_there_is(wire: Wire, person: Person) -> None:
    wire.holds("volumes", volume_json("v9", snapshot_id="s1"))
    assert not asks(person, OF_SNAPSHOT)
    snapshots(wire, snapshot_json("s1"))
    assert not asks(person, OF_VOLUME)


def test_more_volumes_than_one_part_are_looked_through_in_the_dialog(
    wire: Wire, person: Person
) -> None:
    links = [{"rel": "next", "href": "elsewhere"}]
    wire.says("GET", "/volumes/detail", {"volumes": [volume_json("v9")], "volumes_links": links})
    assert not asks(person, OF_SNAPSHOT)
    wire.fails("GET", "/volumes/detail", 500)
    assert not asks(person, OF_SNAPSHOT)


def test_where_nothing_depends_nothing_is_looked_through(
    wire: Wire, person: Person, settings: Any
) -> None:
    dependency(settings, "never")
    wire.fails("GET", "/volumes/detail", 500)
    assert asks(person, OF_SNAPSHOT)


# Volumes made from a snapshot.


def part(person: Person, address: str, **query: object) -> Json:
    """Ask as the script does, and return the answer."""
    said = "&".join(f"{key}={value}" for key, value in query.items())
    answer: Json = json.loads(person.get(f"{address}?{said}", dialog=True).html)
    return answer


MADE_FROM = f"{SNAPSHOTS}s1/dependents/"
EFFECT = {
    "may": "On some storage the snapshot cannot be deleted while it exists.",
    "always": "The snapshot cannot be deleted while it exists.",
    "never": "It does not need it any more and is not affected.",
}


@pytest.mark.parametrize("how", EFFECT)
def test_the_operator_says_what_a_volume_made_from_it_means(
    wire: Wire, person: Person, settings: Any, how: str
) -> None:
    dependency(settings, how)
    found = [volume_json("v8", snapshot_id="s1", name=HOSTILE), volume_json("v9")]
    wire.says("GET", "/volumes/detail", {"volumes": found, "count": 2})
    answer = part(person, MADE_FROM, marker="", done=0, found=0)
    assert "1 volume was made from this snapshot" in answer["html"]
    assert EFFECT[how] in answer["html"]
    assert "<script>alert" not in answer["html"]
    assert ("You can try" in answer["html"]) == (how == "may")
    assert answer["blocked"] == (how == "always")
    assert answer["said"] == "All 2 volumes of this project were checked."


def test_the_search_says_how_far_it_is_and_where_to_go_on(wire: Wire, person: Person) -> None:
    links = [{"rel": "next", "href": "elsewhere"}]
    page = {"volumes": [volume_json("v9")], "count": 2500, "volumes_links": links}
    wire.says("GET", "/volumes/detail", page)
    answer = part(person, MADE_FROM, marker="", done=1999, found=0)
    said = "Looking for volumes made from this snapshot: 2,000 of 2,500 checked."
    assert (answer["said"], answer["marker"], answer["html"]) == (said, "v9", "")
    wire.says("GET", "/volumes/detail", {"volumes": [], "count": 2500})
    last = part(person, MADE_FROM, marker="v9", done=2000, found=0)
    assert last["said"] == (
        "No volume was made from it: all 2,500 volumes of this project were checked."
    )


def test_the_count_goes_on_from_what_was_found_before(wire: Wire, person: Person) -> None:
    wire.holds("volumes", volume_json("v9", snapshot_id="s1"))
    answer = part(person, MADE_FROM, marker="", done="x", found=2)
    assert "3 volumes were made from this snapshot" in answer["html"]
    assert "while they exist." in answer["html"]


def test_a_part_that_cannot_be_read_is_no_answer(wire: Wire, person: Person) -> None:
    wire.fails("GET", "/volumes/detail", 500)
    assert person.get(MADE_FROM, dialog=True).status == 503
    assert person.get(f"{MADE_FROM}?project={OTHER_PROJECT}", dialog=True).status == 409
    assert person.get(f"{MADE_FROM}?project={PROJECT}", dialog=True).status == 503


def test_a_volume_looks_for_those_of_all_its_snapshots(wire: Wire, person: Person) -> None:
    snapshots(wire, snapshot_json("s1"), snapshot_json("s2"))
    wire.holds("volumes", volume_json("v9", snapshot_id="s2"), volume_json("v8", snapshot_id="s3"))
    answer = part(person, f"{VOLUMES}v1/dependents/", done=0, found=0)
    assert "1 volume was made from these snapshots" in answer["html"]
    assert "If the storage refuses, the volume may end in an error state." in answer["html"]


def test_a_volume_does_not_go_halfway_where_the_storage_would_refuse(
    wire: Wire, person: Person, settings: Any
) -> None:
    dependency(settings, "always")
    snapshots(wire, snapshot_json("s1"))
    wire.holds("volumes", volume_json("v9", snapshot_id="s1"))
    answer = send(person, OF_VOLUME, cascade="on")
    assert answer.problem == "Not deleted: volumes were made from these snapshots"
    assert deleted(wire) == []
    wire.holds("volumes", volume_json("v9"))
    send(person, OF_VOLUME, cascade="on")
    assert deleted(wire) == ["/volumes/v1?cascade=True"]


def test_without_scripts_the_search_goes_page_by_page(wire: Wire, person: Person) -> None:
    first_page = person.get(OF_SNAPSHOT)
    assert wire.sent("GET", "/volumes/detail") == []
    on = first_page.one("//a[normalize-space()='Look for them']").get("href")
    links = [{"rel": "next", "href": "elsewhere"}]
    found = [volume_json("v8", snapshot_id="s1")]
    wire.says("GET", "/volumes/detail", {"volumes": found, "count": 2, "volumes_links": links})
    wire.volume("v8")
    second = person.get(OF_SNAPSHOT + on)
    assert "1 volume was made from this snapshot" in second.text
    assert "1 of 2 checked." in second.text
    on = second.one("//a[normalize-space()='Look further']").get("href")
    wire.says("GET", "/volumes/detail?marker=v8", {"volumes": [volume_json("v9")], "count": 2})
    third = person.get(OF_SNAPSHOT + on)
    assert "name of v8" in third.text
    assert "All 2 volumes of this project were checked." in third.text
    assert not third.all("//a[normalize-space()='Look further']")
    wire.fails("GET", "/volumes/detail?marker=v8", 500)
    failed = person.get(OF_SNAPSHOT + on)
    assert "Not everything could be checked. You can still delete" in failed.text
    assert buttons(failed)


def test_where_nothing_depends_the_volumes_are_only_related(
    wire: Wire, person: Person, settings: Any
) -> None:
    dependency(settings, "never")
    wire.holds("volumes", volume_json("v8", snapshot_id="s1"))
    dialog = person.get(f"{OF_SNAPSHOT}?look=")
    assert heads(dialog) == ["Related, does not need to be deleted"]
    assert EFFECT["never"] in dialog.text
