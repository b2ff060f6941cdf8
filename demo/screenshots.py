# SPDX-License-Identifier: Apache-2.0
"""The pictures of the README, taken from the running demo as a cloud user sees it."""

import sys

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as expected
from selenium.webdriver.support.wait import WebDriverWait

from demo import browser
from demo.dashboard import running_in
from demo.layout import ROOT, Flavour, chosen_home
from demo.problem import Problem
from devcloud.access import load

FOLDER = ROOT / "docs" / "images"
USER = "anna"
# Picture -> a volume of the demo data that shows it.
PICTURES = {
    "create-snapshot-attached.png": "web-data",
    "create-snapshot-detached.png": "wiki-data",
}
# Horizon shows a dialog with a spinner first; this is the real one.
FORM = ".modal-dialog form[action*='/create_snapshot/']"
# What a browser reports when Bootstrap's sliding in is over.
AT_REST = frozenset({"none", "matrix(1, 0, 0, 1, 0, 0)"})


def main() -> int:
    """Take all pictures; return the exit code."""
    home = chosen_home()
    try:
        bases = list(running_in(home, Flavour.PLUGIN))
        if not bases:
            raise Problem("The demo is not running. Start it in another window: make demo")
        FOLDER.mkdir(parents=True, exist_ok=True)
        with browser.opened(home) as chrome:
            browser.log_in(chrome, bases[0], load(home.path).login(USER), "/project/volumes/")
            for picture, volume in PICTURES.items():
                _open_dialog(chrome, f"{bases[0]}/project/volumes/", volume)
                chrome.save_screenshot(str(FOLDER / picture))
                print(FOLDER / picture)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def _open_dialog(chrome: Chrome, page: str, volume: str) -> None:
    """Find a volume by its name and open its Create Snapshot dialog."""
    wait = WebDriverWait(chrome, browser.WAIT_SECONDS)
    chrome.get(page)
    search = chrome.find_element(By.NAME, "volumes__volumes_filter__q")
    search.clear()
    search.send_keys(volume)
    chrome.find_element(By.ID, "volumes__action_volumes_filter").click()
    wait.until(expected.staleness_of(search))
    link = wait.until(
        expected.presence_of_element_located(
            (By.XPATH, f"//tr[@data-display='{volume}']//a[contains(@href, '/create_snapshot/')]")
        )
    )
    # The link stands in a closed menu, where a person would click twice.
    chrome.execute_script("arguments[0].click()", link)
    wait.until(expected.visibility_of_element_located((By.CSS_SELECTOR, FORM)))
    dialog = chrome.find_element(By.XPATH, "//form/ancestor::*[contains(@class, 'modal-dialog')]")
    wait.until(lambda _: dialog.value_of_css_property("transform") in AT_REST)


if __name__ == "__main__":
    sys.exit(main())
