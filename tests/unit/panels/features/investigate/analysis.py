# SPDX-License-Identifier: Apache-2.0
"""Helpers for Create Volume and Attach: instances, and a volume being attached."""

from typing import Any

from tests.unit.cloud.wire import NOVA, PROJECT, Json, Wire, volume_json
from tests.unit.panels.person import SNAPSHOTS, Person

CREATE_AND_ATTACH = f"{SNAPSHOTS}s1/create_volume_and_attach/"
INSTANCES = f"{CREATE_AND_ATTACH}instances/"
PROGRESS = f"{SNAPSHOTS}s1/investigate/v9/i2/"
STEP = f"{PROGRESS}step/"
CHOOSE = f"{SNAPSHOTS}s1/investigate/v9/"
SERVERS = f"{NOVA}/servers/detail"
ATTACH = f"{NOVA}/servers/i2/os-volume_attachments"
MADE_FOR = "snapshot_dashboard:investigate_on"


def server_json(instance_id: str, status: str = "ACTIVE", **more: Any) -> Json:
    """Return an instance of our project as Nova tells it."""
    return {
        "id": instance_id,
        "name": f"name of {instance_id}",
        "status": status,
        "tenant_id": PROJECT,
        "OS-EXT-STS:task_state": None,
        "OS-EXT-STS:power_state": 1,
        "image": "",
        "locked": False,
    } | more


def there_are(wire: Wire, *servers: Json, more: bool = False) -> None:
    """Let the project have these instances, each readable by its id too."""
    answer: Json = {"servers": list(servers)}
    if more:
        answer["servers_links"] = [{"rel": "next", "href": "..."}]
    wire.says("GET", SERVERS, answer)
    for each in servers:
        wire.says("GET", f"{NOVA}/servers/{each['id']}", {"server": each})


def copy(wire: Wire, status: str = "creating", **more: Any) -> None:
    """Let the volume that was made from the snapshot exist."""
    said = {"snapshot_id": "s1", "name": "copy", "metadata": {MADE_FOR: "i2"}}
    wire.volume("v9", **(said | {"status": status} | more))


def attached(wire: Wire, device: str | None = "/dev/vdb") -> None:
    """Let that volume be attached to the instance."""
    entry = {"attachment_id": "a-i2", "server_id": "i2", "device": device, "host_name": None}
    copy(wire, "in-use", attachments=[entry])
    wire.records("v9", "i2")


def made(person: Person, wire: Wire) -> str:
    """Fill in the dialog and send it; the address that it leads to."""
    said = {"snapshot_id": "s1", "name": "copy", "status": "creating"}
    wire.says("POST", "/volumes", {"volume": volume_json("v9", **said)}, 202)
    form = {"name": "copy", "description": "", "size": "20", "type": "ssd", "instance": "i2"}
    answer = person.post(CREATE_AND_ATTACH, form, dialog=True)
    assert answer.status == 200, answer.text
    return answer.headers["X-Horizon-Location"]
