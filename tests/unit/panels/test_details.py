# SPDX-License-Identifier: Apache-2.0
"""Stock's overview of a volume and a snapshot, in our pages."""

import pytest

from tests.unit.cloud.wire import Wire
from tests.unit.panels.person import SNAPSHOTS, VOLUMES, Answer, Person

NOTES = {"snapshot_dashboard:request": "r1", "snapshot_dashboard:taken_while": "detached"}


def detail(page: Answer, term: str) -> str:
    """Return what stands beside a term."""
    return page.said(f"//dt[normalize-space()='{term}']/following-sibling::dd[1]")


@pytest.fixture
def page(request: pytest.FixtureRequest, wire: Wire, person: Person) -> Answer:
    """The details of a volume or of a snapshot."""
    metadata = {**NOTES, "purpose": "tests"}
    wire.volume(metadata=metadata)
    wire.records("v1")
    wire.snapshot(metadata=metadata)
    return person.get(f"{VOLUMES}v1/" if request.param == "volume" else f"{SNAPSHOTS}s1")


@pytest.mark.parametrize("page", ["volume", "snapshot"], indirect=True)
def test_the_date_is_shown(page: Answer) -> None:
    assert "2026" in detail(page, "Created")


@pytest.mark.parametrize("page", ["volume", "snapshot"], indirect=True)
def test_other_peoples_metadata_are_listed_and_our_notes_are_not(page: Answer) -> None:
    assert detail(page, "purpose") == "tests"
    assert "snapshot_dashboard:" not in page.html
