# SPDX-License-Identifier: Apache-2.0
"""Tags of a real snapshot: typed, copied, found by a member's filter, and shown."""

from urllib.parse import urlencode

from demo.visitor import Visitor
from snapshot_dashboard.rules.consistency import PREFIX
from tests.cloud.dialogs import SNAPSHOTS, opened, snapshot_path
from tests.cloud.workshop import Workshop

HOSTILE = "<script>alert('x')</script> \"' {$ 1 $} \\' None, größe \U0001f600 a=b"


def found(anna: Visitor, tag: str) -> set[str]:
    """Return the ids of the snapshots that the list finds by a tag."""
    page = anna.get(f"{SNAPSHOTS}?{urlencode({'field': 'tag', 'value': tag})}")
    assert "<script>alert('x')" not in page.text
    # The filter is Cinder's, for members too.
    assert "compared one by one" not in page.text
    return {part.partition('"')[0] for part in page.text.split('data-object-id="')[1:]}


def test_tags_are_written_copied_and_found(workshop: Workshop, anna: Visitor) -> None:
    api = workshop.owner.block_storage
    volume = workshop.volume("tagged", metadata={"env": "prod", "own": HOSTILE})
    flag = {"os-update_readonly_flag": {"readonly": True}}
    api.post(f"/volumes/{volume.id}/action", json=flag)
    assert api.get_volume(volume.id).metadata["readonly"] == "True"
    dialog = opened(anna, snapshot_path(volume.id))
    assert "own=" in dialog.text and "readonly" not in dialog.text
    typed = f"env=test\r\nnote = {HOSTILE}\r\nempty="
    answer = dialog.submit(anna, tags=typed, copy_tags="on")
    assert answer.ok
    (made,) = workshop.snapshots_of(volume.id)
    wanted = {"env": "test", "own": HOSTILE, "note": HOSTILE, "empty": ""}
    metadata = {name: each for name, each in made.metadata.items() if not name.startswith(PREFIX)}
    assert metadata == wanted
    workshop.settled_snapshot(made.id)
    for name, value in wanted.items():
        assert made.id in found(anna, f"{name}={value}")
    for other in ("env=prod", "note=x", "own=", f"note={HOSTILE}x", "Nobody=has it"):
        assert made.id not in found(anna, other)
    # What was taken away is not found any more.
    api.delete_snapshot_metadata(made.id, ["env"])
    assert made.id not in found(anna, "env=test")
    assert "a=b" in anna.get(f"{SNAPSHOTS}{made.id}").text
