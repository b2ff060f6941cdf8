# SPDX-License-Identifier: Apache-2.0
"""A whole instance goes back to before the upgrade, from its row to the end."""

import pytest

from devcloud.access import Access
from snapshot_dashboard.rules import sets
from tests.browser.axe import violations
from tests.browser.pages import ListPage
from tests.browser.person import Person
from tests.cloud.test_bytes import AFTER, BEFORE, read, write
from tests.cloud.workshop import Workshop

pytestmark = pytest.mark.needs_api(cinder="3.68")

SET = "6d1f5b7e-3a53-4f0c-9f4e-4a1f7f0a2c11"


def upgraded(workshop: Workshop, cloud: Access) -> tuple[str, list[str]]:
    """An instance whose upgrade broke both disks, which have snapshots of before in one set."""
    instance, root = workshop.started_from_volume("shop", volume_type="linked")
    data = str(workshop.volume("database", volume_type="linked").id)
    workshop.attach(instance.id, data)
    for each in (root, data):
        write(cloud.file_of(f"volume-{each}"), BEFORE)
        made = workshop.snapshot(each, force=True)
        workshop.settled_snapshot(made.id)
        workshop.owner.block_storage.set_snapshot_metadata(made, **{sets.SET: SET, sets.SIZE: "2"})
        write(cloud.file_of(f"volume-{each}"), AFTER)
    return instance.id, [root, data]


def test_upgrade_breaks_and_the_instance_goes_back(
    anna: Person, workshop: Workshop, cloud: Access
) -> None:
    instance_id, volumes = upgraded(workshop, cloud)
    page = ListPage(anna, "/project/instances/", "instances", "instances_filter").open()
    page.choose(instance_id, "Revert Instance")
    anna.see("#revert_in_place")
    assert [str(each) for each in violations(anna.driver, ["#revert_in_place"])] == []
    anna.tick("#id_acknowledged")
    anna.click("[name=revert]")
    anna.see(".sd-revert-plan", "Done")
    anna.see(".sd-revert-plan", "is reverted, and started")
    assert [read(cloud.file_of(f"volume-{each}")) for each in volumes] == [BEFORE] * 2
    assert anna.clicks <= 8 and anna.ticks == 1
