# SPDX-License-Identifier: Apache-2.0
"""Navigates a browser to the page that a screenshot shows."""

from urllib.parse import urlencode

from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support import expected_conditions as expected
from selenium.webdriver.support.wait import WebDriverWait

from demo.browser import HEIGHT, WAIT_SECONDS, WIDTH

DIALOG = "#modal_wrapper .sd-dialog.in"
# What a browser reports when Bootstrap's sliding in is over.
AT_REST = frozenset({"none", "matrix(1, 0, 0, 1, 0, 0)"})
# True when nothing is shown by its id for want of a name, or the names have been asked for.
NAMES_ARE_READ = """
return !document.querySelector('[data-sd-name]') ||
  performance.getEntriesByType('resource').some(entry => entry.name.includes('/names/'))
"""
# True when what a script fills in after the page is there: the limits, and how many snapshots
# each volume has, all of them at once.
NUMBERS_ARE_READ = """
return !document.querySelector('[data-sd-later=usage]:empty') &&
  (!document.querySelector('.sd-count') || !!document.querySelector('.sd-count .sd-newest'))
"""


def resize(chrome: Chrome) -> None:
    """Make the page as large as the window is to be: a window's own bars take some of it."""
    size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
    chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def open_list(chrome: Chrome, page: str, *said: tuple[str, str]) -> None:
    """Open a list; ``said`` goes into its address: the parts of a search, or a sorting."""
    address = f"{page}?{urlencode(said)}"
    chrome.get(address)
    _wait(chrome).until(expected.presence_of_element_located((By.CSS_SELECTOR, "tbody tr")))
    _wait(chrome).until(lambda _: chrome.execute_script(NAMES_ARE_READ))
    # Names are filled in after a page; the next one has them from the start.
    chrome.get(address)
    _wait(chrome).until(lambda _: chrome.execute_script(NUMBERS_ARE_READ))


def open_menu(chrome: Chrome, row: str, action: str) -> None:
    """Open the menu of a row and put the pointer on one of its actions."""
    line = _row(chrome, row)
    line.find_element(By.CSS_SELECTOR, ".dropdown-toggle").click()
    link = line.find_element(By.CSS_SELECTOR, f".dropdown-menu a[href*='{action}']")
    _wait(chrome).until(expected.visibility_of(link))
    ActionChains(chrome).move_to_element(link).perform()


def open_dialog(chrome: Chrome, row: str, action: str) -> WebElement:
    """Open the dialog that a row's action leads to; return what is inside its frame."""
    link = _row(chrome, row).find_element(By.CSS_SELECTOR, f"a[href*='{action}']")
    # The link may stand in a closed menu, where a person would click twice.
    chrome.execute_script("arguments[0].click()", link)
    inside = (By.CSS_SELECTOR, f"{DIALOG} .sd-content")
    content = _wait(chrome).until(expected.visibility_of_element_located(inside))
    frame = chrome.find_element(By.CSS_SELECTOR, f"{DIALOG} .modal-dialog")
    _wait(chrome).until(lambda _: frame.value_of_css_property("transform") in AT_REST)
    # A blinking cursor would make every picture a new one.
    chrome.execute_script("document.activeElement.style.caretColor = 'transparent'")
    return content


def _row(chrome: Chrome, name: str) -> WebElement:
    return chrome.find_element(By.XPATH, f"//tr[@data-display='{name}']")


def _wait(chrome: Chrome) -> WebDriverWait[Chrome]:
    return WebDriverWait(chrome, WAIT_SECONDS)
