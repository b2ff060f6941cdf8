# SPDX-License-Identifier: Apache-2.0
"""Form fields of Update Status, with stock's name and id, and of Force Delete."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from snapshot_dashboard.panels.common.snapshot_changes import SeenForm
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.rules.snapshot import SETTABLE


class _Statuses(forms.Select):
    """Select that shows a current status which cannot be set as not selectable."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return one option."""
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if value and value not in SETTABLE:
            option["attrs"]["disabled"] = True
        return option


class UpdateStatusForm(SeenForm):
    """The new status, and the tick that Available requires.

    ``current`` holds the statuses of the snapshots; one that all have is marked.
    """

    described = ("status",)

    status = forms.ChoiceField(
        label=gettext_lazy("Status"), widget=_Statuses(attrs={"class": "form-control"})
    )
    complete = forms.BooleanField(required=False)

    def __init__(
        self, *args: Any, current: Collection[str] = (), several: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        common = next(iter(current)) if len(current) == 1 else ""
        choices = [("", _("Select a new status"))]
        if common and common not in SETTABLE:
            choices.append((common, _("%s (current)") % status_word(common)))
        for status in SETTABLE:
            word = status_word(status)
            choices.append((status, _("%s (current)") % word if status == common else word))
        self.fields["status"].choices = [each for each in choices if each[0] in ("", *SETTABLE)]
        self.fields["status"].widget.choices = choices
        self.fields["complete"].label = (
            _("I have checked that each of these snapshots is complete.")
            if several
            else _("I have checked that the snapshot is complete.")
        )

    def clean(self) -> dict[str, Any]:
        """Ask for the tick where Available was chosen."""
        data: dict[str, Any] = super().clean()
        if data.get("status") == "available" and not data.get("complete"):
            self.add_error(
                "complete", _("Tick the box above for Available, or choose another status.")
            )
        return data


class ForceDeleteForm(SeenForm):
    """The confirmation that has to be typed; ``expected`` is its text."""

    described = ("confirm",)

    confirm = forms.CharField(
        widget=forms.TextInput(
            attrs={"class": "form-control", "autocomplete": "off", "spellcheck": "false"}
        )
    )

    def __init__(self, *args: Any, expected: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected
        self.fields["confirm"].label = _("Type %(expected)s to confirm") % {"expected": expected}

    def clean_confirm(self) -> str:
        """Refuse anything but what was asked for."""
        typed = str(self.cleaned_data["confirm"])
        if typed.lower() != self.expected.lower():
            raise forms.ValidationError(
                _("This does not match. Type %(expected)s, or press Cancel.")
                % {"expected": self.expected}
            )
        return typed

    def forget(self) -> None:
        """Take back what was typed: it was meant for what was shown then."""
        typed: QueryDict = self.data.copy()
        typed["confirm"] = ""
        self.data: QueryDict = typed
