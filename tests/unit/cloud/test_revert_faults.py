# SPDX-License-Identifier: Apache-2.0
"""Whatever goes wrong with a revert in place, nobody is told the wrong thing, and it ends."""

from collections import Counter
from collections.abc import Iterable

import pytest

from snapshot_dashboard.cloud import caching, idempotency, revert_acts
from tests.unit.cloud.revert_others import FAULTS
from tests.unit.cloud.revert_runs import Run

FEW, MANY = 500, 5000


def worked(monkeypatch: pytest.MonkeyPatch, number: int) -> Run:
    """Work through one plan, with the clock and the cache of its cloud."""
    run = Run(number)
    for module in (idempotency, revert_acts):
        monkeypatch.setattr(module, "time", run.cloud)
    for module in (caching, idempotency, revert_acts):
        monkeypatch.setattr(module, "cache", run.cache)
    try:
        run.work()
        run.check()
    except Exception as error:
        about = f"run {number}: {run.fault}, {run.before}, at {run.strikes}: {error}"
        raise AssertionError(about) from error
    return run


def tried(monkeypatch: pytest.MonkeyPatch, numbers: Iterable[int]) -> list[Run]:
    """Work through many plans."""
    runs = [worked(monkeypatch, each) for each in numbers]
    by_fault = Counter(f"{each.fault}: {each.ended}" for each in runs if each.struck)
    print(f"{len(runs)} plans, {sum(by_fault.values())} faults struck")
    for fault, count in sorted(by_fault.items()):
        print(f"{count:5}  {fault}")
    return runs


def test_500_plans_with_a_fault_end_with_volumes_that_are_old_or_new(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runs = tried(monkeypatch, range(FEW))
    assert {each.fault for each in runs if each.struck} == set(FAULTS) - {"none"}


@pytest.mark.extended
def test_many_more_plans_with_a_fault_end_with_volumes_that_are_old_or_new(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried(monkeypatch, range(FEW, FEW + MANY))
