# SPDX-License-Identifier: Apache-2.0
"""Create Frozen Snapshots: requested once, every failure reported, nothing left over."""

import json
from typing import Any

import pytest

from tests.unit.cloud.wire import (
    NOVA,
    OTHER_PROJECT,
    PROJECT,
    SILENT,
    Json,
    Wire,
    attachment_json,
    snapshot_json,
)
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import CATALOG, CREATE_SNAPSHOT, VOLUMES, Answer, Person, user

GLANCE = "http://image.test/v2"
QUIESCED = f"{VOLUMES}v1/create_frozen/"
FORM = "8b0c1f6e-37a7-4e4c-9d68-5a9e5d3c1b2a"
PAGE = f"{VOLUMES}v1/frozen/{FORM}/?project={PROJECT}&region=RegionOne"
ACTION = f"{NOVA}/servers/i1/action"
BOTH = {"hw_qemu_guest_agent": "yes", "os_require_quiesce": "yes"}
NOTE = "snapshot_dashboard:"
PROPERTIES: Json = {"volume_image_metadata": BOTH, "bootable": "true"}


@pytest.fixture
def anna(person: Person, log_in: LogIn, wire: Wire) -> Person:
    """A member whose cloud has images; i1 runs from v1, has v2, and its image has the agent."""
    endpoint = {"interface": "public", "region": "RegionOne", "region_id": "RegionOne"}
    endpoints = [endpoint | {"url": "http://image.test"}]
    images = {"type": "image", "name": "image", "endpoints": endpoints}
    root = [attachment_json("i1", device="/dev/vda")]
    wire.attached(("i1", "ACTIVE"), attachments=root, **PROPERTIES)
    wire.attached(("i1", "ACTIVE"), volume_id="v2", name="<data>")
    attached = [{"volumeId": "v1", "device": "/dev/vda"}, {"volumeId": "v2", "device": "/dev/vdb"}]
    wire.says("GET", f"{NOVA}/servers/i1/os-volume_attachments", {"volumeAttachments": attached})
    wire.says("POST", ACTION, None, 202)
    holds(wire)
    return log_in(user("member", "reader", catalog=[*CATALOG, images]))


def image_json(*snapshot_ids: str, form: str = FORM, **more: Any) -> Json:
    mapping = [{"source_type": "snapshot", "snapshot_id": each} for each in snapshot_ids]
    said = {"id": "g1", "name": f"typed [{form}]", "size": 0, "owner": PROJECT, "status": "active"}
    return said | BOTH | {"block_device_mapping": json.dumps(mapping)} | more


def holds(wire: Wire, *images: Json) -> None:
    wire.says("GET", f"{GLANCE}/images", {"images": list(images)})


def novas(snapshot_id: str, **more: Any) -> Json:
    """Return a snapshot as Nova leaves it."""
    volume = {"s1": "v1", "s2": "v2"}.get(snapshot_id, "v9")
    name = f"snapshot for typed [{FORM}]"
    return snapshot_json(snapshot_id, **({"name": name, "volume_id": volume} | more))


def noted(snapshot_id: str, taken: str = "frozen", **more: Any) -> Json:
    entries = {f"{NOTE}request": FORM, f"{NOTE}taken_while": taken}
    return novas(snapshot_id, **({"name": f"n {snapshot_id}", "metadata": entries} | more))


def is_made(wire: Wire, *made: Json, **more: Any) -> None:
    """Let Nova have made these snapshots, and an image of them."""
    wire.holds("snapshots", *made)
    holds(wire, image_json(*(each["id"] for each in made), **more))
    for each in made:
        wire.says("PUT", f"/snapshots/{each['id']}", {"snapshot": each})
        wire.says("POST", f"/snapshots/{each['id']}/metadata", {"metadata": {}})
    wire.says("DELETE", f"{GLANCE}/images/g1", None, 204)


def send(anna: Person, wire: Wire, **typed: str) -> Answer:
    """Open the dialog and send it."""
    dialog = anna.get(QUIESCED, dialog=True)
    hidden = {each.name: each.value for each in dialog.all("//form//input[@type='hidden']")}
    return anna.post(QUIESCED, {**hidden, "request": FORM, "name": "typed", **typed}, dialog=True)


def sends(wire: Wire, method: str, path: str) -> list[Any]:
    return [each.json() if each.body else None for each in wire.sent(method, path)]


def buttons(page: Answer) -> list[str]:
    """Return the buttons of the page itself; Horizon's frame has others."""
    return [each.get("value") for each in page.all("//form[@data-sd-dialog]//*[@type='submit']")]


def go_on(anna: Person, do: str) -> Answer:
    """Press the button of the page."""
    return anna.post(PAGE, {"do": do})


def test_the_usual_dialog_offers_it_for_the_system_disk(anna: Person) -> None:
    link = anna.get(CREATE_SNAPSHOT, dialog=True).one(
        "//a[@href='/project/volumes/v1/create_frozen/']"
    )
    assert link.text_content() == "Freeze the file systems first"
    other = anna.get(CREATE_SNAPSHOT.replace("v1", "v2"), dialog=True)
    assert "Freeze the file systems" not in other.text


def test_the_dialog_says_what_will_be_done_and_of_which_volumes(
    anna: Person, settings: Any
) -> None:
    types = {"*": "0.05"}
    settings.SNAPSHOT_DASHBOARD = {"PRICES": {"currency": "NZD", "types": types}}
    dialog = anna.get(QUIESCED, dialog=True)
    listed = dialog.all("//ul[@class='sd-frozen-volumes']/li")
    assert [each.text_content() for each in listed] == ["name of v1 - 20 GiB", "<data> - 20 GiB"]
    assert "Snapshots: 7 of 10 used, 9 after these." in dialog.text
    assert "About NZD 2.00 a month while they exist." in dialog.text
    assert dialog.submits == [("btn btn-primary", "Create 2 Snapshots")]


def test_snapshots_get_names_and_notes_and_the_image_goes(anna: Person, wire: Wire) -> None:
    made = novas("s2", status="creating"), novas("s1")
    wire.says("POST", ACTION, None, 202)
    answer_holds = anna.get(QUIESCED, dialog=True)
    hidden = {each.name: each.value for each in answer_holds.all("//form//input[@type='hidden']")}

    def accepted(request: Any, context: Any) -> None:
        context.status_code = 202
        is_made(wire, *made)

    wire.mocker.register_uri("POST", ACTION, json=accepted)
    answer = anna.post(QUIESCED, {**hidden, "request": FORM, "name": "typed"}, dialog=True)
    assert answer.headers["X-Horizon-Location"] == PAGE
    assert sends(wire, "POST", ACTION) == [{"createImage": {"name": f"typed [{FORM}]"}}]
    assert sends(wire, "PUT", "/snapshots/s1") == [{"snapshot": {"name": "typed name of v1"}}]
    assert sends(wire, "PUT", "/snapshots/s2") == [{"snapshot": {"name": "typed <data>"}}]
    (note,) = sends(wire, "POST", "/snapshots/s1/metadata")
    assert note["metadata"] == {
        f"{NOTE}taken_while": "frozen",
        f"{NOTE}acknowledged": "no",
        f"{NOTE}instances": "i1=ACTIVE",
        f"{NOTE}request": FORM,
        f"{NOTE}set": FORM,
        f"{NOTE}set_size": "2",
    }
    assert len(wire.sent("DELETE", f"{GLANCE}/images/g1")) == 1


def test_the_image_carries_until_when_the_snapshots_are_to_be_kept(
    anna: Person, wire: Wire
) -> None:
    send(anna, wire, keep="date", keep_date="2130-06-30")
    (sent,) = sends(wire, "POST", ACTION)
    assert sent["createImage"]["metadata"] == {f"{NOTE}keep_until": "2130-06-30"}


def test_whoever_finishes_the_snapshots_later_gives_them_that_day(anna: Person, wire: Wire) -> None:
    is_made(wire, novas("s1"), novas("s2"), **{f"{NOTE}keep_until": "2130-06-30"})
    go_on(anna, "finish")
    for each in ("s1", "s2"):
        (note,) = sends(wire, "POST", f"/snapshots/{each}/metadata")
        assert note["metadata"][f"{NOTE}keep_until"] == "2130-06-30"


def test_tags_are_typed_and_copied_as_in_other_dialogs(anna: Person, wire: Wire) -> None:
    root = [attachment_json("i1", device="/dev/vda")]
    metadata = {"env": "prod", "team": "web", "readonly": "False"}
    wire.attached(("i1", "ACTIVE"), attachments=root, metadata=metadata, **PROPERTIES)
    dialog = anna.get(QUIESCED, dialog=True)
    assert len(dialog.all("//textarea[@id='id_frozen_tags']")) == 1
    assert "team=web" in dialog.text and "readonly" not in dialog.text
    # Its ids are its own: Create Volume Snapshot lies open below it.
    assert not dialog.all("//*[@id='id_copy_tags']")
    send(anna, wire, tags="env=test\nwhat=<b> größe", copy_tags="on", keep="none")
    (sent,) = sends(wire, "POST", ACTION)
    is_made(wire, novas("s1"), novas("s2"), **sent["createImage"]["metadata"])
    go_on(anna, "finish")
    found = [sends(wire, "POST", f"/snapshots/{each}/metadata") for each in ("s1", "s2")]
    own = [{k: v for k, v in one["metadata"].items() if not k.startswith(NOTE)} for (one,) in found]
    typed = {"env": "test", "what": "<b> größe"}
    assert own == [typed | {"team": "web"}, typed]


def test_a_tag_that_cannot_be_makes_no_frozen_snapshots(anna: Person, wire: Wire) -> None:
    answer = send(anna, wire, tags="prod")
    assert 'Line 1: "prod" has no "="' in answer.text
    assert answer.one("//textarea[@name='tags']").text.strip() == "prod"
    assert sends(wire, "POST", ACTION) == []


def test_a_day_that_is_past_makes_no_frozen_snapshots(anna: Person, wire: Wire) -> None:
    answer = send(anna, wire, keep="date", keep_date="2020-01-31")
    assert "Choose a date that is not past." in answer.text
    assert (answer.value("id_frozen_name"), sends(wire, "POST", ACTION)) == ("typed", [])


@pytest.mark.parametrize(
    "more",
    [{"os_require_quiesce": "no"}, {"hw_qemu_guest_agent": ""}, {"os_require_quiesce": None}],
)
def test_no_note_says_frozen_unless_the_image_proves_it(
    anna: Person, wire: Wire, more: dict[str, Any]
) -> None:
    is_made(wire, novas("s1"), **more)
    go_on(anna, "finish")
    (note,) = sends(wire, "POST", "/snapshots/s1/metadata")
    assert note["metadata"][f"{NOTE}taken_while"] == "unknown"


def test_no_note_says_frozen_of_an_instance_that_is_not_running_any_more(
    anna: Person, wire: Wire
) -> None:
    is_made(wire, novas("s1"))
    wire.instance("i1", "PAUSED")
    go_on(anna, "finish")
    (note,) = sends(wire, "POST", "/snapshots/s1/metadata")
    assert note["metadata"][f"{NOTE}taken_while"] == "unknown"


@pytest.mark.parametrize(
    ("status", "reason", "title"),
    [
        (409, "Failed to quiesce instance: x", "Nothing was created: the file systems were not fr"),
        (
            400,
            "QEMU guest agent is not enabled",
            "Nothing was created: the file systems were not fr",
        ),
        (409, "Cannot 'createImage' while it is in task_state x", "Not created: the compute serv"),
        (403, "Quota exceeded for snapshots", "Not created: your project has reached a limit"),
        (403, "Policy doesn't allow it", "Your role does not allow this"),
        (404, "no such instance", "Not created"),
    ],
)
def test_a_refusal_is_told_with_its_reason_and_the_name_stays(
    anna: Person, wire: Wire, status: int, reason: str, title: str
) -> None:
    wire.fails("POST", ACTION, status, reason)
    answer = send(anna, wire)
    assert answer.problem.startswith(title) and reason in answer.problem_text
    assert answer.value("id_frozen_name") == "typed"
    assert answer.submits == [("btn btn-primary", "Create 2 Snapshots")]


def test_an_answer_that_is_lost_leads_to_the_page_that_looks_for_it(
    anna: Person, wire: Wire
) -> None:
    wire.breaks("POST", ACTION, SILENT)
    assert send(anna, wire).headers["X-Horizon-Location"] == PAGE
    shown = anna.get(PAGE)
    assert shown.problem == "It is not known yet whether the snapshots were created"
    assert shown.all("//div[@data-sd-follow]") and not buttons(shown)
    # Sent again, nothing is asked for a second time.
    assert send(anna, wire).headers["X-Horizon-Location"] == PAGE
    assert len(wire.sent("POST", ACTION)) == 1


def test_a_form_that_is_sent_twice_asks_once(anna: Person, wire: Wire) -> None:
    wire.holds("snapshots", noted("s1"))
    assert send(anna, wire).headers["X-Horizon-Location"] == PAGE
    assert not wire.sent("POST", ACTION)


def test_what_nova_leaves_halfway_is_shown_and_deleted_by_the_button(
    anna: Person, wire: Wire
) -> None:
    wire.fails("POST", ACTION, 403, "Quota exceeded for gigabytes")
    wire.holds("snapshots", novas("s1", created_at="2026-01-01T00:00:00.000000"), noted("s2"))
    shown = anna.get(PAGE)
    assert shown.problem == "The compute service stopped halfway"
    assert buttons(shown) == ["Delete These Snapshots"]
    wire.says("DELETE", "/snapshots/s1", None, 202)
    assert go_on(anna, "discard").status == 302
    assert len(wire.sent("DELETE", "/snapshots/s1")) == 1
    assert not wire.sent("DELETE", "/snapshots/s2")


def test_a_leftover_that_stays_is_told_with_the_reason(anna: Person, wire: Wire) -> None:
    wire.holds("snapshots", novas("s1", created_at="2026-01-01T00:00:00.000000"))
    wire.fails("DELETE", "/snapshots/s1", 400, "it is busy")
    answer = go_on(anna, "discard")
    assert answer.status == 200 and "it is busy" in answer.problem_text


def test_snapshots_are_never_deleted_while_their_image_is_there(anna: Person, wire: Wire) -> None:
    is_made(wire, novas("s1"))
    go_on(anna, "discard")
    assert not wire.sent("DELETE", "/snapshots/s1")


@pytest.mark.parametrize("fails", ["PUT /snapshots/s1", "POST /snapshots/s1/metadata", "DELETE"])
def test_what_is_left_to_do_is_said_and_can_be_tried_again(
    anna: Person, wire: Wire, fails: str
) -> None:
    is_made(wire, novas("s1"))
    method, _space, path = fails.partition(" ")
    wire.fails(method, path or f"{GLANCE}/images/g1", 503, "in maintenance")
    answer = go_on(anna, "finish")
    assert answer.problem == "The snapshots exist, but something is left to do"
    assert "in maintenance" in answer.problem_text and f"typed [{FORM}]" in answer.problem_text
    assert buttons(answer) == ["Try Again"]
    is_made(wire, novas("s1"))
    assert go_on(anna, "finish").status == 302


@pytest.mark.parametrize(
    "image",
    [
        image_json("s1", size=5),
        image_json("s1", "s2"),
        image_json("s1", block_device_mapping="[[[{"),
    ],
    ids=["full", "of others too", "unreadable"],
)
def test_an_image_that_is_not_just_this_is_never_deleted(
    anna: Person, wire: Wire, image: Json
) -> None:
    wire.holds("snapshots", noted("s1"))
    wire.fails("GET", "/snapshots/s2", 404)
    holds(wire, image)
    assert anna.get(PAGE).problem == "The snapshots exist, and an image that was not deleted"
    go_on(anna, "finish")
    assert not wire.sent("DELETE", f"{GLANCE}/images/g1")


def test_another_forms_or_projects_image_and_snapshots_are_not_ours(
    anna: Person, wire: Wire
) -> None:
    other = {"os-extended-snapshot-attributes:project_id": OTHER_PROJECT}
    wire.holds("snapshots", novas("s1", **other), snapshot_json("s3"))
    holds(wire, image_json("s1", owner=OTHER_PROJECT), image_json("s3", form="x"))
    assert anna.get(PAGE).problem == "There are no snapshots"
    # Somebody shares an image that is named like ours.
    wire.holds("snapshots", noted("s1"))
    assert anna.get(PAGE).problem == "1 snapshot was created"


@pytest.mark.parametrize(
    ("statuses", "title", "followed"),
    [
        (("creating", "available"), "Creating the snapshots", True),
        (("error", "available"), "Not every snapshot was created", False),
        (("available", "available"), "2 snapshots were created", False),
    ],
)
def test_the_page_follows_the_snapshots_to_the_end(
    anna: Person, wire: Wire, settings: Any, statuses: tuple[str, str], title: str, followed: bool
) -> None:
    made = [noted(f"s{n}", status=each) for n, each in enumerate(statuses, start=1)]
    wire.holds("snapshots", *made)
    types = {"*": "0.05"}
    settings.SNAPSHOT_DASHBOARD = {"PRICES": {"currency": "NZD", "types": types}}
    shown = anna.get(PAGE)
    assert shown.problem == title
    assert "Price: about NZD 2.00 a month." in shown.text
    assert bool(shown.all("//div[@data-sd-follow]")) is followed
    # To look changes nothing.
    assert {each.method for each in wire.mocker.request_history} == {"GET"}


def test_the_page_says_what_is_not_proven(anna: Person, wire: Wire) -> None:
    wire.holds("snapshots", noted("s1"), noted("s2", "unknown"))
    assert "It is not certain that the file systems were frozen" in anna.get(PAGE).text
    wire.holds("snapshots", noted("s1"), noted("s2"))
    assert "had frozen the file systems while they were requested" in anna.get(PAGE).text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"volume_image_metadata": {}}, "image property hw_qemu_guest_agent)"),
        ({"volume_image_metadata": {"hw_qemu_guest_agent": "yes"}}, "(os_require_quiesce)"),
        ({"bootable": "false"}, "not the system disk (root disk)"),
    ],
)
def test_where_it_is_not_certain_nothing_can_be_sent(
    anna: Person, wire: Wire, more: dict[str, Any], said: str
) -> None:
    root = [attachment_json("i1", device="/dev/vda")]
    wire.attached(("i1", "ACTIVE"), attachments=root, **{**PROPERTIES, **more})
    dialog = anna.get(QUIESCED, dialog=True)
    assert dialog.problem == "The file systems cannot be frozen now" and said in dialog.text
    assert not dialog.submits
    assert (
        dialog.one(
            "//div[contains(@class, 'sd-problem')]//a[@href='/project/volumes/v1/create_snapshot/']"
        )
        is not None
    )
    anna.post(QUIESCED, {"request": FORM, "name": "typed"}, dialog=True)
    assert not wire.sent("POST", ACTION)


def test_a_volume_that_another_instance_uses_too_is_not_frozen(anna: Person, wire: Wire) -> None:
    wire.attached(("i1", "ACTIVE"), ("i2", "ACTIVE"), volume_id="v2")
    dialog = anna.get(QUIESCED, dialog=True)
    assert "Several instances use a volume" in dialog.text and not dialog.submits
    anna.post(QUIESCED, {"request": FORM, "name": "typed"}, dialog=True)
    assert not wire.sent("POST", ACTION)


def test_a_volume_that_cannot_be_read_is_not_called_frozen(anna: Person, wire: Wire) -> None:
    wire.fails("GET", "/volumes/v2", 500)
    dialog = anna.get(QUIESCED, dialog=True)
    assert "A volume of the instance cannot be read" in dialog.text and not dialog.submits


def test_a_wrong_address_is_told(anna: Person) -> None:
    assert anna.get(f"{VOLUMES}v1/frozen/nonsense/").problem == "There are no snapshots"


def test_nothing_is_sent_from_the_page_while_somebody_works_in_another_project(
    anna: Person, wire: Wire
) -> None:
    """Nothing was typed there: what could be sent again would say nothing."""
    is_made(wire, novas("s1"), novas("s2"))
    page = anna.get(PAGE.replace(PROJECT, OTHER_PROJECT))
    assert page.problem.startswith("You have switched to project")
    assert not page.all("//div[@class='modal-footer']//*[@type='submit']")
