# SPDX-License-Identifier: Apache-2.0
"""The plan of an instance, sent as a browser without scripts sends it, begins and comes to its end.

What the plan does is shown by test_revert_plan.py; here, that the form asks for the right one.
"""

from typing import Any

import pytest

from demo.visitor import Visitor
from devcloud.access import Access
from snapshot_dashboard.rules import sets
from snapshot_dashboard.rules.revert_record import Before, Stage
from tests.cloud.dialogs import Dialog, opened, words
from tests.cloud.direct import direct
from tests.cloud.plans import finished, plan_of
from tests.cloud.test_bytes import AFTER, BEFORE, read, write
from tests.cloud.workshop import Workshop

pytestmark = [pytest.mark.needs_api(cinder="3.68"), pytest.mark.usefixtures("proved")]

SET = "2b0f6f5c-7d0e-4e43-9d53-0a8f4ff9a101"
NEWER = b"after the new set! " * 4096


def form_of(instance_id: str) -> str:
    """Return the address of the plan."""
    return f"/project/volumes/revert_in_place/{instance_id}/"


def fields(form: Dialog) -> dict[str, Any]:
    """Return what a browser sends, with the sentence ticked."""
    said: dict[str, Any] = {
        each.name: each.value for each in form.frame.xpath(".//form//input[@type='hidden']")
    }
    said |= {each.name: each.value for each in form.frame.xpath(".//select")}
    said["include"] = form.frame.xpath(".//input[@name='include'][@checked]/@value")
    ticks = form.frame.xpath(".//input[@name='acknowledged']/@value")
    return {key: value for key, value in said.items() if key != "csrfmiddlewaretoken"} | (
        {"acknowledged": ticks[0]} if ticks else {}
    )


def send(anna: Visitor, form: Dialog, **more: Any) -> Any:
    """Press Revert Instance."""
    data = fields(form) | {"revert": "Revert Instance"} | more
    return anna.post(form.form.get("action"), data, allow_redirects=False)


@pytest.fixture
def upgraded(workshop: Workshop, cloud: Access) -> tuple[str, list[str]]:
    """An instance with two disks of AFTER, snapshots of BEFORE in a set, and newer ones alone."""
    instance, root = workshop.started_from_volume("shop", volume_type="linked")
    data = str(workshop.volume("data", volume_type="linked").id)
    workshop.attach(instance.id, data)
    for each in (root, data):
        file = cloud.file_of(f"volume-{each}")
        write(file, BEFORE)
        made = workshop.settled_snapshot(workshop.snapshot(each, "before", force=True).id)
        workshop.owner.block_storage.set_snapshot_metadata(made, **{sets.SET: SET, sets.SIZE: "2"})
        write(file, NEWER)
        workshop.settled_snapshot(workshop.snapshot(each, "newer", force=True).id)
        write(file, AFTER)
    return str(instance.id), [root, data]


def contents(cloud: Access, volumes: list[str]) -> list[bytes]:
    """What the disks hold."""
    return [read(cloud.file_of(f"volume-{each}")) for each in volumes]


def test_the_form_begins_the_plan_that_it_has_shown(
    anna: Visitor, workshop: Workshop, cloud: Access, upgraded: tuple[str, list[str]]
) -> None:
    instance_id, volumes = upgraded
    form = opened(anna, form_of(instance_id), modal=False)
    assert "newest snapshots that were taken together" in form.text
    answer = send(anna, form, copy="on")
    assert answer.headers["Location"].startswith(f"{form_of(instance_id)}progress/")
    ours = direct(workshop.owner)
    plan = plan_of(ours, instance_id)
    assert [each.volume.id for each in plan.targets] == volumes
    assert (plan.before, plan.missing, plan.lead.record.copy) == (Before.RUNNING, False, True)
    # Sent again, and opened again, it leads to the same plan.
    assert send(anna, form).headers["Location"] == answer.headers["Location"]
    again = anna.get(form_of(instance_id), allow_redirects=False)
    assert again.headers["Location"].startswith(f"{form_of(instance_id)}progress/")
    finished(workshop.owner, ours, instance_id)
    for copied in workshop.owner.block_storage.volumes():
        if copied.metadata.get("snapshot_dashboard:copy_of") in volumes:
            workshop.adopt_volume(copied.id)
            assert read(cloud.file_of(f"volume-{copied.id}")) == AFTER
    over = plan_of(ours, instance_id)
    assert (over.id, over.stage) == (plan.id, Stage.FINISHED)
    assert contents(cloud, volumes) == [BEFORE] * 2
    # After it another one can be planned, and the form of the first one begins nothing.
    assert "Show This Plan" in anna.get(form_of(instance_id)).text
    assert send(anna, form).status_code == 302
    assert plan_of(ours, instance_id).stage is Stage.FINISHED


def test_a_volume_is_left_out_and_another_snapshot_chosen(
    anna: Visitor, workshop: Workshop, cloud: Access, upgraded: tuple[str, list[str]]
) -> None:
    instance_id, volumes = upgraded
    root, data = volumes
    (newer,) = (each for each in workshop.snapshots_of(data) if each.name.startswith("newer"))
    form = opened(anna, f"{form_of(instance_id)}?snapshot={newer.id}", modal=False)
    (row,) = (each for each in form.frame.find_class("sd-lost"))
    assert "Everything written to" in words(row)
    assert fields(form)["include"] == [data]
    # The system disk's tick was not shown: it comes back first.
    back = send(anna, form, include=[root, data])
    assert back.status_code == 200 and "not the one that was shown" in Dialog(back).problem
    answer = send(anna, form)
    assert answer.status_code == 302
    ours = direct(workshop.owner)
    (target,) = plan_of(ours, instance_id).targets
    assert (target.volume.id, target.record.snapshot_id) == (data, newer.id)
    finished(workshop.owner, ours, instance_id)
    assert contents(cloud, volumes) == [AFTER, NEWER]
