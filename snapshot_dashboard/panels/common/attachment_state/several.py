# SPDX-License-Identifier: Apache-2.0
"""Several volumes of one dialog: what was read of each, and what has changed since it was shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from snapshot_dashboard.cloud import attachment
from snapshot_dashboard.cloud.attachment import Situation
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import problems
from snapshot_dashboard.panels.common.attachment_state import several_texts, verdicts
from snapshot_dashboard.panels.common.attachment_state.explanation import Explanation, explain
from snapshot_dashboard.panels.common.delete_action import reason_of
from snapshot_dashboard.panels.common.html import isolated, link, short
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.rules import sets
from snapshot_dashboard.rules.attachment import Exposure


@dataclass(frozen=True, slots=True)
class SeveralVolumes:
    """The situation of each volume by its id; ``left`` are errors of those that cannot be read."""

    situations: Mapping[str, Situation] = field(default_factory=dict)
    left: Mapping[str, CloudError] = field(default_factory=dict)

    @property
    def exposures(self) -> list[Exposure]:
        """Return the verdict on each volume that could be read."""
        return [each.exposure for each in self.situations.values()]

    @property
    def seen(self) -> str:
        """Return what is shown of each, for a form to carry."""
        return sets.write_seen(self.exposures)

    def judged(self, judge: Callable[[Situation], Exposure]) -> SeveralVolumes:
        """Return these volumes with each verdict as ``judge`` tells it of what was read."""
        return replace(
            self,
            situations={
                volume_id: replace(each, exposure=judge(each))
                for volume_id, each in self.situations.items()
            },
        )

    def needs_tick(self, chosen: Iterable[str]) -> bool:
        """Tell whether anything has to be accepted before these are copied."""
        return sets.needs_tick(self.situations[each].exposure for each in chosen)

    def news(self, seen: str, chosen: Iterable[str], *, again: bool = False) -> Problem | None:
        """Return what a person has not read yet, None where nothing has become worse.

        ``seen`` is what the form has shown, ``chosen`` the volumes that it is sent for. ``again``
        tells that it was sent before.
        """
        shown = sets.read_seen(seen)
        if not shown:
            return problems.OLD_FORM if seen else problems.NOT_SEEN
        wanted = list(chosen)
        changes = sets.news(shown, self.exposures, wanted)
        if changes:
            return several_texts.changed(changes, again=again)
        gone = [each for each in wanted if each not in self.situations]
        return several_texts.gone(short(each) for each in gone) if gone else None


Read = Callable[[Connection, Iterable[str]], Mapping[str, Situation | CloudError]]


def read(
    connection: Connection, volume_ids: Iterable[str], how: Read = attachment.read_all
) -> SeveralVolumes:
    """Read several volumes with all that is attached, side by side."""
    situations: dict[str, Situation] = {}
    left: dict[str, CloudError] = {}
    for volume_id, found in how(connection, volume_ids).items():
        if isinstance(found, CloudError):
            left[volume_id] = found
        else:
            situations[volume_id] = found
    return SeveralVolumes(situations, left)


@dataclass(frozen=True, slots=True)
class VolumeRow:
    """One volume of the dialog; ``reason`` says why it cannot be read."""

    id: str
    name: SafeString
    label: str = ""
    size: int | None = None
    type_name: str = ""
    state: str = ""
    explanation: Explanation | None = None
    attach_url: str = ""
    possible: bool = False
    included: bool = False
    needed: bool = False
    reason: str = ""


def rows(
    volumes: SeveralVolumes, user: Any, included: Iterable[str], *, resource: str = "snapshots"
) -> list[VolumeRow]:
    """Return each volume with its verdict, then those that cannot be read.

    ``resource`` is what is to be made of them.
    """
    wanted = frozenset(included)
    found = [_row(each, user, wanted, resource) for each in volumes.situations.values()]
    return found + [
        VolumeRow(each, isolated(short(each)), reason=reason_of(error))
        for each, error in volumes.left.items()
    ]


def _row(situation: Situation, user: Any, included: frozenset[str], resource: str) -> VolumeRow:
    exposure = situation.exposure
    volume = exposure.volume
    return VolumeRow(
        id=volume.id,
        name=link(page("horizon:project:volumes:detail", volume.id), isolated(volume.label)),
        label=volume.label,
        size=volume.size,
        type_name=volume.type_name or "",
        state=verdicts.brief(exposure.verdict),
        explanation=explain(situation, user, resource=resource),
        attach_url=reverse("horizon:project:volumes:attach", args=(volume.id,)),
        possible=not exposure.blocked,
        included=volume.id in included,
        needed=exposure.acknowledgement is not None,
    )
