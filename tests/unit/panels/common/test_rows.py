# SPDX-License-Identifier: Apache-2.0
"""Refreshed rows, and tables of two requests that share nothing."""

from types import MethodType
from typing import Any

import pytest
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import HttpRequest
from django.test import RequestFactory

from snapshot_dashboard.panels.common.lists.table import SettlingRow
from snapshot_dashboard.panels.project.snapshots.tables import VolumeSnapshotsTable
from snapshot_dashboard.panels.project.volumes.tables import VolumesTable
from snapshot_dashboard.rules.quota import Limit
from tests.unit.cloud.wire import PROJECT, REFUSED, SILENT, Wire, snapshot_json, volume_json
from tests.unit.panels.person import SNAPSHOTS, VOLUMES, Answer, Person, user

BOTH = pytest.mark.parametrize(
    ("address", "resource", "table"),
    [(VOLUMES, "volumes", "volumes"), (SNAPSHOTS, "snapshots", "volume_snapshots")],
)
EITHER_TABLE = pytest.mark.parametrize("table_class", [VolumesTable, VolumeSnapshotsTable])


def refresh(person: Person, address: str, table: str) -> Answer:
    """Ask for one row as stock's script does."""
    query = f"?action=row_update&table={table}&obj_id=x1"
    return person.get(address + query, dialog=True)


def tell(wire: Wire, resource: str, **more: Any) -> None:
    """Let x1 exist."""
    one = volume_json if resource == "volumes" else snapshot_json
    wire.says("GET", f"/{resource}/x1", {resource[:-1]: one("x1", **more)})


@BOTH
def test_a_row_is_read_again_alone(
    wire: Wire, person: Person, address: str, resource: str, table: str
) -> None:
    tell(wire, resource, status="creating")
    answer = refresh(person, address, table)
    assert answer.status == 200
    assert answer.one("//tr").get("data-object-id") == "x1"
    assert wire.sent("GET", f"/{resource}/detail") == []


@BOTH
def test_a_row_whose_object_is_gone_answers_so_that_the_script_removes_it(
    wire: Wire, person: Person, address: str, resource: str, table: str
) -> None:
    wire.fails("GET", f"/{resource}/x1", 404)
    assert refresh(person, address, table).status == 404


@BOTH
@pytest.mark.parametrize("status", [400, 403, 500, 503])
def test_a_row_that_cannot_be_read_is_not_taken_for_gone(
    wire: Wire, person: Person, address: str, resource: str, table: str, status: int
) -> None:
    wire.fails("GET", f"/{resource}/x1", status)
    assert refresh(person, address, table).status == 503


@BOTH
@pytest.mark.parametrize("how", [REFUSED, SILENT])
def test_a_row_that_is_not_answered_is_not_taken_for_gone(
    wire: Wire, person: Person, address: str, resource: str, table: str, how: type[Exception]
) -> None:
    wire.breaks("GET", f"/{resource}/x1", how)
    assert refresh(person, address, table).status == 503


@BOTH
def test_a_row_whose_session_expired_sends_to_the_login_page(
    wire: Wire, person: Person, address: str, resource: str, table: str
) -> None:
    wire.fails("GET", f"/{resource}/x1", 401)
    assert refresh(person, address, table).status == 401


@pytest.mark.parametrize("status", ["creating", "deleting", "restoring", "updating"])
@BOTH
def test_a_status_that_ends_by_itself_is_refreshed(
    wire: Wire, person: Person, address: str, resource: str, table: str, status: str
) -> None:
    tell(wire, resource, status=status)
    row = refresh(person, address, table).one("//tr")
    assert {"warning", "ajax-update"} <= set(row.get("class").split())


@pytest.mark.parametrize(
    "status", ["available", "in-use", "reserved", "error", "maintenance", "a-word-of-tomorrow"]
)
@BOTH
def test_any_other_status_is_not_polled(
    wire: Wire, person: Person, address: str, resource: str, table: str, status: str
) -> None:
    tell(wire, resource, status=status)
    row = refresh(person, address, table).one("//tr")
    assert "warning" not in row.get("class").split()


def request(**query: str) -> HttpRequest:
    """Return the request of a member."""
    made = RequestFactory().get(VOLUMES, query)
    made.user = user("member", "reader")
    made.session = SessionStore()
    return made


@EITHER_TABLE
def test_two_requests_share_no_action(table_class: Any) -> None:
    first, second = table_class(request()), table_class(request())
    assert first.base_actions.keys() == second.base_actions.keys()
    for name, action in first.base_actions.items():
        other = second.base_actions[name]
        assert action is not other
        assert action.attrs is not other.attrs
        assert action.classes is not other.classes
        assert action is not table_class.base_actions[name]
        assert action.table is first
        bound = [each for each in vars(action).values() if isinstance(each, MethodType)]
        assert all(each.__self__ is action for each in bound)


@EITHER_TABLE
def test_two_requests_share_no_options(table_class: Any) -> None:
    first, second = table_class(request()), table_class(request())
    first._meta.has_more_data = True
    assert not second._meta.has_more_data
    assert not table_class._meta.has_more_data
    assert first._meta._filter_action is not second._meta._filter_action


@EITHER_TABLE
def test_two_requests_share_no_column_state(table_class: Any) -> None:
    first, second = table_class(request()), table_class(request())
    before = {name: list(column.classes) for name, column in second.columns.items()}
    first.get_columns()
    first.set_multiselect_column_visibility(False)
    first.set_multiselect_column_visibility(True)
    assert {name: list(column.classes) for name, column in second.columns.items()} == before


def test_a_reached_limit_of_one_person_is_not_shown_to_another() -> None:
    first, second = VolumesTable(request()), VolumesTable(request())
    first.limits = {"volumes": Limit(1, 1), "snapshots": Limit(1, 1)}
    first.base_actions["create"].allowed(first.request)
    first.base_actions["snapshots"].allowed(first.request, None)
    assert "exceeded" in str(first.base_actions["create"].verbose_name)
    second.base_actions["create"].allowed(second.request)
    second.base_actions["snapshots"].allowed(second.request, None)
    assert "exceeded" not in str(second.base_actions["create"].verbose_name)
    assert "exceeded" not in str(second.base_actions["snapshots"].verbose_name)


def test_the_filter_of_one_person_is_not_shown_to_another(wire: Wire, person: Person) -> None:
    wire.says("GET", "/volumes/detail", {"volumes": [volume_json()]})
    assert "value=secret" in person.get(f"{VOLUMES}?field=name&value=secret").html
    assert "secret" not in person.get(VOLUMES).html


@EITHER_TABLE
def test_every_row_of_ours_settles(table_class: Any) -> None:
    assert issubclass(table_class._meta.row_class, SettlingRow)


def test_the_limits_of_a_row_cost_no_call_per_action(wire: Wire, person: Person) -> None:
    tell(wire, "volumes", status="creating")
    refresh(person, VOLUMES, "volumes")
    assert len(wire.sent("GET", f"/os-quota-sets/{PROJECT}")) == 1
