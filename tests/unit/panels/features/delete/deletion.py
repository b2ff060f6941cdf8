# SPDX-License-Identifier: Apache-2.0
"""Helpers for the two deletion dialogs."""

import json
from typing import Any

import pytest

from snapshot_dashboard import settings as ours
from tests.unit.cloud.wire import Json, Wire
from tests.unit.panels.person import SNAPSHOTS, VOLUMES, Answer, Person
from tests.unit.panels.support_dialogs import fill

OF_VOLUME = f"{VOLUMES}v1/delete/"
OF_SNAPSHOT = f"{SNAPSHOTS}s1/delete/"
BOTH = pytest.mark.parametrize(
    ("address", "path"), [(OF_VOLUME, "/volumes/v1"), (OF_SNAPSHOT, "/snapshots/s1")]
)
HOSTILE = "<script>alert('x')</script>\"'&"


def there_is(wire: Wire) -> None:
    """Let there be a detached volume without snapshots, and a snapshot; both can be deleted."""
    wire.volume()
    wire.snapshot()
    backups(wire)
    wire.says("DELETE", "/volumes/v1", None, 202)
    wire.says("DELETE", "/snapshots/s1", None, 202)


def backups(wire: Wire, *found: Json) -> None:
    """Let Cinder have these backups."""
    wire.says("GET", "/backups/detail", {"backups": list(found)})


def dependency(settings: Any, how: str | dict[str, str]) -> None:
    """Let the operator say how the storage does it."""
    settings.SNAPSHOT_DASHBOARD = {**ours.configured(), "SNAPSHOT_DEPENDENCY": how}


def blockers(dialog: Answer) -> list[str]:
    """Return what stands in the way, a line each."""
    found = dialog.all("//ol[@class='sd-obstacles']/li")
    return [" ".join(each.text_content().split()) for each in found]


def first(dialog: Answer) -> list[str]:
    """Return the snapshots that must go first."""
    found = dialog.all("//ul[@class='sd-first']/li")
    return [" ".join(each.text_content().split()) for each in found]


def heads(dialog: Answer) -> list[str]:
    """Return the heads of the lists that are shown."""
    return [each.text_content() for each in dialog.all("//h4[not(@hidden)]")]


def deleted(wire: Wire) -> list[str]:
    """Return what was asked to be deleted."""
    asked = (each for each in wire.mocker.request_history if each.method == "DELETE")
    return [each.url.partition("/v3")[2] for each in asked]


def send(person: Person, address: str, **more: str) -> Answer:
    """Open a dialog and send what a browser would."""
    form = fill(person.get(address, dialog=True))
    return person.post(address, {**form, **more}, dialog=True)


def asks(person: Person, address: str) -> bool:
    """Tell whether a script would leave it to stock's question."""
    return bool(json.loads(person.get(f"{address}?ask", dialog=True).html)["clear"])


def snapshots(wire: Wire, *found: Json) -> None:
    """Let the volume have snapshots."""
    wire.holds("snapshots", *found)
