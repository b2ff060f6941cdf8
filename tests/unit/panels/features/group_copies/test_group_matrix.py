# SPDX-License-Identifier: Apache-2.0
"""Every state that a dialog about a group can have shown, against every one when it is sent."""

import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.unit.cloud.wire import Wire
from tests.unit.panels.common.test_matrix import (
    AT_REST,
    BLOCKED,
    HIGH,
    LOW,
    NOTHING,
    REMEMBERED,
    STATES,
    State,
    tell,
    warned,
)
from tests.unit.panels.features.group_copies.group_dialogs import (
    CLONE,
    CREATE,
    NO_TICK,
    TYPED,
    accepting_clones,
    accepting_snapshots,
    asked,
    fill,
    notes,
    there_is_a_group,
)
from tests.unit.panels.person import Answer, Person

CHOSEN = (
    "available",
    "available, ACTIVE on record",
    "in-use, ACTIVE",
    "in-use, SHUTOFF",
    "in-use, SHELVED",
    "in-use, 404",
    "in-use, down",
    "reserved, ACTIVE",
    "reserved, SHELVED_OFFLOADED",
    "reserved, 404",
    "attaching",
    "host",
    "both SHUTOFF and SHELVED_OFFLOADED",
)


def members() -> Iterator[State]:
    """Return the states with what they mean for a volume that is copied with its group.

    Of a volume that is held, Cinder makes a snapshot with its group only.
    """
    for state in STATES:
        if state.name not in CHOSEN:
            continue
        if state.status != "reserved":
            yield state
            continue
        word = state.users["i1"]
        known = AT_REST.get(word)
        loud, sentence = (LOW, known) if known else (HIGH, "corrupted")
        yield replace(state, loud=loud, sentence=sentence, label=REMEMBERED.get(word, "unknown"))


MEMBERS = tuple(members())


def faults(
    wire: Wire, answer: Answer, shown: State, now: State, ticked: bool, *, makes: bool, said: str
) -> Iterator[str]:
    """Tell what is wrong with an answer and with what was asked of Cinder."""
    sent = asked(wire, "/group_snapshots") + asked(wire, "/groups/action")
    if len(sent) != int(makes):
        yield f"{len(sent)} were asked for, not {int(makes)}"
        return
    if makes and "X-Horizon-Location" not in answer.headers:
        yield f"the dialog came back: {answer.problem}"
    if makes:
        return
    if "X-Horizon-Location" in answer.headers:
        yield f"sent on to {answer.headers['X-Horizon-Location']}"
        return
    if {each: answer.value(f"id_{each}") for each in TYPED} != TYPED:
        yield "what was typed is gone"
    lacking = warned(shown, now) and now.loud != BLOCKED and not ticked
    if (said in answer.text) is not lacking:
        yield f"another reason is given: {answer.problem!r}"


@pytest.mark.parametrize("shown", MEMBERS, ids=[each.name for each in MEMBERS])
def test_a_group_snapshot_is_made_exactly_where_its_warning_was_shown_and_accepted(
    wire: Wire, person: Person, shown: State
) -> None:
    there_is_a_group(wire, "v1", "v2")
    accepting_snapshots(wire, "v1", "v2")
    tell(wire, shown)
    dialog = person.get(CREATE, dialog=True)
    offered = bool(dialog.all("//*[@id='id_acknowledged']"))
    assert offered is (shown.loud in (LOW, HIGH))
    wrong = []
    for now in MEMBERS:
        for ticked in {offered, False}:
            tell(wire, now)
            form = fill(dialog, tick=ticked, request=str(uuid.uuid4()))
            answer = person.post(CREATE, form, dialog=True)
            makes = now.loud != BLOCKED and warned(shown, now) and (ticked or now.loud == NOTHING)
            found = list(faults(wire, answer, shown, now, ticked, makes=makes, said=NO_TICK))
            if makes:
                (first, second) = notes(wire, "/snapshots/s-v1", "/snapshots/s-v2")
                if (first["taken_while"], second["taken_while"]) != (now.label, "detached"):
                    found.append(f"the notes say {first} and {second}")
            wrong += [f"sent while {now.name}, ticked {ticked}: {each}" for each in found]
            wire.mocker.reset_mock()
    assert wrong == [], f"shown: {shown.name}"


@pytest.mark.parametrize("shown", MEMBERS, ids=[each.name for each in MEMBERS])
def test_a_group_is_cloned_only_where_cinder_would_not_fail(
    wire: Wire, person: Person, shown: State
) -> None:
    there_is_a_group(wire, "v1", "v2")
    accepting_clones(wire, "v1", "v2")
    tell(wire, shown)
    dialog = person.get(CLONE, dialog=True)
    offered = bool(dialog.all("//*[@id='id_acknowledged']"))
    assert offered is (shown.status == "available" and shown.loud == HIGH)
    assert bool(dialog.submits) is (shown.status == "available")
    wrong = []
    for now in (each for each in MEMBERS if each.name in CHOSEN[:3] or each is shown):
        tell(wire, now)
        # Whatever somebody ticks, or makes a browser send.
        form = fill(dialog, tick=True, request=str(uuid.uuid4()))
        form.setdefault("seen", "")
        answer = person.post(CLONE, form, dialog=True)
        makes = now.status == "available" and warned(shown, now)
        found = faults(wire, answer, shown, now, True, makes=makes, said="press Cancel.")
        wrong += [f"sent while {now.name}: {each}" for each in found]
        wire.mocker.reset_mock()
    assert wrong == [], f"shown: {shown.name}"


def test_the_matrix_decides_both_ways() -> None:
    assert len(MEMBERS) == len(CHOSEN)
    assert {each.loud for each in MEMBERS} == {NOTHING, LOW, HIGH, BLOCKED}
