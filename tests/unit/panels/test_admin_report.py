# SPDX-License-Identifier: Apache-2.0
"""The report about all projects' snapshots, and the CSV files: sent while they are made."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import translation

from snapshot_dashboard.panels.admin.snapshots.report import in_language
from tests.unit.cloud.crowd import Crowd, of_project, snapshots
from tests.unit.cloud.wire import KEYSTONE, OTHER_PROJECT, PROJECT, REFUSED, REQUEST_ID, Wire
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import Answer, Person, user

LIST = "/admin/snapshots/"
REPORT = f"{LIST}report/"
MAKE = f"{REPORT}?make=1"
REPORT_CSV = f"{REPORT}csv/"
EXPORT = f"{LIST}export/"
COMMAND = "=cmd|'/c calc'!A0"
HOSTILE = "<script>alert('x')</script>"


@pytest.fixture
def admin(log_in: LogIn, wire: Wire) -> Person:
    """An administrator, in our project."""
    wire.quota()
    return log_in(user("admin"))


@pytest.fixture
def crowd(wire: Wire) -> Crowd:
    """Five snapshots of two projects; one is of another project's volume."""
    crowd = Crowd(
        wire,
        of_project(PROJECT, "s1"),
        of_project(PROJECT, "s2", volume_id="v2", status="error"),
        of_project(PROJECT, "s3", volume_id="v3", size=5),
        of_project(OTHER_PROJECT, "s4", volume_id="v4", name=HOSTILE),
        of_project(OTHER_PROJECT, "s5", volume_id="v5"),
    )
    crowd.foreign = {"v5"}
    return crowd


def pieces(person: Person, path: str) -> Iterator[str]:
    """Open a page that is sent piece by piece."""
    response = person.client.get(path)
    assert response.streaming, response.content.decode()[:500]
    return (piece.decode() for piece in response.streaming_content)


def whole(person: Person, path: str) -> Answer:
    """Read such a page to its end."""
    return Answer(HttpResponse("".join(pieces(person, path))))


def table(page: Answer, name: str = "sd-report") -> list[list[str]]:
    """Return the cells of each project, then those of the total."""
    found = page.all(f"//table[@id='{name}']/*[self::tbody or self::tfoot]/tr")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in found]


def read(text: str) -> tuple[list[dict[str, str]], str]:
    """Return the rows of a CSV file, and its last line."""
    assert text.startswith("\ufeff")
    assert text.count("\ufeff") == 1
    body, _break, last = text.removesuffix("\r\n").rpartition("\r\n")
    return list(csv.DictReader(io.StringIO(body.removeprefix("\ufeff"), newline=""))), last


def test_the_page_reads_nothing_and_offers_to_make_it(admin: Person, crowd: Crowd) -> None:
    page = admin.get(REPORT)
    assert crowd.wire.mocker.request_history == []
    assert page.one("//a[text()='Make Report']").get("href") == MAKE
    assert page.said("//*[@aria-current='page']") == "Report"


def test_the_frame_is_there_before_anything_is_read(admin: Person, crowd: Crowd) -> None:
    sent = pieces(admin, MAKE)
    above = next(sent)
    assert "sd-desk" in above
    assert "</html>" not in above
    assert "Reading snapshots." in next(sent)
    assert crowd.wire.mocker.request_history == []
    far = [next(sent) for _page in range(4)]
    assert far == [f"<p>{read} of 5 snapshots read.</p>" for read in (0, 2, 4, 5)]
    rest = "".join(sent)
    assert rest.index("sd-report") < rest.index("</html>")


def test_what_was_made_is_one_page_without_a_trace_of_where_it_was_cut(
    admin: Person, crowd: Crowd
) -> None:
    page = whole(admin, MAKE)
    assert page.html.count("</html>") == 1
    assert page.all("//div[contains(@class, 'sd-report')]//table[@id='sd-report']")
    assert page.all("//div[@id='footer'][not(ancestor::*[contains(@class, 'sd-report')])]")
    assert "<!-- " not in page.html.partition("sd-progress")[0][-60:]


def test_projects_are_counted(admin: Person, crowd: Crowd) -> None:
    oldest = "Nov. 22, 2026, 6:10 a.m."
    assert table(whole(admin, MAKE)) == [
        ["Web & Shop", "3", "45", oldest, "0", "0", "3", "1"],
        ["research", "2", "40", oldest, "1", "0", "2", "0"],
        ["All projects: 2", "5", "85", oldest, "1", "0", "5", "1"],
    ]


def test_it_is_shown_again_without_reading(admin: Person, crowd: Crowd) -> None:
    made = table(whole(admin, MAKE))
    before = len(crowd.wire.mocker.request_history)
    page = admin.get(REPORT)
    assert len(crowd.wire.mocker.request_history) == before
    assert table(page) == made
    assert "Made at Nov." in page.text
    assert page.one("//a[text()='Make It Anew']").get("href") == MAKE
    assert page.one("//a[text()='CSV of This Report']").get("href") == REPORT_CSV


@pytest.mark.parametrize(
    ("sort", "first", "direction"),
    [
        ("", "Web & Shop", "descending"),
        ("count", "research", "ascending"),
        ("project", "research", "ascending"),
        ("-project", "Web & Shop", "descending"),
        ("-foreign", "research", "descending"),
        ("nonsense", "Web & Shop", "descending"),
    ],
)
def test_every_column_sorts(
    admin: Person, crowd: Crowd, sort: str, first: str, direction: str
) -> None:
    whole(admin, MAKE)
    page = admin.get(f"{REPORT}?sort={sort}")
    assert table(page)[0][0] == first
    head = page.one("//table[@id='sd-report']//th[@aria-sort]")
    assert head.get("aria-sort") == direction
    links = {each.get("href") for each in page.all("//table[@id='sd-report']//th/a")}
    assert len([each for each in links if each.startswith(f"{REPORT}?sort=")]) == 8
    current = sort.removeprefix("-") if sort not in ("", "nonsense") else "count"
    turned = "" if direction == "descending" else "-"
    assert head.xpath(".//a")[0].get("href") == f"{REPORT}?sort={turned}{current}"


def test_a_project_leads_to_its_snapshots(admin: Person, crowd: Crowd) -> None:
    page = whole(admin, MAKE)
    links = [each.get("href") for each in page.all("//table[@id='sd-report']/tbody//a")]
    assert links == [f"{LIST}?field=project&value={each}" for each in (PROJECT, OTHER_PROJECT)]


def test_other_projects_snapshots_are_listed(admin: Person, crowd: Crowd) -> None:
    page = whole(admin, MAKE)
    (row,) = table(page, "sd-foreign")
    assert row[:3] == [HOSTILE, "research", "Web & Shop"]
    assert HOSTILE not in page.html
    assert page.one("//table[@id='sd-foreign']//tbody/tr/th/a").get("href") == f"{LIST}s4"


def test_only_some_projects_are_shown_of_many(
    admin: Person, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    from snapshot_dashboard.panels.admin.snapshots import report_table

    monkeypatch.setattr(report_table, "_SHOWN", 1)
    page = whole(admin, MAKE)
    assert [row[0] for row in table(page)] == ["Web & Shop", "All projects: 2"]
    assert "1 of 2 projects are shown. The CSV file has all of them." in page.text


def test_snapshots_whose_volume_is_not_told_are_counted_apart(admin: Person, crowd: Crowd) -> None:
    crowd.refuses_ids = True
    page = whole(admin, MAKE)
    assert "Snapshots whose volume could not be read: 5." in page.text
    assert not page.all("//table[@id='sd-foreign']")


def test_a_report_that_breaks_off_says_so_and_is_not_remembered(
    admin: Person, crowd: Crowd
) -> None:
    crowd.fails_at = 2
    page = whole(admin, MAKE)
    assert page.problem == "This report is incomplete"
    assert "out of order" in page.problem_text
    assert REQUEST_ID in page.problem_text
    assert "The true numbers may be higher." in page.text
    assert table(page)[-1][:2] == ["All projects: 1", "2"]
    assert not page.all("//table[@id='sd-report']//th/a[contains(@href, 'sort')]")
    assert "</html>" in page.html
    assert admin.get(REPORT).all("//a[text()='Make Report']")


@pytest.mark.parametrize("at", [1, 3])
def test_a_session_that_ends_meanwhile_is_no_error_page(
    admin: Person, crowd: Crowd, at: int
) -> None:
    crowd.fails_at, crowd.status = at, 401
    page = whole(admin, MAKE)
    assert "Your session ended while it was being made." in page.problem_text
    assert bool(page.all("//table[@id='sd-report']")) == (at == 3)


def test_a_service_that_is_not_there_is_told_on_the_page(admin: Person, wire: Wire) -> None:
    Crowd(wire)
    wire.breaks("GET", "/snapshots/detail", REFUSED)
    assert whole(admin, MAKE).problem == "This report is incomplete"


def test_time_that_is_over_is_told_on_the_page(admin: Person, crowd: Crowd, settings: Any) -> None:
    settings.SNAPSHOT_DASHBOARD = {"REPORT_SECONDS": 1e-9}
    page = whole(admin, MAKE)
    assert "It took longer than a report may take here." in page.problem_text


def test_a_cloud_without_snapshots_has_an_empty_report(admin: Person, wire: Wire) -> None:
    Crowd(wire)
    page = whole(admin, MAKE)
    assert page.problem == ""
    assert table(page) == [["All projects: 0", "0", "0", "-", "0", "0", "0", "0"]]


def test_two_at_once_make_it_once(admin: Person, crowd: Crowd) -> None:
    first = pieces(admin, MAKE)
    for _piece in range(3):
        next(first)
    before = len(crowd.wire.mocker.request_history)
    second = whole(admin, MAKE)
    assert second.problem == "This report is being made right now"
    answer = admin.client.get(REPORT_CSV)
    assert (answer.status_code, answer["Location"]) == (302, REPORT)
    assert len(crowd.wire.mocker.request_history) == before
    assert "sd-foreign" in "".join(first)


def test_somebody_who_leaves_lets_others_make_it(admin: Person, crowd: Crowd) -> None:
    response = admin.client.get(MAKE)
    sent = iter(response.streaming_content)
    for _piece in range(3):
        next(sent)
    response.close()
    assert whole(admin, MAKE).problem == ""


def test_who_sees_less_is_not_shown_what_others_made(
    log_in: LogIn, admin: Person, crowd: Crowd
) -> None:
    whole(admin, MAKE)
    colleague = log_in(user("admin", "support"))
    assert colleague.get(REPORT).all("//a[text()='Make Report']")
    elsewhere = log_in(user("admin", project="p-elsewhere"))
    assert elsewhere.get(REPORT).all("//a[text()='Make Report']")


def test_it_speaks_the_persons_language_to_its_end(admin: Person, crowd: Crowd) -> None:
    admin.client.cookies["django_language"] = "de"
    sent = admin.client.get(MAKE, headers={"Accept-Language": "de"}).streaming_content
    with translation.override("en"):
        text = b"".join(sent).decode()
    assert "22. November 2026" in text


def test_the_thread_keeps_its_own_language_between_the_pieces() -> None:
    def languages() -> Iterator[str]:
        yield translation.get_language()
        yield translation.get_language()

    with translation.override("fr"):
        spoken = in_language("de", languages())
        assert [(piece, translation.get_language()) for piece in spoken] == [("de", "fr")] * 2


def test_a_reader_who_left_closes_what_was_being_made() -> None:
    closed: list[bool] = []

    def made() -> Iterator[str]:
        try:
            yield "one"
            yield "two"
        finally:
            closed.append(True)

    spoken = in_language("en", made())
    next(spoken)
    spoken.close()  # type: ignore[attr-defined]
    assert closed == [True]


def test_the_report_as_csv_costs_nothing_once_it_is_made(admin: Person, crowd: Crowd) -> None:
    whole(admin, MAKE)
    before = len(crowd.wire.mocker.request_history)
    rows, last = read("".join(pieces(admin, REPORT_CSV)))
    assert len(crowd.wire.mocker.request_history) == before
    assert last == "# complete, 2 rows"
    assert rows[1] == {
        "project_id": OTHER_PROJECT,
        "project_name": "research",
        "snapshots": "2",
        "size_gib": "40",
        "oldest": "2026-11-22T06:10:00Z",
        "other_project": "1",
        "temporary": "0",
        "not_recorded": "2",
        "failed": "0",
    }


def test_the_report_as_csv_is_made_where_there_is_none(admin: Person, crowd: Crowd) -> None:
    crowd.names({PROJECT: COMMAND, OTHER_PROJECT: "research"})
    rows, last = read("".join(pieces(admin, REPORT_CSV)))
    assert [row["project_name"] for row in rows] == ["'" + COMMAND, "research"]
    assert last == "# complete, 2 rows"
    # It is remembered for the page.
    assert table(admin.get(REPORT))


def test_the_report_as_csv_says_that_it_is_incomplete(admin: Person, crowd: Crowd) -> None:
    crowd.fails_at = 3
    rows, last = read("".join(pieces(admin, REPORT_CSV)))
    assert [row["snapshots"] for row in rows] == ["3", "1"]
    assert last == f"# INCOMPLETE: out of order ({REQUEST_ID})"


def test_the_list_as_csv_has_every_page_of_it(admin: Person, crowd: Crowd) -> None:
    response = admin.client.get(EXPORT)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    disposition = response["Content-Disposition"]
    assert disposition.startswith('attachment; filename="snapshots_2')
    assert disposition.endswith('_RegionOne.csv"')
    rows, last = read(b"".join(response.streaming_content).decode())
    assert [row["id"] for row in rows] == ["s1", "s2", "s3", "s4", "s5"]
    assert last == "# complete, 5 rows"
    assert rows[3] == {
        "id": "s4",
        "name": HOSTILE,
        "status": "available",
        "size_gib": "20",
        "created": "2026-11-22T06:10:00Z",
        "taken_while": "not_recorded",
        "project_id": OTHER_PROJECT,
        "project_name": "research",
        "user_id": "u-anna",
        "volume_id": "v4",
        "volume_name": "name of v4",
        "volume_project_id": PROJECT,
        "host": "cinder@ssd#pool",
        "temporary": "no",
        "other_project": "yes",
        "description": "",
    }
    assert [row["other_project"] for row in rows] == ["no", "no", "no", "yes", "no"]


def test_a_file_comes_page_by_page(admin: Person, crowd: Crowd) -> None:
    sent = pieces(admin, EXPORT)
    assert crowd.pages == 1
    assert "description" in next(sent)
    assert next(sent).count("\r\n") == 2
    assert crowd.pages == 1
    next(sent)
    assert crowd.pages == 2


def test_the_file_has_what_the_filters_match(admin: Person, crowd: Crowd) -> None:
    crowd.snapshots = snapshots(2)
    query = f"?field=status&value=error&field=project&value={'a' * 32}&sort=-name"
    response = admin.client.get(EXPORT + query)
    assert len(list(response.streaming_content)) == 3
    assert (crowd.asked[0]["status"], crowd.asked[0]["project_id"]) == ("error", "a" * 32)
    assert "_status-error_project-aaaa" in response["Content-Disposition"]


def test_a_file_of_nothing_is_whole(admin: Person, wire: Wire) -> None:
    Crowd(wire)
    assert read("".join(pieces(admin, EXPORT))) == ([], "# complete, 0 rows")


def test_names_are_no_formulas_and_rows_stay_rows(admin: Person, crowd: Crowd) -> None:
    crowd.snapshots = snapshots(2)
    crowd.snapshots[0] |= {"name": COMMAND, "description": 'a "b"\n+1;@x'}
    crowd.snapshots[1] |= {"name": "-2+3", "metadata": {"snapshot_dashboard:taken_while": "=1"}}
    rows, last = read("".join(pieces(admin, EXPORT)))
    assert [row["name"] for row in rows] == ["'" + COMMAND, "'-2+3"]
    assert rows[0]["description"] == "a \"b\"\n'+1;'@x"
    assert rows[1]["taken_while"] == "not_recorded"
    assert last == "# complete, 2 rows"


@pytest.mark.parametrize(
    ("status", "reason"),
    [(503, f"out of order ({REQUEST_ID})"), (401, "the session has expired")],
)
def test_a_file_that_breaks_off_says_so(
    admin: Person, crowd: Crowd, status: int, reason: str
) -> None:
    crowd.fails_at, crowd.status = 2, status
    rows, last = read("".join(pieces(admin, EXPORT)))
    assert len(rows) == 2
    assert last == f"# INCOMPLETE: {reason}"


def test_a_file_that_cannot_begin_is_told_on_the_list(admin: Person, crowd: Crowd) -> None:
    crowd.fails_at = 1
    answer = admin.client.get(f"{EXPORT}?field=status&value=error")
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}?field=status&value=error")


def test_a_report_file_that_cannot_begin_is_told_on_the_page(admin: Person, crowd: Crowd) -> None:
    crowd.fails_at = 1
    answer = admin.client.get(REPORT_CSV)
    assert (answer.status_code, answer["Location"]) == (302, REPORT)
    page = admin.get(REPORT)
    assert "Snapshots cannot be shown right now" in page.text
    # Nothing is left of the attempt that would keep the next one from being made.
    assert whole(admin, MAKE).problem == ""


@pytest.mark.parametrize("path", [EXPORT, REPORT_CSV])
def test_whoever_is_logged_out_logs_in_first(admin: Person, wire: Wire, path: str) -> None:
    Crowd(wire)
    wire.fails("GET", "/snapshots/detail", 401)
    assert "/auth/login/" in admin.client.get(path)["Location"]


def test_a_filter_that_names_nobody_is_explained_on_the_list(admin: Person, crowd: Crowd) -> None:
    crowd.wire.says("GET", f"{KEYSTONE}/projects", {"projects": []})
    answer = admin.client.get(f"{EXPORT}?field=project&value=nobody")
    assert (answer.status_code, crowd.pages) == (302, 0)
    assert answer["Location"] == f"{LIST}?field=project&value=nobody"


@pytest.mark.parametrize("path", [REPORT, MAKE, REPORT_CSV, EXPORT])
def test_it_is_for_whom_the_panel_is_for(log_in: LogIn, wire: Wire, path: str) -> None:
    answer = log_in(user("member", "reader")).client.get(path)
    assert answer.status_code in (302, 403)
    assert wire.mocker.request_history == []
