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
from tests.cloud.copy_checks import CopyCheck, Due
from tests.cloud.copy_dialogs import (
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
from tests.cloud.dialogs import Dialog
from tests.cloud.fault_proxy import Call, Fault
from tests.cloud.groups import Group, make_group
from tests.cloud.truth import truth_of
from tests.cloud.watched import Sent
from tests.cloud.workshop import Workshop

pytestmark = pytest.mark.extended

CHANGED = "the situation changed while this form was open"
# Of an upload the note is written before, by the same kind of request.
HELD_BACK = {BACKUP: BACKUP.call, UPLOAD: replace(UPLOAD.call, number=2)}


@dataclass(frozen=True)
class Race:
    """Changes at a detached volume, alone or in a group, and a dialog that is open meanwhile."""

    check: CopyCheck
    volume: str
    left: Any
    right: Any

    @property
    def workshop(self) -> Workshop:
        """Makes what changes."""
        return self.check.workshop

    def attach(self, instance: Any) -> None:
        """Attach the volume."""
        self.workshop.attach(instance.id, self.volume)

    def detach(self, instance: Any) -> None:
        """Detach the volume."""
        changes.detach(self.workshop, instance.id, self.volume)

    def send(self, dialog: Dialog, **said: Any) -> Sent:
        """Send the form with its tick, if it has one."""
        typed: dict[str, Any] = {self.check.copy_dialog.field: "kept"}
        return self.check.watched.send(dialog, tick=True, **typed, **said)

    def refused(self, sent: Sent, instance: Any) -> Dialog:
        """Assert that nothing was made and the new situation is told; return the dialog."""
        self.check.made_nothing(sent)
        again = sent.again
        assert again.fields()[self.check.copy_dialog.field] == "kept"
        assert again.offered == self.check.read().sentence
        assert again.tick is None or again.tick.get("checked") is None
        assert instance.name in again.text
        return again

    def made(self, dialog: Dialog) -> None:
        """Assert that the form makes one copy, forced and noted as is true now."""
        due = self.check.read()
        with self.check.storage(self.check.copy_dialog, self.workshop, self.check.subject):
            sent = self.send(dialog)
            assert sent.accepted, sent.again.text
            self.check.forced_as_due(sent, due)
            assert self.notes() == due.notes

    def notes(self) -> Mapping[str, Any]:
        """Return the notes of the one thing that was made."""
        (notes,) = self.check.copy_dialog.copies(self.workshop, self.check.subject).values()
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
def race(
    request: pytest.FixtureRequest,
    workshop: Workshop,
    instances: tuple[Any, Any],
    group: Group,
    watch: Watch,
) -> Race:
    """The dialog that a test is about."""
    copy_dialog = request.param
    alone = copy_dialog in (BACKUP, UPLOAD)
    volumes = (str(workshop.volume().id),) if alone else group.volumes
    subject = Subject(volumes[0] if alone else group.id, volumes, images_of_project(workshop))
    read = partial(due_of, workshop, volumes, alone=alone)
    storage = cut_short if alone else removed
    check = CopyCheck(copy_dialog, subject, workshop, watch("anna"), read, storage)
    return Race(check, volumes[0], *instances)


ALONE = pytest.mark.parametrize("race", [BACKUP, UPLOAD], ids=["backup", "upload"], indirect=True)
FORCEFUL = pytest.mark.parametrize(
    "race", [BACKUP, UPLOAD, GROUP_SNAPSHOT], ids=["backup", "upload", "group"], indirect=True
)
OF_GROUP = pytest.mark.parametrize("race", [GROUP_SNAPSHOT], ids=["group"], indirect=True)
OF_CLONE = pytest.mark.parametrize("race", [CLONE_GROUP], ids=["clone"], indirect=True)
EVERY = pytest.mark.parametrize(
    "race",
    [BACKUP, UPLOAD, GROUP_SNAPSHOT, CLONE_GROUP],
    ids=["backup", "upload", "group", "clone"],
    indirect=True,
)


@FORCEFUL
def test_shown_detached_and_attached_before_it_is_sent(race: Race) -> None:
    dialog = race.check.opened()
    race.attach(race.left)
    again = race.refused(race.send(dialog, acknowledged="corrupted", force="on"), race.left)
    assert CHANGED in again.problem
    race.made(again)


@FORCEFUL
def test_shown_attached_and_ticked_and_detached_before_it_is_sent(race: Race) -> None:
    race.attach(race.left)
    dialog = race.check.opened()
    assert dialog.offered
    race.detach(race.left)
    # Nothing is forced, and the note says that it was detached.
    race.made(dialog)


@FORCEFUL
def test_shown_with_one_instance_and_sent_with_another(race: Race) -> None:
    race.attach(race.left)
    dialog = race.check.opened()
    race.detach(race.left)
    race.attach(race.right)
    again = race.refused(race.send(dialog), race.right)
    assert CHANGED in again.problem
    race.made(again)


@OF_CLONE
def test_a_group_is_not_cloned_that_was_attached_after_it_was_shown(race: Race) -> None:
    dialog = race.check.opened()
    race.attach(race.left)
    sent = race.send(dialog, acknowledged="set")
    race.check.made_nothing(sent)
    assert "this group cannot be cloned now" in sent.again.problem
    assert race.left.name in sent.again.text
    assert (sent.again.fields()["name"], sent.again.tick) == ("kept", None)
    race.detach(race.left)
    race.made(dialog)


@EVERY
def test_a_double_click_makes_one(race: Race) -> None:
    copy_dialog, dialog, due = race.check.copy_dialog, race.check.opened(), race.check.read()
    with race.check.storage(copy_dialog, race.workshop, race.check.subject):
        sent = race.send(dialog, times=2)
        assert (sent.accepted, len(copy_dialog.asked(sent)), sent.forced) == (1, 1, [])
        assert race.notes() == due.notes


def recorded(race: Race) -> None:
    """Let Cinder learn of an instance that uses the volume, at once."""
    record = race.workshop.record(race.volume, race.left.id, complete=True)
    race.workshop.later(race.workshop.forget_record, record)


@ALONE
def test_attached_between_the_reading_and_the_request(race: Race) -> None:
    copy_dialog, dialog = race.check.copy_dialog, race.check.opened()
    faults = {HELD_BACK[copy_dialog]: Fault.HELD_BACK}
    sent = race.send(dialog, faults=faults, meanwhile=partial(recorded, race))
    # Cinder was asked, unforced, and has refused.
    (body,) = copy_dialog.asked(sent)
    assert (body["force"], sent.accepted) == (False, 0)
    assert copy_dialog.copies(race.workshop, race.check.subject) == {}
    assert CHANGED in sent.again.problem
    assert race.left.name in sent.again.text


@OF_GROUP
def test_a_group_attached_between_the_reading_and_the_request(race: Race) -> None:
    dialog = race.check.opened()
    faults: dict[Call, Fault] = {GROUP_SNAPSHOT.call: Fault.HELD_BACK}
    with removed(GROUP_SNAPSHOT, race.workshop, race.check.subject):
        sent = race.send(dialog, faults=faults, meanwhile=partial(recorded, race))
        # Cinder looks at no attachment of a group: the note says afterwards what was true.
        assert sent.accepted == 1
        assert race.notes()[race.volume].taken == "running"


@pytest.fixture(scope="module")
def booted(shared_workshop: Workshop) -> tuple[Any, str]:
    """An instance that was started from a volume, and that volume."""
    return shared_workshop.started_from_volume()


@pytest.fixture
def of_instance(
    workshop: Workshop, booted: tuple[Any, str], watch: Watch
) -> Iterator[tuple[CopyCheck, str]]:
    """The dialog of an instance, and a volume beside its system disk."""
    instance, disk = booted
    data = str(workshop.volume("data").id)
    subject = Subject(instance.id, (disk, data), images_of_project(workshop))
    read = partial(due_of, workshop, (disk, data), alone=False)
    yield CopyCheck(INSTANCE_SNAPSHOT, subject, workshop, watch("anna"), read, removed), data


def test_an_instance_started_before_it_is_sent(of_instance: tuple[CopyCheck, str]) -> None:
    check, _data = of_instance
    workshop, instance_id = check.workshop, check.subject.id
    workshop.later(workshop.arrived, instance_id, "ACTIVE")
    workshop.owner.compute.stop_server(instance_id)
    workshop.arrived(instance_id, "SHUTOFF")
    dialog = check.opened()
    workshop.owner.compute.start_server(instance_id)
    workshop.arrived(instance_id, "ACTIVE")
    sent = check.watched.send(dialog, tick=True, name="kept")
    check.made_nothing(sent)
    assert CHANGED in sent.again.problem
    assert (sent.again.fields()["name"], sent.again.offered) == ("kept", "set")


def test_an_instance_that_got_a_volume_before_it_is_sent(
    of_instance: tuple[CopyCheck, str],
) -> None:
    check, data = of_instance
    dialog = check.opened()
    check.workshop.attach(check.subject.id, data)
    sent = check.watched.send(dialog, tick=True, name="kept")
    check.made_nothing(sent)
    assert CHANGED in sent.again.problem and "is new here" in sent.again.problem
    with removed(INSTANCE_SNAPSHOT, check.workshop, check.subject):
        assert check.watched.send(sent.again, tick=True).accepted
        (notes,) = check.copy_dialog.copies(check.workshop, check.subject).values()
        assert notes == {IMAGE: notes[data], **check.read().notes}


def test_an_instance_that_lost_a_volume_before_it_is_sent(
    of_instance: tuple[CopyCheck, str],
) -> None:
    check, data = of_instance
    check.workshop.attach(check.subject.id, data)
    dialog = check.opened()
    changes.detach(check.workshop, check.subject.id, data)
    # Only what is copied has a note.
    rest = replace(check.subject, volumes=check.subject.volumes[:1])
    with removed(INSTANCE_SNAPSHOT, check.workshop, rest):
        sent = check.watched.send(dialog, tick=True, name="rest", times=2)
        assert (sent.accepted, len(check.copy_dialog.asked(sent))) == (1, 1)
        (notes,) = check.copy_dialog.copies(check.workshop, rest).values()
        assert {each.taken for each in notes.values()} == {"running"}
        assert set(notes) == {IMAGE, *rest.volumes}
        assert check.workshop.snapshots_of(data) == []
