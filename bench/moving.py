# SPDX-License-Identifier: Apache-2.0
"""Keeps volumes or snapshots in a changing status while their rows are refreshed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from bench.raw import Raw

# Moving, and nothing that a page has more to tell of than its name.
_STATUS = {"volumes": "retyping", "snapshots": "backing-up"}
_AT_ONCE = 4


@contextlib.contextmanager
def moving(owner: Raw, admin: Raw, kind: str, ids: Sequence[str]) -> Iterator[None]:
    """Set the status of these, and back to what it was afterwards."""
    found = owner.read(f"/{kind}/detail?limit=1000&sort=created_at:desc")[kind]
    missing = set(ids) - {each["id"] for each in found}
    found += [owner.read(f"/{kind}/{each}")[kind[:-1]] for each in missing]
    before = {each["id"]: each["status"] for each in found if each["id"] in ids}
    _set(admin, kind, dict.fromkeys(before, _STATUS[kind]))
    try:
        yield
    finally:
        _set(admin, kind, before)


def _set(admin: Raw, kind: str, statuses: dict[str, str]) -> None:
    def reset(each: str) -> None:
        admin.post(f"/{kind}/{each}/action", {"os-reset_status": {"status": statuses[each]}})

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        list(threads.map(reset, statuses))
