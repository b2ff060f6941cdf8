# SPDX-License-Identifier: Apache-2.0
"""The note of an upload leaves its volume by itself, after a page that shows the volume."""

import pytest

from demo.visitor import Visitor
from devcloud.waiting import wait_until
from tests.browser.person import Person
from tests.cloud.conftest import Visit
from tests.cloud.dialogs import opened
from tests.cloud.test_upload_to_image import accepted, studio, upload_path
from tests.cloud.workshop import PATIENCE, Workshop, unique

pytestmark = pytest.mark.extended

__all__ = ["studio"]


def upload(studio: Workshop, visitor: Visitor) -> str:
    """Have a volume uploaded, and return its id."""
    volume = studio.volume("free").id
    assert accepted(opened(visitor, upload_path(volume)).submit(visitor, image_name=unique("gold")))
    studio.settled(volume)
    assert studio.owner.block_storage.get_volume(volume).volume_image_metadata
    return str(volume)


@pytest.mark.parametrize("page", ["", "{}/"], ids=["list", "details"])
def test_whoever_comes_back_has_the_note_taken_away(
    anna: Person, studio: Workshop, visit: Visit, page: str
) -> None:
    volume = upload(studio, visit("anna"))
    anna.go(f"/project/volumes/{page.format(volume)}")
    wait_until(
        lambda: not studio.owner.block_storage.get_volume(volume).volume_image_metadata,
        seconds=PATIENCE,
        what="a volume without the note",
        pause=0.2,
    )
