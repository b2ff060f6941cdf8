# SPDX-License-Identifier: Apache-2.0
"""Reverting a volume through the dashboard restores the bytes of the snapshot."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from openstack.exceptions import ConflictException, NotFoundException

from demo.visitor import Visitor
from devcloud.access import Access
from devcloud.waiting import wait_until
from tests.cloud.conftest import Visit
from tests.cloud.dialogs import accepted
from tests.cloud.reverting import PAUSE, RevertDialog, copied, copies, revert_of, revert_path
from tests.cloud.test_bytes import AFTER, BEFORE, read, write
from tests.cloud.workshop import PATIENCE, Workshop, unique

KINDS = ["ssd", "linked"]
NOT_NEWEST = "With Revert Volume only the newest snapshot can be reverted to"


def taken(workshop: Workshop, cloud: Access, kind: str = "ssd") -> tuple[Any, Any, Path]:
    """Write into a volume, snapshot it, and write over it; return volume, snapshot and file."""
    volume = workshop.volume("data", volume_type=kind)
    file = cloud.file_of(f"volume-{volume.id}")
    write(file, BEFORE)
    snapshot = workshop.snapshot(volume.id)
    write(file, AFTER)
    return volume, snapshot, file


def reverted(workshop: Workshop, volume_id: str, snapshot_id: str) -> None:
    """Wait until a revert is over."""
    workshop.settled(volume_id)
    workshop.settled_snapshot(snapshot_id)


@pytest.mark.parametrize("kind", KINDS)
def test_a_volume_goes_back_to_what_the_snapshot_holds(
    workshop: Workshop, anna: Visitor, cloud: Access, kind: str
) -> None:
    volume, snapshot, file = taken(workshop, cloud, kind)
    dialog = revert_of(anna, snapshot.id)
    assert dialog.buttons == ["copy", "revert"]
    assert dialog.panels[0].startswith(f'Everything written to "{volume.name}" since ')
    assert dialog.acknowledgement is not None
    assert dialog.acknowledgement.startswith("I understand that changes since ")
    assert accepted(dialog.press(anna, "revert", tick=True))
    assert f'Reverting volume "{volume.name}" to snapshot "{snapshot.name}".' in (
        anna.get("/project/snapshots/").text.replace("<bdi>", "").replace("</bdi>", "")
    )
    reverted(workshop, volume.id, snapshot.id)
    assert read(file) == BEFORE


@pytest.mark.extended
@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_that_was_made_first_holds_what_was_there(
    workshop: Workshop, anna: Visitor, cloud: Access, kind: str
) -> None:
    volume, snapshot, file = taken(workshop, cloud, kind)
    copy = copied(anna, workshop, snapshot.id)
    assert copy.name.startswith(f"{volume.name} before revert ")
    assert (copy.size, copy.volume_type) == (volume.size, kind)
    dialog = revert_of(anna, snapshot.id)
    assert dialog.copied == f'Copy "{copy.name}" is Available. You can revert now.'
    assert dialog.buttons == ["revert"]
    assert accepted(dialog.press(anna, "revert", tick=True))
    reverted(workshop, volume.id, snapshot.id)
    assert read(file) == BEFORE
    assert read(cloud.file_of(f"volume-{copy.id}")) == AFTER


@pytest.mark.extended
def test_nothing_is_reverted_before_the_copy_is_there(
    workshop: Workshop, anna: Visitor, cloud: Access
) -> None:
    volume, snapshot, file = taken(workshop, cloud)
    before = revert_of(anna, snapshot.id)
    workshop.slow_storage()
    answer = RevertDialog(before.press(anna, "copy"))
    (copy,) = copies(workshop, volume)
    workshop.adopt_volume(copy.id)
    assert answer.buttons == [] and answer.tick is None
    assert answer.copied.startswith("Copying... you can leave this page.")
    # Left, and come back: the same copy, and none is offered.
    again = revert_of(anna, snapshot.id)
    assert again.copied.startswith("Copying...") and again.buttons == []
    # The form that was there before the copy does not get past it.
    late = RevertDialog(before.press(anna, "revert", tick=True))
    assert late.problem.startswith("Nothing was changed")
    # A second press of the same button, and of another form's, makes no second copy.
    for form in (before, revert_of(anna, snapshot.id)):
        assert RevertDialog(form.press(anna, "copy")).copied.startswith("Copying...")
    assert [each.id for each in copies(workshop, volume)] == [copy.id]
    workshop.storage_as_usual()
    workshop.settled(copy.id)
    assert workshop.owner.block_storage.get_volume(volume.id).status == "available"
    assert read(file) == AFTER


@pytest.mark.extended
def test_a_copy_that_failed_is_told_and_never_taken_for_one(
    workshop: Workshop, anna: Visitor, cloud: Access
) -> None:
    volume, snapshot, _file = taken(workshop, cloud)
    workshop.broken_storage("create_cloned_volume")
    revert_of(anna, snapshot.id).press(anna, "copy")
    (copy,) = copies(workshop, volume)
    workshop.adopt_volume(copy.id)
    workshop.settled(copy.id, "error")
    workshop.storage_as_usual()
    dialog = revert_of(anna, snapshot.id)
    assert f'The copy "{copy.name}" has failed: its status is Error.' in dialog.copied
    assert dialog.buttons == ["copy", "revert"]
    assert dialog.acknowledgement is not None
    assert dialog.acknowledgement.startswith("I understand that the copy failed")


@pytest.mark.extended
def test_a_copy_from_before_the_volume_was_attached_is_told_as_such(
    workshop: Workshop, anna: Visitor, cloud: Access
) -> None:
    volume, snapshot, _file = taken(workshop, cloud)
    copied(anna, workshop, snapshot.id)
    instance = workshop.running()
    workshop.attach(instance.id, volume.id)
    workshop.detach(instance.id, volume.id)
    workshop.settled(volume.id)
    dialog = revert_of(anna, snapshot.id)
    assert "so it may lack what was written after that" in dialog.copied
    assert dialog.buttons == ["copy", "revert"]


@pytest.mark.extended
def test_only_the_newest_can_be_reverted_to(
    workshop: Workshop, anna: Visitor, cloud: Access
) -> None:
    volume, older, file = taken(workshop, cloud)
    dialog = revert_of(anna, older.id)
    newer = workshop.snapshot(volume.id, "newer")
    answer = RevertDialog(dialog.press(anna, "revert", tick=True))
    assert answer.problem.startswith("Nothing was changed: the situation changed")
    assert answer.panels == [NOT_NEWEST] and answer.buttons == []
    assert f'"{newer.name}" is newer.' in answer.text
    assert answer.links["Create Volume"] == f"/project/volumes/create/?snapshot_id={older.id}"
    assert revert_of(anna, newer.id).buttons == ["copy", "revert"]
    assert read(file) == AFTER


@pytest.mark.extended
def test_an_extended_volume_cannot_be_reverted(
    workshop: Workshop, anna: Visitor, cloud: Access
) -> None:
    volume, snapshot, _file = taken(workshop, cloud)
    workshop.owner.block_storage.extend_volume(volume.id, 2)
    wait_until(
        lambda: workshop.owner.block_storage.get_volume(volume.id).size == 2,
        seconds=PATIENCE,
        what="the volume to be extended",
        pause=PAUSE,
    )
    workshop.settled(volume.id)
    dialog = revert_of(anna, snapshot.id)
    assert dialog.panels == ["The volume has been extended since this snapshot was taken"]
    assert "(2 GiB now, 1 GiB then)" in dialog.text
    assert dialog.buttons == []


def test_an_attached_data_volume_is_detached_reverted_and_attached_again(
    workshop: Workshop, anna: Visitor, cloud: Access
) -> None:
    volume = workshop.volume("data")
    file = cloud.file_of(f"volume-{volume.id}")
    write(file, BEFORE)
    instance = workshop.running()
    workshop.attach(instance.id, volume.id)
    snapshot = workshop.snapshot(volume.id, force=True)
    write(file, AFTER)
    dialog = revert_of(anna, snapshot.id)
    assert dialog.panels == [f"Detach the volume first: it is attached to {instance.name}"]
    assert dialog.buttons == []
    attachments = dialog.links["Manage Attachments"]
    assert attachments == f"/project/volumes/{volume.id}/attach/"
    assert anna.get(attachments, dialog=True).status_code == 200
    workshop.detach(instance.id, volume.id)
    workshop.settled(volume.id)
    assert accepted(revert_of(anna, snapshot.id).press(anna, "revert", tick=True))
    reverted(workshop, volume.id, snapshot.id)
    workshop.attach(instance.id, volume.id)
    assert read(file) == BEFORE


@pytest.mark.extended
def test_a_system_disk_gets_three_ways_and_no_button(workshop: Workshop, anna: Visitor) -> None:
    instance, volume_id = workshop.started_from_volume()
    snapshot = workshop.snapshot(volume_id, force=True)
    dialog = revert_of(anna, snapshot.id)
    title = (
        f"The system disk (root disk) of {instance.name} cannot be reverted while the instance "
        "exists"
    )
    assert dialog.panels == [title]
    ways = dialog.frame.xpath(".//ol[contains(@class, 'sd-ways')]/li")
    assert len(ways) == 3
    assert "Create Volume" in dialog.links and "Manage Attachments" not in dialog.links
    assert not ways[2].xpath(".//a")
    assert dialog.buttons == []


def test_a_volume_whose_status_was_reset_under_an_instance_counts_as_attached(
    workshop: Workshop, anna: Visitor
) -> None:
    _instance, volume = workshop.attached()
    snapshot = workshop.snapshot(volume.id, force=True)
    workshop.set_status(volume.id, "available")
    dialog = revert_of(anna, snapshot.id)
    assert dialog.panels[0].startswith("Detach the volume first")
    assert dialog.buttons == []


@pytest.mark.extended
def test_a_failure_is_told_with_what_is_left_and_whom_to_ask(
    workshop: Workshop, anna: Visitor, cloud: Access
) -> None:
    volume, snapshot, _file = taken(workshop, cloud)
    workshop.broken_storage("revert_to_snapshot")
    assert accepted(revert_of(anna, snapshot.id).press(anna, "revert", tick=True))
    workshop.settled(volume.id, "error")
    workshop.settled_snapshot(snapshot.id)
    workshop.storage_as_usual()
    dialog = revert_of(anna, snapshot.id)
    title = "This volume is in an error state, and it looks like a revert has failed"
    assert dialog.panels == [title]
    assert f"Contact support and give this ID: {volume.id}" in dialog.text
    (kept,) = [each for each in workshop.snapshots_of(volume.id) if each.id != snapshot.id]
    assert dialog.links == {"Create Volume": f"/project/volumes/create/?snapshot_id={kept.id}"}
    assert read(cloud.file_of(f"snapshot-{kept.id}")) == AFTER
    said = anna.get(f"/project/volumes/{volume.id}/").text
    assert "It looks like a revert of this volume has failed" in said and kept.id in said
    workshop.set_status(volume.id, "available")
    dialog = revert_of(anna, snapshot.id)
    assert dialog.panels == [f"{NOT_NEWEST}, and a temporary one is newer"]


@pytest.mark.extended
def test_a_failure_before_anything_was_reverted_claims_no_copy(
    workshop: Workshop, anna: Visitor, cloud: Access
) -> None:
    volume, snapshot, file = taken(workshop, cloud)
    workshop.broken_storage("create_snapshot")
    assert accepted(revert_of(anna, snapshot.id).press(anna, "revert", tick=True))
    workshop.settled(volume.id, "error")
    workshop.storage_as_usual()
    dialog = revert_of(anna, snapshot.id)
    assert dialog.panels == ["This volume is in an error state (Error)"]
    assert f"Contact support and give this ID: {volume.id}" in dialog.text
    assert dialog.links == {}
    assert read(file) == AFTER


@pytest.mark.extended
def test_the_tick_is_needed(workshop: Workshop, anna: Visitor, cloud: Access) -> None:
    volume, snapshot, file = taken(workshop, cloud)
    answer = RevertDialog(revert_of(anna, snapshot.id).press(anna, "revert"))
    assert answer.tick_error == "Tick the box above to revert the volume, or press Cancel."
    assert workshop.owner.block_storage.get_volume(volume.id).status == "available"
    assert read(file) == AFTER


@pytest.mark.extended
def test_two_sendings_of_one_form_revert_once(
    workshop: Workshop, anna: Visitor, cloud: Access
) -> None:
    volume, snapshot, file = taken(workshop, cloud)
    dialog = revert_of(anna, snapshot.id)
    with ThreadPoolExecutor(2) as pool:
        sent = [pool.submit(dialog.press, anna, "revert", tick=True) for _ in range(2)]
        answers = [each.result() for each in sent]
    assert any(accepted(each) for each in answers)
    reverted(workshop, volume.id, snapshot.id)
    write(file, AFTER)
    # And the same form later: what it shows is not what is there any more.
    late = RevertDialog(dialog.press(anna, "revert", tick=True))
    assert late.problem
    assert workshop.owner.block_storage.get_volume(volume.id).status == "available"
    assert read(file) == AFTER


@pytest.mark.extended
def test_a_reader_is_offered_nothing_and_refused_by_the_service(
    workshop: Workshop, visit: Visit, cloud: Access
) -> None:
    volume, snapshot, file = taken(workshop, cloud)
    rita = visit("rita")
    page = rita.get(f"/project/snapshots/?field=volume_id&value={volume.id}").text
    assert snapshot.name in page and revert_path(snapshot.id) not in page
    for name in ("revert", "copy"):
        answer = RevertDialog(revert_of(rita, snapshot.id).press(rita, name, tick=True))
        assert answer.problem.startswith("Your role does not allow this")
    assert copies(workshop, volume) == []
    assert read(file) == AFTER


def test_a_snapshot_of_another_project_is_not_used(
    workshop: Workshop, visit: Visit, cloud: Access
) -> None:
    _volume, snapshot, file = taken(workshop, cloud)
    stranger = revert_of(visit("otto"), snapshot.id)
    assert stranger.problem.startswith("This snapshot no longer exists")
    # An administrator can read everything, and works in a project of his own.
    admin = revert_of(visit("admin", "admin"), snapshot.id)
    assert admin.panels == ["This snapshot or its volume belongs to another project"]
    for dialog in (stranger, admin):
        assert dialog.buttons == []
    assert read(file) == AFTER


@pytest.fixture
def foreign(workshop: Workshop, connect: Any) -> Iterator[Any]:
    """Function: let another project have a snapshot of a volume, as an administrator can."""
    api = connect("admin").block_storage
    made = []

    def snapshot_of(volume_id: str) -> Any:
        made.append(api.create_snapshot(volume_id=volume_id, name=unique("foreign")))
        return workshop.wait_for(lambda: api.get_snapshot(made[-1].id), "available")

    yield snapshot_of
    for each in made:
        with suppress(NotFoundException, ConflictException):
            api.delete_snapshot(each.id)
            api.wait_for_delete(each)


@pytest.mark.extended
def test_a_newer_snapshot_that_cannot_be_seen_does_not_count(
    workshop: Workshop, anna: Visitor, cloud: Access, foreign: Any
) -> None:
    volume, snapshot, file = taken(workshop, cloud)
    foreign(volume.id)
    assert accepted(revert_of(anna, snapshot.id).press(anna, "revert", tick=True))
    reverted(workshop, volume.id, snapshot.id)
    assert read(file) == BEFORE


@pytest.mark.extended
def test_without_scripts_the_copy_is_a_page_to_come_back_to(
    workshop: Workshop, anna: Visitor, cloud: Access
) -> None:
    volume, snapshot, _file = taken(workshop, cloud)
    dialog = revert_of(anna, snapshot.id, modal=False)
    answer = dialog.press(anna, "copy", modal=False)
    (copy,) = copies(workshop, volume)
    workshop.adopt_volume(copy.id)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(revert_path(snapshot.id))
    page = RevertDialog(anna.get(answer.headers["Location"]))
    assert page.copied.startswith(("Copying...", "Copy "))
