# SPDX-License-Identifier: Apache-2.0
"""A Horizon with DEBUG on compresses scripts and styles at the first request."""

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from demo.dashboard import Dashboard
from demo.scratch import NEWEST
from demo.visitor import Visitor
from tests.release.conftest import Serve
from tests.release.installed import Horizon
from tests.release.pages import Things, check_served

pytestmark = pytest.mark.extended


def test_with_debug_on_the_pages_are_ours(
    ours: Callable[[str], Horizon],
    serve: Serve,
    otto: Callable[[Dashboard], Visitor],
    things: Things,
    tmp_path: Path,
) -> None:
    static = tmp_path / "static"
    shutil.copytree(ours(NEWEST).static, static)
    # What was compressed before is not to be used, nor what a cache knows of it.
    shutil.rmtree(static / "dashboard" / "css")
    own_cache = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    horizon = dataclasses.replace(ours(NEWEST), static=static)
    running = serve(horizon, DEBUG=True, COMPRESS_OFFLINE=False, CACHES=own_cache)
    visitor = otto(running)
    check_served(running, visitor, things, ours=True)
    assert "Using the URLconf" in visitor.get("/no-such-page/").text
