# SPDX-License-Identifier: Apache-2.0
"""A cloud's settings in a folder of the test."""

from pathlib import Path

import pytest

from devcloud.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings that no running cloud has."""
    return Settings(home=tmp_path / "home", port_base=21000)
