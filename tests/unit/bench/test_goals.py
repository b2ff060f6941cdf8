# SPDX-License-Identifier: Apache-2.0
"""Goals are judged by the worst figure; a missing figure is not a goal reached."""

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


@pytest.mark.parametrize(("ours", "met"), [(100, True), (101, False)])
def test_a_dialog_is_sent_no_slower(ours: float, met: bool) -> None:
    written = run(small={}, large={"Create Volume, sent": both(ours, 100)})
    assert about(written, "Dialogs sent: no slower").met is met


@pytest.mark.parametrize(("ours", "met"), [(150, True), (151, False)])
def test_the_api_call_is_that_of_the_same_size(ours: float, met: bool) -> None:
    written = run(small={"1 volume's row": both(1, 9)}, large={"1 volume's row": both(ours, 9)})
    written["floors"] = {"small": {"1 volume's row": 10.0}, "large": {"1 volume's row": 100.0}}
    assert about(written, "Unchanged rows: within 1.5").met is met


@pytest.mark.parametrize(("sent", "met"), [(0, True), (1, False)])
def test_of_unchanged_rows_none_is_sent(sent: int, met: bool) -> None:
    rows = {"1 volume's row": both(1, 9), "20 volumes' rows": both(1, 9, page_bytes=sent)}
    changed = {"1 volume's row, changed": both(1, 9, page_bytes=5000)}
    assert about(run(small={}, large=rows | changed), "none is sent").met is met


@pytest.mark.parametrize(("ours", "met"), [(150, True), (151, False), (90, True)])
def test_a_page_is_judged_above_its_own_frame(ours: float, met: bool) -> None:
    written = run(small={"Snapshots": both(110, 9), "Admin Volumes": both(2 * ours, 9)})
    written["figures"]["small"]["Admin frame"] = both(200, 1)
    assert about(written, "above the frame at most half").met is met


@pytest.mark.parametrize(
    ("small", "large", "stock", "words", "met"),
    [
        (100, 120, 9000, "within 1.2", True),
        (100, 121, 9000, "within 1.2", False),
        (100, 100, 2000, "20 times", True),
        (100, 100, 1999, "20 times", False),
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


@pytest.mark.parametrize(("slope", "met"), [(0.25, True), (-3.0, True), (0.26, False)])
def test_memory_is_flat(slope: float, met: bool) -> None:
    written = run(large={})
    written["memory"] = {"requests": 10_000, "slope": slope, "start": 160, "end": 161}
    assert about(written, "in the second half").met is met


def test_connections_of_horizons_frame_are_not_ours() -> None:
    page = {"Admin Volumes": both(1, 1, calls=23, connections=7)}
    written = run(large=page | {"Create Volume": both(1, 1, calls=60, connections=0)})
    written["figures"]["large"]["Admin frame"] = both(1, 1, calls=3, connections=3)
    assert goals.above_frame(written, "ours") == (80, 4)


def test_what_was_not_measured_is_no_goal() -> None:
    only_ours = {"ours": both(1, 1)["ours"]}
    written = run(small={"Create Volume": only_ours, "Create Volume, sent": only_ours})
    assert goals.of(written) == []
