# SPDX-License-Identifier: Apache-2.0
"""Snapshots that Nova made for an image say so in the list and on their details."""

from collections.abc import Callable

from demo.layout import Home
from tests.browser.person import Person
from tests.browser.test_create_backup import keep_picture
from tests.cloud.workshop import Workshop, unique

_ASKED = """
  return performance.getEntriesByType('resource')
    .filter((each) => each.name.includes('images/shown')).length
"""
Enter = Callable[..., None]


def test_from_a_snapshot_to_its_image_and_to_the_others(
    enter: Enter, visitor: Person, workshop: Workshop, home: Home
) -> None:
    instance, disk = workshop.started_from_volume()
    data = workshop.volume("data")
    workshop.attach(instance.id, data.id)
    name = unique("image")
    workshop.slow_storage()
    # As the command line, or stock's dialog, makes it.
    body = {"createImage": {"name": name}}
    made = workshop.owner.compute.post(
        f"/servers/{instance.id}/action", json=body, microversion="2.45"
    )
    workshop.later(workshop.admin.image.delete_image, made.json()["image_id"])
    (first,), (second,) = map(workshop.snapshots_of, (disk, data.id))
    enter("anna", "/project/snapshots/")
    row = f"tr[data-object-id='{first.id}'] .sd-remark"
    visitor.see(row, "have names like this.")
    keep_picture(visitor, home, "image-by-name-in-list")
    # Once the limits are there, all of the page's own requests were sent.
    visitor.see(".sd-usage", "GiB")
    assert not visitor.driver.execute_script(_ASKED)
    visitor.click(f"{row} a", "Show image")
    assert "Show all 2 snapshots" in visitor.see(row, f'Part of image "{name}"').text
    other = f"tr[data-object-id='{second.id}'] .sd-remark"
    visitor.see(other, f'Part of image "{name}"')
    # A row that is drawn anew still says so.
    visitor.see(f"tr[data-object-id='{first.id}']", "Creating")
    workshop.storage_as_usual()
    visitor.see(f"tr[data-object-id='{first.id}']", "Available")
    visitor.see(row, f'Part of image "{name}"')
    assert len(visitor.all(row)) == 1
    keep_picture(visitor, home, "image-in-list")

    visitor.go(f"/project/snapshots/{second.id}")
    visitor.see("[data-sd-image-of]", f'Part of image "{name}"')
    keep_picture(visitor, home, "image-on-details")
    visitor.click("[data-sd-image-of] a", "Show all 2 snapshots")
    shown = visitor.see(".sd-image-snapshots", name)
    for each in (first, second):
        assert shown.find_element("css selector", f"a[href='/project/snapshots/{each.id}']")
    keep_picture(visitor, home, "image-snapshots")
