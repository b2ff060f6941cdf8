# SPDX-License-Identifier: Apache-2.0
"""What the page of a revert in place shows of one look at its plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from snapshot_dashboard.panels.common.dates import shown
from snapshot_dashboard.panels.common.html import instance_link, isolated, link
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.features.revert_in_place import progress_texts as words
from snapshot_dashboard.panels.features.revert_in_place.progress_texts import Teller
from snapshot_dashboard.rules import revert_progress as rules
from snapshot_dashboard.rules import revert_steps, revert_ticket
from snapshot_dashboard.rules.failure import Failure
from snapshot_dashboard.rules.message import Message
from snapshot_dashboard.rules.revert_plan import Plan, Step, Target
from snapshot_dashboard.rules.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look has found; ``failure`` and ``message`` tell why the plan has halted."""

    plan: Plan
    step: Step
    snapshots: Mapping[str, Snapshot]
    failure: Failure | None = None
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One step of the list: what is done, how far it is, and that in a word."""

    text: SafeString
    mark: str
    word: str | Promise


@dataclass(frozen=True, slots=True)
class VolumeLine:
    """One volume with its snapshot, and what it holds now."""

    name: SafeString
    snapshot: SafeString
    taken: str
    content: str
    holds: str | Promise
    copy: SafeString | str


@dataclass(frozen=True, slots=True)
class Offer:
    """A button, with the sentence that has to be ticked before, if one has to be."""

    do: str
    label: str | Promise
    sentence: SafeString | None = None
    warning: str | Promise = ""


def context(request: HttpRequest, looked: Looked, *, allowed: bool) -> dict[str, Any]:
    """Return what the template shows."""
    plan, step = looked.plan, looked.step
    teller = Teller(plan, step, looked.snapshots)
    state = words.with_message(words.with_reason(teller.state(), looked.failure), looked.message)
    return {
        "plan": plan,
        "state": replace(state, links=_links(plan)),
        "items": [_line(teller, each) for each in rules.items(plan, step)],
        "volumes": [_volume(request, looked, teller, each) for each in plan.targets],
        "offers": offers(plan, step, teller) if allowed else (),
        "barred": None if allowed or plan.over else words.NOT_ALLOWED,
        "old_copies": step.halt is not None and revert_steps.copies_are_old(plan),
        "halted": step.halt is not None,
        "pending": not plan.over and step.halt is None,
        # A script sends the form once more, so that it is written down.
        "unnoted": allowed and step.halt is not None and not plan.lead.record.halted,
        "works": allowed,
        "key": rules.fingerprint(plan, step),
        "announce": teller.announced(),
        "ticket": "" if plan.over or step.act else _ticket(request, looked),
        "slow": words.SLOW,
        "ticket_summary": _("Ticket for support"),
    }


def offers(plan: Plan, step: Step, teller: Teller) -> tuple[Offer, ...]:
    """Return what can be done about a plan that has halted."""
    found = []
    if revert_steps.can_retry(plan, step):
        label = words.TRY_AGAIN if words.is_again(step) else words.GO_ON
        found.append(Offer("go_on", label, teller.lost()))
    if revert_steps.can_give_up(plan, step):
        found.append(Offer("give_up", words.STOP_HERE, teller.ends(), teller.warning()))
    return tuple(found)


def _line(teller: Teller, item: rules.Item) -> Line:
    return Line(teller.item(item), item.mark.value, words.MARKS[item.mark])


def _volume(request: HttpRequest, looked: Looked, teller: Teller, target: Target) -> VolumeLine:
    volume, snapshot_id = target.volume, target.record.snapshot_id
    known, copy = looked.snapshots.get(snapshot_id), target.copy
    return VolumeLine(
        name=_named("volumes", volume.id, volume.label),
        snapshot=_named("snapshots", snapshot_id, teller.snapshot_name(target)),
        taken=shown(request, known.created_at) if known else "",
        content=looked.plan.content(target).value,
        holds=teller.holds(target),
        copy=_named("volumes", copy.id, copy.label) if copy else "",
    )


def _named(panel: str, object_id: str, name: str) -> SafeString:
    return link(page(f"horizon:project:{panel}:detail", object_id), isolated(name))


def _links(plan: Plan) -> tuple[SafeString, ...]:
    instance = plan.instance
    return (instance_link(instance.id, instance.name or instance.id),) if instance else ()


def _ticket(request: HttpRequest, looked: Looked) -> str:
    user, message, failure = request.user, looked.message, looked.failure
    around = revert_ticket.Around(
        region=user.services_region or "",
        project_id=user.project_id,
        project_name=user.project_name or "",
        user_name=user.username,
        message=message.text if message else failure.reason if failure else "",
        request_id=message.request_id if message else failure.request_id if failure else "",
    )
    return revert_ticket.of_plan(looked.plan, looked.step, looked.snapshots, around)
