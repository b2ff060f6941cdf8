# SPDX-License-Identifier: Apache-2.0
"""Texts about a snapshot: its description and the set it belongs to."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from snapshot_dashboard.panels.common.lists.rows import SnapshotRow
from snapshot_dashboard.rules import sets


def part_of(belongs: sets.Membership) -> str:
    """Return to how large a set a snapshot belongs."""
    text = ngettext("Part of a set of %(count)d", "Part of a set of %(count)d", belongs.count)
    return text % {"count": belongs.count}


def described(snapshot: SnapshotRow) -> str | None:
    """Return a snapshot's description, or what it is where nobody has made it."""
    if snapshot.temporary:
        return _("Temporary, made by the storage service. It goes away by itself.")
    return snapshot.description
