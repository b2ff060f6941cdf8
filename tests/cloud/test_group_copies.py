# SPDX-License-Identifier: Apache-2.0
"""Create Snapshot and Clone Group of a group on a real cloud, verified with another client."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from demo.visitor import Visitor
from snapshot_dashboard.rules import consistency
from tests.cloud.dialogs import Dialog, opened
from tests.cloud.groups import Group, make_group
from tests.cloud.workshop import Workshop

MISSING = "Tick the box above to create these snapshots, or press Cancel."


@pytest.fixture
def group(workshop: Workshop) -> Group:
    """A group with two detached volumes."""
    return make_group(workshop)


def accepted(answer: Any, page: str) -> bool:
    """Tell whether the person is sent on to a list."""
    return str(answer.headers.get("X-Horizon-Location")).startswith(f"/project/{page}/")


def test_detached_volumes_need_no_tick_and_one_form_makes_one(group: Group, anna: Visitor) -> None:
    dialog = opened(anna, group.snapshot_path)
    assert (dialog.title, dialog.tick) == ("Create Group Snapshot", None)
    # A double click.
    with ThreadPoolExecutor(2) as clicks:
        both = list(clicks.map(lambda _: dialog.submit(anna, name="<before> audit"), range(2)))
    assert sum(accepted(each, "vg_snapshots") for each in both) == 1
    assert "already exists" in Dialog(dialog.submit(anna, name="<before> audit")).problem
    (made,) = group.snapshots()
    assert (made["name"], made["status"]) == ("<before> audit", "available")
    assert group.notes() == dict.fromkeys(group.volumes, "detached")


def test_an_attached_volume_is_snapshotted_only_as_accepted(
    group: Group, workshop: Workshop, anna: Visitor
) -> None:
    free = opened(anna, group.snapshot_path)
    instance = workshop.running("books")
    workshop.attach(instance.id, group.volumes[0])
    late = Dialog(free.submit(anna, name="kept", acknowledged="set"))
    assert "the situation changed while this form was open" in late.problem
    for ticked in ("", "on", "corrupted"):
        again = Dialog(late.submit(anna, name="kept", acknowledged=ticked))
        assert (again.tick_error, again.fields()["name"]) == (MISSING, "kept")
    assert group.snapshots() == []
    assert "1 of these volumes is attached" in again.text
    assert instance.name in again.text
    assert accepted(again.submit(anna, tick=True, name="while running"), "vg_snapshots")
    (made,) = group.snapshots()
    assert made["status"] == "available"
    assert group.notes() == {group.volumes[0]: "running", group.volumes[1]: "detached"}


def test_a_volume_that_is_held_for_a_shelved_instance(
    group: Group, workshop: Workshop, anna: Visitor
) -> None:
    compute = workshop.owner.compute
    instance = workshop.running("shelf")
    workshop.attach(instance.id, group.volumes[0])
    compute.shelve_server(instance.id)
    workshop.arrived(instance.id, "SHELVED")
    workshop.admin.compute.shelve_offload_server(instance.id)
    workshop.arrived(instance.id, "SHELVED_OFFLOADED")
    workshop.settled(group.volumes[0], "reserved")
    dialog = opened(anna, group.snapshot_path)
    # Cinder, which refuses a snapshot of this volume alone, makes one of its group.
    assert f"{instance.name} is shelved, and this volume is still attached" in dialog.text
    assert Dialog(dialog.submit(anna, name="no")).tick_error == MISSING
    assert group.snapshots() == []
    assert accepted(dialog.submit(anna, tick=True, name="shelved"), "vg_snapshots")
    (made,) = group.snapshots()
    assert made["status"] == "available"
    assert group.notes() == {group.volumes[0]: "shelved", group.volumes[1]: "detached"}


def test_a_clone_of_detached_volumes_alone(group: Group, workshop: Workshop, anna: Visitor) -> None:
    free = opened(anna, group.clone_path)
    assert (free.title, free.tick) == ("Clone Group", None)
    instance = workshop.running("books")
    workshop.attach(instance.id, group.volumes[0])
    # Cinder accepts this, and leaves a group in an error state.
    late = Dialog(free.submit(anna, name="kept", acknowledged="set"))
    assert "this group cannot be cloned now" in late.problem
    assert group.clones() == []
    workshop.detach(instance.id, group.volumes[0])
    workshop.settled(group.volumes[0])
    assert accepted(opened(anna, group.clone_path).submit(anna, name="copy"), "volume_groups")
    (made,) = group.clones()
    assert (made["name"], made["status"]) == ("copy", "available")
    copies = [group.read(f"/volumes/{each}")["volume"] for each in made["volumes"]]
    assert [each["metadata"].get(consistency.TAKEN) for each in copies] == ["detached"] * 2


def test_a_limit_of_groups_is_told_before_and_after_it_is_reached(
    group: Group, workshop: Workshop, anna: Visitor
) -> None:
    quotas = f"/os-quota-sets/{workshop.owner.current_project_id}"

    def allow(limit: int) -> None:
        body = {"quota_set": {"groups": limit}}
        assert workshop.admin.block_storage.put(quotas, json=body).ok

    used = group.read(f"{quotas}?usage=True")["quota_set"]["groups"]["in_use"]
    free = opened(anna, group.clone_path)
    assert f"Groups: {used} used, no limit." in free.text
    allow(used)
    try:
        assert "refused unless a group is deleted first" in opened(anna, group.clone_path).text
        again = Dialog(free.submit(anna, name="kept"))
    finally:
        allow(-1)
    assert "Not created: your project has reached a limit" in again.problem
    assert f"Maximum number of groups allowed ({used}) exceeded" in again.problem
    assert again.fields()["name"] == "kept"
    assert group.clones() == []
