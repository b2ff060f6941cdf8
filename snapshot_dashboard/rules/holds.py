# SPDX-License-Identifier: Apache-2.0
"""The hold of a snapshot, a note in its metadata that keeps this dashboard from deleting it.

It says who wrote it, when and why. It is a note and no lock: the storage service knows nothing of
it, and whoever may edit the metadata can take it away. Whatever is written there is read
defensively, and a hold that is damaged is a hold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

from snapshot_dashboard.rules.consistency import AT_FORMAT, LONGEST, PREFIX
from snapshot_dashboard.rules.text import writable

# The reason. This entry decides: a snapshot that has it is on hold, whatever else there is.
HOLD = f"{PREFIX}hold"
HOLD_BY = f"{PREFIX}hold_by"
HOLD_AT = f"{PREFIX}hold_at"
# What takes a hold away. Entries are emptied and not removed: that is one request for all of them.
RELEASED: Mapping[str, str] = {HOLD: "", HOLD_BY: "", HOLD_AT: ""}
_JOINERS = "\u200c\u200d"
_YEARS = range(1970, 9999)


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold as it is written; empty or None for what is missing or cannot be read."""

    reason: str
    by: str = ""
    at: datetime | None = None

    @property
    def mark(self) -> str:
        """Return a short text that is another one for another hold."""
        written = "\n".join((self.reason, self.by, str(self.at)))
        return hashlib.sha256(written.encode()).hexdigest()[:16]

    def __str__(self) -> str:
        """Return it in English, for logs and tickets."""
        at = f"{self.at.astimezone(timezone.utc):%Y-%m-%dT%H:%MZ}" if self.at else "unknown"
        return f"on hold since {at}, by {self.by or 'unknown'}: {self.reason or 'no reason given'}"


def of(metadata: Mapping[str, str]) -> Hold | None:
    """Return the hold of a snapshot, None where there is none."""
    reason = metadata.get(HOLD, "")
    if not reason:
        return None
    by = one_line(metadata.get(HOLD_BY, ""))
    return Hold(one_line(reason), by, _moment(metadata.get(HOLD_AT, "")))


def write(reason: str, by: str, now: datetime) -> dict[str, str]:
    """Return the metadata that put a snapshot on hold; there has to be a reason."""
    at = now.astimezone(timezone.utc).strftime(AT_FORMAT)
    return {HOLD: one_line(reason), HOLD_BY: one_line(by), HOLD_AT: at}


def one_line(text: str) -> str:
    """Return a text as one line of visible characters that Cinder takes, empty for none."""
    kept = (each if each.isprintable() or each in _JOINERS else " " for each in writable(text))
    visible = "".join(kept)
    return " ".join(visible.split())[:LONGEST]


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.strptime(text, AT_FORMAT).replace(tzinfo=timezone.utc)
    except ValueError:
        return None
    # Of others there may be no such moment in another time zone.
    return found if found.year in _YEARS else None
