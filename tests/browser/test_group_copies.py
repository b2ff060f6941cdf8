# SPDX-License-Identifier: Apache-2.0
"""Create Snapshot of a group: from Horizon's page to snapshots that say what they are worth."""

import pytest

from demo.layout import Home
from tests.browser.axe import violations
from tests.browser.pages import Dialog, ListPage
from tests.browser.person import Person
from tests.browser.test_create_backup import keep_picture
from tests.cloud.groups import make_group
from tests.cloud.test_group_copies import MISSING
from tests.cloud.workshop import Workshop


def test_the_warning_is_read_and_ticked_and_the_snapshots_say_so(
    anna: Person, workshop: Workshop
) -> None:
    group = make_group(workshop)
    instance = workshop.running("books")
    workshop.attach(instance.id, group.volumes[0])
    groups = ListPage(anna, "/project/volume_groups/", "volume_groups", "")
    groups.open().choose(group.id, "Create Snapshot")
    dialog = Dialog(anna).wait_open()
    assert "1 of these volumes is attached" in dialog.see(".sd-explanation-warning").text
    found = [str(each) for each in violations(anna.driver, [dialog.here]) if each.known < 0]
    assert not found, "\n".join(found)
    anna.type("#id_name", "before <audit>")
    anna.click(".modal-footer [type=submit]")
    anna.see("#id_acknowledged_error", MISSING)
    assert anna.value("#id_name") == "before <audit>"
    anna.tick("#id_acknowledged")
    anna.click(".modal-footer [type=submit]")
    # Stock's page, and stock's message.
    anna.see("#volume_vg_snapshots", "before <audit>")
    assert group.snapshots()[0]["name"] == "before <audit>"
    (taken,) = group.read(f"/snapshots/detail?volume_id={group.volumes[0]}")["snapshots"]
    anna.go("/project/snapshots/")
    anna.see(f"#volume_snapshots tr[data-object-id='{taken['id']}']", "Running")


@pytest.mark.extended
def test_a_warning_appears_while_the_dialog_is_open(
    anna: Person, workshop: Workshop, home: Home
) -> None:
    group = make_group(workshop)
    instance = workshop.running("books")
    groups = ListPage(anna, "/project/volume_groups/", "volume_groups", "")
    groups.open().choose(group.id, "Create Snapshot")
    dialog = Dialog(anna).wait_open()
    dialog.fill(name="before <audit>")
    assert dialog.button.get_property("value") == "Create Snapshot"
    keep_picture(anna, home, "group-before-change")
    workshop.attach(instance.id, group.volumes[0])
    dialog.see(".sd-explanation-warning", "1 of these volumes is attached")
    dialog.see(".sd-set", f"{instance.name} is running and may be writing to this volume")
    assert dialog.see(".sd-changed").text.endswith("Read the warning again.")
    keep_picture(anna, home, "group-after-change")
    assert anna.value("#id_name") == "before <audit>"
    dialog.tick()
    # One more has to be read, too.
    workshop.attach(instance.id, group.volumes[1])
    dialog.see(".sd-explanation-warning", "2 of these volumes are attached")
    assert not dialog.see("[name=acknowledged]").is_selected()
    dialog.tick()
    anna.until(dialog.sent_when_it_hears, "the button that hears")
    anna.see("#volume_vg_snapshots", "before <audit>")
    assert set(group.notes().values()) == {"running"}
