# SPDX-License-Identifier: Apache-2.0
"""The dialogs that create an object as data, and the faults of each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.unit.cloud.wire import SILENT, Json, Wire, backup_json, snapshot_json, volume_json
from tests.unit.panels.person import (
    BACKUPS,
    CREATE_BACKUP,
    CREATE_SNAPSHOT,
    CREATE_VOLUME,
    SNAPSHOTS,
    VOLUMES,
    Answer,
    Person,
)

REQUEST = "snapshot_dashboard:request"


@dataclass(frozen=True)
class Dialog:
    """One of the dialogs: what it makes, where it is, and the words that differ."""

    makes: str
    address: str
    one: Callable[..., Json]
    show: str
    page: str

    @property
    def noun(self) -> str:
        """Return what it makes, in the singular."""
        return self.makes.removesuffix("s")

    @property
    def lost(self) -> str:
        """Return the title for an attempt of which nothing is known."""
        return f"It is not known yet whether the {self.noun} was created"

    def open(self, person: Person) -> dict[str, Any]:
        """Open it and fill it in."""
        dialog = person.get(self.address, dialog=True)
        more = {"size": "20"} if self.makes == "volumes" else {}
        hidden = {each.name: each.value for each in dialog.all("//form//input[@type='hidden']")}
        return {**hidden, "name": "typed <name>", "description": "typed by hand", **more}

    def send(self, person: Person, form: dict[str, Any]) -> Answer:
        """Send a form."""
        return person.post(self.address, form, dialog=True)

    def accepts(self, wire: Wire) -> None:
        """Let Cinder accept whatever is asked."""
        wire.says("POST", f"/{self.makes}", {self.noun: self.one("x9", status="creating")}, 202)

    def asked(self, wire: Wire) -> list[Json]:
        """Return the bodies of the requests to make something."""
        return [each.json()[self.noun] for each in wire.sent("POST", f"/{self.makes}")]

    def there_is(self, wire: Wire, form: dict[str, Any], *names: str, **more: Any) -> None:
        """Let the form have made objects of these names, the newest first as Cinder lists."""
        mine = {REQUEST: form["request"]}
        made = [
            self.one(f"x{number}", name=name, metadata=mine, **more)
            for number, name in enumerate(names, start=1)
        ]
        wire.holds(self.makes, *reversed(made), self.one("x0", metadata={REQUEST: "another"}))


DIALOGS = (
    Dialog("snapshots", CREATE_SNAPSHOT, snapshot_json, "Show snapshot", SNAPSHOTS),
    Dialog("volumes", CREATE_VOLUME, volume_json, "Show volume", VOLUMES),
    Dialog("backups", CREATE_BACKUP, backup_json, "Show backup", BACKUPS),
)


def requests(answer: Answer) -> str:
    """Return the request id that a dialog carries."""
    return str(answer.one("//form//input[@name='request']").value)


def too_long(form: dict[str, Any], wire: Wire) -> None:
    """Type a name that is too long."""
    form["name"] = "x" * 256


def refused(form: dict[str, Any], wire: Wire) -> None:
    """Let Cinder refuse."""
    for each in ("snapshots", "volumes", "backups"):
        wire.fails("POST", f"/{each}", 413)


def lost(form: dict[str, Any], wire: Wire) -> None:
    """Let the answer be lost."""
    for each in ("snapshots", "volumes", "backups"):
        wire.breaks("POST", f"/{each}", SILENT)


def unreadable(form: dict[str, Any], wire: Wire) -> None:
    """Let nothing be readable any more."""
    for path in ("/volumes/v1", "/snapshots/s1"):
        wire.breaks("GET", path, SILENT)
