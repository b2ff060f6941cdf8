# SPDX-License-Identifier: Apache-2.0
"""How long the scripts of our pages wait: all of their times, which a page tells them.

``{% script_times "dialog" %}`` writes those of one or more uses into the attribute
``data-sd-times`` of an element, where ``js/common/shared.js`` reads them for what is inside. The
rows of a list have Horizon's own interval, ``HORIZON_CONFIG["ajax_poll_interval"]``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from snapshot_dashboard import settings

_SECOND = 1000
_MINUTE = 60 * _SECOND

# Milliseconds that are multiplied by the setting POLL_FACTOR: how often something is asked for.
#   first     until the first look; each one later takes "slower" times as long, up to "slowest"
#   busy      until it tries again where something else has to end first
#   unseen    between looks in a tab that nobody sees, where it looks there at all
#   pauses    between the looks for what became of a form whose answer was lost
#   typed, ticked   after the last key or tick
ASKING: Mapping[str, Mapping[str, float | tuple[float, ...]]] = {
    "dialog": {"first": 3000, "slowest": 15 * _SECOND, "busy": 1000},
    "outcome": {"pauses": tuple(each * _SECOND for each in (1, 2, 3, 5, 8, 12, 15, 20, 25, 30))},
    "list": {"slowest": 30 * _SECOND, "busy": 1000},
    "later": {"first": 2500, "slowest": 30 * _SECOND},
    "picker": {"typed": 300},
    "progress": {"first": 1500, "slowest": 10 * _SECOND, "unseen": 15 * _SECOND},
    "quiesced": {"first": 2000, "slowest": 15 * _SECOND},
    "revert_in_place": {"first": 1500, "slowest": 10 * _SECOND, "unseen": 5 * _SECOND},
    "set": {"first": 2500, "slowest": 15 * _SECOND, "ticked": 300},
}
# What stays as it is, whatever the setting says: also milliseconds, but for the factor "slower".
#   idle      without a key or a pointer for so long nobody is there: to look on would keep the
#             session alive. Texts name it.
#   deaf      after a change for the worse, while a click is still meant for what was there before
#   sure      until a request that was lost can no longer be on its way to us
#   longest   that what was typed is kept; a text names it
#   patience  after which a long search asks before it goes on
STAYING: Mapping[str, Mapping[str, float]] = {
    "dialog": {"slower": 1.15, "idle": 10 * _MINUTE, "deaf": 1000},
    "outcome": {"sure": 45 * _SECOND},
    "kept": {"longest": 60 * _MINUTE},
    "later": {"slower": 1.3, "idle": 15 * _MINUTE},
    "list": {"idle": 15 * _MINUTE},
    "made_from": {"patience": _MINUTE},
    "progress": {"slower": 1.15, "idle": 10 * _MINUTE},
    "quiesced": {"slower": 1.2},
    # Large volumes take hours, and nothing goes on without the page.
    "revert_in_place": {"slower": 1.2, "idle": 8 * 60 * _MINUTE},
    "set": {"slower": 1.3, "idle": 10 * _MINUTE},
}


def told(*uses: str) -> str:
    """Return the times of these uses as the page tells them.

    :raises KeyError: there is no such use.
    """
    return _told(uses, settings.get("POLL_FACTOR"))


@cache
def _told(uses: tuple[str, ...], factor: float) -> str:
    return json.dumps({use: _times(use, factor) for use in uses}, separators=(",", ":"))


def _times(use: str, factor: float) -> dict[str, object]:
    if use not in ASKING and use not in STAYING:
        raise KeyError(use)
    asking = ASKING.get(use, {})
    return {
        **STAYING.get(use, {}),
        **{name: _multiplied(value, factor) for name, value in asking.items()},
    }


def _multiplied(value: float | tuple[float, ...], factor: float) -> float | list[float]:
    return [each * factor for each in value] if isinstance(value, tuple) else value * factor
