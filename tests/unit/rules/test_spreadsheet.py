# SPDX-License-Identifier: Apache-2.0
"""CSV cells that a spreadsheet does not run as formulas."""

import csv
import io
import re
import unicodedata
from datetime import datetime, timedelta, timezone
from typing import Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from snapshot_dashboard.rules.spreadsheet import (
    SEPARATORS,
    complete,
    defused,
    file_name,
    incomplete,
)

MOMENT = datetime(2026, 11, 22, 3, 0, 59, tzinfo=timezone.utc)
HOSTILE = st.text(
    alphabet=st.characters(exclude_categories=())
    | st.sampled_from("=+-@;,\"'| \t\r\n\0\u200b\ufeff\u2028\uff1d\uff0b\uff0d\uff20"),
    max_size=40,
)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d1",
        "\uff20SUM(A1)",
        "  =1+1",
        "\u00a0=1+1",
        "\u200b=1+1",
        "\ufeff=1+1",
        "=cmd|' /C calc'!A0",
    ],
)
def test_what_begins_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["\t=1", "\r=1", "\0=1", "\x1b=1", "\r\n=1", " \t\r@x"])
def test_control_characters_do_not_hide_a_formula(text: str) -> None:
    assert re.fullmatch(r"[ \n]*'[ ]*[=@].", defused(text))


@pytest.mark.parametrize(
    "text", ["", "nightly", "a=b", "1-2", "mail@example", "caf\u00e9 \U0001f600", "'quoted'", "#1"]
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert defused(text) == text


def test_line_breaks_stay_and_other_control_characters_go() -> None:
    assert defused("a\r\nb\rc\nd\te\0\x07\x85") == "a\nb\nc\nd e"


def test_a_cell_that_begins_after_a_separator_or_a_line_break_is_no_formula_either() -> None:
    assert defused("x;=1") == "x;'=1"
    assert defused("x,=1") == "x,'=1"
    assert defused('q;"=1') == "q;'\"=1"
    assert defused("x\n =1") == "x\n' =1"
    assert defused("a; b\nc") == "a; b\nc"


def test_numbers_and_dates_of_ours_stay_as_they_are() -> None:
    assert [defused(each) for each in (-5, 20, -1.5, None)] == ["-5", "20", "-1.5", ""]
    assert defused("-5") == "'-5"
    there = MOMENT.astimezone(timezone(timedelta(hours=2)))
    assert defused(there) == "2026-11-22T03:00:59Z"


@given(text=HOSTILE)
@example("\ud800=1")
@example(";;=1")
@example("\n\r=1")
def test_no_text_is_a_formula_and_every_text_can_be_written_and_read(text: str) -> None:
    cell = defused(text)
    assert not re.search(r"(?:^|[,;\n])[\s\"\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]", cell)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", cell)
    assert defused(cell) == cell
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL).writerow([cell, "next"])
    written = file.getvalue().encode().decode()
    assert list(csv.reader(io.StringIO(written, newline=""))) == [[cell, "next"]]


def cells(file: str, separator: str, quoting: Literal[0, 3]) -> list[str]:
    """Return what a spreadsheet makes of a file, or of one whose quotation marks it ignores."""
    lines = io.StringIO(file, newline="")
    return [cell for row in csv.reader(lines, delimiter=separator, quoting=quoting) for cell in row]


def begins_a_formula(cell: str) -> bool:
    seen = [each for each in cell if each != '"' and unicodedata.category(each)[0] not in "ZC"]
    return unicodedata.normalize("NFKC", "".join(seen[:1])).startswith(("=", "+", "-", "@"))


ATTACKS = (
    "q;\"=cmd|'/C calc'!A0;z",
    "q,\"=cmd|'/C calc'!A0,z",
    "q\t\"=cmd|'/C calc'!A0\tz",
    'a"";""=1',
    '";=1;"',
    '","=1","',
    '"=1',
    '"""=1',
    ';"\u200b \uff1d1',
    ",\r=1",
    "\t=1",
    "\r=1",
)


@pytest.mark.parametrize("read_with", [",", ";", "\t"])
@pytest.mark.parametrize("written_with", SEPARATORS)
@given(text=HOSTILE, other=HOSTILE)
@example(ATTACKS[0], ATTACKS[1])
@example(*ATTACKS[2:4])
@example(*ATTACKS[4:6])
@example(*ATTACKS[6:8])
@example(*ATTACKS[8:10])
@example(*ATTACKS[10:12])
def test_no_cell_is_a_formula_whatever_separator_a_file_is_read_with(
    written_with: str, read_with: str, text: str, other: str
) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=written_with, quoting=csv.QUOTE_ALL)
    writer.writerows([["id", defused(text), "x"], [defused(other), defused(text), ""]])
    written = file.getvalue() + incomplete(f"{text} {other}") + "\r\n"
    found = [
        *cells(written, read_with, csv.QUOTE_MINIMAL),
        *cells(written, read_with, csv.QUOTE_NONE),
    ]
    assert not [each for each in found if begins_a_formula(each)]


@pytest.mark.parametrize("written_with", SEPARATORS)
@pytest.mark.parametrize("text", ATTACKS)
def test_a_defused_cell_stays_readable(text: str, written_with: str) -> None:
    """Only apostrophes were added: and control characters are spaces or line breaks."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=written_with, quoting=csv.QUOTE_ALL).writerow([defused(text)])
    seen = "".join(cells(file.getvalue(), written_with, csv.QUOTE_MINIMAL))
    assert seen.replace("'", "") == text.replace("'", "").replace("\t", " ").replace("\r", "\n")


@given(text=st.text(alphabet="abc \u4e2d\n.,:/#'", max_size=30))
def test_harmless_text_is_never_changed(text: str) -> None:
    assert defused(text) == text


def test_the_last_line_tells_whether_the_file_is_complete() -> None:
    assert complete(10_000) == "# complete, 10000 rows"
    assert incomplete("the session ended") == "# INCOMPLETE: the session ended"
    assert incomplete("no\r\n\tanswer \u2028") == "# INCOMPLETE: no answer"


@given(reason=HOSTILE)
def test_a_reason_stays_on_one_line(reason: str) -> None:
    line = incomplete(reason)
    assert line.startswith("# INCOMPLETE: ")
    assert len(line.splitlines()) == 1


def test_a_file_name_tells_what_when_where_and_which() -> None:
    filters = {"status": "error", "project": "", "name": "web & db"}
    name = file_name("snapshots", "RegionOne", filters, MOMENT)
    assert name == "snapshots_2026-11-22T0300Z_RegionOne_status-error_name-web-db.csv"


def test_a_file_name_has_the_date_in_utc() -> None:
    there = MOMENT.astimezone(timezone(timedelta(hours=-5)))
    assert file_name("report", "R1", {}, there) == "report_2026-11-22T0300Z_R1.csv"


@given(what=HOSTILE, region=HOSTILE, filters=st.dictionaries(HOSTILE, HOSTILE, max_size=3))
@example("x" * 300, "y" * 300, {"z": "z" * 300})
@example("../../etc", "..", {"..": "/"})
@example("", "", {})
def test_a_file_name_is_safe_and_keeps_its_date(
    what: str, region: str, filters: dict[str, str]
) -> None:
    name = file_name(what, region, filters, MOMENT)
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*_2026-11-22T0300Z[A-Za-z0-9._-]*\.csv", name)
    assert len(name) <= 120
