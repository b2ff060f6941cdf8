# SPDX-License-Identifier: Apache-2.0
"""A snapshot restores the bytes of a volume, through both dialogs."""

from pathlib import Path

import pytest

from demo.visitor import Visitor
from devcloud.access import Access
from tests.cloud.dialogs import accepted, opened, snapshot_path, volume_path
from tests.cloud.workshop import Workshop, unique

BEFORE = b"before the upgrade " * 4096
AFTER = b"after the upgrade! " * 4096


def write(path: Path, pattern: bytes) -> None:
    """Write over the beginning of a volume's file."""
    with path.open("r+b") as file:
        file.write(pattern)


def read(path: Path) -> bytes:
    """Read as much of a volume's file as was written."""
    with path.open("rb") as file:
        return file.read(len(BEFORE))


@pytest.mark.parametrize("kind", ["ssd", "linked"])
def test_a_volume_made_from_a_snapshot_holds_what_was_there_before(
    workshop: Workshop, anna: Visitor, cloud: Access, kind: str
) -> None:
    volume = workshop.volume("data", volume_type=kind)
    file = cloud.file_of(f"volume-{volume.id}")
    write(file, BEFORE)
    assert accepted(opened(anna, snapshot_path(volume.id)).submit(anna, name=unique("before")))
    (snapshot,) = workshop.snapshots_of(volume.id)
    workshop.settled_snapshot(snapshot.id)
    write(file, AFTER)

    name = unique("back")
    dialog = opened(anna, volume_path(snapshot.id))
    assert accepted(dialog.submit(anna, name=name, size="2"))
    (made,) = workshop.owner.block_storage.volumes(name=name)
    workshop.adopt_volume(made.id)
    back = workshop.settled(made.id)

    assert (back.snapshot_id, back.size, back.volume_type) == (snapshot.id, 2, kind)
    assert read(cloud.file_of(f"volume-{made.id}")) == BEFORE
    assert read(file) == AFTER


def test_a_size_below_the_snapshots_is_refused_before_anything_is_asked_for(
    workshop: Workshop, anna: Visitor
) -> None:
    volume = workshop.volume("large", size=3)
    snapshot = workshop.snapshot(volume.id)
    dialog = opened(anna, volume_path(snapshot.id))
    name = unique("small")
    assert dialog.form.inputs["size"].get("min") == "3"
    answer = dialog.submit(anna, name=name, size="2")
    assert not accepted(answer)
    assert "Enter 3 GiB or more: a volume cannot be smaller than its snapshot." in answer.text
    assert list(workshop.owner.block_storage.volumes(name=name)) == []
