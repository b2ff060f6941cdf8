# SPDX-License-Identifier: Apache-2.0
"""``keep``: takes the snapshots that schedules ask for, deletes what they do not keep, and ends.

It needs credentials of the cloud and no Horizon. Something has to run it again and again: cron, a
timer of systemd, a CronJob of Kubernetes. Run twice at the same moment, it does everything once.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings

from snapshot_dashboard.cloud import credentials
from snapshot_dashboard.cloud.credentials import Login, LoginFailed
from snapshot_dashboard.cloud.errors import Cause, RequestFailed, SessionExpired
from snapshot_dashboard.cloud.keep import Event, How, What, keep
from snapshot_dashboard.rules.cloud_check import because
from snapshot_dashboard.rules.schedules.last_run import Outcome
from snapshot_dashboard.rules.text import plain

# Seconds that one request may take.
_SECONDS = 30.0
# Exit statuses; 2 is argparse's.
_DONE, _FAILED, _NO_LOGIN = 0, 1, 3

_WHAT = {
    What.TAKEN: "taken",
    What.WOULD_TAKE: "would be taken",
    What.NOT_TAKEN: "NOT taken",
    What.DELETED: "deleted",
    What.WOULD_DELETE: "would be deleted",
    What.NOT_DELETED: "NOT deleted",
    What.CHANGED: "left alone, it has changed meanwhile",
    What.NOT_UNDERSTOOD: "its schedule is NOT understood, nothing was done",
    What.OTHER_PROJECT: "its schedule was made in another project, nothing was done",
    What.NOT_KNOWN: "what is not kept was NOT deleted, it is not known whether something needs it",
    What.FAILED: "its schedule could NOT be looked after",
}
_DO = {
    Outcome.IN_USE: "Detach the volume or shut the instance down, or accept snapshots in use.",
    Outcome.QUOTA: "Delete snapshots, keep fewer, or ask for a larger quota.",
    Outcome.FORBIDDEN: "The role, or an access rule of the application credential, is missing.",
    Outcome.DETACHED: "Attach it again, or remove its schedule, or give it one of its own.",
    Outcome.FAILED: "Look at the messages of the volume, or ask support; the next run tries again.",
    Outcome.NO_VOLUMES: "Remove the schedule, or make another one.",
}
_LATER = "The next run tries again."
_RENEW = (
    "The credentials are not accepted: they may have been deleted or have expired, their user or "
    "project may be gone, or an access rule may be missing. Make new ones, or stop running this."
)
_WITHOUT_LOGIN = {
    Cause.LOGGED_OUT: _RENEW,
    Cause.FORBIDDEN: "Run this once for each project, without --each-project.",
}


def run(options: argparse.Namespace) -> int:
    """Look after the schedules; return the exit status."""
    if not settings.configured:
        # Horizon's settings are of no use here: our own defaults, and Django's. Nobody waits.
        settings.configure(SNAPSHOT_DASHBOARD={"PAGE_SECONDS": _SECONDS})
    how = How(dry_run=options.dry_run, needed_by_volumes=options.dependency != "never")
    report = _Report(as_json=options.json)
    try:
        for name, login in _logins(options):
            if isinstance(login, LoginFailed):
                report.problem(name, "", login)
            else:
                _look_after(login, how, report)
    except LoginFailed as error:
        report.problem("", "", error)
        return _NO_LOGIN
    return _FAILED if report.failed else _DONE


def _logins(options: argparse.Namespace) -> Iterable[tuple[str, Login | LoginFailed]]:
    if options.each_project:
        return credentials.log_in_to_each(options.os_cloud)
    login = credentials.log_in(options.os_cloud)
    return [(login.project, login)]


def _look_after(login: Login, how: How, report: _Report) -> None:
    """Look after one project: whatever becomes of it, the others are looked after, too."""
    try:
        for event in keep(login.connect, how):
            report.event(login, event)
    except RequestFailed as error:
        report.problem(login.project, login.project_id, error)


class _Report:
    """Prints each event when it happens: a line of text, or of JSON."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self.failed = False

    def event(self, login: Login, event: Event) -> None:
        """Tell of a snapshot, or of a volume."""
        self.failed = self.failed or event.failed
        told = {"project": login.project, "project_id": login.project_id, **_fields(event)}
        self._print(told, " ".join(_words(login, event)), to_stderr=event.failed)

    def problem(self, project: str, project_id: str, error: RequestFailed) -> None:
        """Tell what keeps a project from being looked after, and what to do."""
        self.failed = True
        reason = plain(because(error.failure))
        if isinstance(error, LoginFailed):
            reason = plain(error.reason) or reason
        login = isinstance(error, SessionExpired)
        do = _WITHOUT_LOGIN.get(error.cause, _LATER) if login else _LATER
        told = {"project": project, "project_id": project_id, "event": "problem"}
        named = f"{plain(project)}: " if project else ""
        self._print(told | {"reason": reason, "do": do}, f"{named}{reason} {do}", to_stderr=True)

    def _print(self, told: dict[str, Any], text: str, *, to_stderr: bool) -> None:
        if self._as_json:
            print(json.dumps(told), flush=True)
        else:
            print(text, file=sys.stderr if to_stderr else sys.stdout, flush=True)


def _fields(event: Event) -> dict[str, Any]:
    """Return an event as it is told to programs; what is not known is left out."""
    found = {
        "event": event.what.value,
        "schedule": event.schedule_id,
        "volume_id": event.volume.id if event.volume else "",
        "volume": event.volume.name if event.volume else "",
        "slot": event.slot_id,
        "snapshot_id": event.snapshot.id if event.snapshot else "",
        "outcome": event.outcome.value if event.outcome else "",
        "reason": _reason(event),
        "do": _DO.get(event.outcome, "") if event.outcome else "",
    }
    return {key: value for key, value in found.items() if value} | {"failed": event.failed}


def _words(login: Login, event: Event) -> Iterator[str]:
    yield f"{plain(login.project)}:"
    if event.volume:
        yield f"volume {plain(event.volume.label)},"
    if event.slot_id:
        yield f"{event.slot_id}:"
    if event.snapshot:
        yield f"snapshot {event.snapshot.id}"
    yield f"{_WHAT[event.what]}."
    if reason := _reason(event):
        yield f"{reason.rstrip('.')}."
    if event.outcome in _DO and event.failed:
        yield _DO[event.outcome]


def _reason(event: Event) -> str:
    return plain(because(event.failure) if event.failure else event.reason)
