# SPDX-License-Identifier: Apache-2.0
"""How ids are written: those of OpenStack's services, and those that we give to a form."""

from __future__ import annotations

import re
import uuid

_WRITTEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
# Every word that Cinder, Nova or Glance has in the place of an id ("detail", "summary", "action",
# "default") is of letters alone; an id, which they make of 32 hexadecimal digits, is not.
_WORD = re.compile(r"[A-Za-z_-]*")


def is_written_as_id(text: str) -> bool:
    """Tell whether a text can be an id of a service's where a word leads nowhere else."""
    return bool(_WRITTEN.fullmatch(text))


def is_id(text: str) -> bool:
    """Tell whether a text can stand in an address in the place of an id.

    Any other leads elsewhere there.
    """
    return is_written_as_id(text) and not _WORD.fullmatch(text)


def as_uuid(text: str | None) -> str:
    """Return a UUID as it is written by us, an empty string for anything else."""
    try:
        return str(uuid.UUID(text or ""))
    except ValueError:
        return ""
