# SPDX-License-Identifier: Apache-2.0
"""Each system check passes for a correct configuration and explains a wrong one."""

import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage, run_checks

from snapshot_dashboard import checks, switches

ROOT = Path(__file__).resolve().parents[4]


def said(check: Callable[..., list[CheckMessage]]) -> list[str]:
    """Return id and text of each warning of one check."""
    return [f"{str(each.id).rpartition('.')[2]} {each.msg}" for each in check()]


@contextmanager
def audit_logger(*handlers: logging.Handler, level: int = logging.INFO) -> Iterator[None]:
    """Give the audit logger these handlers and no others; as it was afterwards.

    Not a fixture: pytest adds handlers of its own before the test itself begins.
    """
    logger = logging.getLogger(checks.AUDIT)
    kept = logger.handlers, logger.propagate, logger.level
    logger.handlers, logger.propagate = list(handlers), False
    logger.setLevel(level)
    try:
        yield
    finally:
        logger.handlers, logger.propagate = kept[:2]
        logger.setLevel(kept[2])


@pytest.mark.parametrize("backend", ["locmem.LocMemCache", "dummy.DummyCache"])
def test_a_cache_per_process_is_told(settings: Any, backend: str) -> None:
    settings.CACHES = {"default": {"BACKEND": f"django.core.cache.backends.{backend}"}}
    (text,) = said(checks.check_cache)
    assert text.startswith('W001 CACHES["default"] is per process')


def test_a_shared_cache_is_right(settings: Any) -> None:
    backend = "django.core.cache.backends.memcached.PyMemcacheCache"
    settings.CACHES = {"default": {"BACKEND": backend}}
    assert said(checks.check_cache) == []


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("23.4.0", "older"),
        ("24.0.0", ""),
        ("25.7.3", ""),
        ("27.0.0", ""),
        ("28.0.0", "newer"),
        ("30.1", "newer"),
        ("x", ""),
    ],
)
def test_a_horizon_that_was_not_tried_is_told(
    monkeypatch: pytest.MonkeyPatch, found: str, expected: str
) -> None:
    monkeypatch.setattr(checks, "version", lambda name: found)
    told = [" ".join(text.split()[:5]) for text in said(checks.check_horizon)]
    assert told == ([f"W004 Horizon {found} is {expected}"] if expected else [])


def test_a_horizon_without_metadata_is_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(checks, "version", absent)
    assert said(checks.check_horizon) == []


def test_a_missing_stock_file_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(checks.check_files) == []
    missing = "_1330_project_snapshots_panel"
    monkeypatch.setattr(switches, "stock_has", lambda name: name != missing)
    assert said(checks.check_files) == [
        f'W005 Horizon has no enabled file "{missing}.py": the stock panel stays.'
    ]


def test_a_theme_that_overrides_a_replaced_page_is_told(settings: Any, tmp_path: Path) -> None:
    assert said(checks.check_themes) == []
    # The second is not replaced; the third a stock template that a dialog of ours extends.
    for name in ("volumes/create.html", "instances/index.html", "volumes/_extend.html"):
        place = tmp_path / "templates" / "project" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    settings.AVAILABLE_THEMES = [("mine", "Mine", str(tmp_path))]
    assert said(checks.check_themes) == [
        'W006 The theme "mine" overrides project/volumes/create.html, which is not used while '
        "snapshot-dashboard is enabled."
    ]


def test_an_audit_log_that_goes_nowhere_is_told() -> None:
    with audit_logger():
        (text,) = said(checks.check_audit)
    assert text.startswith('W007 No handler receives the logger "snapshot_dashboard.audit"')


def _for_warnings() -> logging.Handler:
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)
    return handler


@pytest.mark.parametrize(
    ("handler", "level", "received"),
    [
        (logging.StreamHandler(), logging.INFO, True),
        (logging.StreamHandler(), logging.WARNING, False),
        (logging.NullHandler(), logging.INFO, False),
        (_for_warnings(), logging.INFO, False),
    ],
)
def test_a_handler_for_the_audit_log_has_to_take_its_lines(
    handler: logging.Handler, level: int, received: bool
) -> None:
    with audit_logger(handler, level=level):
        assert (said(checks.check_audit) == []) is received


def test_static_files_of_another_release_are_told(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = str(tmp_path)
    (text,) = said(checks.check_static)
    assert text.startswith("W008") and text.endswith("but none are collected.")
    place = tmp_path / "snapshot_dashboard"
    shutil.copytree(ROOT / "static" / "snapshot_dashboard", place)
    assert said(checks.check_static) == []
    (place / "js" / "common" / "dialog.js").write_text("// of another release")
    (text,) = said(checks.check_static)
    assert text.endswith("but other ones are collected.")


def test_every_check_runs_with_djangos(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = str(tmp_path)
    settings.SNAPSHOT_DASHBOARD = {"NONSENSE": 1, "PAGE_SECONDS": "x"}
    found = {str(each.id) for each in run_checks(tags=[checks.TAG])}
    assert {f"{checks.TAG}.W{number:03}" for number in (2, 3, 8)} <= found
