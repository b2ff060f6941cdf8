# SPDX-License-Identifier: Apache-2.0
"""The report about all projects' snapshots: made on demand, streamed."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from snapshot_dashboard.cloud import snapshot_scan
from snapshot_dashboard.panels.common.streaming import in_language
from snapshot_dashboard.panels.features.support_report import table as support_report_table
from tests.unit.cloud.crowd import Crowd
from tests.unit.cloud.wire import OTHER_PROJECT, PROJECT, REFUSED, REQUEST_ID, Wire
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.support_report.streams import (
    EXPORT,
    HOSTILE,
    LIST,
    MAKE,
    REPORT,
    REPORT_CSV,
    pieces,
    table,
    two_projects,
    whole,
)
from tests.unit.panels.person import Person, user


@pytest.fixture
def admin(log_in: LogIn, wire: Wire) -> Person:
    """An administrator, in our project."""
    wire.quota()
    return log_in(user("admin"))


@pytest.fixture
def crowd(wire: Wire) -> Crowd:
    """Five snapshots of two projects; one is of another project's volume."""
    return two_projects(wire)


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


def test_what_they_cost_is_told_where_the_operator_gives_prices(
    admin: Person, crowd: Crowd, settings: Any
) -> None:
    types = {"ssd": "0.05"}
    settings.SNAPSHOT_DASHBOARD = {"PRICES": {"currency": "<NZD>", "types": types}}
    page = whole(admin, MAKE)
    heads = [
        each.text_content().strip() for each in page.all("//table[@id='sd-report']//thead//th")
    ]
    assert heads[-1] == "About <NZD> a month"
    assert [row[-1] for row in table(page)] == ["2.25", "2.00", "4.25"]
    assert table(admin.get(f"{REPORT}?sort=cost"))[0][0] == "research"
    assert "It is no bill." in page.text
    # What was counted with other prices is not shown for these.
    settings.SNAPSHOT_DASHBOARD = {"PRICES": {"currency": "CHF", "types": {"nvme": "1"}}}
    assert admin.get(REPORT).one("//a[text()='Make Report']").get("href") == MAKE
    assert {row[-1] for row in table(whole(admin, MAKE))} == {"Unknown"}


def test_what_has_no_price_is_counted_beside_the_sum(
    admin: Person, crowd: Crowd, settings: Any
) -> None:
    crowd.snapshots[0]["size"] = None
    types = {"*": "0.05"}
    settings.SNAPSHOT_DASHBOARD = {"PRICES": {"currency": "NZD", "types": types}}
    costs = [row[-1] for row in table(whole(admin, MAKE))]
    assert costs == ["1.25 (1 left out)", "2.00", "3.25 (1 left out)"]


def test_it_is_shown_again_without_reading(admin: Person, crowd: Crowd) -> None:
    made = table(whole(admin, MAKE))
    before = len(crowd.wire.mocker.request_history)
    page = admin.get(REPORT)
    assert len(crowd.wire.mocker.request_history) == before
    assert table(page) == made
    assert re.search(r"Made: [A-Z]\w+\.? \d{1,2}, \d{4}", page.text)
    assert page.one("//a[text()='Create It Again']").get("href") == MAKE
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
    links = [each.get("href") for each in page.all("//table[@id='sd-report']/tbody//th/a")]
    assert links == [f"{LIST}?field=project_id&value={each}" for each in (PROJECT, OTHER_PROJECT)]


def test_a_project_leads_to_clean_up_over_it(admin: Person, crowd: Crowd) -> None:
    links = whole(admin, MAKE).all("//table[@id='sd-report']//small/a")
    assert [(each.get("href"), each.get("aria-label")) for each in links] == [
        (f"{LIST}clean_up/{PROJECT}/", "Clean Up snapshots of Web & Shop"),
        (f"{LIST}clean_up/{OTHER_PROJECT}/", "Clean Up snapshots of research"),
    ]


def test_other_projects_snapshots_are_listed(admin: Person, crowd: Crowd) -> None:
    page = whole(admin, MAKE)
    (row,) = table(page, "sd-foreign")
    assert row[:3] == [HOSTILE, "research", "Web & Shop"]
    assert HOSTILE not in page.html
    assert page.one("//table[@id='sd-foreign']//tbody/tr/th/a").get("href") == f"{LIST}s4"


def test_only_some_projects_are_shown_of_many(
    admin: Person, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(support_report_table, "_SHOWN", 1)
    page = whole(admin, MAKE)
    assert [row[0] for row in table(page)] == ["Web & Shop", "All projects: 2"]
    assert "1 of 2 projects are shown. The CSV file has all of them." in page.text


def test_a_report_that_is_too_large_to_be_kept_is_shown_once(
    admin: Person, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot_scan, "_MOST_BYTES", 100)
    page = whole(admin, MAKE)
    assert "It is too large to be kept" in page.text
    assert table(page)[0][0] == "Web & Shop"
    assert not page.all("//table[@id='sd-report']//th/a[contains(@href, 'sort')]")
    assert admin.get(REPORT).all("//a[text()='Make Report']")


def test_names_are_no_expressions_for_the_script_of_the_page(admin: Person, crowd: Crowd) -> None:
    crowd.snapshots[3]["name"] = "{$ 7 * 7 $}"
    assert "{$ 7" not in whole(admin, MAKE).html


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
    assert second.one("//a[text()='Look Again']").get("href") == REPORT
    assert not second.all(f"//a[@href='{MAKE}']")
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


@pytest.mark.parametrize("path", [REPORT, MAKE, REPORT_CSV, EXPORT])
def test_it_is_for_whom_the_panel_is_for(log_in: LogIn, wire: Wire, path: str) -> None:
    answer = log_in(user("member", "reader")).client.get(path)
    assert answer.status_code in (302, 403)
    assert wire.mocker.request_history == []
