# SPDX-License-Identifier: Apache-2.0
"""The states of a volume in which no snapshot can be created: explained, never forced."""

from collections.abc import Iterator

import pytest

from demo.visitor import Visitor
from tests.cloud import promises
from tests.cloud.dialogs import Dialog, opened, snapshot_path
from tests.cloud.promises import FORCE_BUTTON, PLAIN_BUTTON
from tests.cloud.rows import BLOCKED, FORGERIES, Machine, Shown, make_machine
from tests.cloud.workshop import Workshop


@pytest.fixture(scope="module")
def machine(shared_workshop: Workshop) -> Machine:
    """An instance started from the image, with a data volume."""
    return make_machine(shared_workshop)


@pytest.fixture(scope="module", params=BLOCKED.values(), ids=list(BLOCKED))
def shown(
    request: pytest.FixtureRequest, shared_workshop: Workshop, machine: Machine, anna: Visitor
) -> Iterator[Shown]:
    """The dialog of a volume in the state of one row of the table."""
    workshop = Workshop(shared_workshop.owner, shared_workshop.admin, shared_workshop.knobs)
    try:
        row = request.param(workshop, machine)
        path = snapshot_path(row.volume)
        yield Shown(row, opened(anna, path), opened(anna, path, modal=False))
    finally:
        workshop.close()


def test_the_modal_explains(shown: Shown) -> None:
    assert shown.modal.title == "Create Volume Snapshot"
    assert shown.modal.telling == shown.row.telling


def test_the_plain_page_explains_the_same(shown: Shown) -> None:
    assert shown.page.telling == shown.row.telling
    assert shown.page.button is None


def test_the_instance_stands_there_with_state_and_device(shown: Shown) -> None:
    assert shown.modal.holders == shown.row.holders


def test_there_is_nothing_to_tick_and_no_button_but_close(shown: Shown) -> None:
    assert (shown.modal.tick, shown.modal.button) == (None, None)
    assert shown.modal.ways_out == ["Close"]


def test_manage_attachments_is_offered_where_it_helps(shown: Shown) -> None:
    helps = shown.row.promise in (promises.HELD_DATA, promises.HELD_OTHER)
    expected = f"/project/volumes/{shown.row.volume}/attach/" if helps else None
    assert shown.modal.advice_with_links.get("Manage Attachments") == expected


def test_a_hand_made_form_makes_nothing(
    shown: Shown, anna: Visitor, shared_workshop: Workshop
) -> None:
    for seen, sentence in FORGERIES:
        form = {"name": "forced", "seen": seen, "acknowledged": sentence, "force": "on"}
        again = Dialog(anna.post(snapshot_path(shown.row.volume), form, dialog=True))
        assert again.tick is None
        assert again.button not in (PLAIN_BUTTON, FORCE_BUTTON)
        assert again.telling == shown.row.telling
    assert shared_workshop.snapshots_of(shown.row.volume) == []
