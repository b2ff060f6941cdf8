# SPDX-License-Identifier: Apache-2.0
"""Characters that Cinder accepts in a description, and readable reasons."""

import pytest

from snapshot_dashboard.rules.text import legible, readable, unaccepted

# As Cinder answers on a real cloud, its regular expression shortened to a part of it.
ANSWER = (
    "Invalid input for field/attribute description. Value: \U0001f600. "
    "'\U0001f600' does not match '^[\\ -\\~\xa0-\xac\xae-\u0377" + "\u037a-\u037f" * 90 + "]*$'"
)


@pytest.mark.parametrize(
    "text",
    ["", "before upgrade", "\u00e4\u4e2d\u06a9", "a\u00a0b", "\u3000", "e\u0301", "\u0378", "$<&>"],
)
def test_what_is_printed_is_accepted(text: str) -> None:
    assert unaccepted(text) == ()


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("\U0001f600 and \U0001f600", ("\U0001f600",)),
        ("\U00020000", ("\U00020000",)),
        ("a\x07\u200d\u2028\ufeff", ("\x07", "\u200d", "\u2028", "\ufeff")),
        ("\ue000\uffff", ("\ue000", "\uffff")),
    ],
)
def test_what_is_refused_is_told_once(text: str, refused: tuple[str, ...]) -> None:
    assert unaccepted(text) == refused


def test_a_character_that_cannot_be_seen_is_named() -> None:
    assert legible("\U0001f600") == "\U0001f600"
    assert legible("\u200d") == "U+200D (ZERO WIDTH JOINER)"
    assert legible("\x07") == "U+0007"


def test_a_reason_is_told_without_its_regular_expression() -> None:
    assert readable(ANSWER) == (
        "Invalid input for field/attribute description. Value: \U0001f600. "
        "'\U0001f600' does not match the characters that are accepted"
    )
    assert readable("'x' does not match '^[a-z]*$'") == "'x' does not match '^[a-z]*$'"
