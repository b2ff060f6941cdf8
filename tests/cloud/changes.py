# SPDX-License-Identifier: Apache-2.0
"""Changes to an instance and a volume's attachments, and when each is possible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from devcloud.waiting import wait_until
from tests.cloud.workshop import PATIENCE, Workshop

_PAUSE = 0.1


@dataclass(frozen=True)
class Change:
    """A change of an instance: the statuses that allow it, and the status afterwards."""

    name: str
    begins: tuple[str, ...]
    ends: str
    call: Callable[[Workshop, str], object]


def _plainly(method: str) -> Callable[[Workshop, str], object]:
    def call(workshop: Workshop, instance_id: str) -> object:
        compute: Any = workshop.owner.compute
        return getattr(compute, method)(instance_id)

    return call


def _offload(workshop: Workshop, instance_id: str) -> object:
    body = {"shelveOffload": None}
    return workshop.admin.compute.post(f"/servers/{instance_id}/action", json=body)


CHANGES = (
    Change("start", ("SHUTOFF",), "ACTIVE", _plainly("start_server")),
    Change("stop", ("ACTIVE",), "SHUTOFF", _plainly("stop_server")),
    Change("pause", ("ACTIVE",), "PAUSED", _plainly("pause_server")),
    Change("unpause", ("PAUSED",), "ACTIVE", _plainly("unpause_server")),
    Change("suspend", ("ACTIVE",), "SUSPENDED", _plainly("suspend_server")),
    Change("resume", ("SUSPENDED",), "ACTIVE", _plainly("resume_server")),
    Change("shelve", ("ACTIVE", "SHUTOFF"), "SHELVED", _plainly("shelve_server")),
    Change("offload", ("SHELVED",), "SHELVED_OFFLOADED", _offload),
    Change("unshelve", ("SHELVED", "SHELVED_OFFLOADED"), "ACTIVE", _plainly("unshelve_server")),
)
# From each status the way back to a running instance.
_BACK = {change.begins[-1]: change for change in CHANGES if change.ends == "ACTIVE"}
_BACK["SHELVED"] = _BACK["SHELVED_OFFLOADED"]
# Statuses in which a volume can be attached and detached without further ado.
HANDY = ("ACTIVE", "SHUTOFF")


def apply(workshop: Workshop, change: Change, instance_id: str) -> None:
    """Do it, and wait until it is done."""
    change.call(workshop, instance_id)
    workshop.arrived(instance_id, change.ends)


def make_active(workshop: Workshop, instance_id: str, status: str) -> None:
    """Have an instance running again."""
    if status != "ACTIVE":
        apply(workshop, _BACK[status], instance_id)


def attach(workshop: Workshop, instance_id: str, volume_id: str) -> None:
    """Attach a volume and wait until Cinder says so."""
    workshop.owner.compute.create_volume_attachment(instance_id, volume_id=volume_id)
    workshop.device(instance_id, volume_id)


def detach(workshop: Workshop, instance_id: str, volume_id: str) -> None:
    """Detach a volume and wait until neither side knows of it any more."""
    workshop.owner.compute.delete_volume_attachment(instance_id, volume_id)
    storage: Any = workshop.owner.block_storage

    def done() -> bool:
        path = f"/attachments?volume_id={volume_id}"
        records = storage.get(path, microversion="3.27").json()["attachments"]
        status = storage.get(f"/volumes/{volume_id}").json()["volume"]["status"]
        gone = all(each["instance"] != instance_id for each in records)
        return bool(gone and status in ("available", "in-use", "reserved"))

    wait_until(done, seconds=PATIENCE, what=f"{volume_id} to be detached", pause=_PAUSE)
