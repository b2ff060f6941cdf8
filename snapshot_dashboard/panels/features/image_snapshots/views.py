# SPDX-License-Identifier: Apache-2.0
"""The pages that show the snapshots of an image or of a group snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from horizon.views import HorizonTemplateView

from snapshot_dashboard.cloud import block_storage, groups, images
from snapshot_dashboard.cloud.errors import CloudError, NotFound
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.partial_reads import Fact, facts, values
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import causes, consistency_note, freed, problems
from snapshot_dashboard.panels.common.dates import shown_short
from snapshot_dashboard.panels.common.html import isolated, link
from snapshot_dashboard.panels.common.links import page, way_back
from snapshot_dashboard.panels.common.object_links import object_link, remembered
from snapshot_dashboard.panels.common.outcome import group_snapshot_link, image_link
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.set_use import of_set
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.rules import consistency
from snapshot_dashboard.rules.image import Image
from snapshot_dashboard.rules.snapshot import Snapshot

# An instance has a few volumes; what an image names is anybody's to write.
_MOST = 30
_GONE = Problem(
    gettext_lazy("This image no longer exists, or you cannot see it"),
    gettext_lazy("It may have been deleted. Snapshots that it consisted of stay."),
    tone="info",
)
_GROUP_GONE = Problem(
    gettext_lazy("This group snapshot no longer exists, or you cannot see it"),
    gettext_lazy("Its snapshots were deleted together with it."),
    tone="info",
)
_BROKEN = Problem(
    gettext_lazy("This image may not work any more"),
    gettext_lazy(
        "A snapshot that it consists of is gone, or you cannot see it. Without that snapshot no "
        "instance can be started from the image."
    ),
    gettext_lazy("If it is gone, delete the image, and its other snapshots if nobody needs them."),
    tone="warning",
)
_WITHOUT = Problem(
    gettext_lazy("This image consists of no snapshots"),
    gettext_lazy("It holds its data itself."),
    tone="info",
)


@dataclass(frozen=True, slots=True)
class SnapshotLine:
    """One snapshot of the image; ``otherwise`` is said in its place where it cannot be read."""

    name: SafeString
    volume: SafeString | str = ""
    size: int | str = ""
    status: str = ""
    taken: SafeString | str = ""
    created: str = ""
    otherwise: str = ""


class _SnapshotsView(HorizonTemplateView):
    """Each snapshot of something, with the way to it and what can be done with all of them."""

    template_name = "snapshot_dashboard/image_snapshots/page.html"
    gone: Problem

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Read the image, then its snapshots."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["back_url"] = way_back(self.request) or page("horizon:project:snapshots:index")
        try:
            return context | self.read(connect(self.request))
        except CloudError as error:
            return context | {"problem": problems.reading(error, self.gone)}

    def read(self, connection: Connection) -> dict[str, Any]:
        """Return what it is and a line for each of its snapshots.

        :raises CloudError: it cannot be read.
        """
        raise NotImplementedError


class ImageSnapshotsView(_SnapshotsView):
    """The snapshots that an image consists of."""

    page_title = gettext_lazy("Snapshots of an Image")
    gone = _GONE

    def read(self, connection: Connection) -> dict[str, Any]:
        """Return the image and a line for each of its snapshots.

        :raises CloudError: the image cannot be read.
        """
        image = connection.fetch(lambda: images.image(connection, self.kwargs["image_id"]))
        ids = sorted(image.snapshot_ids)
        found = facts(connection, partial(block_storage.snapshot, connection), ids[:_MOST])
        return {
            "image": image_link(image, isolated(image.label)),
            "empty": not image.size and bool(ids),
            "problem": _problem(image, found),
            "lines": _lines(self.request, connection, found),
            "others": _others(len(ids) - len(found)),
            "price": freed.price(values(found).values(), {}),
            "use": of_set(self.request, list(values(found))),
        }


class GroupSnapshotsView(_SnapshotsView):
    """The snapshots of a group snapshot."""

    page_title = gettext_lazy("Snapshots of a Group Snapshot")
    gone = _GROUP_GONE

    def read(self, connection: Connection) -> dict[str, Any]:
        """Return the group snapshot and a line for each of its snapshots.

        :raises CloudError: it cannot be read.
        """
        group_snapshot_id = self.kwargs["group_snapshot_id"]
        group_snapshot, members = groups.snapshots_of(connection, group_snapshot_id)
        found = {each.id: Fact(each) for each in members}
        return {
            "group_snapshot": group_snapshot_link(group_snapshot, isolated(group_snapshot.label)),
            "lines": _lines(self.request, connection, found),
            "price": freed.price(members, {}),
            "use": of_set(self.request, list(found), group_snapshot_id=group_snapshot.id),
        }


def _problem(image: Image, found: dict[str, Fact[Snapshot]]) -> Problem | None:
    if not image.snapshot_ids:
        return _WITHOUT
    gone = any(isinstance(each.error, NotFound) for each in found.values())
    return _BROKEN if gone else None


def _lines(
    request: HttpRequest, connection: Connection, found: dict[str, Fact[Snapshot]]
) -> list[SnapshotLine]:
    there = [each.value for each in found.values() if each.value]
    volume = remembered(connection, "volume", [each.volume_id for each in there])
    lines = []
    for snapshot_id, read in found.items():
        if read.value is None:
            lines.append(SnapshotLine(isolated(snapshot_id), otherwise=_otherwise(read.error)))
            continue
        snapshot = read.value
        url = page("horizon:project:snapshots:detail", snapshot.id)
        lines.append(
            SnapshotLine(
                name=link(url, isolated(snapshot.label)),
                volume=object_link("volume", volume(snapshot.volume_id)),
                size=snapshot.gib,
                status=status_word(snapshot.status),
                taken=consistency_note.cell(consistency.read(snapshot.metadata)),
                created=shown_short(request, snapshot.created_at),
            )
        )
    return lines


def _otherwise(error: CloudError | None) -> str:
    if error is None or isinstance(error, NotFound):
        return _("No longer there, or not visible to you.")
    return causes.message(error.failure)


def _others(count: int) -> str:
    if count < 1:
        return ""
    text = ngettext(
        "The image names %(count)d more snapshot, which is not shown.",
        "The image names %(count)d more snapshots, which are not shown.",
        count,
    )
    return text % {"count": count}
