# SPDX-License-Identifier: Apache-2.0
"""Form fields of the dialogs that make something, with stock's names, ids and labels."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from snapshot_dashboard.panels.common.keep_until import KeepUntilForm
from snapshot_dashboard.panels.common.tags import TagsForm
from snapshot_dashboard.rules.text import legible, unaccepted


def text_field(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(max_length=255, required=False, label=label, **more)


class OneLine(forms.CharField):
    """A text field that replaces line breaks and tabs, which Cinder refuses in a snapshot."""

    def clean(self, value: Any) -> str:
        """Return the text with each of them made a space."""
        return " ".join(super().clean(value).splitlines()).replace("\t", " ")


class SnapshotDescription(OneLine):
    """The description of a snapshot, of which Cinder takes fewer characters than of a volume."""

    refusal: str | Promise = gettext_lazy(
        "The storage service does not accept these characters in the description of a "
        "snapshot: %(characters)s. Remove them, or write them into the name."
    )

    def clean(self, value: Any) -> str:
        """Refuse what Cinder would refuse, whose own reason is a thousand characters long."""
        text = super().clean(value)
        refused = unaccepted(text)
        if refused:
            shown = " ".join(map(legible, refused))
            raise forms.ValidationError(str(self.refusal) % {"characters": shown})
        return text


class BackupDescription(SnapshotDescription):
    """The description of a backup, of which Cinder takes the same characters."""

    refusal = gettext_lazy(
        "The storage service does not accept these characters in the description of a "
        "backup: %(characters)s. Remove them, or write them into the name."
    )


def description_field(kind: type[forms.CharField]) -> forms.CharField:
    return kind(
        max_length=255,
        required=False,
        label=gettext_lazy("Description"),
        widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
    )


class DescribedForm(forms.Form):
    """Form whose fields refer to their help and error texts by ``aria-describedby``.

    The ids are those of ``_field.html``; one that is not on the page describes nothing.
    """

    described: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.described:
            if name in self.fields:
                ids = f"id_{name}_help id_{name}_error"
                self.fields[name].widget.attrs["aria-describedby"] = ids

    def add_error(self, field: str | None, error: Any) -> None:
        """Add errors, and mark their fields as invalid: Django does that from 5.0 on."""
        super().add_error(field, error)
        for name in self.errors.keys() & self.fields.keys():
            self.fields[name].widget.attrs["aria-invalid"] = "true"


class ConfirmedForm(DescribedForm):
    """What was shown of a volume, and the acknowledgement where one is needed."""

    unticked: str | Promise

    # Whatever comes back that was not ours counts as "not seen": there is nothing to refuse.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    acknowledged = forms.CharField(max_length=32, required=False)

    def ask_for_tick(self) -> None:
        """Say at the tick that it is missing."""
        self.add_error("acknowledged", str(self.unticked))


class CreateSnapshotForm(KeepUntilForm, TagsForm, ConfirmedForm):
    """Name, description and tags of a snapshot, and until when it is to be kept."""

    unticked = gettext_lazy("Tick the box above to create this snapshot, or press Cancel.")
    described = ("name", "description", "keep", "keep_date", "tags")

    name = text_field(
        gettext_lazy("Snapshot Name"), widget=forms.TextInput(attrs={"class": "form-control"})
    )
    description = description_field(SnapshotDescription)


class CreateVolumeForm(DescribedForm):
    """A new volume made from one snapshot.

    ``types`` and ``zones`` are the choices, the source's own first; an empty one leaves the
    field out.
    """

    described: tuple[str, ...] = ("name", "description", "type", "availability_zone")

    name = text_field(
        gettext_lazy("Volume Name"), widget=forms.TextInput(attrs={"class": "form-control"})
    )
    description = description_field(OneLine)
    size = forms.IntegerField(label=gettext_lazy("Size (GiB)"))
    type = forms.ChoiceField(
        label=gettext_lazy("Type"),
        required=False,
        widget=forms.Select(attrs={"class": "form-control"}),
    )
    availability_zone = forms.ChoiceField(
        label=gettext_lazy("Availability Zone"),
        required=False,
        widget=forms.Select(attrs={"class": "form-control"}),
    )

    def __init__(
        self,
        *args: Any,
        smallest: int,
        types: list[str],
        zones: list[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.smallest = smallest
        self.fields["size"].widget = forms.NumberInput(
            attrs={
                "class": "form-control",
                "min": smallest,
                "step": 1,
                "aria-describedby": "id_size_help id_size_error",
            }
        )
        for name, values in (("type", types), ("availability_zone", zones)):
            if values:
                self.fields[name].choices = [(value, value) for value in values]
            else:
                del self.fields[name]

    def clean_size(self) -> int:
        """Refuse a volume that is smaller than its snapshot, as Cinder would."""
        size = int(self.cleaned_data["size"])
        if size < self.smallest:
            raise forms.ValidationError(
                _("Enter %(min)s GiB or more: a volume cannot be smaller than its snapshot.")
                % {"min": number_format(self.smallest)}
            )
        return size
