# SPDX-License-Identifier: Apache-2.0
"""Counts the planned objects, independently of what reads them back from the services."""

from collections.abc import Callable, Iterable

from devcloud.inside.storage_services import DOWN_POOL
from devcloud.inside.whole_cloud.plan import Size, Snapshot, project_name, user_name
from devcloud.whole_cloud import Totals, WholeCloud


def count(size: Size, snapshots: list[Snapshot], host: str) -> WholeCloud:
    """Count the snapshots; ``host`` is that of the volumes whose service is up."""
    names = [project_name(number) for number in range(size.projects)]
    return WholeCloud(
        volumes=size.volumes,
        instances=size.instances,
        together=_totals(snapshots),
        projects=dict.fromkeys(names, Totals())
        | _grouped(snapshots, lambda snapshot: project_name(snapshot.project)),
        users=_grouped(snapshots, lambda snapshot: user_name(snapshot.project)),
        hosts=_grouped(snapshots, lambda snapshot: DOWN_POOL if snapshot.volume.down else host),
        statuses=_grouped(snapshots, lambda snapshot: snapshot.status),
    )


def _grouped(
    snapshots: Iterable[Snapshot], name_of: Callable[[Snapshot], str]
) -> dict[str, Totals]:
    groups: dict[str, list[Snapshot]] = {}
    for snapshot in snapshots:
        groups.setdefault(name_of(snapshot), []).append(snapshot)
    return {name: _totals(group) for name, group in sorted(groups.items())}


def _totals(snapshots: list[Snapshot]) -> Totals:
    temporary = [snapshot for snapshot in snapshots if snapshot.temporary]
    return Totals(
        snapshots=len(snapshots),
        gibibytes=sum(snapshot.volume.size for snapshot in snapshots),
        failed=sum(snapshot.status == "error" for snapshot in snapshots),
        foreign=sum(snapshot.project != snapshot.volume.project for snapshot in snapshots),
        temporary=len(temporary),
        temporary_gibibytes=sum(snapshot.volume.size for snapshot in temporary),
        not_recorded=sum(snapshot.taken is None for snapshot in snapshots),
        oldest=min((snapshot.created for snapshot in snapshots), default=None),
    )
