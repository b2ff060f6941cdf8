# SPDX-License-Identifier: Apache-2.0
"""What one can do with snapshots that belong together: the links of every page that shows a set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.http import urlencode
from openstack_dashboard import policy

from snapshot_dashboard import settings as ours
from snapshot_dashboard.panels.common.links import page

LAUNCH_RULES = (("volume", "volume:create"), ("compute", "os_compute_api:servers:create"))
_REVERT = (("volume", "volume:reimage_reserved"), ("compute", "os_compute_api:os-shelve:shelve"))
_DELETE = (("volume", "volume:delete_snapshot"),)


@dataclass(frozen=True, slots=True)
class SetUse:
    """The addresses, empty where there is no such page or the role does not allow it.

    ``group_url`` leads to the group snapshot, with which alone its snapshots can be deleted.
    """

    launch_url: str = ""
    revert_url: str = ""
    delete_url: str = ""
    group_url: str = ""

    def __bool__(self) -> bool:
        return bool(self.launch_url or self.revert_url or self.delete_url or self.group_url)


def of_set(
    request: HttpRequest, snapshot_ids: Sequence[str], *, group_snapshot_id: str = ""
) -> SetUse:
    """Return what this person can do with the snapshots of a set; nothing with none."""
    if not snapshot_ids:
        return SetUse()
    ids = [("id", each) for each in snapshot_ids]
    back = page("horizon:project:snapshots:index")
    launch = page("horizon:project:snapshots:launch_set")
    delete = page("horizon:project:snapshots:delete_several")
    may_delete = bool(delete) and policy.check(_DELETE, request)
    group = page("horizon:project:vg_snapshots:detail", group_snapshot_id)
    in_group = bool(group_snapshot_id)
    return SetUse(
        launch_url=f"{launch}?{urlencode([*ids, ('next', request.get_full_path())])}"
        if launch and policy.check(LAUNCH_RULES, request)
        else "",
        revert_url=_revert_url(request, snapshot_ids),
        # The way back is a list: this page has nothing more to show afterwards.
        delete_url=f"{delete}?{urlencode([*ids, ('next', back)])}"
        if may_delete and not in_group
        else "",
        group_url=group if in_group else "",
    )


def _revert_url(request: HttpRequest, snapshot_ids: Sequence[str]) -> str:
    """Return what finds the instance of the volumes; whether they have one is not known here."""
    found = page("horizon:project:volumes:revert_in_place_of")
    if not found or ours.says_only("REIMAGE_FROM_SNAPSHOT", "never"):
        return ""
    if not policy.check(_REVERT, request):
        return ""
    query = [*(("snapshot", each) for each in snapshot_ids), ("next", request.get_full_path())]
    return f"{found}?{urlencode(query)}"
