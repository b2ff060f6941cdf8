# SPDX-License-Identifier: Apache-2.0
"""Parses the search text of support staff, and describes what was found."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from urllib.parse import parse_qsl, urlsplit

from snapshot_dashboard.rules.failure import Failure

# The longest name in Cinder, Nova and Keystone; the box takes no more.
LONGEST = 255
_UUID = re.compile(r"[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}")
# The id that Keystone gives to users whom it does not keep itself, such as those of an LDAP
# directory (keystone/identity/id_generators/sha256.py).
_MAPPED = re.compile(r"[0-9a-f]{64}")
# The forms in which the services make ids themselves: only these are known by their first part.
_MADE = re.compile(rf"{_UUID.pattern}|{_MAPPED.pattern}")
# The first eight digits are what our pages show of an id whose name is not known.
_SHORT = re.compile(r"[0-9a-f]{8}[0-9a-f-]*")
_CUTS = (0, 8, 12, 16, 20, 32)
_DIGITS = _CUTS[-1]
_REQUEST = re.compile(r"\breq-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
# An address of a dashboard, whole or from its root on; and where it may name something.
_ADDRESS = re.compile(r"(?:https?:/)?/\S+$")
_PARAMETERS = ("value", "snapshot_id", "volume_id", "source", "id", "q")
_QUOTES = "\"'`\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb"


class Kind(Enum):
    """The kinds of objects that can be found, in the order shown."""

    SNAPSHOT = "snapshot"
    VOLUME = "volume"
    INSTANCE = "instance"
    PROJECT = "project"
    USER = "user"


@dataclass(frozen=True, slots=True)
class OwnedInstance:
    """An instance of any project: ``status`` is Nova's word; ``locked`` None if not told."""

    id: str
    name: str
    status: str
    project_id: str | None
    created_at: datetime | None = None
    locked: bool | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One object that was found.

    ``status`` is the service's own word; projects and users are "enabled" or "disabled", and
    belong to no project. ``volume_id`` is that of a snapshot; of two with the same name it tells
    them apart, and so does ``created_at``. ``locked`` is that of an instance.
    """

    kind: Kind
    id: str
    name: str
    project_id: str | None
    status: str
    created_at: datetime | None = None
    volume_id: str | None = None
    locked: bool | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What was found; the kinds in ``unread`` could not be searched.

    ``more`` names the kinds of which there may be more than are in ``hits``, and ``whole`` those
    that are found by their whole ids only where the beginning of one was given.
    """

    hits: tuple[Hit, ...] = ()
    unread: tuple[tuple[Kind, Failure], ...] = ()
    more: tuple[Kind, ...] = ()
    whole: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    """A parsed search text: ``text`` is the id or name to search.

    ``request_id`` is that of a request to a service, and ``beginning`` that of an id as Cinder
    writes it; empty for a text that has none.
    """

    text: str
    request_id: str = ""
    beginning: str = ""


def understood(text: str) -> Understood:
    """Return what is meant by what people copy: an address of a page, a short id, a request id."""
    bare = _bare(text)
    request = _REQUEST.search(bare.lower())
    if request:
        return Understood(bare, request_id=request.group())
    if _ADDRESS.match(bare):
        return Understood(_named_by(bare) or bare)
    return Understood(bare, beginning=_beginning(bare.lower()))


def _named_by(address: str) -> str:
    """Return the id, or else the name, that the address of a page names; empty for none."""
    try:
        parts = urlsplit(address)
        query = dict(parse_qsl(parts.query))
    except ValueError:
        return ""
    words = [*parts.path.split("/"), *(query.get(key, "") for key in _PARAMETERS)]
    ids = (each for each in words if search_text(each).plain)
    return next(ids, "") or next((query[key] for key in _PARAMETERS if query.get(key)), "")


def _beginning(text: str) -> str:
    """Return the beginning of an id with the dashes that Cinder writes."""
    short = text.rstrip(".\u2026")
    plain = short.replace("-", "")
    if not _SHORT.fullmatch(short) or len(plain) >= _DIGITS:
        return ""
    found = _dashed(plain)
    return found if "-" not in short or found.startswith(short.rstrip("-")) else ""


@dataclass(frozen=True, slots=True)
class SearchText:
    """The meaning of a search text: a part of a name, and perhaps an id.

    ``plain`` is the id without dashes, as Keystone writes its own; ``dashed`` the same as Cinder
    and Nova write theirs. Both are empty for what is not written like that, ``dashed`` alone for
    an id that only a user can have. Projects and users may have any other id, too.
    """

    part: str
    plain: str = ""
    dashed: str = ""

    @property
    def opaque(self) -> tuple[str, ...]:
        """Return the ids that a project or a user may have, as it is written first."""
        dashed = self.dashed if "-" in self.part else ""
        return tuple(dict.fromkeys(each for each in (self.part, dashed, self.plain) if each))


def search_text(text: str) -> SearchText:
    """Return what a text means, forgiving what comes along when an id is copied from a ticket."""
    part = _bare(text)[:LONGEST].strip()
    lower = part.lower()
    if _MAPPED.fullmatch(lower):
        return SearchText(part, plain=lower)
    if not _UUID.fullmatch(lower):
        return SearchText(part)
    plain = lower.replace("-", "")
    return SearchText(part, plain, _dashed(plain))


def _bare(text: str) -> str:
    return text.strip().strip(_QUOTES).strip()


def _dashed(plain: str) -> str:
    pieces = (plain[start:end] for start, end in zip(_CUTS, _CUTS[1:], strict=False))
    return "-".join(filter(None, pieces))


def is_made_by_a_service(object_id: str) -> bool:
    """Tell whether an id is long random digits, whose first eight say as much as all of them."""
    return bool(_MADE.fullmatch(object_id))


def has_part(name: str, part: str) -> bool:
    """Tell whether a text is part of a name, upper or lower case, with accents or without.

    The services' own filters say the same or more: "_" and "%" stand for anything there, and some
    databases take "e" for "\u00e9".
    """
    return _folded(part) in _folded(name)


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))
