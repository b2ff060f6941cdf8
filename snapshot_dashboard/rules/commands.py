# SPDX-License-Identifier: Apache-2.0
"""Builds the equivalent ``openstack`` commands, quoted for a POSIX shell."""

from __future__ import annotations

import shlex
import unicodedata
from collections.abc import Mapping

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


def _command(base: str, options: Mapping[str, str], name: str) -> str:
    words = [base, *(_option(key, value) for key, value in options.items() if value)]
    # "--" ends the options: a name may begin with a dash.
    return " ".join([*words, "--", shlex.quote(plain(name))])


def snapshot_base(volume_id: str, *, force: bool) -> str:
    """Return the part of :func:`create_snapshot` that nothing typed in the form changes."""
    command = f"volume snapshot create {_option('volume', volume_id)}"
    # Client 10.5 loses "--force" on its way at its own choice of version (3.65): Cinder then
    # refuses. From 3.66 on Cinder needs no force; older clients still want the option.
    if force:
        return f"openstack --os-volume-api-version=3.66 {command} --force"
    return f"openstack {command}"


def create_snapshot(volume_id: str, name: str, description: str = "", *, force: bool) -> str:
    """Return the command that makes a snapshot; ``force`` for a volume that is attached."""
    return _command(snapshot_base(volume_id, force=force), {"description": description}, name)


def volume_base(snapshot_id: str) -> str:
    """Return the part of :func:`create_volume` that nothing typed in the form changes."""
    return f"openstack volume create {_option('snapshot', snapshot_id)}"


def create_volume(
    snapshot_id: str,
    name: str,
    size: int,
    *,
    description: str = "",
    type_name: str | None = None,
    availability_zone: str | None = None,
) -> str:
    """Return the command that makes a volume of ``size`` GiB from a snapshot.

    The options stand in the order of the form's fields: the page's script writes them so too.
    """
    options = {
        "description": description,
        "size": str(size),
        "type": type_name or "",
        "availability-zone": availability_zone or "",
    }
    return _command(volume_base(snapshot_id), options, name)
