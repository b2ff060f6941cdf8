# SPDX-License-Identifier: Apache-2.0
"""One invalid record: the others are shown, and no verdict gets better."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.cloud.wire import (
    KEYSTONE,
    NOVA,
    Json,
    Wire,
    attachment_json,
    snapshot_json,
    volume_json,
)
from tests.unit.panels.person import CREATE_SNAPSHOT, SNAPSHOTS, VOLUMES, Person
from tests.unit.panels.support import be_quiet, support_user
from tests.unit.panels.test_causes import read

# In the place of each field of each record in turn; the first stands for "not there at all".
MISSING = object()
ODD: list[object] = [MISSING, None, ["odd"]]
# Of the right type, or nearly so, and still not what can be counted, told or written.
EXTREME: list[object] = [
    "\ud800",
    {"\ud800": "\ud800"},
    "9" * 5000,
    10**30,
    -1,
    "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00",
    "9999-12-31T23:59:59-14:00",
]
VOLUME = volume_json(attachments=[attachment_json("i1")], status="in-use")
SNAPSHOT = snapshot_json(metadata={"snapshot_dashboard:taken_while": "detached"})
INSTANCE: Json = {
    "id": "i1",
    "name": "web-1",
    "status": "ACTIVE",
    "tenant_id": "p-web-shop",
    "OS-EXT-STS:task_state": None,
    "OS-EXT-STS:power_state": 1,
    "image": "",
    "locked": True,
}
LISTS = {
    "volumes": (f"{VOLUMES}?", "/admin/volumes/?"),
    "snapshots": (
        f"{SNAPSHOTS}?",
        "/admin/snapshots/?",
        "/admin/snapshots/attention/",
        "/admin/snapshots/export/",
        "/admin/snapshots/report/?make=1",
        "/admin/snapshots/report/csv/",
    ),
}
MAKERS: dict[str, Callable[..., Json]] = {"volumes": volume_json, "snapshots": snapshot_json}


def odd(record: Json, field: str, value: object) -> Json:
    """Return a record in which one field is not as it should be."""
    if value is MISSING:
        return {key: said for key, said in record.items() if key != field}
    return record | {field: value}


@pytest.fixture
def support(wire: Wire, log_in: Callable[[Any], Person]) -> Person:
    """An administrator, who may open every page."""
    be_quiet(wire)
    wire.instance("i1")
    wire.says("GET", f"{KEYSTONE}/projects", {"projects": [], "links": {}})
    limits = {"volumes": {"in_use": 1, "reserved": 0, "limit": 10}}
    wire.says("GET", "/os-quota-sets/p-support?usage=True", {"quota_set": limits})
    return log_in(support_user())


@pytest.fixture
def owner(wire: Wire, person: Person) -> Person:
    """A member of the project, whose volume an instance uses."""
    wire.attached(("i1", "ACTIVE"))
    wire.says("GET", "/backups/detail", {"backups": []})
    wire.says("GET", "/types", {"volume_types": []})
    wire.says("GET", "/os-availability-zone", {"availabilityZoneInfo": []})
    wire.snapshot()
    return person


CASES = [
    (kind, field)
    for kind, record in (("volumes", VOLUME), ("snapshots", SNAPSHOT))
    for field in record
]


@pytest.mark.parametrize(("kind", "field"), CASES, ids=[f"{kind}-{each}" for kind, each in CASES])
def test_an_odd_record_leaves_the_others_of_its_list(
    wire: Wire, support: Person, kind: str, field: str
) -> None:
    record = {"volumes": VOLUME, "snapshots": SNAPSHOT}[kind]
    other = MAKERS[kind]("x9", name="the-other", status="error")
    for value in ODD:
        strange = odd(record, field, value)
        wire.says("GET", f"/{kind}/detail", {kind: [strange, other], "count": 2})
        for path in LISTS[kind]:
            response = support.client.get(path)
            assert response.status_code == 200, (path, value)
            told = read(response, [])
            if "report" in path:
                assert "cannot be" not in told.said and "INCOMPLETE" not in told.said
                continue
            assert "the-other" in told.said, (path, value)
            if "attention" in path:
                continue
            assert "cannot be shown right now" not in told.said, (path, value)
            listed = path.startswith((VOLUMES, SNAPSHOTS, "/admin/v")) or path.endswith("s/?")
            if listed and field == "id" and not isinstance(strange.get("id"), str):
                assert "1 entry of this list cannot be shown" in told.said
            elif listed and field != "name":
                assert str(record["name"]) in told.said, (path, value)


@pytest.mark.extended
@pytest.mark.parametrize(("kind", "field"), CASES, ids=[f"{kind}-{each}" for kind, each in CASES])
def test_an_extreme_value_leaves_the_others_of_its_list(
    wire: Wire, support: Person, kind: str, field: str
) -> None:
    record = {"volumes": VOLUME, "snapshots": SNAPSHOT}[kind]
    other = MAKERS[kind]("x9", name="the-other", status="error")
    for value in EXTREME:
        wire.says("GET", f"/{kind}/detail", {kind: [odd(record, field, value), other], "count": 2})
        for path in (LISTS[kind][0], LISTS[kind][1]):
            told = read(support.client.get(path), [])
            assert "the-other" in told.said, (path, value)


@pytest.mark.parametrize("field", VOLUME)
def test_an_odd_volume_is_never_safer(wire: Wire, owner: Person, field: str) -> None:
    for value in (*ODD, *EXTREME):
        wire.says("GET", "/volumes/v1", {"volume": odd(VOLUME, field, value)})
        is_never_plain(owner, (field, value))


@pytest.mark.parametrize("field", VOLUME["attachments"][0])
def test_an_odd_attachment_is_never_safer(wire: Wire, owner: Person, field: str) -> None:
    for value in (*ODD, *EXTREME):
        entry = odd(VOLUME["attachments"][0], field, value)
        wire.says("GET", "/volumes/v1", {"volume": VOLUME | {"attachments": [entry]}})
        is_never_plain(owner, (field, value))


@pytest.mark.parametrize("value", [each for each in ODD if each != []])
def test_a_detached_volume_is_plain_only_where_that_is_told(
    wire: Wire, owner: Person, value: object
) -> None:
    wire.says("GET", "/volumes/v1", {"volume": odd(volume_json(), "attachments", value)})
    is_never_plain(owner, value)


@pytest.mark.parametrize("value", [None, 7, "odd", {}, ["odd"], [None], [{}], [{"instance": 7}]])
def test_odd_records_of_attachments_are_never_none(
    wire: Wire, owner: Person, value: object
) -> None:
    wire.says("GET", "/volumes/v1", {"volume": volume_json()})
    wire.says("GET", "/attachments", {"attachments": value})
    is_never_plain(owner, value)


@pytest.mark.parametrize("field", INSTANCE)
def test_an_odd_instance_is_never_safer(wire: Wire, owner: Person, field: str) -> None:
    wire.says("GET", "/volumes/v1", {"volume": VOLUME})
    for value in (*ODD, *EXTREME):
        wire.says("GET", f"{NOVA}/servers/i1", {"server": odd(INSTANCE, field, value)})
        is_never_plain(owner, (field, value))


def is_never_plain(person: Person, odd: object) -> None:
    """Assert that the dialog can be read, and offers no snapshot without a warning."""
    answer = person.get(CREATE_SNAPSHOT, dialog=True)
    assert answer.status == 200, odd
    unticked = [label for kind, label in answer.submits if kind == "btn btn-primary"]
    assert "Create Volume Snapshot" not in unticked, odd
    assert answer.problem or answer.explanation, odd


@pytest.mark.parametrize("field", SNAPSHOT)
def test_an_odd_snapshot_breaks_no_page_about_it(wire: Wire, owner: Person, field: str) -> None:
    pages = [f"{SNAPSHOTS}s1", f"{VOLUMES}create/?snapshot_id=s1"]
    pages += [f"{SNAPSHOTS}s1/{each}/" for each in ("delete", "revert")]
    for value in (None, ["odd"]):
        wire.says("GET", "/snapshots/s1", {"snapshot": odd(SNAPSHOT, field, value)})
        for path in pages:
            assert owner.client.get(path).status_code in (200, 302), (path, field, value)


@pytest.mark.parametrize("field", VOLUME)
def test_an_odd_volume_breaks_no_page_about_it(wire: Wire, owner: Person, field: str) -> None:
    pages = [f"{VOLUMES}v1/", f"{VOLUMES}snapshot_set/?id=v1"]
    pages += [f"{VOLUMES}v1/{each}/" for each in ("delete", "attach")]
    pages += [f"{VOLUMES}v1/?tab=volume_details__lineage_tab"]
    for value in (None, ["odd"]):
        wire.says("GET", "/volumes/v1", {"volume": odd(VOLUME, field, value)})
        for path in pages:
            assert owner.client.get(path).status_code in (200, 302), (path, field, value)
