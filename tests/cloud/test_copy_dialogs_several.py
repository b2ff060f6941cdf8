# SPDX-License-Identifier: Apache-2.0
"""The dialogs that copy several volumes at once, of a group and of an instance, in every state.

What has to happen follows from what another client reads right before. What the dialogs ask of
Cinder and Nova is seen on its way.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.cloud import changes
from tests.cloud.conftest import Watch
from tests.cloud.copy_checks import SEVERAL, CopyCheck, Due
from tests.cloud.copy_dialogs import (
    CLONE_GROUP,
    GROUP_SNAPSHOT,
    IMAGE,
    INSTANCE_SNAPSHOT,
    Note,
    Subject,
    images_of_project,
    removed,
)
from tests.cloud.groups import Group, make_group
from tests.cloud.truth import BLOCKED, HIGH, LOW, NONE, Truth, truth_of
from tests.cloud.workshop import Workshop

pytestmark = pytest.mark.extended


@dataclass(frozen=True)
class GroupAndInstance:
    """A group of two volumes, and an instance that uses none of them yet."""

    group: Group
    instance: Any

    @property
    def first(self) -> str:
        """The volume that is brought from state to state."""
        return self.group.volumes[0]


def attach(workshop: Workshop, members: GroupAndInstance) -> None:
    """Attach one volume."""
    workshop.attach(members.instance.id, members.first)


def shut_off(workshop: Workshop, members: GroupAndInstance) -> None:
    """Attach one volume and shut the instance off."""
    attach(workshop, members)
    into(workshop, members.instance.id, "SHUTOFF")


def hold(workshop: Workshop, members: GroupAndInstance) -> None:
    """Shelve the instance and take it from its host: one volume is held."""
    attach(workshop, members)
    into(workshop, members.instance.id, "SHELVED")
    workshop.admin.compute.shelve_offload_server(members.instance.id)
    workshop.arrived(members.instance.id, "SHELVED_OFFLOADED")
    workshop.settled(members.first, "reserved")


def of_nobody_visible(workshop: Workshop, members: GroupAndInstance) -> None:
    """Record an attachment to an instance that does not exist."""
    record = workshop.record(members.first, str(uuid.uuid4()), complete=True)
    workshop.later(workshop.forget_record, record)


def reset_by_hand(workshop: Workshop, members: GroupAndInstance) -> None:
    """Let an administrator mark the attached volume as available."""
    attach(workshop, members)
    workshop.later(workshop.set_status, members.first, "in-use")
    workshop.set_status(members.first, "available")


def maintain(workshop: Workshop, members: GroupAndInstance) -> None:
    """Put one volume under maintenance."""
    workshop.later(workshop.set_status, members.first, "available")
    workshop.set_status(members.first, "maintenance")


def into(workshop: Workshop, instance_id: str, status: str) -> None:
    """Bring a running instance into a state, and back at the end."""
    (change,) = [
        each for each in changes.CHANGES if (each.begins[0], each.ends) == ("ACTIVE", status)
    ]
    workshop.later(lambda: changes.make_active(workshop, instance_id, now(workshop, instance_id)))
    change.call(workshop, instance_id)
    workshop.arrived(instance_id, status)


def now(workshop: Workshop, instance_id: str) -> str:
    """Return the status of an instance."""
    return str(workshop.admin.compute.get_server(instance_id).status)


GROUP_ROWS: dict[str, Callable[[Workshop, GroupAndInstance], object]] = {
    "all detached": lambda workshop, members: None,
    "one attached": attach,
    "one attached, SHUTOFF": shut_off,
    "one held": hold,
    "one of nobody visible": of_nobody_visible,
    "one available, a record exists": reset_by_hand,
    "one under maintenance": maintain,
}


def due_of_snapshot(workshop: Workshop, group: Group) -> Due:
    """Return what is due of a snapshot of a group: a held volume does not keep it."""
    truths = {each: truth_of(workshop, each).as_member for each in group.volumes}
    return Due.of_several(truths)


def due_of_clone(workshop: Workshop, group: Group) -> Due:
    """Return what is due of a clone: Cinder makes none of a volume that is not available."""
    due = due_of_snapshot(workshop, group)
    statuses = {truth_of(workshop, each).status for each in group.volumes}
    return due if statuses == {"available"} else Due(BLOCKED, "", {})


GROUP_DIALOGS = {
    "snapshot": (GROUP_SNAPSHOT, due_of_snapshot),
    "clone": (CLONE_GROUP, due_of_clone),
}


@pytest.fixture(scope="module")
def members(shared_workshop: Workshop) -> GroupAndInstance:
    """What all rows share."""
    return GroupAndInstance(make_group(shared_workshop), shared_workshop.running("books"))


@pytest.fixture(scope="module")
def row_workshop(shared_workshop: Workshop) -> Iterator[Callable[[], Workshop]]:
    """Function: a workshop for one row."""

    def made() -> Workshop:
        return Workshop(shared_workshop.owner, shared_workshop.admin, shared_workshop.knobs)

    yield made


@pytest.fixture(scope="module", params=GROUP_ROWS.values(), ids=list(GROUP_ROWS))
def in_group(
    request: pytest.FixtureRequest, row_workshop: Callable[[], Workshop], members: GroupAndInstance
) -> Iterator[Workshop]:
    """The group in the state of one row."""
    workshop = row_workshop()
    try:
        request.param(workshop, members)
        yield workshop
    finally:
        workshop.close()


@pytest.fixture(params=GROUP_DIALOGS.values(), ids=list(GROUP_DIALOGS))
def of_group(
    request: pytest.FixtureRequest, in_group: Workshop, members: GroupAndInstance, watch: Watch
) -> CopyCheck:
    """One of the dialogs of the group."""
    copy_dialog, read = request.param
    subject = Subject(members.group.id, members.group.volumes)
    return CopyCheck(
        copy_dialog,
        subject,
        in_group,
        watch("anna"),
        lambda: read(in_group, members.group),
        removed,
    )


def test_of_a_group_what_is_told_is_true(
    of_group: CopyCheck, in_group: Workshop, members: GroupAndInstance
) -> None:
    due, dialog = of_group.read(), of_group.opened()
    assert dialog.title == of_group.copy_dialog.title
    assert dialog.offered == due.sentence
    assert (dialog.button is None) is (due.badness == BLOCKED)
    assert bool(dialog.telling) is (due.badness != NONE)
    used = any(
        members.instance.id in truth_of(in_group, each).instances for each in members.group.volumes
    )
    assert (members.instance.name in dialog.text) is used


def test_of_a_group_exactly_one_is_made_and_only_as_accepted(of_group: CopyCheck) -> None:
    of_group.as_accepted()


def in_rescue(workshop: Workshop, instance_id: str) -> None:
    """Bring an instance into rescue mode."""
    workshop.later(workshop.arrived, instance_id, "ACTIVE")
    workshop.later(workshop.owner.compute.unrescue_server, instance_id)
    workshop.owner.compute.rescue_server(instance_id)
    workshop.arrived(instance_id, "RESCUE")


def in_error(workshop: Workshop, instance_id: str) -> None:
    """Let an administrator set an instance to error."""
    compute = workshop.admin.compute
    workshop.later(compute.reset_server_state, instance_id, "active")
    compute.reset_server_state(instance_id, "error")
    workshop.arrived(instance_id, "ERROR")


def offloaded(workshop: Workshop, instance_id: str) -> None:
    """Shelve an instance that was started from a volume: Nova offloads it at once."""
    workshop.later(changes.make_active, workshop, instance_id, "SHELVED_OFFLOADED")
    workshop.owner.compute.shelve_server(instance_id)
    workshop.arrived(instance_id, "SHELVED_OFFLOADED")


def simply(status: str) -> Callable[[Workshop, str], object]:
    """Return how an instance is brought into a state by one action."""
    return lambda workshop, instance_id: into(workshop, instance_id, status)


ANY = {
    "ACTIVE": lambda workshop, instance_id: None,
    "SHUTOFF": simply("SHUTOFF"),
    "PAUSED": simply("PAUSED"),
    "SUSPENDED": simply("SUSPENDED"),
    "ERROR": in_error,
}
INSTANCE_ROWS = {
    f"{kind}, {status}": (kind, prepare)
    for kind, states in {
        "volumes": {**ANY, "SHELVED_OFFLOADED": offloaded},
        "image": {**ANY, "SHELVED": simply("SHELVED"), "RESCUE": in_rescue},
    }.items()
    for status, prepare in states.items()
}


@pytest.fixture(scope="module")
def subjects(shared_workshop: Workshop) -> dict[str, Subject]:
    """An instance with a system disk and a data volume, and one of which the image is copied."""
    instance, disk = shared_workshop.started_from_volume()
    data = shared_workshop.volume("data").id
    shared_workshop.attach(instance.id, data)
    plain, _left_out = shared_workshop.attached("plain")
    return {
        "volumes": Subject(instance.id, (disk, data)),
        "image": Subject(plain.id, ()),
    }


def due_of_instance(workshop: Workshop, subject: Subject) -> Due:
    """Return what is due of an image of an instance."""
    status = now(workshop, subject.id)
    if status not in ("ACTIVE", "SHUTOFF", "PAUSED", "SUSPENDED"):
        # Nova refuses.
        return Due(BLOCKED, "", {})
    disk = Truth("in-use", frozenset({(subject.id, status)}))
    notes = {IMAGE: Note.due(disk)}
    if not subject.volumes:
        return Due(disk.badness, "corrupted" if disk.badness == HIGH else disk.note, notes)
    volumes = Due.of_several({each: truth_of(workshop, each) for each in subject.volumes})
    assert volumes.badness in (LOW, HIGH)
    return Due(volumes.badness, SEVERAL, {**notes, **volumes.notes})


@pytest.fixture(scope="module", params=INSTANCE_ROWS.values(), ids=list(INSTANCE_ROWS))
def of_instance(
    request: pytest.FixtureRequest,
    row_workshop: Callable[[], Workshop],
    subjects: dict[str, Subject],
    watch: Watch,
) -> Iterator[CopyCheck]:
    """The dialog of an instance in the state of one row."""
    kind, prepare = request.param
    workshop, subject = row_workshop(), subjects[kind]
    try:
        prepare(workshop, subject.id)
        # To shelve an instance makes an image, too.
        subject = replace(subject, others=images_of_project(workshop))
        yield CopyCheck(
            INSTANCE_SNAPSHOT,
            subject,
            workshop,
            watch("anna"),
            lambda: due_of_instance(workshop, subject),
            removed,
        )
    finally:
        workshop.close()


def test_of_an_instance_what_is_told_is_true(of_instance: CopyCheck) -> None:
    due, dialog = of_instance.read(), of_instance.opened()
    assert dialog.title == of_instance.copy_dialog.title
    assert dialog.offered == due.sentence
    assert (dialog.button is None) is (due.badness == BLOCKED)
    assert dialog.telling


def test_of_an_instance_exactly_one_is_made_and_only_as_accepted(of_instance: CopyCheck) -> None:
    of_instance.as_accepted()
