# SPDX-License-Identifier: Apache-2.0
"""Texts about what blocks a deletion, for the owner and for support staff."""

from datetime import datetime, timezone

import pytest

from snapshot_dashboard.panels.common.blockers import BlockerText, texts
from snapshot_dashboard.rules.attachment import Disk, Holder, Instance, Verdict
from snapshot_dashboard.rules.deletion import DeletionBlocker, Finding
from snapshot_dashboard.rules.holds import Hold
from snapshot_dashboard.rules.snapshot import Snapshot
from tests.unit.panels.support import HOSTILE

BOTH = pytest.mark.parametrize("dashboard", ["project", "admin"])
OF_SNAPSHOTS = (DeletionBlocker.FOREIGN_SNAPSHOTS, DeletionBlocker.SNAPSHOTS)
OF_HOLDERS = (DeletionBlocker.LEFT_OVER, DeletionBlocker.SYSTEM_DISK, DeletionBlocker.ATTACHED)
HELD = Hold("for the audit", "bert", datetime(2026, 11, 30, 17, 45, tzinfo=timezone.utc))


def holder(number: int = 1, name: str = "web-1") -> Holder:
    """Return an instance that uses the volume."""
    instance = Instance(f"i{number}", name, "ACTIVE")
    return Holder(
        instance_id=instance.id,
        device="/dev/vdb",
        host=None,
        verdict=Verdict.RUNNING,
        disk=Disk.DATA,
        instance=instance,
        attachment_id=f"a{number}",
    )


def snapshots(count: int, name: str = "nightly") -> tuple[Snapshot, ...]:
    """Return snapshots of the volume."""
    return tuple(
        Snapshot(f"s{each}", f"{name} {each}", 1, "available", "v1") for each in range(count)
    )


def finding(blocker: DeletionBlocker) -> Finding:
    """Return an blocker with all that it needs."""
    if blocker in OF_SNAPSHOTS:
        return Finding(blocker, snapshots=snapshots(2))
    if blocker is DeletionBlocker.ON_HOLD:
        return Finding(blocker, hold=HELD)
    return Finding(blocker, holders=(holder(),) if blocker in OF_HOLDERS else ())


def only(found: Finding, dashboard: str, status: str = "error_extending") -> BlockerText:
    """Return what is told of one finding."""
    (said,) = texts([found], None, status=status, volume_id="v1", dashboard=dashboard)
    return said


def plain(text: str) -> str:
    """Return a text without its marks."""
    for mark in ("<bdi>", "</bdi>", "<code>", "</code>", "</a>"):
        text = text.replace(mark, "")
    while "<a " in text:
        start = text.index("<a ")
        text = text[:start] + text[text.index(">", start) + 1 :]
    return text


NOTE = (
    "A hold is a note in the metadata: it stops this dashboard, not the command line and not other "
    "programs."
)
TEXTS: dict[DeletionBlocker, tuple[str, str, str]] = {
    DeletionBlocker.BUSY: (
        "It is busy: Error Extending",
        "It can be deleted when this is finished.",
        "It can be deleted when this is finished.",
    ),
    DeletionBlocker.CREATING: (
        "This snapshot is still being created and cannot be deleted yet",
        "It may still finish: large volumes can take hours.",
        "It may still finish: large volumes can take hours.",
    ),
    DeletionBlocker.TRANSFER: (
        "This volume is waiting to be transferred",
        "Cancel the transfer first.",
        "Cancel the transfer first.",
    ),
    DeletionBlocker.NOT_VISIBLE: (
        "It cannot be checked what uses this volume",
        "It may be attached to an instance. Try again later, or contact support.",
        "Look at its attachments when the services answer again.",
    ),
    DeletionBlocker.LEFT_OVER: (
        "This volume is still marked as attached to an instance that no longer exists: web-1",
        "Contact support and give this ID: v1",
        "Check on the hypervisor that nothing uses it. Then delete the attachment: openstack "
        "--os-volume-api-version 3.27 volume attachment delete a1 Reset the status only if that "
        "does not help.",
    ),
    DeletionBlocker.SYSTEM_DISK: (
        "This volume is attached to web-1",
        "It looks like the system disk (root disk): it can be deleted only after the instance.",
        "It looks like the system disk (root disk): it can be deleted only after the instance.",
    ),
    DeletionBlocker.ATTACHED: (
        "This volume is attached to web-1",
        "Detach the volume first.",
        "Detach the volume first.",
    ),
    DeletionBlocker.STATUS: (
        "Its status does not allow it: Error Extending",
        "Contact support and give this ID: v1",
        "Find out why, then use Update Status. A reset repairs nothing by itself.",
    ),
    DeletionBlocker.GROUP: (
        "This volume belongs to a group",
        "Remove the volume from the group first.",
        "Remove the volume from the group first.",
    ),
    DeletionBlocker.GROUP_SNAPSHOT: (
        "This snapshot is part of a group snapshot",
        "Delete the group snapshot instead.",
        "Delete the group snapshot instead.",
    ),
    DeletionBlocker.ON_HOLD: (
        "It was put on hold by bert on Nov. 30, 2026, 5:45 p.m. UTC: for the audit",
        f"Release the hold first, if the snapshot may be deleted. {NOTE}",
        'Ask its owner, who finds "Release Hold" in the menu of the snapshot in the list of the '
        "project. From the command line: openstack volume snapshot unset --property "
        f"snapshot_dashboard:hold v1 {NOTE}",
    ),
    DeletionBlocker.FOREIGN_SNAPSHOTS: (
        "2 snapshots of this volume belong to another project",
        "Contact support.",
        "The owner of the volume cannot see it, and cannot delete the volume while it exists. "
        "Delete it if nobody needs it, or ask its owner.",
    ),
    DeletionBlocker.SNAPSHOTS: (
        "This volume has 2 snapshots, which must go first",
        "A volume cannot be deleted while it has snapshots.",
        "A volume cannot be deleted while it has snapshots.",
    ),
}


def test_every_blocker_has_words_here() -> None:
    assert set(TEXTS) == set(DeletionBlocker)


@pytest.mark.parametrize("blocker", DeletionBlocker)
def test_every_blocker_is_explained_to_owner_and_support(blocker: DeletionBlocker) -> None:
    title, owners, supports = TEXTS[blocker]
    for dashboard, advice in (("project", owners), ("admin", supports)):
        said = only(finding(blocker), dashboard)
        assert (plain(said.title), plain(said.advice)) == (title, advice)
        assert "%(" not in said.title + said.advice


@pytest.mark.parametrize("blocker", DeletionBlocker)
@BOTH
def test_every_link_stays_in_its_dashboard(blocker: DeletionBlocker, dashboard: str) -> None:
    said = only(finding(blocker), dashboard)
    text = "".join([said.title, said.advice, *said.items])
    assert text.count("<a ") == text.count(f'<a href="/{dashboard}/')
    assert ("<a " in text) == (blocker in (*OF_SNAPSHOTS, *OF_HOLDERS))


def test_support_is_not_sent_to_support() -> None:
    for blocker in DeletionBlocker:
        assert "ontact support" not in only(finding(blocker), "admin").advice


@BOTH
def test_each_of_several_instances_is_named_with_its_command(dashboard: str) -> None:
    both = Finding(DeletionBlocker.LEFT_OVER, holders=(holder(1), holder(2, "web-2")))
    said = only(both, dashboard)
    assert plain(said.title).endswith(": web-1, web-2")
    commands = said.advice.count("attachment delete a1") + said.advice.count("attachment delete a2")
    assert commands == (2 if dashboard == "admin" else 0)


@BOTH
def test_snapshots_beyond_the_tenth_are_counted(dashboard: str) -> None:
    for count, more in ((1, ""), (10, ""), (11, "and 1 more"), (25, "and 15 more")):
        said = only(Finding(DeletionBlocker.SNAPSHOTS, snapshots=snapshots(count)), dashboard)
        assert len(said.items) == min(count, 10) + bool(more)
        assert (plain(said.items[-1]) if more else "") == more
        assert str(count) in said.title


def test_one_is_said_in_the_singular() -> None:
    foreign = only(Finding(DeletionBlocker.FOREIGN_SNAPSHOTS, snapshots=snapshots(1)), "project")
    own = only(Finding(DeletionBlocker.SNAPSHOTS, snapshots=snapshots(1)), "project")
    assert foreign.title == "1 snapshot of this volume belongs to another project"
    assert own.title == "This volume has 1 snapshot, which must go first"


def test_a_snapshot_without_a_name_is_its_id() -> None:
    nameless = Snapshot("s9", "", 1, "available", "v1")
    said = only(Finding(DeletionBlocker.SNAPSHOTS, snapshots=(nameless,)), "project")
    assert plain(said.items[0]) == "s9"


@BOTH
def test_hostile_names_stay_text(dashboard: str) -> None:
    found = [
        Finding(DeletionBlocker.ATTACHED, holders=(holder(1, HOSTILE),)),
        Finding(DeletionBlocker.SNAPSHOTS, snapshots=snapshots(1, HOSTILE)),
    ]
    for said in texts(found, None, status=HOSTILE, volume_id=HOSTILE, dashboard=dashboard):
        assert "<script>" not in "".join([said.title, said.advice, *said.items])
    busy = only(Finding(DeletionBlocker.BUSY), dashboard, status=HOSTILE)
    assert "<script>" not in busy.title


@BOTH
def test_the_order_is_that_of_the_findings(dashboard: str) -> None:
    found = [finding(each) for each in reversed(DeletionBlocker)]
    titles = [
        each.title for each in texts(found, None, status="x", volume_id="v1", dashboard=dashboard)
    ]
    again = [only(each, dashboard, status="x").title for each in found]
    assert titles == again
    assert texts([], None, status="x", volume_id="v1", dashboard=dashboard) == ()
