# SPDX-License-Identifier: Apache-2.0
"""Every state that a dialog has shown against every state when its form is sent.

What has to happen is worked out here, from a table of its own and in its own words: if the
product's judgement changes, this does not change with it.
"""

import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.unit.cloud.wire import NOVA, SILENT, Wire, attachment_json
from tests.unit.panels.features.create_snapshot.test_create_snapshot_sent import (
    CHANGED,
    MISSING,
    TYPED,
    accepting,
    fill,
)
from tests.unit.panels.person import CREATE_SNAPSHOT, Answer, Person

NOTE = "snapshot_dashboard:"
_THEN_AND_NOW = re.compile(r"Then: (.*?)\. Now: (.*?)\.")
# How loudly a state is told: nothing is said, calmly, loudly, or nothing can be made.
NOTHING, LOW, HIGH, BLOCKED = range(4)
# What stands for Nova's 404 and for a Nova that does not answer.
GONE, DOWN = "404", "down"
INSTANCES = (
    "ACTIVE",
    "SHUTOFF",
    "PAUSED",
    "SUSPENDED",
    "SHELVED",
    "SHELVED_OFFLOADED",
    "RESCUE",
    "ERROR",
    GONE,
    DOWN,
)
# A volume is held for an instance that was offloaded, or for a moment while it is attached.
HOLDING = ("ACTIVE", "SHUTOFF", "SHELVED_OFFLOADED", GONE, DOWN)
AT_REST = {"SHUTOFF": "shut_off", "SHELVED": "shelved", "SHELVED_OFFLOADED": "shelved"}
REMEMBERED = {"ACTIVE": "running", "PAUSED": "paused", "SUSPENDED": "suspended"} | AT_REST
EVERYBODY = {"host_name": "kvm-7"}


@dataclass(frozen=True)
class State:
    """A state of the volume and its users, and the expected result.

    ``loud`` is how loudly it is told, ``sentence`` what has to be ticked, ``label`` what the
    snapshot's note has to say. ``users`` holds each instance's (or the host's) word.
    """

    name: str
    status: str
    loud: int
    sentence: str
    label: str
    users: dict[str, str] = field(default_factory=dict)
    listed: bool = True

    def how_loud(self, user: str) -> int:
        """Return how loudly one user of the volume is told, taken alone."""
        return LOW if self.users[user] in AT_REST else HIGH


def states() -> Iterator[State]:
    """Make every state that exists."""
    yield State("available", "available", NOTHING, "", "detached")
    for word in INSTANCES:
        one = {"i1": word}
        yield State(f"available, {word} on record", "available", HIGH, "corrupted", "unknown", one)
        known = AT_REST.get(word)
        said = (LOW, known) if known else (HIGH, "corrupted")
        yield State(f"in-use, {word}", "in-use", *said, REMEMBERED.get(word, "unknown"), one)
    for word in HOLDING:
        one = {"i1": word}
        yield State(f"reserved, {word}", "reserved", BLOCKED, "", "", one, listed=False)
    yield State("attaching", "attaching", BLOCKED, "", "")
    for word in ("ACTIVE", "SHUTOFF"):
        yield State(f"detaching, {word}", "detaching", BLOCKED, "", "", {"i1": word})
    yield State("host", "in-use", HIGH, "corrupted", "unknown", {"host": "host"})
    for pair in (("ACTIVE", "SHUTOFF"), ("SHUTOFF", "SHUTOFF"), ("SHUTOFF", "SHELVED_OFFLOADED")):
        both = dict(zip(("i1", "i2"), pair, strict=True))
        yield State(f"both {' and '.join(pair)}", "in-use", HIGH, "corrupted", "several", both)


STATES = tuple(states())


def tell(wire: Wire, state: State) -> None:
    """Let the services tell of a state."""
    entries = [
        attachment_json(None, **EVERYBODY) if each == "host" else attachment_json(each)
        for each in state.users
    ]
    on_volume = state.listed and state.status != "available"
    wire.volume(status=state.status, attachments=entries if on_volume else [])
    wire.records("v1", *(None if each == "host" else each for each in state.users))
    for instance, word in state.users.items():
        address = f"{NOVA}/servers/{instance}"
        if word == GONE:
            wire.fails("GET", address, 404)
        elif word == DOWN:
            wire.breaks("GET", address, SILENT)
        else:
            wire.instance(instance, word)
        known = {"volumeAttachment": {"device": "/dev/vdb"}}
        wire.says("GET", f"{address}/os-volume_attachments/v1", known)


def warned(shown: State, now: State) -> bool:
    """Tell whether somebody who was shown one state has been warned of the other."""
    if now.loud == NOTHING:
        return True
    if shown.loud == BLOCKED or now.loud > shown.loud:
        return False
    if now.loud == shown.loud and now.sentence != shown.sentence:
        return False
    return all(
        user in shown.users and now.how_loud(user) <= shown.how_loud(user) for user in now.users
    )


def allowed(shown: State, now: State, ticked: str) -> bool:
    """Tell whether a snapshot may be made of a form that was shown, ticked and sent so."""
    if now.loud == BLOCKED or not warned(shown, now):
        return False
    return not now.sentence or ticked in (now.sentence, "corrupted")


def kept(answer: Answer, names: Iterable[str]) -> dict[str, str]:
    """Return what the dialog that came back holds of the fields that were filled in."""
    fields = answer.all("//form//*[" + " or ".join(f"@name='{each}'" for each in names) + "]")
    return {
        each.name: answer.value(each.get("id")) if each.get("id") else each.value for each in fields
    }


def asked(wire: Wire) -> list[Any]:
    """Return the bodies of the requests for a snapshot."""
    return [each.json()["snapshot"] for each in wire.sent("POST", "/snapshots")]


def faults(
    answer: Answer,
    bodies: list[Any],
    shown: State,
    now: State,
    ticked: str,
    *,
    missing: str,
    typed: Mapping[str, str],
) -> Iterator[str]:
    """Tell what is wrong with an answer, and with what was asked of Cinder."""
    expected = allowed(shown, now, ticked)
    if len(bodies) != int(expected):
        yield f"{len(bodies)} were asked for, not {int(expected)}"
    for body in bodies:
        yield from _faults_asked(body, now)
    if not expected:
        tick_missing = now.loud != BLOCKED and warned(shown, now)
        yield from _faults_back(answer, tick_missing, missing, typed)
        yield from _faults_told(answer, shown, now)
    elif "X-Horizon-Location" not in answer.headers:
        yield f"the dialog came back: {answer.problem}"


def _faults_asked(body: Any, now: State) -> Iterator[str]:
    note = {key.removeprefix(NOTE): value for key, value in body["metadata"].items()}
    if body["force"] is not bool(now.sentence):
        yield f"force was {body['force']}"
    if note["taken_while"] != now.label:
        yield f"the note says {note['taken_while']}, not {now.label}"
    if note["acknowledged"] != ("yes" if now.sentence else "no"):
        yield f"the note says of the warning: {note['acknowledged']}"


def _faults_back(
    answer: Answer, tick_missing: bool, missing: str, typed: Mapping[str, str]
) -> Iterator[str]:
    if answer.status != 200 or "X-Horizon-Location" in answer.headers:
        yield "the dialog did not come back"
    elif (missing in answer.text) is not tick_missing or bool(answer.problem) is tick_missing:
        yield f"the dialog came back with another reason: {answer.problem!r}"
    elif kept(answer, typed) != typed:
        yield f"only this came back: {kept(answer, typed)}"


def _faults_told(answer: Answer, shown: State, now: State) -> Iterator[str]:
    """Tell where what is said to have changed has not, or is told in the same words."""
    if shown.name == now.name and answer.problem == CHANGED:
        yield "nothing has changed, and the dialog says it has"
    said = _THEN_AND_NOW.search(answer.text)
    if said and said[1] == said[2]:
        yield f"it is the same before and after: {said[0]}"


@dataclass(frozen=True)
class CopyDialog:
    """A dialog that copies one volume: its address, how it is filled in, what it asks for."""

    address: str
    fill: Callable[..., dict[str, Any]]
    asked: Callable[[Wire], list[Any]]
    missing: str
    typed: Mapping[str, str]

    def opened(self, wire: Wire, person: Person, state: State) -> dict[str, Any]:
        """Open it in a state, and return its form filled in, with its sentence ticked."""
        tell(wire, state)
        dialog = person.get(self.address, dialog=True)
        offered = [each.get("value") for each in dialog.all("//*[@id='id_acknowledged']")]
        assert offered == ([state.sentence] if state.sentence else [])
        return self.fill(dialog, **({"acknowledged": offered[0]} if offered else {}))

    def sent(
        self, wire: Wire, person: Person, form: dict[str, Any], shown: State, now: State
    ) -> Iterator[str]:
        """Send a form, and tell what is wrong with what came of it.

        As a dialog of its own: the same one would make one thing only.
        """
        sent = {**form, "request": str(uuid.uuid4())}
        answer = person.post(self.address, sent, dialog=True)
        bodies = self.asked(wire)
        wire.mocker.reset_mock()
        ticked = form.get("acknowledged", "")
        yield from faults(
            answer, bodies, shown, now, ticked, missing=self.missing, typed=self.typed
        )

    def wrong_after(self, wire: Wire, person: Person, shown: State) -> list[str]:
        """Send what was shown in one state in every state, and return what is wrong."""
        form = self.opened(wire, person, shown)
        wrong = []
        for now in STATES:
            tell(wire, now)
            found = self.sent(wire, person, form, shown, now)
            wrong += [f"sent while {now.name}: {each}" for each in found]
        return wrong

    def wrong_ticked(self, wire: Wire, person: Person, now: State) -> list[str]:
        """Send a form with every tick, its own and others, and return what is wrong."""
        form = self.opened(wire, person, now)
        wrong = []
        for ticked in ("", "shut_off", "shelved", "corrupted", "on"):
            found = self.sent(wire, person, {**form, "acknowledged": ticked}, now, now)
            wrong += [f"ticked {ticked!r}: {each}" for each in found]
        return wrong


each_state = pytest.mark.parametrize("state", STATES, ids=[each.name for each in STATES])
DIALOG = CopyDialog(CREATE_SNAPSHOT, fill, asked, MISSING, TYPED)


@each_state
def test_a_snapshot_is_made_exactly_where_its_warning_was_shown_and_accepted(
    wire: Wire, person: Person, state: State
) -> None:
    accepting(wire)
    assert DIALOG.wrong_after(wire, person, state) == [], f"shown: {state.name}"


@each_state
def test_without_its_sentence_nothing_is_forced(wire: Wire, person: Person, state: State) -> None:
    accepting(wire)
    assert DIALOG.wrong_ticked(wire, person, state) == [], state.name


def test_the_matrix_is_whole_and_decides_both_ways() -> None:
    pairs = [(shown, now) for shown in STATES for now in STATES]
    made_of = [allowed(shown, now, shown.sentence) for shown, now in pairs]
    assert len(pairs) == 33**2
    assert {True, False} == set(made_of)
    assert 200 < sum(made_of) < len(pairs) // 2
