# SPDX-License-Identifier: Apache-2.0
"""Refreshing a real cloud's lists: one request, few calls, no row lost."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest

from demo.counting import HEADER
from demo.visitor import Visitor
from devcloud.waiting import wait_until
from tests.cloud.conftest import Visit
from tests.cloud.dialogs import SNAPSHOTS, VOLUMES
from tests.cloud.workshop import PATIENCE, Workshop

DESK_SNAPSHOTS, DESK_VOLUMES = "/admin/snapshots/", "/admin/volumes/"
NOBODYS = "00000000-0000-4000-8000-000000000000"
COUNT = 12


@dataclass
class Told:
    """The content of an answer, and its number of calls to the cloud."""

    rows: dict[str, str] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    calls: int = 0


def refresh(visitor: Visitor, page: str, *ids: str, **more: str) -> Told:
    """Ask for rows as our script does."""
    table = "volume_snapshots" if "snapshots" in page or page.count("/") > 3 else "volumes"
    said = {"action": "rows_update", "table": table, "obj_id": ",".join(ids), **more}
    joint = "&" if "?" in page else "?"
    answer = visitor.get(f"{page}{joint}{urlencode(said)}", dialog=True)
    assert answer.status_code == 200, answer.text[:500]
    return Told(calls=int(answer.headers[HEADER]), **answer.json())


def cheap(visitor: Visitor, page: str, *ids: str, **more: str) -> Told:
    """Ask twice: what is remembered for a while is known the second time."""
    refresh(visitor, page, *ids, **more)
    return refresh(visitor, page, *ids, **more)


@pytest.fixture(scope="module")
def volume(shared_workshop: Workshop) -> str:
    """A volume in web-shop."""
    return str(shared_workshop.volume("refreshed").id)


@pytest.fixture(scope="module")
def snapshots(shared_workshop: Workshop, volume: str) -> Iterator[list[str]]:
    """Snapshots of it that are being made for ever."""
    made = [str(shared_workshop.snapshot(volume).id) for _ in range(COUNT)]
    reset = shared_workshop.admin.block_storage.reset_snapshot_status
    for each in made:
        reset(each, "creating")
    yield made
    for each in made:
        reset(each, "available")


@pytest.fixture
def support(visit: Visit) -> Visitor:
    """A member of support staff."""
    return visit("admin", "admin")


Page = Callable[[str], str]
LISTS: dict[str, tuple[str, Page, int]] = {
    "snapshots": ("anna", lambda _: SNAPSHOTS, 1),
    "snapshots of a volume": ("anna", lambda of: f"{SNAPSHOTS}?field=volume_id&value={of}", 1),
    "details": ("anna", lambda of: f"{VOLUMES}{of}/", 1),
    "all snapshots": ("admin", lambda _: DESK_SNAPSHOTS, 2),
    "all of a volume": (
        "admin",
        lambda of: f"{DESK_SNAPSHOTS}?field=volume_id&value={of}",
        2,
    ),
    "all of its details": ("admin", lambda of: f"{DESK_VOLUMES}{of}/", 2),
}


@pytest.mark.parametrize("name", LISTS)
def test_many_rows_cost_what_one_does(
    visit: Visit, volume: str, snapshots: list[str], name: str
) -> None:
    who, page, calls = LISTS[name]
    visitor = visit(who, "admin" if who == "admin" else None)
    for count in (1, 2, COUNT):
        found = cheap(visitor, page(volume), *snapshots[::-1][:count])
        assert (len(found.rows), found.gone, found.calls) == (count, [], calls), count
        assert all("data-sd-moving" in each for each in found.rows.values())


@pytest.mark.parametrize(
    ("who", "page", "calls"), [("anna", VOLUMES, 2), ("admin", DESK_VOLUMES, 1)]
)
def test_many_volumes_cost_what_one_does(
    visit: Visit, workshop: Workshop, who: str, page: str, calls: int
) -> None:
    visitor = visit(who, "admin" if who == "admin" else None)
    ids = [str(workshop.volume().id) for _ in range(3)][::-1]
    for count in (1, 3):
        found = cheap(visitor, page, *ids[:count])
        assert (list(found.rows), found.calls) == (ids[:count], calls)


def test_a_snapshot_that_is_made_slowly_becomes_available(
    workshop: Workshop, anna: Visitor, support: Visitor
) -> None:
    volume = workshop.volume().id
    workshop.slow_storage()
    made = [
        str(workshop.owner.block_storage.create_snapshot(volume_id=volume, name=f"slow {each}").id)
        for each in range(2)
    ]
    for visitor, page in ((anna, SNAPSHOTS), (support, DESK_SNAPSHOTS)):
        found = refresh(visitor, page, *made[::-1])
        assert all("Creating" in row for row in found.rows.values())
    workshop.storage_as_usual()
    for each in made:
        workshop.settled_snapshot(each)
    for visitor, page in ((anna, SNAPSHOTS), (support, DESK_SNAPSHOTS)):
        found = refresh(visitor, page, *made[::-1])
        assert len(found.rows) == 2
        assert all("Available" in row for row in found.rows.values())
        assert not any("data-sd-moving" in row for row in found.rows.values())


def test_what_is_deleted_is_gone_and_what_is_not_stays(
    workshop: Workshop, anna: Visitor, support: Visitor
) -> None:
    volume = workshop.volume().id
    ids = [str(workshop.snapshot(volume).id) for _ in range(8)][::-1]
    deleted = ids[1:7]
    for each in deleted:
        workshop.owner.block_storage.delete_snapshot(each)
    wait_until(
        lambda: len(workshop.snapshots_of(volume)) == 2,
        seconds=PATIENCE,
        what="six snapshots to be deleted",
    )
    for visitor, page, calls in ((anna, SNAPSHOTS, 1), (support, DESK_SNAPSHOTS, 2)):
        found = cheap(visitor, page, *ids)
        assert found.gone == deleted
        assert list(found.rows) == [ids[0], ids[7]]
        assert found.calls == calls


def test_a_row_that_its_filter_has_left_is_still_found(
    workshop: Workshop, anna: Visitor, support: Visitor
) -> None:
    """Among those that are being made it is no longer, once it is available."""
    volume = workshop.volume().id
    ids = [str(workshop.snapshot(volume).id) for _ in range(2)]
    workshop.admin.block_storage.reset_snapshot_status(ids[0], "creating")
    workshop.later(workshop.admin.block_storage.reset_snapshot_status, ids[0], "available")
    query = "?field=status&value=creating"
    for visitor, page in ((anna, SNAPSHOTS), (support, DESK_SNAPSHOTS)):
        found = refresh(visitor, page + query, *ids)
        assert (set(found.rows), found.gone) == (set(ids), [])
        assert "Available" in found.rows[ids[1]]


def test_an_admins_volumes_that_have_left_the_filter_cost_one_call_more(
    workshop: Workshop, support: Visitor
) -> None:
    ids = [str(workshop.volume().id) for _ in range(6)]
    found = cheap(support, f"{DESK_VOLUMES}?field=status&value=creating", *ids)
    assert (set(found.rows), found.gone, found.calls) == (set(ids), [], 2)


@pytest.mark.parametrize("page", [SNAPSHOTS, DESK_SNAPSHOTS])
def test_after_a_marker_that_was_deleted_no_row_is_lost(
    visit: Visit, snapshots: list[str], page: str
) -> None:
    who = ("admin", "admin") if page == DESK_SNAPSHOTS else ("anna", None)
    for marker in ("snapshot_marker", "prev_snapshot_marker"):
        seen: set[str] = set()
        for turn in range(COUNT // 4):
            where = f"{page}?{marker}={NOBODYS}"
            found = refresh(visit(*who), where, *snapshots, turn=str(turn))
            assert found.gone == []
            assert len(found.rows) == 4
            seen |= set(found.rows)
        assert seen == set(snapshots)


def test_the_rows_of_a_later_page_are_found_there(
    anna: Visitor, volume: str, snapshots: list[str]
) -> None:
    newest, *older = snapshots[::-1]
    page = f"{SNAPSHOTS}?field=volume_id&value={volume}&snapshot_marker={newest}"
    found = cheap(anna, page, *older)
    assert (list(found.rows), found.calls) == (older, 1)
    page = f"{SNAPSHOTS}?field=volume_id&value={volume}&prev_snapshot_marker={snapshots[0]}"
    found = cheap(anna, page, *snapshots[:0:-1])
    assert (len(found.rows), found.calls) == (COUNT - 1, 1)


def test_another_projects_rows_are_shown_to_nobody_but_support(
    snapshots: list[str], volume: str, visit: Visit, support: Visitor
) -> None:
    for visitor in (visit("otto"), support):
        for page, object_id in ((SNAPSHOTS, snapshots[0]), (VOLUMES, volume)):
            for ids in ([object_id], [object_id, NOBODYS]):
                found = refresh(visitor, page, *ids)
                assert (found.rows, set(found.gone)) == ({}, set(ids))
    assert refresh(support, DESK_SNAPSHOTS, snapshots[0]).rows.keys() == {snapshots[0]}


def test_stocks_own_request_is_answered_as_ever(anna: Visitor, snapshots: list[str]) -> None:
    query = f"?action=row_update&table=volume_snapshots&obj_id={snapshots[0]}"
    answer: Any = anna.get(SNAPSHOTS + query, dialog=True)
    assert answer.status_code == 200
    assert "ajax-update" in answer.text and "data-sd-moving" not in answer.text
