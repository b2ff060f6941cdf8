# SPDX-License-Identifier: Apache-2.0
"""A locked instance: what Nova refuses, to whom, and what our pages say of it."""

from collections.abc import Callable
from typing import Any

import lxml.html
import pytest
from openstack.exceptions import ConflictException

from demo.visitor import Visitor
from tests.cloud.dialogs import opened, snapshot_path, words
from tests.cloud.workshop import Workshop

FIRST = "{} is locked. Unlock it first: until then it cannot be started"


@pytest.fixture
def locked(workshop: Workshop) -> tuple[Any, Any]:
    """An instance that its owner has locked, and its data volume."""
    instance, volume = workshop.attached("locked")
    workshop.owner.compute.lock_server(instance.id)
    workshop.later(workshop.admin.compute.unlock_server, instance.id)
    return instance, volume


def test_a_locked_instance_is_told_and_nova_does_what_the_text_says(
    workshop: Workshop, anna: Visitor, locked: tuple[Any, Any]
) -> None:
    instance, volume = locked
    first = FIRST.format(instance.name)
    compute = workshop.owner.compute

    dialog = opened(anna, snapshot_path(volume.id))
    assert dialog.holders == [
        f"{instance.name} - Active, locked - {volume.attachments[0]['device']}"
    ]
    assert first in dialog.text

    # Nobody but an administrator can do what is advised.
    advised: tuple[Callable[[], Any], ...] = (
        lambda: compute.stop_server(instance.id),
        lambda: compute.delete_volume_attachment(instance.id, volume.id),
        lambda: compute.delete_server(instance.id),
    )
    for refused in advised:
        with pytest.raises(ConflictException, match="is locked"):
            refused()

    path = f"/project/volumes/{volume.id}/attach/"
    page = lxml.html.fromstring(anna.get(path, dialog=True).text)
    assert first in words(page)
    (button,) = page.xpath("//tbody//button[contains(@value, '__detach__')]")
    answer = anna.post(path, {"action": button.get("value")})
    assert "is locked" in answer.text and "Unlock it first" in answer.text
    assert workshop.owner.block_storage.get_volume(volume.id).status == "in-use"

    workshop.admin.compute.stop_server(instance.id)
    workshop.arrived(instance.id, "SHUTOFF")
    with pytest.raises(ConflictException, match="is locked"):
        compute.start_server(instance.id)

    # A snapshot is no change of the instance, and needs the same tick as ever.
    dialog = opened(anna, snapshot_path(volume.id))
    assert first in dialog.text
    assert dialog.acknowledgement is not None

    compute.unlock_server(instance.id)
    dialog = opened(anna, snapshot_path(volume.id))
    assert "is locked" not in dialog.text
    assert ", locked" not in " ".join(dialog.holders)
    compute.start_server(instance.id)
    workshop.arrived(instance.id, "ACTIVE")
