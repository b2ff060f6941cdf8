# SPDX-License-Identifier: Apache-2.0
"""The support desk's one box: what its text means, and what was found for it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

# The longest name in Cinder, Nova and Keystone; the box takes no more.
LONGEST = 255
_UUID = re.compile(r"[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}")
# The id that Keystone gives to users whom it does not keep itself, such as those of an LDAP
# directory (keystone/identity/id_generators/sha256.py).
_MAPPED = re.compile(r"[0-9a-f]{64}")
_QUOTES = "\"'`\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb"


class Kind(Enum):
    """What can be found, in the order in which it is shown."""

    SNAPSHOT = "snapshot"
    VOLUME = "volume"
    INSTANCE = "instance"
    PROJECT = "project"
    USER = "user"


@dataclass(frozen=True, slots=True)
class OwnedInstance:
    """An instance of any project: ``status`` is Nova's word."""

    id: str
    name: str
    status: str
    project_id: str | None


@dataclass(frozen=True, slots=True)
class Hit:
    """One object that was found.

    ``status`` is the service's own word; projects and users are "enabled" or "disabled", and
    belong to no project.
    """

    kind: Kind
    id: str
    name: str
    project_id: str | None
    status: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a kind could not be searched.

    ``text`` is the service's own (English, may be empty), ``status`` the HTTP status, 0 when there
    was no answer.
    """

    text: str
    request_id: str
    status: int


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: nothing is proven about the kinds in ``unread``.

    ``more`` names the kinds of which there may be more than are in ``hits``.
    """

    hits: tuple[Hit, ...] = ()
    unread: tuple[tuple[Kind, Reason], ...] = ()
    more: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class Sought:
    """What the text in the box means: a part of a name, and perhaps an id.

    ``plain`` is the id without dashes, as Keystone writes it; ``dashed`` the same as Cinder and
    Nova write it. Both are empty for what is no id, ``dashed`` alone for an id that only a user
    can have.
    """

    part: str
    plain: str = ""
    dashed: str = ""


def sought(text: str) -> Sought:
    """Return what a text means, forgiving what comes along when an id is copied from a ticket."""
    part = text.strip().strip(_QUOTES).strip()[:LONGEST].strip()
    lower = part.lower()
    if _MAPPED.fullmatch(lower):
        return Sought(part, plain=lower)
    if not _UUID.fullmatch(lower):
        return Sought(part)
    plain = lower.replace("-", "")
    cuts = (0, 8, 12, 16, 20, 32)
    pieces = (plain[start:end] for start, end in zip(cuts, cuts[1:], strict=False))
    return Sought(part, plain, "-".join(pieces))


def has_part(name: str, part: str) -> bool:
    """Tell whether a text is part of a name, upper or lower case, with accents or without.

    The services' own filters say the same or more: "_" and "%" stand for anything there, and some
    databases take "e" for "\u00e9".
    """
    return _folded(part) in _folded(name)


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))
