# SPDX-License-Identifier: Apache-2.0
"""Fakes Cinder's answers for related volumes and snapshots."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from tests.unit.cloud.wire import CINDER, Json, Wire, snapshot_json, volume_json
from tests.unit.panels.person import SNAPSHOTS, VOLUMES, Answer, Person

TAB = "?tab=volume_details__lineage_tab"
SNAPSHOT_TAB = "?tab=snapshot_details__lineage_tab"


def lineage_of(person: Person, volume_id: str = "v1", query: str = "") -> Answer:
    """Open the tab of a volume as the page's own script does, when its head is clicked."""
    return person.get(f"{VOLUMES}{volume_id}/{TAB}{query}", dialog=True)


def lineage_of_snapshot(person: Person, snapshot_id: str = "s1", query: str = "") -> Answer:
    """Open the tab of a snapshot."""
    return person.get(f"{SNAPSHOTS}{snapshot_id}{SNAPSHOT_TAB}{query}", dialog=True)


def list_snapshots(wire: Wire, volume_id: str, *found: Json, count: int | None = None) -> None:
    """Let a volume have these snapshots, newest first; ``count`` with those on other pages."""
    more = count is not None and count > len(found)
    wire.says(
        "GET",
        f"/snapshots/detail?volume_id={volume_id}",
        {
            "snapshots": list(found),
            "count": len(found) if count is None else count,
            "snapshots_links": [{"rel": "next", "href": f"{CINDER}/next"}] if more else [],
        },
    )
    for each in found:
        wire.says("GET", f"/snapshots/{each['id']}", {"snapshot": each})


def list_volumes(wire: Wire, *found: Json, count: int | None = None, marker: str = "") -> None:
    """Let one part of the project's volumes be these."""
    more = count is not None and count > len(found)
    query = f"?marker={marker}" if marker else ""
    wire.says(
        "GET",
        f"/volumes/detail{query}",
        {
            "volumes": list(found),
            "count": len(found) if count is None else count,
            "volumes_links": [{"rel": "next", "href": f"{CINDER}/next"}] if more else [],
        },
    )


def chain(wire: Wire) -> None:
    """Let there be v1 with s2 and s1, v2 made from s1, its t1, and v3 made from that."""
    wire.volume("v1")
    wire.volume("v2", snapshot_id="s1")
    wire.volume("v3", snapshot_id="t1")
    list_snapshots(wire, "v1", snapshot_json("s2"), snapshot_json("s1"))
    list_snapshots(wire, "v2", snapshot_json("t1", volume_id="v2"))
    list_snapshots(wire, "v3")
    list_volumes(
        wire,
        volume_json("v1"),
        volume_json("v2", snapshot_id="s1"),
        volume_json("v3", snapshot_id="t1"),
    )


def nodes(page: Answer) -> list[str]:
    """Return the list's nodes in order, each below what it hangs on: "volume:v1/snapshot:s1"."""
    found = []
    for each in page.all("//li[@data-sd-node]"):
        above = [one.get("data-sd-node") for one in each.xpath("ancestor::li[@data-sd-node]")]
        found.append("/".join([*above, each.get("data-sd-node")]))
    return found


def line(page: Answer, node: str) -> str:
    """Return what a node's own line says, without what hangs on it."""
    return page.said(f"//li[@data-sd-node='{node}']/div[contains(@class, 'sd-tree-line')]")


def asked(wire: Wire) -> Sequence[str]:
    """Return the path of every request that was sent to a service."""
    return [urlsplit(each.url).path for each in wire.mocker.request_history]
