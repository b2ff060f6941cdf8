# SPDX-License-Identifier: Apache-2.0
"""What the text in the find box means."""

import pytest

from snapshot_dashboard.rules.found import Sought, has_part, sought

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
    wanted = sought(front + change(text) + end)
    assert wanted == Sought(change(text), PLAIN, DASHED)


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
    assert sought(text) == Sought(text)


def test_an_id_of_a_directorys_user_is_no_uuid() -> None:
    assert sought(MAPPED.upper()) == Sought(MAPPED.upper(), plain=MAPPED)


@pytest.mark.parametrize("text", ["", " ", "\t\n ", "''", ' " " ', "\u3000"])
def test_a_text_of_nothing_means_nothing(text: str) -> None:
    assert sought(text) == Sought("")


def test_quotes_and_spaces_inside_of_a_name_stay() -> None:
    assert sought(" 'anna's  disk' ").part == "anna's  disk"


def test_a_text_is_cut_to_the_longest_name() -> None:
    assert sought("x" * 300).part == "x" * 255
    assert sought("x" * 254 + " y").part == "x" * 254


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
