# SPDX-License-Identifier: Apache-2.0
"""A lost answer: not sent again, and never reported as "nothing was created"."""

import logging
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from snapshot_dashboard.cloud import idempotency
from tests.unit.cloud.wire import CINDER, OTHER_PROJECT, PROJECT, Json, Wire
from tests.unit.panels.audit_trail import outcomes
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.dialogs import DIALOGS, Dialog, lost, unreadable
from tests.unit.panels.person import Person, in_regions, user


def test_a_form_of_which_nothing_is_known_is_not_sent_again(
    dialog: Dialog, wire: Wire, person: Person
) -> None:
    form = dialog.open(person)
    lost(form, wire)
    first, second = dialog.send(person, form), dialog.send(person, form)
    for answer in (first, second):
        assert answer.problem == dialog.lost
        assert f"Look at the {dialog.makes.title()} page" in answer.problem_text
        assert "Nothing was created" not in answer.problem_text
        assert "No second one" not in answer.problem_text
        assert answer.value("id_name") == form["name"]
        assert answer.value("id_description") == form["description"]
    assert len(dialog.asked(wire)) == 1


def test_it_can_be_sent_again_when_it_is_given_up(
    dialog: Dialog, wire: Wire, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = dialog.open(person)
    lost(form, wire)
    dialog.send(person, form)
    dialog.accepts(wire)
    later = time.time() + idempotency.GIVEN_UP
    monkeypatch.setattr(idempotency, "time", SimpleNamespace(time=lambda: later))
    assert "X-Horizon-Location" in dialog.send(person, form).headers
    assert len(dialog.asked(wire)) == 2


def test_a_lost_answer_whose_object_is_found_is_a_success(
    dialog: Dialog, wire: Wire, person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="snapshot_dashboard.audit")
    form = dialog.open(person)

    def made_but_lost(request: Any, context: Any) -> Json:
        dialog.there_is(wire, form, "made and lost")
        context.status_code = 504
        return {}

    wire.mocker.register_uri("POST", f"{CINDER}/{dialog.makes}", json=made_but_lost)
    assert "X-Horizon-Location" in dialog.send(person, form).headers
    lines = outcomes(caplog)
    assert len({each["change"] for each in lines}) == 1
    assert [(each["result"], each["id"]) for each in lines] == [
        ("unknown", None),
        ("accepted", "x1"),
    ]
    assert [each.get("found_later") for each in lines] == [None, True]


def test_one_that_appears_later_is_told_at_the_next_press(
    dialog: Dialog, wire: Wire, person: Person
) -> None:
    form = dialog.open(person)
    lost(form, wire)
    dialog.send(person, form)
    dialog.there_is(wire, form, "made late")
    assert dialog.send(person, form).problem == f"This {dialog.noun} already exists"
    assert len(dialog.asked(wire)) == 1


def worse(wire: Wire) -> None:
    """Let an instance be attached meanwhile."""
    wire.attached(("i1", "ACTIVE"))


def blocked(wire: Wire) -> None:
    """Let the volume be busy meanwhile."""
    wire.volume(status="attaching")


@pytest.mark.parametrize("change", [worse, blocked])
def test_a_form_that_has_made_one_never_says_that_nothing_was_created(
    wire: Wire, person: Person, change: Callable[[Wire], None]
) -> None:
    """The first answer was lost, the state became worse, and the button was pressed again."""
    dialog = DIALOGS[0]
    wire.volume()
    form = dialog.open(person)
    lost(form, wire)
    dialog.send(person, form)
    dialog.there_is(wire, form, "made late")
    change(wire)
    answer = dialog.send(person, form)
    assert "Nothing was created" not in answer.problem_text
    assert answer.problem == "This snapshot already exists"


def test_a_form_whose_answer_was_lost_never_says_that_nothing_was_created(
    wire: Wire, person: Person
) -> None:
    """As above, while it is not known yet what became of the first request."""
    dialog = DIALOGS[0]
    wire.volume()
    form = dialog.open(person)
    lost(form, wire)
    dialog.send(person, form)
    worse(wire)
    assert "Nothing was created" not in dialog.send(person, form).problem_text


def test_it_does_not_say_so_when_nothing_can_be_read_any_more(
    dialog: Dialog, wire: Wire, person: Person
) -> None:
    form = dialog.open(person)
    lost(form, wire)
    dialog.send(person, form)
    unreadable(form, wire)
    answer = dialog.send(person, form)
    assert answer.problem == dialog.lost
    assert "Nothing was created" not in answer.problem_text


@pytest.mark.parametrize(
    ("project", "region"), [(OTHER_PROJECT, "RegionOne"), (PROJECT, "RegionTwo")]
)
def test_it_does_not_say_so_after_the_project_or_the_region_was_switched(
    dialog: Dialog, wire: Wire, person: Person, log_in: LogIn, project: str, region: str
) -> None:
    form = dialog.open(person)
    lost(form, wire)
    dialog.send(person, form)
    now = log_in(
        user("member", "reader", project=project, region=region, catalog=in_regions(region))
    )
    answer = dialog.send(now, form)
    assert answer.problem == dialog.lost
    assert "Nothing was created" not in answer.problem_text
    assert len(dialog.asked(wire)) == 1


def test_a_missing_tick_after_a_lost_answer_is_not_all_that_is_said(
    wire: Wire, person: Person
) -> None:
    dialog = DIALOGS[0]
    wire.attached(("i1", "ACTIVE"))
    form = {**dialog.open(person), "acknowledged": "corrupted"}
    lost(form, wire)
    dialog.send(person, form)
    dialog.there_is(wire, form, "made late")
    unticked = {**form, "acknowledged": ""}
    assert dialog.send(person, unticked).problem == "This snapshot already exists"
