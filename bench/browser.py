# SPDX-License-Identifier: Apache-2.0
"""Times until a page or dialog is usable in headless Chromium, stock's and ours in turn."""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from selenium.common.exceptions import TimeoutException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import presence_of_element_located
from selenium.webdriver.support.wait import WebDriverWait

from bench.errors import Unmeasurable
from bench.measuring import Patience
from bench.sides import Side
from bench.subjects import ADMIN_SNAPSHOTS, ADMIN_VOLUMES, SNAPSHOTS, VOLUMES
from demo import browser as chromium
from demo.layout import Home
from devcloud.access import Login

# Seconds for a page of stock's to be answered on a busy machine, and for what is in it.
_PAGE_SECONDS = 180
_SECONDS = 60
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
    const [link, done] = [arguments[0], arguments[arguments.length - 1]];
    const began = performance.now();
    const look = () => {
        const field = document.querySelector('#modal_wrapper .modal.in [name=name]');
        const there = field && field.getClientRects().length;
        if (there) { done(performance.now() - began); } else { requestAnimationFrame(look); }
    };
    link.click();
    look();
"""


@dataclass(frozen=True)
class Sight:
    """A page, or the dialog that a link on it opens."""

    name: str
    path: str
    link: str = ""
    admin: bool = False


SIGHTS = (
    Sight("Volumes", VOLUMES),
    Sight("Snapshots", SNAPSHOTS),
    Sight("Create Snapshot", VOLUMES, 'a[href*="/create_snapshot/"]'),
    Sight("Create Volume", SNAPSHOTS, 'a[href*="/volumes/create/?snapshot_id="]'),
    Sight("Admin Volumes", ADMIN_VOLUMES, admin=True),
    Sight("Admin Snapshots", ADMIN_SNAPSHOTS, admin=True),
)

Windows = Mapping[str, tuple[Chrome, str]]


def measure(
    home: Home, sides: Sequence[Side], people: Mapping[bool, Login], patience: Patience
) -> dict[str, dict[str, float]]:
    """Return for each sight the median in milliseconds in each Horizon.

    :raises Unmeasurable: a page or a dialog does not come.
    """
    found = {}
    for admin, login in people.items():
        with _opened(home, sides, login) as windows:
            for sight in SIGHTS:
                if sight.admin == admin:
                    found[sight.name] = _compared(windows, sight, patience)
    return found


@contextlib.contextmanager
def _opened(home: Home, sides: Sequence[Side], login: Login) -> Iterator[Windows]:
    """Yield a browser for each Horizon, in which the person is logged in."""
    with contextlib.ExitStack() as open_ones:
        found = {}
        for side in sides:
            window = open_ones.enter_context(chromium.opened(home))
            window.set_page_load_timeout(_PAGE_SECONDS)
            window.set_script_timeout(_SECONDS)
            chromium.log_in(window, side.base, login, "/settings/")
            found[side.name] = (window, side.base)
        yield found


def _compared(windows: Windows, sight: Sight, patience: Patience) -> dict[str, float]:
    asking: dict[str, Callable[[], float]] = {
        name: lambda window=window, base=base: once(window, base, sight)  # type: ignore[misc]
        for name, (window, base) in windows.items()
    }
    # What is cached by the browser is there afterwards, as it is for a person.
    for ask in asking.values() if patience.warm_up else ():
        ask()
    found: dict[str, list[float]] = {name: [] for name in asking}
    # A dialog is quick, but not the page that it is opened from.
    spent: dict[str, list[float]] = {name: [] for name in asking}
    while asking:
        for name, ask in asking.items():
            began = time.perf_counter()
            found[name].append(ask())
            spent[name].append((time.perf_counter() - began) * 1000)
        asking = {name: ask for name, ask in asking.items() if not patience.is_over(spent[name])}
    return {name: round(statistics.median(times), 1) for name, times in found.items()}


def once(window: Chrome, base: str, sight: Sight) -> float:
    """Return the milliseconds until it can be used.

    :raises Unmeasurable: it does not come; the text says what the page says.
    """
    try:
        window.get(base + sight.path)
        loaded = float(window.execute_async_script(_LOADED))
        if not sight.link:
            return loaded
        there = presence_of_element_located((By.CSS_SELECTOR, sight.link))
        link = WebDriverWait(window, _SECONDS).until(there)
        return float(window.execute_async_script(_OPENED, link))
    except TimeoutException as error:
        raise Unmeasurable(f"{sight.name} at {base}: {_told(window)}") from error


def _told(window: Chrome) -> str:
    """Return where the browser is, and what the page says there."""
    rows = len(window.find_elements(By.CSS_SELECTOR, "tr[data-object-id]"))
    said = [each.text for each in window.find_elements(By.CSS_SELECTOR, ".alert, .modal.in")]
    return f"{window.current_url} shows {rows} rows and says {said}"
