# SPDX-License-Identifier: Apache-2.0
"""Turning the plan into rows of Cinder's, each a copy of one that Cinder wrote itself."""

import random
import sqlite3
import uuid
from collections.abc import Iterable, Iterator

from devcloud.inside import rows
from devcloud.inside.bulk.storage import VOLUME_TYPE, Template
from devcloud.inside.rows import Row
from devcloud.inside.storage_services import DOWN, DOWN_POOL
from devcloud.inside.whole_cloud import plan
from devcloud.inside.whole_cloud.customers import Customers
from snapshot_dashboard.rules import consistency
from snapshot_dashboard.rules.consistency import ConsistencyNote, Taken

# Nova's word for an instance that a snapshot was taken under, where there was one.
_STATES = {Taken.RUNNING: "ACTIVE", Taken.SHUT_OFF: "SHUTOFF"}


class Writer:
    """Makes the rows. The ids differ from cloud to cloud, the numbers do not."""

    def __init__(
        self, cinder: sqlite3.Connection, template: Template, customers: Customers
    ) -> None:
        (self._volume,) = rows.select(cinder, "volumes", "id", template.volume)
        (self._snapshot,) = rows.select(cinder, "snapshots", "id", template.snapshot)
        (down,) = rows.select(cinder, "services", "host", DOWN)
        self._down = {"host": DOWN_POOL, "service_uuid": down["uuid"]}
        self._customers = customers
        self._random = random.Random(template.volume)  # noqa: S311 - not a secret
        self._ids: dict[str, str] = {}

    @property
    def host(self) -> str:
        """The host of the volumes whose service is up."""
        return str(self._volume["host"])

    def volume(self, planned: plan.Volume) -> Row:
        """A detached volume."""
        self._ids[planned.name] = self.new_id()
        moments = ("created_at", "updated_at", "launched_at", "scheduled_at")
        row = self._volume | dict.fromkeys(moments, str(planned.created))
        return (
            row
            | self._owner(planned.project)
            | (self._down if planned.down else {})
            | {
                "id": self._ids[planned.name],
                "display_name": planned.name,
                "size": planned.size,
            }
        )

    def snapshot(self, planned: plan.Snapshot) -> Row:
        """A snapshot of a volume whose row was made."""
        return (
            self._snapshot
            | self._owner(planned.project)
            | {
                "id": self.new_id(),
                "volume_id": self._ids[planned.volume.name],
                "volume_size": planned.volume.size,
                "display_name": planned.name,
                "status": planned.status,
                "created_at": str(planned.created),
                "updated_at": str(planned.changed),
                "use_quota": not planned.temporary,
            }
        )

    def notes(self, planned: plan.Snapshot, row: Row) -> Iterator[Row]:
        """The metadata of a snapshot: what it was taken while, where that was noted."""
        if planned.taken is None:
            return
        state = _STATES.get(planned.taken)
        label = ConsistencyNote(
            planned.taken,
            instances=((self.new_id(), state),) if state else (),
            acknowledged=planned.taken is not Taken.DETACHED,
        )
        for key, value in consistency.write(label).items():
            yield {
                "created_at": row["created_at"],
                "deleted": False,
                "snapshot_id": row["id"],
                "key": key,
                "value": value,
            }

    def _owner(self, project: int) -> Row:
        customers = self._customers
        return {"project_id": customers.projects[project], "user_id": customers.users[project]}

    def new_id(self) -> str:
        """An id like those of the services."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))


def count_against_quotas(
    cinder: sqlite3.Connection,
    template: str,
    customers: Customers,
    volumes: Iterable[Row],
    snapshots: Iterable[Row],
) -> None:
    """Write what each project uses and may use; limits are those of the project ``template``."""
    used = {id_: {"volumes": 0, "snapshots": 0, "gigabytes": 0} for id_ in customers.projects}
    for row in volumes:
        used[row["project_id"]]["volumes"] += 1
        used[row["project_id"]]["gigabytes"] += row["size"]
    for row in snapshots:
        if row["use_quota"]:
            used[row["project_id"]]["snapshots"] += 1
            used[row["project_id"]]["gigabytes"] += row["volume_size"]
    usages = rows.select(cinder, "quota_usages", "project_id", template)
    limits = rows.select(cinder, "quotas", "project_id", template)
    for project, numbers in used.items():
        names = {template: project}
        copies = [rows.renamed(row, names) for row in usages]
        for copy in copies:
            copy["in_use"] = numbers[copy["resource"].removesuffix(f"_{VOLUME_TYPE}")]
        cinder.execute("DELETE FROM quotas WHERE project_id = ?", (project,))
        rows.insert(cinder, "quotas", (rows.renamed(row, names) for row in limits))
        rows.insert(cinder, "quota_usages", copies)
