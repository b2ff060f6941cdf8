# SPDX-License-Identifier: Apache-2.0
"""A volume held for a shelved instance, from the explanation to the snapshot and back."""

from typing import Any

import lxml.html

from demo.visitor import Visitor
from tests.cloud import promises
from tests.cloud.dialogs import accepted, opened, snapshot_path
from tests.cloud.workshop import Workshop, unique


def attachments_form(visitor: Visitor, path: str) -> Any:
    """Return Manage Attachments as it opens in the modal."""
    answer = visitor.get(path, dialog=True)
    assert answer.status_code == 200, answer.text
    return lxml.html.fromstring(answer.text)


def detach(visitor: Visitor, path: str) -> None:
    """Press "Detach Volume" in Manage Attachments."""
    page = attachments_form(visitor, path)
    (button,) = page.xpath("//tbody//button[contains(@value, '__detach__')]")
    answer = visitor.post(path, {"action": button.get("value")}, allow_redirects=False)
    assert answer.status_code == 302, answer.text


def attach(visitor: Visitor, path: str, instance_id: str) -> None:
    """Choose an instance in Manage Attachments and attach the volume to it."""
    page = attachments_form(visitor, path)
    (chooser,) = page.xpath("//select[@name='instance']")
    assert instance_id in chooser.value_options
    (form,) = chooser.iterancestors("form")
    typed = {name: value or "" for name, value in form.fields.items()}
    answer = visitor.post(path, {**typed, "instance": instance_id}, allow_redirects=False)
    assert answer.status_code == 302, answer.text


def test_a_held_volume_is_detached_snapshotted_and_attached_again(
    workshop: Workshop, anna: Visitor
) -> None:
    compute = workshop.owner.compute
    instance, volume = workshop.attached("db")
    compute.shelve_server(instance.id)
    workshop.arrived(instance.id, "SHELVED")
    workshop.admin.compute.shelve_offload_server(instance.id)
    workshop.arrived(instance.id, "SHELVED_OFFLOADED")

    held = opened(anna, snapshot_path(volume.id))
    assert held.telling == promises.HELD_DATA.lines(instance=instance.name)
    manage = held.advice_with_links["Manage Attachments"]

    detach(anna, manage)
    workshop.settled(volume.id, "available")
    assert compute.get_server(instance.id).status == "SHELVED_OFFLOADED"

    free = opened(anna, snapshot_path(volume.id))
    assert free.telling == []
    assert accepted(free.submit(anna, name=unique("while-shelved")))
    (made,) = workshop.snapshots_of(volume.id)
    workshop.settled_snapshot(made.id)

    attach(anna, manage, instance.id)
    workshop.settled(volume.id, "in-use")
    assert compute.get_server(instance.id).status == "SHELVED_OFFLOADED"
    compute.unshelve_server(instance.id)
    workshop.arrived(instance.id, "ACTIVE")
    (attachment,) = workshop.settled(volume.id, "in-use").attachments
    assert attachment["server_id"] == instance.id


def test_a_held_volume_can_be_reached_from_the_volumes_page(
    workshop: Workshop, anna: Visitor
) -> None:
    volume = workshop.volume("held")
    workshop.set_status(volume.id, "reserved")
    page = lxml.html.fromstring(anna.get(f"/project/volumes/?field=name&value={volume.name}").text)
    links = page.xpath(f"//tr[@data-object-id='{volume.id}']//a/@href")
    assert any(f"/project/volumes/{volume.id}/attach/" in link for link in links)
    assert any(snapshot_path(volume.id) in link for link in links)


def test_a_system_disk_cannot_be_detached_and_the_reason_is_told(
    workshop: Workshop, anna: Visitor
) -> None:
    instance, volume = workshop.started_from_volume()
    path = f"/project/volumes/{volume}/attach/"
    page = attachments_form(anna, path)
    (button,) = page.xpath("//tbody//button[contains(@value, '__detach__')]")
    answer = anna.post(path, {"action": button.get("value")})
    assert "Cannot detach a root device volume" in answer.text
    assert workshop.owner.block_storage.get_volume(volume).status == "in-use"
    assert instance.name in page.text_content()


def test_a_failed_volume_that_is_attached_is_reached_from_the_volumes_page(
    workshop: Workshop, anna: Visitor
) -> None:
    instance, volume = workshop.attached("db")
    workshop.set_status(volume.id, "error")
    workshop.later(workshop.set_status, volume.id, "in-use")
    listed = f"/project/volumes/?field=name&value={volume.name}"
    page = lxml.html.fromstring(anna.get(listed).text)
    links = page.xpath(f"//tr[@data-object-id='{volume.id}']//a/@href")
    (path,) = (link for link in links if f"/project/volumes/{volume.id}/attach/" in link)
    shown = attachments_form(anna, path)
    assert instance.name in shown.text_content()
    (button,) = shown.xpath("//tbody//button[contains(@value, '__detach__')]")
    assert "when support has reset its status to In-use" in shown.text_content()
    answer = anna.post(path, {"action": button.get("value")})
    assert "Unable to detach volume. Volume status must be" in answer.text
    assert workshop.admin.block_storage.get_volume(volume.id).status == "error"
