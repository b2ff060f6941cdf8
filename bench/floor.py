# SPDX-License-Identifier: Apache-2.0
"""Measures the lower bound of a page: its longest chain of necessary API calls.

Replayed raw, on kept connections, by the same person on the same cloud. A dialog that is sent is
one that is judged again, and then something is made.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from bench.leftovers import NAME, Leftovers
from bench.raw import Raw
from bench.subjects import Things

Call = Callable[[], object]
# Steps of which each needs the one before; what is in one step is asked for side by side.
Chain = Sequence[Sequence[Call]]


def chains(raw: Raw, admin: Raw, things: Things) -> Mapping[str, Chain]:
    """Return the chain of each subject that has a floor, by the subject's name."""
    return {**_pages(raw, admin), **_dialogs(raw, things), **_rows(raw, things)}


def _pages(raw: Raw, admin: Raw) -> dict[str, Chain]:
    found: dict[str, Chain] = {}
    for rows, suffix in ((20, ""), (100, ", 100 rows")):
        # One more tells whether there is a next page.
        query = f"limit={rows + 1}&sort=created_at:desc"
        everywhere = f"{query}&all_tenants=1"
        found |= {
            f"Volumes{suffix}": [[_get(raw, f"/volumes/detail?{query}"), _limits(raw)]],
            f"Snapshots{suffix}": [[_get(raw, f"/snapshots/detail?{query}")]],
            f"Admin Volumes{suffix}": [[_get(admin, f"/volumes/detail?{everywhere}")]],
            f"Admin Snapshots{suffix}": [[_get(admin, f"/snapshots/detail?{everywhere}")]],
        }
    return found


def _dialogs(raw: Raw, things: Things) -> dict[str, Chain]:
    server = partial(raw.get, f"{raw.compute}/servers/{things.server}")
    detached: Chain = _exposure(raw, things.detached)
    attached: Chain = [*_exposure(raw, things.attached), [server]]
    snapshot: Chain = [[_get(raw, f"/snapshots/{things.snapshot}")]]
    source: Chain = [*snapshot, [_get(raw, f"/volumes/{things.parent}"), _limits(raw)]]
    make_volume = partial(
        raw.post, "/volumes", {"volume": {"name": NAME, "snapshot_id": things.snapshot}}
    )
    return {
        "Create Snapshot, detached": [[*detached[0], _limits(raw)]],
        "Create Snapshot, attached": [[*attached[0], _limits(raw)], *attached[1:]],
        "Create Volume": source,
        "Create Snapshot, detached, sent": [*detached, [_make_snapshot(raw, things.detached)]],
        "Create Snapshot, attached, sent": [*attached, [_make_snapshot(raw, things.attached)]],
        "Create Volume, sent": [*snapshot, [make_volume]],
    }


def _rows(raw: Raw, things: Things) -> dict[str, Chain]:
    found: dict[str, Chain] = {
        "1 volume's row": [[_get(raw, f"/volumes/{things.attached}"), _limits(raw)]],
        "1 snapshot's row": [[_get(raw, f"/snapshots/{things.snapshot}")]],
    }
    for count in (20, 100):
        query = f"limit={count}&sort=created_at:desc"
        found |= {
            f"{count} volumes' rows": [[_get(raw, f"/volumes/detail?{query}"), _limits(raw)]],
            f"{count} snapshots' rows": [[_get(raw, f"/snapshots/detail?{query}")]],
        }
    return found | {f"{name}, changed": chain for name, chain in found.items()}


def _get(raw: Raw, path: str) -> Call:
    return partial(raw.get, raw.storage + path)


def _limits(raw: Raw) -> Call:
    return _get(raw, f"/os-quota-sets/{raw.project}?usage=True")


def _exposure(raw: Raw, volume: str) -> Chain:
    records = _get(raw, f"/attachments/detail?volume_id={volume}")
    return [[_get(raw, f"/volumes/{volume}"), records]]


def _make_snapshot(raw: Raw, volume: str) -> Call:
    wanted = {"name": NAME, "volume_id": volume, "force": True}
    return partial(raw.post, "/snapshots", {"snapshot": wanted})


def measure(floors: Mapping[str, Chain], repeats: int, leftovers: Leftovers) -> dict[str, float]:
    """Return the median of each chain, in milliseconds."""
    return {name: _median(name, chain, repeats, leftovers) for name, chain in floors.items()}


def _median(name: str, chain: Chain, repeats: int, leftovers: Leftovers) -> float:
    times = []
    for turn in range(repeats + 1):
        took = once(chain)
        if name.endswith("sent"):
            leftovers.settle()
        if turn:
            times.append(took)
    if name.endswith("sent"):
        leftovers.remove()
    return round(statistics.median(times), 1)


def once(chain: Chain) -> float:
    """Go through a chain and return the milliseconds: each step counts with its slowest call."""
    return sum(max(_timed(call) for call in step) for step in chain) * 1000


def _timed(call: Call) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
