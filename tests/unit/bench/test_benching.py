# SPDX-License-Identifier: Apache-2.0
"""A benchmark refuses a cloud that holds data already."""

from pathlib import Path

import pytest

from demo import benching
from demo.layout import Home
from demo.problem import Problem


def test_a_cloud_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "access.json").write_text("{}")
    with pytest.raises(Problem, match="may have data"):
        benching._claim(Home(tmp_path))


def test_a_folder_of_its_own_is_used_again(tmp_path: Path) -> None:
    home = Home(tmp_path / "bench")
    benching._claim(home)
    (home.path / "access.json").write_text("{}")
    benching._claim(home)
