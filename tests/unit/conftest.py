# SPDX-License-Identifier: Apache-2.0
"""What the unit tests of the cloud and of the panels share."""

from collections.abc import Iterator

import pytest
import requests_mock
from django.core.cache import cache

from snapshot_dashboard.cloud.session import versions
from tests.unit.cloud.wire import Wire


@pytest.fixture
def wire() -> Iterator[Wire]:
    """Services that answer what the test says, and remember nothing of earlier tests."""
    versions.forget()
    cache.clear()
    with requests_mock.Mocker(case_sensitive=True) as mocker:
        fake = Wire(mocker)
        yield fake
    assert fake.unexpected == [], "nobody told the services what to answer"
