# SPDX-License-Identifier: Apache-2.0
"""The hooks of stock's two admin lists that scripts and bookmarks rely on."""

from typing import Any

import pytest
from django.urls import reverse
from openstack_dashboard.dashboards.admin.snapshots import tables as stock_snapshots
from openstack_dashboard.dashboards.admin.snapshots import urls as stock_snapshot_urls
from openstack_dashboard.dashboards.admin.volumes import tables as stock_volumes
from openstack_dashboard.dashboards.admin.volumes import urls as stock_volume_urls

from tests.unit.cloud.wire import (
    Wire,
    snapshot_json,
)
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import Person
from tests.unit.panels.support import (
    SNAPSHOTS,
    VOLUMES,
    be_quiet,
    support_user,
)


@pytest.fixture
def support(wire: Wire, log_in: LogIn) -> Person:
    """A member of support staff."""
    be_quiet(wire)
    return log_in(support_user())


@pytest.mark.parametrize(
    ("panel", "stock"),
    [("snapshots", stock_snapshot_urls), ("volumes", stock_volume_urls)],
)
def test_every_url_name_of_stock_resolves_to_the_same_address(panel: str, stock: Any) -> None:
    for pattern in stock.urlpatterns:
        needs = dict.fromkeys(pattern.pattern.regex.groupindex, "x1")
        found = reverse(f"horizon:admin:{panel}:{pattern.name}", kwargs=needs)
        assert pattern.pattern.regex.match(found.removeprefix(f"/admin/{panel}/"))


@pytest.mark.parametrize(
    ("address", "stock", "object_id"),
    [
        (SNAPSHOTS, stock_snapshots.VolumeSnapshotsTable, "s1"),
        (VOLUMES, stock_volumes.VolumesTable, "v1"),
    ],
)
def test_stocks_table_ids_and_button_ids_are_there(
    wire: Wire, support: Person, address: str, stock: Any, object_id: str
) -> None:
    wire.holds("snapshots", snapshot_json())
    page = support.get(address)
    name = stock._meta.name
    found = [each.get("id") for each in page.all("//*[@id]")]
    expected = [name, f"{name}__row__{object_id}"]
    buttons = [each for each in stock._meta.table_actions if "ilter" not in each.__name__]
    expected += [f"{name}__action_{each.name}" for each in buttons]
    row_actions = stock._meta.row_actions
    expected += [f"{name}__row_{object_id}__action_{each.name}" for each in row_actions]
    assert [found.count(each) for each in expected] == [1] * len(expected)


def test_a_filter_that_stock_has_is_offered_unless_cinder_answers_it_wrongly(
    wire: Wire, support: Person
) -> None:
    for address, stock in (
        (SNAPSHOTS, stock_snapshots.VolumeSnapshotsTable._meta.table_actions[0]),
        (VOLUMES, stock_volumes.VolumesFilterAction),
    ):
        page = support.get(address)
        fields = page.all("//form[@role='search']//input[@name='field']")
        offered = {each.get("value") for each in fields}
        # Horizon 24.0 filters the rows of a page only.
        choices = getattr(stock, "filter_choices", ())
        # By a name or an id, in one field.
        stocks = {{"volume_id": "volume"}.get(each[0], each[0]) for each in choices}
        assert stocks - {"encrypted"} <= offered
        assert {"project", "user", "host", "name_part"} <= offered
        assert "encrypted" not in offered
