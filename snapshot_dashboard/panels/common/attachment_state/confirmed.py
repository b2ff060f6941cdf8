# SPDX-License-Identifier: Apache-2.0
"""The base of dialogs that copy what is in a volume, forced only after a warning was accepted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Any, Generic

from django.http import HttpResponse
from django.utils.translation import gettext_lazy

from snapshot_dashboard.cloud.attachment import Situation
from snapshot_dashboard.cloud.errors import CloudError, NotFound, Refused
from snapshot_dashboard.panels.common import audit, changes, problems
from snapshot_dashboard.panels.common.create_once import CreateOnce, Made
from snapshot_dashboard.panels.common.dialog import DialogView
from snapshot_dashboard.panels.common.forms import ConfirmedForm
from snapshot_dashboard.rules import fingerprint
from snapshot_dashboard.rules.attachment import Acknowledgement, Exposure

# Characters of the form's own account in the audit log: it comes from a browser.
_SHOWN = 1000


def accepted(ticked: str, needed: Acknowledgement) -> bool:
    """Tell whether the ticked sentence accepts what has to be accepted.

    "May be corrupted" accepts the calmer cases too; a calmer sentence accepts only its own.
    """
    return ticked in (needed.value, Acknowledgement.CORRUPTED.value)


class ConfirmedView(DialogView, Generic[Made]):
    """A dialog about a volume: its form carries what was shown, and is judged by what is true.

    A subclass reads ``situation`` in :meth:`load`, has ``once``, and asks for the thing in
    :meth:`create`.
    """

    situation: Situation
    gone = problems.VOLUME_GONE
    expired = problems.EXPIRED
    sending = gettext_lazy("Creating...")
    attach_again = True

    @cached_property
    def once(self) -> CreateOnce[Made]:
        """Return what keeps the form from making its object twice."""
        raise NotImplementedError

    @property
    def exposure(self) -> Exposure:
        """Return the verdict that was read last."""
        return self.situation.exposure

    def form_valid(self, form: ConfirmedForm) -> HttpResponse:
        """Make it, or come back with what has to be read or ticked first."""
        seen = fingerprint.read(form.cleaned_data["seen"])
        if self.exposure.blocked or not fingerprint.covers(seen, self.exposure):
            return self.again(form, self.changed(seen))
        needed = self.exposure.acknowledgement
        if needed and not accepted(form.cleaned_data["acknowledged"], needed):
            form.ask_for_tick()
            return self.again(form)
        return self.create(form, force=needed is not None)

    def create(self, form: ConfirmedForm, *, force: bool) -> HttpResponse:
        """Ask Cinder, unforced for a detached volume: it refuses if that is no longer true."""
        raise NotImplementedError

    def tell(self, made: Made, *, force: bool) -> None:
        """Leave stock's message for the page that follows."""
        raise NotImplementedError

    def judged(self, form: ConfirmedForm) -> dict[str, Any]:
        """Return what the audit log has to tell of the volume, and of what was shown of it."""
        return {
            **audit.whose(self.exposure.volume),
            "shown": form.cleaned_data["seen"][:_SHOWN],
            "verdict": self.exposure.verdict.value,
        }

    def send(
        self,
        form: ConfirmedForm,
        action: str,
        call: Callable[[], Made],
        *,
        force: bool,
        **facts: Any,
    ) -> HttpResponse:
        """Make it once; come back with everything where it was not made, or that is not known."""
        try:
            made = self.once.make(action, call, **facts, acknowledged=force)
        except Refused as error:
            return self.refused(form, error)
        except NotFound as error:
            return self.again(form, problems.reading(error, self.gone))
        except CloudError as error:
            return self.again(form, self.once.outcome(error))
        self.tell(made, force=force)
        return self.finished()

    def refused(self, form: ConfirmedForm, error: Refused) -> HttpResponse:
        """Look again after a refusal: its cause is more often a changed volume than a fault."""
        acted_on = fingerprint.read(fingerprint.write(self.exposure))
        problem = problems.creating(error, self.once.resource)
        try:
            self.reload()
        except CloudError:
            return self.again(form, problem)
        if self.exposure.blocked or not fingerprint.covers(acted_on, self.exposure):
            problem = self.changed(acted_on)
        return self.again(form, problem)

    def changed(self, seen: fingerprint.Seen | None) -> problems.Problem:
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
