# SPDX-License-Identifier: Apache-2.0
"""Changes between opening a dialog that copies volumes, sending it, and Cinder's taking it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest

from tests.cloud import changes
from tests.cloud.conftest import Watch
from tests.cloud.dialogs import Dialog
from tests.cloud.doors import (
    BACKUP,
    CLONE_GROUP,
    GROUP_SNAPSHOT,
    IMAGE,
    INSTANCE_SNAPSHOT,
    UPLOAD,
    Subject,
    cut_short,
    images_of_project,
    removed,
)
from tests.cloud.fault_proxy import Call, Fault
from tests.cloud.groups import Group, make_group
from tests.cloud.trials import Due, Trial
from tests.cloud.truth import truth_of
from tests.cloud.watched import Sent
from tests.cloud.workshop import Workshop

pytestmark = pytest.mark.extended

CHANGED = "the situation changed while this form was open"
# Of an upload the note is written before, by the same kind of request.
HELD_BACK = {BACKUP: BACKUP.call, UPLOAD: replace(UPLOAD.call, number=2)}


@dataclass(frozen=True)
class Scene:
    """A dialog about a detached volume, alone or in a group, and two instances."""

    trial: Trial
    volume: str
    left: Any
    right: Any

    @property
    def workshop(self) -> Workshop:
        """Makes what changes."""
        return self.trial.workshop

    def attach(self, instance: Any) -> None:
        """Attach the volume."""
        self.workshop.attach(instance.id, self.volume)

    def detach(self, instance: Any) -> None:
        """Detach the volume."""
        changes.detach(self.workshop, instance.id, self.volume)

    def send(self, dialog: Dialog, **said: Any) -> Sent:
        """Send the form with its tick, if it has one."""
        typed: dict[str, Any] = {self.trial.door.field: "kept"}
        return self.trial.watched.send(dialog, tick=True, **typed, **said)

    def refused(self, sent: Sent, instance: Any) -> Dialog:
        """Assert that nothing was made and the new situation is told; return the dialog."""
        self.trial.made_nothing(sent)
        again = sent.again
        assert again.fields()[self.trial.door.field] == "kept"
        assert again.offered == self.trial.read().sentence
        assert again.tick is None or again.tick.get("checked") is None
        assert instance.name in again.text
        return again

    def made(self, dialog: Dialog) -> None:
        """Assert that the form makes one copy, forced and noted as is true now."""
        due = self.trial.read()
        with self.trial.storage(self.trial.door, self.workshop, self.trial.subject):
            sent = self.send(dialog)
            assert sent.accepted, sent.again.text
            self.trial.forced_as_due(sent, due)
            assert self.notes() == due.notes

    def notes(self) -> Mapping[str, Any]:
        """Return the notes of the one thing that was made."""
        (notes,) = self.trial.door.copies(self.workshop, self.trial.subject).values()
        return notes


@pytest.fixture(scope="module")
def instances(shared_workshop: Workshop) -> tuple[Any, Any]:
    """Two instances for all tests."""
    return shared_workshop.running("left"), shared_workshop.running("right")


@pytest.fixture(scope="module")
def group(shared_workshop: Workshop) -> Group:
    """A group for all tests."""
    return make_group(shared_workshop)


def due_of(workshop: Workshop, volumes: tuple[str, ...], *, alone: bool) -> Due:
    """Return what is due now."""
    truths = {each: truth_of(workshop, each) for each in volumes}
    return Due.of_one(volumes[0], truths[volumes[0]]) if alone else Due.of_several(truths)


@pytest.fixture
def scene(
    request: pytest.FixtureRequest,
    workshop: Workshop,
    instances: tuple[Any, Any],
    group: Group,
    watch: Watch,
) -> Scene:
    """The dialog that a test is about."""
    door = request.param
    alone = door in (BACKUP, UPLOAD)
    volumes = (str(workshop.volume().id),) if alone else group.volumes
    subject = Subject(volumes[0] if alone else group.id, volumes, images_of_project(workshop))
    read = partial(due_of, workshop, volumes, alone=alone)
    storage = cut_short if alone else removed
    trial = Trial(door, subject, workshop, watch("anna"), read, storage)
    return Scene(trial, volumes[0], *instances)


ALONE = pytest.mark.parametrize("scene", [BACKUP, UPLOAD], ids=["backup", "upload"], indirect=True)
FORCEFUL = pytest.mark.parametrize(
    "scene", [BACKUP, UPLOAD, GROUP_SNAPSHOT], ids=["backup", "upload", "group"], indirect=True
)
OF_GROUP = pytest.mark.parametrize("scene", [GROUP_SNAPSHOT], ids=["group"], indirect=True)
OF_CLONE = pytest.mark.parametrize("scene", [CLONE_GROUP], ids=["clone"], indirect=True)
EVERY = pytest.mark.parametrize(
    "scene",
    [BACKUP, UPLOAD, GROUP_SNAPSHOT, CLONE_GROUP],
    ids=["backup", "upload", "group", "clone"],
    indirect=True,
)


@FORCEFUL
def test_shown_detached_and_attached_before_it_is_sent(scene: Scene) -> None:
    dialog = scene.trial.opened()
    scene.attach(scene.left)
    again = scene.refused(scene.send(dialog, acknowledged="corrupted", force="on"), scene.left)
    assert CHANGED in again.problem
    scene.made(again)


@FORCEFUL
def test_shown_attached_and_ticked_and_detached_before_it_is_sent(scene: Scene) -> None:
    scene.attach(scene.left)
    dialog = scene.trial.opened()
    assert dialog.offered
    scene.detach(scene.left)
    # Nothing is forced, and the note says that it was detached.
    scene.made(dialog)


@FORCEFUL
def test_shown_with_one_instance_and_sent_with_another(scene: Scene) -> None:
    scene.attach(scene.left)
    dialog = scene.trial.opened()
    scene.detach(scene.left)
    scene.attach(scene.right)
    again = scene.refused(scene.send(dialog), scene.right)
    assert CHANGED in again.problem
    scene.made(again)


@OF_CLONE
def test_a_group_is_not_cloned_that_was_attached_after_it_was_shown(scene: Scene) -> None:
    dialog = scene.trial.opened()
    scene.attach(scene.left)
    sent = scene.send(dialog, acknowledged="set")
    scene.trial.made_nothing(sent)
    assert "this group cannot be cloned now" in sent.again.problem
    assert scene.left.name in sent.again.text
    assert (sent.again.fields()["name"], sent.again.tick) == ("kept", None)
    scene.detach(scene.left)
    scene.made(dialog)


@EVERY
def test_a_double_click_makes_one(scene: Scene) -> None:
    door, dialog, due = scene.trial.door, scene.trial.opened(), scene.trial.read()
    with scene.trial.storage(door, scene.workshop, scene.trial.subject):
        sent = scene.send(dialog, times=2)
        assert (sent.accepted, len(door.asked(sent)), sent.forced) == (1, 1, [])
        assert scene.notes() == due.notes


def recorded(scene: Scene) -> None:
    """Let Cinder learn of an instance that uses the volume, at once."""
    record = scene.workshop.record(scene.volume, scene.left.id, complete=True)
    scene.workshop.later(scene.workshop.forget_record, record)


@ALONE
def test_attached_between_the_reading_and_the_request(scene: Scene) -> None:
    door, dialog = scene.trial.door, scene.trial.opened()
    faults = {HELD_BACK[door]: Fault.HELD_BACK}
    sent = scene.send(dialog, faults=faults, meanwhile=partial(recorded, scene))
    # Cinder was asked, unforced, and has refused.
    (body,) = door.asked(sent)
    assert (body["force"], sent.accepted) == (False, 0)
    assert door.copies(scene.workshop, scene.trial.subject) == {}
    assert CHANGED in sent.again.problem
    assert scene.left.name in sent.again.text


@OF_GROUP
def test_a_group_attached_between_the_reading_and_the_request(scene: Scene) -> None:
    dialog = scene.trial.opened()
    faults: dict[Call, Fault] = {GROUP_SNAPSHOT.call: Fault.HELD_BACK}
    with removed(GROUP_SNAPSHOT, scene.workshop, scene.trial.subject):
        sent = scene.send(dialog, faults=faults, meanwhile=partial(recorded, scene))
        # Cinder looks at no attachment of a group: the note says afterwards what was true.
        assert sent.accepted == 1
        assert scene.notes()[scene.volume].taken == "running"


@pytest.fixture(scope="module")
def booted(shared_workshop: Workshop) -> tuple[Any, str]:
    """An instance that was started from a volume, and that volume."""
    return shared_workshop.started_from_volume()


@pytest.fixture
def of_instance(
    workshop: Workshop, booted: tuple[Any, str], watch: Watch
) -> Iterator[tuple[Trial, str]]:
    """The dialog of an instance, and a volume beside its system disk."""
    instance, disk = booted
    data = str(workshop.volume("data").id)
    subject = Subject(instance.id, (disk, data), images_of_project(workshop))
    read = partial(due_of, workshop, (disk, data), alone=False)
    yield Trial(INSTANCE_SNAPSHOT, subject, workshop, watch("anna"), read, removed), data


def test_an_instance_started_before_it_is_sent(of_instance: tuple[Trial, str]) -> None:
    trial, _data = of_instance
    workshop, instance_id = trial.workshop, trial.subject.id
    workshop.later(workshop.arrived, instance_id, "ACTIVE")
    workshop.owner.compute.stop_server(instance_id)
    workshop.arrived(instance_id, "SHUTOFF")
    dialog = trial.opened()
    workshop.owner.compute.start_server(instance_id)
    workshop.arrived(instance_id, "ACTIVE")
    sent = trial.watched.send(dialog, tick=True, name="kept")
    trial.made_nothing(sent)
    assert CHANGED in sent.again.problem
    assert (sent.again.fields()["name"], sent.again.offered) == ("kept", "set")


def test_an_instance_that_got_a_volume_before_it_is_sent(of_instance: tuple[Trial, str]) -> None:
    trial, data = of_instance
    dialog = trial.opened()
    trial.workshop.attach(trial.subject.id, data)
    sent = trial.watched.send(dialog, tick=True, name="kept")
    trial.made_nothing(sent)
    assert CHANGED in sent.again.problem and "is new here" in sent.again.problem
    with removed(INSTANCE_SNAPSHOT, trial.workshop, trial.subject):
        assert trial.watched.send(sent.again, tick=True).accepted
        (notes,) = trial.door.copies(trial.workshop, trial.subject).values()
        assert notes == {IMAGE: notes[data], **trial.read().notes}


def test_an_instance_that_lost_a_volume_before_it_is_sent(of_instance: tuple[Trial, str]) -> None:
    trial, data = of_instance
    trial.workshop.attach(trial.subject.id, data)
    dialog = trial.opened()
    changes.detach(trial.workshop, trial.subject.id, data)
    # Only what is copied has a note.
    rest = replace(trial.subject, volumes=trial.subject.volumes[:1])
    with removed(INSTANCE_SNAPSHOT, trial.workshop, rest):
        sent = trial.watched.send(dialog, tick=True, name="rest", times=2)
        assert (sent.accepted, len(trial.door.asked(sent))) == (1, 1)
        (notes,) = trial.door.copies(trial.workshop, rest).values()
        assert {each.taken for each in notes.values()} == {"running"}
        assert set(notes) == {IMAGE, *rest.volumes}
        assert trial.workshop.snapshots_of(data) == []
