# SPDX-License-Identifier: Apache-2.0
"""The actions that open Hold and Release Hold: of a row, and of selected rows."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from snapshot_dashboard.panels.common.lists.row_links import WayBackLink
from snapshot_dashboard.panels.common.lists.rows import SnapshotRow
from snapshot_dashboard.panels.common.snapshot_changes import ChangeSeveral

_RULES = (("volume", "volume:update_snapshot_metadata"),)


class _KeepingLink(WayBackLink):
    """Row action that opens one of the dialogs."""

    classes = ("ajax-modal",)
    policy_rules = _RULES


class Hold(_KeepingLink):
    """Row action of a snapshot that is not on hold."""

    name = "hold"
    verbose_name = _("Hold")
    url = "horizon:project:snapshots:hold"
    icon = "lock"

    def allowed(self, request: HttpRequest, snapshot: SnapshotRow | None = None) -> bool:
        """Offer it where there is no hold."""
        return snapshot is None or snapshot.hold is None


class ReleaseHold(_KeepingLink):
    """Row action of a snapshot that is on hold."""

    name = "release_hold"
    verbose_name = _("Release Hold")
    url = "horizon:project:snapshots:release_hold"
    icon = "unlock"

    def allowed(self, request: HttpRequest, snapshot: SnapshotRow | None = None) -> bool:
        """Offer it where there is a hold."""
        return snapshot is None or snapshot.hold is not None


class _KeepingOfSeveral(ChangeSeveral):
    """Button above the table that opens a dialog about the selected rows."""

    policy_rules = _RULES


class HoldSeveral(_KeepingOfSeveral):
    """Button that opens Hold."""

    name = "hold_several"
    verbose_name = _("Hold")
    verbose_name_plural = verbose_name
    url = "horizon:project:snapshots:hold_several"
    icon = "lock"


class ReleaseHolds(_KeepingOfSeveral):
    """Button that opens Release Hold."""

    name = "release_holds"
    verbose_name = _("Release Hold")
    verbose_name_plural = verbose_name
    url = "horizon:project:snapshots:release_holds"
    icon = "unlock"


class KeepUntil(_KeepingLink):
    """Row action that opens Keep Until."""

    name = "keep_until"
    verbose_name = _("Keep Until")
    url = "horizon:project:snapshots:keep_until"
    icon = "calendar"


class KeepSeveralUntil(_KeepingOfSeveral):
    """Button that opens Keep Until."""

    name = "keep_several_until"
    verbose_name = _("Keep Until")
    verbose_name_plural = verbose_name
    url = "horizon:project:snapshots:keep_several_until"
    icon = "calendar"
