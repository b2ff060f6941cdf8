# SPDX-License-Identifier: Apache-2.0
"""``check --cloud``: tells what a cloud can do for snapshots, and tries re-imaging where asked to.

It reads only, unless ``--probe-reimage`` is given. It needs credentials of the cloud. Where Horizon
is in this Python, what it shows of the plugin is told, too.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import Any

from django.conf import settings

import snapshot_dashboard
from snapshot_dashboard import check_horizon
from snapshot_dashboard.check_horizon import Told
from snapshot_dashboard.cloud import credentials, reimage_probe
from snapshot_dashboard.cloud.credentials import Login, LoginFailed
from snapshot_dashboard.cloud.errors import RequestFailed
from snapshot_dashboard.cloud.probe_objects import Left, Thing
from snapshot_dashboard.cloud.probe_patience import Stop
from snapshot_dashboard.cloud.reimage_probe import LEFT_AFTER, Proof
from snapshot_dashboard.cloud.survey import Survey, survey
from snapshot_dashboard.rules.cloud_check import BY_IMAGE, Finding, State, because, setting
from snapshot_dashboard.rules.text import plain

# Exit statuses; 2 is argparse's.
_YES, _NO, _NOT_TOLD, _LEFT = 0, 1, 3, 4
_STATUSES = {State.YES: _YES, State.NO: _NO, State.UNKNOWN: _NOT_TOLD}
_WORDS = {State.YES: "yes", State.NO: "no", State.UNKNOWN: "not told"}
_CREDENTIALS = "Credentials are those of clouds.yaml (--os-cloud NAME) or of the OS_* variables."
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(options: argparse.Namespace) -> int:
    """Check a cloud; return the exit status."""
    if not settings.configured:
        # Horizon's settings are of no use here: our own defaults, and Django's.
        settings.configure()
    report = _Report(as_json=options.json)
    try:
        login = credentials.log_in(options.os_cloud)
    except LoginFailed as error:
        return report.no_login(error)
    report.login(login)
    here = check_horizon.ask(login.roles, options.folder)
    report.part("This Horizon", of_horizon(here), {"horizon": asdict(here) if here else None})
    read = survey(login.connect, here.allowed if here else {}, here.settings if here else {})
    report.survey(read)
    found = read.findings
    if options.probe_reimage:
        after = LEFT_AFTER if options.left_after is None else options.left_after * 60
        return _probe(report, login, found, options.type, after)
    readable = next(each for each in found if each.key == "block_storage")
    return report.end(_NOT_TOLD if readable.state is State.UNKNOWN else _YES)


def of_horizon(here: Told | None) -> tuple[Finding, ...]:
    """Return what is said of the Horizon of this Python; None: there is none."""
    if here is None:
        text = "Horizon: not in this Python, so what it shows is not known"
        return (Finding("horizon", State.UNKNOWN, text, "Run this with the Python of Horizon"),)
    right = State.NO if here.errors else State.YES
    found = [
        Finding("horizon", right, f"Horizon {here.horizon or '(not read)'}"),
        Finding("set_up", right, " ".join(here.errors) or "Nothing has to be mended"),
    ]
    if here.warnings:
        found.append(Finding("set_up_warnings", State.NO, " ".join(here.warnings)))
    if here.panels:
        stock = [name for name, stands in here.panels.items() if not stands]
        text = f"{len(here.panels) - len(stock)} of {len(here.panels)} panels are the plugin's"
        text += f"; Horizon's own pages are shown at {', '.join(stock)}" if stock else ""
        found.append(Finding("panels", State.NO if stock else State.YES, text))
    return tuple(found)


def _probe(
    report: _Report, login: Login, found: Iterable[Finding], type_name: str | None, after: float
) -> int:
    """Try re-imaging, unless it is known what would come of it."""
    known = {each.key: each for each in found}.get("reimage")
    by_image = known is not None and known.do == BY_IMAGE
    if known is None or (known.state is State.NO and not by_image):
        state = State.UNKNOWN if known is None else State.NO
        text = "Nothing was tried: see above." if known is None else f"{known.text}."
        return report.proof(Proof(state, text, type_name))
    stop = Stop()
    with _signals(stop, report):
        if not _remove_leftovers(report, login, stop, after):
            return report.proof(Proof(State.UNKNOWN, "It was stopped before it began.", type_name))
        proof = reimage_probe.prove(
            login.connect, type_name, stop, report.step, only_image=by_image
        )
    return report.proof(proof)


def _remove_leftovers(report: _Report, login: Login, stop: Stop, after: float) -> bool:
    """Remove what earlier runs have left; tell whether somebody has not asked for the end."""
    try:
        found = reimage_probe.leftovers(login.connect)
    except RequestFailed as error:
        report.step(f"what earlier runs have left cannot be read: {because(error.failure)}")
        return True
    ages: dict[str, float] = {}
    for each in found:
        # Of unknown age is what the service has not dated: taken for new.
        ages[each.run] = min(each.age or 0.0, ages.get(each.run, float("inf")))
    old = tuple(each for each in found if ages[each.run] >= after)
    young = tuple(each for each in found if ages[each.run] < after)
    left: tuple[Left, ...] = ()
    if old:
        report.step(f"removing {len(old)} things that an earlier run has left")
        left = reimage_probe.remove(login.connect, old, stop)
    report.leftovers(old, young, left)
    return not stop.times


@contextmanager
def _signals(stop: Stop, report: _Report) -> Iterator[None]:
    """Let Ctrl-C and the like end the probe between two requests, so that it can clean up."""

    def ask(_number: int, _frame: object) -> None:
        stop.ask()
        again = "" if stop.times > 1 else " Asked again, it stops at once and tells what is left."
        report.step(f"stopping: what was made is removed first.{again}")

    before = {each: signal.signal(each, ask) for each in _SIGNALS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


class _Report:
    """Prints what is found: as text when it is found, or at the end in JSON."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._said: dict[str, Any] = {"snapshot_dashboard": snapshot_dashboard.__version__}
        self._is_left = False

    def _print(self, *lines: str) -> None:
        if not self._as_json:
            print(*(plain(each) for each in lines), sep="\n", flush=True)

    def step(self, text: str) -> None:
        """Tell a person what is being done; where the terminal is gone, nobody."""
        with suppress(OSError):
            print(f"... {plain(text)}", file=sys.stderr, flush=True)

    def no_login(self, error: LoginFailed) -> int:
        """Tell that nothing can be read."""
        self._said["error"] = error.reason
        print(plain(f"No login: {error.reason}"), _CREDENTIALS, sep="\n", file=sys.stderr)
        return self.end(_NOT_TOLD)

    def login(self, login: Login) -> None:
        """Tell which cloud it is."""
        self._said["cloud"] = {
            "auth_url": login.auth_url,
            "region": login.region,
            "project_id": login.project_id,
            "project": login.project,
            "roles": login.roles,
        }
        place = (
            f"region {login.region or 'not named'}, project {login.project} ({login.project_id})"
        )
        self._print(f"Cloud {login.auth_url}, {place}, roles {', '.join(login.roles)}")

    def survey(self, read: Survey) -> None:
        """Tell what was read of the cloud."""
        for title, found in read.parts.items():
            self.part(title, found)
        self._said |= read.details

    def part(
        self, title: str, found: Iterable[Finding], details: Mapping[str, object] | None = None
    ) -> None:
        """Tell what was found about one thing."""
        self._said |= details or {}
        told = self._said.setdefault("findings", {})
        self._print("", title)
        for each in found:
            said = {"state": each.state.value, "text": each.text, "do": each.do, "part": title}
            told[each.key] = said
            self._print(f"{_WORDS[each.state]:8} {each.text}")
            if each.do:
                self._print(f"         To do: {each.do}.")

    def leftovers(
        self, old: Iterable[Thing], young: Iterable[Thing], left: tuple[Left, ...]
    ) -> None:
        """Tell what earlier runs have left, and what became of it."""
        self._said["earlier_runs"] = {
            "found": [_told(each) for each in old],
            "left": [_told(each.thing, each.why) for each in left],
            "perhaps_in_use": [_told(each) for each in young],
        }
        self._left(left)
        for each in young:
            self._print(f"in use?  {each.kind.value} {each.id}: another probe may be at work.")
        if young:
            self._print("         If none is, remove them with --left-after 0")

    def proof(self, proof: Proof) -> int:
        """Tell what the probe has found out; return the exit status."""
        may = proof.state is State.YES
        self._said["probe"] = {
            "state": proof.state.value,
            "text": proof.text,
            "volume_type": proof.type_name,
            "setting": setting(proof.type_name, proof.word) if proof.word else None,
            "left": [_told(each.thing, each.why) for each in proof.left],
            "not_looked_for": proof.unseen,
        }
        self._print(*_conclusion(proof))
        self._left(proof.left)
        if proof.unseen:
            self._is_left = True
            self._print(f"LEFT?    It could not be read whether something is left: {proof.unseen}")
        elif not proof.left:
            self._print("         Everything that was made has been removed.")
        return self.end(_LEFT if may and self._is_left else _STATUSES[proof.state])

    def _left(self, left: tuple[Left, ...]) -> None:
        self._is_left |= bool(left)
        if left:
            self._print("LEFT     This could not be removed:")
        for each in left:
            why = f"   # {each.why}" if each.why else ""
            self._print(f"         {each.thing.command}{why}")

    def end(self, status: int) -> int:
        """Print the JSON where that is asked for; return the exit status."""
        if self._as_json:
            print(json.dumps({**self._said, "exit_status": status}, indent=2))
        return status


def _told(thing: Thing, why: str = "") -> dict[str, Any]:
    said = {**asdict(thing), "kind": thing.kind.value, "command": thing.command}
    return {**said, "why": why} if why else said


def _conclusion(proof: Proof) -> Iterator[str]:
    yield f"{_WORDS[proof.state]:8} {proof.text}"
    of = f"volume type {proof.type_name}" if proof.type_name else "the cloud's default volume type"
    if proof.word:
        yield f"RESULT   REIMAGE_FROM_SNAPSHOT may be switched on for {of}:"
        yield f"         SNAPSHOT_DASHBOARD = {{{setting(proof.type_name, proof.word)}}}"
    elif proof.state is State.NO:
        yield f'RESULT   REIMAGE_FROM_SNAPSHOT has to stay "never" for {of}.'
    else:
        yield f'RESULT   It could not be told: leave REIMAGE_FROM_SNAPSHOT at "never" for {of}.'
