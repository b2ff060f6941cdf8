# SPDX-License-Identifier: Apache-2.0
"""Fixtures: a cloud that creates what a form requests, empty claims, a stopped clock."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache, caches
from django.core.cache.backends.locmem import LocMemCache

from snapshot_dashboard.cloud import idempotency
from tests.unit.cloud.forms import Clock, Cloud


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """The clock of the claims."""
    assert isinstance(caches["default"], LocMemCache)
    cache.clear()
    ticking = Clock()
    monkeypatch.setattr(idempotency, "time", ticking)
    yield ticking
    cache.clear()


@pytest.fixture
def cloud(clock: Clock) -> Cloud:
    """A cloud that does what it is asked."""
    return Cloud()
