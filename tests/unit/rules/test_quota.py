# SPDX-License-Identifier: Apache-2.0
"""The effect of one more request on the project's limits."""

import pytest

from snapshot_dashboard.rules.quota import Fit, Level, Limit, QuotaLine, lines, reached


def line(used: int, ceiling: int | None, need: int, resource: str = "gigabytes") -> QuotaLine:
    """Return one line without a type."""
    return QuotaLine(resource, None, Limit(used, ceiling), need)


def test_count_and_gib_are_told_in_this_order() -> None:
    limits = {"gigabytes": Limit(940, 1000), "snapshots": Limit(7, 10), "volumes": Limit(1, 9)}
    found = lines(limits, "snapshots", 20, None)
    assert [(each.resource, each.need) for each in found] == [("snapshots", 1), ("gigabytes", 20)]


def test_use_afterwards_is_use_plus_need() -> None:
    assert line(940, 1000, 20).after == 960


def test_a_type_is_told_only_where_it_has_a_limit() -> None:
    limits = {
        "snapshots": Limit(7, 10),
        "gigabytes": Limit(0, None),
        "snapshots_ssd": Limit(7, None),
        "gigabytes_ssd": Limit(40, 50),
        "gigabytes_hdd": Limit(1, 2),
    }
    found = [(each.resource, each.type_name) for each in lines(limits, "snapshots", 20, "ssd")]
    assert found == [("snapshots", None), ("gigabytes", None), ("gigabytes", "ssd")]


def test_a_project_without_limits_is_told_its_use() -> None:
    found = lines({"snapshots": Limit(7, None)}, "snapshots", 20, "ssd")
    assert [(each.limit.ceiling, each.fit) for each in found] == [(None, Fit.FITS)]


def test_limits_that_the_service_does_not_name_are_left_out() -> None:
    assert lines({}, "volumes", 20, "ssd") == ()


@pytest.mark.parametrize(
    ("used", "ceiling", "need", "fit"),
    [
        (9, 10, 1, Fit.FITS),
        (10, 10, 1, Fit.SHORT),
        (12, 10, 1, Fit.SHORT),
        (0, 0, 1, Fit.SHORT),
        (10, None, 1, Fit.FITS),
        (10, 10, 0, Fit.FITS),
    ],
)
def test_gib_fit_or_are_short(used: int, ceiling: int | None, need: int, fit: Fit) -> None:
    assert line(used, ceiling, need).fit is fit


@pytest.mark.parametrize("resource", ["snapshots", "volumes"])
def test_a_count_that_is_used_up_is_reached(resource: str) -> None:
    assert line(10, 10, 1, resource).fit is Fit.REACHED


@pytest.mark.parametrize(
    ("used", "ceiling", "left"), [(7, 10, 3), (12, 10, 0), (0, 0, 0), (5, None, None)]
)
def test_what_is_left_is_never_negative(used: int, ceiling: int | None, left: int | None) -> None:
    assert Limit(used, ceiling).left == left


@pytest.mark.parametrize(
    ("used", "ceiling", "percent"), [(5, 10, 60), (10, 10, 100), (0, 0, 100), (5, None, 0)]
)
def test_a_bar_is_never_more_than_full(used: int, ceiling: int | None, percent: int) -> None:
    assert line(used, ceiling, 1).percent == percent


@pytest.mark.parametrize(
    ("limit", "told"),
    [(Limit(9, 10), False), (Limit(10, 10), True), (Limit(3, 0), True), (Limit(3, None), False)],
)
def test_a_count_is_reached_when_nothing_is_left(limit: Limit, told: bool) -> None:
    assert reached({"snapshots": limit}, "snapshots") is told


def test_an_unknown_limit_is_not_reached() -> None:
    assert not reached({}, "snapshots")


@pytest.mark.parametrize(
    ("used", "ceiling", "percent", "level"),
    [
        (0, 60, 0, Level.LOW),
        (47, 60, 78, Level.LOW),
        (48, 60, 80, Level.HIGH),
        (599, 600, 99, Level.HIGH),
        (60, 60, 100, Level.REACHED),
        (70, 60, 100, Level.REACHED),
        (0, 0, 100, Level.REACHED),
        (70, None, None, None),
    ],
)
def test_only_a_limit_that_is_reached_is_full(
    used: int, ceiling: int | None, percent: int | None, level: Level | None
) -> None:
    limit = Limit(used, ceiling)
    assert (limit.percent, limit.level) == (percent, level)
