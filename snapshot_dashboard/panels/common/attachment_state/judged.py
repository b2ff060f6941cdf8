# SPDX-License-Identifier: Apache-2.0
"""The base of dialogs whose form carries what was shown, and is judged by what is true."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic

from django.http import HttpResponse
from django.utils.translation import gettext_lazy

from snapshot_dashboard.cloud.errors import CloudError, NotFound, Refused
from snapshot_dashboard.panels.common import problems
from snapshot_dashboard.panels.common.create_once import CreateOnce, Made
from snapshot_dashboard.panels.common.dialog import DialogView
from snapshot_dashboard.panels.common.forms import ConfirmedForm
from snapshot_dashboard.panels.common.problems import Problem

# Characters of the form's own account in the audit log: it comes from a browser.
SHOWN = 1000


class JudgedView(DialogView, Generic[Made]):
    """A dialog about one volume or several, which makes one thing of what is in them.

    A subclass reads in :meth:`load`, has ``once``, and asks for the thing in :meth:`create`.
    ``ConfirmedView`` is about one volume, ``ConfirmedSeveralView`` about several.
    """

    gone = problems.VOLUME_GONE
    expired = problems.EXPIRED
    sending = gettext_lazy("Creating...")
    attach_again = True

    @cached_property
    def once(self) -> CreateOnce[Made]:
        """Return what keeps the form from making its object twice."""
        raise NotImplementedError

    @property
    def seen_now(self) -> str:
        """Return what is shown now, for the form to carry."""
        raise NotImplementedError

    @property
    def needs_tick(self) -> bool:
        """Tell whether something has to be accepted first."""
        raise NotImplementedError

    def news(self, seen: str) -> Problem | None:
        """Return what the person has not read yet, None where nothing has become worse."""
        raise NotImplementedError

    def accepts(self, ticked: str) -> bool:
        """Tell whether the ticked sentence accepts what has to be accepted."""
        raise NotImplementedError

    def create(self, form: ConfirmedForm, *, force: bool) -> HttpResponse:
        """Ask for the thing, by :meth:`send`; ``force`` tells that a warning was accepted."""
        raise NotImplementedError

    def tell(self, made: Made, *, force: bool) -> None:
        """Leave stock's message for the page that follows."""
        raise NotImplementedError

    def form_valid(self, form: ConfirmedForm) -> HttpResponse:
        """Make it, or come back with what has to be read or ticked first."""
        problem = self.news(form.cleaned_data["seen"])
        if problem is not None:
            return self.again(form, problem)
        force = self.needs_tick
        if force and not self.accepts(form.cleaned_data["acknowledged"]):
            form.ask_for_tick()
            return self.again(form)
        return self.create(form, force=force)

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
        acted_on = self.seen_now
        problem = self.not_made(error)
        try:
            self.reload()
        except CloudError:
            return self.again(form, problem)
        return self.again(form, self.news(acted_on) or problem)

    def not_made(self, error: Refused) -> Problem:
        """Return what to say of a refusal for which nothing that was read gives a reason."""
        return problems.creating(error, self.once.resource)
