# SPDX-License-Identifier: Apache-2.0
"""Horizon's scripts and styles, collected and compressed as in production.

Each result stands in a folder named after what it was made from. A running dashboard
therefore never sees its files change, and an unchanged checkout never builds twice.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from demo.environments import SETTINGS, exclusive, stamp_file
from demo.layout import ROOT, STATE, Flavour
from demo.processes import Children
from demo.progress import say

FOLDER = STATE / "static"
KEPT = 3
# Horizon keeps client-side templates in its cache, without the release in the key: in a cache that
# is shared, one of two builds would compress those of the other.
_OWN_CACHE = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


def ensure(flavour: Flavour, children: Children) -> Path:
    """Return the folder with the assets of this flavour; build it when something changed.

    Raises Problem when an asset does not compile.
    """
    package = ROOT / "snapshot_dashboard" if flavour is Flavour.PLUGIN else None
    sources = sources_of(flavour.environment, package)
    return build(flavour.value, flavour.python, sources, children)


def build(name: str, python: Path, sources: Iterable[Path], children: Children) -> Path:
    """Return a folder with the assets of the Horizon that ``python`` runs.

    It is built unless it was built before under this ``name`` from the same ``sources``.
    Raises Problem when an asset does not compile.
    """
    with exclusive(f"assets-{name}"):
        folder = FOLDER / f"{name}-{_fingerprint(sources)}"
        if folder.exists():
            folder.touch()
            return folder
        _build(name, python, folder, children)
        _forget_old(name)
        return folder


def sources_of(environment: Path, package: Path | None) -> Iterator[Path]:
    """Yield each file that assets are made from; ``package`` is the plugin's, where it is used."""
    yield stamp_file(environment)
    yield SETTINGS
    if package is None:
        return
    for name in ("enabled", "static", "templates"):
        yield from (path for path in sorted((package / name).rglob("*")) if path.is_file())
    # An enabled file may take its list of scripts from here.
    yield from sorted(package.glob("*.py"))


def _fingerprint(sources: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sources:
        if path.suffix != ".pyc":
            digest.update(f"{path.name} {path.stat().st_size}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _build(name: str, python: Path, folder: Path, children: Children) -> None:
    unfinished = FOLDER / f"unfinished-{name}-{os.getpid()}"
    settings = {
        "DEVCLOUD_HOME": str(STATE / "assets"),
        "XDG_CACHE_HOME": str(STATE / "cache"),
        "DEMO_STATIC_ROOT": str(unfinished),
        "DEMO_SETTINGS": json.dumps({"CACHES": _OWN_CACHE}),
        "DJANGO_SETTINGS_MODULE": "openstack_dashboard.settings",
    }
    say("horizon", f"collecting and compressing scripts and styles for {name}")
    try:
        for step in (["collectstatic", "--no-input", "--verbosity=0"], ["compress", "--force"]):
            # -I: the plugin is the installed one, wherever this was started. Not -P, which
            # Python 3.10 does not have.
            children.run(
                [python, "-I", "-W", "ignore", "-m", "django", *step],
                log=STATE / f"{step[0]}-{name}.log",
                settings=settings,
            )
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    say("horizon", "scripts and styles are ready")


def _forget_old(name: str) -> None:
    """Keep the newest few: a dashboard may still be running on an older one."""
    folders = sorted(FOLDER.glob(f"{name}-*"), key=lambda path: path.stat().st_mtime)
    for folder in folders[:-KEPT]:
        shutil.rmtree(folder)
