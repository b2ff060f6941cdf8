# SPDX-License-Identifier: Apache-2.0
"""Launch as Instance of a snapshot: the advice, its steps and Horizon's launch."""

import pytest

from tests.browser.axe import violations
from tests.browser.pages import Dialog, snapshots
from tests.browser.person import Person
from tests.cloud.workshop import Workshop, unique

TITLE = "An image is the better source for a new instance"


@pytest.fixture
def snapshot_id(workshop: Workshop) -> str:
    """A snapshot of a volume that boots; its name would be counted by a careless template."""
    volume = workshop.volume("root", image_id=workshop.image_id())
    made = workshop.snapshot(volume.id, "<b>{$ 7777 * 3 $}")
    return str(made.id)


def advice(anna: Person, snapshot_id: str) -> Dialog:
    snapshots(anna).open().choose(snapshot_id, "Launch as Instance")
    return Dialog(anna).wait_open()


def unknown(anna: Person) -> list[str]:
    found = violations(anna.driver, [".sd-dialog"])
    return [str(each) for each in found if each.known < 0]


def test_the_better_way_is_walked_and_what_is_done_is_marked(
    anna: Person, workshop: Workshop, snapshot_id: str
) -> None:
    dialog = advice(anna, snapshot_id)
    assert TITLE in dialog.see(".sd-launch").text
    assert "23331" not in dialog.see(".sd-subtitle", "7777 * 3").text
    assert unknown(anna) == []
    anna.click(dialog.part(".btn-primary"), "Start with Step 1")
    create = Dialog(anna, "#create_volume_modal.in").wait_open()
    name = unique("helper")
    create.fill(name=name)
    create.send()
    anna.click(".alert-info a", name)
    made = anna.path.rstrip("/").rpartition("/")[2]
    workshop.adopt_volume(made)
    workshop.settled(made)
    dialog = advice(anna, snapshot_id)
    steps = anna.texts(dialog.part(".sd-launch-steps li"))
    assert steps[0].endswith("Done") and steps[1].endswith(name)
    anna.click(dialog.part(".btn-primary"), "Continue with Step 2")
    upload = anna.see("#modal_wrapper form[action*='upload_to_image']")
    assert f"/project/volumes/{made}/upload_to_image/" in str(upload.get_attribute("action"))


def test_launch_anyway_opens_horizons_own_launch(anna: Person, snapshot_id: str) -> None:
    dialog = advice(anna, snapshot_id)
    anna.click(dialog.part("button"), "Launch Anyway")
    anna.wait_gone(dialog.part("form"))
    anna.see(".modal wizard, wizard", "Details")


@pytest.mark.extended
def test_on_a_page_of_its_own_the_launch_works_as_well(anna: Person, snapshot_id: str) -> None:
    anna.go(f"/project/snapshots/{snapshot_id}/launch/")
    assert TITLE in anna.see(".sd-launch").text
    assert unknown(anna) == []
    anna.click(".sd-dialog button", "Launch Anyway")
    anna.see("wizard", "Details")
