# SPDX-License-Identifier: Apache-2.0
"""How ids are written."""

import pytest

from snapshot_dashboard.rules.ids import as_uuid, is_id, is_written_as_id

FORM = "0f0e0d0c-0b0a-4908-8706-050403020100"


@pytest.mark.parametrize("text", [None, "", "x", FORM + "0", "../" + FORM])
def test_what_is_no_uuid_is_none(text: str | None) -> None:
    assert as_uuid(text) == ""


def test_a_uuid_has_one_form() -> None:
    assert as_uuid(FORM.upper()) == FORM


@pytest.mark.parametrize("text", [FORM, FORM.replace("-", ""), "v1"])
def test_an_id_can_stand_in_an_address(text: str) -> None:
    assert is_id(text) and is_written_as_id(text)


@pytest.mark.parametrize("text", ["", "detail", "..", "a/b", "a" * 65, "a b1"])
def test_a_word_or_a_path_is_no_id(text: str) -> None:
    assert not is_id(text)
