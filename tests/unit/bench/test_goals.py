# SPDX-License-Identifier: Apache-2.0
"""Goals are judged by the worst figure, and never met for want of one."""

from typing import Any

import pytest

from bench import goals
from bench.goals import Goal
from tests.unit.bench.figures import both, run


def about(written: dict[str, Any], words: str) -> Goal:
    """Return the one goal that says this."""
    (found,) = [each for each in goals.of(written) if words in each.text]
    return found


@pytest.mark.parametrize(("slowest", "met"), [(1000, True), (999, False)])
def test_the_dialog_with_the_smallest_gain_decides(slowest: float, met: bool) -> None:
    dialogs = {"Create Volume": both(100, 5000), "Create Snapshot, detached": both(100, slowest)}
    found = about(run(small={}, large=dialogs), "Dialogs shown: 10 times")
    assert found.met is met
    assert found.found.endswith("Create Snapshot, detached, large")


@pytest.mark.parametrize(("ours", "met"), [(150, True), (151, False)])
def test_the_floor_is_that_of_the_same_size(ours: float, met: bool) -> None:
    written = run(small={"Create Volume": both(1, 9)}, large={"Create Volume": both(ours, 9)})
    written["floors"] = {"small": {"Create Volume": 10.0}, "large": {"Create Volume": 100.0}}
    assert about(written, "Dialogs shown: within 1.5").met is met


@pytest.mark.parametrize(
    ("ours", "stock", "met"), [(150, 200, True), (151, 200, False), (90, 200, True)]
)
def test_a_snapshots_page_is_judged_above_the_frame(ours: float, stock: float, met: bool) -> None:
    written = run(small={"Snapshots": both(ours, stock), "Admin Snapshots": both(110, 200)})
    assert about(written, "above the frame at most half").met is met


@pytest.mark.parametrize(
    ("small", "large", "stock", "words", "met"),
    [
        (100, 120, 9000, "within 1.2", True),
        (100, 121, 9000, "within 1.2", False),
        (100, 100, 2000, "20 times", True),
        (100, 100, 1999, "20 times", False),
        (100, 100, 500, "5 times", True),
        (101, 100, 500, "5 times", False),
    ],
)
def test_pages(small: float, large: float, stock: float, words: str, met: bool) -> None:
    pages = {"Admin Volumes": both(small, stock)}, {"Admin Volumes": both(large, stock)}
    assert about(run(small=pages[0], large=pages[1]), words).met is met


def test_a_difference_in_calls_is_named() -> None:
    small = {"Volumes": both(1, 1, calls=5), "Snapshots": both(1, 1, calls=3)}
    large = {"Volumes": both(1, 1, calls=5), "Snapshots": both(1, 1, calls=4)}
    found = about(run(small=small, large=large), "API calls of ours")
    assert (found.met, found.found) == (False, "Snapshots: 3 and 4")
    assert about(run(small=small, large=small), "API calls of ours").met


@pytest.mark.parametrize(("requests", "calls", "met"), [(1, 2, True), (2, 2, False), (1, 3, False)])
def test_a_hundred_rows_cost_what_one_does(requests: int, calls: int, met: bool) -> None:
    many = {"ours": both(1, 1, requests=requests, calls=calls)["ours"]}
    rows = {"1 volume's row": both(1, 1, calls=2), "100 volumes' rows": many}
    assert about(run(large=rows), "100 volumes' rows").met is met


@pytest.mark.parametrize(
    ("available", "made", "met"), [(13.0, 100, True), (13.1, 100, False), (13.0, 99, False)]
)
def test_a_set_counts_when_all_of_it_is_there(available: float, made: int, met: bool) -> None:
    written = run(large={})
    ours = {"available": available, "made": made}
    written["sets"] = {"volumes": 100, "ours": ours, "cinder": {"available": 10.0}}
    assert about(written, "Snapshots of 100 volumes").met is met


def test_the_look_for_volumes_is_bounded() -> None:
    written = run(large={})
    look = {"checked": 10_002, "first": 0.99, "whole": 9.9, "calls": 23}
    written["made_from"] = look
    assert [each.met for each in goals.of(written) if "made from" in each.text] == [True] * 3
    look |= {"first": 1.0, "whole": 10.0, "calls": 24}
    assert [each.met for each in goals.of(written) if "made from" in each.text] == [False] * 3


@pytest.mark.parametrize(("slope", "met"), [(0.25, True), (-3.0, True), (0.26, False)])
def test_memory_is_flat(slope: float, met: bool) -> None:
    written = run(large={})
    written["memory"] = {"requests": 10_000, "slope": slope, "start": 160, "end": 161}
    assert about(written, "in the second half").met is met


@pytest.mark.parametrize(("opened", "met"), [(4, True), (5, False)])
def test_connections_of_horizons_frame_are_not_ours(opened: int, met: bool) -> None:
    page = {"Admin Volumes": both(1, 1, calls=23, connections=3 + opened)}
    written = run(large=page | {"Create Volume": both(1, 1, calls=60, connections=0)})
    written["figures"]["large"]["Admin frame"] = both(1, 1, calls=3, connections=3)
    found = about(written, "Connections are used again")
    assert (found.met, found.found) == (met, f"{opened} for 80")


def test_what_was_not_measured_is_no_goal() -> None:
    only_ours = {"ours": both(1, 1)["ours"]}
    assert goals.of(run(small={"Volumes": only_ours, "Snapshots": only_ours})) == []
