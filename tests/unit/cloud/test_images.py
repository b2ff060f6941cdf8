# SPDX-License-Identifier: Apache-2.0
"""Finding the empty images made of snapshots."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from snapshot_dashboard.cloud import images
from snapshot_dashboard.cloud.errors import Forbidden, ServiceFailed, Unreachable
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.image import Image
from tests.unit.cloud.wire import PROJECT, Json, Wire, connection

GLANCE = "http://image.test/v2"
IMAGES = f"{GLANCE}/images"


def link() -> Connection:
    """Return a connection that knows Glance."""
    return connection(image_url=GLANCE)


def image(image_id: str, *snapshot_ids: str | None, **more: Any) -> Json:
    """Return an image as Nova leaves it in Glance."""
    devices = [{"snapshot_id": each, "boot_index": 0} for each in snapshot_ids]
    said: Json = {"id": image_id, "name": f"name of {image_id}", "status": "active"}
    said |= {"owner": PROJECT, "size": 0, "block_device_mapping": json.dumps(devices)}
    return said | more


def test_an_image_of_the_snapshot_is_found(wire: Wire) -> None:
    plain = {"id": "i3", "name": "no property", "status": "queued"}
    wire.says("GET", IMAGES, {"images": [image("i1", "s1", "s2"), image("i2", "s3"), plain]})
    found = images.empty_images_of(link(), ["s1", "s9"])
    ids = frozenset({"s1", "s2"})
    expected = Image("i1", "name of i1", ids, status="active", size=0, project_id=PROJECT)
    assert (found.images, found.complete) == ((expected,), True)


def test_the_images_of_all_projects_are_asked_for(wire: Wire) -> None:
    wire.says("GET", IMAGES, {"images": []})
    assert images.empty_images_of(link(), ["s1"]).complete
    asked = [dict(parse_qsl(urlsplit(each.url).query)) for each in wire.sent("GET", IMAGES)]
    usual = {"size_max": "0", "visibility": "all", "limit": "100"}
    # With os_hidden=false a Glance before Rocky, which takes it for a property, finds nothing.
    assert asked == [usual, {**usual, "os_hidden": "true"}]


def test_hidden_images_are_found(wire: Wire) -> None:
    wire.says("GET", IMAGES, {"images": [image("i1", "s1")]})
    wire.says("GET", f"{IMAGES}?os_hidden=true", {"images": [image("i2", "s1")]})
    found = images.empty_images_of(link(), ["s1"])
    assert [each.id for each in found.images] == ["i1", "i2"]
    more = {"images": [image("i2", "s1")], "next": "/v2/images?marker=i2"}
    wire.says("GET", f"{IMAGES}?os_hidden=true", more)
    assert not images.empty_images_of(link(), ["s1"]).complete


@pytest.mark.parametrize(
    "mapping",
    [
        "",
        "{",
        "null",
        "1",
        '"s1"',
        '{"snapshot_id": "s1"}',
        '["s1", null, 1]',
        '[{"snapshot_id": null}]',
        '[{"snapshot_id": ["s1"]}]',
        "[" * 60_000,
        None,
        7,
        [{"snapshot_id": "s1"}],
    ],
)
def test_a_property_that_somebody_wrote_is_skipped(wire: Wire, mapping: object) -> None:
    odd = image("i1", block_device_mapping=mapping)
    wire.says("GET", IMAGES, {"images": [odd, image("i2", "s1")]})
    found = images.empty_images_of(link(), ["s1"])
    assert [each.id for each in found.images] == ["i2"]
    assert found.complete


def test_further_pages_are_read(wire: Wire) -> None:
    first = {"images": [image("i1", "s1"), image("i2", "s2")], "next": "/v2/images?marker=i2"}
    wire.says("GET", IMAGES, first)
    wire.says("GET", f"{IMAGES}?marker=i2", {"images": [image("i3", "s1")]})
    found = images.empty_images_of(link(), {"s1"})
    assert [each.id for each in found.images] == ["i1", "i3"]
    assert found.complete


def test_after_five_pages_it_is_said_that_there_may_be_more(wire: Wire) -> None:
    wire.says("GET", IMAGES, {"images": [image("i1", "s1")], "next": "/v2/images?marker=i1"})
    found = images.empty_images_of(link(), ["s1"])
    assert not found.complete
    assert len(wire.sent("GET", IMAGES)) == 10


def test_without_snapshots_nothing_is_asked(wire: Wire) -> None:
    found = images.empty_images_of(link(), [])
    assert (found.images, found.complete) == ((), True)
    assert wire.mocker.request_history == []


def test_images_that_cannot_be_read_are_not_taken_for_none(wire: Wire) -> None:
    wire.fails("GET", IMAGES, 403)
    with pytest.raises(Forbidden):
        images.empty_images_of(link(), ["s1"])
    wire.says("GET", IMAGES, {"images": None})
    with pytest.raises(ServiceFailed):
        images.empty_images_of(link(), ["s1"])
    with pytest.raises(Unreachable):
        images.empty_images_of(connection(), ["s1"])
