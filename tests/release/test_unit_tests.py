# SPDX-License-Identifier: Apache-2.0
"""The unit tests pass on the oldest Horizon with the oldest clients and Python too.

``demo/constraints-24.0.txt`` has the versions. Tests that need no Horizon are left out.
"""

import os
import subprocess
from pathlib import Path

import pytest

from demo import scratch
from demo.layout import ROOT, Flavour
from demo.processes import Children
from demo.scratch import RELEASES

pytestmark = pytest.mark.extended

OLDEST = RELEASES[next(iter(RELEASES))]
FOLDERS = ("panels", "rules", "cloud")
TOOLS = ("hypothesis", "lxml", "polib", "pytest", "pytest-django", "pytest-xdist", "requests-mock")


def test_they_pass_on_the_oldest_horizon(children: Children, tmp_path: Path) -> None:
    scratch.ensure(OLDEST, children)
    horizon = tmp_path / "horizon"
    scratch.copy(OLDEST.environment, horizon)
    python = horizon / "bin" / "python"
    uv: list[str | Path] = [Flavour.PLUGIN.python, "-m", "uv", "pip", "install", "--no-config"]
    uv += ["--python", python, "--constraint", OLDEST.constraints]
    log = tmp_path / "log"
    children.run([*uv, *TOOLS], log=log)
    folders = [f"tests/unit/{each}" for each in FOLDERS]
    # Not as a part of the run that this is a test of.
    own = {name: each for name, each in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [python, "-m", "pytest", "-q", "-n", "2", "-m", "not extended", *folders],
        cwd=ROOT,
        env=own,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
