# SPDX-License-Identifier: Apache-2.0
"""Quiesced snapshots on a real cloud: Nova's image is created, used and deleted."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from demo.layout import Home
from demo.visitor import Visitor
from devcloud.waiting import wait_until
from tests.cloud.dialogs import Dialog, opened, snapshot_path
from tests.cloud.quiesced import images_named, with_agent
from tests.cloud.workshop import PATIENCE, Workshop, unique

PREFIX = "snapshot_dashboard:"
# The image carries it in more than one entry.
HOSTILE = " ".join(["<script>alert('x')</script> \"' größe \U0001f600 a=b"] * 5)


def frozen_path(volume_id: str) -> str:
    return f"/project/volumes/{volume_id}/create_frozen/"


def snapshots(workshop: Workshop, *volume_ids: str) -> list[Any]:
    return [each for volume_id in volume_ids for each in workshop.snapshots_of(volume_id)]


def agents_words(home: Home, instance_id: str) -> list[tuple[float, str]]:
    """Return when the guest agent froze and thawed an instance, as devcloud's hypervisor tells."""
    log = home.path / "log" / "guest-agent.log"
    assert log.exists(), "This cloud was started before its guest agent could tell: restart it."
    lines = [line.split() for line in log.read_text("utf-8").splitlines()]
    return [(float(moment), what) for moment, what, instance in lines if instance == instance_id]


def times_frozen(home: Home, instance_id: str) -> int:
    log = (home.path / "log" / "nova.log").read_text("utf-8", errors="replace")
    wanted = f"[instance: {instance_id}] Attempting to quiesce"
    return sum(wanted in line for line in log.splitlines())


@pytest.fixture(scope="module")
def machine(shared_workshop: Workshop) -> tuple[Any, str, str]:
    return with_agent(shared_workshop)


def test_snapshots_are_kept_noted_and_named_and_the_image_is_gone(
    shared_workshop: Workshop, anna: Visitor, home: Home, machine: tuple[Any, str, str]
) -> None:
    workshop = shared_workshop
    instance, disk, data = machine
    before = times_frozen(home, instance.id)
    offered = opened(anna, snapshot_path(disk))
    assert offered.advice_with_links["Freeze the file systems first"] == frozen_path(disk)

    dialog = opened(anna, frozen_path(disk))
    request_id, name = dialog.fields()["request"], unique("frozen")
    answer = dialog.submit(anna, name=name, tags=f"env=prod\nnote={HOSTILE}")
    place = answer.headers["X-Horizon-Location"]
    assert urlsplit(place).path == f"/project/volumes/{disk}/frozen/{request_id}/"
    assert times_frozen(home, instance.id) == before + 1

    made = {each.volume_id: each for each in snapshots(workshop, disk, data)}
    assert set(made) == {disk, data}
    labels = {each.id: each.name for each in map(workshop.settled, (disk, data), ["in-use"] * 2)}
    for volume_id, each in made.items():
        done = workshop.settled_snapshot(each.id)
        assert done.name == f"{name} {labels[volume_id]}"
        assert done.metadata[f"{PREFIX}taken_while"] == "frozen"
        assert done.metadata[f"{PREFIX}instances"] == f"{instance.id}=ACTIVE"
        assert done.metadata[f"{PREFIX}request"] == request_id
        assert done.metadata[f"{PREFIX}set_size"] == "2"
        assert (done.metadata["env"], done.metadata["note"]) == ("prod", HOSTILE)
    assert images_named(workshop, request_id) == []

    page = Dialog(anna.get(place))
    assert "2 snapshots were created" in page.text and "had frozen the file systems" in page.text
    listed = anna.get(f"/project/snapshots/?field=volume_id&value={disk}").text
    assert "Frozen by the guest agent" in listed

    # Sent again, as by a double click: nothing more is made.
    again = dialog.submit(anna, name=name)
    assert again.headers["X-Horizon-Location"] == place
    assert len(snapshots(workshop, disk, data)) == 2
    assert times_frozen(home, instance.id) == before + 1


@pytest.mark.extended
def test_what_nova_leaves_when_it_stops_halfway_is_found_and_taken_away(
    shared_workshop: Workshop, anna: Visitor, machine: tuple[Any, str, str]
) -> None:
    workshop = shared_workshop
    _instance, disk, data = machine
    form = opened(anna, frozen_path(disk)).fields()["request"]
    # As Nova names it when the second volume meets a limit; no image follows.
    made = workshop.snapshot(data, force=True)
    workshop.owner.block_storage.update_snapshot(made.id, name=f"snapshot for x [{form}]")
    page = Dialog(anna.get(f"/project/volumes/{disk}/frozen/{form}/"))
    assert "The compute service stopped halfway" in page.text
    page.submit(anna, modal=False)
    wait_until(
        lambda: made.id not in {each.id for each in workshop.snapshots_of(data)},
        seconds=PATIENCE,
        what="the leftover to go",
    )
    assert "There are no snapshots" in Dialog(anna.get(page.form.get("action"))).text


@pytest.mark.extended
def test_work_that_was_left_undone_is_done_by_the_button(
    shared_workshop: Workshop, anna: Visitor, machine: tuple[Any, str, str]
) -> None:
    workshop = shared_workshop
    instance, disk, data = machine
    form = opened(anna, frozen_path(disk)).fields()["request"]
    before = {each.id for each in snapshots(workshop, disk, data)}
    # As if our page had ended right after Nova's answer.
    compute = workshop.owner.compute
    body = {"createImage": {"name": f"left undone [{form}]"}}
    assert compute.post(f"/servers/{instance.id}/action", json=body).status_code == 202
    assert len(images_named(workshop, form)) == 1
    page = Dialog(anna.get(f"/project/volumes/{disk}/frozen/{form}/"))
    assert "something is left to do" in page.text and page.button is not None
    page.submit(anna, modal=False)
    made = [each for each in snapshots(workshop, disk, data) if each.id not in before]
    assert images_named(workshop, form) == [] and len(made) == 2
    for each in made:
        assert each.name.startswith("left undone ")
        assert each.metadata[f"{PREFIX}taken_while"] == "frozen"


@pytest.mark.parametrize(
    ("properties", "said"),
    [
        ({"hw_qemu_guest_agent": "yes"}, "does not demand that snapshots are frozen"),
        ({"os_require_quiesce": "yes"}, "does not say that it has the guest agent"),
    ],
)
def test_it_is_not_offered_where_nova_would_go_on_unfrozen(
    workshop: Workshop, anna: Visitor, properties: dict[str, str], said: str
) -> None:
    _instance, disk, data = with_agent(workshop, **properties)
    for volume_id in (disk, data):
        offered = opened(anna, snapshot_path(volume_id))
        assert "Freeze the file systems first" not in offered.text
    dialog = opened(anna, frozen_path(disk))
    assert said in dialog.problem and dialog.button is None
    answer = dialog.submit(anna, name="forced")
    assert said in answer.text and snapshots(workshop, disk, data) == []


@pytest.mark.extended
def test_a_disk_whose_properties_were_added_later_gets_no_word_of_frozen(
    workshop: Workshop, anna: Visitor
) -> None:
    # The instance has taken over none of them: Nova goes on where it cannot freeze.
    instance, disk, data = with_agent(workshop, os_distro="debian")
    later = {"hw_qemu_guest_agent": "yes", "os_require_quiesce": "yes"}
    body = {"os-set_image_metadata": {"metadata": later}}
    workshop.owner.block_storage.post(f"/volumes/{disk}/action", json=body)
    dialog = opened(anna, frozen_path(disk))
    answer = dialog.submit(anna, name=unique("unproven"))
    made = snapshots(workshop, disk, data)
    assert {each.metadata[f"{PREFIX}taken_while"] for each in made} == {"unknown"}
    for each in made:
        workshop.settled_snapshot(each.id)
    page = Dialog(anna.get(answer.headers["X-Horizon-Location"]))
    assert "It is not certain that the file systems were frozen" in page.text
    assert images_named(workshop, dialog.fields()["request"]) == [] and instance.id


@pytest.mark.extended
def test_a_stopped_instance_is_told_to_be_started(workshop: Workshop, anna: Visitor) -> None:
    instance, disk, _data = with_agent(workshop)
    workshop.owner.compute.stop_server(instance.id)
    workshop.arrived(instance.id, "SHUTOFF")
    dialog = opened(anna, frozen_path(disk))
    assert "This needs an instance that is running" in dialog.problem and dialog.button is None


@pytest.mark.extended
def test_the_freeze_comes_before_the_snapshots_and_ends_when_they_are_made(
    shared_workshop: Workshop, anna: Visitor, home: Home, machine: tuple[Any, str, str]
) -> None:
    workshop = shared_workshop
    instance, disk, data = machine
    before = {each.id for each in snapshots(workshop, disk, data)}
    dialog = opened(anna, frozen_path(disk))
    workshop.slow_storage()
    dialog.submit(anna, name=unique("order"))
    made = [each for each in snapshots(workshop, disk, data) if each.id not in before]
    said = agents_words(home, instance.id)
    # While they are being made, the file systems stay frozen.
    assert {each.status for each in made} == {"creating"} and said[-1][1] == "quiesce"
    workshop.storage_as_usual()
    for each in made:
        workshop.settled_snapshot(each.id)
    wait_until(
        lambda: agents_words(home, instance.id)[-1][1] == "unquiesce",
        seconds=PATIENCE,
        what="the file systems to go on",
    )
    assert [what for _moment, what in agents_words(home, instance.id)[-2:]] == [
        "quiesce",
        "unquiesce",
    ]


def test_an_agent_that_does_not_answer_leaves_nothing(
    workshop: Workshop, anna: Visitor, home: Home
) -> None:
    instance, disk, data = with_agent(workshop)
    dialog = opened(anna, frozen_path(disk))
    workshop.broken_storage("quiesce")
    answer = dialog.submit(anna, name="in vain")
    assert agents_words(home, instance.id) == []
    told = Dialog(answer)
    assert "The guest agent did not answer; nothing was created." in told.problem
    assert told.fields()["name"] == "in vain" and told.button is not None
    assert snapshots(workshop, disk, data) == []
    assert images_named(workshop, dialog.fields()["request"]) == []
