# SPDX-License-Identifier: Apache-2.0
"""The fields of Create Snapshot of an instance, the name with stock's id and label."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from snapshot_dashboard.panels.common.forms import ConfirmedForm
from snapshot_dashboard.panels.common.keep_until import KeepUntilForm
from snapshot_dashboard.panels.common.tags import SeveralTagsForm
from snapshot_dashboard.rules.instance_snapshot import LONGEST_NAME


class InstanceSnapshotForm(KeepUntilForm, SeveralTagsForm, ConfirmedForm):
    """The name of the image, of at most ``longest`` characters; those of its snapshots hold it.

    Until when to keep, and which tags, is asked only where there will be snapshots: these are notes
    on them.
    """

    unticked = _("Tick the box above to create this snapshot, or press Cancel.")
    described = ("name", "keep", "keep_date", "tags")

    name = forms.CharField(
        label=_("Snapshot Name"), widget=forms.TextInput(attrs={"class": "form-control"})
    )

    def __init__(
        self, *args: Any, longest: int = LONGEST_NAME, with_volumes: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not with_volumes:
            for noted in ("keep", "keep_date", "tags", "copy_tags"):
                del self.fields[noted]
        field = self.fields["name"]
        field.validators.append(MaxLengthValidator(longest))
        field.widget.attrs["maxlength"] = longest
