# SPDX-License-Identifier: Apache-2.0
"""Tags: pairs of a name and a value that people give to a snapshot, as entries of its metadata.

They are written one in a line, ``name=value``. Cinder takes letters, digits and "-_:. /" in a name
(``extra_specs`` in cinder/api/validation/parameter_types.py), names and values of up to 255
characters, and any number of them: no quota counts metadata of volumes or snapshots.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import count, takewhile

from snapshot_dashboard.rules.consistency import LONGEST, PREFIX

# A request of Cinder's has at most 112 KiB, and a character may take 12 bytes of it.
MOST = 30
_BREAK = re.compile(r"\r\n|\r|\n")
# js/common/programs.js reads lines in the same way.
_SPACE = " \t"
# In an image that stands for snapshots, each entry as long as Nova takes it, counted from 0.
_CARRIED = f"{PREFIX}tags_"
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_:. /-]")
# What Cinder itself writes among the metadata of a volume (api/api_utils.py, backup/manager.py), or
# keeps from being given to a snapshot (image/image_utils.py).
SYSTEM = frozenset({"attached_mode", "readonly", "signature_verified", "src_backup_id"})
_SYSTEM_PREFIXES = (PREFIX, "img_signature", "os_glance")


class Fault(Enum):
    """What is wrong with a line."""

    NO_PAIR = "no_pair"
    NO_NAME = "no_name"
    CHARACTERS = "characters"
    LONG_NAME = "long_name"
    LONG_VALUE = "long_value"
    RESERVED = "reserved"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that cannot be taken, by its number from 1; ``what`` is the part that is wrong."""

    line: int
    fault: Fault
    what: str


@dataclass(frozen=True, slots=True)
class Tags:
    """What was typed: the tags of the lines that can be taken, and those that cannot."""

    tags: Mapping[str, str]
    refused: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class ChosenTags:
    """Tags of new snapshots: what was typed, and whether their volumes' own are copied."""

    typed: Mapping[str, str] = field(default_factory=dict)
    copied: bool = False

    def of(self, metadata: Mapping[str, str]) -> dict[str, str]:
        """Return those of a volume's snapshot; what was typed counts more than what is copied."""
        return {**(of_volume(metadata) if self.copied else {}), **self.typed}

    def carried(self) -> dict[str, str]:
        """Return entries of an image that tell them to whoever notes them on its snapshots.

        Of ASCII, which every data base holds, and none of the names, of which Nova takes fewer.
        """
        if not (self.typed or self.copied):
            return {}
        text = json.dumps([self.copied, written(self.typed)])
        parts = range(0, len(text), LONGEST)
        return {f"{_CARRIED}{n}": text[at : at + LONGEST] for n, at in enumerate(parts)}


def carried_by(entries: Mapping[str, object]) -> ChosenTags:
    """Return the tags that an image carries; of what somebody has changed there, none."""
    names = (f"{_CARRIED}{n}" for n in count())
    text = "".join(str(entries[each]) for each in takewhile(entries.__contains__, names))
    try:
        copied, typed = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return ChosenTags()
    return ChosenTags(read(str(typed)).tags, copied=copied is True)


def read(text: str) -> Tags:
    """Read what was typed; empty lines count for nothing."""
    found: dict[str, str] = {}
    refused = []
    for number, line in enumerate(_lines(text), start=1):
        if not line:
            continue
        name, value = pair(line)
        wrong = _fault(line, name, value, found)
        if wrong:
            refused.append(Refusal(number, *wrong))
        else:
            found[name] = value
    return Tags(found, tuple(refused))


def pair(line: str) -> tuple[str, str]:
    """Return name and value of a line; a value may hold "=", too."""
    name, _equals, value = line.partition("=")
    return name.strip(_SPACE), value.strip(_SPACE)


def _lines(text: str) -> Iterator[str]:
    return (each.strip(_SPACE) for each in _BREAK.split(text))


def _fault(line: str, name: str, value: str, before: Mapping[str, str]) -> tuple[Fault, str] | None:
    if "=" not in line:
        return Fault.NO_PAIR, line
    if not name:
        return Fault.NO_NAME, line
    characters = "".join(dict.fromkeys(_NOT_IN_NAMES.findall(name)))
    checks = (
        (Fault.CHARACTERS, characters, bool(characters)),
        (Fault.LONG_NAME, name, len(name) > LONGEST),
        (Fault.LONG_VALUE, name, len(value) > LONGEST),
        (Fault.RESERVED, name, name.lower().startswith(PREFIX)),
        (Fault.TWICE, name, name in before),
    )
    return next(((fault, what) for fault, what, is_wrong in checks if is_wrong), None)


def written(tags: Mapping[str, str]) -> str:
    """Return tags as they are typed."""
    return "\n".join(f"{name}={value}" for name, value in tags.items())


def pairs(text: str) -> dict[str, str]:
    """Return the pairs in a text that may be half typed; of a name the last one counts."""
    found = (pair(line) for line in _lines(text) if "=" in line)
    return {name: value for name, value in found if name}


def of_volume(metadata: Mapping[str, str]) -> dict[str, str]:
    """Return the entries of a volume's metadata that are people's own and can be tags."""
    return {
        name: value
        for name, value in metadata.items()
        if name not in SYSTEM
        and not name.lower().startswith(_SYSTEM_PREFIXES)
        and read(f"{name}={value}").tags == {name: value}
    }
