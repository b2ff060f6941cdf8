# SPDX-License-Identifier: Apache-2.0
"""Both lists in narrow windows, a dark theme and high contrast.

The pictures are kept.
"""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from demo.layout import Home
from devcloud.access import Access
from tests.browser.axe import violations
from tests.browser.pages import ListPage, all_snapshots, all_volumes, snapshots, volumes
from tests.browser.person import Person
from tests.browser.stage import LONG_NAME
from tests.browser.test_languages import speak
from tests.browser.test_revert_instance import upgraded
from tests.browser.themes import DARK, wear
from tests.cloud.workshop import Workshop

pytestmark = pytest.mark.extended

WINDOWS = (320, 400, 1024, 1280)
CARDS_BELOW = 1200

# Selectors of what reaches beyond the window, and is not scrolled to by itself.
_BEYOND = """
    const parts = Array.from(document.querySelectorAll(arguments[0])).filter((part) =>
        part.getClientRects().length && !part.closest('.sr-only'));
    return parts.filter((part) => {
        const place = part.getBoundingClientRect();
        return place.right > window.innerWidth + 1 || place.left < 0;
    }).map((part) => `${part.tagName}.${part.className}`);
"""

Pages = tuple[ListPage, ...]


@pytest.fixture(scope="module")
def things(shared_workshop: Workshop) -> tuple[Any, Any]:
    """A volume with a long name and a snapshot of it."""
    volume = shared_workshop.volume(LONG_NAME)
    return volume, shared_workshop.snapshot(volume.id)


def _beyond(person: Person, css: str) -> list[str]:
    found: list[str] = person.driver.execute_script(_BEYOND, css)
    return found


def _role(person: Person, css: str) -> str:
    return person.steadily(lambda: person.see(css).aria_role)


def _is_a_card_with_all_that_matters(page: ListPage, row: str) -> None:
    person = page.person
    for part in ("[data-sd-column=name] a", "[data-sd-column=status]", ".btn", ".sd-row-menu"):
        person.see(f"{row} {part}")
    if page.table == "volume_snapshots":
        person.see(f"{row} [data-sd-column=taken]")
    empty = f"{row} [data-sd-empty]"
    assert person.find_all(empty) and not person.all(empty)
    table = f"#{page.table}"
    roles = [table, f"{table} thead .sd-sortable", row, f"{row} [data-sd-column=name]"]
    assert [_role(person, each) for each in roles] == ["table", "columnheader", "row", "cell"]
    person.click(f"{row} .dropdown-toggle")
    person.see(f"{row} .dropdown-menu .data-table-action")
    assert _beyond(person, f"{row} .dropdown-menu *") == []


def _fits(page: ListPage, object_id: str, folder: Path) -> None:
    person = page.person
    for width, language in (*((each, "en") for each in WINDOWS), (1280, "de")):
        speak(person, language)
        person.in_window(width, 900)
        page.open()
        row = page.row(object_id)
        person.see(row)
        assert _beyond(person, "#content_body *") == []
        if width < CARDS_BELOW:
            _is_a_card_with_all_that_matters(page, row)
        name = f"cards-{page.address.strip('/').replace('/', '-')}-{language}-{width}.png"
        person.driver.save_screenshot(str(folder / name))


def _kept(home: Home) -> Path:
    folder = home.path / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.parametrize("where", ["project", "admin"])
def test_nothing_is_cut_off(
    request: pytest.FixtureRequest, things: tuple[Any, Any], home: Home, where: str
) -> None:
    person: Person = request.getfixturevalue("anna" if where == "project" else "support")
    lists: tuple[Callable[[Person], ListPage], ...] = (
        (volumes, snapshots) if where == "project" else (all_volumes, all_snapshots)
    )
    for thing, one in zip(things, lists, strict=True):
        _fits(one(person), thing.id, _kept(home))


def _emulate(person: Person, **features: str) -> None:
    asked = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
    person.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": asked})


def _colours_along(person: Person, css: str) -> set[tuple[int, ...]]:
    """The colours in the middle of an element, from left to right, without its ends."""
    png = person.steadily(lambda: person.see(css).screenshot_as_png)
    with Image.open(io.BytesIO(png)).convert("RGB") as image:
        middle = image.height // 2
        return {image.getpixel((x, middle)) for x in range(8, image.width - 8)}


def test_a_dark_theme_is_readable(anna: Person, things: tuple[Any, Any], home: Home) -> None:
    volume, snapshot = things
    pages = ("volumes/", f"volumes/{volume.id}/create_snapshot/", f"snapshots/{snapshot.id}")
    anna.in_window(1280, 900)
    for number, address in enumerate(pages):
        anna.go(f"/project/{address}")
        wear(anna, DARK)
        found = [str(each) for each in violations(anna.driver, ["#content_body"]) if each.known < 0]
        assert found == []
        anna.driver.save_screenshot(str(_kept(home) / f"dark-{number}.png"))


def test_a_revert_in_place_is_readable_in_a_dark_theme(
    anna: Person, workshop: Workshop, cloud: Access, home: Home
) -> None:
    instance_id, _volumes = upgraded(workshop, cloud)
    form = f"/project/volumes/revert_in_place/{instance_id}/"
    for number, address in enumerate((form, f"{form}progress/", f"{form}progress/")):
        for width in (400, 1280):
            anna.in_window(width, 900)
            anna.go(address)
            anna.driver.save_screenshot(str(_kept(home) / f"revert-{number}-{width}.png"))
            assert _beyond(anna, "#content_body *") == []
        wear(anna, DARK)
        found = [str(each) for each in violations(anna.driver, ["#content_body"]) if each.known < 0]
        anna.driver.save_screenshot(str(_kept(home) / f"revert-{number}-dark.png"))
        assert found == []
        if number == 0:
            anna.go(address)
            anna.tick("#id_acknowledged")
            anna.click("[name=revert]")
            anna.see(".sd-revert-plan", "Done")
        elif number == 1:
            anna.go(address)
            anna.see(".sd-revert-plan", "is reverted, and started")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_quota_bars_are_seen_in_high_contrast(
    anna: Person, things: tuple[Any, Any], scheme: str
) -> None:
    _emulate(anna, forced_colors="active", prefers_color_scheme=scheme)
    try:
        anna.go(f"/project/volumes/{things[0].id}/create_snapshot/")
        assert len(_colours_along(anna, ".sd-bar")) > 1
    finally:
        _emulate(anna)
