# SPDX-License-Identifier: Apache-2.0
"""Helpers for snapshots that are on hold."""

from typing import Any

from tests.unit.cloud.wire import Json, Wire, snapshot_json
from tests.unit.panels.person import SNAPSHOTS

HOLD = f"{SNAPSHOTS}s1/hold/"
RELEASE = f"{SNAPSHOTS}s1/release_hold/"
HOSTILE = "<script>alert('x')</script>\"'&{$1+1$}"
# Who, when and why, as every refusal has to say.
TOLD = "It was put on hold by bert on Nov. 30, 2026, 5:45 p.m.: for the audit"


def held(reason: str = "for the audit", by: str = "bert") -> dict[str, str]:
    """Return the metadata of a hold."""
    return {
        "snapshot_dashboard:hold": reason,
        "snapshot_dashboard:hold_by": by,
        "snapshot_dashboard:hold_at": "2026-11-30T17:45:10Z",
    }


RELEASED = dict.fromkeys(held(), "")


def there_are(wire: Wire, **metadata: dict[str, str]) -> list[Json]:
    """Let these snapshots of v1 be all that there are, and let Cinder do what it is asked."""
    found = [snapshot_json(each, metadata=said) for each, said in metadata.items()]
    wire.holds("snapshots", *found)
    wire.volume(name="wiki-data")
    wire.says("GET", "/backups/detail", {"backups": []})
    for each in found:
        there_is(wire, each["id"], each["metadata"])
    return found


def there_is(wire: Wire, snapshot_id: str, metadata: dict[str, str], **more: Any) -> None:
    """Let a snapshot exist."""
    wire.snapshot(snapshot_id, metadata=metadata, **more)
    wire.says("POST", f"/snapshots/{snapshot_id}/metadata", {"metadata": {}})
    wire.says("POST", f"/snapshots/{snapshot_id}/action", None, 202)
    wire.says("DELETE", f"/snapshots/{snapshot_id}", None, 202)


def noted(wire: Wire, snapshot_id: str = "s1") -> list[Json]:
    """Return what was written into the metadata of a snapshot."""
    sent = wire.sent("POST", f"/snapshots/{snapshot_id}/metadata")
    return [each.json()["metadata"] for each in sent]
