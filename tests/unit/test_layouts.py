# SPDX-License-Identifier: Apache-2.0
"""The README's commands for each kind of installation; tests/release runs them."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from demo.layout import ROOT
from tests.release.layouts import commands

SCRIPT = ROOT / "contrib" / "kolla" / "add-plugin.sh"


@pytest.mark.parametrize("name", ["packages", "source"])
def test_the_order_is_install_enable_collect_compress(name: str) -> None:
    words = ("pip install", "snapshot_dashboard enable", "collectstatic", "compress")
    for word, line in zip(words, commands(name)[:4], strict=True):
        assert word in line


def test_the_layer_for_kolla_is_made_of_files_that_exist() -> None:
    (line,) = commands("kolla")
    asked = shlex.split(line)
    file = ROOT / asked[asked.index("--file") + 1]
    text = file.read_text(encoding="utf-8")
    (copied,) = re.findall(r"^COPY dist/\*\.whl (\S+) ", text, re.MULTILINE)
    assert ROOT / copied == SCRIPT
    assert re.search(rf"^RUN .*/{SCRIPT.name} ", text, re.MULTILINE)


@pytest.mark.parametrize("wheels", [0, 1, 2])
def test_the_script_for_kolla_changes_nothing_without_one_wheel(
    wheels: int, tmp_path: Path
) -> None:
    # Of these that are named there is none.
    names = [str(tmp_path / f"{number}.whl") for number in range(wheels)]
    done = subprocess.run(["sh", SCRIPT, *names], capture_output=True, text=True)  # noqa: S607
    assert done.returncode == 2
    assert re.match("One wheel is needed: .*add-plugin.sh WHEEL", done.stderr)
