# SPDX-License-Identifier: Apache-2.0
"""The content of a release, and that Horizon works with and without it."""

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import snapshot_dashboard
from tests.release import distribution
from tests.release.distribution import project_files
from tests.release.listing import LIST_PANELS

ROOT = Path(__file__).resolve().parents[2]
BESIDE_THE_PACKAGE = ("enabled", "static", "templates")
# Binary files, and the licence itself.
WITHOUT_SPDX = frozenset({".ico", ".mo", ".png"})


def test_every_file_names_its_licence() -> None:
    unnamed = [
        str(path.relative_to(ROOT))
        for path in project_files()
        if not path.is_symlink()
        and path.name != "LICENSE"
        and path.suffix not in WITHOUT_SPDX
        and "SPDX-License-Identifier: Apache-2.0" not in "".join(_first_lines(path))
    ]
    assert unnamed == []


def _first_lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()[:5]


def test_every_symbolic_link_leads_to_a_place_in_the_project() -> None:
    links = [path for path in project_files() if path.is_symlink()]
    assert {ROOT / "snapshot_dashboard" / name for name in BESIDE_THE_PACKAGE} <= set(links)
    for link in links:
        assert link.exists(), f"{link} leads nowhere"
        assert link.resolve().is_relative_to(ROOT), f"{link} leads out of the project"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an sdist of the project and a wheel made from that sdist."""
    return distribution.build(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def wanted() -> set[str]:
    """Every file of the project that belongs into the package."""
    inside = {
        f"snapshot_dashboard/{path.relative_to(ROOT)}"
        for path in project_files()
        if path.relative_to(ROOT).parts[0] in BESIDE_THE_PACKAGE
    }
    inside |= {
        str(path.relative_to(ROOT))
        for path in project_files()
        if path.is_relative_to(ROOT / "snapshot_dashboard") and not path.is_symlink()
    }
    kinds = {path.rpartition(".")[2] for path in inside}
    assert {"py", "js", "scss", "html", "po", "mo"} <= kinds
    return inside


def test_the_wheel_holds_the_package_and_nothing_else(built: Path, wanted: set[str]) -> None:
    with zipfile.ZipFile(distribution.wheel_in(built)) as wheel:
        packed = set(wheel.namelist())
    assert wanted - packed == set()
    others = {name for name in packed - wanted if ".dist-info/" not in name}
    assert others == set()


def test_the_sdist_holds_the_package_and_the_licence(built: Path, wanted: set[str]) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    # What stands beside the package is there once, and reached by links.
    beside = {f"snapshot_dashboard/{name}" for name in names} | names
    assert wanted - beside == set()
    assert {"LICENSE", "README.rst", "setup.cfg"} <= names


def test_the_index_would_accept_both(built: Path) -> None:
    files = [str(path) for path in sorted(built.iterdir())]
    assert len(files) == 2
    done = subprocess.run(
        [sys.executable, "-m", "twine", "check", "--strict", *files],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("PASSED") == 2


def test_both_have_the_version_of_the_package(built: Path) -> None:
    version = snapshot_dashboard.__version__
    assert distribution.wheel_in(built).name.split("-")[1] == version
    assert (built / f"snapshot_dashboard-{version}.tar.gz").exists()
    with zipfile.ZipFile(distribution.wheel_in(built)) as wheel:
        metadata = wheel.read(f"snapshot_dashboard-{version}.dist-info/METADATA").decode()
    assert f"\nVersion: {version}\n" in metadata


def panels(home: Path, *, absent: bool) -> dict[str, str]:
    """Start the installed Horizon in a process of its own and tell where panels come from."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LIST_PANELS.format(absent=absent)],
        cwd=home,
        env={
            **os.environ,
            "DEVCLOUD_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "openstack_dashboard.settings",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_our_panels_take_the_place_of_stock_ones(tmp_path: Path) -> None:
    found = panels(tmp_path, absent=False)
    for slug in ("project/volumes", "project/snapshots"):
        assert found[slug].startswith("snapshot_dashboard.panels."), slug


def test_without_the_package_the_stock_panels_are_back(tmp_path: Path) -> None:
    found = panels(tmp_path, absent=True)
    assert len(found) > 20
    assert not any(module.startswith("snapshot_dashboard") for module in found.values())
    assert found["project/volumes"].startswith("openstack_dashboard.")
    assert found["project/snapshots"].startswith("openstack_dashboard.")
