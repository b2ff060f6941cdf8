# SPDX-License-Identifier: Apache-2.0
"""Helpers: a set of two snapshots of one instance, and what is made of it."""

import itertools
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.unit.cloud.wire import CINDER, NOVA, PROJECT, REQUEST_ID, Json, Wire, volume_json
from tests.unit.panels.person import SNAPSHOTS, Answer, Person
from tests.unit.panels.support_dialogs import fill

DIALOG = f"{SNAPSHOTS}launch_set/new/?id=s2&id=s1"
ROOT = {"name": "web-root", "bootable": "true"}
LAUNCH = "snapshot_dashboard:launch"
LIMITS = {
    "maxTotalInstances": 10,
    "totalInstancesUsed": 10,
    "maxTotalCores": 20,
    "totalCoresUsed": 4,
    "maxTotalRAMSize": -1,
    "totalRAMUsed": 4096,
}


def noted(taken: str, instance_id: str = "i1") -> Json:
    """Return the metadata of a snapshot that was taken of an instance's volume."""
    return {
        "snapshot_dashboard:taken_while": taken,
        "snapshot_dashboard:instances": f"{instance_id}=ACTIVE",
    }


def there_is(wire: Wire, taken: str = "running", **more: Any) -> None:
    """Let an instance have a system disk v1 and a data disk v2, with a snapshot of each."""
    wire.snapshot("s1", volume_id="v1", metadata=noted(taken), name="before root", size=20)
    wire.snapshot("s2", volume_id="v2", metadata=noted(taken), name="before data", size=30)
    wire.volume("v1", **ROOT)
    wire.volume("v2", name="web-data")
    server(wire, **more)
    wire.says("GET", f"{NOVA}/limits", {"limits": {"absolute": LIMITS}})
    wire.says("GET", f"{NOVA}/servers/detail?limit=50", {"servers": []})


def server(wire: Wire, **more: Any) -> None:
    """Let the instance exist with all that a new one takes over."""
    about = {
        "tenant_id": PROJECT,
        "flavor": {"id": "fl1"},
        "addresses": {"front": [], "back": []},
        "security_groups": [{"name": "web"}, {"name": "web"}, {"name": "ssh"}],
        "key_name": "anna-key",
        "OS-EXT-AZ:availability_zone": "zone-a",
        "config_drive": "True",
    }
    wire.instance("i1", name="<web>", **{**about, **more})
    path = f"{NOVA}/servers/i1"
    interfaces = [{"net_id": "n-front"}, {"net_id": "n-back"}]
    wire.says("GET", f"{path}/os-interface", {"interfaceAttachments": interfaces})
    devices = [("v2", "/dev/vdb"), ("v1", "/dev/vda")]
    found = [{"volumeId": each, "device": device} for each, device in devices]
    wire.says("GET", f"{path}/os-volume_attachments", {"volumeAttachments": found})
    flavor = {"id": "fl1", "name": "m1.large", "vcpus": 4, "ram": 8192}
    wire.says("GET", f"{NOVA}/flavors/fl1", {"flavor": flavor})
    keys(wire, "anna-key")


def keys(wire: Wire, *names: str) -> None:
    """Let the person have these key pairs."""
    pairs = [{"keypair": {"name": each}} for each in names]
    wire.says("GET", f"{NOVA}/os-keypairs", {"keypairs": pairs})


class Storage:
    """Makes volumes as Cinder does, and lists those that there are."""

    def __init__(self, wire: Wire, *, refuses: str = "", status: str = "creating") -> None:
        self.made: list[Json] = []
        self.refuses = refuses
        self.status = status
        self._numbers = itertools.count(1)
        wire.mocker.register_uri("POST", f"{CINDER}/volumes", json=self._make)
        wire.mocker.register_uri("GET", f"{CINDER}/volumes/detail", json=self._list)

    def _list(self, _request: Any, _context: Any) -> Json:
        # Newest first; the filter is compared by whoever asks.
        return {"volumes": self.made[::-1]}

    def _make(self, request: Any, context: Any) -> Json:
        body = request.json()["volume"]
        if body["snapshot_id"] == self.refuses:
            context.status_code = 413
            context.headers["x-openstack-request-id"] = REQUEST_ID
            return {"overLimit": {"code": 413, "message": "VolumeLimitExceeded"}}
        context.status_code = 202
        made = volume_json(f"new{next(self._numbers)}", status=self.status)
        made |= {key: body[key] for key in ("name", "size", "snapshot_id", "metadata")}
        self.made.append(made)
        return {"volume": made}

    def become(self, status: str) -> None:
        """Let every volume have a status."""
        for each in self.made:
            each["status"] = status


def instances(wire: Wire, *found: Json) -> None:
    """Let the project have these instances."""
    wire.says("GET", f"{NOVA}/servers/detail?limit=50", {"servers": list(found)})


def accepting(wire: Wire) -> None:
    """Let Nova launch whatever it is asked for."""
    wire.says("POST", f"{NOVA}/servers", {"server": {"id": "i9"}}, 202)


def sent(person: Person, **typed: str) -> str:
    """Send the dialog; return the address of the page that follows."""
    return str(answered(person, **typed).headers["X-Horizon-Location"])


def answered(person: Person, **typed: str) -> Answer:
    """Send the dialog."""
    return person.post(DIALOG, {**fill(person.get(DIALOG, dialog=True)), **typed}, dialog=True)


def form_of(place: str) -> str:
    """Return the id of the form from the address of its page."""
    return urlsplit(place).path.split("/")[4]


def query_of(place: str) -> dict[str, list[str]]:
    """Return what the address of a page says."""
    return parse_qs(urlsplit(place).query)


def marks(page: Answer) -> list[str]:
    """Return the state of each step."""
    found = page.all("//ol[@class='sd-progress-steps']/li")
    return [each.get("class").removeprefix("sd-step-") for each in found]


def steps(page: Answer) -> list[str]:
    """Return what each step says."""
    found = page.all("//ol[@class='sd-progress-steps']/li")
    return [" ".join(each.text_content().split()) for each in found]


def press(person: Person, place: str, **more: str) -> Answer:
    """Press the button of the page."""
    return person.post(place, {**fill(person.get(place)), **more})
