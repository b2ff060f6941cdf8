# SPDX-License-Identifier: Apache-2.0
"""Schedule Snapshots where the cloud has a scheduler of its own: one choice, which it reads."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from horizon import messages

from snapshot_dashboard import settings
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.panels.common.delete_action import names
from snapshot_dashboard.panels.common.forms import DescribedForm
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.panels.features.schedules.reading import VolumesDialog
from snapshot_dashboard.panels.features.schedules.views import ScheduleView
from snapshot_dashboard.rules.provider_schedule import ProviderSchedule
from snapshot_dashboard.rules.volume import Volume


class ProviderForm(DescribedForm):
    """The values of the setting, and those that the volumes have already."""

    described = ("value",)

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    value = forms.ChoiceField(
        label=gettext_lazy("Schedule"),
        required=False,
        widget=forms.Select(attrs={"class": "form-control"}),
    )

    def __init__(self, *args: Any, there: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = settings.schedule_key()
        known = own.values if own else {}
        more = {each: each for each in there if each and each not in known}
        self.fields["value"].choices = [("", _("None")), *known.items(), *more.items()]


class ProviderView(VolumesDialog):
    """Writes the entry that the cloud's own scheduler reads, or takes it away."""

    form_class = ProviderForm
    ajax_template_name = "snapshot_dashboard/schedules/_provider.html"
    modal_id = "schedule_modal"
    form_id = "schedule_form"
    page_title = gettext_lazy("Schedule Snapshots")
    sending = gettext_lazy("Sending...")

    @property
    def own_key(self) -> ProviderSchedule:
        """Return the setting; without it this view is not used."""
        found = settings.schedule_key()
        return found or ProviderSchedule("", {})

    def values(self) -> dict[str, str]:
        """Return what each volume has."""
        return {each.id: self.own_key.of(each.metadata) for each in self.own()}

    def states(self) -> Mapping[str, str]:
        """Return one word for what each volume has."""
        return {
            each: hashlib.sha256(value.encode()).hexdigest()[:16]
            for each, value in self.values().items()
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer what there is already, known or not."""
        there = tuple(dict.fromkeys(self.values().values()))
        kwargs: dict[str, Any] = super().get_form_kwargs()
        return kwargs | {"there": there}

    def blind_form(self) -> forms.Form:
        """Return the form with what was chosen, whatever the volumes have."""
        return ProviderForm(self.request.POST, there=(self.request.POST.get("value", ""),))

    def get_initial(self) -> dict[str, Any]:
        """Begin with what all of them have."""
        there = set(self.values().values())
        return {"value": there.pop() if len(there) == 1 else ""}

    def form_valid(self, form: ProviderForm) -> HttpResponse:
        """Write it on one volume after another, and say what became of each."""
        if not self.usable:
            return self.again(form, self.problem)
        if news := self.news(form):
            return self.again(form, news)
        written = self.write_each(self.own(), partial(self.write, form.cleaned_data["value"]))
        if written.problem:
            return self.again(form, written.problem)
        if written.done:
            listed = names(each.label for each in written.done)
            said = sentence(_("The schedule was saved: %(names)s"), names=listed)
            messages.success(self.request, said)
        return self.finished()

    def write(self, value: str, volume: Volume) -> CloudError | None:
        """Write the entry on one volume, or take it away."""
        key = self.own_key.key
        return self.note(volume, {key: value}) if value else self.forget(volume, key)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the volumes with what each has."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["lines"] = [(isolated(each.label), self.told(each)) for each in self.own()]
        return context

    def told(self, volume: Volume) -> str:
        """Return what a volume has, in the words of the setting."""
        value = self.own_key.of(volume.metadata)
        return self.own_key.label(value) if value else _("None")


def schedule(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Answer with the form of the cloud's own scheduler where there is one, else with ours."""
    view: Any = ProviderView if settings.schedule_key() else ScheduleView
    answer: HttpResponse = view.as_view()(request, *args, **kwargs)
    return answer
