# SPDX-License-Identifier: Apache-2.0
"""What a release consists of, and that Horizon survives its coming and going."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BESIDE_THE_PACKAGE = ("enabled", "static", "templates")
# Binary files, and the licence itself.
WITHOUT_SPDX = frozenset({".ico", ".mo", ".png"})

# Prints, as JSON, which module each panel of the two dashboards comes from.
LIST_PANELS = """
import json, sys
if {absent}:
    sys.modules["snapshot_dashboard"] = None
import django
django.setup()
import horizon
from django.urls import reverse
reverse("horizon:project:volumes:index")
panels = {{}}
for dashboard in ("project", "admin"):
    for panel in horizon.get_dashboard(dashboard).get_panels():
        panels[dashboard + "/" + panel.slug] = type(panel).__module__
print(json.dumps(panels))
"""


def project_files() -> list[Path]:
    """Return every file of the project, committed or not, but nothing that git ignores."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_symlink() or path.exists()]


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
    source = tmp_path_factory.mktemp("source")
    for path in project_files():
        place = source / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, place, follow_symlinks=False)
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", str(source)],
        check=True,
        capture_output=True,
    )
    return source / "dist"


def test_wheel_and_sdist_hold_what_stands_beside_the_package(built: Path) -> None:
    wanted = {
        f"snapshot_dashboard/{path.relative_to(ROOT)}"
        for path in project_files()
        if path.relative_to(ROOT).parts[0] in BESIDE_THE_PACKAGE
    }
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        packed = set(wheel.namelist())
    assert wanted <= packed
    assert "snapshot_dashboard/__init__.py" in packed
    assert not any(name.startswith(("tests/", "demo/", "devcloud/")) for name in packed)
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        assert any(name.endswith("/LICENSE") for name in sdist.getnames())


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
