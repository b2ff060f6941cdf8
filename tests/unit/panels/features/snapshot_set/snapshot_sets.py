# SPDX-License-Identifier: Apache-2.0
"""Helpers: an instance with volumes, and the dialog about them."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from snapshot_dashboard.rules.ids import as_uuid
from tests.unit.cloud.wire import CINDER, NOVA, REQUEST_ID, Wire, snapshot_json
from tests.unit.panels.person import VOLUMES, Answer

SET = f"{VOLUMES}snapshot_set/"
OF_INSTANCE = f"{SET}?instance=i1"
SEVERAL = f"{SET}?id=v1&id=v2"
CHANGED = "Nothing was created: the situation changed while this form was open"


def volumes_of(wire: Wire, *ids: str, instance_id: str = "i1", disks: str = "abcdef") -> None:
    """Let an instance have these volumes, for Nova; ``disks`` are the letters of their devices."""
    found = [{"volumeId": each, "device": f"/dev/vd{disks[n]}"} for n, each in enumerate(ids)]
    url = f"{NOVA}/servers/{instance_id}/os-volume_attachments"
    wire.says("GET", url, {"volumeAttachments": found})


def running(wire: Wire, *ids: str, status: str = "ACTIVE", **more: Any) -> None:
    """Let an instance use these volumes."""
    for each in ids:
        wire.attached(("i1", status), volume_id=each)
    wire.instance("i1", status, **more)
    volumes_of(wire, *ids)


def accepting(wire: Wire, *refused: str, status: int = 413) -> None:
    """Let Cinder accept a snapshot of every volume but these."""

    def answer(request: Any, context: Any) -> dict[str, Any]:
        body = request.json()["snapshot"]
        if body["volume_id"] in refused:
            context.status_code = status
            context.headers["x-compute-request-id"] = REQUEST_ID
            return {"badRequest": {"code": status, "message": "the reason"}}
        context.status_code = 202
        made = snapshot_json(f"s-{body['volume_id']}", status="creating")
        return {"snapshot": made | {"volume_id": body["volume_id"], "name": body["name"]}}

    wire.mocker.register_uri("POST", f"{CINDER}/snapshots", json=answer)


def fill(dialog: Answer, *include: str, tick: bool = False, **more: Any) -> dict[str, Any]:
    """Return what a browser would send; with ``include``, these volumes instead of those ticked."""
    hidden = {each.name: each.value for each in dialog.all("//form//input[@type='hidden']")}
    chosen = [each.get("value") for each in dialog.all("//input[@name='include'][@checked]")]
    said = {**hidden, "include": list(include) or chosen, **more}
    return said | ({"acknowledged": "set"} if tick else {})


def asked(wire: Wire) -> dict[str, dict[str, Any]]:
    """Return the body of each request for a snapshot, by volume."""
    bodies = [each.json()["snapshot"] for each in wire.sent("POST", "/snapshots")]
    assert len({each["volume_id"] for each in bodies}) == len(bodies), "one was asked for twice"
    return {each["volume_id"]: each for each in bodies}


def went_to(answer: Answer) -> dict[str, list[str]]:
    """Return the query of the set's own page, which the answer leads to."""
    address = urlsplit(answer.headers["X-Horizon-Location"])
    assert as_uuid(address.path.removeprefix(SET).strip("/"))
    return parse_qs(address.query)
