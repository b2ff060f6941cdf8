# SPDX-License-Identifier: Apache-2.0
"""A snapshot that the storage cannot create is listed as failed and no longer refreshed."""

from typing import Any

import lxml.html

from demo.visitor import Visitor
from tests.cloud.dialogs import SNAPSHOTS, accepted, opened, snapshot_path, volume_path
from tests.cloud.workshop import Workshop, unique


def row(answer: Any, snapshot_id: str) -> Any:
    """Return a snapshot's row in a list, or in the answer to a refresh."""
    (found,) = lxml.html.fromstring(f"<table>{answer.text}</table>").xpath(
        f"//tr[@data-object-id='{snapshot_id}']"
    )
    return found


def refresh(visitor: Visitor, snapshot_id: str) -> Any:
    """Ask for one row as the page's script does."""
    query = f"?action=row_update&table=volume_snapshots&obj_id={snapshot_id}"
    return visitor.get(SNAPSHOTS + query, dialog=True)


def is_refreshed(found: Any) -> bool:
    """Tell whether the script goes on asking for this row."""
    return {"warning", "ajax-update"} <= set(found.get("class").split())


def test_a_row_is_refreshed_while_the_snapshot_is_creating(
    workshop: Workshop, anna: Visitor
) -> None:
    volume = workshop.volume().id
    workshop.slow_storage()
    made = workshop.owner.block_storage.create_snapshot(volume_id=volume, name=unique("slow"))
    found = row(refresh(anna, made.id), made.id)
    assert "Creating" in found.text_content()
    assert is_refreshed(found)


def test_a_snapshot_that_failed_is_shown_as_an_error_and_its_row_rests(
    workshop: Workshop, anna: Visitor
) -> None:
    volume = workshop.volume().id
    workshop.broken_storage("create_snapshot")
    name = unique("failing")
    assert accepted(opened(anna, snapshot_path(volume)).submit(anna, name=name))
    (made,) = workshop.snapshots_of(volume)
    workshop.settled_snapshot(made.id, "error")
    found = row(refresh(anna, made.id), made.id)
    assert "Error" in found.text_content()
    assert not is_refreshed(found)


def test_a_failed_snapshot_stands_in_the_list(workshop: Workshop, anna: Visitor) -> None:
    volume = workshop.volume().id
    workshop.broken_storage("create_snapshot")
    made = workshop.owner.block_storage.create_snapshot(volume_id=volume, name=unique("failing"))
    workshop.settled_snapshot(made.id, "error")
    found = row(anna.get(SNAPSHOTS), made.id)
    assert "Error" in found.text_content()
    assert not is_refreshed(found)


def test_no_volume_can_be_made_of_a_failed_snapshot(workshop: Workshop, anna: Visitor) -> None:
    volume = workshop.volume().id
    workshop.broken_storage("create_snapshot")
    made = workshop.owner.block_storage.create_snapshot(volume_id=volume, name=unique("failing"))
    workshop.settled_snapshot(made.id, "error")
    dialog = opened(anna, volume_path(made.id))
    assert "A volume cannot be made from this snapshot" in dialog.problem
    assert dialog.button is None


def test_the_row_of_a_deleted_snapshot_is_gone(workshop: Workshop, anna: Visitor) -> None:
    made = workshop.snapshot(workshop.volume().id)
    workshop.owner.block_storage.delete_snapshot(made.id)
    workshop.owner.block_storage.wait_for_delete(made, interval=0.1)
    assert refresh(anna, made.id).status_code == 404
