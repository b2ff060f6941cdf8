# SPDX-License-Identifier: Apache-2.0
"""Adapts our dataclasses to the attribute names that stock's tables read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from snapshot_dashboard.cloud.attachment import Situation
from snapshot_dashboard.cloud.block_storage import Transfer
from snapshot_dashboard.panels.common.html import isolated, short
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.rules import consistency, holds, keep_until
from snapshot_dashboard.rules.attachment import Holder, Verdict
from snapshot_dashboard.rules.schedules.schedule import SCHEDULE
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Attachment, Volume

# Said of what does not exist for this person: its page would say no more.
NOT_VISIBLE = gettext_lazy("(not visible to you)")


@dataclass(frozen=True, slots=True)
class Named:
    """Another object shown in a row; ``known`` is False while only its id is known.

    ``gone`` is one that does not exist for this person: it has no page to lead to.
    """

    id: str
    name: str
    known: bool = True
    bootable: str = ""
    gone: bool = False

    @property
    def name_or_id(self) -> str:
        """Return the name under which stock's group columns ask for it."""
        return self.name


def named(object_id: str, name: str | None) -> Named:
    """Return a mention by name, or by short id until the name is known."""
    return Named(object_id, name or short(object_id), known=name is not None)


def _as_cinder_writes(moment: datetime | None) -> str:
    """Return a time in UTC without a zone: stock's templates read no other form."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f") if moment else ""


def _of_others(metadata: Mapping[str, str]) -> dict[str, str]:
    """Return the metadata without our notes, which the page tells in words."""
    prefix = consistency.PREFIX
    return {key: value for key, value in metadata.items() if not key.startswith(prefix)}


class VolumeRow:
    """A volume with the attributes of stock's volumes table."""

    def __init__(self, volume: Volume) -> None:
        self.volume = volume
        self.id = volume.id
        self.name = volume.label
        self.description = volume.description or None
        self.size = volume.gib
        self.status = volume.status
        self.volume_type = volume.type_name
        self.availability_zone = volume.availability_zone
        # Stock's overview template asks for the zone under this misspelt name.
        self.availabilty_zone = volume.availability_zone
        self.bootable = "true" if volume.bootable else "false"
        self.is_bootable = volume.bootable
        self.encrypted = volume.encrypted
        self.group_id = volume.group_id
        self.group: Named | None = None
        self.tenant_id = volume.project_id
        self.created_at = _as_cinder_writes(volume.created_at)
        self.metadata = _of_others(volume.metadata)
        self.volume_image_metadata = volume.image_metadata
        self.transfer: Transfer | None = None
        # The type that it was to have and does not have, where that was asked for here.
        self.wanted_type: str | None = None
        # Whether the note that an upload to an image has left can be taken away.
        self.upload_ended = False
        # Whose it is, where that is not plain from the page.
        self.owner: Named | None = None
        self.maker: Named | None = None
        self.attachments: list[dict[str, Any]] = [_entry(each) for each in volume.attachments]
        # What the details have read of its attachments, for the tabs that tell more of them.
        self.situation: Situation | None = None
        setattr(self, "os-vol-tenant-attr:tenant_id", volume.project_id)

    @property
    def status_label(self) -> str:
        """Return the status in the table's words, which stock's overview shows."""
        return status_word(self.status)

    def hold(self, holders: tuple[Holder, ...]) -> None:
        """Show these holders, which know more than the volume itself does."""
        self.attachments = [
            {
                "attachment_id": holder.attachment_id,
                "server_id": holder.instance_id,
                "id": self.id,
                "device": holder.device or "",
                "volume": self.volume,
                "volume_name": self.name,
                "host_name": holder.host,
                "instance": _mentioned(holder),
                "locked": holder.locked,
            }
            for holder in holders
        ]


def _mentioned(holder: Holder) -> Named:
    if holder.instance_id is None:
        return Named("", holder.host or _("a host"))
    if holder.verdict is Verdict.NOT_VISIBLE:
        name = f"{short(holder.instance_id)} {NOT_VISIBLE}"
        return Named(holder.instance_id, name, gone=True)
    return named(holder.instance_id, holder.instance.name if holder.instance else None)


def listed_instance(entry: Mapping[str, Any]) -> Named | None:
    """Return the instance of an attachment, marked where it is known to be locked."""
    instance: Named | None = entry["instance"]
    if instance is None or not entry.get("locked"):
        return instance
    return replace(instance, name=locked_name(instance.name))


def locked_name(name: str) -> str:
    """Return the name of a locked instance for a list that shows no states."""
    return _("%(instance)s (locked)") % {"instance": name}


def _entry(attachment: Attachment) -> dict[str, Any]:
    return {
        "attachment_id": attachment.id,
        "server_id": attachment.instance_id,
        "device": attachment.device or "",
        "host_name": attachment.host,
        "instance": named(attachment.instance_id, None) if attachment.instance_id else None,
    }


class SnapshotRow:
    """A snapshot with the attributes of stock's snapshots table."""

    def __init__(self, snapshot: Snapshot, volume: Named) -> None:
        self.snapshot = snapshot
        self.id = snapshot.id
        self.name = snapshot.label
        self.description = snapshot.description or None
        self.size = snapshot.gib
        self.status = snapshot.status
        # Stock's addresses need one; where none is told, they lead to what says that it is gone.
        self.volume_id = snapshot.volume_id or "-"
        self.project_id = snapshot.project_id
        self.created_at = _as_cinder_writes(snapshot.created_at)
        self.created = snapshot.created_at
        self.user_id = snapshot.user_id
        self.metadata = _of_others(snapshot.metadata)
        self.group_snapshot_id = snapshot.group_snapshot_id
        self.group_snapshot: Named | None = None
        self.volume_url = ""
        self._volume = volume
        # Made by Cinder for its own work, such as the copy behind a revert.
        self.temporary = snapshot.temporary
        self.label = consistency.read(snapshot.metadata)
        self.hold = holds.of(snapshot.metadata)
        self.keep_until = keep_until.of(snapshot.metadata)
        # Whether it says that a schedule has taken it.
        self.by_schedule = bool(snapshot.metadata.get(SCHEDULE))
        # What the owner is told below the status.
        self.status_text: SafeString | None = None
        # And on its own page, with what can be done.
        self.what_now: Mapping[str, Any] = {}
        # Links an instance of the note by its id.
        self.mention: Callable[[str], SafeString] = isolated
        setattr(self, "os-extended-snapshot-attributes:project_id", snapshot.project_id)
