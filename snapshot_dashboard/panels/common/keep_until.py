# SPDX-License-Identifier: Apache-2.0
"""Form fields and texts about the day until which a snapshot is to be kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from snapshot_dashboard import settings
from snapshot_dashboard.panels.common.dates import today
from snapshot_dashboard.rules import keep_until
from snapshot_dashboard.rules.keep_until import Span

_DATE = "date"
_SPANS = (
    (Span.NONE.value, gettext_lazy("No date")),
    (Span.DAY.value, gettext_lazy("One day")),
    (Span.WEEK.value, gettext_lazy("One week")),
    (Span.MONTH.value, gettext_lazy("One month")),
    (_DATE, gettext_lazy("Until a date")),
)
# Where it is tomorrow first and yesterday last.
_EARTH = timedelta(hours=14)


class KeepUntilForm(forms.Form):
    """Mixin of a form with how long a snapshot is to be kept.

    Horizon's script shows the date only where it is chosen (its class "switchable").
    """

    keep = forms.ChoiceField(
        label=gettext_lazy("How long"),
        required=False,
        choices=_SPANS,
        initial=lambda: settings.get("KEEP_UNTIL"),
        widget=forms.Select(attrs={"class": "form-control switchable", "data-slug": "keep"}),
    )
    keep_date = forms.DateField(
        label=gettext_lazy("Keep Until"),
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": gettext_lazy("Write the date as 2026-12-31.")},
        widget=forms.DateInput(
            format="%Y-%m-%d",
            attrs={
                "class": "form-control switched",
                "type": "date",
                "data-switch-on": "keep",
                "data-keep-date": gettext_lazy("Keep Until"),
            },
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a date that is missing, past, or typed beside another choice."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        day = data.get("keep_date")
        if data.get("keep") != _DATE:
            # Of somebody who has chosen a span instead the date that was there before is left over.
            if day and "keep_date" in self.changed_data and "keep" not in self.changed_data:
                said = _('You have typed a date: choose "Until a date", or remove it.')
                self.add_error("keep", said)
        elif "keep_date" not in self.errors and (day is None or day < _earliest()):
            self.add_error("keep_date", _("Choose a date that is not past."))
        return data

    def until(self, request: HttpRequest) -> date | None:
        """Return the day that was chosen, None for no date."""
        chosen = self.cleaned_data["keep"]
        if chosen == _DATE:
            return self.cleaned_data["keep_date"]
        return keep_until.after(today(request), Span(chosen or Span.NONE.value))


def _earliest() -> date:
    return (datetime.now(timezone.utc) - _EARTH).date()


def initial(day: date | None) -> dict[str, object]:
    """Return what a form begins with where there is a day already, or none."""
    return {"keep": _DATE, "keep_date": day} if day else {"keep": Span.NONE.value}


def said(day: date, request: HttpRequest) -> str:
    """Return in a sentence until when something is to be kept."""
    return _("It is to be kept until %(date)s.") % {"date": told(day, request)}


def told(day: date, request: HttpRequest) -> str:
    """Return the day in words, with how far away it is."""
    return _("%(date)s (%(distance)s)") % {
        "date": date_format(day, "DATE_FORMAT"),
        "distance": distance(day, request),
    }


def not_noted(count: int) -> str:
    """Return what to say of new snapshots on which the chosen day could not be written."""
    text = ngettext(
        "Until when it is to be kept could not be written on %(count)d snapshot. Choose Keep Until "
        "in the list of snapshots.",
        "Until when they are to be kept could not be written on %(count)d snapshots. Choose Keep "
        "Until in the list of snapshots.",
        count,
    )
    return text % {"count": count}


def cell(day: date, request: HttpRequest) -> SafeString:
    """Return what a list says of it."""
    return format_html(
        '<span class="sd-note">{} <small>({})</small></span>',
        _("Until %(date)s") % {"date": date_format(day, "DATE_FORMAT")},
        distance(day, request),
    )


def distance(day: date, request: HttpRequest) -> str:
    """Return how far away a day is, by the calendar of whoever asks."""
    days = (day - today(request)).days
    if days == 0:
        return _("today is the last day")
    if days > 0:
        return ngettext("%(count)d day left", "%(count)d days left", days) % {"count": days}
    text = ngettext("past by %(count)d day", "past by %(count)d days", -days)
    return text % {"count": -days}
