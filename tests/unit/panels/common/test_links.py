# SPDX-License-Identifier: Apache-2.0
"""Pages work where an operator has removed a panel that they link to."""

import logging
from collections.abc import Callable

import pytest
from django.apps import apps
from django.urls import NoReverseMatch, reverse
from openstack_dashboard.dashboards.project.volumes import panel as stock

from snapshot_dashboard.panels.common import links, registration
from tests.unit.cloud.wire import Wire, snapshot_json
from tests.unit.panels.person import CREATE_SNAPSHOT, CREATE_VOLUME, SNAPSHOTS, VOLUMES, Person

TakeAway = Callable[[str], None]
PACKAGE = "snapshot_dashboard.panels.project.volumes"
STOCK_URLS = "openstack_dashboard.dashboards.project.volumes.urls"


@pytest.fixture
def take_away(monkeypatch: pytest.MonkeyPatch) -> TakeAway:
    """Function: let our pages find no address of a project panel."""

    def away(panel: str) -> None:
        def without(name: str, args: tuple[str, ...] = ()) -> str:
            if name.startswith(f"horizon:project:{panel}:"):
                raise NoReverseMatch(name)
            return str(reverse(name, args=args))

        monkeypatch.setattr(links, "reverse", without)

    return away


def test_a_page_that_is_there_is_found_and_another_is_not() -> None:
    assert links.page("horizon:project:volumes:detail", "v1") == f"{VOLUMES}v1/"
    assert links.page("horizon:project:nothing:detail", "v1") == ""


def test_without_its_list_a_dialog_leads_to_the_start_page(take_away: TakeAway) -> None:
    assert str(links.lazy_page("horizon:project:snapshots:index")) == SNAPSHOTS
    take_away("snapshots")
    assert str(links.lazy_page("horizon:project:snapshots:index")) == "/"


def test_volumes_and_their_dialog_do_without_the_snapshots_page(
    person: Person, wire: Wire, take_away: TakeAway
) -> None:
    take_away("snapshots")
    wire.quota(snapshots=(10, 10))
    wire.volume()
    wire.records("v1")
    wire.says("POST", "/snapshots", {"snapshot": snapshot_json()}, 202)
    dialog = person.get(CREATE_SNAPSHOT)
    assert dialog.status == 200
    assert "Show oldest snapshots" not in dialog.text
    seen = dialog.value("id_seen")
    sent = person.post(CREATE_SNAPSHOT, {"volume_id": "v1", "seen": seen, "name": "n"})
    assert sent.status == 302
    assert len(wire.sent("POST", "/snapshots")) == 1


def test_snapshots_do_without_the_volumes_page(
    person: Person, wire: Wire, take_away: TakeAway
) -> None:
    wire.says("GET", "/snapshots/detail", {"snapshots": [snapshot_json()]})
    assert CREATE_VOLUME.partition("?")[0] in person.get(SNAPSHOTS).html
    take_away("volumes")
    page = person.get(SNAPSHOTS)
    assert page.status == 200
    (row,) = page.all("//tr[@data-object-id]")
    hrefs = [each.get("href") for each in row.xpath(".//a[@href]")]
    assert not any(href.startswith(VOLUMES) for href in hrefs), hrefs


def test_our_addresses_are_used_where_they_fit() -> None:
    assert registration.urls(PACKAGE, stock) == f"{PACKAGE}.urls"


@pytest.mark.parametrize("error", [ImportError, AttributeError, TypeError])
def test_stocks_addresses_are_used_where_ours_do_not_fit(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: type[Exception]
) -> None:
    def fail(name: str) -> None:
        raise error("module 'tables' has no attribute 'CreateSnapshot'")

    monkeypatch.setattr(registration, "import_module", fail)
    with caplog.at_level(logging.ERROR):
        assert registration.urls(PACKAGE, stock) == STOCK_URLS
    assert "do not fit this Horizon" in caplog.text
    assert "CreateSnapshot" in caplog.text


def test_stocks_addresses_are_used_where_the_application_is_missing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(apps, "is_installed", lambda name: False)
    assert registration.urls(PACKAGE, stock) == STOCK_URLS
    assert "python -m snapshot_dashboard enable" in caplog.text
