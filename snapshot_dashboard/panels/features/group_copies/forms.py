# SPDX-License-Identifier: Apache-2.0
"""The fields of Create Snapshot and Clone Group, with stock's names, ids and labels."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from snapshot_dashboard.panels.common.forms import (
    ConfirmedForm,
    SnapshotDescription,
    description_field,
)
from snapshot_dashboard.panels.common.keep_until import KeepUntilForm
from snapshot_dashboard.panels.common.tags import SeveralTagsForm


def _name_field(label: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "form-control"})
    return forms.CharField(max_length=255, label=label, widget=widget)


class GroupSnapshotForm(KeepUntilForm, SeveralTagsForm, ConfirmedForm):
    """Name, description and tags, which each snapshot gets, and until when they are to be kept."""

    unticked = _("Tick the box above to create these snapshots, or press Cancel.")
    described = ("name", "description", "keep", "keep_date", "tags")

    name = _name_field(_("Snapshot Name"))
    description = description_field(SnapshotDescription)


class GroupDescription(SnapshotDescription):
    """The description of a group, of which Cinder takes the same characters."""

    refusal = _(
        "The storage service does not accept these characters in the description of a "
        "group: %(characters)s. Remove them, or write them into the name."
    )


class CloneGroupForm(ConfirmedForm):
    """Name and description of the new group; its source is the only choice, as in stock's."""

    unticked = _("Tick the box above to clone this group, or press Cancel.")
    described = ("name", "description")

    name = _name_field(_("Group Name"))
    description = description_field(GroupDescription)
    group_source = forms.CharField(
        label=_("Use a group as source"),
        required=False,
        widget=forms.Select(attrs={"class": "form-control"}),
    )
