# SPDX-License-Identifier: Apache-2.0
"""Reads what a cloud can do, for ``check --cloud``; changes nothing."""

from __future__ import annotations

from collections.abc import Callable

from snapshot_dashboard.cloud import administration, block_storage, images
from snapshot_dashboard.cloud.credentials import Connect
from snapshot_dashboard.cloud.errors import Forbidden, RequestFailed
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.cloud_check import Finding, State, api, unread, ways_back


def findings(connect: Connect) -> tuple[Finding, ...]:
    """Return what can be told by reading; a service that fails is a finding, too."""
    found = [_read(connect, key, what, read) for key, what, read in _READS]
    has_images = any(each.key == "image" and each.state is State.YES for each in found)
    try:
        return (*found, *ways_back(connect().cinder_version(), has_images=has_images))
    except RequestFailed as error:
        return (*found, unread("ways_back", "Ways back to a snapshot", error.failure))


def _read(
    connect: Connect, key: str, what: str, read: Callable[[Connection], tuple[State, str]]
) -> Finding:
    try:
        state, text = read(connect())
    except RequestFailed as error:
        return unread(key, what, error.failure)
    return Finding(key, state, f"{what}{text}")


def _block_storage(connection: Connection) -> tuple[State, str]:
    return State.YES, api(connection.cinder_version())


def _compute(connection: Connection) -> tuple[State, str]:
    return State.YES, api(connection.compute_version())


def _image(connection: Connection) -> tuple[State, str]:
    if "raw" in images.disk_formats(connection):
        return State.YES, ", which takes images of format raw"
    return State.NO, ": takes no images of format raw"


def _backup(connection: Connection) -> tuple[State, str]:
    try:
        found = administration.backup_services(connection)
    except Forbidden:
        return State.UNKNOWN, ": only an administrator is told whether there is one"
    if any(each.up for each in found.values()):
        return State.YES, ""
    return State.NO, ": none is running"


def _types(connection: Connection) -> tuple[State, str]:
    return State.YES, f": {', '.join(sorted(block_storage.type_names(connection))) or 'none'}"


_READS = (
    ("block_storage", "Block Storage", _block_storage),
    ("compute", "Compute", _compute),
    ("image", "Image service", _image),
    ("backup", "Backup service", _backup),
    ("volume_types", "Volume types", _types),
)
