# SPDX-License-Identifier: Apache-2.0
"""Plain-text fingerprint of what a dialog has shown, sent with the form.

It is not signed: it only ever makes the dialog come back with a warning. What may be made is
decided from a fresh reading (and by Cinder itself), never from this text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from snapshot_dashboard.rules.attachment import Exposure, Holder, Severity, Verdict

_FORMAT = "1"
_STATE = re.compile(r"[A-Za-z0-9_-]{1,64}=[a-z_]{1,32}")


@dataclass(frozen=True, slots=True)
class Seen:
    """The verdict that was shown, and that of each holder."""

    verdict: Verdict
    holders: Mapping[str, Verdict]


def write(exposure: Exposure) -> str:
    """Return the text for the form's hidden field."""
    pairs = sorted(f"{key}={verdict.value}" for key, verdict in _holders(exposure).items())
    return "|".join((_FORMAT, exposure.verdict.value, ",".join(pairs)))


def read(text: str) -> Seen | None:
    """Return what the text says, or None for a missing, older or damaged one ("not seen")."""
    parts = text.split("|")
    if len(parts) != 3 or parts[0] != _FORMAT:
        return None
    pairs = parts[2].split(",") if parts[2] else []
    if not all(_STATE.fullmatch(pair) for pair in pairs):
        return None
    verdicts = dict(pair.split("=", 1) for pair in pairs)
    try:
        return Seen(Verdict(parts[1]), {key: Verdict(value) for key, value in verdicts.items()})
    except ValueError:
        return None


def _holders(exposure: Exposure) -> dict[str, Verdict]:
    return {_key(holder): holder.verdict for holder in exposure.holders}


def _key(holder: Holder) -> str:
    if holder.instance_id:
        return holder.instance_id
    # Two hosts whose names a person is not told are two all the same.
    named = holder.host or holder.attachment_id
    return "host-" + hashlib.sha256(named.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Difference:
    """How a volume's holders differ from what was shown.

    ``came`` were not shown, ``changed`` had another verdict; ``left`` is how many are no longer
    there.
    """

    came: tuple[Holder, ...]
    changed: tuple[Holder, ...]
    left: int


def difference(seen: Seen, now: Exposure) -> Difference:
    """Return what has changed among the holders since they were shown."""
    holders = {_key(each): each for each in now.holders}
    return Difference(
        came=tuple(each for key, each in holders.items() if key not in seen.holders),
        changed=tuple(
            each
            for key, each in holders.items()
            if key in seen.holders and seen.holders[key] is not each.verdict
        ),
        left=sum(key not in holders for key in seen.holders),
    )


def covers(seen: Seen | None, now: Exposure) -> bool:
    """Tell whether what was seen was at least as bad as what is true now.

    A louder verdict, a holder that was not there (at rest or not) or that has become louder
    itself (one of several was started), or another sentence to acknowledge at the same severity
    is news that a person has to read before anything is made.
    A form that carries nothing (stock's, or an older one) or that only explained why nothing
    could be made has warned of nothing yet.
    """
    if now.severity is Severity.NONE:
        return True
    if seen is None or seen.verdict.severity is Severity.BLOCKED:
        return False
    for key, verdict in _holders(now).items():
        if key not in seen.holders or verdict.severity > seen.holders[key].severity:
            return False
    if now.severity is not seen.verdict.severity:
        return now.severity < seen.verdict.severity
    return now.acknowledgement is seen.verdict.acknowledgement
