# SPDX-License-Identifier: Apache-2.0
"""Creates volumes and snapshots in each state that the tests show."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.cloud.workshop import Workshop

LONG_NAME = "customer-export-" + "2026" * 20


@dataclass
class Stage:
    """Volumes and snapshots in the states to look at, each made when it is first needed."""

    workshop: Workshop
    made: dict[str, str] = field(default_factory=dict)

    def get(self, what: str) -> str:
        """Return the id of what a state is shown with."""
        if what not in self.made:
            self.made[what] = MAKERS[what](self.workshop)
        return self.made[what]


def _shut_off(workshop: Workshop) -> str:
    instance, volume = workshop.attached()
    workshop.owner.compute.stop_server(instance.id)
    workshop.arrived(instance.id, "SHUTOFF")
    return str(volume.id)


def _held_data(workshop: Workshop) -> str:
    instance, volume = workshop.attached()
    workshop.owner.compute.shelve_server(instance.id)
    workshop.arrived(instance.id, "SHELVED")
    workshop.admin.compute.shelve_offload_server(instance.id)
    workshop.arrived(instance.id, "SHELVED_OFFLOADED")
    return str(volume.id)


def _in_status(status: str) -> Callable[[Workshop], str]:
    def make(workshop: Workshop) -> str:
        volume = workshop.volume()
        workshop.set_status(volume.id, status)
        return str(volume.id)

    return make


def _shared(workshop: Workshop) -> str:
    volume = workshop.volume(volume_type="shared")
    for _ in range(2):
        workshop.attach(workshop.running().id, volume.id)
    return str(volume.id)


def _used_up(workshop: Workshop) -> str:
    """A volume of a type that allows two snapshots, with two of them."""
    volume = workshop.volume(volume_type="hdd")
    for _ in range(2):
        workshop.snapshot(volume.id)
    return str(volume.id)


MAKERS: dict[str, Callable[[Workshop], str]] = {
    "detached": lambda workshop: str(workshop.volume(LONG_NAME).id),
    "running system disk": lambda workshop: workshop.started_from_volume()[1],
    "shut off": _shut_off,
    "held": _held_data,
    "busy": _in_status("maintenance"),
    "failed": _in_status("error"),
    "several instances": _shared,
    "quota used up": _used_up,
    "snapshot": lambda workshop: str(workshop.snapshot(workshop.volume(LONG_NAME).id).id),
}
