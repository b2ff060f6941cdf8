# SPDX-License-Identifier: Apache-2.0
"""Creates a real volume in each state of the verdict table of ``rules/attachment.py``."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.cloud import promises
from tests.cloud.dialogs import Dialog
from tests.cloud.promises import Promise
from tests.cloud.workshop import Workshop, unique


@dataclass(frozen=True)
class Machine:
    """An instance with a data volume and a system disk, brought from state to state."""

    id: str
    name: str
    volume: str
    device: str
    spare: str = ""


@dataclass(frozen=True)
class Row:
    """One row: the volume, its state, and the expected texts."""

    promise: Promise
    volume: str
    holders: list[str]
    parts: dict[str, str] = field(default_factory=dict)
    system_disk: bool = False
    user: tuple[str, ...] = ("anna",)

    @property
    def telling(self) -> list[str]:
        """Title, risk and advice as they are to be shown."""
        return self.promise.lines(**self.parts)

    @property
    def blocked(self) -> bool:
        """Tell whether nothing can be made."""
        return bool(self.telling) and self.promise.acknowledgement is None


@dataclass(frozen=True)
class Shown:
    """What is shown of a row: in a modal, and on a plain page."""

    row: Row
    modal: Dialog
    page: Dialog


Prepare = Callable[[Workshop, Machine], Row]

# What a hand-made form may claim to have seen, and to accept.
FORGERIES = [("", "corrupted"), ("1|detached|", "shut_off"), ("1|running|", "shelved")]


def make_machine(workshop: Workshop) -> Machine:
    """Start an instance from the image and attach a data volume."""
    volume = workshop.volume("data")
    instance = workshop.running("web")
    device = workshop.attach(instance.id, volume.id)
    spare = workshop.volume("spare")
    return Machine(instance.id, instance.name, volume.id, device, spare.id)


def in_state(promise: Promise, go: str, status: str, shown: str, back: str) -> Prepare:
    """Bring the machine into a state by one action, and back by another afterwards."""

    def prepare(workshop: Workshop, machine: Machine) -> Row:
        workshop.later(workshop.arrived, machine.id, "ACTIVE")
        workshop.later(getattr(workshop.owner.compute, back), machine.id)
        getattr(workshop.owner.compute, go)(machine.id)
        workshop.arrived(machine.id, status)
        return of_machine(promise, machine, shown)

    return prepare


def of_machine(promise: Promise, machine: Machine, shown: str) -> Row:
    """Return the row for the machine's volume."""
    line = f"{machine.name} - {shown} - {machine.device}"
    return Row(promise, machine.volume, [line], {"instance": machine.name, "state": shown})


def running(workshop: Workshop, machine: Machine) -> Row:
    """Leave the machine as it is."""
    return of_machine(promises.RUNNING, machine, "Active")


def broken(workshop: Workshop, machine: Machine) -> Row:
    """Let an administrator set the instance to error."""
    compute = workshop.admin.compute
    workshop.later(compute.reset_server_state, machine.id, "active")
    compute.reset_server_state(machine.id, "error")
    workshop.arrived(machine.id, "ERROR")
    return of_machine(promises.ERROR, machine, "Error")


def offloaded(workshop: Workshop, machine: Machine) -> Row:
    """Shelve the instance and take it from its host: its volume is held."""
    prepare = in_state(promises.HELD_DATA, "shelve_server", "SHELVED", "", "unshelve_server")
    prepare(workshop, machine)
    workshop.admin.compute.shelve_offload_server(machine.id)
    workshop.arrived(machine.id, "SHELVED_OFFLOADED")
    workshop.settled(machine.volume, "reserved")
    return of_machine(promises.HELD_DATA, machine, "Shelved Offloaded")


def building(workshop: Workshop, machine: Machine) -> Row:
    """Let an instance wait for its volume, which is slow, and mark another as attached to it."""
    volume = workshop.volume("waiting").id
    mapping = {
        "uuid": workshop.image_id(),
        "source_type": "image",
        "destination_type": "volume",
        "volume_size": 1,
        "boot_index": 0,
        "delete_on_termination": True,
    }
    workshop.slow_storage()
    instance = workshop.instance("starting", block_device_mapping=[mapping])
    # Undone last in, first out: the instance cannot be deleted while the storage is slow.
    workshop.later(workshop.storage_as_usual)
    workshop.in_task(instance.id, "block_device_mapping")
    workshop.attach_by_hand(volume, instance_uuid=instance.id)
    own = Machine(instance.id, instance.name, volume, "/dev/vdc")
    return of_machine(promises.CHANGING, own, "Build")


def reset_by_hand(workshop: Workshop, machine: Machine) -> Row:
    """Let an administrator mark the attached volume as available."""
    workshop.later(workshop.set_status, machine.volume, "in-use")
    workshop.set_status(machine.volume, "available")
    return of_machine(promises.RECORDS_DISAGREE, machine, "Active")


def system_disk(workshop: Workshop, machine: Machine) -> Row:
    """Start an instance from a volume."""
    instance, volume = workshop.started_from_volume()
    device = workshop.owner.block_storage.get_volume(volume).attachments[0]["device"]
    own = Machine(instance.id, instance.name, volume, device)
    row = of_machine(promises.RUNNING, own, "Active")
    return Row(row.promise, row.volume, row.holders, row.parts, system_disk=True)


def system_disk_held(workshop: Workshop, machine: Machine) -> Row:
    """Shelve an instance that was started from a volume: Nova offloads it at once."""
    row = system_disk(workshop, machine)
    server = next(iter(workshop.owner.block_storage.get_volume(row.volume).attachments))
    workshop.owner.compute.shelve_server(server["server_id"])
    workshop.arrived(server["server_id"], "SHELVED_OFFLOADED")
    line = row.holders[0].replace("Active", "Shelved Offloaded")
    return Row(promises.HELD_SYSTEM, row.volume, [line], row.parts)


def of_nobody_visible(workshop: Workshop, machine: Machine) -> Row:
    """Record an attachment to an instance that does not exist (left over, or not ours)."""
    volume, stranger = workshop.volume().id, str(uuid.uuid4())
    workshop.record(volume, stranger, complete=True)
    line = f"{stranger} - Not visible to you - /dev/vdz"
    return Row(promises.NOT_VISIBLE, volume, [line], {"volume": volume})


def of_no_instance(workshop: Workshop, machine: Machine) -> Row:
    """Record an attachment that names no instance: something else uses the volume."""
    volume = workshop.volume().id
    workshop.record(volume, None, complete=True)
    return Row(promises.UNNAMED_HOST, volume, ["a host - Host - /dev/vdz"])


def of_host(workshop: Workshop, machine: Machine) -> Row:
    """Attach a volume to a host; only an administrator is told which."""
    volume, host = workshop.volume().id, unique("box")
    workshop.attach_by_hand(volume, host_name=host)
    line = f"{host} - Host - /dev/vdc"
    parts = {"instance": host}
    return Row(promises.HOST, volume, [line], parts, user=("admin", "web-shop"))


def of_host_for_member(workshop: Workshop, machine: Machine) -> Row:
    """Attach a volume to a host: Cinder hides its name from a member."""
    row = of_host(workshop, machine)
    return Row(promises.UNNAMED_HOST, row.volume, ["a host - Host - /dev/vdc"])


def of_two(workshop: Workshop, machine: Machine) -> Row:
    """Attach one volume to two instances, one of which is then offloaded."""
    volume = workshop.volume("cluster", volume_type="shared")
    parts = [_share(workshop, volume.id, name) for name in ("left", "right")]
    (left, left_device), (right, right_device) = parts
    workshop.owner.compute.shelve_server(right.id)
    workshop.arrived(right.id, "SHELVED")
    workshop.admin.compute.shelve_offload_server(right.id)
    workshop.arrived(right.id, "SHELVED_OFFLOADED")
    return Row(
        promises.SEVERAL,
        volume.id,
        [f"{left.name} - Active - {left_device}", f"{right.name} - Shelved Offloaded"],
    )


def _share(workshop: Workshop, volume: str, name: str) -> tuple[Any, str]:
    instance = workshop.running(name)
    return instance, workshop.attach(instance.id, volume)


def held_for_running(workshop: Workshop, machine: Machine) -> Row:
    """Hold a volume for an instance that runs, as while it is being attached."""
    volume = workshop.volume().id
    workshop.record(volume, machine.id, complete=False)
    line = f"{machine.name} - Active"
    return Row(promises.HELD_OTHER, volume, [line], {"instance": machine.name})


def held_for_nobody_visible(workshop: Workshop, machine: Machine) -> Row:
    """Hold a volume for an instance that does not exist."""
    volume, stranger = workshop.volume().id, str(uuid.uuid4())
    workshop.record(volume, stranger, complete=False)
    line = f"{stranger} - Not visible to you"
    return Row(promises.HELD_NOT_VISIBLE, volume, [line], {"volume": volume})


def held_without_record(workshop: Workshop, machine: Machine) -> Row:
    """Mark a volume as reserved of which no attachment is recorded."""
    volume = workshop.volume().id
    workshop.set_status(volume, "reserved")
    return Row(promises.HELD_NOT_VISIBLE, volume, [], {"volume": volume})


def detached(workshop: Workshop, machine: Machine) -> Row:
    """Make a volume that nobody uses."""
    return Row(promises.DETACHED, workshop.volume("free").id, [])


def in_status(status: str) -> Prepare:
    """Set the status of a volume that is not attached by hand."""

    def prepare(workshop: Workshop, machine: Machine) -> Row:
        volume = machine.spare
        workshop.later(workshop.set_status, volume, "available")
        workshop.set_status(volume, status)
        parts = {"volume": volume, "state": status.replace("_", " ").title()}
        return Row(promises.BY_VOLUME_STATUS[status], volume, [], parts)

    return prepare


def being_deleted(workshop: Workshop, machine: Machine) -> Row:
    """Delete a volume on a storage that is slow."""
    volume = workshop.volume().id
    workshop.later(workshop.gone, volume)
    workshop.slow_storage()
    workshop.owner.block_storage.delete_volume(volume)
    workshop.settled(volume, "deleting")
    return Row(promises.BEING_DELETED, volume, [])


WARNED: dict[str, Prepare] = {
    "available, a record exists": reset_by_hand,
    "ACTIVE": running,
    "ACTIVE, system disk": system_disk,
    "PAUSED": in_state(promises.PAUSED, "pause_server", "PAUSED", "Paused", "unpause_server"),
    "SUSPENDED": in_state(
        promises.SUSPENDED, "suspend_server", "SUSPENDED", "Suspended", "resume_server"
    ),
    "SHUTOFF": in_state(promises.SHUT_OFF, "stop_server", "SHUTOFF", "Shutoff", "start_server"),
    "SHELVED": in_state(promises.SHELVED, "shelve_server", "SHELVED", "Shelved", "unshelve_server"),
    "RESCUE": in_state(promises.RESCUE, "rescue_server", "RESCUE", "Rescue", "unrescue_server"),
    "ERROR": broken,
    "BUILD": building,
    "Nova 404": of_nobody_visible,
    "in-use, no instance": of_no_instance,
    "host": of_host,
    "host, seen by a member": of_host_for_member,
    "several, one offloaded": of_two,
}

BLOCKED: dict[str, Prepare] = {
    "SHELVED_OFFLOADED": offloaded,
    "SHELVED_OFFLOADED, system disk": system_disk_held,
    "reserved for a running instance": held_for_running,
    "reserved for nobody visible": held_for_nobody_visible,
    "reserved, no record": held_without_record,
    "deleting": being_deleted,
} | {status: in_status(status) for status in promises.BY_VOLUME_STATUS}
