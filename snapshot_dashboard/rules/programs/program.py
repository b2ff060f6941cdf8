# SPDX-License-Identifier: Apache-2.0
"""The text of a program in pieces, of which some follow what is typed into a form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from snapshot_dashboard.rules.programs.operation import Field, Kind, Operation
from snapshot_dashboard.rules.programs.quoting import Quoting, quoted


class Language(Enum):
    """A language, or a tool with a language of its own."""

    OPENSTACK = "openstack"
    API = "api"
    PYTHON = "python"
    ANSIBLE = "ansible"
    TERRAFORM = "terraform"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a program: ``before``, a value as ``quoting`` says, ``after``.

    Where the value is empty, so is the whole piece; one without a field is always said. With
    ``only`` it depends on a box of the form, too, which is ticked or not (``chosen``).
    """

    before: str
    field: Field | None = None
    quoting: Quoting = Quoting.TEXT
    after: str = ""
    only: str = ""
    chosen: bool = True

    @property
    def text(self) -> str:
        """Return what is shown of it now."""
        return self.whole if self.chosen else ""

    @property
    def whole(self) -> str:
        """Return what is shown of it where its box is ticked."""
        if self.field is None:
            return self.before
        said = self.field.said
        return f"{self.before}{quoted(self.quoting, said)}{self.after}" if said else ""

    @property
    def follows(self) -> bool:
        """Tell whether it changes while a form is filled in."""
        return bool(self.only or (self.field and self.field.typed))


Pieces = Iterable[Piece | str]
Renderer = Callable[[Operation], Pieces]


@dataclass(frozen=True, slots=True)
class Program:
    """A program in one language."""

    language: Language
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """Return the program as it is shown."""
        return "".join(each.text for each in self.pieces)


_OF_TAGS = {Quoting.SHELL: Quoting.PROPERTIES, Quoting.JSON: Quoting.JSON_OBJECT}


def said(field: Field, quoting: Quoting, before: str, after: str = "") -> Piece:
    """Return a field as a piece; what is a number, a box or tags is quoted as such."""
    own = {
        Kind.NUMBER: Quoting.NUMBER,
        Kind.FLAG: Quoting.FLAG,
        Kind.TAGS: _OF_TAGS.get(quoting, Quoting.OBJECT),
    }.get(field.kind, quoting)
    return Piece(before, field, own, after)


def written(
    language: Language, operations: Sequence[Operation], head: str, write: Renderer, end: str = ""
) -> Program:
    """Return a program that does one thing after the other; ``end`` closes each of several."""
    pieces = [Piece(head)]
    for operation in operations:
        for each in [*write(operation), *([end] if len(operations) > 1 else [])]:
            made = Piece(each) if isinstance(each, str) else each
            pieces.append(replace(made, only=operation.only, chosen=operation.chosen))
    return Program(language, tuple(_joined(pieces)))


def _joined(pieces: Iterable[Piece]) -> Iterable[Piece]:
    """Make one piece of those that stay as they are."""
    fixed = ""
    for each in pieces:
        if not each.follows:
            fixed += each.text
            continue
        if fixed:
            yield Piece(fixed)
            fixed = ""
        yield each
    if fixed:
        yield Piece(fixed)
