# SPDX-License-Identifier: Apache-2.0
"""Which suites run together, in how many lanes, and their summary."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from demo import suites
from demo.layout import ROOT, Home
from demo.ports import LANE_PORTS, MOST_LANES, lane_ports
from demo.problem import Problem
from devcloud.errors import DevcloudError
from devcloud.settings import SERVICES
from tests import conftest


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Suites print their names instead of running, on clouds that nobody starts; these fail."""
    wrong: list[str] = []

    def command(home: Home, names: Sequence[str], lanes: int, everything: bool) -> list[str]:
        code = int(bool({*wrong} & {*names}))
        said = f"I am {names} in {lanes}"
        return [sys.executable, "-c", f"import sys; print({said!r}); sys.exit({code})"]

    @contextmanager
    def clouds(home: Home, lanes: int) -> Iterator[list[Future[None]]]:
        up: Future[None] = Future()
        if "clouds" in wrong:
            up.set_exception(DevcloudError("a port is taken"))
        else:
            up.set_result(None)
        yield [up] * lanes

    monkeypatch.setattr(suites, "_command", command)
    monkeypatch.setattr(suites, "_clouds", clouds)
    monkeypatch.setattr("demo.environments.ensure", lambda *_: None)
    for name in ("gettext", "browser", "memcached"):
        monkeypatch.setattr(f"demo.prerequisites.ensure_{name}", lambda: None)
    monkeypatch.setenv("LANES", str(suites.LANES))
    return wrong


@pytest.mark.parametrize("wrong", ["", "lint", "unit", "cloud", "release", "clouds"])
def test_suites_on_a_cloud_run_together_and_all_run_whatever_fails(
    wrong: str, failing: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    failing.append(wrong)
    assert suites.run(Home(tmp_path), suites.NAMES) is (wrong == "")
    lines = capfd.readouterr().out.splitlines()
    together = ["cloud", "browser", "release"]
    expected = ["I am ['lint'] in 1", "I am ['unit'] in 1", f"I am {together} in {suites.LANES}"]
    ran = [line for line in lines if line.startswith("I am")]
    assert ran == (expected[:2] if wrong == "clouds" else expected)
    verdicts = {line[:26].strip(): line.split()[-3] for line in lines[-3:]}
    known = {"lint": "passed", "unit": "passed", " + ".join(together): "passed"}
    failed = {name: "FAILED" for name in known if wrong in name.split(" + ")}
    if wrong == "clouds":
        failed = {" + ".join(together): "FAILED"}
    assert verdicts == {**known, **failed}


@pytest.mark.parametrize(("everything", "names"), [(False, suites.NAMES), (True, ["cloud"])])
def test_only_a_run_of_everything_is_kept(
    everything: bool,
    names: Sequence[str],
    failing: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "kept.rst"
    monkeypatch.setattr(suites, "LAST_FULL_RUN", file)
    assert suites.run(Home(tmp_path), names, everything=everything)
    assert not file.exists()
    failing.append("unit")
    assert not suites.run(Home(tmp_path), suites.NAMES, everything=True)
    said = file.read_text(encoding="utf-8")
    assert [line.split(", ")[0] for line in said.splitlines() if line.startswith("* ")] == [
        "* lint: passed",
        "* unit: FAILED",
        "* cloud + browser + release: passed",
    ]
    assert f"begun {datetime.now(timezone.utc):%Y-%m-%d}" in said


def test_what_is_left_out_is_left_out_by_its_marker(tmp_path: Path) -> None:
    usual, whole = (suites._command(Home(tmp_path), ["cloud"], 2, each) for each in (False, True))
    assert [each for each in usual if each not in whole] == ["-m", "not extended"][1:]
    listed = (ROOT / "docs/development/testing.rst").read_text(encoding="utf-8")
    marked = [
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "tests").rglob("*.py")
        if "mark.extended" in file.read_text(encoding="utf-8") and file != Path(__file__)
    ]
    assert [file for file in marked if f"``{file}``" not in listed] == []


def test_no_cloud_is_started_for_suites_without_one(
    failing: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(suites, "_clouds")
    assert suites.run(Home(tmp_path), ["lint", "unit"])


@pytest.mark.parametrize(("said", "lanes"), [("1", 1), ("5", 5)])
def test_lanes_can_be_chosen(said: str, lanes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANES", said)
    assert suites.lanes_wanted() == lanes


@pytest.mark.parametrize(("gibibytes", "lanes"), [(1, 1), (5, 2), (64, suites.LANES)])
def test_each_lane_has_memory(gibibytes: int, lanes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LANES", raising=False)
    monkeypatch.setattr(os, "sysconf", {"SC_PHYS_PAGES": gibibytes, "SC_PAGE_SIZE": 2**30}.get)
    assert suites.lanes_wanted() == lanes


@pytest.mark.parametrize("said", ["0", "6", "many", "-1"])
def test_lanes_that_cannot_be_are_refused(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANES", said)
    with pytest.raises(Problem, match=f"LANES={said}"):
        suites.lanes_wanted()


def test_lanes_have_nothing_in_common(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lanes = range(MOST_LANES)
    assert Home(tmp_path).lane(0) == Home(tmp_path)
    assert len({Home(tmp_path).lane(number).path for number in lanes}) == MOST_LANES
    monkeypatch.setenv("DEVCLOUD_PORT_BASE", "30000")
    chosen = [lane_ports(suites.PORT_BASES, number) for number in lanes]
    assert chosen == [30000 + LANE_PORTS * number for number in lanes]
    assert len(SERVICES) <= LANE_PORTS
    monkeypatch.delenv("DEVCLOUD_PORT_BASE")
    monkeypatch.setattr("demo.ports.is_free", lambda _port: True)
    assert len({lane_ports(suites.PORT_BASES, number) for number in lanes}) == MOST_LANES


def test_a_file_is_run_by_one_worker_and_the_release_suite_too() -> None:
    assert conftest.group_of("tests/cloud/test_x.py::TestOf::test_a[x::y]") == "cloud/test_x.py"
    assert conftest.group_of("tests/browser/test_x.py::test_a") == "browser/test_x.py"
    assert conftest.group_of("tests/release/test_x.py::test_a") == "release"


def test_what_takes_longest_is_begun_first(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [f"tests/cloud/test_a.py::test_{number}" for number in range(4)]
    ids += ["tests/browser/test_b.py::test_b", "tests/release/test_c.py::test_c"]
    items: list[Any] = [SimpleNamespace(nodeid=each) for each in ids]
    monkeypatch.setattr(conftest, "WORKER", "gw0")
    conftest.pytest_collection_modifyitems(items)
    assert [each.nodeid for each in items] == [ids[5], ids[4], *ids[:4]]


def test_what_is_said_to_take_longest_exists() -> None:
    files = set(conftest.LONGEST_FIRST) - {conftest.WHOLE_CLOUD}
    assert [name for name in sorted(files) if not (ROOT / "tests" / name).exists()] == []


def test_one_lane_makes_the_cloud_of_many_customers() -> None:
    tests = ROOT / "tests"
    using = {
        str(each.relative_to(tests))
        for suite in ("cloud", "browser")
        for each in (tests / suite).glob("test_*.py")
        if "import whole_cloud" in each.read_text(encoding="utf-8")
    }
    assert using == conftest.WITH_WHOLE_CLOUD
    groups = {conftest.group_of(f"tests/{each}::test_a") for each in using}
    assert groups == {conftest.WHOLE_CLOUD}


# Long enough that the other worker takes a file meanwhile.
SLOW = "def test_b(): __import__('time').sleep(0.5)\n"


def test_workers_take_whole_files(tmp_path_factory: pytest.TempPathFactory) -> None:
    place = tmp_path_factory.mktemp("inner")
    files = [f"tests/unit/test_{name}.py" for name in ("one", "two", "three")]
    for each in files:
        (place / each).parent.mkdir(parents=True, exist_ok=True)
        (place / each).write_text(f"def test_a(): pass\n{SLOW}", encoding="utf-8")
    # Without Django, whose start takes most of a worker's time.
    (place / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    options = ["-v", "-p", "no:django", "-p", "tests.conftest"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *suites._in_lanes(2), *files],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    ran = set(re.findall(r"\[(gw\d)\] .*PASSED (tests/[^:]+)", done.stdout))
    assert sorted(file for _worker, file in ran) == sorted(files)
    assert {worker for worker, _file in ran} == {"gw0", "gw1"}
