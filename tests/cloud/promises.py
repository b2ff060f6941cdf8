# SPDX-License-Identifier: Apache-2.0
"""The texts of the dialogs, repeated so that a change is noticed."""

from dataclasses import dataclass

from tests.cloud.dialogs import Button

PLAIN_BUTTON = Button(frozenset({"btn", "btn-primary"}), "Create Volume Snapshot")
FORCE_BUTTON = Button(frozenset({"btn", "btn-warning"}), "Create Volume Snapshot (Force)")

MAY_BE_CORRUPTED = "I understand that this snapshot may be corrupted."
ONLY_IF_SHUT_DOWN = (
    "I understand that this snapshot is sound only if the instance shut down normally "
    "and stays off."
)
ONLY_IF_SHELVED = (
    "I understand that this snapshot is sound only if the instance was shut down normally "
    "and stays shelved."
)
TICK_MISSING = "Tick the box above to create this snapshot, or press Cancel."


@dataclass(frozen=True)
class Promise:
    """Title, risk and advice of a verdict, with {placeholders} for names and states.

    ``acknowledgement`` is None where nothing can be created.
    """

    title: str
    risk: str
    advice: str
    acknowledgement: str | None = MAY_BE_CORRUPTED

    def lines(self, **parts: str) -> list[str]:
        """Return the lines as they are shown; an empty one is not."""
        told = (self.title, self.risk, self.advice)
        return [line.format(**parts) for line in told if line]


DETACHED = Promise("", "", "", None)
_MEMORY = (
    "The snapshot may be corrupted: data still in the instance's memory will not be in it. "
    "At best it is crash-consistent, as after a sudden power cut."
)
_RESUME = (
    "For a sound snapshot, resume the instance, shut it off, then take the snapshot. "
    "If you are investigating the instance, leave it paused."
)
_RESUME_SUSPENDED = _RESUME.replace("leave it paused", "leave it suspended")
RUNNING = Promise(
    "{instance} is running and may be writing to this volume",
    "The snapshot may be corrupted. It is at best crash-consistent, as after a sudden power cut.",
    "For a sound snapshot, shut off the instance first, or stop the applications that write to "
    "this volume.",
)
PAUSED = Promise("{instance} is paused while this volume is attached", _MEMORY, _RESUME)
SUSPENDED = Promise(
    "{instance} is suspended while this volume is attached", _MEMORY, _RESUME_SUSPENDED
)
SHUT_OFF = Promise(
    "{instance} is shut off, and this volume is still attached",
    "The snapshot is sound only if the instance shut down normally and stays off until the "
    "snapshot is Available. If it crashed or was forced off, the snapshot may be corrupted.",
    "Not sure? Start the instance, shut it down from inside, then take the snapshot.",
    ONLY_IF_SHUT_DOWN,
)
SHELVED = Promise(
    "{instance} is shelved, and this volume is still attached",
    "The snapshot is sound only if the instance was shut down normally before it was shelved and "
    "stays shelved until the snapshot is Available. Otherwise the snapshot may be corrupted.",
    "Not sure? Unshelve the instance, shut it down from inside, then take the snapshot.",
    ONLY_IF_SHELVED,
)
RESCUE = Promise(
    "{instance} is in rescue mode",
    "The rescue system may be writing to this volume. The snapshot may be corrupted.",
    "For a sound snapshot, unmount the volume in the rescue system first.",
)
ERROR = Promise(
    "{instance} is in an error state",
    "It is not known whether it is still writing to this volume. The snapshot may be corrupted.",
    "If possible, shut off the instance first. If its state does not change, contact support.",
)
CHANGING = Promise(
    "{instance} is changing state ({state})",
    "It may be writing to this volume. The snapshot may be corrupted.",
    "Wait until the instance is settled, then try again.",
)
NOT_VISIBLE = Promise(
    "This volume is attached to an instance that no longer exists, or that you cannot see",
    "It may be running and writing to this volume. The snapshot may be corrupted.",
    "If the instance exists, have it shut off first. It may no longer exist: then contact support "
    "and give this ID: {volume}",
)
STATE_UNKNOWN = Promise(
    "This volume is attached, and the state of the instance cannot be checked right now",
    "The instance may be running, so the snapshot may be corrupted.",
    "Try again later, or go on as if the instance were running.",
)
RECORDS_DISAGREE = Promise(
    "This volume is marked as available, but it is still recorded as attached",
    "An instance may be running and writing to it, so the snapshot may be corrupted.",
    "Shut off the instance first. If no instance should be using the volume, contact support.",
)
HOST = Promise(
    "This volume is attached to the host {instance}, not to an instance",
    "The host may be writing to it. The snapshot may be corrupted.",
    "Stop the applications that use the volume on that host first.",
)
# Cinder tells the host's name to administrators only.
UNNAMED_HOST = Promise(
    "This volume is attached to a host, not to an instance", HOST.risk, HOST.advice
)
SEVERAL = Promise(
    "This volume is attached to 2 instances",
    "Each of them may write to it. The snapshot may be corrupted unless all of them have stopped "
    "writing.",
    "For a sound snapshot, shut off all of them first.",
)

_HELD_TITLE = "A snapshot cannot be taken now: this volume is held for {instance}, which is shelved"
_HELD_RISK = (
    "The storage service refuses snapshots of a held volume. A snapshot taken while it is attached "
    "may also be corrupted."
)
_SHELVED_RISK = (
    "The storage service refuses snapshots of a volume that is held for a shelved instance. "
    "A snapshot taken while it is attached may also be corrupted."
)
HELD_DATA = Promise(
    _HELD_TITLE,
    _SHELVED_RISK,
    "Detach the volume with Manage Attachments (the instance stays shelved), take the snapshot, "
    "then attach the volume again.",
    None,
)
HELD_SYSTEM = Promise(
    _HELD_TITLE,
    _SHELVED_RISK,
    "This looks like the system disk (root disk), which cannot be detached. Unshelve the instance, "
    "shut it off, then take the snapshot. Unshelving starts the instance.",
    None,
)
HELD_OTHER = Promise(
    "A snapshot cannot be taken now: this volume is held for {instance}",
    _HELD_RISK,
    "If the volume is just being attached, wait a moment. Otherwise detach it with Manage "
    "Attachments, or contact support.",
    None,
)
HELD_NOT_VISIBLE = Promise(
    "A snapshot cannot be taken now: this volume is held for an instance that no longer exists, or "
    "that you cannot see",
    _HELD_RISK,
    "The instance may no longer exist. Contact support and give this ID: {volume}",
    None,
)
BEING_DELETED = Promise("This volume is being deleted", "", "", None)
_FINISHED = "A snapshot can be taken when this is finished."
_RELOAD = "Reload this page in a moment."
_FAILED = Promise(
    "A snapshot cannot be taken: this volume is in an error state ({state})",
    "",
    "Contact support and give this ID: {volume}",
    None,
)
BY_VOLUME_STATUS: dict[str, Promise] = {
    status: Promise(title, _FINISHED, _RELOAD, None)
    for status, title in {
        "creating": "This volume is still being created",
        "attaching": "This volume is being attached",
        "detaching": "This volume is being detached",
        "extending": "This volume is being extended",
        "uploading": "This volume is being uploaded to an image",
        "backing-up": "A backup of this volume is being made",
        "restoring-backup": "A backup is being restored to this volume",
    }.items()
} | {
    "awaiting-transfer": Promise(
        "This volume is waiting to be transferred to another project",
        "",
        "Cancel the transfer to take a snapshot.",
        None,
    ),
    "maintenance": Promise(
        "This volume is under maintenance",
        "",
        "Contact support if you need a snapshot now.",
        None,
    ),
    "error": _FAILED,
    "error_extending": _FAILED,
}
