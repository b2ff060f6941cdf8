# SPDX-License-Identifier: Apache-2.0
"""What is shown keeps its place: dialogs open at their size, what arrives later has its room."""

from typing import Any

import pytest

from tests.browser.pages import Dialog, ListPage, snapshots, volumes
from tests.browser.person import Person
from tests.cloud.workshop import Workshop

pytestmark = pytest.mark.extended

# "Good" is below 0.1; this is one line of a row that becomes two.
MOST = 0.02
# How long nobody is told that a dialog is loading, in milliseconds; some frames less than styled.
QUIET = 950

# Notes for each frame the boxes that are seen above the page, and what moves inside of them.
_WATCH = """
    const seen = window.seen = {sizes: [], loading: null, late: null, moved: 0, frames: 0};
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
        const inside = entry.sources.some((each) =>
            each.node?.parentElement?.closest('.sd-dialog'));
        seen.moved += inside ? entry.value : 0;
    })).observe({type: 'layout-shift'});
    const look = () => {
        document.querySelectorAll('#modal_wrapper .modal').forEach((each) => {
            const style = getComputedStyle(each);
            if (each.matches('.loading')) {
                seen.loading ??= performance.now();
                seen.late ??= style.visibility === 'visible' ? performance.now() : null;
            } else if (style.display === 'block') {
                const box = each.querySelector('.modal-dialog').getBoundingClientRect();
                seen.sizes.push(`${Math.round(box.width)}x${Math.round(box.height)}`);
                seen.frames += 1;
            }
        });
        requestAnimationFrame(look);
    };
    look();
"""
_SHIFT = """
    const done = arguments[0];
    let sum = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
        sum += entry.value;
    })).observe({type: 'layout-shift', buffered: true});
    window.setTimeout(() => done(sum), 300);
"""
_FRAMES = 30


@pytest.fixture(scope="module")
def things(shared_workshop: Workshop) -> tuple[Any, Any]:
    """An attached volume and a snapshot of it."""
    _instance, volume = shared_workshop.attached()
    return volume, shared_workshop.snapshot(volume.id, force=True)


def _opened(page: ListPage, object_id: str, action: str) -> dict[str, Any]:
    person = page.person
    page.open()
    person.see(page.row(object_id))
    person.driver.execute_script(_WATCH)
    page.choose(object_id, action)
    Dialog(person).wait_open()
    read = "return window.seen"
    script = person.driver.execute_script
    person.until(lambda: script(read)["frames"] > _FRAMES, "a dialog that stays")
    found: dict[str, Any] = script(read)
    return found


def test_a_dialog_opens_at_its_size(anna: Person, things: tuple[Any, Any]) -> None:
    volume, snapshot = things
    for page, thing, action in (
        (volumes(anna), volume, "Create Snapshot"),
        (snapshots(anna), snapshot, "Create Volume"),
    ):
        seen = _opened(page, thing.id, action)
        assert len(set(seen["sizes"])) == 1, seen["sizes"]
        assert seen["moved"] == 0
        # Who has to wait for long is told so.
        assert seen["late"] is None or seen["late"] - seen["loading"] > QUIET


def test_what_arrives_later_has_its_room(anna: Person, things: tuple[Any, Any]) -> None:
    volume, snapshot = things
    places = ("volumes/", "snapshots/", f"volumes/{volume.id}/", f"snapshots/{snapshot.id}")
    for place in places:
        anna.go(f"/project/{place}")
        anna.see("#content_body")
        anna.wait_gone("a[data-sd-name]")
        assert anna.driver.execute_async_script(_SHIFT) < MOST, place
