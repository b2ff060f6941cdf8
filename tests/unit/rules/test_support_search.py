# SPDX-License-Identifier: Apache-2.0
"""Parsing the search text of support staff."""

import pytest

from snapshot_dashboard.rules.support_search import (
    SearchText,
    Understood,
    has_part,
    search_text,
    understood,
)

DASHED = "0010bd20-8c94-4c82-97fd-9d2278f87dd1"
PLAIN = "0010bd208c944c8297fd9d2278f87dd1"
MAPPED = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


@pytest.mark.parametrize("text", [DASHED, PLAIN])
@pytest.mark.parametrize("front", ["", " \t", "'", ' "', "\u201e", "\u00ab"])
@pytest.mark.parametrize("end", ["", "\n", "'", '" ', "\u201c", " \u00bb"])
@pytest.mark.parametrize("change", [str, str.upper])
def test_an_id_is_recognised_however_it_was_copied(
    text: str, front: str, end: str, change: type[str]
) -> None:
    wanted = search_text(front + change(text) + end)
    assert wanted == SearchText(change(text), PLAIN, DASHED)


@pytest.mark.parametrize(
    "text",
    [
        PLAIN[:-1],
        PLAIN + "0",
        DASHED.replace("0010", "001g"),
        DASHED.replace("-", "", 1),
        DASHED.replace("-8", "8"),
        DASHED.replace("-", " "),
        f"{PLAIN[:7]}-{PLAIN[7:]}",
        f"volume {DASHED}",
        f"-{PLAIN}",
        MAPPED[:-1],
    ],
)
def test_what_is_no_id_is_a_part_of_a_name(text: str) -> None:
    assert search_text(text) == SearchText(text)


def test_an_id_of_a_directorys_user_is_no_uuid() -> None:
    assert search_text(MAPPED.upper()) == SearchText(MAPPED.upper(), plain=MAPPED)


@pytest.mark.parametrize("text", ["", " ", "\t\n ", "''", ' " " ', "\u3000"])
def test_a_text_of_nothing_means_nothing(text: str) -> None:
    assert search_text(text) == SearchText("")


def test_quotes_and_spaces_inside_of_a_name_stay() -> None:
    assert search_text(" 'anna's  disk' ").part == "anna's  disk"


def test_a_text_is_cut_to_the_longest_name() -> None:
    assert search_text("x" * 300).part == "x" * 255
    assert search_text("x" * 254 + " y").part == "x" * 254


@pytest.mark.parametrize(
    ("name", "part", "expected"),
    [
        ("nightly", "night", True),
        ("Nightly", "NIGHT", True),
        ("M\u00fcllers Platte", "mullers", True),
        ("Mullers Platte", "M\u00fcller", True),
        ("STRASSE", "stra\u00dfe", True),
        ("web-db", "web_db", False),
        ("web-db", "w%b", False),
        ("", "a", False),
        ("night", "nightly", False),
    ],
)
def test_a_part_of_a_name(name: str, part: str, expected: bool) -> None:
    assert has_part(name, part) is expected


REQUEST = "req-11111111-2222-4333-8444-555555555555"


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        (f"https://cloud.example/project/volumes/{DASHED}/", DASHED),
        (f"https://cloud.example/horizon/admin/snapshots/{DASHED}", DASHED),
        (f"/admin/snapshots/{DASHED}/force_delete/?next=/admin/snapshots/", DASHED),
        (f"/project/snapshots/{DASHED}?tab=snapshot_details__lineage_tab", DASHED),
        (f"http://cloud.example/project/instances/{DASHED}/", DASHED),
        (f"/project/volumes/create/?snapshot_id={DASHED}", DASHED),
        (f"/project/volumes/snapshot_set/?id={DASHED}", DASHED),
        (f"/admin/snapshots/?field=project&value={PLAIN}&sort=created_at", PLAIN),
        (f"/admin/snapshots/?field=user&value={MAPPED}", MAPPED),
        ("/admin/snapshots/?field=name&value=nightly%20one", "nightly one"),
        (f"/admin/snapshots/find/?q={DASHED}", DASHED),
        ("/admin/snapshots/find/?q=web", "web"),
        (f"  <https://cloud.example/admin/volumes/{DASHED}/>".strip(" <>"), DASHED),
    ],
)
def test_the_address_of_a_page_means_what_the_page_is_about(address: str, meant: str) -> None:
    assert understood(address) == Understood(meant)


@pytest.mark.parametrize(
    "text", ["/admin/snapshots/", "https://cloud.example/", "/dev/vdb", "http://[x", "a/b", "//"]
)
def test_other_addresses_are_parts_of_names(text: str) -> None:
    assert understood(text) == Understood(text)


@pytest.mark.parametrize(
    "text", [REQUEST, f" {REQUEST} ", f"Request ID: {REQUEST}", f"failed. ({REQUEST.upper()})"]
)
def test_a_request_id_is_found_in_what_was_copied_with_it(text: str) -> None:
    assert understood(text).request_id == REQUEST


@pytest.mark.parametrize("text", [f"x{REQUEST}", f"{REQUEST}0", REQUEST[4:], "req-1"])
def test_what_only_resembles_a_request_id_is_none(text: str) -> None:
    assert understood(text).request_id == ""


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        (DASHED[:8], DASHED[:8]),
        (DASHED[:8].upper(), DASHED[:8]),
        (f"{DASHED[:8]}-", DASHED[:8]),
        (f"{DASHED[:8]}\u2026", DASHED[:8]),
        (f"{DASHED[:8]}...", DASHED[:8]),
        (DASHED[:20], DASHED[:20]),
        (PLAIN[:20], DASHED[:23]),
        (DASHED[:-1], DASHED[:-1]),
        (DASHED[:7], ""),
        (DASHED, ""),
        (PLAIN, ""),
        ("0010bd2g", ""),
        ("0010-bd20", ""),
        (DASHED.replace("-8", "8")[:20], ""),
        ("nightly", ""),
    ],
)
def test_the_beginning_of_an_id(text: str, beginning: str) -> None:
    assert understood(text).beginning == beginning
