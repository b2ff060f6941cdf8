# SPDX-License-Identifier: Apache-2.0
"""Every state that Create Backup can have shown, against every state that it can be sent in."""

import uuid
from typing import Any

import pytest

from tests.unit.cloud.wire import Wire, snapshot_json
from tests.unit.panels.common.test_matrix import STATES, State, faults, tell
from tests.unit.panels.features.create_backup.backup_dialog import (
    MISSING,
    accepting,
    asked,
    fill,
)
from tests.unit.panels.person import CREATE_BACKUP, Person


def opened(wire: Wire, person: Person, state: State) -> dict[str, Any]:
    """Open the dialog in a state, and return its form filled in, with its sentence ticked."""
    tell(wire, state)
    dialog = person.get(CREATE_BACKUP, dialog=True)
    offered = [each.get("value") for each in dialog.all("//*[@id='id_acknowledged']")]
    assert offered == ([state.sentence] if state.sentence else [])
    return fill(dialog, **({"acknowledged": offered[0]} if offered else {}))


def made(wire: Wire) -> list[Any]:
    """Return the bodies of the requests for a backup, and forget them."""
    bodies = asked(wire)
    wire.mocker.reset_mock()
    return bodies


@pytest.mark.parametrize("shown", STATES, ids=[each.name for each in STATES])
def test_a_backup_is_made_exactly_where_its_warning_was_shown_and_accepted(
    wire: Wire, person: Person, shown: State
) -> None:
    accepting(wire)
    form = opened(wire, person, shown)
    ticked = form.get("acknowledged", "")
    wrong = []
    for now in STATES:
        tell(wire, now)
        # Each is a dialog of its own: the same one would make one backup only.
        sent = {**form, "request": str(uuid.uuid4())}
        answer = person.post(CREATE_BACKUP, sent, dialog=True)
        found = faults(answer, made(wire), shown, now, ticked, missing=MISSING)
        wrong += [f"sent while {now.name}: {each}" for each in found]
    assert wrong == [], f"shown: {shown.name}"


@pytest.mark.parametrize("now", STATES, ids=[each.name for each in STATES])
def test_without_its_sentence_nothing_is_forced(wire: Wire, person: Person, now: State) -> None:
    accepting(wire)
    form = opened(wire, person, now)
    wrong = []
    for ticked in ("", "shut_off", "shelved", "corrupted", "on"):
        sent = {**form, "acknowledged": ticked, "request": str(uuid.uuid4())}
        answer = person.post(CREATE_BACKUP, sent, dialog=True)
        found = faults(answer, made(wire), now, now, ticked, missing=MISSING)
        wrong += [f"ticked {ticked!r}: {each}" for each in found]
    assert wrong == [], now.name


@pytest.mark.parametrize("now", STATES, ids=[each.name for each in STATES])
def test_a_backup_of_a_snapshot_is_never_forced_and_needs_no_tick(
    wire: Wire, person: Person, now: State
) -> None:
    accepting(wire)
    wire.holds("snapshots", snapshot_json())
    wire.snapshot()
    tell(wire, now)
    form = fill(person.get(CREATE_BACKUP, dialog=True), snapshot_id="s1")
    answer = person.post(CREATE_BACKUP, form, dialog=True)
    (body,) = made(wire)
    assert (body["snapshot_id"], body["force"]) == ("s1", False)
    assert "X-Horizon-Location" in answer.headers
