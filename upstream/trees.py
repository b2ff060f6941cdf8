# SPDX-License-Identifier: Apache-2.0
"""Horizon's source distribution, unpacked and patched in the ignored state folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from demo import environments
from demo.environments import Recipe
from demo.layout import ROOT, STATE
from demo.problem import Problem
from demo.processes import Children
from demo.progress import say
from upstream.patches import RELEASE, Patch

PLACE = STATE / "upstream"
_NAME = f"horizon-{RELEASE}"
# Horizon with what its own tests import.
_WHAT = ("horizon", "pbr", "pymemcache", "pytest", "pytest-django")
_TESTS = ("freezegun", "selenium", "testscenarios", "testtools", "xvfbwrapper")


def environment(children: Children) -> Recipe:
    """Return the environment of Horizon's tests, installed unless it was before.

    Raises Problem when pip fails.
    """
    recipe = Recipe("upstream", ROOT / ".venv" / "upstream", (*_WHAT, *_TESTS))
    with environments.exclusive("install-upstream"):
        environments.install_once(recipe, children)
    return recipe


def released(recipe: Recipe, children: Children) -> Path:
    """Return the source of the release as it is on PyPI, downloaded once.

    Raises Problem when it cannot be had.
    """
    tree = PLACE / "released" / _NAME
    if not tree.exists():
        archive = _archive(recipe, children)
        unfinished = PLACE / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        with tarfile.open(archive) as packed:
            packed.extractall(unfinished, filter="data")
        tree.parent.mkdir(exist_ok=True)
        (unfinished / _NAME).rename(tree)
        unfinished.rmdir()
    return tree


def _archive(recipe: Recipe, children: Children) -> Path:
    archive = PLACE / f"{_NAME}.tar.gz"
    if not archive.exists():
        say("horizon", f"downloading the source of {RELEASE}")
        command: list[str | Path] = [recipe.python, "-m", "pip", "download", "--no-deps"]
        command += ["--no-binary", "horizon", "--no-build-isolation", "--no-cache-dir"]
        command += ["--disable-pip-version-check", "--dest", PLACE, f"horizon=={RELEASE}"]
        PLACE.mkdir(parents=True, exist_ok=True)
        children.run(command, log=STATE / "upstream-download.log")
    return archive


def copied(tree: Path, name: str) -> Path:
    """Return a new copy of a tree in the place of an older one of that name."""
    place = PLACE / name
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(tree, place, symlinks=True)
    return place


def applies(patch: Patch, tree: Path) -> bool:
    """Tell whether a patch fits a tree as it is."""
    return _git_apply(patch, tree, ["--check"]).returncode == 0


def apply(patch: Patch, tree: Path, only: Iterable[str] = (), without: Iterable[str] = ()) -> None:
    """Apply a patch, or ``only`` what it does to some files, or all but those ``without``.

    Raises Problem when it does not fit.
    """
    options = [f"--include={name}" for name in only] + [f"--exclude={name}" for name in without]
    done = _git_apply(patch, tree, options)
    if done.returncode != 0:
        raise Problem(f"{patch.path.name} does not apply:\n{done.stderr}")


def _git_apply(
    patch: Patch, tree: Path, options: Sequence[str]
) -> subprocess.CompletedProcess[str]:
    # Without the ceiling it would take the tree for a part of our own repository.
    return subprocess.run(  # noqa: S603 - the patches are our own
        ["git", "apply", *options, str(patch.path)],  # noqa: S607
        cwd=tree,
        env={**os.environ, "GIT_CEILING_DIRECTORIES": str(tree.parent)},
        capture_output=True,
        text=True,
        check=False,
    )


def remove(tree: Path) -> None:
    """Forget a copy."""
    shutil.rmtree(tree, ignore_errors=True)
