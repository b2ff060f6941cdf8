# SPDX-License-Identifier: Apache-2.0
"""What snapshots mean for a change of their volume, and the panel that tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from snapshot_dashboard.cloud.dependents import SomeSnapshots
from snapshot_dashboard.cloud.partial_reads import Fact
from snapshot_dashboard.panels.common import causes
from snapshot_dashboard.panels.common.html import isolated, link, sentence
from snapshot_dashboard.panels.common.links import page, snapshots_of
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.rules.snapshot import Snapshot

# As many snapshots that are not Available are named; the others are counted.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Restriction:
    """What is true of each volume that has snapshots, and what to do next.

    ``needs_available``: a snapshot that is not Available is a reason by itself.
    """

    consequence: str | Promise
    advice: str | Promise
    needs_available: bool = False


# All tried with Cinder 29: it refuses some at once, and undoes others after it has accepted them.
RETYPE = Restriction(
    gettext_lazy(
        "A volume with snapshots cannot be moved to other storage. Where the new type needs that, "
        "the change is accepted and undone afterwards: the volume keeps its type."
    ),
    gettext_lazy(
        "Look at the type of the volume afterwards. To move the volume, delete its snapshots first."
    ),
)
EXTEND = Restriction(
    gettext_lazy(
        "Revert Volume needs a snapshot of the same size as the volume. Once the volume is "
        "extended, it cannot be reverted to any snapshot that was taken before."
    ),
    gettext_lazy("Volumes can still be made from these snapshots."),
)
TRANSFER = Restriction(
    gettext_lazy(
        "Snapshots go along with their volume, with their names, descriptions and metadata. When "
        "the transfer is accepted, your project can no longer see or use them."
    ),
    gettext_lazy("The transfer is refused while a snapshot of the volume is not Available."),
    needs_available=True,
)
MIGRATE = Restriction(
    gettext_lazy(
        "The storage service refuses to migrate a volume that has snapshots, with Force Host Copy "
        "too."
    ),
    gettext_lazy("The snapshots have to be deleted first; ask their owner."),
)


@dataclass(frozen=True, slots=True)
class Panel:
    """The panel of a dialog; ``items`` are snapshots below ``heading``, each a link."""

    title: SafeString
    lines: tuple[SafeString, ...]
    heading: SafeString | str = ""
    items: tuple[SafeString, ...] = ()
    url: str = ""


def panel(
    restriction: Restriction, found: Fact[SomeSnapshots], volume_id: str, dashboard: str
) -> Panel | None:
    """Return what to tell, None where the volume has no snapshots."""
    snapshots = found.value
    if snapshots is None:
        return _unknown(restriction, found, volume_id, dashboard)
    if not snapshots.count:
        return None
    unusable = [
        each for each in snapshots.newest if restriction.needs_available and not each.usable
    ]
    return Panel(
        title=_title(snapshots),
        lines=(sentence(restriction.consequence), sentence(restriction.advice)),
        heading=_heading(len(unusable)) if unusable else "",
        items=_items(unusable, dashboard),
        url=snapshots_of(volume_id, dashboard),
    )


def _unknown(
    restriction: Restriction, found: Fact[SomeSnapshots], volume_id: str, dashboard: str
) -> Panel:
    why = (sentence(causes.cause(found.error.failure)),) if found.error else ()
    told = (sentence(restriction.consequence), sentence(restriction.advice))
    return Panel(
        title=sentence(_("It is not known whether this volume has snapshots.")),
        lines=(*why, sentence(_("If it has any, the following applies.")), *told),
        url=snapshots_of(volume_id, dashboard),
    )


def _title(snapshots: SomeSnapshots) -> SafeString:
    count = snapshots.count
    if snapshots.complete:
        text = ngettext(
            "This volume has %(count)d snapshot.", "This volume has %(count)d snapshots.", count
        )
    else:
        text = ngettext(
            "This volume has %(count)d or more snapshots.",
            "This volume has %(count)d or more snapshots.",
            count,
        )
    return sentence(text, count=count)


def _heading(count: int) -> SafeString:
    text = ngettext(
        "%(count)d of them is not Available now:", "%(count)d of them are not Available now:", count
    )
    return sentence(text, count=count)


def _items(unusable: Sequence[Snapshot], dashboard: str) -> tuple[SafeString, ...]:
    items = [_item(each, dashboard) for each in unusable[:_NAMED]]
    left = len(unusable) - _NAMED
    if left > 0:
        more = ngettext("and %(count)d more", "and %(count)d more", left)
        items.append(sentence(more, count=left))
    return tuple(items)


def _item(snapshot: Snapshot, dashboard: str) -> SafeString:
    url = page(f"horizon:{dashboard}:snapshots:detail", snapshot.id)
    name = link(url, isolated(snapshot.label))
    return sentence("%(name)s - %(status)s", name=name, status=status_word(snapshot.status))
