# SPDX-License-Identifier: Apache-2.0
"""The part of the Revert Volume dialog that is updated while the dialog is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from snapshot_dashboard import settings
from snapshot_dashboard.cloud import revert
from snapshot_dashboard.cloud.errors import CloudError, NotFound
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.revert import RevertReading
from snapshot_dashboard.panels.common import consistency_note, programs, quota
from snapshot_dashboard.panels.common.attachment_state.explanation import (
    HolderLine,
    after_unlocking,
    holder_lines,
    holder_name,
)
from snapshot_dashboard.panels.common.dates import duration, shown
from snapshot_dashboard.panels.common.html import isolated, link, sentence
from snapshot_dashboard.panels.common.json_answers import JsonAnswer, problem_html, rendered
from snapshot_dashboard.panels.common.links import (
    launch_advice_url,
    page,
    revert_in_place_url,
    snapshots_of,
    with_query,
)
from snapshot_dashboard.panels.common.object_links import object_link, remembered
from snapshot_dashboard.panels.common.scope import elsewhere
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.panels.features.revert import texts as words
from snapshot_dashboard.rules import consistency
from snapshot_dashboard.rules import revert as rules
from snapshot_dashboard.rules.programs.operation import Action, Field, Operation
from snapshot_dashboard.rules.quota import Limit
from snapshot_dashboard.rules.revert import CopyState, RevertBlocker, Way
from snapshot_dashboard.rules.revert_plan import Reimaging
from snapshot_dashboard.rules.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Button:
    """A link shown as a button; ``modal`` opens it above the dialog.

    ``only`` tells that without an address what is said of it is left out, too.
    """

    url: str
    label: str
    modal: bool = True
    only: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """One box of the dialog: a blocker or warning, and what to do, with buttons."""

    tone: str
    title: SafeString
    risk: SafeString
    advice: SafeString
    holders: tuple[HolderLine, ...] = ()
    steps: tuple[str, ...] = ()
    next_steps: tuple[tuple[str, Button | None], ...] = ()
    buttons: tuple[Button, ...] = ()
    support: bool = False


def needed(reading: RevertReading) -> str:
    """Return which sentence has to be ticked: its name travels in the form."""
    failed = reading.copy is not None and reading.copy.state is CopyState.FAILED
    return "lost_without_copy" if failed else "lost"


def usable(reading: RevertReading) -> bool:
    """Tell whether the volume can be reverted now: no blocker, no unfinished copy."""
    unfinished = reading.copy is not None and reading.copy.state is CopyState.COPYING
    return not rules.blockers(reading.now) and not unfinished


def shown_of(request: HttpRequest, reading: RevertReading) -> dict[str, Any]:
    """Return what the templates need to tell a situation."""
    found = rules.blockers(reading.now)
    parts = _parts(request, reading)
    panels = [_panel(each, reading, parts) for each in found] or [_warning(reading, parts)]
    copy = reading.copy
    failed = needed(reading) == "lost_without_copy"
    agreed = (
        _("I understand that the copy failed, and that changes since %(date)s will be lost.")
        if failed
        else _("I understand that changes since %(date)s will be lost.")
    )
    return {
        "explanation": panels[0],
        "panels": panels,
        "blocked": bool(found),
        "passing": bool(words.PASSING.intersection(found)),
        "taken_while": _taken_while(request, reading.snapshot),
        "copy": copy,
        "copy_state": copy.state.value if copy else "none",
        "copied": _copied(request, copy) if copy else "",
        "offers_copy": copy is None or copy.state in (CopyState.FAILED, CopyState.OUTDATED),
        "copy_size": reading.volume.gib,
        "copy_url": page("horizon:project:volumes:detail", copy.volume.id) if copy else "",
        "usable": usable(reading),
        "reimaged": _reimaged(reading) if not found else "",
        "only_newest": not reading.now.reimage,
        "needed": needed(reading),
        "acknowledgement": sentence(agreed, date=parts["date"]),
        "seen": rules.fingerprint(reading.now, copy),
        **_programs(request, reading),
    }


def copy_quota(
    reading: RevertReading, limits: Mapping[str, Limit] | None
) -> tuple[quota.QuotaText, ...]:
    """Return the lines about what a copy would use."""
    return quota.texts(limits, "volumes", reading.volume.size, reading.volume.type_name)


def _parts(request: HttpRequest, reading: RevertReading) -> dict[str, object]:
    snapshot, volume = reading.snapshot, reading.volume
    names = ((holder_name(each),) for each in reading.now.exposure.holders)
    made = snapshot.created_at
    newest = reading.now.newest
    return {
        "volume": isolated(volume.label),
        "snapshot": isolated(snapshot.label),
        "newer": isolated(newest.label if newest else ""),
        "date": shown(request, made),
        "age": duration((connect(request).now() - made).total_seconds()) if made else "",
        "holders": format_html_join(", ", "{}", names),
        "now": volume.gib,
        "then": snapshot.gib,
        "volume_status": status_word(volume.status),
        "snapshot_status": status_word(snapshot.status),
        "volume_id": volume.id,
    }


# So many newer snapshots are named.
_NAMED = 5
_REIMAGED = gettext_lazy(
    "The content of the snapshot is copied into the volume, which takes longer the larger the "
    "volume is. The volume keeps its ID and its size of %(size)s GiB."
)
_REIMAGED_NEWER = gettext_lazy(
    "The content of the snapshot is copied into the volume, which takes longer the larger the "
    "volume is. The volume keeps its ID and its size of %(size)s GiB. Newer snapshots stay: "
    "%(newer)s."
)
_REIMAGED_MANY = gettext_lazy(
    "The content of the snapshot is copied into the volume, which takes longer the larger the "
    "volume is. The volume keeps its ID and its size of %(size)s GiB. %(count)s newer snapshots "
    "stay, among them %(newer)s."
)
_BY_IMAGE = gettext_lazy(
    "In this cloud an image is made of the snapshot first. It takes room for one more volume, and "
    "longer; volume and image are removed in the end."
)
_NO_PROGRAM = gettext_lazy(
    "No program is shown for this: the revert takes many steps, with an image that is made and "
    "deleted on the way."
)
_GOES_BACK = gettext_lazy(
    'The volume goes back to the state in snapshot "%(snapshot)s", taken %(age)s ago. '
    "This cannot be undone."
)
_GOES_BACK_UNDATED = gettext_lazy(
    'The volume goes back to the state in snapshot "%(snapshot)s". This cannot be undone.'
)


def _warning(reading: RevertReading, parts: Mapping[str, object]) -> Panel:
    return Panel(
        "warning",
        sentence(
            _('Everything written to "%(volume)s" since %(date)s will be lost'),
            volume=parts["volume"],
            date=parts["date"],
        ),
        sentence(_GOES_BACK if parts["age"] else _GOES_BACK_UNDATED, **parts),
        SafeString(""),
    )


def _reimaged(reading: RevertReading) -> SafeString:
    """Return how a volume goes back that Cinder cannot revert by itself, "" for one that it can."""
    if rules.way(reading.now) is Way.REVERT:
        return SafeString("")
    size = isolated(str(reading.volume.gib))
    newer = reading.now.newer
    first = sentence(_BY_IMAGE) if reading.now.reimaging is Reimaging.IMAGE else ""
    return format_html("{} {}", _copied_back(newer, size), first)


def _copied_back(newer: Sequence[Snapshot], size: SafeString) -> SafeString:
    if not newer:
        return sentence(_REIMAGED, size=size)
    names = format_html_join(", ", '"{}"', ((isolated(each.label),) for each in newer[:_NAMED]))
    text = _REIMAGED_NEWER if len(newer) <= _NAMED else _REIMAGED_MANY
    return sentence(text, size=size, newer=names, count=str(len(newer)))


def _panel(blocker: RevertBlocker, reading: RevertReading, parts: Mapping[str, object]) -> Panel:
    telling = words.TELLINGS[blocker]
    if blocker is RevertBlocker.SYSTEM_DISK and _in_place_url(reading):
        telling = words.SYSTEM_DISK_IN_PLACE
    makers = _buttons(reading)
    held = blocker in (
        RevertBlocker.SYSTEM_DISK,
        RevertBlocker.PERHAPS_SYSTEM_DISK,
        RevertBlocker.ATTACHED,
        RevertBlocker.NOT_VISIBLE,
    )
    buttons = (makers[each]() for each in telling.buttons if each in makers)
    ways = ((text, makers[each]() if each else None) for text, each in telling.next_steps)
    holders = reading.now.exposure.holders if held else ()
    return Panel(
        "neutral",
        sentence(telling.title, **parts),
        # Above the steps and ways, which begin with what a lock forbids.
        after_unlocking(sentence(telling.risk, **parts), holders),
        sentence(telling.advice, **parts),
        holders=holder_lines(reading.now.exposure) if held else (),
        steps=tuple(str(each) for each in telling.steps),
        next_steps=tuple(
            (str(text), way) for text, way in ways if not (way and way.only and not way.url)
        ),
        buttons=tuple(each for each in buttons if each.url),
        support="support" in telling.buttons,
    )


def _buttons(reading: RevertReading) -> Mapping[str, Callable[[], Button]]:
    snapshot, newest = reading.snapshot, reading.now.newest
    return {
        "create": lambda: Button(_create_url(snapshot), _("Create Volume")),
        "create_newer": lambda: Button(_create_url(newest or snapshot), _("Create Volume")),
        "launch": lambda: Button(launch_advice_url(snapshot.id), _("Launch as Instance")),
        "detach": lambda: Button(
            page("horizon:project:volumes:attach", snapshot.volume_id), _("Manage Attachments")
        ),
        "in_place": lambda: Button(
            _in_place_url(reading), _("Revert the Instance in Place"), modal=False, only=True
        ),
        "snapshots": lambda: Button(
            snapshots_of(snapshot.volume_id), _("Show snapshots"), modal=False
        ),
        "progress": lambda: Button(progress_url(snapshot.volume_id), _("Show revert"), modal=False),
    }


def _in_place_url(reading: RevertReading) -> str:
    """Return the address of the plan for the one instance that has the volume, empty without."""
    holders = reading.now.exposure.holders
    instance_id = holders[0].instance_id if len(holders) == 1 else None
    never = settings.by_type("REIMAGE_FROM_SNAPSHOT", reading.volume.type_name) == "never"
    if not instance_id or never:
        return ""
    return with_query(revert_in_place_url(instance_id), snapshot=reading.snapshot.id)


def _create_url(snapshot: Snapshot) -> str:
    create = page("horizon:project:volumes:create")
    return f"{create}?{urlencode({'snapshot_id': snapshot.id})}" if create else ""


def _taken_while(request: HttpRequest, snapshot: Snapshot) -> SafeString:
    label = consistency.read(snapshot.metadata)
    ids = [each for each, _state in label.instances]
    instance = remembered(connect(request), "instance", ids)
    return consistency_note.before_use(label, lambda each: object_link("instance", instance(each)))


def _programs(request: HttpRequest, reading: RevertReading) -> dict[str, Any]:
    """Return how a program reverts the volume, or why none is shown."""
    if rules.way(reading.now) is not Way.REVERT:
        return {"programs_why_not": _NO_PROGRAM}
    fields = (Field("volume", reading.volume.id), Field("snapshot", reading.snapshot.id))
    return programs.shown(request, Operation(Action.REVERT, fields))


_COPIED = {
    CopyState.COPYING: lambda: _("Copying... you can leave this page."),
    CopyState.READY: lambda: _('Copy "%(name)s" is Available. You can revert now.'),
    CopyState.FAILED: lambda: _(
        'The copy "%(name)s" has failed: its status is %(status)s. You can make another one.'
    ),
    CopyState.OUTDATED: lambda: _(
        'The copy "%(name)s" is from %(date)s. The volume was changed or attached since, so it '
        "may lack what was written after that."
    ),
}


def _copied(request: HttpRequest, copy: rules.Copy) -> SafeString:
    url = page("horizon:project:volumes:detail", copy.volume.id)
    text = _COPIED[copy.state]()
    if copy.state is CopyState.READY and copy.volume.status != "available":
        text = _('Copy "%(name)s" is made: its status is %(status)s. You can revert now.')
    return sentence(
        text,
        name=link(url, isolated(copy.volume.label)),
        status=status_word(copy.volume.status),
        date=shown(request, copy.volume.created_at),
    )


class RevertLiveView(View):
    """Tells an open dialog what has changed since ``?seen=``."""

    def get(self, request: HttpRequest, snapshot_id: str) -> HttpResponse:
        """Read everything anew."""
        if elsewhere(request):
            return JsonAnswer({})
        try:
            connection = connect(request)
            reading = revert.read(connection, snapshot_id)
        except NotFound as error:
            return JsonAnswer({"gone": problem_html(request, words.unreadable(error))})
        except CloudError:
            # What was shown stays: the next look, or the button, reads it again.
            return HttpResponse(status=503)
        context = shown_of(request, reading)
        if context["seen"] == request.GET.get("seen", ""):
            return JsonAnswer({})
        context["quota"] = copy_quota(reading, quota.finish(quota.start(connection)))
        return JsonAnswer(_changed(request, context))


def _changed(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    template = "snapshot_dashboard/revert/_situation.html"
    waiting = context["copy"] and not context["blocked"]
    changed = sentence(_("Changed: %(now)s"), now=context["explanation"].title)
    announced = context["copied"] if waiting else changed
    return {
        "seen": context["seen"],
        "usable": context["usable"],
        "leave": _("Cancel") if context["usable"] else _("Close"),
        "html": rendered(request, template, context),
        "announce": announced,
    }


def progress_url(volume_id: str) -> str:
    """Return the page of a revert in place of one volume."""
    return page("horizon:project:volumes:revert_progress", volume_id)


def live_url(snapshot_id: str) -> str:
    """Return where an open dialog asks for what has changed."""
    return reverse("horizon:project:snapshots:revert_live", args=(snapshot_id,))
