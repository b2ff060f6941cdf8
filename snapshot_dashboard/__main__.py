# SPDX-License-Identifier: Apache-2.0
"""Command that switches the plugin on and off in a Horizon and checks its configuration.

``python -m snapshot_dashboard enable | disable | check``, with the Python that runs Horizon.
``check --cloud`` asks a cloud, too, with its credentials, from anywhere; so does ``keep``, which
takes and deletes the snapshots that schedules ask for.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

import snapshot_dashboard
from snapshot_dashboard import check_horizon, installation
from snapshot_dashboard.installation import InstallationProblem

_AFTERWARDS = """\
Then, with Horizon's manage.py: collectstatic --noinput, compress (where compression is offline),
and restart Horizon."""
# The exit status where nothing is known, as that of check_cloud; 2 is argparse's.
_NOT_TOLD = 3


def _enable(folder: Path, _options: argparse.Namespace) -> int:
    for line in installation.enable(folder):
        print(line)
    print(_AFTERWARDS)
    return 0


def _disable(folder: Path, _options: argparse.Namespace) -> int:
    lines = list(installation.disable(folder))
    print("\n".join(lines) or "Nothing to remove: it is not enabled.")
    if lines:
        print(_AFTERWARDS)
    return 0


def _check(folder: Path, options: argparse.Namespace) -> int:
    """Tell what is wrong; return 1 when something has to be mended."""
    if options.json:
        return check_horizon.print_json(folder, options.roles.split(",") if options.roles else ())
    told = check_horizon.check(folder)
    check_horizon.print_text(told)
    return told.status


def _add_cloud_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``check`` that are about a cloud."""
    parser.add_argument("--json", action="store_true", help="tell it to programs")
    parser.add_argument(
        "--roles",
        metavar="NAMES",
        default="",
        help="with --json: what Horizon shows to these roles",
    )
    group = parser.add_argument_group("a cloud, and the Horizon of this Python")
    group.add_argument(
        "--cloud", action="store_true", help="tell what the cloud can do; reads only"
    )
    group.add_argument(
        "--os-cloud", metavar="NAME", help="entry of clouds.yaml; else OS_CLOUD or OS_* variables"
    )
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
        given = (options.os_cloud, options.probe_reimage)
        return "these options need --cloud" if any(given) or _of_probe(options) else ""
    if options.roles:
        return "with --cloud the roles are those of the credentials"
    return "" if options.probe_reimage or not _of_probe(options) else _NEEDS_PROBE


_NEEDS_PROBE = "--type and --left-after need --probe-reimage"


def _of_probe(options: argparse.Namespace) -> bool:
    return options.type is not None or options.left_after is not None


def _with_cloud(module: str, options: argparse.Namespace) -> int:
    """Run what talks to a cloud; what that needs is imported here, as the others do without."""
    try:
        command = importlib.import_module(f"snapshot_dashboard.{module}")
    except ModuleNotFoundError as error:
        if error.name != "openstack":
            raise
        print("This needs openstacksdk: pip install openstacksdk", file=sys.stderr)
        return _NOT_TOLD
    status: int = command.run(options)
    return status


def _add_keep_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="tell what would be done")
    parser.add_argument("--json", action="store_true", help="one line of JSON for each event")
    parser.add_argument(
        "--os-cloud", metavar="NAME", help="entry of clouds.yaml; else OS_CLOUD or OS_* variables"
    )
    parser.add_argument(
        "--each-project",
        action="store_true",
        help="every project in which the user of the credentials has a role",
    )
    parser.add_argument(
        "--dependency",
        choices=("may", "never"),
        default="may",
        help="never: the storage deletes snapshots from which volumes were made (default: may)",
    )


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
    _add_keep_options(commands.add_parser("keep", help="take and delete snapshots by schedules"))
    options = parser.parse_args(arguments)
    if options.command == "keep":
        return _with_cloud("keep_command", options)
    if options.command == "check":
        if wrong := _wrong_options(options):
            parser.error(wrong)
        if options.cloud:
            return _with_cloud("check_cloud", options)
    run, _purpose = _COMMANDS[options.command]
    try:
        return run(options.folder or installation.folder_of_horizon(), options)
    except InstallationProblem as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
