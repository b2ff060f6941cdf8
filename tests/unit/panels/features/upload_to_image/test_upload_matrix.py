# SPDX-License-Identifier: Apache-2.0
"""Every state that Upload to Image can have shown, against every state that it can be sent in."""

import pytest

from tests.unit.cloud.wire import Wire
from tests.unit.panels.common.test_matrix import CopyDialog, State, each_state
from tests.unit.panels.features.upload_to_image.upload_dialog import (
    MISSING,
    TYPED,
    UPLOAD,
    asked,
    fill,
)
from tests.unit.panels.person import Person

DIALOG = CopyDialog(UPLOAD, fill, asked, MISSING, TYPED)


@pytest.mark.extended
@each_state
def test_an_image_is_made_exactly_where_its_warning_was_shown_and_accepted(
    wire: Wire, anna: Person, state: State
) -> None:
    assert DIALOG.wrong_after(wire, anna, state) == [], f"shown: {state.name}"


@each_state
def test_without_its_sentence_nothing_is_forced(wire: Wire, anna: Person, state: State) -> None:
    assert DIALOG.wrong_ticked(wire, anna, state) == [], state.name
