# SPDX-License-Identifier: Apache-2.0
"""A change of type that was accepted and is not in effect is told in the volume's row."""

from typing import Any

import pytest

from snapshot_dashboard.cloud.caching import cache
from tests.unit.cloud.wire import Json, Wire, volume_json
from tests.unit.panels.person import VOLUMES, Person

RETYPE = f"{VOLUMES}v1/retype/"
ROW = "//tr[@data-object-id='v1']"
TYPES: list[Json] = [{"id": each, "name": each} for each in ("ssd", "hdd <b>")]
TOLD = 'Not changed to "hdd <b>". The storage service accepted the change and may have undone it.'


@pytest.fixture
def person(wire: Wire, person: Person) -> Person:
    """A member whose volume can be retyped."""
    wire.volume("v1")
    wire.says("GET", "/types", {"volume_types": TYPES})
    wire.says("POST", "/volumes/v1/action", None, 202)
    return person


def retype(person: Person) -> None:
    """Send the form."""
    form = {"name": "x", "volume_type": "hdd <b>", "migration_policy": "on-demand"}
    person.post(RETYPE, form, dialog=True)


def row(wire: Wire, person: Person, **volume: Any) -> str:
    """Return what the row of the volume says."""
    wire.holds("volumes", volume_json("v1", **volume))
    return person.get(VOLUMES).said(ROW)


def test_it_is_told_when_the_change_has_ended_and_the_type_is_the_old_one(
    wire: Wire, person: Person
) -> None:
    assert TOLD not in row(wire, person)
    retype(person)
    assert TOLD not in row(wire, person, status="retyping")
    said = row(wire, person)
    assert f"ssd{TOLD}" in said
    # It lasts: nothing else tells it.
    assert TOLD in row(wire, person)


def test_nothing_is_told_of_what_is_in_effect_then_or_later(wire: Wire, person: Person) -> None:
    retype(person)
    assert "Not changed" not in row(wire, person, volume_type="hdd <b>")
    # Somebody has changed it back by a command.
    assert "Not changed" not in row(wire, person)


def test_nothing_is_remembered_of_a_change_that_is_refused(wire: Wire, person: Person) -> None:
    wire.fails("POST", "/volumes/v1/action", 400)
    retype(person)
    assert "Not changed" not in row(wire, person)


def test_the_setting_leaves_it_away(wire: Wire, person: Person, settings: Any) -> None:
    settings.SNAPSHOT_DASHBOARD = {"SNAPSHOT_RESTRICTIONS": "stock"}
    retype(person)
    assert "Not changed" not in row(wire, person)


def test_it_is_forgotten_after_a_day(
    wire: Wire, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[float] = []
    set_in_cache = cache.set

    def remembering(key: str, value: object, timeout: float) -> None:
        kept.append(timeout)
        set_in_cache(key, value, timeout=timeout)

    monkeypatch.setattr(cache, "set", remembering)
    retype(person)
    assert kept == [24 * 60 * 60]


def test_it_costs_no_call(wire: Wire, person: Person) -> None:
    row(wire, person)
    before = len(wire.mocker.request_history)
    row(wire, person)
    plain = len(wire.mocker.request_history) - before
    retype(person)
    before = len(wire.mocker.request_history)
    assert TOLD in row(wire, person)
    assert len(wire.mocker.request_history) - before == plain
