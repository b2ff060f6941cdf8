# SPDX-License-Identifier: Apache-2.0
"""The scheduler of a provider, which reads an entry of a volume's metadata: its key and values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from snapshot_dashboard.rules.wrong_setting import WrongSetting

_KEYS = frozenset({"key", "values"})
_LONGEST = 255
_EXAMPLE = 'a dict such as {"key": "backup:policy", "values": {"daily7": "Daily, kept 7 days"}}'


@dataclass(frozen=True, slots=True)
class ProviderSchedule:
    """The key, and the values to choose from with what people read of each."""

    key: str
    values: Mapping[str, str]

    def of(self, metadata: Mapping[str, str]) -> str:
        """Return the value that a volume has, empty for none."""
        return metadata.get(self.key, "")

    def label(self, value: str) -> str:
        """Return what people read of a value; one that is not known is shown as it is."""
        return self.values.get(value, value)


def read(written: object) -> ProviderSchedule | None:
    """Return what an operator has written, None for nothing.

    :raises WrongSetting: with what it should have been.
    """
    if written == {}:
        return None
    if not isinstance(written, dict) or written.keys() != _KEYS:
        raise WrongSetting(_EXAMPLE)
    key, values = written["key"], written["values"]
    if not _is_entry(key) or not isinstance(values, dict) or not values:
        raise WrongSetting(_EXAMPLE)
    if not all(_is_entry(each) and isinstance(label, str) for each, label in values.items()):
        raise WrongSetting(_EXAMPLE)
    return ProviderSchedule(key, dict(values))


def _is_entry(written: object) -> bool:
    """Tell whether Cinder takes it as a key or a value of metadata."""
    return isinstance(written, str) and 0 < len(written) <= _LONGEST
