# SPDX-License-Identifier: Apache-2.0
"""The form of a revert in place with faked services: i1 with system disk v1 and data disk v2."""

import copy
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests_mock

from snapshot_dashboard.rules import revert_record, sets
from snapshot_dashboard.rules.revert_record import RECORD, Record
from tests.unit.cloud.wire import CINDER, NOVA, PROJECT, Json, Wire, attachment_json, snapshot_json
from tests.unit.panels.person import Answer, Person

FORM = "/project/volumes/revert_in_place/i1/"
PROGRESS = f"{FORM}progress/"
SET = "11111111-1111-4111-8111-111111111111"
OTHER_SET = "22222222-2222-4222-8222-222222222222"
FLAVOR = {"ephemeral": 0, "swap": 0}


def of_set(snapshot_id: str, volume_id: str, set_id: str = SET, **more: Any) -> Json:
    """Return a snapshot of a set of two."""
    metadata = {sets.SET: set_id, sets.SIZE: "2"}
    return snapshot_json(snapshot_id, volume_id=volume_id, metadata=metadata, **more)


SNAPSHOTS = {
    "v1": (snapshot_json("s1-newer"), of_set("s1", "v1")),
    "v2": (snapshot_json("s2-newer", volume_id="v2"), of_set("s2", "v2")),
}


def prepare(wire: Wire, status: str = "ACTIVE", **instance: Any) -> None:
    """Let i1 have both volumes, each with a snapshot of a set and a newer one."""
    held = status == "SHELVED_OFFLOADED"
    for volume_id, device, boot in (("v1", "/dev/vda", "true"), ("v2", "/dev/vdb", "false")):
        entries = [] if held else [attachment_json("i1", device=device)]
        said = {"status": "reserved" if held else "in-use", "attachments": entries}
        wire.volume(volume_id, **said, bootable=boot)
        wire.records(volume_id, "i1")
        tell_device(wire, volume_id, device)
        wire.says("POST", f"/volumes/{volume_id}/metadata", {"metadata": {}})
    wire.instance("i1", status, **({"tenant_id": PROJECT, "flavor": FLAVOR} | instance))
    has(wire, v1="/dev/vda", v2="/dev/vdb")
    listed(wire, SNAPSHOTS)


def tell_device(wire: Wire, volume_id: str, device: str) -> None:
    """Let Nova tell the device of one volume."""
    address = f"{NOVA}/servers/i1/os-volume_attachments/{volume_id}"
    wire.says("GET", address, {"volumeAttachment": {"volumeId": volume_id, "device": device}})


def has(wire: Wire, **devices: str) -> None:
    """Let Nova say which volumes i1 has."""
    found = [{"volumeId": each, "device": device} for each, device in devices.items()]
    wire.says("GET", f"{NOVA}/servers/i1/os-volume_attachments", {"volumeAttachments": found})


def listed(wire: Wire, by_volume: Mapping[str, tuple[Json, ...]]) -> None:
    """Let each volume have these snapshots, newest first."""
    for volume_id, found in by_volume.items():
        address = f"{CINDER}/snapshots/detail?volume_id={volume_id}"
        wire.mocker.register_uri(requests_mock.GET, address, json={"snapshots": list(found)})
        for each in found:
            wire.says("GET", f"/snapshots/{each['id']}", {"snapshot": each})


def fields(page: Answer) -> dict[str, Any]:
    """Return what a browser sends of the form, without ticks but those of the volumes."""
    form = {each.name: each.value for each in page.all("//form//input[@type='hidden']")}
    form["include"] = [each.get("value") for each in page.all("//input[@name='include'][@checked]")]
    for each in page.all("//form//select"):
        form[each.name] = each.value
    return form


def tick(page: Answer) -> dict[str, str]:
    """Return the box as it is sent when it is ticked, nothing where there is none."""
    found = [each.get("value") for each in page.all("//*[@id='id_acknowledged']")]
    return {"acknowledged": found[0]} if found else {}


def send(person: Person, page: Answer | None = None, **more: Any) -> Answer:
    """Tick the sentence and press Revert Instance."""
    page = page or person.get(FORM)
    return person.post(FORM, fields(page) | tick(page) | {"revert": "Revert Instance"} | more)


def written(wire: Wire) -> dict[str, Record]:
    """Return the record that was written to each volume last."""
    found = {}
    for volume_id in ("v1", "v2"):
        for request in wire.sent("POST", f"/volumes/{volume_id}/metadata"):
            record = revert_record.read(request.json()["metadata"])
            assert record is not None
            found[volume_id] = record
    return found


def order(wire: Wire) -> list[str]:
    """Return the paths of everything that was changed, in order."""
    sent = [each for each in wire.mocker.request_history if each.method != "GET"]
    return [urlsplit(each.url).path.removeprefix("/v3/volumes/") for each in sent]


def begun(wire: Wire, page: Answer) -> None:
    """Let the volumes carry what was written to them."""
    for volume_id, record in written(wire).items():
        metadata = {RECORD: revert_record.write(record)}
        device = {"v1": "/dev/vda", "v2": "/dev/vdb"}[volume_id]
        entries = [attachment_json("i1", device=device)]
        wire.volume(volume_id, status="in-use", attachments=entries, metadata=metadata)
        wire.records(volume_id, "i1")


def blockers(page: Answer) -> list[str]:
    """Return the titles of what is in the way of the whole instance."""
    found = page.all("//*[contains(@class, 'sd-explanation-neutral')]//strong")
    return [" ".join(each.text_content().split()) for each in found]


def row(page: Answer, number: int) -> str:
    """Return what is said of one volume, without the list of its snapshots."""
    found = copy.deepcopy(page.all("//li[contains(@class, 'sd-set-row')]")[number])
    for each in found.xpath(".//select"):
        each.drop_tree()
    return " ".join(found.text_content().split())
