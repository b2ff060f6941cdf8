# SPDX-License-Identifier: Apache-2.0
"""Notes are lowered when many snapshots finish at once; each volume is read once."""

import logging
from typing import Any

import pytest

from snapshot_dashboard.rules.consistency import Taken
from tests.unit.cloud.wire import Wire, snapshot_json
from tests.unit.panels.audit_trail import outcomes
from tests.unit.panels.common.refresh.lists import LISTS, asked, names, refresh, told
from tests.unit.panels.common.test_taken_while import note, now
from tests.unit.panels.person import Person

SNAPSHOTS = LISTS["snapshots"]
AT_ONCE = 20


@pytest.fixture(autouse=True)
def large_pages(settings: Any) -> None:
    """Have up to a hundred rows on a page."""
    settings.API_RESULT_PAGE_SIZE = 100


def holds(wire: Wire, volumes: dict[str, str], **more: Any) -> None:
    """Let there be snapshots, each of a volume, that were noted as of a detached one."""
    made = [
        snapshot_json(each, volume_id=volume, metadata=note(Taken.DETACHED), **more)
        for each, volume in volumes.items()
    ]
    wire.holds("snapshots", *made)


def watched(wire: Wire, person: Person, volumes: dict[str, str]) -> None:
    """Look at snapshots while they are made; a moment later all of them are finished."""
    holds(wire, volumes, status="creating")
    assert len(told(refresh(person, SNAPSHOTS, *volumes))[0]) == len(volumes)
    holds(wire, volumes, updated_at=now())
    for each in volumes:
        wire.says("POST", f"/snapshots/{each}/metadata", {"metadata": {}})
    wire.mocker.reset_mock()


def lowered(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the ids of the notes that the audit log knows of."""
    return [each["id"] for each in outcomes(caplog)]


def test_snapshots_of_one_volume_cost_one_look(
    wire: Wire, person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="snapshot_dashboard.audit")
    ids = names(5)
    watched(wire, person, dict.fromkeys(ids, "v1"))
    wire.attached(("i1", "ACTIVE"))
    found, _gone = told(refresh(person, SNAPSHOTS, *ids))
    assert all("Running" in each for each in found.values())
    assert len(found) == len(ids)
    for path in ("/snapshots/detail", "/volumes/v1", "/attachments"):
        assert len(wire.sent("GET", path)) == 1
    assert lowered(caplog) == ids
    again, _gone = told(refresh(person, SNAPSHOTS, *ids))
    assert len(again) == len(ids)
    assert lowered(caplog) == ids


def test_those_of_which_nothing_changed_are_left_alone(wire: Wire, person: Person) -> None:
    ids = names(3)
    watched(wire, person, dict.fromkeys(ids, "v1"))
    wire.volume("v1")
    found, _gone = told(refresh(person, SNAPSHOTS, *ids))
    assert all("Detached" in each for each in found.values())
    assert wire.sent("POST", f"/snapshots/{ids[0]}/metadata") == []


def test_very_many_have_their_turn_one_answer_after_the_other(wire: Wire, person: Person) -> None:
    of = {each: f"v-{each}" for each in names(50)}
    watched(wire, person, of)
    for each in of.values():
        wire.volume(each)
    seen: list[str] = []
    for expected in (AT_ONCE, AT_ONCE, 10):
        wire.mocker.reset_mock()
        left = [each for each in of if each not in seen]
        found, gone = told(refresh(person, SNAPSHOTS, *left))
        assert (len(found), gone) == (expected, [])
        assert len(asked(wire)) == 1 + 2 * expected
        seen += found
    assert seen == list(of)


def test_a_volume_that_cannot_be_read_is_looked_at_again(wire: Wire, person: Person) -> None:
    ids = names(2)
    watched(wire, person, {ids[0]: "v1", ids[1]: "v2"})
    wire.fails("GET", "/volumes/v1", 500)
    wire.records("v1")
    wire.volume("v2")
    found, _gone = told(refresh(person, SNAPSHOTS, *ids))
    assert all("Detached" in each for each in found.values())
    wire.attached(("i1", "ACTIVE"))
    found, _gone = told(refresh(person, SNAPSHOTS, *ids))
    assert "Running" in found[ids[0]] and "Detached" in found[ids[1]]


def test_without_a_note_nothing_is_looked_at(wire: Wire, person: Person) -> None:
    ids = names(3)
    wire.holds("snapshots", *SNAPSHOTS.made(*ids))
    refresh(person, SNAPSHOTS, *ids)
    wire.holds("snapshots", *SNAPSHOTS.made(*ids, status="available", updated_at=now()))
    wire.mocker.reset_mock()
    found, _gone = told(refresh(person, SNAPSHOTS, *ids))
    assert len(found) == len(ids)
    assert asked(wire) == ["/v3/snapshots/detail"]
