# SPDX-License-Identifier: Apache-2.0
"""What snapshots say of the images that consist of them, and the page of an image's snapshots."""

import json
from typing import Any

import pytest

from tests.unit.cloud.test_images import GLANCE, IMAGES, image
from tests.unit.cloud.wire import SILENT, Wire, snapshot_json, volume_json
from tests.unit.panels import support
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import CATALOG, SNAPSHOTS, VOLUMES, Person, service, user

LOOK = f"{SNAPSHOTS}images/shown/"
PAGE = f"{SNAPSHOTS}of_image/i1/"
UNREAD = "It could not be read whether images are made of it."


@pytest.fixture
def anna(person: Person, log_in: LogIn) -> Person:
    """A member in a region with Glance."""
    return log_in(user("member", "reader", catalog=[*CATALOG, service("image", GLANCE)]))


def told(person: Person) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(person.get(LOOK).html)
    return found


def test_one_call_tells_of_every_snapshot(wire: Wire, anna: Person) -> None:
    name = "<web> {$alert(1)$}"
    everything = [image("i1", "s1", "s2", name=name), image("i2", "s3"), {"id": "i3"}]
    wire.says("GET", IMAGES, {"images": everything})
    said = told(anna)
    assert len(wire.sent("GET", IMAGES)) == 1
    assert wire.query(IMAGES) == {"size_max": "0", "limit": "100"}
    assert set(said["images"]) == {"s1", "s2", "s3"}
    assert "&lt;web&gt;" in said["images"]["s1"] and "<web>" not in said["images"]["s1"]
    assert "{$" not in said["images"]["s1"] and "{%alert(1)%}" in said["images"]["s1"]
    assert f'href="{PAGE}"' in said["images"]["s1"]
    assert "Show all 2 snapshots" in said["images"]["s2"]
    # There is nothing more to see of one alone.
    assert "of_image" not in said["images"]["s3"] and "i2" in said["images"]["s3"]
    # Hidden images are in no list, and may be made of it all the same.
    assert said["otherwise"] == "No image in the list of images is made of it."


def test_no_image_is_claimed_only_where_all_were_looked_at(wire: Wire, anna: Person) -> None:
    wire.says("GET", IMAGES, {"images": [], "next": "/v2/images?marker=i9"})
    assert told(anna) == {"images": {}, "otherwise": "Not every image could be looked at."}


@pytest.mark.parametrize("failure", [503, SILENT])
def test_unread_images_are_not_called_none(wire: Wire, anna: Person, failure: Any) -> None:
    if failure == SILENT:
        wire.breaks("GET", IMAGES, failure)
    else:
        wire.fails("GET", IMAGES, failure)
    assert told(anna) == {"images": None}


def test_in_a_region_without_images_nothing_is_claimed(wire: Wire, person: Person) -> None:
    assert told(person) == {"images": None}


def test_no_page_waits_for_the_images(wire: Wire, anna: Person) -> None:
    """Nothing is asked of Glance before a page is shown: an unexpected request fails this test."""
    wire.holds("snapshots", snapshot_json())
    wire.snapshot()
    wire.volume()
    listed = anna.get(SNAPSHOTS)
    place = listed.one("//*[@data-sd-images]")
    assert (place.get("data-sd-images"), place.get("data-sd-unread")) == (LOOK, UNREAD)
    assert place.get("data-sd-checking") == "Checking..."
    shown = anna.get(f"{SNAPSHOTS}s1")
    place = shown.one("//*[@data-sd-image-of]")
    assert (place.get("data-sd-image-of"), place.get("data-sd-images")) == ("s1", LOOK)
    assert place.get("data-sd-unread") == UNREAD
    assert wire.sent("GET", IMAGES) == []
    # Only the details ask by themselves.
    assert listed.all("//*[@data-sd-image-of]") == []


@pytest.mark.parametrize("address", [SNAPSHOTS, f"{VOLUMES}v1/?tab=volume_details__snapshots_tab"])
def test_a_row_says_what_its_name_is_like_until_somebody_asks(
    wire: Wire, anna: Person, address: str
) -> None:
    wire.volume()
    wire.holds("snapshots", snapshot_json(name="snapshot for <b> {$x$}"), snapshot_json("s2"))
    listed = anna.get(address)
    row, other = (listed.one(f"//tr[@data-object-id='{each}']") for each in ("s1", "s2"))
    (remark,) = row.xpath(".//*[@data-sd-image]")
    assert " ".join(remark.text_content().split()) == (
        "Snapshots that are made for an image have names like this. Show image"
    )
    # Without scripts it leads to the details, and so does the name.
    name, ask = row.xpath(f".//td//a[@href='{SNAPSHOTS}s1']")[:2]
    assert name.text_content() == "snapshot for <b> {%x%}"
    assert ask.get("data-sd-show-images") is not None
    assert other.xpath(".//*[@data-sd-image]") == []
    assert [each.text_content() for each in other.xpath(f".//a[@href='{SNAPSHOTS}s2']")][:1] == [
        "name of s2"
    ]


def test_the_lists_of_administrators_say_nothing_of_images(wire: Wire, log_in: LogIn) -> None:
    wire.holds("snapshots", snapshot_json(name="snapshot for web"))
    wire.holds("volumes", volume_json())
    listed = log_in(support.support_user()).get(support.SNAPSHOTS)
    assert listed.all("//*[@data-sd-images] | //*[@data-sd-image]") == []


def test_the_page_of_an_image_shows_its_snapshots(wire: Wire, anna: Person, settings: Any) -> None:
    types = {"*": "0.05"}
    settings.SNAPSHOT_DASHBOARD = {"PRICES": {"currency": "NZD", "types": types}}
    wire.says("GET", f"{IMAGES}/i1", image("i1", "s1", "s2"))
    wire.snapshot("s1", metadata={"snapshot_dashboard:taken_while": "running"})
    wire.snapshot("s2", name="<b>data</b>")
    shown = anna.get(PAGE)
    assert shown.problem == ""
    assert shown.all(f"//td/a[@href='{SNAPSHOTS}s1']")
    assert "<b>data</b>" in shown.text and "holds no data of its own" in shown.text
    assert len(shown.all("//tbody/tr")) == 2
    assert "Price: about NZD 2.00 a month." in shown.text


def test_an_image_that_has_lost_a_snapshot_may_not_work(wire: Wire, anna: Person) -> None:
    wire.says("GET", f"{IMAGES}/i1", image("i1", "s1", "s2"))
    wire.snapshot("s1")
    wire.fails("GET", "/snapshots/s2", 404)
    shown = anna.get(PAGE)
    assert shown.problem == "This image may not work any more"
    assert "No longer there, or not visible to you." in shown.text


def test_a_snapshot_that_cannot_be_read_is_not_called_gone(wire: Wire, anna: Person) -> None:
    wire.says("GET", f"{IMAGES}/i1", image("i1", "s1"))
    wire.fails("GET", "/snapshots/s1", 503)
    shown = anna.get(PAGE)
    assert shown.problem == "" and "No longer there" not in shown.text


def test_an_image_that_names_very_many_costs_a_bounded_number_of_calls(
    wire: Wire, anna: Person
) -> None:
    names = [f"s{number:03}" for number in range(200)]
    wire.says("GET", f"{IMAGES}/i1", image("i1", *names))
    for each in names[:30]:
        wire.snapshot(each)
    shown = anna.get(PAGE)
    assert "The image names 170 more snapshots, which are not shown." in shown.text


def test_an_image_with_data_of_its_own_consists_of_no_snapshots(wire: Wire, anna: Person) -> None:
    wire.says("GET", f"{IMAGES}/i1", image("i1", size=7))
    assert anna.get(PAGE).problem == "This image consists of no snapshots"


def test_an_image_that_is_gone_is_told(wire: Wire, anna: Person) -> None:
    wire.fails("GET", f"{IMAGES}/i1", 404)
    assert anna.get(PAGE).problem == "This image no longer exists, or you cannot see it"
