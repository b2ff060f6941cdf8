# SPDX-License-Identifier: Apache-2.0
"""Create Backup on a real cloud: exactly one backup, and only after its warning was accepted."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from openstack.exceptions import BadRequestException

from demo.visitor import Visitor
from snapshot_dashboard.rules import consistency
from tests.cloud.dialogs import Dialog, opened
from tests.cloud.workshop import Workshop, unique

MISSING = "Tick the box above to create this backup, or press Cancel."
FORCED = "Create Volume Backup (Force)"
PLAIN = "Create Volume Backup"


def backup_path(volume_id: str) -> str:
    """Return the address of the dialog of a volume."""
    return f"/project/volumes/{volume_id}/create_backup/"


def accepted(answer: Any) -> bool:
    """Tell whether the person is sent on to the list of backups."""
    return str(answer.headers.get("X-Horizon-Location")).startswith("/project/backups/")


def backups_of(workshop: Workshop, volume_id: str) -> list[Any]:
    """Return a volume's backups when all of them are finished."""
    storage = workshop.owner.block_storage
    found = list(storage.backups(volume_id=volume_id))
    return [workshop.wait_for(partial(storage.get_backup, each.id), "available") for each in found]


@pytest.fixture
def keeper(workshop: Workshop) -> Iterator[Workshop]:
    """A workshop that deletes the backups of its volumes before these."""
    before = {each.id for each in workshop.owner.block_storage.backups()}
    yield workshop
    storage = workshop.owner.block_storage
    for each in storage.backups():
        if each.id not in before:
            storage.delete_backup(each.id)


@pytest.mark.extended
def test_a_detached_volume_is_backed_up_without_a_word(keeper: Workshop, anna: Visitor) -> None:
    volume = keeper.volume("free").id
    dialog = opened(anna, backup_path(volume))
    assert (dialog.title, dialog.telling, dialog.tick) == (PLAIN, [], None)
    assert dialog.button and dialog.button.value == PLAIN
    name = unique("monthly")
    assert accepted(dialog.submit(anna, name=name, description="One", container_name="sdtest"))
    (made,) = backups_of(keeper, volume)
    assert (made.name, made.description, made.container) == (name, "One", "sdtest")
    assert made.metadata[consistency.TAKEN] == "detached"
    assert made.metadata[consistency.REQUEST] == dialog.fields()["request"]


@pytest.mark.extended
def test_the_same_form_makes_one_backup(keeper: Workshop, anna: Visitor) -> None:
    volume = keeper.volume("twice").id
    dialog = opened(anna, backup_path(volume))
    assert accepted(dialog.submit(anna, name="once"))
    again = Dialog(dialog.submit(anna, name="once"))
    assert "This backup already exists" in again.problem
    assert len(backups_of(keeper, volume)) == 1


def test_an_attached_volume_is_backed_up_only_as_accepted(keeper: Workshop, anna: Visitor) -> None:
    instance, volume = keeper.attached("db")
    # What the promise rests on: Cinder itself refuses what is not forced.
    with pytest.raises(BadRequestException, match="force"):
        keeper.owner.block_storage.create_backup(volume_id=volume.id, name="unforced")
    dialog = opened(anna, backup_path(volume.id))
    assert dialog.telling[0] == f"{instance.name} is running and may be writing to this volume"
    assert dialog.acknowledgement == "I understand that this backup may be corrupted."
    assert dialog.button and dialog.button.value == FORCED
    for ticked in ("", "on", "shut_off"):
        again = Dialog(dialog.submit(anna, name="kept", acknowledged=ticked))
        assert (again.tick_error, again.fields()["name"]) == (MISSING, "kept")
    assert backups_of(keeper, volume.id) == []
    assert accepted(dialog.submit(anna, tick=True, name="while running"))
    (made,) = backups_of(keeper, volume.id)
    assert made.metadata[consistency.TAKEN] == "running"
    assert made.metadata[consistency.ACKNOWLEDGED] == "yes"


def test_a_volume_attached_meanwhile_brings_the_warning(keeper: Workshop, anna: Visitor) -> None:
    volume = keeper.volume("late").id
    dialog = opened(anna, backup_path(volume))
    instance = keeper.running("sudden")
    keeper.attach(instance.id, volume)
    again = Dialog(dialog.submit(anna, name="kept", acknowledged="corrupted"))
    assert "the situation changed while this form was open" in again.problem
    assert again.tick is not None
    assert backups_of(keeper, volume) == []
    assert accepted(again.submit(anna, tick=True, name="then"))
    assert len(backups_of(keeper, volume)) == 1


@pytest.mark.extended
def test_a_held_volume_is_refused_and_its_snapshot_is_backed_up(
    keeper: Workshop, anna: Visitor
) -> None:
    compute = keeper.owner.compute
    instance, volume = keeper.attached("shelf")
    snapshot = keeper.snapshot(volume.id, "kept", force=True)
    shut = opened(anna, backup_path(volume.id))
    assert shut.acknowledgement is not None
    compute.shelve_server(instance.id)
    keeper.arrived(instance.id, "SHELVED")
    keeper.admin.compute.shelve_offload_server(instance.id)
    keeper.arrived(instance.id, "SHELVED_OFFLOADED")
    keeper.settled(volume.id, "reserved")
    # Whatever is ticked: nothing is made of the volume itself.
    assert "Nothing was created" in Dialog(shut.submit(anna, tick=True, name="no")).problem
    held = opened(anna, backup_path(volume.id))
    assert held.telling[0].startswith("A backup of this volume cannot be made now: it is held for")
    assert held.tick is None
    assert "no backup of this volume" in Dialog(held.submit(anna, name="no")).problem
    assert backups_of(keeper, volume.id) == []
    assert accepted(held.submit(anna, name="of the snapshot", snapshot_id=snapshot.id))
    (made,) = backups_of(keeper, volume.id)
    assert made.snapshot_id == snapshot.id
    # Made by the command line: it says nothing of the instance, and neither does the backup.
    assert consistency.TAKEN not in made.metadata
    assert keeper.owner.block_storage.get_volume(volume.id).status == "reserved"


@pytest.mark.extended
def test_the_action_of_a_snapshot_needs_no_tick(keeper: Workshop, anna: Visitor) -> None:
    _instance, volume = keeper.attached("row")
    snapshot = keeper.snapshot(volume.id, "kept", force=True)
    dialog = opened(anna, f"{backup_path(volume.id)}{snapshot.id}")
    assert (dialog.telling, dialog.tick) == ([], None)
    assert "Not recorded" in dialog.text
    assert accepted(dialog.submit(anna, name="of the row"))
    (made,) = backups_of(keeper, volume.id)
    assert made.snapshot_id == snapshot.id
