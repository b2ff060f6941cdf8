# SPDX-License-Identifier: Apache-2.0
"""What a person was shown when a dialog was opened, carried in the form as plain text.

It is not signed: it only ever makes the dialog come back with a warning. What may be made is
decided from a fresh reading (and by Cinder itself), never from this text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from snapshot_dashboard.rules.attachment import Exposure, Holder, Loudness, Verdict

_FORMAT = "1"
_STATE = re.compile(r"[A-Za-z0-9_-]{1,64}=[A-Z_]{0,32}")


@dataclass(frozen=True, slots=True)
class Seen:
    """The verdict that was shown, and each holder with the state it was in."""

    verdict: Verdict
    states: Mapping[str, str]


def write(exposure: Exposure) -> str:
    """Return the text for the form's hidden field."""
    states = ",".join(f"{key}={state}" for key, state in sorted(_states(exposure).items()))
    return "|".join((_FORMAT, exposure.verdict.value, states))


def read(text: str) -> Seen | None:
    """Return what the text says, or None for a missing, older or damaged one ("not seen")."""
    parts = text.split("|")
    if len(parts) != 3 or parts[0] != _FORMAT:
        return None
    pairs = parts[2].split(",") if parts[2] else []
    if not all(_STATE.fullmatch(pair) for pair in pairs):
        return None
    try:
        verdict = Verdict(parts[1])
    except ValueError:
        return None
    return Seen(verdict, dict(pair.split("=", 1) for pair in pairs))


def _states(exposure: Exposure) -> dict[str, str]:
    # Whatever word the service says, the text stays readable: else the form would never do.
    return {
        _key(holder): re.sub(r"[^A-Z_]", "_", holder.status)[:32] for holder in exposure.holders
    }


def _key(holder: Holder) -> str:
    if holder.instance_id:
        return holder.instance_id
    return "host-" + hashlib.sha256((holder.host or "").encode()).hexdigest()[:16]


def covers(seen: Seen | None, now: Exposure) -> bool:
    """Tell whether what was seen was at least as bad as what is true now.

    A louder verdict, a holder that was not there (at rest or not), or another sentence to
    acknowledge at the same loudness is news that a person has to read before anything is made.
    A form that carries nothing (stock's, or an older one) or that only explained why nothing
    could be made has warned of nothing yet.
    """
    if now.loudness is Loudness.SILENT:
        return True
    if seen is None or seen.verdict.loudness is Loudness.BLOCKED:
        return False
    if not seen.states.keys() >= _states(now).keys():
        return False
    if now.loudness is not seen.verdict.loudness:
        return now.loudness < seen.verdict.loudness
    return now.acknowledgement is seen.verdict.acknowledgement
