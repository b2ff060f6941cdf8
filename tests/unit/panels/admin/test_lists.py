# SPDX-License-Identifier: Apache-2.0
"""The two lists of support staff: project, user and host of each row."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import RequestFactory
from openstack_dashboard.dashboards.admin.snapshots import tables as stock_snapshots
from openstack_dashboard.dashboards.admin.volumes import tables as stock_volumes

from snapshot_dashboard.panels.common.support.frame import looking_as
from tests.unit.cloud.wire import (
    NOVA,
    OTHER_PROJECT,
    PROJECT,
    REFUSED,
    SILENT,
    Wire,
    attachment_json,
    snapshot_json,
)
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import Person, user
from tests.unit.panels.support import (
    HOST,
    HOSTILE,
    SNAPSHOTS,
    VOLUMES,
    asked,
    be_quiet,
    cell,
    heads,
    hosted,
    shown,
    support_user,
)

NAMES = "/project/volumes/names/shown/"
OWNER = "os-extended-snapshot-attributes:project_id"
FOREIGN = {OWNER: OTHER_PROJECT}
MARK = "Other project"
BOTH = pytest.mark.parametrize(
    ("address", "resource"), [(SNAPSHOTS, "snapshots"), (VOLUMES, "volumes")]
)


@pytest.fixture(autouse=True)
def small_pages(settings: Any) -> None:
    """Show three rows on a page."""
    settings.API_RESULT_PAGE_SIZE = 3


@pytest.fixture
def support(wire: Wire, log_in: LogIn) -> Person:
    """A member of support staff."""
    be_quiet(wire)
    return log_in(support_user())


def row(address: str, object_id: str) -> str:
    """Return the address of a row's refresh."""
    table = "volumes" if address == VOLUMES else "volume_snapshots"
    return f"{address}?action=row_update&table={table}&obj_id={object_id}"


def test_snapshots_have_stocks_columns_in_its_order_with_ours_among_them(
    wire: Wire, support: Person
) -> None:
    found = heads(support.get(SNAPSHOTS))
    assert found == [
        *("Project", "User", "Host", "Name", "Description", "Size", "Status", "Taken while"),
        *("Keep", "Created", "Group Snapshot", "Volume Name", "Actions"),
    ]
    stock: Any = stock_snapshots.VolumeSnapshotsTable
    titles = {key: str(each.verbose_name) for key, each in stock.base_columns.items()}
    expected = [titles[name] for name in stock._meta.columns]
    assert [each for each in found if each in expected] == expected


def test_volumes_have_stocks_columns(wire: Wire, support: Person) -> None:
    stock: Any = stock_volumes.VolumesTable
    titles = {key: str(each.verbose_name) for key, each in stock.base_columns.items()}
    found = [each for each in heads(support.get(VOLUMES)) if each != "Actions"]
    assert found[found.index("Status") + 1] == "Snapshots"
    stocks = [each for each in found if each != "Snapshots"]
    assert stocks == [titles[name] for name in stock._meta.columns]


def test_a_row_tells_whose_it_is_and_where_it_lies(wire: Wire, support: Person) -> None:
    wire.holds("snapshots", snapshot_json())
    support.get(f"{NAMES}?q=project:{PROJECT}&q=user:u-anna")
    page = support.get(SNAPSHOTS)
    assert cell(page, "Project") == f"name of {PROJECT}"
    assert cell(page, "User") == "name of u-anna"
    assert cell(page, "Host") == f"{HOST}#p1"
    assert cell(page, "Volume Name") == "name of v1"
    for kind, value in (("project", PROJECT), ("user", "u-anna")):
        assert page.all(f"//a[@href='{SNAPSHOTS}?field={kind}_id&value={value}']")
    assert page.all(f"//a[@href='{VOLUMES}v1/']")


def test_names_that_are_not_known_are_left_to_the_script(wire: Wire, support: Person) -> None:
    wire.holds("snapshots", snapshot_json())
    page = support.get(SNAPSHOTS)
    marked = {each.get("data-sd-name") for each in page.all("//*[@data-sd-name]")}
    assert marked == {f"project:{PROJECT}", "user:u-anna"}


def test_a_volume_tells_whose_it_is_and_where_it_lies(wire: Wire, support: Person) -> None:
    support.get(f"{NAMES}?q=project:{PROJECT}")
    page = support.get(VOLUMES)
    assert cell(page, "Project", "v1") == f"name of {PROJECT}"
    assert cell(page, "Host", "v1") == f"{HOST}#p1"
    assert page.all(f"//a[@href='{VOLUMES}?field=project_id&value={PROJECT}']")


@pytest.mark.parametrize("count", [1, 3])
def test_snapshots_cost_two_calls_and_volumes_one(wire: Wire, support: Person, count: int) -> None:
    numbers = range(count)
    wire.holds("snapshots", *(snapshot_json(f"s{each}", volume_id=f"v{each}") for each in numbers))
    wire.holds("volumes", *(hosted(f"v{each}") for each in numbers))
    assert len(shown(support.get(SNAPSHOTS))) == count
    assert asked(wire) == ["/snapshots/detail", "/volumes/detail"]
    assert wire.query("/snapshots/detail")["all_tenants"] == "1"
    wanted = ",".join(f"'v{each}'" for each in numbers)
    literal = wire.query("/volumes/detail")["id"]
    assert sorted(literal[1:-1].split(",")) == sorted(wanted.split(","))
    wire.mocker.reset_mock()
    assert len(shown(support.get(VOLUMES))) == count
    assert asked(wire) == ["/volumes/detail"]


def test_an_empty_list_asks_for_no_volumes(wire: Wire, support: Person) -> None:
    page = support.get(SNAPSHOTS)
    assert asked(wire) == ["/snapshots/detail"]
    assert "No items to display." in page.text


def _forbidden(wire: Wire) -> None:
    wire.fails("GET", "/volumes/detail", 403)


def _refused(wire: Wire) -> None:
    wire.fails("GET", "/volumes/detail", 400)


def _broken(wire: Wire) -> None:
    wire.fails("GET", "/volumes/detail", 500)


def _silent(wire: Wire) -> None:
    wire.breaks("GET", "/volumes/detail", SILENT)


def _away(wire: Wire) -> None:
    wire.breaks("GET", "/volumes/detail", REFUSED)


def _gone(wire: Wire) -> None:
    wire.holds("volumes")


def _others(wire: Wire) -> None:
    wire.holds("volumes", hosted("v8", **{"os-vol-tenant-attr:tenant_id": "p8"}), hosted("v9"))


@pytest.mark.parametrize("trouble", [_forbidden, _refused, _broken, _silent, _away, _gone, _others])
def test_without_the_volumes_the_host_is_unknown_and_nothing_is_marked(
    wire: Wire, support: Person, trouble: Callable[[Wire], None]
) -> None:
    wire.holds("snapshots", snapshot_json("s1"), snapshot_json("s2", **FOREIGN))
    trouble(wire)
    page = support.get(SNAPSHOTS)
    assert shown(page) == ["s1", "s2"]
    assert cell(page, "Host") == "-"
    assert HOST not in page.text
    assert MARK not in page.text


def test_a_snapshot_of_another_project_than_its_volume_is_marked(
    wire: Wire, support: Person
) -> None:
    wire.holds("snapshots", snapshot_json("s1", **FOREIGN), snapshot_json("s2"))
    page = support.get(SNAPSHOTS)
    assert MARK in cell(page, "Project", "s1")
    assert MARK not in cell(page, "Project", "s2")


@pytest.mark.parametrize("silent_about", ["snapshot", "volume"])
def test_where_a_project_is_not_told_nothing_is_marked(
    wire: Wire, support: Person, silent_about: str
) -> None:
    snapshot, volume = snapshot_json(**FOREIGN), hosted()
    if silent_about == "snapshot":
        del snapshot[OWNER]
    else:
        del volume["os-vol-tenant-attr:tenant_id"]
    wire.holds("snapshots", snapshot)
    wire.holds("volumes", volume)
    page = support.get(SNAPSHOTS)
    assert shown(page) == ["s1"]
    assert MARK not in page.text


def test_a_temporary_snapshot_can_be_acted_upon(wire: Wire, support: Person) -> None:
    wire.holds("snapshots", snapshot_json(consumes_quota=False))
    page = support.get(SNAPSHOTS)
    assert "Temporary, made by the storage service" in cell(page, "Description")
    assert page.all("//*[@id='volume_snapshots__row_s1__action_delete']")


@BOTH
def test_a_list_that_cannot_be_read_says_so(
    wire: Wire, support: Person, address: str, resource: str
) -> None:
    wire.fails("GET", f"/{resource}/detail", 503, "out of order")
    page = support.get(address)
    assert page.status == 200
    assert page.problem == f"{resource.capitalize()} cannot be shown right now"
    assert "out of order" in page.problem_text
    assert "No items to display." not in page.text


@BOTH
def test_an_expired_session_leads_to_the_login(
    wire: Wire, support: Person, address: str, resource: str
) -> None:
    wire.fails("GET", f"/{resource}/detail", 401)
    answer = support.get(address)
    assert answer.status == 302
    assert urlsplit(answer.headers["Location"]).path == "/auth/login/"


@BOTH
def test_names_of_others_stay_text(
    wire: Wire, support: Person, address: str, resource: str
) -> None:
    wire.holds("snapshots", snapshot_json(name=HOSTILE, description=HOSTILE, user_id=HOSTILE))
    hostile = {"os-vol-host-attr:host": HOSTILE, "os-vol-tenant-attr:tenant_id": HOSTILE}
    wire.holds("volumes", hosted(name=HOSTILE, **hostile))
    page = support.get(address)
    assert "<script>alert" not in page.html
    assert HOSTILE in page.text
    links = [each.get("href") for each in page.all("//a[contains(@href, 'field=project_id')]")]
    assert all("<" not in each and '"' not in each for each in links)


@BOTH
def test_names_that_are_remembered_stay_text(
    wire: Wire, support: Person, address: str, resource: str
) -> None:
    wire.holds("snapshots", snapshot_json())
    hostile = {"project": {"id": PROJECT, "name": HOSTILE, "enabled": True}}
    wire.says("GET", f"http://identity.test/v3/projects/{PROJECT}", hostile)
    support.get(f"{NAMES}?q=project:{PROJECT}")
    page = support.get(address)
    assert "<script>alert" not in page.html
    assert cell(page, "Project", shown(page)[0]) == HOSTILE


@BOTH
def test_pages_keep_all_filters_and_the_order(
    wire: Wire, support: Person, address: str, resource: str
) -> None:
    one = snapshot_json if resource == "snapshots" else hosted
    wire.holds(resource, *(one(f"x{number}") for number in range(4)))
    filters = "field=status&value=error&field=host&value=h%231"
    page = support.get(f"{address}?{filters}&sort=name")
    (address_of_next,) = {each.get("href") for each in page.all("//a[contains(@href, 'arker=x2')]")}
    query = parse_qs(urlsplit(address_of_next).query)
    assert query["field"] == ["status", "host"]
    assert query["value"] == ["error", "h#1"]
    assert query["sort"] == ["name"]
    support.get(address + address_of_next[address_of_next.index("?") :])
    sent = wire.query(f"/{resource}/detail") if resource == "snapshots" else None
    sent = sent or dict(parse_qs(urlsplit(wire.sent("GET", "/volumes/detail")[-1].url).query))
    said = {key: value if isinstance(value, str) else value[0] for key, value in sent.items()}
    assert (said["status"], said["host"], said["marker"]) == ("error", "h#1", "x2")


@BOTH
def test_sorting_keeps_all_filters_and_begins_anew(
    wire: Wire, support: Person, address: str, resource: str
) -> None:
    one = snapshot_json if resource == "snapshots" else hosted
    wire.holds(resource, one("x1"))
    marker = "snapshot_marker" if resource == "snapshots" else "marker"
    page = support.get(f"{address}?field=status&value=error&field=name&value=n&{marker}=x0")
    links = [each.get("href") for each in page.all("//th/a[@class='sd-sort']")]
    assert links
    for each in links:
        query = parse_qs(urlsplit(each).query)
        assert query["field"] == ["status", "name"]
        assert query["value"] == ["error", "n"]
        assert marker not in query


@pytest.mark.parametrize("status", ["available", "creating"])
def test_a_snapshots_row_is_read_again_with_its_volume(
    wire: Wire, support: Person, status: str
) -> None:
    wire.snapshot(status=status, **FOREIGN)
    answer = support.get(row(SNAPSHOTS, "s1"), dialog=True)
    assert answer.status == 200
    assert f"{HOST}#p1" in answer.text
    assert MARK in answer.text
    assert asked(wire) == ["/snapshots/s1", "/volumes/detail"]


def test_a_volumes_row_is_read_again(wire: Wire, support: Person) -> None:
    answer = support.get(row(VOLUMES, "v1"), dialog=True)
    assert answer.status == 200
    assert f"{HOST}#p1" in answer.text
    assert asked(wire) == ["/volumes/v1"]


@pytest.mark.parametrize(
    ("address", "path"),
    [(row(SNAPSHOTS, "s1"), "/snapshots/s1"), (row(VOLUMES, "v1"), "/volumes/v1")],
)
@pytest.mark.parametrize(("met", "answered"), [(404, 404), (403, 503), (500, 503), (503, 503)])
def test_a_row_goes_away_only_with_its_object(
    wire: Wire, support: Person, address: str, path: str, met: int, answered: int
) -> None:
    wire.fails("GET", path, met)
    assert support.get(address, dialog=True).status == answered


def test_a_row_that_does_not_answer_stays(wire: Wire, support: Person) -> None:
    wire.breaks("GET", "/snapshots/s1", SILENT)
    assert support.get(row(SNAPSHOTS, "s1"), dialog=True).status == 503


def test_a_volumes_instance_leads_to_the_admins_page(wire: Wire, support: Person) -> None:
    wire.holds("volumes", hosted(status="in-use", attachments=[attachment_json("i1")]))
    page = support.get(VOLUMES)
    assert page.all("//a[@href='/admin/instances/i1/detail']")
    assert not page.all("//tr[@data-object-id]//a[starts-with(@href, '/project/')]")
    assert not wire.sent("GET", f"{NOVA}/servers/i1")


@BOTH
def test_nothing_is_made_from_here(
    wire: Wire, support: Person, address: str, resource: str
) -> None:
    wire.holds("snapshots", snapshot_json())
    page = support.get(address)
    links = [each.get("href") for each in page.all("//a[@href]")]
    assert not [each for each in links if "/create" in each or "/launch" in each]


def test_deleting_leads_back_to_the_same_list(wire: Wire, support: Person) -> None:
    wire.holds("snapshots", snapshot_json())
    wire.says("DELETE", "/snapshots/s1", None, 202)
    address = f"{SNAPSHOTS}?field=status&value=error"
    answer = support.post(address, {"action": "volume_snapshots__delete__s1"})
    assert answer.status == 302
    assert answer.headers["Location"] == address
    assert wire.sent("DELETE", "/snapshots/s1")


@pytest.mark.parametrize("roles", [("member",), ("reader",), ("member", "reader")])
@pytest.mark.parametrize("address", [SNAPSHOTS, VOLUMES, row(SNAPSHOTS, "s1")])
def test_whoever_is_no_administrator_is_refused_before_anything_is_asked(
    wire: Wire, log_in: LogIn, roles: tuple[str, ...], address: str
) -> None:
    visitor = log_in(user(*roles))
    assert visitor.get(address).status == 403
    assert visitor.post(address, {"action": "volume_snapshots__delete__s1"}).status == 403
    assert asked(wire) == []


def test_an_administrator_is_told_as_whom_she_looks(wire: Wire, support: Person) -> None:
    assert "You are viewing all projects as admin, member, reader." in support.get(SNAPSHOTS).text


def test_whoever_is_no_administrator_to_cinder_is_not_told_that_it_is_everything(
    rf: RequestFactory, log_in: LogIn
) -> None:
    """An operator can open the panel to others; Cinder answers them with their own project."""
    request: Any = rf.get(SNAPSHOTS)
    request.session = {}
    request.user = user("support", "member")
    log_in(request.user)
    said = looking_as(request)
    assert said == (
        "You are viewing only project <bdi>Web &amp; Shop</bdi>, as <bdi>member</bdi>, "
        "<bdi>support</bdi>."
    )
