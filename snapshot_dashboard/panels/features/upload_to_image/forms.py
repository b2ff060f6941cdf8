# SPDX-License-Identifier: Apache-2.0
"""The fields of Upload to Image, with stock's names, ids and labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from snapshot_dashboard.panels.common.forms import ConfirmedForm

# What stock chooses first, and Cinder where nothing is said.
RAW = "raw"


class UploadToImageForm(ConfirmedForm):
    """How the image is to be called, and in which of the formats ``formats`` it is to be.

    Stock's "Force" is the acknowledgement now.
    """

    unticked = _("Tick the box above to create this image, or press Cancel.")
    described = ("image_name", "disk_format")

    image_name = forms.CharField(
        max_length=255,
        label=_("Image Name"),
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    disk_format = forms.ChoiceField(
        label=_("Disk Format"),
        required=False,
        initial=RAW,
        widget=forms.Select(attrs={"class": "form-control"}),
    )

    def __init__(self, *args: Any, formats: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["disk_format"].choices = formats

    def clean_disk_format(self) -> str:
        """Return the format, stock's first choice where none is said."""
        return self.cleaned_data["disk_format"] or RAW
