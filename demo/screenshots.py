# SPDX-License-Identifier: Apache-2.0
"""Takes the screenshots of the README and the guide from the running demo."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome

from demo import browser
from demo.dashboard import running_in
from demo.layout import ROOT, Flavour, Home, chosen_home
from demo.pictures import open_dialog, open_list, open_menu, resize
from demo.problem import Problem
from devcloud.access import load

FOLDER = ROOT / "docs" / "images"
USER = "anna"
VOLUMES, SNAPSHOTS = "/project/volumes/", "/project/snapshots/"
# Where the dialogs of a volume stand.
ACTION, BACKUP = "/create_snapshot/", "/create_backup/"
# Picture of a dialog -> a volume of the demo data that shows it, and where the dialog stands.
DIALOGS = {
    "create-snapshot-attached.png": ("web-data", ACTION),
    "create-snapshot-detached.png": ("wiki-data", ACTION),
    "create-snapshot-shut-off.png": ("db-data", ACTION),
    "create-snapshot-held.png": ("archive-data", ACTION),
    "create-backup.png": ("web-data", BACKUP),
}
# Two parts of a search, as they are in the address of the Snapshots page.
SEARCH = (("field", "volume"), ("value", "web-data"), ("field", "age"), ("value", "newer:1w"))
# A snapshot of a volume that an instance can start from.
BOOTABLE = "before kernel update"


def main() -> int:
    """Take all pictures; return the exit code."""
    home = chosen_home()
    try:
        with _somebody(home) as (chrome, base):
            FOLDER.mkdir(parents=True, exist_ok=True)
            _menu(chrome, base)
            for picture, (volume, action) in DIALOGS.items():
                _dialog(chrome, base, picture, volume, action)
            _snapshots(chrome, base)
            _search(chrome, base)
            _create_volume(chrome, base)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    except WebDriverException as problem:
        # A dashboard that runs for long may have lost its scripts to newer builds.
        print(
            f"A page looks wrong. Restart the demo and try again.\n{problem.msg}", file=sys.stderr
        )
        return 1
    for file in sorted(FOLDER.glob("*.png")):
        print(f"{file}  {file.stat().st_size // 1000} kB")
    return 0


@contextmanager
def _somebody(home: Home) -> Iterator[tuple[Chrome, str]]:
    """Yield a browser in which a cloud user is logged in, and the dashboard's address.

    Raises Problem when no demo is running.
    """
    bases = list(running_in(home, Flavour.PLUGIN))
    if not bases:
        raise Problem("The demo is not running. Start it in another window: make demo")
    with browser.opened(home) as chrome:
        browser.log_in(chrome, bases[0], load(home.path).login(USER), VOLUMES)
        resize(chrome)
        yield chrome, bases[0]


def _menu(chrome: Chrome, base: str) -> None:
    """The Volumes page with the menu of a volume open."""
    open_list(chrome, base + VOLUMES, ("sort", "-name"))
    open_menu(chrome, "wiki-data", ACTION)
    chrome.save_screenshot(str(FOLDER / "volumes-menu.png"))


def _dialog(chrome: Chrome, base: str, picture: str, volume: str, action: str) -> None:
    """A dialog about one volume, without the page behind it."""
    open_list(chrome, base + VOLUMES, ("field", "name"), ("value", volume))
    open_dialog(chrome, volume, action).screenshot(str(FOLDER / picture))


def _snapshots(chrome: Chrome, base: str) -> None:
    """The Snapshots page."""
    open_list(chrome, base + SNAPSHOTS)
    chrome.save_screenshot(str(FOLDER / "snapshots.png"))


def _search(chrome: Chrome, base: str) -> None:
    """The Snapshots page with what is left of it by a search of two parts."""
    open_list(chrome, base + SNAPSHOTS, *SEARCH)
    chrome.save_screenshot(str(FOLDER / "snapshots-search.png"))


def _create_volume(chrome: Chrome, base: str) -> None:
    """Create Volume for a snapshot of a volume that boots."""
    open_list(chrome, base + SNAPSHOTS, ("field", "name"), ("value", BOOTABLE))
    dialog = open_dialog(chrome, BOOTABLE, "?snapshot_id=")
    dialog.screenshot(str(FOLDER / "create-volume.png"))


if __name__ == "__main__":
    sys.exit(main())
