# SPDX-License-Identifier: Apache-2.0
"""Quotes names for the languages of programs.

What a shell, JSON, Python, YAML or HCL would take for its own is escaped, and the text is on one
line. js/common/programs.js does the same to what is typed; a browser test holds the two together.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from enum import Enum
from functools import partial

from snapshot_dashboard.rules.tags import pairs
from snapshot_dashboard.rules.text import plain

# YAML refuses them (its "c-printable").
_UNPRINTED = re.compile("[\ufffe\uffff]")
# Where HCL begins to evaluate something. It has "$${" for that, too, which is ambiguous after
# another "$".
_TEMPLATE = re.compile(r"([$%])(?=\{)")


class Quoting(Enum):
    """How a value is quoted; the script knows each by its value."""

    SHELL = "shell"
    # JSON inside of single quotes of a shell.
    JSON = "json"
    TEXT = "text"
    # A value in a playbook of Ansible.
    YAML = "yaml"
    HCL = "hcl"
    # Digits, which no language quotes.
    NUMBER = "number"
    # Shows by what stands around it that a box is ticked.
    FLAG = "flag"
    # Tags: an option of a shell's command for each, an object of JSON in single quotes of a shell,
    # and one that is a dict of Python, too.
    PROPERTIES = "properties"
    JSON_OBJECT = "json_object"
    OBJECT = "object"


def _unicode(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def shell(text: str) -> str:
    """Return a word of a POSIX shell."""
    return shlex.quote(plain(text))


def text(value: str) -> str:
    """Return a text in double quotes that is the same in Python, in YAML and in JSON."""
    escaped = plain(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_UNPRINTED.sub(_unicode, escaped)}"'


def json_in_shell(value: str) -> str:
    """Return a text of JSON that has no single quote, so that it can stand between two of them."""
    return text(value).replace("'", "\\u0027")


def yaml(value: str) -> str:
    """Return a text of YAML that Ansible does not evaluate.

    It evaluates braces in any text without this tag; one with it may lose its quotes, so that
    "true" becomes True (ansible-core 2.21). What has a brace is never taken for something else.
    """
    return f"!unsafe {text(value)}" if "{" in value else text(value)


def hcl(value: str) -> str:
    """Return a text of HCL, in which nothing is evaluated."""
    return _TEMPLATE.sub(_unicode, text(value))


def properties(value: str) -> str:
    """Return an option for each tag."""
    found = pairs(value).items()
    return " ".join(f"--property={shell(f'{name}={each}')}" for name, each in found)


def _object(quote: Callable[[str], str], value: str) -> str:
    said = (f"{quote(name)}: {quote(each)}" for name, each in pairs(value).items())
    return f"{{{', '.join(said)}}}"


_QUOTED: Mapping[Quoting, Callable[[str], str]] = {
    Quoting.SHELL: shell,
    Quoting.JSON: json_in_shell,
    Quoting.TEXT: text,
    Quoting.YAML: yaml,
    Quoting.HCL: hcl,
    Quoting.NUMBER: str,
    Quoting.FLAG: lambda _value: "",
    Quoting.PROPERTIES: properties,
    Quoting.JSON_OBJECT: partial(_object, json_in_shell),
    Quoting.OBJECT: partial(_object, text),
}


def quoted(quoting: Quoting, value: str) -> str:
    """Return a value as a language reads it."""
    return _QUOTED[quoting](value)
