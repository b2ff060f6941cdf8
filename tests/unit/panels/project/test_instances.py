# SPDX-License-Identifier: Apache-2.0
"""Stock's instances table with one more action and no more calls."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
import yaml
from django.conf import settings
from django.urls import reverse
from horizon import get_dashboard
from openstack_dashboard.dashboards.project.instances import tables as stock
from openstack_dashboard.dashboards.project.instances import urls as stock_urls

from snapshot_dashboard.panels.features.revert_in_place.actions import RevertInstance
from snapshot_dashboard.panels.features.snapshot_set.actions import SnapshotVolumes
from snapshot_dashboard.panels.project.instances import tables, views
from snapshot_dashboard.panels.project.volumes.tables import CreateSnapshot
from tests.unit.cloud.wire import Wire
from tests.unit.panels.person import Person

INSTANCES = "/project/instances/"


@pytest.fixture(autouse=True)
def discovered() -> None:
    """Let Horizon read its panels, which it does with the first address."""
    reverse("horizon:project:instances:index")


def test_our_panel_is_in_the_place_of_stocks() -> None:
    panels = [each for each in get_dashboard("project").get_panels() if each.slug == "instances"]
    assert [type(each).__module__ for each in panels] == [
        "snapshot_dashboard.panels.project.instances.panel"
    ]


def test_every_address_of_stock_still_has_its_name() -> None:
    for each in stock_urls.urlpatterns:
        arguments = dict.fromkeys(each.pattern.regex.groupindex, "x1")
        name = f"horizon:project:instances:{each.name}"
        assert reverse(name, kwargs=arguments).startswith(INSTANCES)


def test_stocks_actions_are_all_there_in_their_order_with_ours_after_create_snapshot() -> None:
    ours = [each.name for each in tables.InstancesTable._meta.row_actions]
    theirs = [each.name for each in stock.InstancesTable._meta.row_actions]
    added = ["snapshot_volumes", "schedule_volumes", "revert_in_place"]
    assert [each for each in ours if each not in added] == theirs
    place = ours.index("snapshot") + 1
    assert ours[place : place + len(added)] == added
    assert not set(added) & set(theirs)


def test_columns_and_table_actions_are_stocks() -> None:
    assert list(tables.InstancesTable.base_columns) == list(stock.InstancesTable.base_columns)
    mine, theirs = tables.InstancesTable._meta, stock.InstancesTable._meta
    for name in ("name", "table_actions_menu", "row_class", "status_columns"):
        assert getattr(mine, name) == getattr(theirs, name)
    assert [each.name for each in mine.table_actions] == [
        each.name for each in theirs.table_actions
    ]


def test_our_rules_exist_for_an_unknown_one_allows_everything() -> None:
    assert SnapshotVolumes.policy_rules == CreateSnapshot.policy_rules
    known = set()
    for scope in ("volume", "compute", "image"):
        path = Path(settings.POLICY_FILES_PATH) / settings.DEFAULT_POLICY_FILES[scope]
        rules = yaml.safe_load(path.read_text(encoding="utf-8"))
        known |= {(scope, each["name"]) for each in rules}
    assert {*SnapshotVolumes.policy_rules, *RevertInstance.policy_rules} <= known


def instance(**more: Any) -> Any:
    """Return an instance as Nova's client tells it."""
    said = {"id": "i1", "name": "web", "status": "ACTIVE", "tenant_id": "p", "locked": False}
    said |= {"OS-EXT-STS:task_state": None, "OS-EXT-STS:power_state": 1, "addresses": {}}
    said |= {"image": "", "flavor": {"id": "f"}, "created": "2026-11-22T06:10:00Z"}
    said["full_flavor"] = SimpleNamespace(name="f", ram=1, vcpus=1, disk=0, ephemeral=0)
    return SimpleNamespace(**(said | more))


STAYS = "A volume that has snapshots is not deleted with its instance: it stays."


@pytest.mark.parametrize("setting", ["explain", "stock"])
def test_delete_instance_tells_which_volumes_stay(
    wire: Wire, person: Person, settings: Any, setting: str
) -> None:
    settings.SNAPSHOT_DASHBOARD = {"SNAPSHOT_RESTRICTIONS": setting}
    with (
        mock.patch.object(views.IndexView, "get_data", return_value=[instance()]),
        mock.patch.object(views.IndexView, "_more", False, create=True),
        mock.patch.object(stock.LaunchLinkNG, "allowed", return_value=False),
    ):
        page = person.get(INSTANCES)
    theirs = "Deleted instances are not recoverable."
    said = f"{theirs} {STAYS}" if setting == "explain" else theirs
    assert page.all("//button[@id='instances__action_delete']/@help_text") == [said]
    of_row = tables.InstancesTable._meta.row_actions
    assert [str(each.help_text) for each in of_row if each.name == "delete"] == [said]


def test_a_row_leads_to_the_dialog_and_back_to_the_page(wire: Wire, person: Person) -> None:
    with (
        mock.patch.object(views.IndexView, "get_data", return_value=[instance()]),
        mock.patch.object(views.IndexView, "_more", False, create=True),
        mock.patch.object(stock.LaunchLinkNG, "allowed", return_value=False),
    ):
        page = person.get(f"{INSTANCES}?q=x")
    (url,) = page.all("//a[contains(@id, 'action_snapshot_volumes')]/@href")
    assert url == (
        "/project/volumes/snapshot_set/?instance=i1&next=%2Fproject%2Finstances%2F%3Fq%3Dx"
    )
    labels = page.all("//a[contains(@id, 'action_snapshot_volumes')]")
    assert [each.text_content().strip() for each in labels] == ["Snapshot Volumes"]
    assert page.all("//a[contains(@id, 'action_snapshot')][normalize-space()='Create Snapshot']")


@pytest.mark.parametrize("word, offered", [("never", False), ("proved", True)])
def test_revert_instance_is_offered_where_it_is_switched_on(
    wire: Wire, person: Person, settings: Any, word: str, offered: bool
) -> None:
    settings.SNAPSHOT_DASHBOARD = {"REIMAGE_FROM_SNAPSHOT": {"*": "never", "ssd": word}}
    with (
        mock.patch.object(views.IndexView, "get_data", return_value=[instance()]),
        mock.patch.object(views.IndexView, "_more", False, create=True),
        mock.patch.object(stock.LaunchLinkNG, "allowed", return_value=False),
    ):
        page = person.get(f"{INSTANCES}?q=x")
    found = page.all("//a[contains(@id, 'action_revert_in_place')]")
    url = "/project/volumes/revert_in_place/i1/?next=%2Fproject%2Finstances%2F%3Fq%3Dx"
    assert [each.get("href") for each in found] == ([url] if offered else [])
    # It leads to a page, not to a dialog.
    assert all("ajax-modal" not in each.get("class") for each in found)
