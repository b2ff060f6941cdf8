# SPDX-License-Identifier: Apache-2.0
"""What the form of a revert in place shows: volumes with their snapshots, and the steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.revert_options import NEWEST
from snapshot_dashboard.panels.common import consistency_note
from snapshot_dashboard.panels.common.attachment_state.explanation import instance_status
from snapshot_dashboard.panels.common.dates import duration, shown
from snapshot_dashboard.panels.common.delete_action import reason_of
from snapshot_dashboard.panels.common.html import instance_link, isolated, link, sentence, short
from snapshot_dashboard.panels.common.links import page, snapshots_of
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.panels.features.revert_in_place import plan_texts as words
from snapshot_dashboard.panels.features.revert_in_place.plan_texts import BlockerTexts
from snapshot_dashboard.panels.features.revert_in_place.progress_texts import Teller
from snapshot_dashboard.rules import consistency, revert_progress, sets
from snapshot_dashboard.rules import revert_choice as choosing
from snapshot_dashboard.rules.revert_choice import Choice
from snapshot_dashboard.rules.revert_options import (
    Option,
    Reading,
    RevertOptions,
    VolumeOptions,
)
from snapshot_dashboard.rules.revert_plan import WAIT
from snapshot_dashboard.rules.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Box:
    """One thing that is in the way, and what to do."""

    title: SafeString
    risk: SafeString
    advice: SafeString
    support: bool


@dataclass(frozen=True, slots=True)
class OptionLine:
    """One snapshot in the list to choose from."""

    id: str
    text: str
    usable: bool
    selected: bool


@dataclass(frozen=True, slots=True)
class VolumeRow:
    """One volume: what it would go back to and lose, or what is in the way."""

    id: str
    name: SafeString
    label: str
    facts: str
    included: bool = False
    options: tuple[OptionLine, ...] = ()
    notes: tuple[SafeString, ...] = ()
    lost: SafeString = SafeString("")
    blocker: Box | None = None
    reason: SafeString = SafeString("")
    more_url: str = ""


def boxes(found: RevertOptions, read: Reading, lacking: tuple[str, ...]) -> list[Box]:
    """Return what keeps the whole instance from being reverted in place."""
    instance = found.instance
    parts = {
        "instance": instance_link(instance.id, instance.name or short(instance.id)),
        "status": instance_status(instance.status, locked=None),
        "task": isolated(instance.task or ""),
        "most": sets.MOST,
        "ephemeral": read.ephemeral or 0,
        "lacking": ", ".join(lacking),
    }
    return [_box(words.INSTANCE[each], parts) for each in found.blockers]


def _box(texts: BlockerTexts, parts: Mapping[str, object]) -> Box:
    return Box(
        sentence(texts.title, **parts),
        sentence(texts.risk, **parts),
        sentence(texts.advice, **parts),
        texts.support,
    )


def rows(
    request: HttpRequest,
    found: RevertOptions,
    choice: Choice,
    errors: Mapping[str, CloudError],
) -> list[VolumeRow]:
    """Return a row for each volume of the instance."""
    return [_row(request, each, choice, errors.get(each.id)) for each in found.volumes]


def _row(
    request: HttpRequest, each: VolumeOptions, choice: Choice, error: CloudError | None
) -> VolumeRow:
    volume, snapshot = each.volume, choice.snapshots.get(each.id)
    name = link(page("horizon:project:volumes:detail", each.id), isolated(each.label))
    row = VolumeRow(
        id=each.id,
        name=name,
        label=each.label,
        facts=_facts(each),
        reason=reason_of(error) if error else SafeString(""),
    )
    if each.blocker or snapshot is None:
        parts = {"status": status_word(volume.status) if volume else "", "volume_id": each.id}
        blocked = _box(words.VOLUME[each.blocker], parts) if each.blocker else None
        return replace(row, blocker=blocked)
    return replace(
        row,
        included=each.id in choice.included,
        options=tuple(_option(request, one, snapshot) for one in each.options),
        notes=tuple(_notes(each, snapshot)),
        lost=_lost(request, each, snapshot),
        more_url=snapshots_of(each.id) if len(each.options) >= NEWEST else "",
    )


def _facts(each: VolumeOptions) -> str:
    """Return what is said of a volume beside its name."""
    volume = each.volume
    if volume is None:
        return ""
    size = _("%(size)s GiB") % {"size": volume.gib}
    disk = _("looks like the system disk (root disk)") if each.system_disk else ""
    return " - ".join(filter(None, (size, volume.type_name, disk)))


def _option(request: HttpRequest, option: Option, chosen: Snapshot) -> OptionLine:
    snapshot = option.snapshot
    taken = consistency_note.word(consistency.read(snapshot.metadata))
    parts = [shown(request, snapshot.created_at), snapshot.label, taken]
    text = " - ".join(parts)
    if option.blocker:
        text = f"{text} ({words.SNAPSHOT[option.blocker]})"
    return OptionLine(snapshot.id, text, option.blocker is None, snapshot.id == chosen.id)


def _notes(each: VolumeOptions, snapshot: Snapshot) -> list[SafeString]:
    """Return what has to be known of a snapshot before it is used."""
    label = consistency.read(snapshot.metadata)
    volume = each.volume
    notes = [consistency_note.before_use(label, lambda one: isolated(short(one)))]
    if volume and volume.encrypted:
        notes.append(sentence(words.ENCRYPTED))
    if volume and None not in (volume.size, snapshot.size) and volume.size != snapshot.size:
        notes.append(sentence(words.EXTENDED, now=volume.gib, then=snapshot.gib))
    return notes


def _lost(request: HttpRequest, each: VolumeOptions, snapshot: Snapshot) -> SafeString:
    made = snapshot.created_at
    if made is None:
        text = _('Everything written to "%(volume)s" since this snapshot was taken will be lost.')
        return sentence(text, volume=isolated(each.label))
    text = _('Everything written to "%(volume)s" since %(date)s (%(age)s ago) will be lost.')
    age = duration((datetime.now(timezone.utc) - made).total_seconds())
    return sentence(text, volume=isolated(each.label), date=shown(request, made), age=age)


def steps(found: RevertOptions, choice: Choice, *, copy: bool) -> list[SafeString]:
    """Return the plan, a sentence for each step; the page of the plan says the same."""
    written = choosing.records(found, choice, "", copy=copy, now=0)
    if not written:
        return []
    plan = choosing.as_plan(found, written)
    teller = Teller(plan, WAIT, {each.id: each for each in choice.targets.values()})
    return [teller.item(each) for each in revert_progress.items(plan, WAIT)]


def together(found: RevertOptions, choice: Choice) -> dict[str, Any]:
    """Return whether the disks will belong to one moment, and where the choice comes from."""
    targets = choice.targets
    mixed = not choosing.are_together(targets.values())
    source = words.SOURCES.get(choice.source, "") if len(found.volumes) > 1 else ""
    return {
        "source": source,
        "mixed": words.MIXED if mixed else "",
        "partly": words.PARTLY if 0 < len(targets) < len(found.volumes) else "",
    }


def acknowledgement(found: RevertOptions, choice: Choice) -> SafeString:
    """Return the sentence to tick: it names the instance and each volume."""
    by_id = {each.id: each for each in found.volumes}
    names = ((isolated(by_id[each].label),) for each in choice.targets)
    return sentence(
        _(
            'I understand that instance "%(instance)s" will be off meanwhile, and that everything '
            "written since the dates above will be lost on: %(volumes)s."
        ),
        instance=isolated(found.instance.name or short(found.instance.id)),
        volumes=format_html_join(", ", '"{}"', names),
    )


Sizes = list[tuple[int | None, str | None]]


def sizes(found: RevertOptions, choice: Choice, *, copy: bool) -> Sizes:
    """Return size and type of each volume that is made: copies, and those for images."""
    volumes = [each.volume for each in found.volumes if each.id in choice.targets]
    types = {each.id: each.type_name for each in volumes if each}
    copies = [(each.size, each.type_name) for each in volumes if each and copy]
    helpers = [(each.size, types.get(each.volume_id)) for each in choosing.helped(found, choice)]
    return copies + helpers
