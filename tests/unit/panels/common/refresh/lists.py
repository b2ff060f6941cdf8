# SPDX-License-Identifier: Apache-2.0
"""The lists whose rows are refreshed, and the script's requests."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import lxml.html

from tests.unit.cloud.wire import PROJECT, Json, Wire, snapshot_json, volume_json
from tests.unit.panels import support as support_pages
from tests.unit.panels.person import SNAPSHOTS, VOLUMES, Answer, Person

NEXT = [{"rel": "next", "href": "http://storage.test/v3/more"}]


@dataclass(frozen=True)
class List:
    """One of the lists; ``beside`` are the calls that it makes besides the list itself."""

    address: str
    resource: str
    table: str
    beside: int = 0
    project: str = PROJECT

    @property
    def is_admins(self) -> bool:
        """Whether it shows all projects."""
        return self.address.startswith("/admin/")

    def made(self, *ids: str, **more: Any) -> list[Json]:
        """Return objects of this list as Cinder tells them, creating unless told otherwise."""
        one = volume_json if self.resource == "volumes" else snapshot_json
        return [one(each, **({"status": "creating"} | more)) for each in ids]

    def holds(self, wire: Wire, *found: Json, more: bool = False) -> None:
        """Say what Cinder's list holds, and whether there are further pages."""
        links = {f"{self.resource}_links": NEXT} if more else {}
        said: Json = {self.resource: list(found), **links}
        wire.says("GET", f"/{self.resource}/detail", said)

    def has(self, wire: Wire, found: Json) -> None:
        """Let Cinder tell of one that is asked for alone."""
        wire.says("GET", f"/{self.resource}/{found['id']}", {self.resource[:-1]: found})

    def lacks(self, wire: Wire, object_id: str) -> None:
        """Let one be gone."""
        wire.fails("GET", f"/{self.resource}/{object_id}", 404)


LISTS = {
    "volumes": List(VOLUMES, "volumes", "volumes", beside=1),
    "snapshots": List(SNAPSHOTS, "snapshots", "volume_snapshots"),
    "volume's snapshots": List(f"{VOLUMES}v1/", "snapshots", "volume_snapshots"),
    "all volumes": List(support_pages.VOLUMES, "volumes", "volumes", project="p-support"),
    "all snapshots": List(
        support_pages.SNAPSHOTS, "snapshots", "volume_snapshots", beside=1, project="p-support"
    ),
    "all of a volume": List(
        f"{support_pages.VOLUMES}v1/",
        "snapshots",
        "volume_snapshots",
        beside=1,
        project="p-support",
    ),
}
PAGES = {name: each for name, each in LISTS.items() if not each.address.endswith("v1/")}
PROJECTS = {name: each for name, each in LISTS.items() if not each.is_admins}


def refresh(
    person: Person, rows: List, *ids: str, query: str = "", tag: str = "", **more: str
) -> Answer:
    """Ask for rows as our script does; ``tag`` is that of what it has drawn."""
    said = {"action": "rows_update", "table": rows.table, **more}
    together = "&".join(each for each in (query, urlencode(said)) if each)
    headers = {"X-Requested-With": "XMLHttpRequest", **({"If-None-Match": tag} if tag else {})}
    address = f"{rows.address}?{together}&obj_id={','.join(ids)}"
    return Answer(person.client.get(address, headers=headers))


def told(answer: Answer) -> tuple[Mapping[str, str], list[str]]:
    """Return the rows and what is gone."""
    assert answer.status == 200
    found = json.loads(answer.html)
    assert found.keys() == {"rows", "gone"}
    return found["rows"], found["gone"]


def asked(wire: Wire) -> list[str]:
    """Return the paths that were asked for, but for what is remembered for a while.

    That is Cinder's version, and what is to be known of the volume whose details are shown.
    """
    remembered = {"/", "/v3/volumes/v1"}
    history = wire.mocker.request_history
    return sorted(each.path for each in history if each.path not in remembered)


def names(count: int) -> list[str]:
    """Return ids."""
    return [f"x{number:03}" for number in range(count)]


def parsed(html: str) -> Any:
    """Return the row that an answer holds."""
    (row,) = lxml.html.fromstring(f"<table>{html}</table>").xpath("//tr")
    return row


def sent(wire: Wire, rows: List) -> list[Any]:
    """Return the requests for the list."""
    return wire.sent("GET", f"/{rows.resource}/detail")
