# SPDX-License-Identifier: Apache-2.0
"""Replacing stock panels keeps everything that others use of them."""

import importlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.template.loader import get_template
from django.urls import URLResolver, reverse
from horizon import get_dashboard
from openstack_dashboard import enabled as stock_enabled
from openstack_dashboard.dashboards.project.images import urls as stock_image_urls
from openstack_dashboard.dashboards.project.snapshots import tables as stock_snapshots
from openstack_dashboard.dashboards.project.snapshots import urls as stock_snapshot_urls
from openstack_dashboard.dashboards.project.volumes import tables as stock_volumes
from openstack_dashboard.dashboards.project.volumes import urls as stock_volume_urls
from openstack_dashboard.utils.settings import import_dashboard_config

from snapshot_dashboard import enabled
from snapshot_dashboard.panels.features.attachments import views as attachments_views
from snapshot_dashboard.panels.project.snapshots import tables as snapshot_tables
from snapshot_dashboard.panels.project.volumes import tables as volume_tables

ROOT = Path(__file__).resolve().parents[4]
REPLACED = [
    "_1030_project_instances_panel",
    "_1050_project_images_panel",
    "_1320_project_volumes_panel",
    "_1330_project_snapshots_panel",
    "_3090_identity_application_credentials_panel",
]
TABLES = [
    (volume_tables.VolumesTable, stock_volumes.VolumesTable),
    (snapshot_tables.VolumeSnapshotsTable, stock_snapshots.VolumeSnapshotsTable),
    (
        snapshot_tables.VolumeDetailsSnapshotsTable,
        stock_snapshots.VolumeDetailsSnapshotsTable,
    ),
    (attachments_views.AttachmentsTable, stock_volumes.AttachmentsTable),
]
EVERY_TABLE = pytest.mark.parametrize(
    ("ours", "stock"), TABLES, ids=[ours.__name__ for ours, _stock in TABLES]
)


@pytest.fixture(autouse=True)
def discovered() -> None:
    """Let Horizon read its panels, which it does with the first address."""
    reverse("horizon:project:volumes:index")


@pytest.mark.parametrize("slug", ["volumes", "snapshots", "images"])
def test_our_panels_are_in_the_places_of_stocks(slug: str) -> None:
    panels = [each for each in get_dashboard("project").get_panels() if each.slug == slug]
    assert [type(each).__module__ for each in panels] == [
        f"snapshot_dashboard.panels.project.{slug}.panel"
    ]


def test_the_menu_names_every_panel_once() -> None:
    for group in get_dashboard("project").get_panel_groups().values():
        slugs = [panel.slug for panel in group]
        assert len(slugs) == len(set(slugs))


def names() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each address of the stock panels by name, with the arguments that it takes."""
    for panel, urls in (("volumes", stock_volume_urls), ("snapshots", stock_snapshot_urls)):
        for each in urls.urlpatterns:
            arguments = dict.fromkeys(each.pattern.regex.groupindex, "x1")
            yield f"horizon:project:{panel}:{each.name}", arguments
    for within in stock_image_urls.urlpatterns:
        namespace = f"{within.namespace}:" if isinstance(within, URLResolver) else ""
        for each in within.url_patterns if isinstance(within, URLResolver) else [within]:
            arguments = dict.fromkeys(each.pattern.regex.groupindex, "x1")
            yield f"horizon:project:images:{namespace}{each.name}", arguments


@pytest.mark.parametrize(("name", "arguments"), names())
def test_every_address_of_the_stock_panels_still_has_its_name(
    name: str, arguments: dict[str, str]
) -> None:
    assert reverse(name, kwargs=arguments).startswith("/project/")


@pytest.mark.parametrize(
    "template",
    [
        "project/volumes/_volume_limits.html",
        "project/volumes/_extend.html",
        "project/volumes/_detail_overview.html",
        "project/snapshots/_update.html",
        "project/instances/_detail_overview.html",
        "project/images/images/_update.html",
        "project/images/snapshots/create.html",
    ],
)
def test_templates_of_the_stock_panels_can_still_be_found(template: str) -> None:
    assert "openstack_dashboard" in get_template(template).origin.name


def _actions(table: Any) -> dict[str, Any]:
    return dict(table.base_actions)


@EVERY_TABLE
def test_every_action_of_stock_is_still_there_under_its_name(ours: Any, stock: Any) -> None:
    assert set(_actions(stock)) <= set(_actions(ours))


def labels(action: Any) -> list[str]:
    """Return what an action is called, before and after it was done where that differs."""
    if hasattr(action, "action_present"):
        return [
            str(say(count))
            for say in (action.action_present, action.action_past)
            for count in (1, 2)
        ]
    return [str(getattr(action, "verbose_name", ""))]


@EVERY_TABLE
def test_names_ids_classes_and_labels_of_actions_are_stocks(ours: Any, stock: Any) -> None:
    mine = _actions(ours)
    for name, action in _actions(stock).items():
        assert labels(mine[name]) == labels(action)
        assert mine[name].classes == action.classes, name
        assert getattr(mine[name], "url", None) == getattr(action, "url", None)


@EVERY_TABLE
def test_columns_of_stock_are_still_there_with_their_labels(ours: Any, stock: Any) -> None:
    mine = ours.base_columns
    for name, column in stock.base_columns.items():
        assert str(mine[name].verbose_name) == str(column.verbose_name)


@EVERY_TABLE
def test_a_table_keeps_stocks_id(ours: Any, stock: Any) -> None:
    assert ours._meta.name == stock._meta.name
    assert str(ours._meta.verbose_name) == str(stock._meta.verbose_name)


@cache
def defaults(service: str) -> set[str]:
    """Return the names of all rules that a service has by default."""
    path = Path(settings.POLICY_FILES_PATH) / settings.DEFAULT_POLICY_FILES[service]
    rules = yaml.safe_load(path.read_text(encoding="utf-8"))
    old = {each["deprecated_rule"]["name"] for each in rules if "deprecated_rule" in each}
    return {each["name"] for each in rules} | old


def rules() -> Iterator[tuple[str, str, str]]:
    """Yield every rule that an action of one of our tables asks for."""
    for table, _stock in TABLES:
        for name, action in _actions(table).items():
            for service, rule in action.policy_rules or ():
                yield f"{table.__name__}.{name}", service, rule


@pytest.mark.parametrize(("action", "service", "rule"), sorted(set(rules())))
def test_every_policy_rule_exists_for_an_unknown_one_allows_everything(
    action: str, service: str, rule: str
) -> None:
    assert rule in defaults(service)


@pytest.mark.parametrize(
    ("service", "rule"),
    [
        ("volume", "backup:create"),
        ("compute", "os_compute_api:os-volumes-attachments:create"),
        ("compute", "os_compute_api:os-volumes-attachments:delete"),
    ],
)
def test_rules_that_are_asked_for_outside_of_tables_exist(service: str, rule: str) -> None:
    assert rule in defaults(service)


def test_policies_are_checked_in_these_tests() -> None:
    assert settings.POLICY_CHECK_FUNCTION == "openstack_auth.policy.check"
    assert {"volume", "compute"} <= set(settings.POLICY_FILES)


@pytest.mark.parametrize("name", REPLACED)
def test_a_replaced_file_has_the_name_of_stocks(name: str) -> None:
    mine = importlib.import_module(f"snapshot_dashboard.enabled.{name}")
    theirs = importlib.import_module(f"openstack_dashboard.enabled.{name}")
    for key in ("PANEL", "PANEL_DASHBOARD", "PANEL_GROUP"):
        assert getattr(mine, key) == getattr(theirs, key)


def test_only_one_file_names_the_application() -> None:
    files = sorted((ROOT / "enabled").glob("_*.py"))
    named = [path.name for path in files if "ADD_INSTALLED_APPS" in path.read_text("utf-8")]
    assert named == ["_1399_snapshot_dashboard.py"]


def test_every_enabled_file_asks_the_package_before_it_says_anything() -> None:
    for path in (ROOT / "enabled").glob("_1*.py"):
        code = path.read_text("utf-8").split('"""')[2].split()
        if path.name == "_1399_snapshot_dashboard.py":
            assert code[:2] == ["from", "snapshot_dashboard"]
            continue
        assert " ".join(code[:5]) == "from snapshot_dashboard import switches if"
        assert code[5].startswith("switches.")


WITHOUT = """
import sys
sys.path.insert(0, {root!r})
sys.modules["snapshot_dashboard"] = None
import logging
logging.disable(logging.CRITICAL)
import enabled as ours
import openstack_dashboard.enabled as stock
from openstack_dashboard.utils.settings import import_dashboard_config
found = dict(import_dashboard_config([stock, ours]))
print(found["_1320_project_volumes_panel"]["ADD_PANEL"])
print(found["_1330_project_snapshots_panel"]["ADD_PANEL"])
print("_1399_snapshot_dashboard" in found)
"""


def test_without_the_package_stocks_files_stay() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WITHOUT.format(root=str(ROOT))],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [
        "openstack_dashboard.dashboards.project.volumes.panel.Volumes",
        "openstack_dashboard.dashboards.project.snapshots.panel.Snapshots",
        "False",
    ]


def test_with_the_package_ours_win() -> None:
    found = dict(import_dashboard_config([stock_enabled, enabled]))
    for name in REPLACED:
        assert found[name]["ADD_PANEL"].startswith("snapshot_dashboard.")


LACKING = """
import importlib
import logging
import django
from django.urls import resolve
django.setup()
logging.disable(logging.CRITICAL)
stock = importlib.import_module("openstack_dashboard.dashboards.project.{panel}.tables")
del stock.{lacks}
from snapshot_dashboard.check_horizon import panels, stock_pages
print(*stock_pages(dict(panels())), sep="\\n")
for dashboard in ("project", "admin"):
    for panel in ("volumes", "snapshots"):
        print(resolve("/" + dashboard + "/" + panel + "/").func.__module__.split(".")[0])
"""
STOCK, OURS = "openstack_dashboard", "snapshot_dashboard"


@pytest.mark.parametrize(
    ("panel", "lacks", "stepping_aside", "owners"),
    [
        # The pages of snapshots need nothing of what is missing here; those of volumes list them.
        ("volumes", "CreateVolume", ["volumes"], [STOCK, OURS, STOCK, OURS]),
        ("snapshots", "EditVolumeSnapshot", ["snapshots", "volumes"], [STOCK, STOCK, STOCK, STOCK]),
    ],
)
def test_a_panel_that_does_not_fit_steps_aside_in_both_dashboards(
    panel: str, lacks: str, stepping_aside: list[str], owners: list[str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LACKING.format(panel=panel, lacks=lacks)],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    *named, first, second, third, fourth = done.stdout.splitlines()
    said = "Horizon's own pages are used. Horizon's log says why."
    places = [f"{place}/{each}" for place in ("project", "admin") for each in stepping_aside]
    assert sorted(named) == sorted(f"Panel {place}: {said}" for place in places)
    assert [first, second, third, fourth] == owners


def _assets(kind: str) -> list[str]:
    from snapshot_dashboard.enabled import _1399_snapshot_dashboard as feature

    return list(getattr(feature, kind))


def _imported(path: Path) -> list[str]:
    return re.findall(r'@import "(.*?)"', path.read_text("utf-8"))


@pytest.mark.parametrize("name", _assets("ADD_JS_FILES") + _assets("ADD_SCSS_FILES"))
def test_every_asset_that_is_named_exists(name: str) -> None:
    assert (ROOT / "static" / name).is_file()


def test_styles_are_in_parts_after_the_themes_variables() -> None:
    folder = ROOT / "static" / "snapshot_dashboard" / "scss"
    *variables, whole = _imported(folder / "on_its_own.scss")
    assert all(each.endswith("/variables") for each in variables)
    assert whole == "/snapshot_dashboard/scss/snapshot_dashboard"
    parts = sorted(folder.glob("_*.scss"))
    names = [f"/snapshot_dashboard/scss/{each.stem[1:]}" for each in parts]
    assert sorted(_imported(folder / "snapshot_dashboard.scss")) == names
    assert not any("@import" in each.read_text("utf-8") for each in parts)
