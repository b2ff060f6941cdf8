# SPDX-License-Identifier: Apache-2.0
"""``check``: looks for what is wrong with the plugin in a Horizon, and tells what stands there.

``check --cloud`` asks for the same in a process of its own: Horizon's settings are read there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import snapshot_dashboard
from snapshot_dashboard import installation, switches
from snapshot_dashboard.installation import FileState

# These are wrong, not only worth knowing.
_ERRORS = ("snapshot_dashboard.W003",)
# Seconds in which a Horizon has read its settings and its panels.
_PATIENCE = 120


@dataclass
class Told:
    """What is wrong, worth knowing, and there: for people and for programs.

    ``panels`` tells of each of our panels whether its pages are ours, ``allowed`` of each rule
    whether Horizon shows its actions to the roles that were asked about.
    """

    horizon: str = ""
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    panels: dict[str, bool] = field(default_factory=dict)
    allowed: dict[str, bool] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """Return the exit status."""
        return 1 if self.errors else 0


def check(folder: Path, roles: Sequence[str] = ()) -> Told:
    """Look at files, settings and panels of the Horizon whose folder of enabled files this is."""
    told = Told()
    told.errors += _wrong_files(folder, told)
    if not told.errors:
        told.errors += _wrong_set_up(told, roles)
    return told


def print_text(told: Told) -> None:
    """Tell it to people."""
    for warning in told.warnings:
        print(f"WARNING  {warning}")
    for error in told.errors:
        print(f"ERROR    {error}")
    print("Something has to be mended." if told.errors else "The set-up is right.")


def print_json(folder: Path, roles: Sequence[str]) -> int:
    """Tell it to programs; return the exit status."""
    # Whatever Horizon's settings print is for nobody who reads this.
    with redirect_stdout(sys.stderr):
        told = check(folder, roles)
    about = {"snapshot_dashboard": snapshot_dashboard.__version__, **asdict(told)}
    print(json.dumps({**about, "exit_status": told.status}, indent=2, default=str))
    return told.status


def ask(roles: Sequence[str], folder: Path | None) -> Told | None:
    """Ask the Horizon of this Python in a process of its own; None where there is none."""
    if find_spec("openstack_dashboard") is None:
        return None
    command = [sys.executable, "-m", snapshot_dashboard.__name__, "check", "--json"]
    command += [f"--roles={','.join(roles)}", *([f"--folder={folder}"] if folder else [])]
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return Told(errors=["Horizon's settings and panels could not be read in time."])
    try:
        said = json.loads(done.stdout)
    except ValueError:
        last = done.stderr.strip().splitlines()[-1:]
        return Told(errors=["Horizon could not be read.", *last])
    return Told(**{each: said[each] for each in asdict(Told())})


def _wrong_files(folder: Path, told: Told) -> Iterator[str]:
    found = {switch: switch.state for switch in installation.switches(folder)}
    if set(found.values()) <= {FileState.ABSENT, FileState.FOREIGN}:
        yield "It is not enabled. Run: python -m snapshot_dashboard enable"
        return
    for switch, state in found.items():
        if state is FileState.ABSENT:
            yield f"{switch.path} is missing. Run: python -m snapshot_dashboard enable"
        elif state is FileState.FOREIGN:
            told.warnings.append(f"{switch.path} is not ours: what it says goes on to hold.")
        elif state is FileState.OLD:
            told.warnings.append(f"{switch.path} is ours in an older form; enable renews it.")


def _wrong_set_up(told: Told, roles: Sequence[str]) -> Iterator[str]:
    """Start Horizon's settings and let the system checks speak."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openstack_dashboard.settings")
    # What Horizon's own packages will have to change is not what is looked for.
    warnings.simplefilter("ignore")
    import django
    from django.apps import apps
    from django.conf import settings
    from django.core.checks import run_checks

    django.setup()
    if not apps.is_installed(snapshot_dashboard.__name__):
        yield (
            f"Horizon ({settings.SETTINGS_MODULE}) does not read the enabled files. "
            "Is its folder another one?"
        )
        return
    if not switches.wanted():
        told.warnings.append('SNAPSHOT_DASHBOARD["ENABLED"] is False: Horizon shows its own pages.')
    for message in run_checks(tags=["snapshot_dashboard"]):
        text = " ".join(filter(None, [f"{message.id}:", message.msg, message.hint]))
        if message.id in _ERRORS:
            yield text
        else:
            told.warnings.append(text)
    _look_inside(told, roles)
    yield from stock_pages(told.panels)


def _look_inside(told: Told, roles: Sequence[str]) -> None:
    """Note what Horizon shows, whose settings have been read."""
    from importlib.metadata import version

    from snapshot_dashboard import settings
    from snapshot_dashboard.check_roles import allowed

    told.horizon = version("horizon")
    told.settings = settings.configured()
    told.panels = dict(panels())
    told.allowed = allowed(roles) if roles else {}


def panels() -> Iterator[tuple[str, bool]]:
    """Yield each of our panels, and whether it shows our pages."""
    import horizon
    from django.urls import reverse

    reverse("login")  # with the first address Horizon reads its panels
    for dashboard in horizon.get_dashboards():
        for panel in dashboard.get_panels():
            if type(panel).__module__.startswith("snapshot_dashboard."):
                shown = getattr(type(panel), "urls", None) or ""
                stands = not shown.startswith("openstack_dashboard.")
                yield f"{dashboard.slug}/{panel.slug}", stands


def stock_pages(panels: dict[str, bool]) -> Iterator[str]:
    """Name each of our panels that shows stock's pages, because ours do not fit this Horizon."""
    for name, stands in panels.items():
        if not stands:
            yield f"Panel {name}: Horizon's own pages are used. Horizon's log says why."
