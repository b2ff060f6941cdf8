# SPDX-License-Identifier: Apache-2.0
"""Reads what a cloud can do, for ``check --cloud``; changes nothing.

What cannot be read is a finding, too. What a role may change is told by no service: that is never
tried.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from snapshot_dashboard.cloud import administration, images
from snapshot_dashboard.cloud.answers import Record, entries, moment, text, told
from snapshot_dashboard.cloud.credentials import Connect
from snapshot_dashboard.cloud.errors import Forbidden, RequestFailed, Service
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules import cloud_check as rules
from snapshot_dashboard.rules.cloud_check import NAMES, Finding, State, because, unread
from snapshot_dashboard.rules.cloud_features import Facts, features

Value = TypeVar("Value")

_CINDER, _NOVA, _GLANCE = Service.BLOCK_STORAGE, Service.COMPUTE, Service.IMAGE
# Reads that are harmless, and what the pages do without where the role may not: by their names.
_READS: Mapping[str, tuple[Service, str, str]] = {
    "snapshots": (_CINDER, "/snapshots/detail", "nothing works"),
    "volumes": (_CINDER, "/volumes/detail", "nothing works"),
    "attachments": (_CINDER, "/attachments", "every volume is told as attachments unknown"),
    "messages": (_CINDER, "/messages", "why something has failed is not told"),
    "backups": (_CINDER, "/backups", "backups are not shown"),
    "groups": (_CINDER, "/groups", "groups are not shown"),
    "instances": (_NOVA, "/servers", "every attached volume is told as state unknown"),
    "images": (_GLANCE, "/images", "images are not shown"),
}
_ONE = {"limit": 1}
_IMAGES, _PAGES = 500, 10


@dataclass(frozen=True)
class Survey:
    """What was found, under headings, in the order in which an operator reads it.

    ``details`` are for programs: they are told as they were read.
    """

    parts: Mapping[str, tuple[Finding, ...]]
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return all of them."""
        return tuple(each for part in self.parts.values() for each in part)


def survey(connect: Connect, allowed: Mapping[str, bool], settings: Mapping[str, object]) -> Survey:
    """Read it; ``allowed`` and ``settings`` are a Horizon's (see :class:`Facts`)."""
    return _Surveyor(connect).look(allowed, settings)


class _Surveyor:
    """Reads one thing after the other, each with the time that one request has."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._versions: dict[Service, tuple[int, int]] = {}
        self._unread: set[Service] = set()
        self._details: dict[str, Any] = {}

    def look(self, allowed: Mapping[str, bool], settings: Mapping[str, object]) -> Survey:
        """Return everything."""
        services = tuple(map(self._service, NAMES))
        image = self._found("raw_images", "Images of format raw", _raw_images)
        backup = self._found("backup", "Backup service", _backup)
        guests = self._found("guest_agent_images", "Images with a guest agent", self._guests)
        facts = Facts(
            versions=self._versions,
            unread=frozenset(self._unread),
            allowed=allowed,
            settings=settings,
            raw_images=image.state is State.YES,
            backup=backup,
            frozen=None if self._details.get("guest_agent_images", {}).get("certain") else guests,
        )
        rest = (
            image,
            backup,
            self._found("volume_types", "Volume types", self._types),
            self._found("name_part", "Search for a part of a name", _name_part),
            guests,
            *(self._extensions(each) for each in (_CINDER, _NOVA)),
        )
        parts = {
            "Services": (*services, self._clocks()),
            "What is there": rest,
            "What these roles may read": tuple(self._readable()),
            "Features": features(facts),
        }
        return Survey(parts, self._details)

    def _found(
        self, key: str, what: str, read: Callable[[Connection], tuple[State, str, str]]
    ) -> Finding:
        try:
            state, said, do = read(self._connect())
        except RequestFailed as error:
            return unread(key, what, error.failure)
        return Finding(key, state, f"{what}{said}", do)

    def _service(self, service: Service) -> Finding:
        key, name = service.name.lower(), NAMES[service]
        try:
            found = self._versions[service] = self._connect().version(service)
        except RequestFailed as error:
            finding = unread(key, name, error.failure)
            if finding.state is State.UNKNOWN:
                self._unread.add(service)
            return finding
        return Finding(key, State.YES, f"{name}{rules.api(found)}")

    def _clocks(self) -> Finding:
        """Tell how far the clocks that have been heard are ahead of this machine's."""
        ours = self._connect()
        found = {each: ours.clock(each) for each in self._versions}
        known = {each: ahead for each, ahead in found.items() if ahead is not None}
        self._details["clocks_ahead_seconds"] = {
            each.name.lower(): ahead.total_seconds() for each, ahead in known.items()
        }
        return rules.clocks(known)

    def _readable(self) -> list[Finding]:
        refused = []
        may = []
        for name, (service, path, without) in _READS.items():
            if service not in self._versions:
                continue
            try:
                self._connect().call(service, "GET", path, query=_ONE)
            except RequestFailed as error:
                state = State.NO if isinstance(error, Forbidden) else State.UNKNOWN
                said = f"{name}: {because(error.failure)}; {without}"
                refused.append(Finding(f"read_{name}", state, said))
            else:
                may.append(name)
        changes = "What they may change is told by no service, and is not tried"
        return [
            Finding("readable", State.YES if may else State.NO, ", ".join(may) or "nothing"),
            *refused,
            Finding("changeable", State.UNKNOWN, changes),
        ]

    def _types(self, connection: Connection) -> tuple[State, str, str]:
        answer = connection.cinder("GET", "/types", query={"is_public": "None"})
        default = _default_type(connection)
        found = [
            {
                "name": text(each, "name"),
                "default": text(each, "id") == default != "",
                "extra_specs": entries(each, "extra_specs"),
            }
            for each in answer.records("volume_types")
        ]
        self._details["volume_types"] = found
        shown = ", ".join(sorted(map(_type_shown, found)))
        return State.YES, f": {shown or 'none'}", ""

    def _extensions(self, service: Service) -> Finding:
        name = NAMES[service]
        read = partial(self._aliases, service)
        return self._found(f"{service.name.lower()}_extensions", f"Extensions of {name}", read)

    def _aliases(self, service: Service, connection: Connection) -> tuple[State, str, str]:
        answer = connection.call(service, "GET", "/extensions")
        found = sorted(text(each, "alias") for each in answer.records("extensions"))
        self._details.setdefault("extensions", {})[service.name.lower()] = found
        return State.YES, f": {len(found)}, listed by --json", ""

    def _guests(self, connection: Connection) -> tuple[State, str, str]:
        found, complete = images.guest_agent_images(connection, _IMAGES, _PAGES)
        lacking = [each for each in found if not each.demanded]
        self._details["guest_agent_images"] = {
            "complete": complete,
            "lack_os_require_quiesce": [{"id": each.id, "name": each.name} for each in lacking],
            "certain": [{"id": each.id, "name": each.name} for each in found if each.demanded],
        }
        names = [each.name or each.id for each in lacking]
        return rules.guest_agents(len(found), names, complete=complete)


def _default_type(connection: Connection) -> str:
    """Return the id of the type of a volume for which none is named, empty where not told."""
    try:
        return text(connection.cinder("GET", "/types/default").record("volume_type"), "id")
    except RequestFailed:
        return ""


def _type_shown(found: Record) -> str:
    more = ["default"] if found["default"] else []
    more += [f"{key}={value}" for key, value in sorted(found["extra_specs"].items())]
    return f"{found['name']} ({', '.join(more)})" if more else str(found["name"])


def _raw_images(connection: Connection) -> tuple[State, str, str]:
    if "raw" in images.disk_formats(connection):
        return State.YES, " are taken", ""
    return State.NO, " are not taken", "Add raw to disk_formats of Glance"


def _backup(connection: Connection) -> tuple[State, str, str]:
    try:
        found = administration.backup_services(connection)
    except Forbidden:
        return State.UNKNOWN, _newest_backup(connection), "Run this as an administrator"
    if any(each.up for each in found.values()):
        return State.YES, " is running", ""
    return State.NO, ": none is running", "Start cinder-backup"


def _newest_backup(connection: Connection) -> str:
    """Tell what a member can see of it."""
    why = ": only an administrator is told whether there is one"
    try:
        query = {"sort": "created_at:desc", "limit": 1}
        found = connection.cinder("GET", "/backups/detail", query=query).records("backups")
    except RequestFailed:
        return why
    made = moment(found[0].get("created_at")) if found else None
    if made is None:
        return f"{why}; this project has no backup"
    status = told(found[0], "status") or "unknown"
    return f"{why}; the newest backup of this project, of {made:%Y-%m-%d}, is {status}"


def _name_part(connection: Connection) -> tuple[State, str, str]:
    answer = connection.cinder("GET", "/resource_filters")
    filters = {
        text(each, "resource"): each.get("filters") for each in answer.records("resource_filters")
    }
    lacking = [each for each in ("volume", "snapshot") if "name~" not in (filters.get(each) or ())]
    if not lacking:
        return State.YES, ": Cinder itself finds it", ""
    why = ": Cinder does not filter by it for members; lists are looked through row by row"
    return State.NO, why, f"Add name~ for {', '.join(lacking)} to Cinder's resource_filters.json"
