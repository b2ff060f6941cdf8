# SPDX-License-Identifier: Apache-2.0
"""Operations that a program can do: what is made or changed, with which fields.

The version of an operation is the lowest that does it, so that as many clouds as possible have it,
and so that Cinder goes on to refuse what a higher version would force (3.66: a snapshot of an
attached volume). Below 3.66 ``force`` is what allows that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from snapshot_dashboard.rules import tags

# Cinder, Nova and Glance take names of so many characters.
_LONGEST = 255
# No volume has a size of so many digits.
_DIGITS = 10
Version = tuple[int, int]


class Action(Enum):
    """The kind of an operation."""

    SNAPSHOT = "snapshot"
    VOLUME = "volume"
    REVERT = "revert"
    BACKUP = "backup"
    IMAGE = "image"
    GROUP_SNAPSHOT = "group_snapshot"
    GROUP = "group"
    SERVER_IMAGE = "server_image"


# Of Nova for the last one, of Cinder for the others (cinder/api/openstack/rest_api_version_history
# of Cinder 29; below 3.40 there is no revert, below 3.14 neither group snapshots nor clones).
_LOWEST: Mapping[Action, Version] = {
    Action.SNAPSHOT: (3, 0),
    Action.VOLUME: (3, 0),
    Action.REVERT: (3, 40),
    Action.BACKUP: (3, 0),
    Action.IMAGE: (3, 0),
    Action.GROUP_SNAPSHOT: (3, 14),
    Action.GROUP: (3, 14),
    Action.SERVER_IMAGE: (2, 1),
}
# From here on Nova attaches a volume to a shelved instance, too.
ATTACH_VERSION = "2.20"


class Kind(Enum):
    """What sort of a value a field has."""

    TEXT = "text"
    NUMBER = "number"
    # Something that is said or not, such as ``force``.
    FLAG = "flag"
    # Lines of names and values.
    TAGS = "tags"


@dataclass(frozen=True, slots=True)
class Field:
    """One value of an operation.

    ``typed`` is the field of the form that it follows, empty for one that nobody types. ``default``
    is what stands for an empty one; ``own`` is a value that is left out, because it is taken in any
    case; ``ending`` follows whatever is typed. ``copied`` are tags that are added to the typed ones
    while a box of the form is ticked; it was ``copies`` when the form was made.
    """

    name: str
    value: str
    typed: str = ""
    default: str = ""
    own: str = ""
    ending: str = ""
    kind: Kind = Kind.TEXT
    copied: str = ""
    copies: bool = False

    @property
    def said(self) -> str:
        """Return the value that a program says, empty where it says nothing."""
        value = self.value
        if self.kind is Kind.TAGS:
            copied = tags.pairs(self.copied) if self.copies else {}
            return tags.written({**copied, **tags.pairs(value)})
        is_number = value.isascii() and value.isdigit() and len(value) < _DIGITS
        if not value or value == self.own or (self.kind is Kind.NUMBER and not is_number):
            return self.default
        return f"{value}{self.ending}"[:_LONGEST]


def flag(name: str, *, said: bool, typed: str = "") -> Field:
    """Return a field that is said or not."""
    return Field(name, "yes" if said else "", typed=typed, kind=Kind.FLAG)


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that is done, with its fields in the order of the form.

    ``attached_to`` is the instance that a new volume is attached to afterwards. ``only`` is the
    value of a box of the form without whose tick the operation is left out; it was ``chosen`` when
    the form was made.
    """

    action: Action
    fields: tuple[Field, ...]
    attached_to: Field | None = None
    only: str = ""
    chosen: bool = True

    @property
    def is_computes(self) -> bool:
        """Tell whether it is Nova that does it."""
        return self.action is Action.SERVER_IMAGE

    @property
    def lowest(self) -> Version:
        """Return the lowest microversion that does it."""
        return _LOWEST[self.action]

    @property
    def version(self) -> str:
        """Return the lowest microversion that does it, as requests name it."""
        return "{}.{}".format(*self.lowest)

    def value(self, name: str) -> str:
        """Return what a field that nobody types says."""
        return next(each.said for each in self.fields if each.name == name)
