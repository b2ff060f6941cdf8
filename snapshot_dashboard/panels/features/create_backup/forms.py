# SPDX-License-Identifier: Apache-2.0
"""The fields of Create Backup, with stock's names, ids and labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from openstack_dashboard.dashboards.project.containers.utils import no_slash_validator

from snapshot_dashboard.panels.common.forms import (
    BackupDescription,
    ConfirmedForm,
    description_field,
    text_field,
)


class CreateBackupForm(ConfirmedForm):
    """What to back up, and how.

    ``sources`` are the choices of a snapshot; ``incremental`` tells whether that is offered.
    """

    unticked = _("Tick the box above to create this backup, or press Cancel.")
    described = ("name", "description", "container_name", "snapshot_id", "incremental")

    name = forms.CharField(
        max_length=255,
        label=_("Backup Name"),
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    description = description_field(BackupDescription)
    container_name = text_field(
        _("Container Name"),
        validators=[no_slash_validator],
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    snapshot_id = forms.ChoiceField(
        label=_("Backup Snapshot"),
        required=False,
        widget=forms.Select(attrs={"class": "form-control"}),
    )
    incremental = forms.BooleanField(
        label=_("Incremental"),
        required=False,
        help_text=_(
            "By default, a backup is created as a full backup. "
            "Check this to do an incremental backup from latest "
            "backup. Only available if a prior backup exists."
        ),
    )

    def __init__(
        self,
        *args: Any,
        sources: Sequence[tuple[str, str]],
        incremental: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["snapshot_id"].choices = sources
        if not incremental:
            del self.fields["incremental"]
