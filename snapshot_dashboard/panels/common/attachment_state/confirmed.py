# SPDX-License-Identifier: Apache-2.0
"""The base of dialogs that copy what is in a volume, forced only after a warning was accepted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Generic

from snapshot_dashboard.cloud.attachment import Situation
from snapshot_dashboard.panels.common import audit, changes, problems
from snapshot_dashboard.panels.common.attachment_state.judged import SHOWN, JudgedView
from snapshot_dashboard.panels.common.create_once import Made
from snapshot_dashboard.panels.common.forms import ConfirmedForm
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.rules import fingerprint
from snapshot_dashboard.rules.attachment import Acknowledgement, Exposure


def accepted(ticked: str, needed: Acknowledgement) -> bool:
    """Tell whether the ticked sentence accepts what has to be accepted.

    "May be corrupted" accepts the calmer cases too; a calmer sentence accepts only its own.
    """
    return ticked in (needed.value, Acknowledgement.CORRUPTED.value)


class ConfirmedView(JudgedView[Made], Generic[Made]):
    """A dialog about one volume.

    A subclass reads ``situation`` in :meth:`load`, has ``once``, and asks for the thing in
    :meth:`create`, unforced for a detached volume: Cinder refuses it if that is no longer true.
    """

    situation: Situation

    @property
    def exposure(self) -> Exposure:
        """Return the verdict that was read last."""
        return self.situation.exposure

    @property
    def seen_now(self) -> str:
        """Return what is shown now, for the form to carry."""
        return fingerprint.write(self.exposure)

    @property
    def needs_tick(self) -> bool:
        """Tell whether something has to be accepted first."""
        return self.exposure.acknowledgement is not None

    def accepts(self, ticked: str) -> bool:
        """Tell whether the ticked sentence accepts what has to be accepted."""
        needed = self.exposure.acknowledgement
        return needed is None or accepted(ticked, needed)

    def news(self, seen: str) -> Problem | None:
        """Return what the person has not read yet, None where nothing has become worse."""
        then = fingerprint.read(seen)
        if not self.exposure.blocked and fingerprint.covers(then, self.exposure):
            return None
        return self.changed(then)

    def judged(self, form: ConfirmedForm) -> dict[str, Any]:
        """Return what the audit log has to tell of the volume, and of what was shown of it."""
        return {
            **audit.whose(self.exposure.volume),
            "shown": form.cleaned_data["seen"][:SHOWN],
            "verdict": self.exposure.verdict.value,
        }

    def changed(self, seen: fingerprint.Seen | None) -> Problem:
        """Say what was shown, and what is true now."""
        problem = problems.CHANGED_AND_BLOCKED if self.exposure.blocked else problems.CHANGED
        if seen is None and not self.exposure.blocked:
            return problems.OLD_FORM if self.request.POST.get("seen") else problems.NOT_SEEN
        if seen is None:
            return problem
        text = changes.then_and_now(seen, self.exposure)
        if self.exposure.blocked and not text:
            return problems.BLOCKED[self.once.resource]
        return replace(problem, text=text)
