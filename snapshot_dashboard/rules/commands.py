# SPDX-License-Identifier: Apache-2.0
"""The `openstack` commands that do the same as our dialogs, safe to paste into a POSIX shell."""

from __future__ import annotations

import shlex
import unicodedata

# Control and format characters, and line and paragraph separators: a pasted line break could
# start a command of its own, and a bidirectional override could hide what a command does.
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})


def plain(text: str) -> str:
    """Return the text on one line, every control or invisible character made a space."""
    return "".join(
        " " if unicodedata.category(char) in _UNSAFE_CATEGORIES else char for char in text
    )


def _option(name: str, value: str) -> str:
    # "--name=value", so that a value that begins with a dash is not taken for an option.
    return f"--{name}={shlex.quote(plain(value))}"


def _command(words: list[str], name: str) -> str:
    # "--" ends the options: a name may begin with a dash.
    return " ".join([*words, "--", shlex.quote(plain(name))])


def create_snapshot(volume_id: str, name: str, description: str = "", *, force: bool) -> str:
    """Return the command that makes a snapshot; ``force`` for a volume that is attached."""
    words = ["openstack volume snapshot create", _option("volume", volume_id)]
    if force:
        words.append("--force")
    if description:
        words.append(_option("description", description))
    return _command(words, name)


def create_volume(
    snapshot_id: str,
    name: str,
    size: int,
    *,
    description: str = "",
    type_name: str | None = None,
    availability_zone: str | None = None,
) -> str:
    """Return the command that makes a volume of ``size`` GiB from a snapshot."""
    words = [
        "openstack volume create",
        _option("snapshot", snapshot_id),
        _option("size", str(size)),
    ]
    if type_name:
        words.append(_option("type", type_name))
    if availability_zone:
        words.append(_option("availability-zone", availability_zone))
    if description:
        words.append(_option("description", description))
    return _command(words, name)
