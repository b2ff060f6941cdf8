# SPDX-License-Identifier: Apache-2.0
"""The settings of the volume driver that can be changed while it runs."""

from pathlib import Path

import pytest

from devcloud import knobs


def test_unset_knobs_do_nothing(tmp_path: Path) -> None:
    assert knobs.delay(tmp_path / "missing") == 0
    assert knobs.failures(tmp_path / "missing") == frozenset()


def test_knobs_can_be_set_and_cleared(tmp_path: Path) -> None:
    knobs.set_delay(tmp_path, 2.5)
    knobs.set_failures(tmp_path, ["create_snapshot", "delete_snapshot"])
    assert knobs.delay(tmp_path) == 2.5
    assert knobs.failures(tmp_path) == {"create_snapshot", "delete_snapshot"}
    knobs.clear(tmp_path)
    assert knobs.delay(tmp_path) == 0
    assert not knobs.failures(tmp_path)


def test_the_files_are_as_plain_as_documented(tmp_path: Path) -> None:
    (tmp_path / "delay").write_text("3", encoding="utf-8")
    (tmp_path / "fail").write_text("create_snapshot  revert_to_snapshot\n", encoding="utf-8")
    assert knobs.delay(tmp_path) == 3
    assert knobs.failures(tmp_path) == {"create_snapshot", "revert_to_snapshot"}


@pytest.mark.parametrize("text", ["soon", "", "-4"])
def test_a_delay_that_is_none_counts_as_zero(tmp_path: Path, text: str) -> None:
    (tmp_path / "delay").write_text(text, encoding="utf-8")
    assert knobs.delay(tmp_path) == 0


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf")])
def test_an_impossible_delay_is_refused(tmp_path: Path, seconds: float) -> None:
    with pytest.raises(ValueError, match="number of seconds"):
        knobs.set_delay(tmp_path, seconds)


def test_an_unknown_operation_is_refused_and_the_known_ones_are_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"make_coffee.*create_snapshot"):
        knobs.set_failures(tmp_path, ["make_coffee"])
    assert not (tmp_path / "fail").exists()
