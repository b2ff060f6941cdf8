# SPDX-License-Identifier: Apache-2.0
"""What the unit tests of the cloud and of the panels share."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests_mock
from django.core.cache import cache

from snapshot_dashboard.cloud import session
from snapshot_dashboard.cloud.threads import Threads
from tests.unit.cloud.wire import Wire

_NO_LIMIT = 1000


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    """Services that answer what the test says, and remember nothing of earlier tests."""
    session.versions.forget()
    cache.clear()
    with requests_mock.Mocker(case_sensitive=True) as mocker:
        fake = Wire(mocker)
        # A page may be answered before all that it asked for is there: the helper threads of a
        # test end with it, so that no call is counted in the next one.
        with ThreadPoolExecutor(4) as executor:
            helpers = Threads(executor, share=_NO_LIMIT)
            monkeypatch.setattr(session, "_workers", lambda: helpers)
            monkeypatch.setattr(session, "_decorators", lambda: helpers)
            yield fake
    assert fake.unexpected == [], "nobody told the services what to answer"
