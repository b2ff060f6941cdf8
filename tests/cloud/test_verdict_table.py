# SPDX-License-Identifier: Apache-2.0
"""The states of a volume in which a snapshot can be created, with their warnings."""

from collections.abc import Iterator

import pytest

from demo.visitor import Visitor
from tests.cloud import promises
from tests.cloud.conftest import Visit
from tests.cloud.dialogs import Dialog, accepted, opened, snapshot_path
from tests.cloud.promises import FORCE_BUTTON, PLAIN_BUTTON
from tests.cloud.rows import WARNED, Machine, Row, Shown, make_machine
from tests.cloud.workshop import Workshop, unique

LABELS = {
    "corrupted": promises.MAY_BE_CORRUPTED,
    "shut_off": promises.ONLY_IF_SHUT_DOWN,
    "shelved": promises.ONLY_IF_SHELVED,
}


@pytest.fixture(scope="module")
def machine(shared_workshop: Workshop) -> Machine:
    """An instance started from the image, with a data volume."""
    return make_machine(shared_workshop)


@pytest.fixture(scope="module", params=WARNED.values(), ids=list(WARNED))
def shown(
    request: pytest.FixtureRequest, shared_workshop: Workshop, machine: Machine, visit: Visit
) -> Iterator[Shown]:
    """The dialog of a volume in the state of one row of the table."""
    workshop = Workshop(shared_workshop.owner, shared_workshop.admin, shared_workshop.knobs)
    try:
        row = request.param(workshop, machine)
        visitor, path = visit(*row.user), snapshot_path(row.volume)
        yield Shown(row, opened(visitor, path), opened(visitor, path, modal=False))
    finally:
        workshop.close()


@pytest.fixture
def row(shown: Shown) -> Row:
    """What is to be said."""
    return shown.row


@pytest.fixture
def visitor(shown: Shown, visit: Visit) -> Visitor:
    """The person who looks at the row's volume."""
    return visit(*shown.row.user)


def test_the_modal_tells_the_verdict(shown: Shown) -> None:
    assert shown.modal.title == "Create Volume Snapshot"
    assert shown.modal.telling == shown.row.telling


def test_the_plain_page_tells_the_same(shown: Shown) -> None:
    assert shown.page.title == "Create Volume Snapshot"
    assert shown.page.telling == shown.row.telling
    assert shown.page.button == FORCE_BUTTON


def test_each_instance_stands_there_with_state_and_device(shown: Shown) -> None:
    assert shown.modal.holders == shown.row.holders


def test_each_instance_is_linked_that_has_a_page_to_lead_to(shown: Shown) -> None:
    pageless = (" - Host", " - Not visible to you")
    of_instances = [
        line for line in shown.row.holders if not any(word in line for word in pageless)
    ]
    assert len(shown.modal.holder_links) == len(of_instances)
    assert all(link.startswith("/project/instances/") for link in shown.modal.holder_links)


def test_the_sentence_to_acknowledge_is_the_verdicts_own(shown: Shown) -> None:
    assert shown.modal.acknowledgement == shown.row.promise.acknowledgement
    assert shown.modal.tick.get("checked") is None


def test_the_button_says_that_it_forces(shown: Shown) -> None:
    assert shown.modal.button == FORCE_BUTTON


def test_the_way_back_from_a_system_disk_is_told(shown: Shown) -> None:
    note = "the disk itself cannot be reverted while the instance exists"
    assert (note in shown.modal.text) is shown.row.system_disk


def test_without_the_tick_nothing_is_made(
    shown: Shown, row: Row, visitor: Visitor, shared_workshop: Workshop
) -> None:
    before = len(shared_workshop.snapshots_of(row.volume))
    again = Dialog(shown.modal.submit(visitor, name="kept", description="kept too"))
    assert again.tick_error == promises.TICK_MISSING
    assert (again.fields()["name"], again.fields()["description"]) == ("kept", "kept too")
    assert len(shared_workshop.snapshots_of(row.volume)) == before


def test_another_sentence_does_not_count(
    shown: Shown, row: Row, visitor: Visitor, shared_workshop: Workshop
) -> None:
    before = len(shared_workshop.snapshots_of(row.volume))
    enough = ("corrupted", shown.modal.tick.get("value"))
    for value in ("on", *(each for each in LABELS if each not in enough)):
        again = Dialog(shown.modal.submit(visitor, acknowledged=value))
        assert again.tick_error == promises.TICK_MISSING
    assert len(shared_workshop.snapshots_of(row.volume)) == before


@pytest.mark.parametrize("modal", [True, False], ids=["modal", "page"])
def test_with_the_tick_one_snapshot_is_made(
    shown: Shown, row: Row, visitor: Visitor, shared_workshop: Workshop, modal: bool
) -> None:
    dialog = shown.modal if modal else shown.page
    name = unique("upgrade")
    answer = dialog.submit(visitor, tick=True, modal=modal, name=name, description="Before it")
    assert accepted(answer), answer.text
    shared_workshop.storage_as_usual()
    made = [each for each in shared_workshop.snapshots_of(row.volume) if each.name == name]
    assert len(made) == 1
    read = shared_workshop.settled_snapshot(made[0].id)
    assert (read.description, read.size) == ("Before it", 1)
    assert read.project_id == shared_workshop.owner.current_project_id


class TestDetached:
    """The one row without a warning."""

    @pytest.fixture(scope="class")
    def volume(self, shared_workshop: Workshop) -> str:
        """A volume that nobody uses."""
        return str(shared_workshop.volume("free").id)

    @pytest.mark.parametrize("modal", [True, False], ids=["modal", "page"])
    def test_nothing_is_said_and_nothing_has_to_be_ticked(
        self, volume: str, anna: Visitor, modal: bool
    ) -> None:
        dialog = opened(anna, snapshot_path(volume), modal=modal)
        assert dialog.telling == []
        assert dialog.acknowledgement is None
        assert dialog.button == PLAIN_BUTTON

    def test_the_notes_stand_beside_the_form(self, volume: str, anna: Visitor) -> None:
        text = opened(anna, snapshot_path(volume)).text
        assert "While this snapshot exists, the volume cannot be deleted." in text
        assert (
            "A snapshot is not a backup: it is kept on the same storage as the volume. "
            "Create Backup" in text
        )

    @pytest.mark.parametrize("modal", [True, False], ids=["modal", "page"])
    def test_the_snapshot_is_made(
        self, volume: str, anna: Visitor, shared_workshop: Workshop, modal: bool
    ) -> None:
        name = unique("upgrade")
        dialog = opened(anna, snapshot_path(volume), modal=modal)
        answer = dialog.submit(anna, modal=modal, name=name, description="One\r\nTwo")
        assert accepted(answer), answer.text
        made = [each for each in shared_workshop.snapshots_of(volume) if each.name == name]
        assert len(made) == 1
        assert shared_workshop.settled_snapshot(made[0].id).description.split() == ["One", "Two"]

    def test_an_empty_name_becomes_the_dated_name_that_was_shown(
        self, anna: Visitor, workshop: Workshop
    ) -> None:
        volume = workshop.volume("nameless")
        dialog = opened(anna, snapshot_path(volume.id))
        assert accepted(dialog.submit(anna, name=""))
        (made,) = workshop.snapshots_of(volume.id)
        assert made.name.startswith(f"{volume.name} 2")
        day = made.name.removeprefix(volume.name).split()[0]
        assert f'Leave empty to name it "{volume.name} {day}' in dialog.text
