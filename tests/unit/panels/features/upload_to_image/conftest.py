# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the tests of Upload to Image."""

import pytest

from tests.unit.cloud.wire import Wire
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.upload_to_image.upload_dialog import uploader
from tests.unit.panels.person import Person


@pytest.fixture
def anna(wire: Wire, person: Person, log_in: LogIn) -> Person:
    """A member in a cloud with images, who has made none yet."""
    return uploader(wire, log_in)
