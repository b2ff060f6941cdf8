# SPDX-License-Identifier: Apache-2.0
"""Upload to Image on a real cloud: exactly one image, and only after its warning was accepted."""

from collections.abc import Iterator
from typing import Any

import lxml.html
import pytest
from openstack.exceptions import BadRequestException

from demo.visitor import Visitor
from snapshot_dashboard.rules import consistency
from tests.cloud.dialogs import Dialog, opened
from tests.cloud.workshop import Workshop, unique

MISSING = "Tick the box above to create this image, or press Cancel."
FORCED = "Upload (Force)"
PLAIN = "Upload"


def upload_path(volume_id: str) -> str:
    """Return the address of the dialog of a volume."""
    return f"/project/volumes/{volume_id}/upload_to_image/"


def accepted(answer: Any) -> bool:
    """Tell whether the person is sent on to the list of volumes."""
    return str(answer.headers.get("X-Horizon-Location")).startswith("/project/volumes/")


def images_called(workshop: Workshop, name: str) -> list[Any]:
    """Return the images of a name."""
    return list(workshop.owner.image.images(name=name))


def look(visitor: Visitor, volume_id: str) -> None:
    """Let the list of volumes read a row again, and do what the row tells the script to."""
    query = f"action=rows_update&table=volumes&obj_id={volume_id}"
    row = visitor.get(f"/project/volumes/?{query}", dialog=True).json()["rows"][volume_id]
    told = lxml.html.fromstring(f"<table>{row}</table>").xpath("//tr/@data-sd-erase-note")
    assert told
    assert visitor.post(told[0], {}, dialog=True).status_code == 204


@pytest.fixture
def studio(workshop: Workshop) -> Iterator[Workshop]:
    """A workshop that deletes the images of its volumes before these."""
    before = {each.id for each in workshop.owner.image.images()}
    yield workshop
    for each in workshop.owner.image.images():
        if each.id not in before:
            workshop.owner.image.delete_image(each.id)


@pytest.mark.extended
def test_a_detached_volume_is_uploaded_once_and_its_image_says_so(
    studio: Workshop, anna: Visitor
) -> None:
    volume, name = studio.volume("free").id, unique("golden")
    dialog = opened(anna, upload_path(volume))
    assert (dialog.title, dialog.telling, dialog.tick) == ("Upload Volume to Image", [], None)
    assert dialog.button and dialog.button.value == PLAIN
    assert accepted(dialog.submit(anna, image_name=name))
    studio.settled(volume)
    again = Dialog(dialog.submit(anna, image_name=name))
    assert "This image already exists" in again.problem
    (made,) = images_called(studio, name)
    assert (made.status, made.visibility, made.disk_format) == ("active", "shared", "raw")
    # Glance has kept what it was made with, to the end of the upload.
    assert made.properties[consistency.TAKEN] == "detached"
    assert made.properties[consistency.REQUEST] == dialog.fields()["request"]
    assert made.properties[consistency.REQUESTED_AT][:13] == str(made.created_at)[:13]
    look(anna, volume)
    assert not studio.owner.block_storage.get_volume(volume).volume_image_metadata


def test_an_attached_volume_is_uploaded_only_as_accepted(studio: Workshop, anna: Visitor) -> None:
    instance, volume = studio.attached("db")
    name = unique("live")
    storage = studio.owner.block_storage
    # What the promise rests on: Cinder itself refuses what is not forced.
    with pytest.raises(BadRequestException, match="status must be available"):
        storage.upload_volume_to_image(volume.id, name)
    dialog = opened(anna, upload_path(volume.id))
    assert dialog.telling[0] == f"{instance.name} is running and may be writing to this volume"
    assert dialog.acknowledgement == "I understand that this image may be corrupted."
    assert dialog.button and dialog.button.value == FORCED
    for ticked in ("", "on", "shut_off"):
        again = Dialog(dialog.submit(anna, image_name=name, acknowledged=ticked, force="on"))
        assert (again.tick_error, again.fields()["image_name"]) == (MISSING, name)
    assert images_called(studio, name) == []
    assert accepted(dialog.submit(anna, tick=True, image_name=name))
    studio.settled(volume.id, "in-use")
    (made,) = images_called(studio, name)
    assert made.properties[consistency.TAKEN] == "running"
    assert made.properties[consistency.ACKNOWLEDGED] == "yes"
    assert made.properties[consistency.INSTANCES] == f"{instance.id}=ACTIVE"


def test_a_volume_attached_meanwhile_brings_the_warning(studio: Workshop, anna: Visitor) -> None:
    volume, name = studio.volume("late").id, unique("late")
    dialog = opened(anna, upload_path(volume))
    instance = studio.running("sudden")
    studio.attach(instance.id, volume)
    again = Dialog(dialog.submit(anna, image_name=name, acknowledged="corrupted"))
    assert "the situation changed while this form was open" in again.problem
    assert images_called(studio, name) == []
    assert accepted(again.submit(anna, tick=True, image_name=name))
    assert len(images_called(studio, name)) == 1
