# SPDX-License-Identifier: Apache-2.0
"""The report and CSV files about 10,000 snapshots, compared with the database."""

import csv
import io
import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import lxml.html
import pytest

from demo.layout import Home
from demo.visitor import Visitor
from devcloud.access import Access
from devcloud.whole_cloud import Totals, WholeCloud
from snapshot_dashboard.rules.consistency import TAKEN
from tests.cloud.conftest import Visit
from tests.cloud.whole_cloud import whole_cloud
from tests.cloud.workshop import Workshop
from tests.conftest import Connect

REPORT = "/admin/snapshots/report/"
EXPORT = "/admin/snapshots/export/"
_PROJECT = "os-extended-snapshot-attributes:project_id"
_LIMIT = 120

Raw = dict[str, Any]
pytestmark = pytest.mark.usefixtures("expected")


@dataclass(frozen=True)
class Sent:
    """The streamed pieces, with the seconds until the first one and until the end.

    ``calls`` counts those for lists of snapshots and volumes: others are the frame's.
    """

    text: str
    first: float
    seconds: float
    calls: int
    pieces: int


# Below, a temporary snapshot is known by its name, and this cloud's have others than Cinder gives.
TELLS_TEMPORARY = pytest.mark.needs_api(cinder="3.65")


@pytest.fixture(scope="module")
def expected(home: Home, cloud: Access) -> WholeCloud:
    """What the customers have, as planned."""
    return whole_cloud(home)


@pytest.fixture(scope="module")
def projects(connect: Connect, expected: WholeCloud) -> dict[str, str]:
    """The customers' projects: names by id."""
    admin: Any = connect("admin")
    found = {each.id: each.name for each in admin.identity.projects()}
    return {key: name for key, name in found.items() if name in expected.projects}


@pytest.fixture(scope="module")
def owners(home: Home) -> dict[str, tuple[str, str]]:
    """Project and host of each volume, from the database: the API needs 30 s for them."""
    database = f"file:{home.path / 'db' / 'cinder.db'}?mode=ro"
    with closing(sqlite3.connect(database, uri=True)) as cinder:
        found = cinder.execute("SELECT id, project_id, host FROM volumes WHERE NOT deleted")
        return {volume: (project, host) for volume, project, host in found}


@pytest.fixture(scope="module")
def truth(connect: Connect, projects: dict[str, str]) -> dict[str, Raw]:
    """The customers' snapshots by id, as Cinder tells them to another client."""
    storage: Any = connect("admin").block_storage
    found: dict[str, Raw] = {}
    query: dict[str, Any] = {"all_tenants": 1, "limit": 1000}
    while True:
        answer = storage.get("/snapshots/detail", params=query, microversion="3.65")
        page = answer.json()["snapshots"]
        if not page:
            return {key: raw for key, raw in found.items() if raw[_PROJECT] in projects}
        found |= {raw["id"]: raw for raw in page}
        query["marker"] = page[-1]["id"]


@pytest.fixture(scope="module")
def admin(visit: Visit) -> Visitor:
    """The administrator at the dashboard; the first page of a new process takes seconds."""
    visitor = visit("admin")
    visitor.get(REPORT)
    return visitor


@pytest.fixture(scope="module")
def made(admin: Visitor, home: Home) -> Sent:
    """The report, made once."""
    return sent(admin, home, f"{REPORT}?make=1")


@pytest.fixture(scope="module")
def exported(admin: Visitor, home: Home) -> Sent:
    """The list of everything as a file."""
    return sent(admin, home, EXPORT)


def sent(visitor: Visitor, home: Home, path: str) -> Sent:
    """Read an answer as it comes."""
    log = home.log("outgoing")
    before = len(log.read_text("utf-8").splitlines())
    begin = time.monotonic()
    answer = visitor.get(path, stream=True)
    assert answer.status_code == 200, answer.text[:500]
    pieces: list[bytes] = []
    first = 0.0
    for piece in answer.iter_content(None):
        first = first or time.monotonic() - begin
        pieces.append(piece)
    seconds = time.monotonic() - begin
    lists = [line for line in log.read_text("utf-8").splitlines()[before:] if "/detail?" in line]
    calls = sum("all_tenants=1" in line for line in lists)
    print(f"{path}: first piece {first:.2f} s, whole {seconds:.1f} s, {calls} calls")
    return Sent(b"".join(pieces).decode(), first, seconds, calls, len(pieces))


def rows(text: str) -> tuple[list[dict[str, str]], str]:
    """Return the rows of a CSV file, and its last line."""
    body, _break, last = text.removesuffix("\r\n").rpartition("\r\n")
    return list(csv.DictReader(io.StringIO(body.removeprefix("\ufeff"), newline=""))), last


def totals(raws: list[Raw], owners: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Count snapshots of one project as the report has to."""
    temporary = [not raw["consumes_quota"] for raw in raws]
    return {
        "snapshots": str(len(raws)),
        "size_gib": str(sum(raw["size"] for raw in raws)),
        "oldest": min(raw["created_at"] for raw in raws)[:19] + "Z",
        "other_project": str(sum(owners[raw["volume_id"]][0] != raw[_PROJECT] for raw in raws)),
        "temporary": str(sum(temporary)),
        "not_recorded": str(
            sum(TAKEN not in raw["metadata"] and raw["consumes_quota"] for raw in raws)
        ),
        "failed": str(sum(raw["status"].startswith("error") for raw in raws)),
        # The type of the customers' volumes has no price.
        "price_per_month": "",
        "currency": "NZD",
        "not_priced": str(len(raws)),
    }


@pytest.fixture(scope="module")
def counted(truth: dict[str, Raw], owners: dict[str, tuple[str, str]]) -> dict[str, dict[str, str]]:
    """What the report has to say of each of the customers' projects."""
    groups: dict[str, list[Raw]] = defaultdict(list)
    for raw in truth.values():
        groups[raw[_PROJECT]].append(raw)
    return {project: totals(raws, owners) for project, raws in groups.items()}


def table(page: str) -> Iterator[list[str]]:
    """Yield the cells of the report's projects."""
    for row in lxml.html.fromstring(page).xpath("//table[@id='sd-report']/tbody/tr"):
        # The small links are the same in each.
        texts = (cell.xpath(".//text()[not(ancestor::small)]") for cell in row)
        yield [" ".join("".join(each).split()) for each in texts]


def test_the_page_is_there_at_once_and_tells_how_far_it_is(made: Sent) -> None:
    assert made.first < 2
    assert made.seconds < _LIMIT
    told = lxml.html.fromstring(made.text).xpath("//*[@class='sd-progress']/p/text()")
    assert told[0] == "Reading snapshots."
    assert told[-1].split(" of ")[0] == told[-1].split(" of ")[1].split()[0]
    assert len(told) > 20
    assert made.pieces > 20
    assert made.text.rstrip().endswith("</html>")


@pytest.mark.extended
def test_it_costs_a_call_for_500_snapshots_and_one_for_50_volumes(
    made: Sent, truth: dict[str, Raw], owners: dict[str, tuple[str, str]]
) -> None:
    most = len(owners) / 50 + len(owners) / 500 + 2 * len(truth) / 500 + 20
    assert made.calls < most, f"{made.calls} calls"


@TELLS_TEMPORARY
def test_the_report_is_the_truth_of_each_project(
    made: Sent,
    admin: Visitor,
    home: Home,
    counted: dict[str, dict[str, str]],
    projects: dict[str, str],
) -> None:
    file = sent(admin, home, f"{REPORT}csv/")
    assert file.calls == 0
    found, last = rows(file.text)
    assert last == f"# complete, {len(found)} rows"
    read = {row.pop("project_id"): row for row in found}
    assert {key: read[key].pop("project_name") for key in counted} == {
        key: projects[key] for key in counted
    }
    assert {key: read[key] for key in counted} == counted


@TELLS_TEMPORARY
def test_the_plan_of_the_customers_agrees(made: Sent, expected: WholeCloud) -> None:
    planned = {
        name: [total.snapshots, total.gibibytes, total.foreign, total.temporary]
        for name, total in expected.projects.items()
        if total != Totals()
    }
    shown = {
        row[0]: [int(row[index].replace(",", "")) for index in (1, 2, 4, 5)]
        for row in table(made.text)
    }
    assert {name: shown[name] for name in planned} == planned


@pytest.fixture(scope="module")
def priced(shared_workshop: Workshop, admin: Visitor, made: Sent, home: Home) -> tuple[Any, Sent]:
    """A snapshot of 3 GiB of the only type with a price, and the report with it."""
    volume = shared_workshop.volume("priced", size=3, volume_type="linked")
    return shared_workshop.snapshot(volume.id), sent(admin, home, f"{REPORT}?make=1")


def test_the_report_and_its_file_tell_the_price_of_a_project(
    priced: tuple[Any, Sent], admin: Visitor, home: Home, connect: Connect
) -> None:
    storage: Any = connect("anna").block_storage
    types = {each.id: each.volume_type for each in storage.volumes()}
    sizes = [each.size for each in storage.snapshots() if types[each.volume_id] == "linked"]
    assert sizes
    wanted = Decimal("0.05") * sum(sizes)
    (row,) = [each for each in table(priced[1].text) if each[0] == "web-shop"]
    assert row[-1].split(" (")[0] == f"{wanted:.2f}"
    found, _last = rows(sent(admin, home, f"{REPORT}csv/").text)
    (line,) = [each for each in found if each["project_name"] == "web-shop"]
    assert (Decimal(line["price_per_month"]), line["currency"]) == (wanted, "NZD")
    assert int(line["not_priced"]) == int(line["snapshots"]) - len(sizes)


def test_the_file_of_the_list_tells_the_price_of_each(
    priced: tuple[Any, Sent], admin: Visitor, home: Home
) -> None:
    snapshot, _report = priced
    found, _last = rows(sent(admin, home, f"{EXPORT}?field=name&value={snapshot.name}").text)
    (line,) = [each for each in found if each["id"] == snapshot.id]
    assert (line["price_per_month"], line["currency"]) == ("0.15", "NZD")


def test_other_projects_snapshots_are_listed(
    made: Sent, truth: dict[str, Raw], owners: dict[str, tuple[str, str]]
) -> None:
    foreign = {key for key, raw in truth.items() if owners[raw["volume_id"]][0] != raw[_PROJECT]}
    links = lxml.html.fromstring(made.text).xpath("//table[@id='sd-foreign']//th/a/@href")
    assert foreign
    assert foreign <= {link.strip("/").split("/")[-1] for link in links}


def test_the_page_afterwards_costs_nothing_and_sorts(
    made: Sent, admin: Visitor, home: Home
) -> None:
    page = sent(admin, home, f"{REPORT}?sort=-gib")
    assert page.calls == 0
    sizes = [int(row[2].replace(",", "")) for row in table(page.text)]
    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) >= 290


@pytest.mark.extended
@TELLS_TEMPORARY
def test_the_file_of_the_list_has_every_snapshot(
    exported: Sent, truth: dict[str, Raw], owners: dict[str, tuple[str, str]]
) -> None:
    assert exported.seconds < _LIMIT
    found, last = rows(exported.text)
    assert last == f"# complete, {len(found)} rows"
    read = {row["id"]: row for row in found if row["id"] in truth}
    assert len(read) == len(truth)
    for key, raw in truth.items():
        row = read[key]
        project, host = owners[raw["volume_id"]]
        assert row["name"] == raw["name"]
        assert (row["project_id"], row["volume_project_id"]) == (raw[_PROJECT], project)
        assert row["other_project"] == ("no" if project == raw[_PROJECT] else "yes")
        assert (row["host"], row["status"]) == (host, raw["status"])
        assert row["temporary"] == ("no" if raw["consumes_quota"] else "yes")
        assert row["taken_while"] == raw["metadata"].get(TAKEN, "not_recorded")
        assert row["created"] == raw["created_at"][:19] + "Z"


def test_the_file_of_a_filtered_list_has_what_matches(
    admin: Visitor, home: Home, expected: WholeCloud
) -> None:
    project = max(expected.projects, key=lambda name: expected.projects[name].snapshots)
    file = sent(admin, home, f"{EXPORT}?field=project&value={quote(project)}")
    found, last = rows(file.text)
    assert last == f"# complete, {expected.projects[project].snapshots} rows"
    assert {row["project_name"] for row in found} == {project}
    file = sent(admin, home, f"{EXPORT}?field=name&value=nothing-is-called-so")
    assert rows(file.text) == ([], "# complete, 0 rows")


def test_a_member_has_no_such_page(anna: Visitor) -> None:
    for path in (REPORT, f"{REPORT}?make=1", f"{REPORT}csv/", EXPORT):
        answer = anna.get(path, allow_redirects=False)
        assert answer.status_code in (302, 403)
        assert "customer-" not in answer.text
