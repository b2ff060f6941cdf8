# SPDX-License-Identifier: Apache-2.0
"""Until a person can use it: pages and dialogs in headless Chromium, stock's and ours in turn."""

from __future__ import annotations

import statistics
from collections.abc import Mapping

from selenium.webdriver import Chrome

_LINK = 'a[href*="/create_snapshot/"]'
# From the start of the navigation until the page's own scripts have run.
_LOADED = """
    const done = arguments[arguments.length - 1];
    const look = () => {
        const [entry] = performance.getEntriesByType('navigation');
        if (entry.loadEventEnd) { done(entry.loadEventEnd); } else { setTimeout(look, 5); }
    };
    look();
"""
# From the click until the dialog's first field can be typed into.
_OPENED = """
    const [selector, done] = [arguments[0], arguments[arguments.length - 1]];
    const began = performance.now();
    const look = () => {
        const field = document.querySelector('#modal_wrapper .modal.in [name=name]');
        const there = field && field.getClientRects().length;
        if (there) { done(performance.now() - began); } else { requestAnimationFrame(look); }
    };
    document.querySelector(selector).click();
    look();
"""


def page(browsers: Mapping[str, tuple[Chrome, str]], path: str, repeats: int) -> dict[str, float]:
    """Return the median in milliseconds until a page can be used, for each browser and base."""
    found: dict[str, list[float]] = {name: [] for name in browsers}
    for _turn in range(repeats + 1):
        for name, (browser, base) in browsers.items():
            browser.get(base + path)
            found[name].append(float(browser.execute_async_script(_LOADED)))
    return {name: round(statistics.median(times[1:]), 1) for name, times in found.items()}


def dialog(browsers: Mapping[str, tuple[Chrome, str]], repeats: int) -> dict[str, float]:
    """Return the median in milliseconds until Create Snapshot can be typed into.

    It is opened from the first row of the Volumes page.
    """
    found: dict[str, list[float]] = {name: [] for name in browsers}
    for _turn in range(repeats + 1):
        for name, (browser, base) in browsers.items():
            browser.get(base + "/project/volumes/")
            browser.execute_async_script(_LOADED)
            found[name].append(float(browser.execute_async_script(_OPENED, _LINK)))
    return {name: round(statistics.median(times[1:]), 1) for name, times in found.items()}
