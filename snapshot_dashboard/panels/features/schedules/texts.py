# SPDX-License-Identifier: Apache-2.0
"""Texts about schedules that are not, or perhaps not, saved, and about their last run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from snapshot_dashboard.panels.common import problems
from snapshot_dashboard.panels.common.change_texts import CHANGE, KEPT, LATER
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.rules.schedules.last_run import Outcome

FOREIGN = Problem(
    gettext_lazy("This volume belongs to another project"),
    advice=gettext_lazy("Switch to that project to change it."),
)
CHANGED = Problem(
    gettext_lazy("Nothing was saved: the schedule changed while this form was open"),
    gettext_lazy("What you typed is still here."),
    gettext_lazy("Read below what there is now, then save again, or cancel."),
)
NOT_SEEN = replace(
    CHANGED,
    title=gettext_lazy("Nothing was saved yet: this form has not shown these volumes before"),
    tone="info",
)
NO_SCHEDULE = Problem(gettext_lazy("There is no schedule that could be changed"), tone="info")
LOST = Problem(
    gettext_lazy("It is not known whether the schedule was saved"),
    advice=gettext_lazy("Look at the tab Schedule of the volume before you go on."),
)
# What is said of a volume whose schedule was not, or perhaps not, saved.
SAVE = replace(
    CHANGE,
    refused=Problem(
        gettext_lazy("Not saved: the storage service refused the request"), about=problems.REFUSAL
    ),
    unreachable=Problem(
        gettext_lazy("Not saved: the storage service cannot be reached"),
        KEPT,
        LATER,
        about=problems.NO_WAY,
    ),
    unchanged=Problem(gettext_lazy("Not saved"), KEPT),
    unknown=LOST,
    gone=problems.VOLUME_GONE,
)


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a run, and what to do about it."""

    text: str | Promise
    advice: str | Promise = ""


OUTCOMES: Mapping[Outcome, Told] = {
    Outcome.BEGUN: Told(
        gettext_lazy("It was begun, and has not said what became of it."),
        gettext_lazy(
            "If it was a while ago, the command was stopped in the middle: the next run goes on."
        ),
    ),
    Outcome.TAKEN: Told(gettext_lazy("The snapshots were taken.")),
    Outcome.INCOMPLETE: Told(
        gettext_lazy("Some of the volumes of the instance have no snapshot of this run."),
        gettext_lazy("Look at the reason, and at the other volumes of the instance."),
    ),
    Outcome.IN_USE: Told(
        gettext_lazy("Nothing was taken: a volume was in use, and the schedule does not allow it."),
        gettext_lazy("Detach the volume, or allow it in the schedule."),
    ),
    Outcome.BLOCKED: Told(
        gettext_lazy(
            "Nothing was taken: the state of a volume allowed none, or could not be told."
        ),
        gettext_lazy("Look at the status of the volume."),
    ),
    Outcome.QUOTA: Told(
        gettext_lazy("Nothing was taken: the project has reached a limit."),
        gettext_lazy("Keep fewer in the schedule, delete snapshots, or ask for a higher limit."),
    ),
    Outcome.FORBIDDEN: Told(
        gettext_lazy("Nothing was taken: whoever runs the command may not do it."),
        gettext_lazy(
            "The credentials were revoked, or their role or access rules lack something. Whoever "
            "runs the command has to make new ones."
        ),
    ),
    Outcome.NO_VOLUMES: Told(
        gettext_lazy("Nothing was taken: the instance no longer exists, or has no volumes."),
        gettext_lazy("Remove the schedule, or save it anew for the volume."),
    ),
    Outcome.DETACHED: Told(
        gettext_lazy(
            "Nothing was taken of this volume: it is not attached to the instance of its schedule."
        ),
        gettext_lazy("Attach it again, remove its schedule, or give it a schedule of its own."),
    ),
    Outcome.FAILED: Told(
        gettext_lazy("The storage could not make a snapshot."),
        gettext_lazy("The tab Messages may say why. If it happens again, ask support."),
    ),
    Outcome.ERROR: Told(
        gettext_lazy("Nothing was taken: a service did not answer, or refused."),
        gettext_lazy("The next run tries again."),
    ),
    Outcome.NOT_UNDERSTOOD: Told(
        gettext_lazy("Nothing was taken: the schedule is not understood."),
        gettext_lazy("Save the schedule anew."),
    ),
}
