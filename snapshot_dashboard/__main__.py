# SPDX-License-Identifier: Apache-2.0
"""Command that switches the plugin on and off in a Horizon and checks its configuration.

``python -m snapshot_dashboard enable | disable | check``, with the Python that runs Horizon.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import snapshot_dashboard
from snapshot_dashboard import installation, switches
from snapshot_dashboard.installation import FileState, InstallationProblem

_AFTERWARDS = """\
Then, with Horizon's manage.py: collectstatic --noinput, compress (where compression is offline),
and restart Horizon."""
# These are wrong, not only worth knowing.
_ERRORS = ("snapshot_dashboard.W003",)


def _enable(folder: Path) -> int:
    for line in installation.enable(folder):
        print(line)
    print(_AFTERWARDS)
    return 0


def _disable(folder: Path) -> int:
    lines = list(installation.disable(folder))
    print("\n".join(lines) or "Nothing to remove: it is not enabled.")
    if lines:
        print(_AFTERWARDS)
    return 0


def _check(folder: Path) -> int:
    """Print what is wrong; return 1 when something has to be mended."""
    errors = list(_wrong_files(folder))
    if not errors:
        errors += _wrong_set_up()
    for error in errors:
        print(f"ERROR    {error}")
    print("Something has to be mended." if errors else "The set-up is right.")
    return 1 if errors else 0


def _wrong_files(folder: Path) -> Iterator[str]:
    found = {switch: switch.state for switch in installation.switches(folder)}
    if set(found.values()) <= {FileState.ABSENT, FileState.FOREIGN}:
        yield "It is not enabled. Run: python -m snapshot_dashboard enable"
        return
    for switch, state in found.items():
        if state is FileState.ABSENT:
            yield f"{switch.path} is missing. Run: python -m snapshot_dashboard enable"
        elif state is FileState.FOREIGN:
            print(f"WARNING  {switch.path} is not ours: what it says goes on to hold.")
        elif state is FileState.OLD:
            print(f"WARNING  {switch.path} is ours in an older form; enable renews it.")


def _wrong_set_up() -> Iterator[str]:
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
        print('WARNING  SNAPSHOT_DASHBOARD["ENABLED"] is False: Horizon shows its own pages.')
    for message in run_checks(tags=["snapshot_dashboard"]):
        text = " ".join(filter(None, [f"{message.id}:", message.msg, message.hint]))
        if message.id in _ERRORS:
            yield text
        else:
            print(f"WARNING  {text}")
    yield from _stock_pages()


def _stock_pages() -> Iterator[str]:
    """Name each of our panels that shows stock's pages, because ours do not fit this Horizon."""
    import horizon
    from django.urls import reverse

    reverse("login")  # with the first address Horizon reads its panels
    for panel in horizon.get_dashboard("project").get_panels():
        shown = getattr(type(panel), "urls", None) or ""
        if type(panel).__module__.startswith("snapshot_dashboard.") and shown.startswith(
            "openstack_dashboard."
        ):
            yield f"Panel {panel.slug}: Horizon's own pages are used. Horizon's log says why."


_COMMANDS = {
    "enable": (_enable, "make the files that switch it on; never overwrites others"),
    "disable": (_disable, "remove these files"),
    "check": (_check, "look for what is wrong with files and settings"),
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m snapshot_dashboard", description=__doc__)
    parser.add_argument(
        "--version",
        action="version",
        version=f"snapshot-dashboard {snapshot_dashboard.__version__}",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (_run, purpose) in _COMMANDS.items():
        command = commands.add_parser(name, help=purpose)
        command.add_argument(
            "--folder", type=Path, help="Horizon's openstack_dashboard/local/enabled"
        )
    options = parser.parse_args(arguments)
    run, _purpose = _COMMANDS[options.command]
    try:
        return run(options.folder or installation.folder_of_horizon())
    except InstallationProblem as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
