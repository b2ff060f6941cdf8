# SPDX-License-Identifier: Apache-2.0
"""Form fields and texts about the tags of a new snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django import forms
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.panels.common.numbers import figure
from snapshot_dashboard.rules import tags
from snapshot_dashboard.rules.consistency import LONGEST, PREFIX
from snapshot_dashboard.rules.tags import ChosenTags, Fault, Refusal
from snapshot_dashboard.rules.text import legible
from snapshot_dashboard.rules.volume import Volume

# Of a line that is wrong so many characters are shown.
_SHOWN = 60
_FAULTS: Mapping[Fault, str | Promise] = {
    Fault.NO_PAIR: gettext_lazy('Line %(line)s: "%(what)s" has no "=". Write name=value.'),
    Fault.NO_NAME: gettext_lazy('Line %(line)s: there is no name before the "=".'),
    Fault.CHARACTERS: gettext_lazy(
        "Line %(line)s: the storage service does not accept these characters in a name: %(what)s. "
        "It takes A-Z, a-z, digits, spaces and - _ : . /"
    ),
    Fault.LONG_NAME: gettext_lazy(
        'Line %(line)s: the name "%(what)s" is longer than %(longest)s characters.'
    ),
    Fault.LONG_VALUE: gettext_lazy(
        'Line %(line)s: the value of "%(what)s" is longer than %(longest)s characters.'
    ),
    Fault.RESERVED: gettext_lazy(
        'Line %(line)s: names that begin with "%(prefix)s" are written by this dashboard.'
    ),
    Fault.TWICE: gettext_lazy('Line %(line)s: "%(what)s" is there twice.'),
}


class TagsForm(forms.Form):
    """Mixin of a form with tags of the snapshots that it makes."""

    tags = forms.CharField(
        label=gettext_lazy("One in a line: name=value"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 3, "class": "form-control", "spellcheck": "false", "dir": "auto"}
        ),
    )
    copy_tags = forms.BooleanField(
        required=False, label=gettext_lazy("Copy the metadata of the volume")
    )

    def clean_tags(self) -> Mapping[str, str]:
        """Return the tags, or say of each line what is wrong with it."""
        found = tags.read(self.cleaned_data["tags"])
        wrong = [_told(each) for each in found.refused]
        if len(found.tags) > tags.MOST:
            text = _("These are %(count)s tags. At most %(most)s can be given at once.")
            wrong.append(text % {"count": figure(len(found.tags)), "most": figure(tags.MOST)})
        if wrong:
            raise forms.ValidationError(wrong)
        return found.tags

    def chosen_tags(self) -> ChosenTags:
        """Return what was chosen of tags."""
        return ChosenTags(self.cleaned_data["tags"], copied=self.cleaned_data["copy_tags"])

    def tagged(self, volume: Volume | None) -> dict[str, str]:
        """Return the tags of a volume's snapshot; of one that was not read nothing is copied."""
        return self.chosen_tags().of(volume.metadata if volume else {})


class SeveralTagsForm(TagsForm):
    """The same for snapshots of several volumes."""

    copy_tags = forms.BooleanField(
        required=False, label=gettext_lazy("Copy the metadata of each volume to its snapshot")
    )


Tagged = Callable[[Volume | None], Mapping[str, str]]


def not_noted(count: int) -> str:
    """Return what to say of new snapshots on which the tags could not be written."""
    text = ngettext(
        "The tags could not be written on %(count)d snapshot. Choose Update Metadata in the list "
        "of snapshots.",
        "The tags could not be written on %(count)d snapshots. Choose Update Metadata in the list "
        "of snapshots.",
        count,
    )
    return text % {"count": count}


def _told(refusal: Refusal) -> str:
    what = refusal.what
    if refusal.fault is Fault.CHARACTERS:
        what = " ".join(legible(each) for each in what[:_SHOWN])
    elif len(what) > _SHOWN:
        what = f"{what[:_SHOWN]}…"
    parts = {"line": refusal.line, "what": what, "longest": LONGEST, "prefix": PREFIX}
    return str(_FAULTS[refusal.fault]) % parts


def offered(volumes: Iterable[Volume]) -> SafeString | str:
    """Return what can be copied from these volumes, empty for nothing: there is no box then."""
    found = dict.fromkeys(
        f"{name}={value}"
        for volume in volumes
        for name, value in tags.of_volume(volume.metadata).items()
    )
    listed = format_html_join(", ", "{}", ((isolated(each),) for each in found))
    return sentence(_("There is: %(tags)s"), tags=listed) if listed else ""
