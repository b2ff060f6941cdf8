# SPDX-License-Identifier: Apache-2.0
"""Django system checks for the plugin's settings and its place in Horizon.

They are warnings: Horizon serves more than these pages and is never stopped by them.
``python -m snapshot_dashboard check`` shows them all.
"""

from __future__ import annotations

import difflib
import filecmp
import logging
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from django.conf import settings as django_settings
from django.core.checks import CheckMessage, Warning, register

import snapshot_dashboard
from snapshot_dashboard import settings, switches
from snapshot_dashboard.cloud import idempotency

TAG = "snapshot_dashboard"
AUDIT = "snapshot_dashboard.audit"
# The major releases of Horizon that this one has been tried with.
_OLDEST, _NEWEST = 24, 27
_PACKAGE = Path(__file__).resolve().parent
# The enabled file that is for no panel.
_APPLICATION = "_1399_snapshot_dashboard.py"
# Templates that Horizon's pages show and ours do not. The others of these folders are used: by
# dialogs that are Horizon's, by ours that extend them, or where a setting brings Horizon's back.
_UNUSED = (
    "project/volumes/_create.html",
    "project/volumes/_create_snapshot.html",
    "project/volumes/_detail_overview.html",
    "project/volumes/attach.html",
    "project/volumes/create.html",
    "project/volumes/create_snapshot.html",
    "project/volumes/create_transfer.html",
    "project/volumes/extend.html",
    "project/volumes/retype.html",
    "project/snapshots/_detail_overview.html",
    "admin/volumes/migrate_volume.html",
    "admin/snapshots/_update_status.html",
    "admin/snapshots/update_status.html",
)


def register_all() -> None:
    """Have Django run them, all under one tag."""
    for check in (
        check_cache,
        check_settings,
        check_horizon,
        check_files,
        check_themes,
        check_audit,
        check_static,
    ):
        register(check, TAG)


def _warning(number: int, text: str, hint: str | None = None) -> CheckMessage:
    return Warning(text, hint=hint, id=f"snapshot_dashboard.W{number:03}")


def check_cache(**_kwargs: Any) -> list[CheckMessage]:
    """Warn of a cache that worker processes do not share."""
    if idempotency.is_shared():
        return []
    return [
        _warning(
            1,
            'CACHES["default"] is per process: two workers can make two snapshots from one form.',
            "Use memcached or Redis.",
        )
    ]


def check_settings(**_kwargs: Any) -> list[CheckMessage]:
    """Return a warning for each unknown key and each value of a wrong kind."""
    if not settings.is_dict():
        return [_warning(3, "SNAPSHOT_DASHBOARD must be a dict.")]
    return list(_wrong_settings(settings.configured()))


def _wrong_settings(configured: dict[str, Any]) -> Iterator[CheckMessage]:
    for key, value in configured.items():
        if key not in settings.DEFAULTS:
            near = difflib.get_close_matches(key, settings.DEFAULTS, n=1)
            yield _warning(
                2,
                f'SNAPSHOT_DASHBOARD["{key}"] is not known.',
                f'Did you mean "{near[0]}"?' if near else None,
            )
        elif expected := settings.wrong(key, value):
            yield _warning(
                3,
                f'SNAPSHOT_DASHBOARD["{key}"] must be {expected}, not {value!r}; '
                "the default is used.",
            )


def check_horizon(**_kwargs: Any) -> list[CheckMessage]:
    """Warn of a Horizon that is older or newer than those this release was tested with."""
    try:
        found = version("horizon")
    except PackageNotFoundError:
        return []
    major = found.partition(".")[0]
    if not major.isdecimal() or _OLDEST <= int(major) <= _NEWEST:
        return []
    which = "older" if int(major) < _OLDEST else "newer"
    return [
        _warning(
            4,
            f"Horizon {found} is {which} than this release was tested with "
            f"({_OLDEST}.0 to {_NEWEST}.x).",
            "Stock pages are used if ours cannot be registered.",
        )
    ]


def check_files(**_kwargs: Any) -> list[CheckMessage]:
    """Warn of each stock panel whose enabled file this Horizon does not have."""
    files = sorted((_PACKAGE / "enabled").glob("_[0-9]*.py"))
    panels = [each for each in files if each.name != _APPLICATION]
    return [
        _warning(
            5,
            f'Horizon has no enabled file "{file.name}": the stock panel stays.',
            "Look for a newer release of snapshot-dashboard.",
        )
        for file in panels
        if not switches.stock_has(file.stem)
    ]


def check_themes(**_kwargs: Any) -> list[CheckMessage]:
    """Warn of each template of a replaced page that a theme overrides in vain."""
    return [
        _warning(
            6,
            f'The theme "{theme}" overrides {name}, which is not used while snapshot-dashboard is '
            "enabled.",
        )
        for theme, templates in _theme_templates()
        for name in _UNUSED
        if (templates / name).is_file()
    ]


def _theme_templates() -> Iterator[tuple[str, Path]]:
    root = Path(str(getattr(django_settings, "ROOT_PATH", "")))
    for theme, _label, place in getattr(django_settings, "AVAILABLE_THEMES", ()):
        # Joining keeps an absolute path as it is, which Horizon allows too.
        yield str(theme), root / str(place) / "templates"


def check_audit(**_kwargs: Any) -> list[CheckMessage]:
    """Warn when nobody receives the audit lines."""
    if _is_received(logging.getLogger(AUDIT)):
        return []
    return [
        _warning(
            7,
            f'No handler receives the logger "{AUDIT}": audit lines are lost.',
            "See the operator's guide, Audit.",
        )
    ]


def _is_received(logger: logging.Logger) -> bool:
    return logger.isEnabledFor(logging.INFO) and any(
        handler.level <= logging.INFO and not isinstance(handler, logging.NullHandler)
        for handler in _handlers(logger)
    )


def _handlers(logger: logging.Logger | None) -> Iterator[logging.Handler]:
    """Yield the handlers that a record of this logger reaches."""
    while logger is not None:
        yield from logger.handlers
        logger = logger.parent if logger.propagate else None


def check_static(**_kwargs: Any) -> list[CheckMessage]:
    """Warn when the collected scripts and styles are not those of this release."""
    collected = Path(str(django_settings.STATIC_ROOT or "")) / "snapshot_dashboard"
    ours = _PACKAGE / "static" / "snapshot_dashboard"
    names = [str(path.relative_to(ours)) for path in ours.rglob("*") if path.is_file()]
    same, _different, _missing = filecmp.cmpfiles(ours, collected, names, shallow=False)
    if django_settings.DEBUG or len(same) == len(names):
        return []
    what = "other ones are" if collected.is_dir() else "none are"
    return [
        _warning(
            8,
            f"Static files of snapshot-dashboard {snapshot_dashboard.__version__} are installed, "
            f"but {what} collected.",
            "Run collectstatic and compress.",
        )
    ]
