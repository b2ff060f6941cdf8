# SPDX-License-Identifier: Apache-2.0
"""No page links to a panel that its user may not open."""

import re
from collections.abc import Callable
from typing import Any

import horizon
import pytest

from snapshot_dashboard.panels.common.html import dialog_link, link
from snapshot_dashboard.panels.common.links import page
from tests.unit.cloud.wire import Wire
from tests.unit.panels.every_view import EVERY, Address
from tests.unit.panels.person import Person
from tests.unit.panels.support import busy, support_user
from tests.unit.panels.test_causes import ADDRESSES

LINK = re.compile(r"/(?:project|admin)/(?P<panel>instances|images)/(?!names/shown/)")


@pytest.fixture
def support(wire: Wire, log_in: Callable[[Any], Person]) -> Person:
    """An administrator, in whose project an instance uses a volume that has a snapshot."""
    busy(wire)
    return log_in(support_user())


def linked(person: Person) -> dict[str, set[str]]:
    """Return the addresses of ours that link to another panel, by the panel."""
    found: dict[str, set[str]] = {"instances": set(), "images": set()}
    person.client.raise_request_exception = False
    for path in (*ADDRESSES, "/project/volumes/v1/?tab=volume_details__lineage_tab"):
        response = person.client.get(path)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        # The menu is Horizon's own, which asks by itself.
        main = content.decode().rpartition('id="main_content"')[2] or content.decode()
        for each in LINK.finditer(main):
            found[each["panel"]].add(path)
    return found


def close(monkeypatch: pytest.MonkeyPatch, panel: str) -> None:
    """Let nobody use a panel of either dashboard."""
    for dashboard in ("project", "admin"):
        found = horizon.get_dashboard(dashboard).get_panel(panel)
        monkeypatch.setattr(found, "can_access", lambda context: False)


def test_pages_link_to_instances_where_they_may_be_opened(support: Person) -> None:
    assert len(linked(support)["instances"]) >= 5


@pytest.mark.parametrize("panel", ["instances", "images"])
def test_nothing_links_to_a_panel_that_is_closed(
    support: Person, monkeypatch: pytest.MonkeyPatch, panel: str
) -> None:
    close(monkeypatch, panel)
    assert linked(support)[panel] == set()


def test_what_is_made_without_a_reader_is_not_restricted(monkeypatch: pytest.MonkeyPatch) -> None:
    close(monkeypatch, "instances")
    assert page("horizon:project:instances:index") == "/project/instances/"


def test_what_has_no_address_is_no_link() -> None:
    """An empty one would open the page itself as a dialog."""
    assert dialog_link("", "<x>") == link("", "<x>") == "&lt;x&gt;"


@pytest.mark.parametrize("address", EVERY.values(), ids=EVERY)
def test_every_address_of_ours_knows_who_reads(address: Address) -> None:
    assert address.knows_its_reader
