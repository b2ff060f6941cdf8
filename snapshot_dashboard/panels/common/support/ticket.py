# SPDX-License-Identifier: Apache-2.0
"""Collects the context of a snapshot or volume for the text of a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from django.http import HttpRequest

from snapshot_dashboard.cloud.attachment import Situation
from snapshot_dashboard.cloud.partial_reads import Fact
from snapshot_dashboard.panels.common.lists.rows import Named
from snapshot_dashboard.rules.attachment import Exposure, Verdict
from snapshot_dashboard.rules.attention import StorageService, service_for
from snapshot_dashboard.rules.message import Message
from snapshot_dashboard.rules.ticket import Surroundings, named_holder
from snapshot_dashboard.rules.volume import Volume


class TicketSubject(Protocol):
    """The attributes that the details of snapshots and volumes have in common."""

    @property
    def services(self) -> Fact[Mapping[str, StorageService]]:
        """The storage services by host."""

    @property
    def messages(self) -> Fact[tuple[Message, ...]]:
        """What the storage service told, newest first."""


class Owned(Protocol):
    """The attributes that the rows of snapshots and volumes have in common."""

    owner: Named | None
    maker: Named | None


def surroundings(
    request: HttpRequest, row: Owned, situation: Fact[Situation], found: TicketSubject
) -> Surroundings:
    """Return what is around an object; a name that is not known is left to its id."""
    read = situation.value
    newest = found.messages.value[:1] if found.messages.value is not None else None
    host = read.exposure.volume.host if read else None
    return Surroundings(
        region=request.user.services_region or "",
        project_name=known_name(row.owner),
        user_name=known_name(row.maker),
        holders=_holders(read.exposure) if read else None,
        service=service_for(host, found.services.value or {}),
        message=None if newest is None else "".join(each.text for each in newest),
        request_id=None if newest is None else "".join(each.request_id for each in newest),
    )


def known_name(named: Named | None) -> str | None:
    """Return a name for a ticket, None while only the id is known."""
    return named.name if named is not None and named.known else None


def named_holders(volume: Volume) -> tuple[tuple[str, str], ...]:
    """Return what a volume names itself: instances by id, whose states are not known here."""
    return tuple((each.instance_id or each.host or "", "") for each in volume.attachments)


def _holders(exposure: Exposure) -> tuple[tuple[str, str], ...] | None:
    """Return names and states of what uses a volume, None where that could not be read."""
    if exposure.verdict is Verdict.ATTACHMENT_UNKNOWN and not exposure.holders:
        return None
    return tuple(map(named_holder, exposure.holders))
