# SPDX-License-Identifier: Apache-2.0
"""How it stands with a schedule, in words: its last run, and what is to be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from snapshot_dashboard.panels.common.dates import shown
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.features.schedules import texts, words
from snapshot_dashboard.rules.schedules.last_run import LastRun
from snapshot_dashboard.rules.schedules.state import Standing, State

_NOTICES: Mapping[Standing, Problem] = {
    Standing.NOT_UNDERSTOOD: Problem(
        gettext_lazy("The schedule is not understood: nothing is taken, and nothing is deleted"),
        gettext_lazy(
            "Its entry in the metadata of the volume was changed by hand, or by a newer program."
        ),
        gettext_lazy("Save a schedule anew, or remove it."),
        tone="warning",
    ),
    Standing.FOREIGN: Problem(
        gettext_lazy("This schedule was made in another project: it means nothing here"),
        gettext_lazy("The volume was transferred. Nothing is taken, and nothing is deleted."),
        gettext_lazy("Save a schedule anew, or remove it."),
        tone="warning",
    ),
    Standing.PAUSED: Problem(
        gettext_lazy("The schedule is paused: nothing is taken"),
        advice=gettext_lazy("Resume it to have snapshots taken again."),
        tone="info",
    ),
    Standing.NO_RUN: Problem(words.NO_RUN, tone="warning"),
    Standing.FAILED: Problem(
        gettext_lazy("The last run has not taken all snapshots"), tone="warning"
    ),
}


def notice(found: State) -> Problem | None:
    """Return what has to be known of a schedule, None where all is as it should be."""
    if found.standing is Standing.OVERDUE:
        return _overdue(found)
    problem = _NOTICES.get(found.standing)
    if problem and found.standing is Standing.NO_RUN:
        return replace(problem, text=words.runner())
    return problem


def _overdue(found: State) -> Problem:
    """Return that nobody runs the command, as it seems."""
    title = _("No run yet, and one was due: a schedule alone takes nothing.")
    if found.last and found.schedule:
        text = _("The command has not run since %(time)s.")
        title = text % {"time": words.moment(found.schedule, found.last.at)}
    return Problem(
        title,
        words.runner(),
        _("Look whether the command still runs, and whether its credentials are still valid."),
        tone="warning",
    )


def last_run(request: HttpRequest, last: LastRun) -> tuple[object, ...]:
    """Return the last run in sentences."""
    told = texts.OUTCOMES[last.outcome]
    found: list[object] = [shown(request, last.at), told.text]
    if last.reason:
        found.append(sentence(_("Reason: %(reason)s"), reason=isolated(last.reason)))
    return (*found, *([told.advice] if told.advice else ()))
