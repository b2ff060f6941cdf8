# SPDX-License-Identifier: Apache-2.0
"""A member in a region that has images."""

import pytest

from tests.unit.cloud.test_images import GLANCE, IMAGES
from tests.unit.cloud.wire import Wire
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import CATALOG, Person, service, user


@pytest.fixture
def anna(wire: Wire, person: Person, log_in: LogIn) -> Person:
    """Somebody who has made no image yet."""
    wire.says("GET", IMAGES, {"images": []})
    return log_in(user("member", "reader", catalog=[*CATALOG, service("image", GLANCE)]))
