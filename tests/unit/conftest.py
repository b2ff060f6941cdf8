# SPDX-License-Identifier: Apache-2.0
"""Fixtures shared by the unit tests of cloud and panels."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from snapshot_dashboard.cloud import session
from snapshot_dashboard.cloud.clocks import clocks
from snapshot_dashboard.cloud.threads import Threads
from snapshot_dashboard.cloud.versions import versions
from tests.unit.cloud.wire import Helpers, Mocker, Wire

_NO_LIMIT = 1000


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    """Services that answer what the test says, and remember nothing of earlier tests."""
    versions.forget()
    clocks.forget()
    cache.clear()
    # A page may be answered before all that it asked for is there: the helper threads of a
    # test end with it, so that no call is counted in the next one.
    helpers = Helpers()
    with Mocker(helpers) as mocker:
        fake = Wire(mocker)
        threads = Threads(helpers, share=_NO_LIMIT)
        monkeypatch.setattr(session, "_workers", lambda: threads)
        monkeypatch.setattr(session, "_decorators", lambda: threads)
        yield fake
        helpers.wait_idle()
    assert fake.unexpected == [], "nobody told the services what to answer"
    assert fake.too_new == [], "the service has no such version"
