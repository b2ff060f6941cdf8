# SPDX-License-Identifier: Apache-2.0
"""The dialogs of support staff: their URLs and forms."""

import logging
from typing import Any

import pytest
from horizon import messages

from tests.unit.cloud.wire import KEYSTONE, OTHER_PROJECT, Json, Wire, volume_json
from tests.unit.panels.person import Answer

LIST = "/admin/snapshots/"
UPDATE = f"{LIST}s1/update_status/"
DELETE = f"{LIST}s1/force_delete/"
UPDATES = f"{LIST}update_status/"
DELETES = f"{LIST}force_delete/"
RESEARCH = {"id": OTHER_PROJECT, "name": "research", "enabled": True}
# Cinder's own addresses.
ACTION = "/snapshots/s1/action"
NOTE = "/snapshots/s1/metadata"


def noted(taken: str) -> dict[str, str]:
    """Return the metadata of a snapshot that was taken while this was so."""
    return {"snapshot_dashboard:taken_while": taken, "snapshot_dashboard:acknowledged": "no"}


def there_is(
    wire: Wire,
    status: str,
    metadata: dict[str, str] | None = None,
    snapshot_id: str = "s1",
    **more: Any,
) -> None:
    """Let somebody else's snapshot exist, and let Cinder do with it whatever is asked."""
    owner: Json = {"os-extended-snapshot-attributes:project_id": OTHER_PROJECT}
    wire.snapshot(snapshot_id, status=status, metadata=metadata or {}, **owner, **more)
    # Read for the name of the volume, and the project's for its own.
    wire.holds("volumes", volume_json())
    wire.says("GET", f"{KEYSTONE}/projects/{OTHER_PROJECT}", {"project": RESEARCH})
    wire.says("POST", f"/snapshots/{snapshot_id}/action", None, 202)
    wire.says("POST", f"/snapshots/{snapshot_id}/metadata", {"metadata": {}})


def fill(dialog: Answer) -> dict[str, Any]:
    """Return what a browser would send of a dialog that nobody has touched."""
    return {each.name: each.value for each in dialog.all("//form//input[@type='hidden']")}


def buttons(dialog: Answer) -> list[tuple[str, str]]:
    """Return class and label of each button that sends the form, on the plain page too."""
    shown = dialog.all("//*[@class='modal-footer']//*[@type='submit']")
    return [(each.get("class"), each.get("value")) for each in shown]


def writes(wire: Wire) -> list[str]:
    """Return the paths of everything that was asked to be changed, in order."""
    sent = (each for each in wire.mocker.request_history if each.method != "GET")
    return [each.path.removeprefix("/v3") for each in sent]


def listen(received: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Let the audit log be received."""
    received.set_level(logging.INFO, logger="snapshot_dashboard.audit")
    return received


def hear(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list that every message for the next page goes to."""
    heard: list[str] = []

    def add_message(request: Any, level: int, message: object, *args: Any, **kwargs: Any) -> None:
        heard.append(str(message))

    monkeypatch.setattr(messages, "add_message", add_message)
    return heard
