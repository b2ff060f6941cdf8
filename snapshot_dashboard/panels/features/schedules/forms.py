# SPDX-License-Identifier: Apache-2.0
"""The form of a schedule: how often, when, what is kept, and whether also while in use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timezone
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from snapshot_dashboard.panels.common.forms import DescribedForm
from snapshot_dashboard.rules.schedules.schedule import (
    HOURS,
    MOST_DAYS,
    MOST_LAST,
    MOST_MONTHS,
    MOST_WEEKS,
    Retention,
    Rhythm,
    Schedule,
)

_SELECT = "form-control"
_NUMBER = "form-control sd-number"
_EVERY = ngettext_lazy("Every %(count)d hour", "Every %(count)d hours", "count")
_COUNT, _DAYS = "count", "days"
# What a new schedule begins with.
DEFAULTS: Mapping[str, Any] = {
    "often": Rhythm.DAILY.value,
    "weekday": "6",
    "at": time(2, 0),
    "kept": _COUNT,
    "last": 7,
    "weeks": 4,
    "months": 6,
    "days": 30,
}


@lru_cache(maxsize=1)
def zones() -> list[tuple[str, str]]:
    """Return the time zones to choose from."""
    names = {each for each in available_timezones() if "/" in each}
    return [(each, each) for each in ["UTC", *sorted(names)]]


def _often() -> list[tuple[str, Any]]:
    hours = [(f"{count}h", _EVERY % {"count": count}) for count in HOURS]
    words = [(Rhythm.DAILY.value, _("Daily")), (Rhythm.WEEKLY.value, _("Weekly"))]
    return [*words, *hours]


def _switchable(slug: str) -> forms.Select:
    return forms.Select(attrs={"class": f"{_SELECT} switchable", "data-slug": slug})


def _number(label: Any, most: int, least: int = 0, **attrs: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": _NUMBER, "min": least, "max": most, **attrs})
    return forms.IntegerField(
        label=label, required=False, min_value=least, max_value=most, widget=widget
    )


def _switched(on: str, value: str, label: Any) -> dict[str, Any]:
    """Return the attributes by which Horizon's script shows a field for one choice only."""
    return {"class": f"{_NUMBER} switched", "data-switch-on": on, f"data-{on}-{value}": label}


class ScheduleForm(DescribedForm):
    """The fields; Horizon's script shows some of them only where they mean something."""

    described = ("often", "weekday", "at", "zone", "kept", "last", "weeks", "months", "days")

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    often = forms.ChoiceField(label=_("How often"), choices=_often, widget=_switchable("often"))
    weekday = forms.ChoiceField(
        label=_("Weekday"),
        required=False,
        choices=[(str(number), name) for number, name in WEEKDAYS.items()],
        widget=forms.Select(
            attrs={
                "class": f"{_SELECT} switched",
                "data-switch-on": "often",
                "data-often-weekly": _("Weekday"),
            }
        ),
    )
    at = forms.TimeField(
        label=_("Time"),
        input_formats=["%H:%M", "%H:%M:%S"],
        error_messages={"invalid": _("Write the time as 02:00.")},
        widget=forms.TimeInput(format="%H:%M", attrs={"class": _SELECT, "type": "time"}),
    )
    zone = forms.ChoiceField(
        label=_("Time Zone"), choices=zones, widget=forms.Select(attrs={"class": _SELECT})
    )
    kept = forms.ChoiceField(
        label=_("Keep"),
        choices=[(_COUNT, _("The newest ones")), (_DAYS, _("Each for some days"))],
        widget=_switchable("kept"),
    )
    last = _number(_("The newest"), MOST_LAST, 1, **_switched("kept", _COUNT, _("The newest")))
    weeks = _number(
        _("And one of each of the last weeks"),
        MOST_WEEKS,
        **_switched("kept", _COUNT, _("And one of each of the last weeks")),
    )
    months = _number(
        _("And one of each of the last months"),
        MOST_MONTHS,
        **_switched("kept", _COUNT, _("And one of each of the last months")),
    )
    days = _number(_("Days"), MOST_DAYS, 1, **_switched("kept", _DAYS, _("Days")))
    attached = forms.BooleanField(required=False)
    quiesced = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse a schedule that would keep nothing."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        name = "last" if data.get("kept") == _COUNT else "days"
        if "kept" in data and name not in self.errors and not data.get(name):
            self.add_error(name, _("Enter 1 or more: a schedule keeps at least one snapshot."))
        return data

    def schedule(self, new: Schedule) -> Schedule:
        """Return what was typed, in a schedule with the id and the rest of ``new``."""
        data = self.cleaned_data
        often, weekly = data["often"], data["often"] == Rhythm.WEEKLY.value
        hours = int(often[:-1]) if often.endswith("h") else 0
        rhythm = Rhythm.HOURS if hours else Rhythm(often)
        at = data["at"].replace(second=0, microsecond=0)
        return replace(
            new,
            rhythm=rhythm,
            at=_moved(at, data["zone"], "UTC", new.since) if hours else at,
            zone=data["zone"],
            retention=_retention(data),
            hours=hours,
            weekday=int(data["weekday"] or 0) if weekly else 0,
            attached=data["attached"],
            quiesced=data["quiesced"] and bool(new.instance_id),
        )

    def ask_for_tick(self) -> None:
        """Say at the tick that it is missing."""
        text = _(
            "Tick this box to save: a volume is in use now, and without it nothing would be taken."
        )
        self.add_error("attached", text)


def _retention(data: Mapping[str, Any]) -> Retention:
    if data["kept"] == _DAYS:
        return Retention(days=data["days"])
    return Retention(last=data["last"], weeks=data["weeks"] or 0, months=data["months"] or 0)


def initial(schedule: Schedule, now: datetime) -> dict[str, Any]:
    """Return what the form begins with where there is a schedule already."""
    hours, kept = schedule.rhythm is Rhythm.HOURS, schedule.retention
    found: dict[str, Any] = {
        **DEFAULTS,
        "often": f"{schedule.hours}h" if hours else schedule.rhythm.value,
        "at": _moved(schedule.at, "UTC", schedule.zone, now) if hours else schedule.at,
        "zone": schedule.zone,
        "kept": _DAYS if kept.days else _COUNT,
        "attached": schedule.attached,
        "quiesced": schedule.quiesced,
    }
    if schedule.rhythm is Rhythm.WEEKLY:
        found["weekday"] = str(schedule.weekday)
    numbers = {"days": kept.days} if kept.days else _numbers(kept)
    return found | numbers


def _numbers(kept: Retention) -> dict[str, int]:
    return {"last": kept.last, "weeks": kept.weeks, "months": kept.months}


def _moved(at: time, here: str, there: str, now: datetime) -> time:
    """Return a time of day of one zone as that of another, as the clocks are now."""
    day = now.astimezone(ZoneInfo(here)).date()
    moment = datetime.combine(day, at, ZoneInfo(here)).astimezone(timezone.utc)
    return moment.astimezone(ZoneInfo(there)).time()
