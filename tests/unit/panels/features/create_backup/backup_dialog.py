# SPDX-License-Identifier: Apache-2.0
"""The Create Backup dialog in front of faked services."""

from typing import Any

from tests.unit.cloud.wire import Wire
from tests.unit.panels.person import CREATE_BACKUP, Answer, Person

OF_SNAPSHOT = f"{CREATE_BACKUP}s1"
MISSING = "Tick the box above to create this backup, or press Cancel."
TYPED = {"name": "before <upgrade>", "description": "typed by hand"}
MORE = {"container_name": "weekly"}
NOTE = "snapshot_dashboard:"


def accepting(wire: Wire) -> None:
    """Let Cinder accept whatever is asked."""
    wire.says("POST", "/backups", {"backup": {"id": "b9", "name": "before <upgrade>"}}, 202)


def fill(dialog: Answer, **more: str) -> dict[str, Any]:
    """Return what a browser would send from the opened dialog."""
    hidden = {each.name: each.value for each in dialog.all("//form//input[@type='hidden']")}
    return {**hidden, **TYPED, **MORE, **more}


def send(person: Person, *, address: str = CREATE_BACKUP, **more: str) -> Answer:
    """Open the dialog, fill it in, and send it."""
    dialog = person.get(address, dialog=True)
    return person.post(address, fill(dialog, **more), dialog=True)


def asked(wire: Wire) -> list[dict[str, Any]]:
    """Return the bodies of the requests for a backup."""
    return [request.json()["backup"] for request in wire.sent("POST", "/backups")]


def note(body: dict[str, Any]) -> dict[str, str]:
    """Return what a request's metadata say, without our prefix."""
    return {key.removeprefix(NOTE): value for key, value in body["metadata"].items()}
