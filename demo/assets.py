# SPDX-License-Identifier: Apache-2.0
"""Horizon's scripts and styles, collected and compressed as in production.

Each result stands in a folder named after what it was made from. A running dashboard
therefore never sees its files change, and an unchanged checkout never builds twice.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from demo.environments import SETTINGS, exclusive, stamp_file
from demo.layout import ROOT, STATE, Flavour
from demo.processes import Children
from demo.progress import say

FOLDER = STATE / "static"
KEPT = 3


def ensure(flavour: Flavour, children: Children) -> Path:
    """Return the folder with the assets of this flavour; build it when something changed.

    Raises Problem when an asset does not compile.
    """
    with exclusive(f"assets-{flavour}"):
        folder = FOLDER / f"{flavour}-{_fingerprint(flavour)}"
        if folder.exists():
            folder.touch()
            return folder
        _build(flavour, folder, children)
        _forget_old(flavour)
        return folder


def _sources(flavour: Flavour) -> Iterator[Path]:
    yield stamp_file(flavour)
    yield SETTINGS
    if flavour is Flavour.STOCK:
        return
    for name in ("enabled", "static", "templates"):
        yield from (path for path in sorted((ROOT / name).rglob("*")) if path.is_file())
    # An enabled file may take its list of scripts from here.
    yield from sorted((ROOT / "snapshot_dashboard").glob("*.py"))


def _fingerprint(flavour: Flavour) -> str:
    digest = hashlib.sha256()
    for path in _sources(flavour):
        if path.suffix != ".pyc":
            digest.update(f"{path.name} {path.stat().st_size}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _build(flavour: Flavour, folder: Path, children: Children) -> None:
    unfinished = FOLDER / f"unfinished-{flavour}-{os.getpid()}"
    settings = {
        "DEVCLOUD_HOME": str(STATE / "assets"),
        "XDG_CACHE_HOME": str(STATE / "cache"),
        "DEMO_STATIC_ROOT": str(unfinished),
        "DJANGO_SETTINGS_MODULE": "openstack_dashboard.settings",
    }
    say("horizon", "collecting and compressing scripts and styles")
    try:
        for step in (["collectstatic", "--no-input", "--verbosity=0"], ["compress", "--force"]):
            children.run(
                [flavour.python, "-W", "ignore", "-m", "django", *step],
                log=STATE / f"{step[0]}-{flavour}.log",
                settings=settings,
            )
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    say("horizon", "scripts and styles are ready")


def _forget_old(flavour: Flavour) -> None:
    """Keep the newest few: a dashboard may still be running on an older one."""
    folders = sorted(FOLDER.glob(f"{flavour}-*"), key=lambda path: path.stat().st_mtime)
    for folder in folders[:-KEPT]:
        shutil.rmtree(folder)
