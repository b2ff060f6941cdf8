# SPDX-License-Identifier: Apache-2.0
"""The field of Create Snapshot of an instance, with stock's name, id and label."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from snapshot_dashboard.panels.common.forms import ConfirmedForm
from snapshot_dashboard.rules.instance_snapshot import LONGEST_NAME


class InstanceSnapshotForm(ConfirmedForm):
    """The name of the image, of at most ``longest`` characters; those of its snapshots hold it."""

    unticked = _("Tick the box above to create this snapshot, or press Cancel.")
    described = ("name",)

    name = forms.CharField(
        label=_("Snapshot Name"), widget=forms.TextInput(attrs={"class": "form-control"})
    )

    def __init__(self, *args: Any, longest: int = LONGEST_NAME, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["name"]
        field.validators.append(MaxLengthValidator(longest))
        field.widget.attrs["maxlength"] = longest
