# SPDX-License-Identifier: Apache-2.0
"""Reads the snapshots of one project for Clean Up, and what depends on them, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from enum import Enum

from snapshot_dashboard import settings
from snapshot_dashboard.cloud import administration, compute, dependents, images, snapshot_scan
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.images import EmptyImages
from snapshot_dashboard.cloud.session import Connection, Deadline
from snapshot_dashboard.rules import consistency
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.source_search import search_of
from snapshot_dashboard.rules.volume import Volume

_PAGE = 500


class Part(Enum):
    """What is being read."""

    SNAPSHOTS = "snapshots"
    INSTANCES = "instances"
    VOLUMES = "volumes"


class Inventory:
    """The snapshots of a project, with what is known of their surroundings.

    ``complete``: all snapshots were read. ``instances`` are the ids of those that exist, ``made``
    the volumes that were made from each snapshot, ``images`` those that need one; None where they
    could not be read, or were not needed. ``types`` are those of the volumes that were read.

    With ``project_id`` it is another project's, which is told to administrators alone.
    """

    def __init__(self, connection: Connection, project_id: str = "") -> None:
        self.project_id = project_id
        self.connection = snapshot_scan.limited(connection)
        self.snapshots: list[Snapshot] = []
        self.complete = False
        self.instances: frozenset[str] | None = None
        self.made: dict[str, list[Volume]] | None = None
        self.images: EmptyImages | None = None
        self.types: dict[str, str | None] = {}

    def fresh(self) -> Connection:
        """Return a connection with the time of a page, whatever the reading has taken."""
        return replace(self.connection, deadline=Deadline(settings.get("PAGE_SECONDS")))

    def read(self) -> Iterator[tuple[Part, int]]:
        """Read everything, telling how much of what was read.

        :raises RequestFailed: the snapshots cannot be read, or the session has ended; what was
            read until then stays.
        """
        other = {"project_id": self.project_id} if self.project_id else {}
        # A role that may not see other projects is answered with its own, which is left out.
        mine = self.project_id or self.connection.project_id
        pages = administration.walk(self.connection, other, size=_PAGE, everywhere=bool(other))
        for page in pages:
            snapshot_scan.next_step(self.connection)
            self.snapshots += [each for each in page if each.id and each.project_id == mine]
            yield Part.SNAPSHOTS, len(self.snapshots)
        self.complete = True
        for beside in (self._read_instances, self._read_volumes, self._read_images):
            # They are told as not read; without them the list is of use all the same.
            try:
                yield from beside()
            except CloudError:
                continue

    def _read_instances(self) -> Iterator[tuple[Part, int]]:
        notes = (consistency.read(each.metadata) for each in self.snapshots)
        if not any(each.instances for each in notes):
            return
        found: set[str] = set()
        pages = compute.instance_ids(snapshot_scan.next_step(self.connection), self.project_id)
        for page in pages:
            found.update(page)
            yield Part.INSTANCES, len(found)
        self.instances = frozenset(found)

    def _read_volumes(self) -> Iterator[tuple[Part, int]]:
        wanted, marker, count = search_of(self.snapshots), "", 0
        prices = settings.prices()
        if prices and prices.differ:
            # A volume is older than its snapshots, and its type is what they are paid for by.
            wanted = replace(wanted, since=None)
        made: dict[str, list[Volume]] = {}
        while wanted.ids:
            now = snapshot_scan.next_step(self.connection)
            part = dependents.part(
                now,
                wanted,
                marker,
                size=dependents.PART,
                counted=False,
                project_id=self.project_id,
            )
            for each in part.volumes:
                made.setdefault(each.snapshot_id or "", []).append(each)
            self.types |= {each.id: each.type_name for each in part.read}
            count += len(part.read)
            yield Part.VOLUMES, count
            marker = part.marker
            if not marker:
                break
        self.made = made

    def _read_images(self) -> Iterator[tuple[Part, int]]:
        now = snapshot_scan.next_step(self.connection)
        if now.image_url and self.snapshots:
            self.images = now.fetch(lambda: images.newest_empty_images(now, self.project_id))
        yield from ()
