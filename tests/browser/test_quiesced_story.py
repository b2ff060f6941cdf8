# SPDX-License-Identifier: Apache-2.0
"""Quiesced snapshots from Create Snapshot to the finished snapshots."""

from tests.browser.axe import violations
from tests.browser.pages import Dialog, volumes
from tests.browser.person import Person
from tests.cloud.quiesced import images_named, with_agent
from tests.cloud.workshop import Workshop, unique


def unknown(anna: Person) -> list[str]:
    found = violations(anna.driver, [".sd-dialog"])
    return [str(each) for each in found if each.known < 0]


def test_frozen_snapshots_are_made_and_followed_to_the_end(
    anna: Person, workshop: Workshop
) -> None:
    instance, disk, data = with_agent(workshop)
    name = unique("before upgrade")
    volumes(anna).open().choose(disk, "Create Snapshot")
    dialog = Dialog(anna).wait_open()
    anna.click(dialog.part("a"), "Freeze the file systems first")
    frozen = Dialog(anna, "#create_frozen_modal.in").wait_open()
    assert instance.name in frozen.see(".sd-subtitle").text
    assert unknown(anna) == []
    anna.type(frozen.part("[name=name]"), name)
    workshop.slow_storage()
    frozen.send()
    anna.see(".sd-frozen", "Creating the snapshots")
    assert unknown(anna) == []
    place = anna.path
    # Left, and found again.
    anna.go("/project/")
    anna.go(place)
    anna.see(".sd-frozen[data-sd-follow]", "Creating the snapshots")
    workshop.storage_as_usual()
    anna.see(".sd-frozen", "2 snapshots were created")
    assert "had frozen the file systems" in anna.see(".sd-frozen").text
    assert not anna.all(".sd-frozen[data-sd-follow]")
    assert unknown(anna) == []
    lines = anna.texts(".sd-frozen-snapshots li")
    assert len(lines) == 2
    for line in lines:
        assert line.startswith(name) and line.endswith("Available - Frozen by the guest agent")
    assert images_named(workshop, place.rstrip("/").rpartition("/")[2]) == []
    assert {len(workshop.snapshots_of(each)) for each in (disk, data)} == {1}
