# SPDX-License-Identifier: Apache-2.0
"""The plugin's settings: the dict ``SNAPSHOT_DASHBOARD`` in Horizon's local settings."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

from django.conf import settings

from snapshot_dashboard.rules import price, provider_schedule
from snapshot_dashboard.rules.price import Prices
from snapshot_dashboard.rules.provider_schedule import ProviderSchedule
from snapshot_dashboard.rules.type_names import fitting
from snapshot_dashboard.rules.wrong_setting import WrongSetting

DEFAULTS: dict[str, bool | float | str | dict[str, object]] = {
    # False leaves Horizon's own pages in place at its next start (see switches.py).
    "ENABLED": True,
    # Seconds that one page or dialog may wait for services, all its reads together.
    "PAGE_SECONDS": 5.0,
    # Seconds that creating a snapshot or a volume may take to be accepted.
    "WRITE_SECONDS": 15.0,
    # Seconds that names of volumes and instances are remembered for the tables.
    "NAMES_SECONDS": 60.0,
    # Seconds after which support staff is shown a snapshot that is still creating, deleting, ...
    "SLOW_SECONDS": 3600.0,
    # And the seconds more per GiB in which that is nothing out of the ordinary.
    "SLOW_SECONDS_PER_GIB": 2.0,
    # Seconds that the report about all snapshots may take, or a CSV file: a thread of Horizon's
    # is busy with it meanwhile.
    "REPORT_SECONDS": 120.0,
    # How long open pages and dialogs wait before they look again: 2.0 is twice as long as usual.
    # Tables have Horizon's own interval, HORIZON_CONFIG["ajax_poll_interval"].
    "POLL_FACTOR": 1.0,
    # Does a volume made from a snapshot keep the snapshot from being deleted? It depends on
    # the storage, which only the operator knows. One word for all volume types, or words by
    # patterns of their names: {"*": "may", "nvme-*": "never"}.
    "SNAPSHOT_DEPENDENCY": "may",
    # May a volume be re-imaged from any of its snapshots? Only where it was proved that this cloud
    # copies the snapshot's content: before Cinder 26 the volume's content would be lost. There
    # "image" makes an image with the content of the snapshot first. One word for all volume types,
    # or words by patterns of their names: {"*": "never", "lvm-*": "proved"}.
    "REIMAGE_FROM_SNAPSHOT": "never",
    # Launch as Instance of a snapshot: advice first, no such action, or Horizon's own.
    "LAUNCH_FROM_SNAPSHOT": "advise",
    # Create Backup of a volume: our dialog, which explains before it forces, or Horizon's own.
    "CREATE_BACKUP": "explain",
    # Upload to Image of a volume: our dialog, which explains before it forces, or Horizon's own.
    "UPLOAD_TO_IMAGE": "explain",
    # What a volume's snapshots forbid: told in Horizon's dialogs about the volume, or not at all.
    "SNAPSHOT_RESTRICTIONS": "explain",
    # Create Snapshot of an instance: our dialog, which says what it makes and asks before it
    # copies disks that may be written to, or Horizon's own.
    "INSTANCE_SNAPSHOT": "explain",
    # Create Snapshot and Clone Group of a volume group, in the same way.
    "GROUP_SNAPSHOT": "explain",
    "CLONE_GROUP": "explain",
    # Are the snapshots of a group snapshot taken at the same instant? One word for all group
    # types, or words by patterns of their names: {"*": "may", "consistent-*": "always"}.
    "GROUP_SNAPSHOT_AT_ONCE": "may",
    # Until when a new snapshot is to be kept, where nobody says otherwise: a note, which deletes
    # nothing. No date, or one in a day, a week or a month.
    "KEEP_UNTIL": "none",
    # What a GiB of a snapshot or a volume costs, by patterns of names of volume types; without it
    # no page speaks of prices: {"currency": "NZD", "unit": "month", "types": {"*": "0.05"}}.
    "PRICES": {},
    # Who runs the command that takes snapshots by schedule: the users themselves, the operator for
    # the projects that have opted in, or nobody: then none can be set up.
    "SCHEDULES": "user",
    # Where the cloud has a scheduler of its own that reads the metadata of volumes: the key, and
    # its values with what people read. Then Schedule Snapshots writes that, and nothing of ours:
    # {"key": "backup:policy", "values": {"daily7": "Daily, kept 7 days"}}.
    "SCHEDULE_KEY": {},
    # Whom to ask: a sentence and an address for every dead end; both may stay empty.
    "SUPPORT_TEXT": "",
    "SUPPORT_URL": "",
}

_CHOICES: dict[str, tuple[str, ...]] = {
    "SNAPSHOT_DEPENDENCY": ("may", "always", "never"),
    "REIMAGE_FROM_SNAPSHOT": ("never", "proved", "image"),
    "LAUNCH_FROM_SNAPSHOT": ("advise", "hide", "stock"),
    "CREATE_BACKUP": ("explain", "stock"),
    "UPLOAD_TO_IMAGE": ("explain", "stock"),
    "SNAPSHOT_RESTRICTIONS": ("explain", "stock"),
    "INSTANCE_SNAPSHOT": ("explain", "stock"),
    "GROUP_SNAPSHOT": ("explain", "stock"),
    "CLONE_GROUP": ("explain", "stock"),
    "GROUP_SNAPSHOT_AT_ONCE": ("may", "always", "never"),
    "KEEP_UNTIL": ("none", "day", "week", "month"),
    "SCHEDULES": ("user", "operator", "hide"),
}
# Of these a mapping is allowed, too: from a pattern of type names to one of the words.
_BY_TYPE = frozenset({"SNAPSHOT_DEPENDENCY", "REIMAGE_FROM_SNAPSHOT", "GROUP_SNAPSHOT_AT_ONCE"})


def configured() -> dict[str, Any]:
    """Return what the operator wrote, an empty dict when nothing or not a dict."""
    written = getattr(settings, "SNAPSHOT_DASHBOARD", {})
    return {str(key): value for key, value in written.items()} if isinstance(written, dict) else {}


def is_dict() -> bool:
    """Tell whether the setting has the right shape, or is not there at all."""
    return isinstance(getattr(settings, "SNAPSHOT_DASHBOARD", {}), dict)


def wrong(key: str, value: object) -> str:
    """Return what a value should have been, an empty string for a valid one."""
    if key in _CHOICES:
        return _wrong_word(key, value)
    if key == "PRICES":
        return _wrong_dict(price.read, value)
    if key == "SCHEDULE_KEY":
        return _wrong_dict(provider_schedule.read, value)
    default = DEFAULTS[key]
    if isinstance(default, bool):
        return "" if isinstance(value, bool) else "True or False"
    if isinstance(default, str):
        return "" if isinstance(value, str) else "a text"
    what = "a number" if key == "POLL_FACTOR" else "a number of seconds"
    return "" if _is_above_zero(value) else f"{what} above 0"


def _wrong_word(key: str, value: object) -> str:
    choices = _CHOICES[key]
    words = " or ".join(repr(each) for each in choices)
    if key not in _BY_TYPE:
        return "" if value in choices else words
    given = value if isinstance(value, dict) else {"*": value}
    right = all(isinstance(name, str) and each in choices for name, each in given.items())
    return "" if right else f"{words}, or a dict of these by patterns of type names"


def _wrong_dict(read: Callable[[object], object], value: object) -> str:
    try:
        read(value)
    except WrongSetting as error:
        return str(error)
    return ""


def _is_above_zero(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 < value < inf


def get(key: str) -> Any:
    """Return one setting; its default where the operator's value is missing or wrong."""
    value = configured().get(key, DEFAULTS[key])
    return DEFAULTS[key] if wrong(key, value) else value


def is_stocks(key: str) -> bool:
    """Tell whether the operator wants Horizon's own dialog in the place of ours."""
    return bool(get(key) == "stock")


def differs_by_type(key: str) -> bool:
    """Tell whether a setting has different words for different types."""
    return isinstance(get(key), dict)


def says_only(key: str, word: str) -> bool:
    """Tell whether a setting says this word of all types."""
    value = get(key)
    return {word} == set(value.values() if isinstance(value, dict) else (value,))


def by_type(key: str, name: str | None) -> str:
    """Return what a setting says of one type, by its name: the longest pattern that fits counts.

    The default where none does. Of a type that is not known (None) it says what it says of all
    types, and the default where these differ.
    """
    value = get(key)
    if not isinstance(value, dict):
        return str(value)
    by_pattern = {"*": DEFAULTS[key], **value}
    if name is None:
        words = set(by_pattern.values())
        return str(words.pop() if len(words) == 1 else DEFAULTS[key])
    return str(by_pattern[fitting(name, by_pattern) or "*"])


def prices() -> Prices | None:
    """Return what the operator says of prices, None where nothing is said."""
    return price.read(get("PRICES"))


def schedule_key() -> ProviderSchedule | None:
    """Return what the operator says of the cloud's own scheduler, None for nothing."""
    return provider_schedule.read(get("SCHEDULE_KEY"))
