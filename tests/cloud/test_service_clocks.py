# SPDX-License-Identifier: Apache-2.0
"""A Cinder whose clock is an hour off that of Horizon, as its answers tell it."""

from collections.abc import Iterator
from datetime import timedelta

import lxml.html
import pytest

from tests.cloud.conftest import Watch
from tests.cloud.watched import Watched
from tests.cloud.workshop import Workshop

SNAPSHOTS = "/project/snapshots/"
ATTENTION = "/admin/snapshots/attention/"


@pytest.fixture(params=[-1, 1], ids=["behind", "ahead"])
def off(request: pytest.FixtureRequest, watch: Watch) -> Iterator[Watched]:
    """An administrator in web-shop, for whom Cinder's clock is off."""
    found = watch("admin", "web-shop")
    found.lane.ahead = timedelta(hours=request.param)
    # What its clock was before is remembered until it answers again.
    found.visitor.get(SNAPSHOTS)
    yield found
    found.lane.ahead = timedelta()


def test_what_has_just_begun_is_not_told_to_take_long(workshop: Workshop, off: Watched) -> None:
    snapshot = workshop.snapshot(workshop.volume().id)
    reset = workshop.admin.block_storage.reset_snapshot_status
    reset(snapshot.id, "creating")
    try:
        page = off.visitor.get(f"{SNAPSHOTS}?field=age&value=newer:1h").text
        row = lxml.html.fromstring(page).xpath(f"//tr[@data-object-id='{snapshot.id}']")[0]
        said = " ".join(row.text_content().split())
        assert "0 minutes old" in said.replace("\N{NO-BREAK SPACE}", " ")
        assert "Creating" in said and "longer than usual" not in said
        assert snapshot.id not in off.visitor.get(ATTENTION).text
    finally:
        reset(snapshot.id, "available")
