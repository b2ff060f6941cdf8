# SPDX-License-Identifier: Apache-2.0
"""Every state of an instance that the dialog has shown, against every state it is sent in."""

import uuid
from typing import NamedTuple

import pytest

from tests.unit.cloud.wire import Wire
from tests.unit.panels.features.instance_snapshot.instance_dialog import (
    ADDRESS,
    MISSING,
    accepting,
    asked,
    fill,
    tell,
    tick,
)
from tests.unit.panels.person import Answer, Person

LOW, HIGH, BLOCKED = range(3)


class State(NamedTuple):
    """Nova's word, the task under way, and how loudly it is told."""

    status: str
    loud: int
    task: str | None = None

    @property
    def name(self) -> str:
        return f"{self.status} {self.task or ''}".strip()


STATES = [
    State("ACTIVE", HIGH),
    State("PAUSED", HIGH),
    State("SUSPENDED", HIGH),
    State("SHUTOFF", LOW),
    State("SHELVED", BLOCKED),
    State("SHELVED_OFFLOADED", BLOCKED),
    State("RESCUE", BLOCKED),
    State("ERROR", BLOCKED),
    State("REBOOT", BLOCKED),
    State("A_WORD_OF_TOMORROW", BLOCKED),
    State("ACTIVE", BLOCKED, "image_snapshot_pending"),
    State("SHUTOFF", BLOCKED, "powering-on"),
]
KINDS = pytest.mark.parametrize("with_volumes", [True, False], ids=["volumes", "image"])
EACH = pytest.mark.parametrize("shown", STATES, ids=[each.name for each in STATES])


def made(wire: Wire) -> int:
    """Return how many images were asked for, and forget them."""
    count = len(asked(wire))
    wire.mocker.reset_mock()
    return count


def wrongs(answer: Answer, count: int, *, may: bool) -> list[str]:
    """Return what is wrong with an answer: one image where it may be made, and nothing lost."""
    if may:
        return [] if (count, "X-Horizon-Location" in answer.headers) == (1, True) else ["not made"]
    found = ["made"] if count else []
    if answer.value("id_name") != "before <upgrade>":
        found.append("lost what was typed")
    return found if answer.problem or MISSING in answer.text else [*found, "not told"]


@KINDS
@EACH
def test_an_image_is_made_exactly_where_its_warning_was_shown_and_accepted(
    wire: Wire, anna: Person, shown: State, with_volumes: bool
) -> None:
    accepting(wire, with_volumes=with_volumes)
    tell(wire, shown.status, with_volumes=with_volumes, task=shown.task)
    dialog = anna.get(ADDRESS, dialog=True)
    ticked = tick(dialog)
    assert bool(ticked) == (shown.loud < BLOCKED)
    assert bool(dialog.submits) == (shown.loud < BLOCKED)
    wrong = []
    for now in STATES:
        tell(wire, now.status, with_volumes=with_volumes, task=now.task)
        # Without the tick only where nothing else keeps it from being made.
        for said in ({}, ticked) if now is shown else (ticked,):
            form = {**fill(dialog, **said), "request": str(uuid.uuid4())}
            answer = anna.post(ADDRESS, form, dialog=True)
            may = bool(said) and now.loud <= shown.loud and BLOCKED not in (now.loud, shown.loud)
            found = wrongs(answer, made(wire), may=may)
            wrong += [f"sent while {now.name}, ticked {said}: {each}" for each in found]
    assert wrong == [], f"shown: {shown.name}"


@pytest.mark.parametrize("other", [False, True], ids=["no record", "another instance's record"])
def test_what_nova_says_is_in_use_is_not_detached(wire: Wire, anna: Person, other: bool) -> None:
    accepting(wire)
    tell(wire, "ACTIVE", with_volumes=True)
    for each in ("v1", "v2"):
        # As after `cinder reset-state --state available --attach-status detached`.
        wire.volume(each)
        if other:
            wire.attached(("i2", "SHUTOFF"), volume_id=each)
    dialog = anna.get(ADDRESS, dialog=True)
    assert MISSING in anna.post(ADDRESS, fill(dialog), dialog=True).text
    assert made(wire) == 0
    anna.post(ADDRESS, fill(dialog, **tick(dialog)), dialog=True)
    assert made(wire) == 1


@pytest.mark.parametrize("ticked", ["", "on", "shelved", "set"])
def test_of_a_system_disk_only_its_own_sentence_counts(
    wire: Wire, anna: Person, ticked: str
) -> None:
    accepting(wire)
    tell(wire, "ACTIVE", with_volumes=False)
    form = fill(anna.get(ADDRESS, dialog=True), acknowledged=ticked)
    assert MISSING in anna.post(ADDRESS, form, dialog=True).text
    assert made(wire) == 0


@KINDS
def test_stocks_own_form_is_answered_with_the_warning(
    wire: Wire, anna: Person, with_volumes: bool
) -> None:
    accepting(wire)
    tell(wire, "ACTIVE", with_volumes=with_volumes)
    answer = anna.post(ADDRESS, {"name": "typed", "instance_id": "i1"}, dialog=True)
    assert "this form has not shown the warning before" in answer.problem
    assert made(wire) == 0
