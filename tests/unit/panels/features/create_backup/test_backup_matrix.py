# SPDX-License-Identifier: Apache-2.0
"""Every state that Create Backup can have shown, against every state that it can be sent in."""

import pytest

from tests.unit.cloud.wire import Wire, snapshot_json
from tests.unit.panels.common.test_matrix import CopyDialog, State, each_state, tell
from tests.unit.panels.features.create_backup.backup_dialog import (
    MISSING,
    TYPED,
    accepting,
    asked,
    fill,
)
from tests.unit.panels.person import CREATE_BACKUP, Person

DIALOG = CopyDialog(CREATE_BACKUP, fill, asked, MISSING, TYPED)


@pytest.mark.extended
@each_state
def test_a_backup_is_made_exactly_where_its_warning_was_shown_and_accepted(
    wire: Wire, person: Person, state: State
) -> None:
    accepting(wire)
    assert DIALOG.wrong_after(wire, person, state) == [], f"shown: {state.name}"


@each_state
def test_without_its_sentence_nothing_is_forced(wire: Wire, person: Person, state: State) -> None:
    accepting(wire)
    assert DIALOG.wrong_ticked(wire, person, state) == [], state.name


@each_state
def test_a_backup_of_a_snapshot_is_never_forced_and_needs_no_tick(
    wire: Wire, person: Person, state: State
) -> None:
    accepting(wire)
    wire.holds("snapshots", snapshot_json())
    wire.snapshot()
    tell(wire, state)
    form = fill(person.get(CREATE_BACKUP, dialog=True), snapshot_id="s1")
    answer = person.post(CREATE_BACKUP, form, dialog=True)
    (body,) = asked(wire)
    assert (body["snapshot_id"], body["force"]) == ("s1", False)
    assert "X-Horizon-Location" in answer.headers
