# SPDX-License-Identifier: Apache-2.0
"""What Horizon's dialogs tell of a volume's snapshots is what the storage service does then."""

from typing import Any

import lxml.html
import pytest
from openstack.exceptions import BadRequestException

from demo.visitor import Visitor
from tests.cloud.conftest import Visit
from tests.cloud.dialogs import VOLUMES, words
from tests.cloud.workshop import Workshop

OTHER_STORAGE = "linked"


def told(visitor: Visitor, address: str) -> str:
    """Return what the panel of a dialog says."""
    page = lxml.html.fromstring(visitor.get(address, dialog=True).text)
    return words(page.get_element_by_id("sd-snapshot-restrictions"))


def sent(visitor: Visitor, address: str, **form: Any) -> None:
    """Send the form of a dialog."""
    answer = visitor.post(address, form, dialog=True)
    assert "alert-danger" not in answer.text, answer.text


@pytest.fixture
def volume_id(workshop: Workshop) -> str:
    """A volume with one snapshot."""
    volume: str = workshop.volume("kept").id
    workshop.snapshot(volume)
    return volume


def test_a_change_of_type_is_accepted_and_undone(
    workshop: Workshop, anna: Visitor, volume_id: str
) -> None:
    storage = workshop.owner.block_storage
    before = storage.get_volume(volume_id).volume_type
    assert before != OTHER_STORAGE
    said = told(anna, f"{VOLUMES}{volume_id}/retype/")
    assert said.startswith("This volume has 1 snapshot. ")
    assert "the change is accepted and undone afterwards" in said
    form = {"name": "x", "volume_type": OTHER_STORAGE, "migration_policy": "on-demand"}
    sent(anna, f"{VOLUMES}{volume_id}/retype/", **form)
    assert workshop.settled(volume_id).volume_type == before
    # Nothing of the service's tells so afterwards.
    assert f'Not changed to "{OTHER_STORAGE}"' in words(
        lxml.html.fromstring(anna.get(VOLUMES).text)
    )


def test_an_extended_volume_cannot_be_reverted_to_what_was_before(
    workshop: Workshop, anna: Visitor, volume_id: str
) -> None:
    assert "it cannot be reverted to any snapshot" in told(anna, f"{VOLUMES}{volume_id}/extend/")
    sent(anna, f"{VOLUMES}{volume_id}/extend/", name="x", orig_size="1", new_size="2")
    assert workshop.settled(volume_id).size == 2
    # Typed as version 2, which has no revert.
    storage: Any = workshop.owner.block_storage
    (snapshot,) = workshop.snapshots_of(volume_id)
    with pytest.raises(BadRequestException, match="must be equal to the snapshot size"):
        storage.revert_volume_to_snapshot(storage.get_volume(volume_id), snapshot.id)


def test_one_failed_snapshot_keeps_a_transfer_from_being_made(
    workshop: Workshop, anna: Visitor, volume_id: str
) -> None:
    (snapshot,) = workshop.snapshots_of(volume_id)
    workshop.admin.block_storage.reset_snapshot_status(snapshot.id, "error")
    said = told(anna, f"{VOLUMES}{volume_id}/create_transfer/")
    assert f"1 of them is not Available now: {snapshot.name} - Error" in said
    storage = workshop.owner.block_storage
    with pytest.raises(BadRequestException, match="status must be available"):
        storage.create_transfer(volume_id=volume_id, name="x")
    workshop.admin.block_storage.reset_snapshot_status(snapshot.id, "available")


@pytest.mark.extended
def test_a_volume_with_snapshots_of_any_project_is_not_migrated(
    workshop: Workshop, visit: Visit, volume_id: str
) -> None:
    said = told(visit("admin"), f"/admin/volumes/{volume_id}/migrate")
    assert said.startswith("This volume has 1 snapshot. ")
    assert "refuses to migrate a volume that has snapshots" in said
    storage = workshop.admin.block_storage
    hosts = {each.name for each in storage.backend_pools()}
    host = sorted(hosts - {storage.get_volume(volume_id).host})[0]
    with pytest.raises(BadRequestException, match="have snapshots"):
        storage.migrate_volume(volume_id, host=host, force_host_copy=True)
