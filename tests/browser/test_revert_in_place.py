# SPDX-License-Identifier: Apache-2.0
"""The page that works through a revert in place: to the end, and over a locked instance."""

import pytest

from devcloud.access import Access
from tests.browser.axe import violations
from tests.browser.person import Person
from tests.cloud.direct import direct
from tests.cloud.plans import begun
from tests.cloud.test_bytes import AFTER, BEFORE, read, write
from tests.cloud.workshop import Workshop

pytestmark = pytest.mark.needs_api(cinder="3.68")

STATE = ".sd-revert-plan [data-sd-part=state]"
FOLLOWED = ".sd-revert-plan form[data-sd-steps]"


@pytest.fixture
def planned(workshop: Workshop, cloud: Access) -> tuple[str, list[str]]:
    """An instance that was upgraded, with a plan to go back, and its system disk and data."""
    instance, root = workshop.started_from_volume("upgraded", volume_type="linked")
    volumes = [root, workshop.volume("data", volume_type="linked").id]
    workshop.attach(instance.id, volumes[1])
    snapshots = {}
    for each in volumes:
        write(cloud.file_of(f"volume-{each}"), BEFORE)
        snapshots[each] = workshop.snapshot(each, force=True).id
    for each in volumes:
        workshop.settled_snapshot(snapshots[each])
        write(cloud.file_of(f"volume-{each}"), AFTER)
    begun(direct(workshop.owner), instance.id, snapshots)
    return instance.id, volumes


def _page(instance_id: str) -> str:
    return f"/project/volumes/revert_in_place/{instance_id}/progress/"


def _unknown(anna: Person) -> list[str]:
    return [str(each) for each in violations(anna.driver, [".sd-revert-plan"]) if each.known < 0]


def test_the_page_works_through_a_plan_and_is_found_again(
    anna: Person, workshop: Workshop, cloud: Access, planned: tuple[str, list[str]]
) -> None:
    instance_id, volumes = planned
    anna.go(_page(instance_id))
    anna.see(STATE, "Reverting instance")
    assert _unknown(anna) == []
    # A reload, then another page: neither loses anything, and nothing goes on meanwhile.
    anna.see(f"{STATE} .sd-step-done", "Shut off")
    anna.go(_page(instance_id))
    anna.see(f"{STATE} .sd-step-done", "Shelve")
    anna.go("/project/")
    anna.go(_page(instance_id))
    anna.see(f"{STATE} .sd-step-done", "Put back")
    anna.see(STATE, "is reverted, and started")
    assert not anna.all(FOLLOWED)
    assert len(anna.all(f"{STATE} [data-sd-content=new]")) == 2
    assert _unknown(anna) == []
    assert [read(cloud.file_of(f"volume-{each}")) for each in volumes] == [BEFORE] * 2
    workshop.arrived(instance_id, "ACTIVE")


def test_a_locked_instance_halts_it_until_somebody_goes_on(
    anna: Person, workshop: Workshop, cloud: Access, planned: tuple[str, list[str]]
) -> None:
    instance_id, volumes = planned
    workshop.owner.compute.lock_server(instance_id)
    anna.go(_page(instance_id))
    anna.see(STATE, "is locked")
    anna.until(lambda: not anna.find_all(FOLLOWED), "that the halt is written down")
    assert _unknown(anna) == []
    assert [read(cloud.file_of(f"volume-{each}")) for each in volumes] == [AFTER] * 2
    anna.go(f"/project/volumes/{volumes[0]}/")
    anna.click(".sd-revert-note a", "Show progress")
    workshop.owner.compute.unlock_server(instance_id)
    anna.click(f"{STATE} a.btn", "Check Again")
    anna.see(STATE, "what was in the way is over")
    anna.tick("#id_sure_go_on")
    anna.click(f"{STATE} .sd-revert-offer button", "Go On")
    anna.see(f"{STATE} .sd-step-done", "Shelve")
    anna.see(f"{STATE} .sd-step-done", "Put back")
    anna.see(STATE, "is reverted, and started")
    assert [read(cloud.file_of(f"volume-{each}")) for each in volumes] == [BEFORE] * 2
