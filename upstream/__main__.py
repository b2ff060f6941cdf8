# SPDX-License-Identifier: Apache-2.0
"""``make upstream``: applies and tests the patches; ``measure`` tells what they are worth."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from demo import assets, environments, prerequisites
from demo.cloud import Cloud
from demo.layout import Flavour, chosen_home
from demo.ports import cloud_ports
from demo.problem import Problem
from demo.processes import Children
from demo.session import cloud_kept_until_last
from demo.tables import aligned
from devcloud.errors import DevcloudError
from upstream.patches import FOLDER, RELEASE
from upstream.records import write
from upstream.testing import HEADINGS, verdicts

LAST_RUN = FOLDER / "last-run.rst"
_PORT_BASES = range(28000, 29000, 100)


def test(*, keep: bool) -> None:
    """Apply and test all patches, print a table, and ``keep`` it when everything is right.

    Raises Problem when something is not.
    """
    with Children() as children:
        found = verdicts(children)
    table = aligned([HEADINGS, *(verdict.cells() for verdict in found)])
    print("\n" + table)
    if not all(verdict.good for verdict in found):
        raise Problem("Not every patch is right.")
    if keep:
        write(LAST_RUN, "Last run of make upstream", f"The patches on Horizon {RELEASE}.", table)


def measure(options: Sequence[str]) -> None:
    """Have the figures taken on a cloud of their own.

    Raises Problem when something cannot be installed, started or measured.
    """
    home = chosen_home("upstream-cloud")
    with cloud_kept_until_last(home), Children() as children:
        for flavour in Flavour:
            environments.ensure(flavour, children)
            assets.ensure(flavour, children)
        Cloud(home, children, cloud_ports(_PORT_BASES)).up()
        command: list[str | Path] = [Flavour.PLUGIN.python, "-m", "upstream.measuring", *options]
        settings = {"DEVCLOUD_HOME": str(home.path)}
        if children.start(command, output=None, settings=settings).wait() != 0:
            raise Problem("It was not measured; see above.")


def main() -> int:
    """Run one command; return the exit code."""
    parser = argparse.ArgumentParser(prog="python3 -m upstream", description=__doc__)
    parser.add_argument("command", nargs="?", choices=["test", "measure"], default="test")
    parser.add_argument("--keep", action="store_true", help="write the result into this folder")
    options = parser.parse_args()
    try:
        prerequisites.check_python()
        if options.command == "test":
            test(keep=options.keep)
        else:
            measure(["--keep"] if options.keep else [])
    except DevcloudError as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
