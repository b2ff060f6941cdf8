# SPDX-License-Identifier: Apache-2.0
"""Checks texts for Cinder, makes its answers readable, and names safe to paste.

In the description of a snapshot Cinder takes the characters of the Basic Multilingual Plane that
are printed (cinder/api/validation/parameter_types.py, ``valid_description_regex``). Names, and the
descriptions of volumes, take any.
"""

from __future__ import annotations

import re
import unicodedata

_LAST = "\ufffe"
# What a later version of Unicode has a use for may be accepted: that is left to Cinder.
_UNKNOWN = "Cn"
# The services' checks of a request's body name the whole pattern that a value does not match.
_PATTERN = re.compile(r" does not match '.{60,}'", re.DOTALL)
# Control and format characters, and line and paragraph separators: a pasted line break could
# start a command of its own, and a bidirectional override could hide what a command does.
_UNSAFE = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})


def plain(text: str) -> str:
    """Return the text on one line, every control or invisible character made a space."""
    return "".join(" " if unicodedata.category(char) in _UNSAFE else char for char in text)


def writable(text: str) -> str:
    """Return a text without halves of characters, which JSON can hold and no page can."""
    return text.encode(errors="replace").decode()


def readable(reason: str) -> str:
    """Return a service's reason without the regular expression that it may hold."""
    return _PATTERN.sub(" does not match the characters that are accepted", writable(reason))


def unaccepted(text: str) -> tuple[str, ...]:
    """Return the characters that are certainly refused, each once."""
    return tuple(dict.fromkeys(each for each in text if not _accepted(each)))


def _accepted(char: str) -> bool:
    category = unicodedata.category(char)
    if char >= _LAST:
        return False
    return category in (_UNKNOWN, "Zs") or category[0] not in "CZ"


def legible(char: str) -> str:
    """Return a character as it is, one that cannot be seen by its number and name."""
    if unicodedata.category(char)[0] not in "CZ":
        return char
    name = unicodedata.name(char, "")
    return f"U+{ord(char):04X} ({name})" if name else f"U+{ord(char):04X}"
