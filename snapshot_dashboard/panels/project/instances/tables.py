# SPDX-License-Identifier: Apache-2.0
"""Stock's table of instances with more row actions, and one that tells more."""

from __future__ import annotations

from typing import Any

from openstack_dashboard.dashboards.project.instances import tables as stock

from snapshot_dashboard.panels.features.revert_in_place.actions import RevertInstance
from snapshot_dashboard.panels.features.schedules.actions import ScheduleInstance
from snapshot_dashboard.panels.features.snapshot_restrictions.actions import with_ours
from snapshot_dashboard.panels.features.snapshot_set.actions import SnapshotVolumes


def _with_snapshots(actions: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the row actions with ours after stock's Create Snapshot, or at the end."""
    ours = (SnapshotVolumes, ScheduleInstance, RevertInstance)
    place = actions.index(stock.CreateSnapshot) + 1 if stock.CreateSnapshot in actions else None
    if place is None:
        return (*actions, *ours)
    return (*actions[:place], *ours, *actions[place:])


class InstancesTable(stock.InstancesTable):
    """Stock's columns, rows and actions; the additional actions need no API call."""

    class Meta(stock.InstancesTable.Meta):
        """Stock's names."""

        table_actions = with_ours(tuple(stock.InstancesTable.Meta.table_actions))
        row_actions = with_ours(_with_snapshots(tuple(stock.InstancesTable.Meta.row_actions)))
