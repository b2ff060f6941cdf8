# SPDX-License-Identifier: Apache-2.0
"""Command that switches the plugin on and off in a Horizon and checks its configuration.

``python -m snapshot_dashboard enable | disable | check``, with the Python that runs Horizon.
``check --cloud`` asks a cloud instead, with its credentials, from anywhere.
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
# The exit status where nothing is known, as that of check_cloud; 2 is argparse's.
_NOT_TOLD = 3


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
    for dashboard in horizon.get_dashboards():
        for panel in dashboard.get_panels():
            shown = getattr(type(panel), "urls", None) or ""
            if type(panel).__module__.startswith("snapshot_dashboard.") and shown.startswith(
                "openstack_dashboard."
            ):
                name = f"{dashboard.slug}/{panel.slug}"
                yield f"Panel {name}: Horizon's own pages are used. Horizon's log says why."


def _add_cloud_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``check`` that are about a cloud."""
    group = parser.add_argument_group("a cloud, in the place of files and settings")
    group.add_argument(
        "--cloud", action="store_true", help="tell what the cloud can do; reads only"
    )
    group.add_argument(
        "--os-cloud", metavar="NAME", help="entry of clouds.yaml; else OS_CLOUD or OS_* variables"
    )
    group.add_argument("--json", action="store_true", help="tell it to programs")
    group.add_argument(
        "--probe-reimage",
        action="store_true",
        help="make a volume, snapshots and images, try REIMAGE_FROM_SNAPSHOT, and remove them",
    )
    group.add_argument("--type", metavar="NAME", help="volume type of the probe")
    group.add_argument(
        "--left-after",
        metavar="MINUTES",
        type=float,
        help="remove what a probe has left this long ago (default: 60)",
    )


def _wrong_options(options: argparse.Namespace) -> str:
    """Return what is wrong with the options together, empty for nothing."""
    if not options.cloud:
        given = (options.os_cloud, options.json, options.probe_reimage)
        return "these options need --cloud" if any(given) or _of_probe(options) else ""
    if options.folder:
        return "--folder is for a check of Horizon's files, not of a --cloud"
    return "" if options.probe_reimage or not _of_probe(options) else _NEEDS_PROBE


_NEEDS_PROBE = "--type and --left-after need --probe-reimage"


def _of_probe(options: argparse.Namespace) -> bool:
    return options.type is not None or options.left_after is not None


def _check_cloud(options: argparse.Namespace) -> int:
    """Check a cloud; what that needs is imported here, as the other commands do without."""
    try:
        from snapshot_dashboard import check_cloud
    except ModuleNotFoundError as error:
        if error.name != "openstack":
            raise
        print("This needs openstacksdk: pip install openstacksdk", file=sys.stderr)
        return _NOT_TOLD
    return check_cloud.run(options)


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
        if name == "check":
            _add_cloud_options(command)
    options = parser.parse_args(arguments)
    if options.command == "check":
        if wrong := _wrong_options(options):
            parser.error(wrong)
        if options.cloud:
            return _check_cloud(options)
    run, _purpose = _COMMANDS[options.command]
    try:
        return run(options.folder or installation.folder_of_horizon())
    except InstallationProblem as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
