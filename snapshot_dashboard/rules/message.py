# SPDX-License-Identifier: Apache-2.0
"""Cinder's user messages about accepted requests that failed, and their reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


@dataclass(frozen=True, slots=True)
class Message:
    """One of Cinder's user messages.

    ``event`` ends with an action and a detail, three digits each ("..._009_013"); ``text`` is
    Cinder's own (English); ``request_id`` is the one of the request that failed, for support.
    """

    id: str
    object_id: str
    event: str
    text: str
    created_at: datetime | None = None
    request_id: str = ""
    level: str = ""
    kept_until: datetime | None = None


class Reason(Enum):
    """The reasons of failures for which we have texts.

    The values are Cinder's codes (cinder/message/message_field.py, Detail).
    """

    CREATE_FAILED = "013"
    METADATA_FAILED = "014"
    BUSY = "015"
    DELETE_FAILED = "016"
    OTHER = ""


_BY_CODE = {each.value: each for each in Reason}


def reason(message: Message) -> Reason:
    """Return the reason that a message gives, OTHER for one that we have no words for."""
    return _BY_CODE.get(message.event.rpartition("_")[2], Reason.OTHER)
