# SPDX-License-Identifier: Apache-2.0
"""From the page of a set to a second instance: the story, and how it looks."""

from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from demo.layout import Home
from tests.browser.axe import violations
from tests.browser.person import Person
from tests.cloud.workshop import Workshop, unique

STEPS = ".sd-progress-steps li"
LAUNCH = "snapshot_dashboard:launch"


@pytest.fixture
def pictures(home: Home) -> Path:
    """The folder of screenshots."""
    folder: Path = home.path / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def look_at(person: Person, pictures: Path, name: str) -> None:
    """Keep a picture of the page in two windows, let axe judge it, and see that all fits."""
    for width, height in ((1280, 1000), (400, 1400)):
        person.in_window(width, height)
        person.driver.save_screenshot(str(pictures / f"{name}-{width}.png"))
        over = person.driver.execute_script(
            "return document.documentElement.scrollWidth - window.innerWidth"
        )
        assert over <= 0, f"{name} at {width}"
    found = [str(each) for each in violations(person.driver, ["#content_body"]) if each.known < 0]
    assert not found, "\n".join(found)
    person.in_window(1280, 1000)


def test_a_second_instance_from_the_page_of_an_image(
    anna: Person, workshop: Workshop, pictures: Path
) -> None:
    instance, root = workshop.started_from_volume("shop")
    data = workshop.volume("data")
    workshop.attach(instance.id, data.id)
    image = workshop.owner.compute.create_server_image(instance.id, unique("whole"))
    for each in (root, data.id):
        (snapshot,) = workshop.snapshots_of(each)
        workshop.settled_snapshot(snapshot.id)
    anna.go(f"/project/snapshots/of_image/{image.id}/")
    anna.see(".sd-set-use")
    look_at(anna, pictures, "set-of-image")
    anna.click(".sd-set-use a", "Launch New Instance")
    anna.see(".sd-notes", "From the inside it is a copy of")
    look_at(anna, pictures, "set-launch")
    name = unique("second")
    anna.type("#id_name", name)
    # The storage is slow: the page follows it by itself, and launches once.
    workshop.slow_storage()
    anna.press(Keys.ENTER)
    anna.see(STEPS, f"Create volume {name}")
    look_at(anna, pictures, "set-launch-volumes")
    form = anna.path.split("/")[4]
    for each in workshop.owner.block_storage.volumes(details=True):
        if each.metadata.get(LAUNCH) == form:
            workshop.adopt_volume(each.id)
    workshop.storage_as_usual()
    anna.see(".static_page a.btn", "Show instance")
    made = [
        each
        for each in workshop.owner.compute.servers(details=True)
        if each.metadata.get(LAUNCH) == form
    ]
    for each in made:
        workshop.later(workshop.discard_instance, each.id)
    assert [each.name for each in made] == [name]
    look_at(anna, pictures, "set-launch-done")
