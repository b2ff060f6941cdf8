# SPDX-License-Identifier: Apache-2.0
"""What every dialog that copies volumes has to do in every state, given what is true then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from tests.cloud.copy_dialogs import CopyDialog, Note, Subject
from tests.cloud.dialogs import Dialog, opened
from tests.cloud.rows import FORGERIES
from tests.cloud.truth import BLOCKED, HIGH, NONE, Truth
from tests.cloud.watched import Sent, Watched
from tests.cloud.workshop import Workshop, unique

# Of several volumes one sentence is accepted for all.
SEVERAL = "set"
_SENTENCES = ("", "on", "shut_off", "shelved", SEVERAL)


@dataclass(frozen=True)
class Due:
    """How bad a copy would be, which sentence is to be ticked, and the note of each copy."""

    badness: int
    sentence: str
    notes: Mapping[str, Note]

    @classmethod
    def of_one(cls, volume: str, truth: Truth) -> Due:
        """Return what is due of one volume."""
        return cls(truth.badness, sentence(truth), {volume: Note.due(truth)})

    @classmethod
    def of_several(cls, truths: Mapping[str, Truth]) -> Due:
        """Return what is due of volumes that are copied together."""
        badness = max(each.badness for each in truths.values())
        ticked = "" if badness in (NONE, BLOCKED) else SEVERAL
        return cls(badness, ticked, {each: Note.due(truth) for each, truth in truths.items()})

    @property
    def enough(self) -> tuple[str, ...]:
        """The sentences that accept what is due."""
        return (SEVERAL,) if self.sentence == SEVERAL else (self.sentence, "corrupted")


def sentence(truth: Truth) -> str:
    """Return which sentence is to be ticked for one volume."""
    if truth.badness in (NONE, BLOCKED):
        return ""
    return "corrupted" if truth.badness == HIGH else truth.note


@dataclass(frozen=True)
class CopyCheck:
    """What a dialog has to do: whoever looks at it, and how another client reads what is due.

    ``storage`` surrounds what makes copies, and removes them.
    """

    copy_dialog: CopyDialog
    subject: Subject
    workshop: Workshop
    watched: Watched
    read: Callable[[], Due]
    storage: Callable[[CopyDialog, Workshop, Subject], AbstractContextManager[None]]

    def opened(self) -> Dialog:
        """Open the dialog on its plain page."""
        return opened(self.watched.visitor, self.copy_dialog.address(self.subject), modal=False)

    def made_nothing(self, sent: Sent) -> None:
        """Assert that nothing was accepted, asked for, or made."""
        try:
            assert (sent.accepted, self.copy_dialog.asked(sent), sent.forced) == (0, [], [])
            assert self.copy_dialog.copies(self.workshop, self.subject) == {}
        except AssertionError:
            # What is being made would keep the next test from making anything.
            self.copy_dialog.clear(self.workshop, self.subject)
            raise

    def as_accepted(self) -> None:
        """Assert that one thing is made where it may be, and only with the tick that is due."""
        due = self.read()
        if due.badness == BLOCKED:
            self._forged()
            return
        if due.badness != NONE:
            self._unaccepted(due)
        self._one_is_made(due)

    def _forged(self) -> None:
        """Assert that forms that were made by hand make nothing, whatever they claim."""
        for seen, said in FORGERIES:
            form = {
                self.copy_dialog.field: "forced",
                "seen": seen,
                "acknowledged": said,
                "force": "on",
            }
            sent = self.watched.post(self.copy_dialog.address(self.subject), form)
            self.made_nothing(sent)
            assert sent.again.tick is None

    def _unaccepted(self, due: Due) -> None:
        """Assert that every sentence that does not accept what is due makes nothing."""
        dialog = self.opened()
        for each in _SENTENCES:
            if each not in due.enough:
                typed: dict[str, Any] = {self.copy_dialog.field: "kept", "force": "on"}
                sent = self.watched.send(dialog, **typed, acknowledged=each)
                self.made_nothing(sent)
                assert sent.again.tick_error == self.copy_dialog.missing
                assert sent.again.fields()[self.copy_dialog.field] == "kept"

    def _one_is_made(self, due: Due) -> None:
        """Send the form twice: one copy comes to be, forced and noted as was accepted."""
        dialog, name = self.opened(), unique("copy")
        typed: dict[str, Any] = {self.copy_dialog.field: name}
        with self.storage(self.copy_dialog, self.workshop, self.subject):
            sent = self.watched.send(dialog, tick=True, **typed)
            assert sent.accepted, sent.again.text
            again = self.watched.send(dialog, tick=True, **typed)
            self.forced_as_due(sent, due)
            assert (self.copy_dialog.asked(again), again.forced) == ([], [])
            assert "already exists" in again.again.problem
            (notes,) = self.copy_dialog.copies(self.workshop, self.subject).values()
            assert notes == due.notes

    def forced_as_due(self, sent: Sent, due: Due) -> None:
        """Assert that one thing was asked for, and forced only where that was accepted."""
        (body,) = self.copy_dialog.asked(sent)
        forced = self.copy_dialog.forces and due.badness != NONE
        assert bool(sent.forced) is forced
        assert not self.copy_dialog.forces or body["force"] is forced
