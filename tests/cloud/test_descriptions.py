# SPDX-License-Identifier: Apache-2.0
"""Our check of a snapshot's description agrees with Cinder's own."""

import pytest

from demo.visitor import Visitor
from snapshot_dashboard.rules.text import unaccepted
from tests.cloud.dialogs import opened, snapshot_path
from tests.cloud.workshop import Workshop

pytestmark = pytest.mark.extended

REFUSED = "\U0001f600\U00020000\x07\t\n\u2028\u200d\u200f\ufeff\xad\ue000\ufffe\uffff"
CHARACTERS = (*REFUSED, *"\xa0\u3000\u4e2d\u05d0\u0301")


@pytest.fixture(scope="module")
def volume(shared_workshop: Workshop) -> str:
    """A volume to take snapshots of."""
    return str(shared_workshop.volume().id)


@pytest.mark.parametrize("character", CHARACTERS, ids=[ascii(each) for each in CHARACTERS])
def test_cinder_refuses_what_we_refuse(
    shared_workshop: Workshop, volume: str, character: str
) -> None:
    body = {"snapshot": {"volume_id": volume, "description": f"a{character}b"}}
    answer = shared_workshop.owner.block_storage.post("/snapshots", json=body)
    if answer.status_code == 202:
        shared_workshop.settled_snapshot(answer.json()["snapshot"]["id"])
    assert bool(unaccepted(character)) is (character in REFUSED)
    assert answer.status_code == (400 if unaccepted(character) else 202), answer.text[:200]


def test_a_name_may_hold_what_a_description_may_not(workshop: Workshop, anna: Visitor) -> None:
    volume = workshop.volume()
    dialog = opened(anna, snapshot_path(volume.id))
    back = dialog.submit(anna, name="\U0001f600", description="before \U0001f600")
    assert (
        "does not accept these characters in the description of a snapshot: \U0001f600" in back.text
    )
    assert workshop.snapshots_of(volume.id) == []
    dialog.submit(anna, name="\U0001f600", description="before")
    assert [each.name for each in workshop.snapshots_of(volume.id)] == ["\U0001f600"]
