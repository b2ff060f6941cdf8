# SPDX-License-Identifier: Apache-2.0
"""Every state that Upload to Image can have shown, against every state that it can be sent in."""

import uuid
from typing import Any

import pytest

from tests.unit.cloud.wire import Wire
from tests.unit.panels.common.test_matrix import STATES, State, faults, tell
from tests.unit.panels.features.upload_to_image.upload_dialog import (
    MISSING,
    TYPED,
    UPLOAD,
    asked,
    fill,
)
from tests.unit.panels.person import Person


def opened(wire: Wire, person: Person, state: State) -> dict[str, Any]:
    """Open the dialog in a state, and return its form filled in, with its sentence ticked."""
    tell(wire, state)
    dialog = person.get(UPLOAD, dialog=True)
    offered = [each.get("value") for each in dialog.all("//*[@id='id_acknowledged']")]
    assert offered == ([state.sentence] if state.sentence else [])
    return fill(dialog, **({"acknowledged": offered[0]} if offered else {}))


def wrong_with(
    wire: Wire, person: Person, form: dict[str, Any], shown: State, now: State, ticked: str
) -> list[str]:
    """Send a form as another dialog, and return what is wrong with what came of it."""
    sent = {**form, "acknowledged": ticked, "request": str(uuid.uuid4())}
    answer = person.post(UPLOAD, sent, dialog=True)
    bodies = asked(wire)
    wire.mocker.reset_mock()
    return list(faults(answer, bodies, shown, now, ticked, missing=MISSING, typed=TYPED))


@pytest.mark.parametrize("shown", STATES, ids=[each.name for each in STATES])
def test_an_image_is_made_exactly_where_its_warning_was_shown_and_accepted(
    wire: Wire, anna: Person, shown: State
) -> None:
    form = opened(wire, anna, shown)
    wrong = []
    for now in STATES:
        tell(wire, now)
        found = wrong_with(wire, anna, form, shown, now, form.get("acknowledged", ""))
        wrong += [f"sent while {now.name}: {each}" for each in found]
    assert wrong == [], f"shown: {shown.name}"


@pytest.mark.parametrize("now", STATES, ids=[each.name for each in STATES])
def test_without_its_sentence_nothing_is_forced(wire: Wire, anna: Person, now: State) -> None:
    form = opened(wire, anna, now)
    wrong = []
    for ticked in ("", "shut_off", "shelved", "corrupted", "on"):
        found = wrong_with(wire, anna, form, now, now, ticked)
        wrong += [f"ticked {ticked!r}: {each}" for each in found]
    assert wrong == [], now.name
