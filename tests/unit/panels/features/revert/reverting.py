# SPDX-License-Identifier: Apache-2.0
"""Helpers for the Revert Volume dialog with faked services."""

from typing import Any

from snapshot_dashboard.rules.revert import COPY_BEFORE, COPY_OF
from tests.unit.cloud.wire import Wire, snapshot_json, volume_json
from tests.unit.panels.person import SNAPSHOTS, Answer, Person

REVERT = f"{SNAPSHOTS}s1/revert/"
LIVE = f"{REVERT}live/"
ACTION = "/volumes/v1/action"
CHANGED_AT = "2026-11-22T07:00:00"
UNDER_WAY = "It is not known whether the volume is being reverted"


def prepare(wire: Wire) -> None:
    """Let a volume be revertable, and Cinder accept whatever it is asked."""
    wire.volume(name="data", updated_at=CHANGED_AT)
    wire.snapshot(name="before")
    wire.holds("snapshots", snapshot_json(name="before"))
    wire.says("POST", ACTION, None, 202)
    wire.says("POST", "/volumes", {"volume": copy_json(status="creating")}, 202)


def copy_json(**more: Any) -> dict[str, Any]:
    """Return a copy of the volume that was made before this revert."""
    mine = {COPY_OF: "v1", COPY_BEFORE: "s1"}
    said = {"name": "kept", "metadata": mine, "created_at": "2026-11-22T08:00:00"}
    return volume_json("c1", **(said | more))


def opened(person: Person) -> Answer:
    """Open it as a modal."""
    return person.get(REVERT, dialog=True)


def fields(dialog: Answer) -> dict[str, str]:
    """Return the hidden fields."""
    return {each.name: each.value for each in dialog.all("//form//input[@type='hidden']")}


def press(
    person: Person, name: str, dialog: Answer | None = None, *, tick: bool = True, **more: Any
) -> Answer:
    """Press a button of a dialog, as a script sends it; ticked if there is a tick."""
    dialog = dialog or opened(person)
    form = {**fields(dialog), "pressed": name}
    boxes = dialog.all("//*[@id='id_acknowledged']")
    if tick and boxes:
        form["acknowledged"] = boxes[0].get("value")
    return person.post(REVERT, {**form, **more}, dialog=True)


def asked(wire: Wire) -> list[Any]:
    """Return the bodies of the requests to revert."""
    return [each.json() for each in wire.sent("POST", ACTION)]


def copies(wire: Wire) -> list[Any]:
    """Return the bodies of the requests for a copy."""
    return [each.json()["volume"] for each in wire.sent("POST", "/volumes")]


def titles(dialog: Answer) -> list[str]:
    """Return the title of each box."""
    found = dialog.all("//p[@class='sd-explanation-title']")
    return [" ".join(each.text_content().split()) for each in found]


def buttons(dialog: Answer) -> list[str]:
    """Return the names of the buttons that can be pressed."""
    return [each.get("name") for each in dialog.all("//*[@type='submit'][not(@hidden)]")]
