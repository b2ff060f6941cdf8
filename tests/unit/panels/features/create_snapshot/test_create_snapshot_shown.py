# SPDX-License-Identifier: Apache-2.0
"""Create Snapshot as it opens: text, button and acknowledgement of every verdict."""

import pytest

from tests.unit.cloud.wire import NOVA, OTHER_PROJECT, REQUEST_ID, SILENT, Wire, attachment_json
from tests.unit.panels.person import CREATE_SNAPSHOT, Answer, Person

PLAIN = [("btn btn-primary", "Create Volume Snapshot")]
FORCED = [("btn btn-warning", "Create Volume Snapshot (Force)")]
CORRUPTED = "I understand that this snapshot may be corrupted."


@pytest.fixture
def opened(person: Person) -> "Opened":
    """Function: open the dialog of volume v1 as a modal."""
    return Opened(person)


class Opened:
    """Opens the dialog when called."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def __call__(self) -> Answer:
        """Open it."""
        return self.person.get(CREATE_SNAPSHOT, dialog=True)


def test_a_detached_volume_is_not_warned_of(wire: Wire, opened: Opened) -> None:
    wire.volume()
    dialog = opened()
    assert dialog.all("//*[@id='sd-explanation']") == []
    assert (dialog.submits, dialog.tick) == (PLAIN, "")


WARNINGS = [
    ("ACTIVE", "name of i1 is running and may be writing to this volume"),
    ("PAUSED", "name of i1 is paused while this volume is attached"),
    ("SUSPENDED", "name of i1 is suspended while this volume is attached"),
    ("RESCUE", "name of i1 is in rescue mode"),
    ("ERROR", "name of i1 is in an error state"),
    ("RESIZE", "name of i1 is changing state (Resize/Migrate)"),
]


@pytest.mark.parametrize(("status", "title"), WARNINGS)
def test_an_instance_that_may_write_is_warned_of(
    wire: Wire, opened: Opened, status: str, title: str
) -> None:
    wire.attached(("i1", status))
    dialog = opened()
    assert dialog.said("//*[@class='sd-explanation-title']") == title
    assert "may be corrupted" in dialog.explanation
    assert (dialog.submits, dialog.tick) == (FORCED, CORRUPTED)


@pytest.mark.parametrize(
    ("status", "title", "tick"),
    [
        (
            "SHUTOFF",
            "name of i1 is shut off, and this volume is still attached",
            "I understand that this snapshot is sound only if the instance shut down normally "
            "and stays off.",
        ),
        (
            "SHELVED",
            "name of i1 is shelved, and this volume is still attached",
            "I understand that this snapshot is sound only if the instance was shut down normally "
            "and stays shelved.",
        ),
    ],
)
def test_an_instance_at_rest_has_a_sentence_of_its_own(
    wire: Wire, opened: Opened, status: str, title: str, tick: str
) -> None:
    wire.attached(("i1", status))
    dialog = opened()
    assert dialog.said("//*[@class='sd-explanation-title']") == title
    assert "may be corrupted" in dialog.explanation
    assert (dialog.submits, dialog.tick) == (FORCED, tick)


def test_every_instance_is_named_linked_with_state_and_device(wire: Wire, opened: Opened) -> None:
    wire.attached(("i1", "ACTIVE"), ("i2", "SHUTOFF"))
    dialog = opened()
    lines = [" ".join(each.text_content().split()) for each in dialog.all("//ul/li")]
    assert lines == ["name of i1 - Active - /dev/vdb", "name of i2 - Shutoff - /dev/vdb"]
    links = [each.get("href") for each in dialog.all("//ul/li/a")]
    assert links == ["/project/instances/i1/", "/project/instances/i2/"]
    assert "This volume is attached to 2 instances" in dialog.explanation
    assert (dialog.submits, dialog.tick) == (FORCED, CORRUPTED)


def test_two_instances_of_one_name_are_told_apart(wire: Wire, opened: Opened) -> None:
    first, second = (f"{digit * 8}-aaaa-bbbb-cccc-{digit * 12}" for digit in "12")
    wire.attached((first, "ACTIVE"), (second, "ACTIVE"))
    for each in (first, second):
        wire.instance(each, name="web")
    lines = [" ".join(each.text_content().split()) for each in opened().all("//ul/li")]
    assert [line.split(" - ")[0] for line in lines] == ["web (11111111)", "web (22222222)"]


def test_an_instance_that_cannot_be_seen_is_warned_of(wire: Wire, opened: Opened) -> None:
    wire.attached(("i1", "ACTIVE"))
    wire.fails("GET", f"{NOVA}/servers/i1", 404)
    dialog = opened()
    assert "an instance that no longer exists, or that you cannot see" in dialog.explanation
    assert "give this ID: v1" in dialog.explanation
    # Neither a link to a page that says "not found", nor advice to ask oneself.
    assert dialog.all("//*[@id='sd-explanation']//a[contains(@href, '/i1/')]") == []
    assert "owner" not in dialog.explanation
    assert (dialog.submits, dialog.tick) == (FORCED, CORRUPTED)


def test_a_failing_compute_service_never_removes_the_warning(wire: Wire, opened: Opened) -> None:
    wire.attached(("i1", "SHUTOFF"))
    wire.fails("GET", f"{NOVA}/servers/i1", 500, "Nova is ill")
    dialog = opened()
    assert "the state of the instance cannot be checked right now" in dialog.explanation
    assert "Reason given by the service: Nova is ill" in dialog.explanation
    assert REQUEST_ID in dialog.explanation
    assert (dialog.submits, dialog.tick) == (FORCED, CORRUPTED)


def test_a_silent_compute_service_never_removes_the_warning(wire: Wire, opened: Opened) -> None:
    wire.attached(("i1", "SHUTOFF"))
    wire.breaks("GET", f"{NOVA}/servers/i1", SILENT)
    dialog = opened()
    assert "The compute service did not answer." in dialog.explanation
    assert (dialog.submits, dialog.tick) == (FORCED, CORRUPTED)


@pytest.mark.parametrize("status", ["available", "in-use"])
def test_unreadable_records_warn_that_nothing_can_be_checked(
    wire: Wire, opened: Opened, status: str
) -> None:
    wire.volume(status=status)
    wire.fails("GET", "/attachments", 500)
    dialog = opened()
    assert "It cannot be checked which instance uses this volume" in dialog.explanation
    assert (dialog.submits, dialog.tick) == (FORCED, CORRUPTED)


def test_an_attached_volume_without_any_record_is_warned_of(wire: Wire, opened: Opened) -> None:
    wire.volume(status="in-use")
    assert "It cannot be checked which instance uses this volume" in opened().explanation


def test_an_available_volume_with_a_record_is_warned_of(wire: Wire, opened: Opened) -> None:
    wire.volume()
    wire.records("v1", "i1")
    wire.instance("i1", "SHUTOFF")
    dialog = opened()
    assert "marked as available, but it is still recorded as attached" in dialog.explanation
    assert (dialog.submits, dialog.tick) == (FORCED, CORRUPTED)


def test_a_volume_on_a_host_is_warned_of(wire: Wire, opened: Opened) -> None:
    wire.volume(status="in-use", attachments=[attachment_json(None, host_name="kvm-7")])
    dialog = opened()
    assert "attached to the host kvm-7, not to an instance" in dialog.explanation
    assert (dialog.submits, dialog.tick) == (FORCED, CORRUPTED)


def held(wire: Wire, device: str | None, **volume: str) -> None:
    """Let v1 be held for the shelved instance i1."""
    wire.volume(status="reserved", **volume)
    wire.records("v1", "i1")
    wire.instance("i1", "SHELVED_OFFLOADED")
    known = {"volumeAttachment": {"device": device}}
    wire.says("GET", f"{NOVA}/servers/i1/os-volume_attachments/v1", known)


HELD = "A snapshot cannot be taken now: this volume is held for name of i1, which is shelved"


def test_a_held_data_volume_is_explained_with_the_way_out(wire: Wire, opened: Opened) -> None:
    held(wire, "/dev/vdb")
    dialog = opened()
    assert dialog.said("//*[@class='sd-explanation-title']") == HELD
    assert "Detach the volume with Manage Attachments" in dialog.explanation
    assert dialog.one("//a[normalize-space()='Manage Attachments']").get("href") == (
        "/project/volumes/v1/attach/"
    )
    assert (dialog.submits, dialog.tick) == ([], "")


def test_a_held_system_disk_is_not_sent_to_detach(wire: Wire, opened: Opened) -> None:
    held(wire, "/dev/vda", bootable="true")
    dialog = opened()
    assert (
        "This looks like the system disk (root disk), which cannot be detached."
        in dialog.explanation
    )
    assert dialog.all("//a[normalize-space()='Manage Attachments']") == []
    assert dialog.one("//a[normalize-space()='Show instance']").get("href") == (
        "/project/instances/i1/"
    )


def test_a_held_volume_of_unknown_kind_gets_both_ways_out(wire: Wire, opened: Opened) -> None:
    held(wire, None, bootable="true")
    dialog = opened()
    assert "If it is a data volume:" in dialog.explanation
    assert "If it is the system disk (root disk):" in dialog.explanation


def test_a_volume_held_for_somebody_invisible_is_explained(wire: Wire, opened: Opened) -> None:
    wire.volume(status="reserved")
    dialog = opened()
    assert "an instance that no longer exists, or that you cannot see" in dialog.explanation
    assert "may also be corrupted" in dialog.explanation
    assert "give this ID: v1" in dialog.explanation
    assert dialog.submits == []


@pytest.mark.parametrize(
    ("status", "title"),
    [
        ("creating", "This volume is still being created"),
        ("downloading", "This volume is still being created"),
        ("attaching", "This volume is being attached"),
        ("detaching", "This volume is being detached"),
        ("extending", "This volume is being extended"),
        ("retyping", "This volume is changing its type"),
        ("migrating", "This volume is being moved"),
        ("backing-up", "A backup of this volume is being made"),
        ("restoring-backup", "A backup is being restored to this volume"),
        ("uploading", "This volume is being uploaded to an image"),
        ("reverting", "This volume is being reverted to a snapshot"),
        ("deleting", "This volume is being deleted"),
        ("awaiting-transfer", "This volume is waiting to be transferred to another project"),
        ("maintenance", "This volume is under maintenance"),
        ("updating", "This volume is busy: Updating"),
        (
            "error",
            "A snapshot cannot be taken: this volume is in an error state (Error)",
        ),
    ],
)
def test_what_a_status_forbids_is_explained_not_hidden(
    wire: Wire, opened: Opened, status: str, title: str
) -> None:
    wire.volume(status=status)
    dialog = opened()
    assert dialog.status == 200
    assert dialog.said("//*[@class='sd-explanation-title']") == title
    assert (dialog.submits, dialog.tick) == ([], "")
    assert dialog.said("//a[contains(@class, 'cancel')]") == "Close"


def test_a_volume_of_another_project_is_refused(wire: Wire, opened: Opened) -> None:
    wire.volume(**{"os-vol-tenant-attr:tenant_id": OTHER_PROJECT})
    wire.records("v1", everywhere=True)
    dialog = opened()
    assert "This volume belongs to another project" in dialog.explanation
    assert "would belong to project Web & Shop" in dialog.explanation
    assert f"Switch to project {OTHER_PROJECT}" in dialog.explanation
    assert dialog.submits == []
