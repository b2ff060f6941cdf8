# SPDX-License-Identifier: Apache-2.0
"""Tags: read line by line, refused by line, and copied only where they are people's own."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_dashboard.rules.consistency import PREFIX
from snapshot_dashboard.rules.tags import (
    ChosenTags,
    Fault,
    Refusal,
    carried_by,
    of_volume,
    pairs,
    read,
    written,
)

# As Cinder checks the body of a request (api/validation/parameter_types.py, extra_specs).
CINDERS = re.compile(r"[a-zA-Z0-9-_:. /]{1,255}")
LINES = st.text(st.sampled_from("ab=: \t\r\n<'\"é\U0001f600"), max_size=60)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        ("\n \r\n\t", {}),
        ("env=prod", {"env": "prod"}),
        (" env = prod \r\nowner=web team", {"env": "prod", "owner": "web team"}),
        ("url=https://x/?a=b", {"url": "https://x/?a=b"}),
        ("empty=", {"empty": ""}),
        ("a b/c.d:e_f-1=<b>'\"&é \U0001f600", {"a b/c.d:e_f-1": "<b>'\"&é \U0001f600"}),
        ("line=a\u2028b", {"line": "a\u2028b"}),
        ("n" * 255 + "=" + "v" * 255, {"n" * 255: "v" * 255}),
    ],
)
def test_lines_are_read(text: str, found: dict[str, str]) -> None:
    assert (read(text).tags, read(text).refused) == (found, ())


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("prod", Refusal(1, Fault.NO_PAIR, "prod")),
        ("\n\nprod", Refusal(3, Fault.NO_PAIR, "prod")),
        ("=prod", Refusal(1, Fault.NO_NAME, "=prod")),
        ("größe=1", Refusal(1, Fault.CHARACTERS, "öß")),
        ('<"a"<=1', Refusal(1, Fault.CHARACTERS, '<"')),
        ("a\tb=1", Refusal(1, Fault.CHARACTERS, "\t")),
        ("n" * 256 + "=1", Refusal(1, Fault.LONG_NAME, "n" * 256)),
        ("a=" + "v" * 256, Refusal(1, Fault.LONG_VALUE, "a")),
        (f"{PREFIX}hold=x", Refusal(1, Fault.RESERVED, f"{PREFIX}hold")),
        (f"{PREFIX.upper()}x=y", Refusal(1, Fault.RESERVED, f"{PREFIX.upper()}x")),
        ("a=1\na=2", Refusal(2, Fault.TWICE, "a")),
    ],
)
def test_what_is_wrong_is_told_by_line(text: str, refusal: Refusal) -> None:
    assert read(text).refused == (refusal,)


@given(LINES)
def test_whatever_is_taken_is_taken_by_cinder_and_written_as_it_was_read(text: str) -> None:
    found = read(text)
    assert all(CINDERS.fullmatch(name) and len(value) <= 255 for name, value in found.tags.items())
    assert read(written(found.tags)).tags == found.tags
    # No line is lost: each is a tag or is refused.
    lines = [each for each in re.split(r"\r\n|\r|\n", text) if each.strip(" \t")]
    assert len(found.tags) + len(found.refused) == len(lines)


@given(LINES)
def test_what_is_half_typed_has_the_pairs_that_are_complete(text: str) -> None:
    assert read(text).tags.items() <= pairs(text).items() or read(text).refused


def test_of_a_name_that_is_typed_twice_the_last_one_counts_while_typing() -> None:
    assert pairs("a=1\nhalf\n=x\na = 2") == {"a": "2"}


def test_only_peoples_own_entries_of_a_volume_can_be_copied() -> None:
    own = {"env": "prod", "read only": "yes", "empty": ""}
    others = {
        "readonly": "False",
        "attached_mode": "rw",
        "src_backup_id": "b1",
        "signature_verified": "True",
        "img_signature_hash_method": "SHA-256",
        "os_glance_importing": "x",
        f"{PREFIX}request": "r1",
        f"{PREFIX.title()}x": "y",
        # Cinder would refuse these, or they are no line.
        "größe": "1",
        "long": "v" * 256,
        "lines": "a\nb",
        "space": " a",
        " name": "a",
        "": "a",
        "a=b": "c",
    }
    assert of_volume({**own, **others}) == own


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8)))
def test_whatever_is_copied_can_be_typed(metadata: dict[str, str]) -> None:
    copied = of_volume(metadata)
    assert read(written(copied)).tags == copied
    assert copied.items() <= metadata.items()


@given(LINES, st.booleans())
def test_an_image_carries_them_in_entries_that_nova_takes(text: str, copied: bool) -> None:
    chosen = ChosenTags(read(text).tags, copied)
    carried = chosen.carried()
    assert all(len(each) <= 255 and each.isascii() for each in carried.values())
    assert carried_by({"other": "x", **carried}) == chosen


@pytest.mark.parametrize(
    "said", ["", "[", "[1]", "{}", "7", "[true, 5]", '[0, "a\\nb=c"]', "[" * 9999]
)
def test_what_was_changed_there_is_no_tag(said: str) -> None:
    found = carried_by({f"{PREFIX}tags_0": said})
    assert set(found.typed) <= {"b"}
