# SPDX-License-Identifier: Apache-2.0
"""The two lists: state in the URL, read page by page."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from openstack_dashboard.dashboards.project.snapshots.tables import VolumeSnapshotsFilterAction
from openstack_dashboard.dashboards.project.volumes.tables import VolumesFilterAction

from tests.unit.cloud.wire import (
    CINDER,
    NOVA,
    PROJECT,
    REFUSED,
    REQUEST_ID,
    SILENT,
    Wire,
    attachment_json,
    snapshot_json,
    volume_json,
)
from tests.unit.panels.person import SNAPSHOTS, VOLUMES, Answer, Person

HOSTILE = "<script>alert('x')</script>\"'&"
BOTH = pytest.mark.parametrize(
    ("address", "resource"), [(VOLUMES, "volumes"), (SNAPSHOTS, "snapshots")]
)


@pytest.fixture(autouse=True)
def small_pages(settings: Any) -> None:
    """Show three rows on a page."""
    settings.API_RESULT_PAGE_SIZE = 3


def rows(wire: Wire, resource: str, *found: dict[str, Any]) -> None:
    """Let a list hold these rows."""
    wire.says("GET", f"/{resource}/detail", {resource: list(found)})


def many(resource: str, count: int, start: int = 1) -> list[dict[str, Any]]:
    """Return rows x1, x2, ... of a list."""
    one = volume_json if resource == "volumes" else snapshot_json
    return [one(f"x{number}") for number in range(start, start + count)]


def shown(page: Answer) -> list[str]:
    """Return the ids of the rows that a page shows."""
    return [each.get("data-object-id") for each in page.all("//tr[@data-object-id]")]


def heads(page: Answer) -> list[str]:
    """Return the titles of the columns."""
    return [" ".join(each.text_content().split()) for each in page.all("//thead//th")][-20:]


def link(page: Answer, pattern: str) -> dict[str, str]:
    """Return the query of the one link whose address holds a pattern."""
    (address,) = {each.get("href") for each in page.all(f"//a[contains(@href, '{pattern}')]")}
    return {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}


# The field of stock's form.
# Their names are others on Horizon 24.0.
POSTED = {
    VOLUMES: f"volumes__{VolumesFilterAction().name}__q",
    SNAPSHOTS: f"volume_snapshots__{VolumeSnapshotsFilterAction().name}__q",
}


@BOTH
def test_a_list_costs_one_call_for_its_rows_at_any_size(
    wire: Wire, person: Person, address: str, resource: str
) -> None:
    rows(wire, resource, *many(resource, 3))
    assert len(shown(person.get(address))) == 3
    calls = [urlsplit(each.url).path for each in wire.mocker.request_history]
    assert calls.count(f"/v3/{resource}/detail") == 1
    assert set(calls) <= {"/", f"/v3/{resource}/detail", f"/v3/os-quota-sets/{PROJECT}"}


@BOTH
def test_the_newest_come_first(wire: Wire, person: Person, address: str, resource: str) -> None:
    rows(wire, resource)
    person.get(address)
    query = wire.query(f"/{resource}/detail")
    assert query == {"limit": "4", "sort": "created_at:desc", "with_count": "true"}


def test_snapshots_have_stocks_columns_and_when_they_were_made(wire: Wire, person: Person) -> None:
    rows(wire, "snapshots", snapshot_json())
    columns = [each for each in heads(person.get(SNAPSHOTS)) if each]
    stock = ["Name", "Description", "Size", "Status", "Group Snapshot", "Volume Name", "Actions"]
    assert [each for each in columns if each in stock] == stock
    after_status = columns.index("Status") + 1
    assert columns[after_status : after_status + 3] == ["Taken while", "Keep", "Created"]


@BOTH
def test_a_posted_filter_becomes_an_address(
    wire: Wire, person: Person, address: str, resource: str
) -> None:
    name = POSTED[address]
    answer = person.post(address, {name: " a b&c ", f"{name}_field": "name"})
    assert answer.status == 302
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert query == {"field": ["name"], "value": ["a b&c"]}


@BOTH
def test_an_emptied_filter_becomes_the_plain_address(
    wire: Wire, person: Person, address: str, resource: str
) -> None:
    name = POSTED[address]
    answer = person.post(address, {name: "", f"{name}_field": "name"})
    assert answer.headers["Location"] == address


@BOTH
def test_the_filter_of_the_address_is_done_by_the_service_and_shown(
    wire: Wire, person: Person, address: str, resource: str
) -> None:
    rows(wire, resource, *many(resource, 1))
    page = person.get(f"{address}?field=name&value=web")
    assert wire.query(f"/{resource}/detail")["name"] == "web"
    assert page.one("//form[@role='search']//input[@id='sd_search_name']").get("value") == "web"


@BOTH
@pytest.mark.parametrize(("sort", "said"), [("name", "asc"), ("-name", "desc")])
def test_sorting_is_done_by_the_service(
    wire: Wire, person: Person, address: str, resource: str, sort: str, said: str
) -> None:
    rows(wire, resource, *many(resource, 2))
    page = person.get(f"{address}?sort={sort}")
    assert wire.query(f"/{resource}/detail")["sort"] in (f"name:{said}", f"display_name:{said}")
    assert page.one("//th[@aria-sort]").get("aria-sort") == f"{said}ending"


@BOTH
@pytest.mark.parametrize("sort", ["project_id", "-", "", "name;drop", "created_at:asc,name"])
def test_a_key_that_is_not_offered_falls_back(
    wire: Wire, person: Person, address: str, resource: str, sort: str
) -> None:
    rows(wire, resource)
    person.get(f"{address}?sort={sort}")
    assert wire.query(f"/{resource}/detail")["sort"] == "created_at:desc"


@BOTH
def test_the_browser_sorts_no_column_itself(
    wire: Wire, person: Person, address: str, resource: str
) -> None:
    rows(wire, resource, *many(resource, 2))
    assert person.get(address).all("//th[contains(concat(' ', @class, ' '), ' sortable ')]") == []


@BOTH
def test_a_head_keeps_the_filter_when_it_sorts(
    wire: Wire, person: Person, address: str, resource: str
) -> None:
    rows(wire, resource, *many(resource, 2))
    page = person.get(f"{address}?field=name&value=web")
    assert link(page, "sort=name") == {"field": "name", "value": "web", "sort": "name"}


@BOTH
def test_paging_forward_keeps_filter_and_sorting(
    wire: Wire, person: Person, address: str, resource: str
) -> None:
    rows(wire, resource, *many(resource, 4))
    page = person.get(f"{address}?field=name&value=web&sort=name")
    assert shown(page)[-1] == "x3"
    query = link(page, "marker=x3")
    assert query.pop("sort") == "name"
    assert (query.pop("field"), query.pop("value")) == ("name", "web")
    assert list(query.values()) == ["x3"]


@BOTH
def test_paging_back_asks_in_reverse_and_shows_in_order(
    wire: Wire, person: Person, address: str, resource: str
) -> None:
    rows(wire, resource, *many(resource, 4))
    forward = link(person.get(address), "marker=x3")
    later = person.get(f"{address}?{next(iter(forward))}=x3&field=name&value=web")
    assert wire.query(f"/{resource}/detail")["marker"] == "x3"
    back = link(later, "prev_")
    name = next(key for key in back if key.startswith("prev_"))
    assert (back["field"], back["value"], back[name]) == ("name", "web", "x1")
    earlier = person.get(f"{address}?{name}=x1")
    assert wire.query(f"/{resource}/detail")["sort"] == "created_at:asc"
    assert shown(earlier) == [f"x{number}" for number in range(3, 0, -1)]


PROBLEMS = [
    ("volumes", 500, "Volumes cannot be shown right now"),
    ("snapshots", 500, "Snapshots cannot be shown right now"),
    ("volumes", 400, "This cannot be shown: the storage service refused the request"),
    ("snapshots", 404, "This cannot be shown: the storage service refused the request"),
]


@pytest.mark.parametrize(("resource", "status", "title"), PROBLEMS)
def test_a_list_that_cannot_be_read_leaves_the_page_and_says_why(
    wire: Wire, person: Person, resource: str, status: int, title: str
) -> None:
    wire.fails("GET", f"/{resource}/detail", status, "Because")
    page = person.get(f"/project/{resource}/?field=name&value=web")
    assert (page.status, page.problem, shown(page)) == (200, title, [])
    assert "Because" in page.problem_text
    assert REQUEST_ID in page.problem_text
    assert (
        page.one("//a[normalize-space()='Try Again']").get("href").endswith("?field=name&value=web")
    )
    assert page.one("//a[normalize-space()='Clear filter']").get("href") == f"/project/{resource}/"


@BOTH
@pytest.mark.parametrize("how", [REFUSED, SILENT])
def test_a_list_that_is_not_answered_shows_no_account_of_sockets(
    wire: Wire, person: Person, address: str, resource: str, how: type[Exception]
) -> None:
    wire.breaks("GET", f"/{resource}/detail", how)
    page = person.get(address)
    assert page.status == 200
    assert "cannot be shown right now" in page.problem
    assert "storage.test" not in page.text


def test_limits_that_cannot_be_read_leave_the_list(wire: Wire, person: Person) -> None:
    rows(wire, "volumes", volume_json("x1"))
    wire.fails("GET", f"/os-quota-sets/{PROJECT}", 500)
    assert shown(person.get(VOLUMES)) == ["x1"]


@BOTH
def test_names_in_a_list_are_text_and_nothing_else(
    wire: Wire, person: Person, address: str, resource: str
) -> None:
    one = volume_json if resource == "volumes" else snapshot_json
    rows(wire, resource, one("x1", name=HOSTILE, description=HOSTILE, volume_type=HOSTILE))
    page = person.get(f"{address}?field=name&value={HOSTILE.replace('&', '%26')}")
    assert "<script>alert" not in page.html
    assert HOSTILE in page.text


def test_an_instance_stands_by_short_id_until_its_name_is_known(wire: Wire, person: Person) -> None:
    instance = "11111111-2222-3333-4444-555555555555"
    rows(wire, "volumes", volume_json("x1", attachments=[attachment_json(instance)]))
    wire.instance(instance, name=HOSTILE)
    unnamed = person.get(VOLUMES).one("//a[@data-sd-name]")
    assert (unnamed.get("data-sd-name"), unnamed.text_content()) == (
        f"instance:{instance}",
        "11111111",
    )
    names = person.client.get(f"{VOLUMES}names/shown/?q=instance:{instance}&q=nonsense&q=x:").json()
    assert names == {"names": {f"instance:{instance}": HOSTILE}, "gone": {}}
    page = person.get(VOLUMES)
    assert HOSTILE in page.text
    assert "<script>alert" not in page.html


def test_an_instance_that_does_not_exist_for_a_person_has_no_page_to_lead_to(
    wire: Wire, person: Person
) -> None:
    wire.attached(("i1", "ACTIVE"))
    wire.fails("GET", f"{NOVA}/servers/i1", 404)
    names = person.client.get(f"{VOLUMES}names/shown/?q=instance:i1").json()
    assert names == {"names": {}, "gone": {"instance:i1": "(not visible to you)"}}
    for address in (f"{VOLUMES}v1/", f"{VOLUMES}v1/attach/", f"{VOLUMES}v1/create_snapshot/"):
        page = person.get(address)
        assert page.all("//*[@id='content_body']//a[contains(@href, '/instances/i1/')]") == []
        assert "not visible to you" in page.text.lower()


def test_the_create_action_is_offered_for_every_volume_whatever_its_status(
    wire: Wire, person: Person, settings: Any
) -> None:
    settings.API_RESULT_PAGE_SIZE = 10
    statuses = ["available", "in-use", "reserved", "error", "creating", "maintenance"]
    rows(wire, "volumes", *(volume_json(f"x-{each}", status=each) for each in statuses))
    page = person.get(VOLUMES)
    offered = [each.get("href") for each in page.all("//a[contains(@href, '/create_snapshot/')]")]
    assert [each.split("/")[3] for each in offered] == [f"x-{each}" for each in statuses]


def test_a_reached_limit_is_said_and_the_action_stays_usable(wire: Wire, person: Person) -> None:
    wire.quota(snapshots=(10, 10), volumes=(20, 20))
    rows(wire, "volumes", volume_json("x1"))
    page = person.get(VOLUMES)
    action = page.one("//a[contains(@href, '/x1/create_snapshot/')]")
    assert action.text_content().strip() == "Create Snapshot (Quota exceeded)"
    assert "disabled" not in action.get("class")
    create = page.one("//a[@id='volumes__action_create']")
    assert "(Quota exceeded)" in create.text_content()
    assert "disabled" not in create.get("class")


def test_create_volume_is_the_first_action_of_a_snapshot(wire: Wire, person: Person) -> None:
    rows(wire, "snapshots", snapshot_json("s1"))
    first = person.get(SNAPSHOTS).all("//tr[@data-object-id='s1']//td[last()]//a")[0]
    assert first.text_content().strip() == "Create Volume"
    assert first.get("href").startswith(f"{VOLUMES}create/?snapshot_id=s1")


def test_the_dialogs_lead_back_to_the_same_page_of_the_list(wire: Wire, person: Person) -> None:
    rows(wire, "volumes", volume_json("x1"))
    page = person.get(f"{VOLUMES}?field=name&value=web")
    address = page.one("//a[contains(@href, '/x1/create_snapshot/')]").get("href")
    query = parse_qs(urlsplit(address).query)
    assert query == {"next": [f"{VOLUMES}?field=name&value=web"]}


def test_a_volume_can_be_found_by_its_id(wire: Wire, person: Person) -> None:
    wanted = "11111111-2222-3333-4444-555555555555"
    rows(wire, "volumes")
    wire.says("GET", f"/volumes/{wanted}", {"volume": volume_json(wanted)})
    assert shown(person.get(f"{VOLUMES}?field=name&value={wanted}")) == [wanted]


@pytest.mark.parametrize(
    ("address", "path", "kind"),
    [(VOLUMES, "/volumes", "volumes"), (SNAPSHOTS, "/snapshots", "volume_snapshots")],
)
def test_a_refused_deletion_is_told_with_its_reason(
    wire: Wire, person: Person, address: str, path: str, kind: str
) -> None:
    resource = path.removeprefix("/")
    rows(wire, resource, *many(resource, 1))
    wire.fails("DELETE", f"{path}/x1", 400, "it has <b>snapshots</b>")
    assert person.post(address, {"action": f"{kind}__delete__x1"}).status == 302
    page = person.get(address)
    noun = "volume" if kind == "volumes" else "volume snapshot"
    assert f"Unable to delete {noun}: name of x1. " in page.text
    assert "it has <b>snapshots</b>" in page.text
    assert len(wire.sent("DELETE", f"{CINDER}{path}/x1")) == 1
