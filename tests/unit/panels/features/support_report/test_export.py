# SPDX-License-Identifier: Apache-2.0
"""CSV files of the report and of the list: streamed, complete or marked as incomplete."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.unit.cloud.crowd import Crowd, snapshots
from tests.unit.cloud.wire import KEYSTONE, OTHER_PROJECT, PROJECT, REQUEST_ID, Wire
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.support_report.streams import (
    EXPORT,
    HOSTILE,
    LIST,
    MAKE,
    REPORT,
    REPORT_CSV,
    pieces,
    read,
    table,
    two_projects,
    whole,
)
from tests.unit.panels.person import Person, user

COMMAND = "=cmd|'/c calc'!A0"


@pytest.fixture
def admin(log_in: LogIn, wire: Wire) -> Person:
    """An administrator, in our project."""
    wire.quota()
    return log_in(user("admin"))


@pytest.fixture
def crowd(wire: Wire) -> Crowd:
    """Five snapshots of two projects; one is of another project's volume."""
    return two_projects(wire)


FAILED = "The storage service answered with an internal error (HTTP 503)."


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


def test_prices_are_in_the_files_where_the_operator_gives_some(
    admin: Person, crowd: Crowd, settings: Any
) -> None:
    crowd.snapshots[0]["size"] = None
    types = {"*": "0.0501"}
    settings.SNAPSHOT_DASHBOARD = {"PRICES": {"currency": "=NZD", "types": types}}
    rows, _last = read("".join(pieces(admin, EXPORT)))
    first, second = rows[:2]
    assert (first["price_per_month"], first["currency"]) == ("", "'=NZD")
    assert (second["price_per_month"], second["currency"]) == ("1.0020", "'=NZD")
    rows, _last = read("".join(pieces(admin, REPORT_CSV)))
    assert [row["price_per_month"] for row in rows] == ["1.2525", "2.0040"]
    assert [row["not_priced"] for row in rows] == ["1", "0"]


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
    assert last == f"# INCOMPLETE: {FAILED} out of order {REQUEST_ID}"


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
        "on_hold": "no",
        "hold_reason": "",
        "hold_by": "",
        "hold_at": "",
        "keep_until": "",
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


def test_the_file_has_what_cinder_cannot_filter_by(admin: Person, crowd: Crowd) -> None:
    file = pieces(admin, f"{EXPORT}?field=name_part&value=of+s_")
    assert read("".join(file)) == ([], "# complete, 0 rows")
    file = pieces(admin, f"{EXPORT}?field=age&value=newer:1h")
    assert read("".join(file)) == ([], "# complete, 0 rows")
    file = pieces(admin, f"{EXPORT}?field=name_part&value=OF+S&field=age&value=older:1h")
    assert [row["id"] for row in read("".join(file))[0]] == ["s1", "s2", "s3", "s4", "s5"]
    assert crowd.asked[-1]["name~"] == "%OF S"


def test_a_part_of_the_name_that_cinder_refuses_is_compared_here(
    admin: Person, crowd: Crowd
) -> None:
    crowd.refuses_parts = True
    for _again in range(2):
        file = pieces(admin, f"{EXPORT}?field=name_part&value=OF+S2")
        rows, last = read("".join(file))
        assert ([row["id"] for row in rows], last) == (["s2"], "# complete, 1 rows")
    assert sum("name~" in each for each in crowd.asked) == 1


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


def test_holds_and_days_are_told_and_are_no_formulas(admin: Person, crowd: Crowd) -> None:
    ours = "snapshot_dashboard:"
    held = {f"{ours}hold": "=1+1;@x", f"{ours}hold_by": "+anna", f"{ours}hold_at": "2026-11-22"}
    crowd.snapshots = snapshots(3)
    crowd.snapshots[0]["metadata"] = held | {f"{ours}keep_until": "2027-01-31"}
    # Nothing of this reason can be shown, and it is a hold.
    crowd.snapshots[1]["metadata"] = {f"{ours}hold": "\u200b", f"{ours}keep_until": "=1"}
    rows, _last = read("".join(pieces(admin, EXPORT)))
    keys = ("on_hold", "hold_reason", "hold_by", "hold_at", "keep_until")
    assert [[row[each] for each in keys] for row in rows] == [
        ["yes", "'=1+1;'@x", "'+anna", "", "2027-01-31"],
        ["yes", "", "", "", ""],
        ["no", "", "", "", ""],
    ]


@pytest.mark.parametrize("path", [EXPORT, REPORT_CSV])
@pytest.mark.parametrize(
    ("language", "said", "separator"),
    [
        ("en", "", ","),
        ("en-gb", "", ","),
        ("de", "", ";"),
        ("fr", "", ";"),
        ("ja", "", ","),
        ("en", "?separator=;", ";"),
        ("de", "?separator=,", ","),
        ("de", "?separator=x", ";"),
    ],
)
def test_cells_are_divided_as_the_address_or_the_language_says(
    admin: Person, crowd: Crowd, path: str, language: str, said: str, separator: str
) -> None:
    admin.speaks(language)
    rows, last = read("".join(pieces(admin, path + said)), separator)
    assert last.startswith("# complete, ")
    assert len(rows) == int(last.split()[2])
    assert "project_id" in rows[0]


@pytest.mark.parametrize(("language", "other"), [("en", ";"), ("de", ",")])
def test_the_other_separator_is_a_link_beside_each_file(
    admin: Person, crowd: Crowd, language: str, other: str
) -> None:
    admin.speaks(language)
    for opened in (whole(admin, MAKE), admin.get(f"{LIST}?field=status&value=error")):
        usual = opened.one("//a[contains(@class, 'btn-default') and contains(., 'CSV')]")
        beside = usual.xpath("following-sibling::a[contains(@class, 'btn-link')]")
        assert [parse_qsl(urlsplit(each.get("href")).query)[-1] for each in beside] == [
            ("separator", other)
        ]
        assert beside[0].get("href").startswith(usual.get("href"))


@pytest.mark.parametrize(
    ("status", "reason"),
    [(503, f"{FAILED} out of order {REQUEST_ID}"), (401, "the session has expired")],
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
    crowd.wire.nobody_has_the_id()
    answer = admin.client.get(f"{EXPORT}?field=project&value=nobody")
    assert (answer.status_code, crowd.pages) == (302, 0)
    assert answer["Location"] == f"{LIST}?field=project&value=nobody"
