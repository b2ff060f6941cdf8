# SPDX-License-Identifier: Apache-2.0
"""Actions on rows that have left the page: every row ends in a stated result."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from horizon.tables import FilterAction
from openstack_dashboard.api import cinder as stock_api
from openstack_dashboard.usage import quotas

from snapshot_dashboard.panels.admin.snapshots import tables as admin_snapshots
from snapshot_dashboard.panels.admin.volumes import tables as admin_volumes
from snapshot_dashboard.panels.common.lists import chosen_rows as lists_chosen_rows
from snapshot_dashboard.panels.project.snapshots import tables as snapshots
from snapshot_dashboard.panels.project.volumes import tables as volumes
from tests.unit.cloud.wire import (
    NOVA,
    OTHER_PROJECT,
    PROJECT,
    Json,
    Wire,
    attachment_json,
    snapshot_json,
    volume_json,
)
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import SNAPSHOTS, VOLUMES, Answer, Person, user
from tests.unit.panels.support_dialogs import hear

# Where each list is, and a state of it that is to be kept.
LISTS: dict[str, tuple[str, Any]] = {
    f"{VOLUMES}?field=name&value=web&sort=name": ("volumes", volumes.VolumesTable),
    f"{SNAPSHOTS}?field=name&value=web&sort=name": ("snapshots", snapshots.VolumeSnapshotsTable),
    f"{VOLUMES}v1/?tab=volume_details__snapshots_tab": (
        "snapshots",
        snapshots.VolumeDetailsSnapshotsTable,
    ),
    "/admin/volumes/?field=name&value=web&sort=name": ("volumes", admin_volumes.VolumesTable),
    "/admin/snapshots/?field=name&value=web&sort=name": (
        "snapshots",
        admin_snapshots.VolumeSnapshotsTable,
    ),
    "/admin/volumes/v1/?tab=volume_details__snapshots_tab": (
        "snapshots",
        admin_snapshots.VolumeDetailsSnapshotsTable,
    ),
}
# What a row must be like for an action that not every row has.
STATE: dict[str, Json] = {"delete_transfer": {"status": "awaiting-transfer"}}


def actions(method: str) -> Iterator[Any]:
    """Yield every action of every table that is asked for in this way: ours and stock's."""
    for address, (kind, table) in LISTS.items():
        for name, action in table.base_actions.items():
            if action.method == method and not isinstance(action, FilterAction):
                yield pytest.param(address, kind, table, name, id=f"{address[1:20]}{name}")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The messages for the page that follows."""
    return hear(monkeypatch)


@pytest.fixture
def anybody(wire: Wire, person: Person, log_in: LogIn) -> Person:
    """Somebody who may do everything, in front of lists that show other rows."""
    wire.volume("v1")
    wire.holds("volumes", volume_json("shown1"))
    # Of the project, and none of any volume.
    wire.holds("snapshots", snapshot_json("shown1"))
    for each in ("shown1", "left1", "last1"):
        wire.says("GET", f"/snapshots/detail?volume_id={each}", {"snapshots": []})
    wire.says("GET", "http://identity.test/v3/projects", {"projects": []})
    wire.says("GET", f"http://identity.test/v3/projects/{PROJECT}", {"project": {"id": PROJECT}})
    wire.says("GET", "http://identity.test/v3/users/u-anna", {"user": {"id": "u-anna"}})
    wire.says("GET", "/volume-transfers/detail", {"transfers": [transfer("left1")]})
    wire.says("GET", "/os-services?binary=cinder-volume", {"services": []})
    return log_in(user("admin", "member", "reader"))


def transfer(volume_id: str) -> Json:
    """Return an open transfer as Cinder tells it."""
    return {"id": f"t-{volume_id}", "name": f"transfer of {volume_id}", "volume_id": volume_id}


def there_is(wire: Wire, kind: str, object_id: str, **more: Any) -> None:
    """Let an object exist that no list shows, and let Cinder do with it whatever is asked."""
    one = volume_json if kind == "volumes" else snapshot_json
    wire.says("GET", f"/{kind}/{object_id}", {kind[:-1]: one(object_id, **more)})
    wire.says("DELETE", f"/{kind}/{object_id}", None, 202)


def there_is_no(wire: Wire, kind: str, object_id: str) -> None:
    """Let somebody else have deleted it."""
    wire.fails("GET", f"/{kind}/{object_id}", 404, "could not be found")
    wire.fails("DELETE", f"/{kind}/{object_id}", 404, "could not be found")


def press(
    person: Person, address: str, table: Any, action: str, *ids: str, row: bool = False
) -> Answer:
    """Tick rows and press the button above them; with ``row``, the one button of one row."""
    value = f"{table._meta.name}__{action}" + (f"__{ids[0]}" if row else "")
    return person.post(address, {"action": value, **({} if row else {"object_ids": list(ids)})})


def acted(wire: Wire, object_id: str) -> bool:
    """Tell whether something was changed that has this id."""
    sent = (each for each in wire.mocker.request_history if each.method != "GET")
    return any(object_id in each.path for each in sent)


@pytest.mark.parametrize(("address", "kind", "table", "action"), list(actions("POST")))
@pytest.mark.parametrize("row", [False, True], ids=["ticked", "row"])
def test_an_action_on_rows_that_left_the_page_states_each_result(
    wire: Wire,
    anybody: Person,
    told: list[str],
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    kind: str,
    table: Any,
    action: str,
    row: bool,
) -> None:
    deleted: list[str] = []
    monkeypatch.setattr(stock_api, "transfer_delete", lambda _request, each: deleted.append(each))
    there_is_no(wire, kind, "gone1")
    for each in ("left1", "last1"):
        there_is(wire, kind, each, **STATE.get(action, {}))
    chosen_rows = ("gone1", "left1", "shown1", "last1")
    wire.says("DELETE", f"/{kind}/shown1", None, 202)
    asked = [(each,) for each in chosen_rows] if row else [chosen_rows]
    for ids in asked:
        answer = press(anybody, address, table, action, *ids, row=row)
        assert answer.status == 302, answer.html
        location = answer.headers["Location"]
        if table.base_actions[action].preempt:
            # A dialog that reads and tells each of them.
            said = parse_qs(urlsplit(location).query)
            assert said["next"] == [address]
            assert row or said["id"] == list(ids)
            continue
        assert location == address
        for each in ids:
            stated = any(each in message for message in told)
            assert stated or acted(wire, each) or f"t-{each}" in deleted, each
            assert not (each == "gone1" and acted(wire, each))


@pytest.mark.parametrize(("address", "kind", "table", "action"), list(actions("GET")))
def test_a_link_that_is_sent_as_an_action_leads_to_the_page(
    wire: Wire, anybody: Person, address: str, kind: str, table: Any, action: str
) -> None:
    there_is_no(wire, kind, "gone1")
    joint = "&" if "?" in address else "?"
    page = anybody.get(f"{address}{joint}table={table._meta.name}&action={action}&obj_id=gone1")
    assert page.status == 200


ROWS = pytest.mark.parametrize(
    ("address", "kind"), [(VOLUMES, "volumes"), (SNAPSHOTS, "snapshots")]
)


def delete(person: Person, address: str, kind: str, *ids: str) -> Answer:
    """Tick rows of one of the project's lists and press Delete."""
    table = volumes.VolumesTable if kind == "volumes" else snapshots.VolumeSnapshotsTable
    return press(person, address, table, "delete", *ids)


@ROWS
def test_what_is_gone_is_named_and_the_rest_is_deleted(
    wire: Wire, anybody: Person, told: list[str], address: str, kind: str
) -> None:
    there_is_no(wire, kind, "gone1")
    there_is(wire, kind, "left1")
    delete(anybody, address, kind, "gone1", "left1")
    first, second = told
    assert "gone1" in first and "no longer exists" in first
    assert "name of left" in second and "Scheduled deletion of" in second


@ROWS
def test_what_is_another_projects_is_left_alone(
    wire: Wire, anybody: Person, told: list[str], address: str, kind: str
) -> None:
    keys = ("os-vol-tenant-attr:tenant_id", "os-extended-snapshot-attributes:project_id")
    there_is(wire, kind, "theirs", **dict.fromkeys(keys, OTHER_PROJECT))
    delete(anybody, address, kind, "theirs")
    assert len(told) == 1 and "theirs" in told[0]
    assert wire.sent("DELETE", f"/{kind}/theirs") == []


@ROWS
def test_what_cannot_be_read_is_named_with_the_reason(
    wire: Wire, anybody: Person, told: list[str], address: str, kind: str
) -> None:
    wire.fails("GET", f"/{kind}/hidden1", 503, "no storage today")
    there_is(wire, kind, "left1")
    delete(anybody, address, kind, "hidden1", "left1")
    assert "hidden1" in told[0] and "no storage today" in told[0]
    assert len(wire.sent("DELETE", f"/{kind}/left1")) == 1


@ROWS
def test_a_list_that_cannot_be_read_does_not_keep_rows_from_being_deleted(
    wire: Wire, anybody: Person, told: list[str], address: str, kind: str
) -> None:
    # The row after which this page began was deleted.
    wire.fails("GET", f"/{kind}/detail", 404, "marker could not be found")
    there_is(wire, kind, "left1")
    marker = "marker" if kind == "volumes" else "snapshot_marker"
    answer = delete(anybody, f"{address}?{marker}=away", kind, "left1")
    assert answer.headers["Location"] == f"{address}?{marker}=away"
    assert len(wire.sent("DELETE", f"/{kind}/left1")) == 1


def test_no_more_rows_are_read_one_by_one_than_a_page_may_ask_for(
    wire: Wire, anybody: Person, told: list[str]
) -> None:
    ids = [f"x{number}" for number in range(lists_chosen_rows.MOST_ALONE + 2)]
    for each in ids:
        there_is(wire, "snapshots", each)
    delete(anybody, SNAPSHOTS, "snapshots", *ids)
    read = {
        each.path
        for each in wire.mocker.request_history
        if each.method == "GET" and each.path.startswith("/v3/snapshots/x")
    }
    assert len(read) == lists_chosen_rows.MOST_ALONE


def test_each_of_many_rows_that_are_gone_is_told_of(
    wire: Wire, anybody: Person, told: list[str]
) -> None:
    ids = [f"x{number}" for number in range(lists_chosen_rows.MOST_ALONE + 2)]
    for each in ids:
        there_is_no(wire, "snapshots", each)
    delete(anybody, SNAPSHOTS, "snapshots", *ids)
    assert [any(f">{each}<" in message for message in told) for each in ids] == [True] * len(ids)


def test_a_transfer_that_is_over_is_said_to_be(
    wire: Wire, anybody: Person, told: list[str]
) -> None:
    there_is(wire, "volumes", "left1")
    press(anybody, VOLUMES, volumes.VolumesTable, "delete_transfer", "left1", row=True)
    assert len(told) == 1 and "it is not being transferred any more" in told[0]


ATTACH = f"{VOLUMES}v1/attach/"


def test_an_attachment_that_is_gone_is_said_to_be_and_the_others_are_detached(
    wire: Wire, anybody: Person, told: list[str]
) -> None:
    wire.volume("v1", status="in-use", multiattach=True, attachments=[attachment_json("i1")])
    wire.records("v1", "i1")
    wire.instance("i1")
    wire.says("DELETE", f"{NOVA}/servers/i1/os-volume_attachments/v1", None, 202)
    data = {"action": "attachments__detach", "object_ids": ["a-i0", "a-i1"]}
    assert anybody.post(ATTACH, data).status == 302
    gone, done = told
    assert "the volume is not attached there any more" in gone
    assert done.startswith("Detaching Volume: <bdi>Volume name of v1 on instance")


def test_the_only_attachment_that_is_gone_is_said_to_be(
    wire: Wire, anybody: Person, told: list[str]
) -> None:
    wire.volume("v1")
    assert anybody.post(ATTACH, {"action": "attachments__detach__a-i0"}).status == 302
    assert len(told) == 1 and "the volume is not attached there any more" in told[0]


HALVES = ["", "x", "_", "delete"]
OF_A_ROW = ["row_update", "cell_update"]


@pytest.mark.parametrize("address", [each for each in LISTS if "?tab=" not in each])
def test_half_of_an_action_is_none(wire: Wire, anybody: Person, address: str) -> None:
    table = LISTS[address][1]._meta.name
    statuses = [anybody.post(address, {"action": each}).status for each in HALVES] + [
        anybody.get(f"{address}&table={table}&action={each}", dialog=True).status
        for each in OF_A_ROW
    ]
    assert set(statuses) == {200}


@pytest.mark.parametrize("size", ["", "x", "-", "1e3"])
def test_a_volume_is_not_extended_to_what_is_no_size(
    wire: Wire, anybody: Person, monkeypatch: pytest.MonkeyPatch, size: str
) -> None:
    limits = quotas.QuotaUsage()
    monkeypatch.setattr(quotas, "tenant_quota_usages", lambda *_args, **_more: limits)
    answer = anybody.post(f"{VOLUMES}v1/extend/", {"new_size": size})
    assert answer.status == 200
    assert answer.all("//*[@id='id_new_size']")
